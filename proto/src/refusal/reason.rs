//! The closed list of reasons, with what a program needs to know about each.

use std::cmp::Ordering;
use std::fmt;

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Retry {
    /// The same bytes can succeed later.
    Later,
    /// Something has to change first; then it is a new try.
    FixAndResend,
    /// It will not succeed.
    Never,
}

// gRPC status codes, https://grpc.io/docs/guides/status-codes/
const INVALID: i32 = 3;
const DEADLINE: i32 = 4;
const NOT_FOUND: i32 = 5;
const EXISTS: i32 = 6;
const DENIED: i32 = 7;
const EXHAUSTED: i32 = 8;
const PRECONDITION: i32 = 9;
const ABORTED: i32 = 10;
const RANGE: i32 = 11;
const UNIMPLEMENTED: i32 = 12;
const INTERNAL: i32 = 13;
const UNAVAILABLE: i32 = 14;
const DATA_LOSS: i32 = 15;
const UNAUTHENTICATED: i32 = 16;

// Exit codes of the command line.
const UNEXPECTED: u8 = 1;
const USAGE: u8 = 2;
const CONFIG: u8 = 3;
const OFFLINE: u8 = 4;
const GATE: u8 = 5;
const IDENTITY: u8 = 6;

/// Rows: variant, stable reason, display code, gRPC status, exit code, retry class; the doc comment is its meaning.
macro_rules! reasons {
    ($($(#[$doc:meta])+ $variant:ident $name:literal $code:literal $grpc:ident $exit:ident $retry:ident;)+) => {
        /// Why something was refused. Names and codes are stable; new ones are added at the end of their group.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])+ $variant,)+ }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name for programs, `ErrorInfo.reason` on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The short code for people, `WZ-<area>-<number>`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The gRPC status code.
            #[must_use]
            pub const fn grpc(self) -> i32 {
                match self { $(Self::$variant => $grpc),+ }
            }

            /// The exit code of a command that ends with it.
            #[must_use]
            pub const fn exit_code(self) -> u8 {
                match self { $(Self::$variant => $exit),+ }
            }

            /// Whether trying again can help.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$variant => Retry::$retry),+ }
            }

            /// Reads the stable name; `None` for a text that names no reason of this version.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

reasons! {
    // ZGO: consent and gate.
    /// No live consent and no other basis.
    ConsentMissing "CONSENT_MISSING" "WZ-ZGO-001" PRECONDITION GATE FixAndResend;
    /// The consent does not name some of the categories.
    ConsentScope "CONSENT_SCOPE" "WZ-ZGO-002" PRECONDITION GATE FixAndResend;
    /// The consent's last day is over.
    ConsentExpired "CONSENT_EXPIRED" "WZ-ZGO-003" PRECONDITION GATE FixAndResend;
    /// The consent was withdrawn or blocked.
    ConsentWithdrawn "CONSENT_WITHDRAWN" "WZ-ZGO-004" PRECONDITION GATE Never;
    /// The consent does not name this institution.
    ConsentRecipient "CONSENT_RECIPIENT" "WZ-ZGO-005" PRECONDITION GATE FixAndResend;
    /// A statutory or vital-interest basis without its justification.
    Justification "JUSTIFICATION" "WZ-ZGO-006" INVALID GATE FixAndResend;
    /// No policy row knows the kind of message.
    Kind "KIND" "WZ-ZGO-007" PRECONDITION GATE Never;
    /// The kind may not go between these kinds of institutions.
    Pair "PAIR" "WZ-ZGO-008" PRECONDITION GATE FixAndResend;
    /// The kind may not use this basis.
    Basis "BASIS" "WZ-ZGO-009" PRECONDITION GATE FixAndResend;
    /// The policy row was not verified by this institution's data-protection officer.
    BasisUnverified "BASIS_UNVERIFIED" "WZ-ZGO-010" PRECONDITION GATE FixAndResend;
    /// A second person has to agree.
    ReviewRequired "REVIEW_REQUIRED" "WZ-ZGO-011" PRECONDITION GATE FixAndResend;
    /// The basis does not allow some of the categories.
    Category "CATEGORY" "WZ-ZGO-012" PRECONDITION GATE FixAndResend;
    /// The consent's first day has not come.
    ConsentNotYetValid "CONSENT_NOT_YET_VALID" "WZ-ZGO-013" PRECONDITION GATE FixAndResend;
    /// The consent was given for another purpose.
    ConsentPurpose "CONSENT_PURPOSE" "WZ-ZGO-014" PRECONDITION GATE FixAndResend;
    /// A consent is attached where none may be asked for.
    ConsentNotApplicable "CONSENT_NOT_APPLICABLE" "WZ-ZGO-015" PRECONDITION GATE FixAndResend;
    /// A special category without an explicit consent.
    ConsentNotExplicit "CONSENT_NOT_EXPLICIT" "WZ-ZGO-016" PRECONDITION GATE FixAndResend;
    /// The giver may not consent, or a minor's own statement is missing.
    Giver "GIVER" "WZ-ZGO-017" PRECONDITION GATE FixAndResend;
    /// The parents disagree; consent-based sending stops.
    ParentsInConflict "PARENTS_IN_CONFLICT" "WZ-ZGO-018" PRECONDITION GATE Never;
    /// Professional secrecy covers the information.
    Secrecy "SECRECY" "WZ-ZGO-019" PRECONDITION GATE FixAndResend;
    /// Consent is never a basis towards police, prosecutor or family court.
    PoliceConsent "POLICE_CONSENT" "WZ-ZGO-020" PRECONDITION GATE Never;
    /// The message would reveal who reported.
    ReporterLeak "REPORTER_LEAK" "WZ-ZGO-021" PRECONDITION GATE FixAndResend;
    /// Personal data in a kind that may hold none.
    PersonalDataFound "PERSONAL_DATA_FOUND" "WZ-ZGO-022" INVALID GATE FixAndResend;
    /// The chosen institution works in another municipality.
    WrongTeryt "WRONG_TERYT" "WZ-ZGO-023" PRECONDITION GATE FixAndResend;
    /// The reply holds more than was asked.
    ReplyScope "REPLY_SCOPE" "WZ-ZGO-024" PRECONDITION GATE FixAndResend;
    /// The handle names no registered consent edge.
    EdgeUnknown "EDGE_UNKNOWN" "WZ-ZGO-025" PRECONDITION GATE FixAndResend;
    /// The handle belongs to another pair or direction.
    EdgeOtherPair "EDGE_OTHER_PAIR" "WZ-ZGO-026" PRECONDITION GATE Never;
    /// Class consent without a handle.
    HandleMissing "HANDLE_MISSING" "WZ-ZGO-027" INVALID GATE FixAndResend;
    /// A handle with a class that has none.
    HandleForbidden "HANDLE_FORBIDDEN" "WZ-ZGO-028" INVALID GATE FixAndResend;
    /// The handle is registered with other values.
    HandleTaken "HANDLE_TAKEN" "WZ-ZGO-029" EXISTS GATE Never;
    /// The basis class is not allowed between these kinds of institutions.
    ClassForbidden "CLASS_FORBIDDEN" "WZ-ZGO-030" PRECONDITION GATE Never;
    /// The newest verified log head is too old to open consent-based content.
    StaleConsentState "STALE_CONSENT_STATE" "WZ-ZGO-031" PRECONDITION GATE Later;

    // SZY: seal, signature, evidence.
    /// The message was sealed or signed with a key not known here.
    KeyUnknown "KEY_UNKNOWN" "WZ-SZY-001" DATA_LOSS IDENTITY FixAndResend;
    /// Signature, seal or proof does not hold; no more is said.
    Unverifiable "UNVERIFIABLE" "WZ-SZY-002" DATA_LOSS IDENTITY Never;
    /// The hub showed a log head that contradicts an earlier one.
    LogInconsistent "LOG_INCONSISTENT" "WZ-SZY-003" DATA_LOSS IDENTITY Never;
    /// Two parties hold contradicting signed statements of the hub.
    Equivocation "EQUIVOCATION" "WZ-SZY-004" DATA_LOSS IDENTITY Never;
    /// The directory shows another key without the previous key's signature.
    KeyChanged "KEY_CHANGED" "WZ-SZY-005" PRECONDITION IDENTITY Never;
    /// A public key is of small order or not canonical.
    KeyWeak "KEY_WEAK" "WZ-SZY-006" INVALID IDENTITY Never;
    /// An unknown cipher suite.
    Suite "SUITE" "WZ-SZY-007" UNIMPLEMENTED IDENTITY FixAndResend;
    /// An unknown version of the protocol.
    UnsupportedVersion "UNSUPPORTED_VERSION" "WZ-SZY-008" UNIMPLEMENTED IDENTITY FixAndResend;
    /// The signature of the worker who sent it is missing or does not hold.
    WorkerSignature "WORKER_SIGNATURE" "WZ-SZY-009" PRECONDITION IDENTITY FixAndResend;

    // ZAD: requests and channels.
    /// `prev` is not the hash of the last accepted envelope.
    PrevMismatch "PREV_MISMATCH" "WZ-ZAD-001" ABORTED UNEXPECTED FixAndResend;
    /// The number in the channel is not above the last accepted one.
    SeqUsed "SEQ_USED" "WZ-ZAD-002" ABORTED UNEXPECTED FixAndResend;
    /// Other bytes under an accepted message id.
    IdReused "ID_REUSED" "WZ-ZAD-003" EXISTS UNEXPECTED Never;
    /// The sender in the envelope is not the caller.
    SenderMismatch "SENDER_MISMATCH" "WZ-ZAD-004" DENIED IDENTITY Never;
    /// No such institution in the directory.
    RecipientUnknown "RECIPIENT_UNKNOWN" "WZ-ZAD-005" NOT_FOUND USAGE FixAndResend;
    /// The recipient is suspended; mail is held.
    RecipientSuspended "RECIPIENT_SUSPENDED" "WZ-ZAD-006" PRECONDITION GATE Later;
    /// The recipient left or was revoked.
    RecipientRevoked "RECIPIENT_REVOKED" "WZ-ZAD-007" PRECONDITION GATE Never;
    /// Sender and recipient are the same institution.
    RecipientSelf "RECIPIENT_SELF" "WZ-ZAD-008" INVALID USAGE Never;
    /// Something failed here that should not.
    Internal "INTERNAL" "WZ-ZAD-009" INTERNAL UNEXPECTED Later;

    // CZA: time.
    /// The clocks differ too much.
    ClockSkew "CLOCK_SKEW" "WZ-CZA-001" PRECONDITION IDENTITY Later;
    /// The message's time to live ended.
    Expired "EXPIRED" "WZ-CZA-002" PRECONDITION UNEXPECTED FixAndResend;
    /// The time to live is too short or too long.
    Ttl "TTL" "WZ-CZA-003" INVALID USAGE FixAndResend;

    // PLI: sizes.
    /// Larger than the limit.
    TooLarge "TOO_LARGE" "WZ-PLI-003" EXHAUSTED USAGE FixAndResend;
    /// The padded size is none of the permitted sizes.
    BadBucket "BAD_BUCKET" "WZ-PLI-004" INVALID USAGE Never;

    // WEJ: input.
    /// The bytes are not a canonical message.
    Malformed "MALFORMED" "WZ-WEJ-001" INVALID USAGE Never;
    /// A required field is empty.
    FieldMissing "FIELD_MISSING" "WZ-WEJ-002" INVALID USAGE FixAndResend;
    /// A field has a value that is not allowed.
    FieldInvalid "FIELD_INVALID" "WZ-WEJ-003" INVALID USAGE FixAndResend;
    /// A range or index outside what exists.
    Range "RANGE" "WZ-WEJ-004" RANGE USAGE FixAndResend;
    /// It does not exist, or not for the caller.
    NotFound "NOT_FOUND" "WZ-WEJ-005" NOT_FOUND USAGE FixAndResend;

    // CER: identity.
    /// The certificate's validity ended.
    CertExpired "CERT_EXPIRED" "WZ-CER-001" UNAUTHENTICATED IDENTITY FixAndResend;
    /// The hub is not the one of the invitation.
    HubIdentity "HUB_IDENTITY" "WZ-CER-002" UNAUTHENTICATED IDENTITY Never;
    /// The caller is suspended.
    Suspended "SUSPENDED" "WZ-CER-003" DENIED IDENTITY Later;
    /// The caller left or was revoked.
    Revoked "REVOKED" "WZ-CER-004" DENIED IDENTITY Never;
    /// The caller is no member of the region.
    NotAMember "NOT_A_MEMBER" "WZ-CER-005" DENIED IDENTITY Never;
    /// The certificate is not the registered one.
    CertNotRegistered "CERT_NOT_REGISTERED" "WZ-CER-006" UNAUTHENTICATED IDENTITY Never;
    /// The certificate does not hold exactly one institution.
    CertIdentity "CERT_IDENTITY" "WZ-CER-007" UNAUTHENTICATED IDENTITY Never;
    /// No client certificate.
    NoCertificate "NO_CERTIFICATE" "WZ-CER-008" UNAUTHENTICATED IDENTITY Never;
    /// A throw-away certificate outside the demo.
    DevCertificate "DEV_CERTIFICATE" "WZ-CER-009" PRECONDITION CONFIG FixAndResend;
    /// A key file can be read by others.
    KeyPermissions "KEY_PERMISSIONS" "WZ-CER-010" PRECONDITION CONFIG FixAndResend;
    /// The passphrase is missing or wrong.
    Passphrase "PASSPHRASE" "WZ-CER-011" PRECONDITION CONFIG FixAndResend;
    /// Another process already uses this data folder.
    Locked "LOCKED" "WZ-CER-012" PRECONDITION CONFIG FixAndResend;

    // LAC: connection.
    /// The hub does not answer.
    HubUnreachable "HUB_UNREACHABLE" "WZ-LAC-001" UNAVAILABLE OFFLINE Later;
    /// No answer in time.
    Deadline "DEADLINE" "WZ-LAC-005" DEADLINE OFFLINE Later;
    /// The other side is stopping.
    ShuttingDown "SHUTTING_DOWN" "WZ-LAC-006" UNAVAILABLE OFFLINE Later;
    /// A newer connection of the same institution took over.
    Fenced "FENCED" "WZ-LAC-007" ABORTED IDENTITY FixAndResend;

    // LIM and DYS: quotas and space.
    /// Too many calls in a minute.
    Quota "QUOTA" "WZ-LIM-001" EXHAUSTED OFFLINE Later;
    /// Too much work waits.
    QueueFull "QUEUE_FULL" "WZ-LIM-002" EXHAUSTED OFFLINE Later;
    /// Too little space on the disk.
    DiskFull "DISK_FULL" "WZ-DYS-001" EXHAUSTED CONFIG Later;

    // ZAP: invitations.
    /// No such invitation.
    InviteUnknown "INVITE_UNKNOWN" "WZ-ZAP-001" NOT_FOUND IDENTITY FixAndResend;
    /// The invitation was used by other keys.
    InviteUsed "INVITE_USED" "WZ-ZAP-003" EXISTS IDENTITY FixAndResend;
    /// The invitation's days are over.
    InviteExpired "INVITE_EXPIRED" "WZ-ZAP-004" PRECONDITION IDENTITY FixAndResend;
    /// The proof of the invitation's secret is wrong.
    InviteBadSecret "INVITE_BAD_SECRET" "WZ-ZAP-005" UNAUTHENTICATED IDENTITY FixAndResend;
    /// This node already belongs to a region.
    AlreadyJoined "ALREADY_JOINED" "WZ-ZAP-006" EXISTS CONFIG Never;

    // SPR: cases.
    /// Somebody else changed the case meanwhile.
    CaseChanged "CASE_CHANGED" "WZ-SPR-001" ABORTED UNEXPECTED FixAndResend;
    /// The case cannot go from its state to that one.
    CaseState "CASE_STATE" "WZ-SPR-002" PRECONDITION USAGE FixAndResend;
    /// Declining needs a reason.
    DeclineReasonMissing "DECLINE_REASON_MISSING" "WZ-SPR-003" INVALID USAGE FixAndResend;
    /// "No places" needs the earliest date.
    EarliestDateMissing "EARLIEST_DATE_MISSING" "WZ-SPR-004" INVALID USAGE FixAndResend;
    /// Closing needs an outcome.
    OutcomeMissing "OUTCOME_MISSING" "WZ-SPR-005" INVALID USAGE FixAndResend;

    // KON and BAZ: configuration and database.
    /// An unknown key in the configuration.
    ConfigUnknownKey "CONFIG_UNKNOWN_KEY" "WZ-KON-001" INVALID CONFIG FixAndResend;
    /// A configuration value that does not work.
    ConfigInvalid "CONFIG_INVALID" "WZ-KON-002" INVALID CONFIG FixAndResend;
    /// The database was written by a newer program.
    DatabaseNewer "DATABASE_NEWER" "WZ-BAZ-001" PRECONDITION CONFIG FixAndResend;
    /// The file is no database of this program or of this institution.
    DatabaseForeign "DATABASE_FOREIGN" "WZ-BAZ-002" PRECONDITION CONFIG FixAndResend;

    // UPR: permissions of people.
    /// This user is not in the institution's table of workers.
    WorkerUnknown "WORKER_UNKNOWN" "WZ-UPR-001" DENIED IDENTITY FixAndResend;
    /// The worker's role may not do that.
    WorkerRole "WORKER_ROLE" "WZ-UPR-002" DENIED IDENTITY FixAndResend;
    /// The worker is not named for the group or has not declared confidentiality.
    DeclarationMissing "DECLARATION_MISSING" "WZ-UPR-003" DENIED IDENTITY FixAndResend;
    /// The second person must be somebody else than the asker.
    SecondPerson "SECOND_PERSON" "WZ-UPR-004" DENIED IDENTITY FixAndResend;
    /// Login, password or second factor is wrong; which one is not told.
    LoginFailed "LOGIN_FAILED" "WZ-UPR-005" UNAUTHENTICATED IDENTITY FixAndResend;
    /// Too many tries at this account or from this address.
    LoginThrottled "LOGIN_THROTTLED" "WZ-UPR-006" EXHAUSTED IDENTITY Later;
    /// Nobody is signed in, or the session is over.
    SessionEnded "SESSION_ENDED" "WZ-UPR-007" UNAUTHENTICATED IDENTITY FixAndResend;
    /// The session is locked until its password is typed.
    SessionLocked "SESSION_LOCKED" "WZ-UPR-008" UNAUTHENTICATED IDENTITY FixAndResend;
    /// The account has no keys: nobody entitled gave them, or its password was reset.
    AccountKeyless "ACCOUNT_KEYLESS" "WZ-UPR-009" DENIED IDENTITY FixAndResend;
    /// The account is locked, or its worker left.
    AccountClosed "ACCOUNT_CLOSED" "WZ-UPR-010" DENIED IDENTITY FixAndResend;
    /// The first password of an account has to be changed before anything else.
    PasswordChange "PASSWORD_CHANGE" "WZ-UPR-011" PRECONDITION IDENTITY FixAndResend;
    /// The new password is too short, too simple or names its owner.
    PasswordWeak "PASSWORD_WEAK" "WZ-UPR-012" INVALID USAGE FixAndResend;
    /// The trail of who opened and sent what was changed from outside.
    TrailBroken "TRAIL_BROKEN" "WZ-UPR-013" DATA_LOSS IDENTITY Never;
    /// A recovery sheet is misread, doubled, of another set or of another institution.
    RecoverySheet "RECOVERY_SHEET" "WZ-UPR-014" INVALID USAGE FixAndResend;
    /// The login belongs to somebody else.
    LoginTaken "LOGIN_TAKEN" "WZ-UPR-015" EXISTS USAGE FixAndResend;
    /// The account got another key since its fingerprint was compared.
    AccountChanged "ACCOUNT_CHANGED" "WZ-UPR-016" ABORTED IDENTITY FixAndResend;
}

impl PartialOrd for Reason {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reason {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Reason {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom("unknown reason of a refusal"))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "tests may fail loudly")]
    use super::Reason;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_codes_are_unique_and_well_formed() {
        let names: BTreeSet<_> = Reason::ALL.iter().map(|r| r.as_str()).collect();
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|r| r.code()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        assert_eq!(codes.len(), Reason::ALL.len());
        for &reason in Reason::ALL {
            let name = reason.as_str();
            assert!(name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') && !name.starts_with("D_"), "{name}");
            let parts: Vec<&str> = reason.code().split('-').collect();
            let [wz, area, number] = parts.as_slice() else { panic!("{}", reason.code()) };
            assert!(*wz == "WZ" && area.len() == 3 && number.len() == 3 && number.parse::<u16>().is_ok());
            assert!((1..=16).contains(&reason.grpc()) && (1..=8).contains(&reason.exit_code()));
            assert_eq!(Reason::parse(name), Some(reason));
        }
        assert!(Reason::parse("D_CONSENT_SCOPE").is_none());
    }
}
