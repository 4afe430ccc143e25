//! Turns a worker's password into a check value and a key; the password itself is kept nowhere.
//!
//! One run of Argon2id (RFC 9106) gives 32 bytes; HMAC-SHA256 with two labels makes the stored
//! check value and the key-encryption key of them, so that the stored one tells nothing about
//! the other and a login costs one run.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::envelope::keys::{hmac_sha256, sha256};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::{Zeroize, Zeroizing};

/// A password as somebody typed it. It is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// Takes what was typed.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(typed.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether it may become the password of a login, in place of another one.
    ///
    /// # Errors
    /// `PASSWORD_WEAK` under 12 characters, under 6 different ones, over 1024 bytes, with the login
    /// in it, or the same as before.
    pub fn vet(&self, login: &str, before: Option<&Self>) -> Result<(), Refusal> {
        let text = &self.0;
        let short = text.chars().count() < limits::PASSWORD_MIN_CHARS || text.len() > limits::PASSWORD_MAX_BYTES;
        let flat = text.chars().collect::<BTreeSet<_>>().len() < 6;
        let named = login.chars().count() >= 3 && text.to_lowercase().contains(&login.to_lowercase());
        if short || flat || named || before == Some(self) {
            return Err(Refusal::new(Reason::PasswordWeak));
        }
        Ok(())
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// What is stored of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Memory in KiB.
    pub kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// What a right password leads to.
    pub check: [u8; 32],
}

/// The key that wraps a worker's keys.
pub struct Kek(Zeroizing<[u8; 32]>);

impl Kek {
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Kek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kek")
    }
}

impl Secret {
    /// Draws a salt and derives. It takes a sixth of a second and 64 MiB: call it where that may be.
    ///
    /// # Errors
    /// `INTERNAL` when the library refuses the cost; it never does.
    pub fn create(env: &Env, password: &Password) -> Result<(Self, Kek), Refusal> {
        let mut secret =
            Self { salt: env.random(), kib: limits::PASSWORD_KIB, passes: limits::PASSWORD_PASSES, check: [0; 32] };
        let (check, kek) = secret.derive(password)?;
        secret.check = check;
        Ok((secret, kek))
    }

    /// The secret of nobody: a login that does not exist costs as much as one that does.
    #[must_use]
    pub const fn of_nobody() -> Self {
        Self { salt: [0; 16], kib: limits::PASSWORD_KIB, passes: limits::PASSWORD_PASSES, check: [0; 32] }
    }

    /// The key behind the right password; `None` for any other. It costs the same either way.
    #[must_use]
    pub fn open(&self, password: &Password) -> Option<Kek> {
        let (check, kek) = self.derive(password).ok()?;
        same(&check, &self.check).then_some(kek)
    }

    fn derive(&self, password: &Password) -> Result<([u8; 32], Kek), Refusal> {
        let internal = || Refusal::new(Reason::Internal);
        let params = argon2::Params::new(self.kib, self.passes, 1, Some(32)).map_err(|_| internal())?;
        let mut master = Zeroizing::new([0_u8; 32]);
        argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(password.text().as_bytes(), &self.salt, master.as_mut())
            .map_err(|_| internal())?;
        let kek = Kek(Zeroizing::new(hmac_sha256(master.as_slice(), &[b"wiez/account/wrap/v1"])));
        Ok((hmac_sha256(master.as_slice(), &[b"wiez/account/check/v1"]), kek))
    }
}

/// Compares secrets in a time that does not depend on where they differ: their hashes are compared bit by bit.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let pairs = sha256(&[one]).into_iter().zip(sha256(&[other]));
    pairs.fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn only_the_right_password_gives_the_account_key_and_the_check_tells_nothing_of_it() {
        let env = Env::stepped(0, 1);
        let right = Password::new("zielony parasol w maju");
        let (secret, kek) = Secret::create(&env, &right).unwrap();
        assert_eq!(secret.open(&right).unwrap().bytes(), kek.bytes());
        assert!(secret.open(&Password::new("zielony parasol w majU")).is_none());
        assert!(secret.open(&Password::new("")).is_none());
        assert_ne!(&secret.check, kek.bytes());
        assert_ne!(secret.salt, Secret::create(&env, &right).unwrap().0.salt);
        assert_eq!((secret.kib, secret.passes), (65_536, 3));
        assert!(Secret::of_nobody().open(&right).is_none());
        assert_eq!(format!("{kek:?} {right:?}"), "Kek Password");
    }

    #[test]
    fn weak_account_passwords_are_refused() {
        let old = Password::new("stare-haslo-123");
        for bad in ["krotkie", "aaaaaaaaaaaaaaaa", "ababababababab", "x-ANOWAK-2026-xyz", "stare-haslo-123"] {
            assert!(Password::new(bad).vet("anowak", Some(&old)).is_err(), "{bad}");
        }
        assert!(Password::new(&"abcdefghij".repeat(103)).vet("anowak", None).is_err());
        Password::new("trzy łyżki kaszy").vet("anowak", Some(&old)).unwrap();
        // A login of one or two letters is in nearly every password.
        Password::new("trzy łyżki kaszy").vet("k", None).unwrap();
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same(b"abc", b"abc") && !same(b"abc", b"abd") && !same(b"abc", b"abcd") && same(b"", b""));
    }
}
