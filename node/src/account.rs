//! Accounts of this institution: who may sign in, in which access role, and whether with keys to the cases.
//!
//! An account is a person of the table of workers, so that what holds for a worker holds for it. The role says what
//! somebody may do; the keys say whether content can be read at all, and only a signed-in kierownik gives them.

pub mod factor;
pub mod first;
pub mod keys;
pub mod login;
pub mod office;
pub(crate) mod paper;
mod reader;
pub mod recovery;
pub mod role;
pub mod secret;
pub mod throttle;
mod totp;

pub use self::factor::{Factor, FactorKind};
pub use self::keys::WorkerKeys;
pub use self::reader::{Reader, Watcher};
pub use self::role::{AccessRole, Act};
pub use self::secret::Password;
pub use self::throttle::Source;

use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::id::{hex, unhex};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::vocab::WorkerRole;
use wiez_proto::wire::invalid;

use crate::people::Worker;

/// Names an account; 16 random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId([u8; 16]);

impl AccountId {
    /// Wraps bytes that are known to be good.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Draws one.
    #[must_use]
    pub fn draw(env: &Env) -> Self {
        Self(env.random())
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl std::str::FromStr for AccountId {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        unhex(text).map(Self).ok_or_else(|| invalid("account"))
    }
}

impl TryFrom<String> for AccountId {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.to_string()
    }
}

/// Whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// May sign in.
    Active,
    /// May not for now.
    Locked,
    /// Works here no more; the account stays, because the trail names it.
    Left,
}

/// How far the keys of an account are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyState {
    /// There is no pair: nobody set a password of their own since the account was made or reset.
    None,
    /// There is a pair, and nobody entitled confirmed it.
    Waiting,
    /// A kierownik gave the account access with it.
    Given,
}

/// Which new cases come to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Receives {
    /// All but those of statutory safety.
    Ordinary,
    /// Those of statutory safety, which come to named persons.
    Safety,
    /// Both.
    Both,
}

impl Receives {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Ordinary, Self::Safety, Self::Both];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ordinary => "ORDINARY",
            Self::Safety => "SAFETY",
            Self::Both => "BOTH",
        }
    }

    /// Reads a code.
    ///
    /// # Errors
    /// `FIELD_INVALID` (field `receives`).
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        Self::ALL.iter().copied().find(|one| one.code() == code).ok_or_else(|| invalid("receives"))
    }
}

impl std::str::FromStr for Receives {
    type Err = Refusal;

    fn from_str(code: &str) -> Result<Self, Refusal> {
        Self::parse(code)
    }
}

/// One account, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Names it for good.
    pub id: AccountId,
    /// What is typed to sign in; lower case.
    pub login: String,
    /// The name under which messages are sent.
    pub name: String,
    /// What it may do here.
    pub role: AccessRole,
    /// What the person does at this institution.
    pub worker_role: WorkerRole,
    /// The person's row in the table of workers: a local user id, or a number above all of them.
    pub person: u32,
    /// Who receives new cases in this person's place.
    pub substitute: Option<AccountId>,
    /// Which new cases come to this person; none where no new case does.
    pub receives: Option<Receives>,
    /// Whether the person is away and the substitute acts.
    pub away: bool,
    /// Whether it may sign in.
    pub state: State,
    /// How far its keys are.
    pub keys: KeyState,
    /// Its second factor.
    pub factor: Option<FactorKind>,
    /// Whether somebody else knows the password.
    pub must_change: bool,
    /// When it was made, milliseconds since 1970.
    pub added_ms: i64,
    /// Tells its key from any other; its owner reads it to who gives keys. None while there is no key.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

impl Account {
    /// The worker that casework knows.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker { uid: self.person, name: self.name.clone(), role: self.worker_role }
    }

    /// Whether this account may do something now.
    ///
    /// # Errors
    /// `ACCOUNT_CLOSED`, `WORKER_ROLE` when its role may not, `ACCOUNT_KEYLESS` when the act takes keys.
    pub fn may(&self, act: Act) -> Result<(), Refusal> {
        if self.state != State::Active {
            return Err(Refusal::new(Reason::AccountClosed));
        }
        if !self.role.may(act) {
            return Err(self.role.refuses());
        }
        if act.needs_keys(self.role) && self.keys != KeyState::Given {
            return Err(Refusal::new(Reason::AccountKeyless));
        }
        Ok(())
    }

    /// Whether this account may read content now: by role, by profession, and with keys.
    ///
    /// # Errors
    /// As [`Account::may`]; `WORKER_ROLE` for a profession that reads none.
    pub fn reads(&self) -> Result<(), Refusal> {
        self.may(Act::Read)?;
        self.worker().reads().map(drop)
    }
}

/// A login that nobody has: the page of new accounts stands at its address.
const RESERVED: &str = "nowe";

/// A login as it is stored: lower case, letters, digits, `.`, `-` and `_`; no dot first or beside another.
///
/// # Errors
/// `FIELD_INVALID` (field `login`).
pub fn login_of(typed: &str) -> Result<String, Refusal> {
    let login = typed.trim().to_lowercase();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let fits = !login.is_empty() && login.len() <= limits::MAX_LOGIN_CHARS && login.chars().all(good);
    let path = !login.starts_with('.') && !login.contains("..") && login != RESERVED;
    if fits && path { Ok(login) } else { Err(invalid("login")) }
}

/// A name under which messages are sent.
///
/// # Errors
/// `FIELD_INVALID` (field `name`) for one that is empty, too long or not plain text.
pub(crate) fn name_of(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    if name.is_empty() || name.chars().count() > limits::MAX_NAME_CHARS || name.chars().any(unsafe_char) {
        return Err(invalid("name"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
pub(crate) mod tests;
