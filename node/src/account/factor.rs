//! The second factor: a printed sheet of one-time codes, or an authenticator program. Neither needs a telephone.

use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::envelope::sha256;
use wiez_proto::id::{hex, unhex};
use wiez_proto::limits;
use zeroize::Zeroizing;

use super::{paper, totp};

/// Which second factor an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FactorKind {
    /// A printed sheet of one-time codes.
    Sheet,
    /// An authenticator program (RFC 6238).
    Totp,
}

impl FactorKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sheet => "SHEET",
            Self::Totp => "TOTP",
        }
    }
}

/// What is stored of a second factor, sealed under the node's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
pub enum Factor {
    /// Hashes of the codes that nobody used yet.
    Sheet {
        /// 16 random bytes before every code, hexadecimal.
        salt: String,
        /// SHA-256 of salt and code, hexadecimal.
        left: Vec<String>,
    },
    /// The shared secret and the last step used.
    Totp {
        /// 20 bytes, hexadecimal.
        secret: String,
        /// Steps up to this one are used.
        last_step: i64,
    },
}

impl std::fmt::Debug for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind().code())
    }
}

impl Factor {
    /// Which one it is.
    #[must_use]
    pub const fn kind(&self) -> FactorKind {
        match self {
            Self::Sheet { .. } => FactorKind::Sheet,
            Self::Totp { .. } => FactorKind::Totp,
        }
    }

    /// A new sheet: what is stored, and the codes to print once.
    #[must_use]
    pub fn sheet(env: &Env) -> (Self, Zeroizing<Vec<String>>) {
        let salt: [u8; 16] = env.random();
        let codes: Vec<String> = (0..limits::FACTOR_SHEET_CODES).map(|_| paper::code(env, 8, 4)).collect();
        let left = codes.iter().map(|code| hash(&salt, code)).collect();
        (Self::Sheet { salt: hex(&salt), left }, Zeroizing::new(codes))
    }

    /// A new secret for an authenticator program.
    #[must_use]
    pub fn totp(env: &Env) -> Self {
        let secret: Zeroizing<[u8; totp::SECRET_LEN]> = Zeroizing::new(env.random());
        Self::Totp { secret: hex(&*secret), last_step: 0 }
    }

    /// The secret of an authenticator program as it is typed there (RFC 4648); `None` for a sheet.
    #[must_use]
    pub fn secret_text(&self) -> Option<Zeroizing<String>> {
        match self {
            Self::Sheet { .. } => None,
            Self::Totp { secret, .. } => {
                Some(Zeroizing::new(totp::base32(&unhex::<{ totp::SECRET_LEN }>(secret).unwrap_or_default())))
            }
        }
    }

    /// The factor of a secret that was offered before, as it was typed; `None` for what is no such secret.
    #[must_use]
    pub fn of_secret_text(typed: &str) -> Option<Self> {
        let secret: Zeroizing<[u8; totp::SECRET_LEN]> = Zeroizing::new(totp::unbase32(&paper::typed(typed))?);
        Some(Self::Totp { secret: hex(&*secret), last_step: 0 })
    }

    /// How many codes a sheet still has; `None` for an authenticator program.
    #[must_use]
    pub fn codes_left(&self) -> Option<usize> {
        match self {
            Self::Sheet { left, .. } => Some(left.len()),
            Self::Totp { .. } => None,
        }
    }

    /// The factor with this code used up; `None` when the code is wrong, used or out of time.
    #[must_use]
    pub fn accept(&self, typed: &str, now_ms: i64) -> Option<Self> {
        let typed = paper::typed(typed);
        match self {
            Self::Sheet { salt, left } => {
                let hash = hash(&unhex::<16>(salt)?, &typed);
                let rest: Vec<String> = left.iter().filter(|known| **known != hash).cloned().collect();
                (rest.len() < left.len()).then(|| Self::Sheet { salt: salt.clone(), left: rest })
            }
            Self::Totp { secret, last_step } => {
                let bytes = Zeroizing::new(unhex::<{ totp::SECRET_LEN }>(secret)?);
                let last_step = totp::accept(&*bytes, &typed, now_ms, *last_step)?;
                Some(Self::Totp { secret: secret.clone(), last_step })
            }
        }
    }
}

fn hash(salt: &[u8; 16], code: &str) -> String {
    hex(&sha256(&[b"wiez/account/code/v1\0", salt, paper::typed(code).as_bytes()]))
}

#[cfg(test)]
pub(crate) mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    /// The code that an authenticator program shows.
    pub(crate) fn shown(factor: &Factor, now_ms: i64) -> String {
        let Factor::Totp { secret, .. } = factor else { return String::new() };
        totp::code(&unhex::<{ totp::SECRET_LEN }>(secret).unwrap(), totp::step(now_ms))
    }

    #[test]
    fn each_account_code_of_a_sheet_works_once() {
        let (mut factor, codes) = Factor::sheet(&Env::stepped(0, 4));
        assert_eq!((codes.len(), factor.codes_left()), (20, Some(20)));
        let text = serde_json::to_string(&factor).unwrap();
        assert!(codes.iter().all(|code| !text.contains(code.as_str()) && code.len() == 9));
        assert!(factor.accept("BBBB-BBBB", 0).is_none() && factor.accept("", 0).is_none());
        for (code, used) in codes.iter().zip(1..) {
            factor = factor.accept(&code.to_lowercase().replace('-', " "), 0).unwrap();
            assert_eq!(factor.codes_left(), Some(20 - used));
            assert!(factor.accept(code, 0).is_none(), "used");
        }
        assert_eq!(serde_json::from_str::<Factor>(&text).unwrap().kind(), FactorKind::Sheet);
    }

    #[test]
    fn an_account_code_of_a_program_works_once_and_for_a_minute() {
        let factor = Factor::totp(&Env::stepped(0, 4));
        let now_ms = 1_700_000_000_000;
        let code = shown(&factor, now_ms);
        let used = factor.accept(&format!("{} {}", &code[..3], &code[3..]), now_ms).unwrap();
        assert!(used.accept(&code, now_ms).is_none());
        assert!(factor.accept(&code, now_ms + 120_000).is_none());
        let text = factor.secret_text().unwrap();
        assert_eq!((text.len(), Factor::of_secret_text(&text.to_lowercase())), (32, Some(factor.clone())));
        assert!(Factor::of_secret_text("").is_none() && Factor::of_secret_text(&"1".repeat(32)).is_none());
        assert_eq!(format!("{factor:?}"), "TOTP");
    }
}
