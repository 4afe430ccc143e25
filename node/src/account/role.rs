//! Which access role may do what: one table, read by every door.

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;

/// What somebody may do at this node. It is not what they are by profession, which stands in every message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessRole {
    /// Works on cases.
    Pracownik,
    /// Works on cases, assigns them and is the second person.
    Koordynator,
    /// Leads: as a coordinator, and the only one who gives keys and excludes workers from cases.
    Kierownik,
    /// Runs the node and its accounts, and never reads content.
    Administrator,
    /// Data-protection officer: policy, trail and second looks, and never content.
    Iod,
}

/// What can be done with a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Opening cases.
    Read,
    /// Sending messages and recording consents.
    Send,
    /// Being the second person.
    Review,
    /// Giving a case to another worker.
    Assign,
    /// Excluding a worker from a case.
    Exclude,
    /// Naming the substitute of a worker.
    Substitute,
    /// Saying which new cases come to whom, and who is away.
    Receive,
    /// Giving an account a role with keys.
    GiveKeys,
    /// Making an account, still without keys.
    AddAccount,
    /// Setting a new first password; the account loses its keys.
    ResetPassword,
    /// Locking an account and opening it again.
    LockAccount,
    /// Ending the account of somebody who leaves; the key is revoked.
    EndAccount,
    /// Running the node: status, certificates, settings.
    RunNode,
    /// Verifying rows of the policy.
    VerifyPolicy,
    /// Reading who opened and sent what.
    ReadTrail,
    /// Checking that nobody changed that trail.
    VerifyTrail,
}

impl Act {
    /// Every act.
    pub const ALL: &'static [Self] = &[
        Self::Read,
        Self::Send,
        Self::Review,
        Self::Assign,
        Self::Exclude,
        Self::Substitute,
        Self::Receive,
        Self::GiveKeys,
        Self::AddAccount,
        Self::ResetPassword,
        Self::LockAccount,
        Self::EndAccount,
        Self::RunNode,
        Self::VerifyPolicy,
        Self::ReadTrail,
        Self::VerifyTrail,
    ];

    /// Whether it takes an account that has keys: acts on content, giving others access to it, and, but for the
    /// data-protection officer, knowing of cases at all.
    #[must_use]
    pub const fn needs_keys(self, role: AccessRole) -> bool {
        match self {
            Self::Read
            | Self::Send
            | Self::Assign
            | Self::Exclude
            | Self::Substitute
            | Self::Receive
            | Self::GiveKeys => true,
            Self::Review | Self::ReadTrail => !matches!(role, AccessRole::Iod),
            Self::AddAccount
            | Self::ResetPassword
            | Self::LockAccount
            | Self::EndAccount
            | Self::RunNode
            | Self::VerifyPolicy
            | Self::VerifyTrail => false,
        }
    }
}

impl AccessRole {
    /// Every role.
    pub const ALL: &'static [Self] =
        &[Self::Pracownik, Self::Koordynator, Self::Kierownik, Self::Administrator, Self::Iod];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pracownik => "PRACOWNIK",
            Self::Koordynator => "KOORDYNATOR",
            Self::Kierownik => "KIEROWNIK",
            Self::Administrator => "ADMINISTRATOR",
            Self::Iod => "IOD",
        }
    }

    /// The name that a person reads.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        lang.pick(match self {
            Self::Pracownik => ["pracownik", "worker", "працівник"],
            Self::Koordynator => ["koordynator", "coordinator", "координатор"],
            Self::Kierownik => ["kierownik", "manager", "керівник"],
            Self::Administrator => ["administrator", "administrator", "адміністратор"],
            Self::Iod => ["inspektor ochrony danych", "data-protection officer", "інспектор із захисту даних"],
        })
    }

    /// Reads a code.
    ///
    /// # Errors
    /// `FIELD_INVALID` (field `role`).
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.iter().copied().find(|role| role.code() == code);
        found.ok_or_else(|| wiez_proto::wire::invalid("role"))
    }

    /// Whether the role may do something. Acts on content also take an account with keys, which
    /// [`Account::may`](super::Account::may) asks for.
    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        use AccessRole as R;
        match act {
            Act::Read | Act::Send => matches!(self, R::Pracownik | R::Koordynator | R::Kierownik),
            Act::Review => matches!(self, R::Koordynator | R::Kierownik | R::Iod),
            Act::Assign | Act::Substitute => matches!(self, R::Koordynator | R::Kierownik),
            Act::Exclude | Act::Receive | Act::GiveKeys => matches!(self, R::Kierownik),
            Act::AddAccount | Act::ResetPassword | Act::LockAccount | Act::EndAccount => {
                matches!(self, R::Kierownik | R::Administrator)
            }
            Act::RunNode => matches!(self, R::Administrator),
            Act::VerifyPolicy => matches!(self, R::Iod),
            Act::ReadTrail => matches!(self, R::Kierownik | R::Iod),
            Act::VerifyTrail => matches!(self, R::Kierownik | R::Administrator | R::Iod),
        }
    }

    /// Whether the role works with content at all.
    #[must_use]
    pub const fn reads_content(self) -> bool {
        self.may(Act::Read)
    }

    /// Whether the role gives others keys.
    #[must_use]
    pub const fn gives_keys(self) -> bool {
        self.may(Act::GiveKeys)
    }

    /// Whether the role runs the node.
    #[must_use]
    pub const fn runs_node(self) -> bool {
        self.may(Act::RunNode)
    }

    /// Whether the role is a second person.
    #[must_use]
    pub const fn reviews(self) -> bool {
        self.may(Act::Review)
    }

    /// The refusal of an act that this role may not do.
    pub(super) fn refuses(self) -> Refusal {
        Refusal::new(Reason::WorkerRole).with("role", self.code())
    }
}

impl std::str::FromStr for AccessRole {
    type Err = Refusal;

    fn from_str(code: &str) -> Result<Self, Refusal> {
        Self::parse(code)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    /// Who may do what, every cell: pracownik, koordynator, kierownik, administrator, IOD.
    const TABLE: &[(Act, [bool; 5])] = &[
        (Act::Read, [true, true, true, false, false]),
        (Act::Send, [true, true, true, false, false]),
        (Act::Review, [false, true, true, false, true]),
        (Act::Assign, [false, true, true, false, false]),
        (Act::Exclude, [false, false, true, false, false]),
        (Act::Substitute, [false, true, true, false, false]),
        (Act::Receive, [false, false, true, false, false]),
        (Act::GiveKeys, [false, false, true, false, false]),
        (Act::AddAccount, [false, false, true, true, false]),
        (Act::ResetPassword, [false, false, true, true, false]),
        (Act::LockAccount, [false, false, true, true, false]),
        (Act::EndAccount, [false, false, true, true, false]),
        (Act::RunNode, [false, false, false, true, false]),
        (Act::VerifyPolicy, [false, false, false, false, true]),
        (Act::ReadTrail, [false, false, true, false, true]),
        (Act::VerifyTrail, [false, false, true, true, true]),
    ];

    #[test]
    fn every_account_role_may_do_exactly_what_the_table_says() {
        assert_eq!(TABLE.iter().map(|(act, _)| *act).collect::<Vec<_>>(), Act::ALL);
        for (act, row) in TABLE {
            for (role, may) in AccessRole::ALL.iter().zip(row) {
                assert_eq!(role.may(*act), *may, "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn whoever_runs_the_node_does_nothing_that_takes_an_account_with_keys() {
        for role in [AccessRole::Administrator, AccessRole::Iod] {
            for act in Act::ALL.iter().filter(|act| act.needs_keys(role)) {
                assert!(!role.may(*act), "{role:?} {act:?}");
            }
        }
        for role in [AccessRole::Pracownik, AccessRole::Koordynator, AccessRole::Kierownik] {
            for act in [Act::Read, Act::GiveKeys, Act::Review, Act::ReadTrail] {
                assert!(act.needs_keys(role), "{role:?} {act:?}");
            }
            assert!(!Act::AddAccount.needs_keys(role));
        }
    }

    #[test]
    fn account_role_codes_are_read_back_and_named_in_three_languages() {
        for role in AccessRole::ALL {
            assert_eq!(AccessRole::parse(role.code()).unwrap(), *role);
            assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{}\"", role.code()));
            assert!(Lang::ALL.iter().all(|lang| !role.label(*lang).is_empty()));
        }
        assert!(AccessRole::parse("kierownik").is_err());
    }
}
