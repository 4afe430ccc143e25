//! A hub with a few members and a consent, and the question that follows every attack: is all as it was?
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::fmt::Debug;
use std::time::Duration;

use tempfile::TempDir;
use tonic::Status;
use wiez_hub::config::Config;
use wiez_proto::env::Env;
use wiez_proto::envelope::{Envelope, Position};
use wiez_proto::id::InstitutionId;
use wiez_proto::receipt::Refused;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, Lang};
use wiez_proto::wire::v1;
use wiez_tests::member::{Basis, Consent, Member, content, next};
use wiez_tests::region::Region;
use wiez_tests::session::{Deposited, Session, told};
use wiez_tests::tasks::within;

/// 16 November 2026, nine o'clock in Poland.
const MONDAY: i64 = 1_794_816_000_000;
/// Longest real time for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A region with members `ops`, `school` and `police`; `ops` holds a consent towards the school.
pub(crate) struct Ground {
    pub(crate) env: Env,
    pub(crate) region: Region,
    pub(crate) ops: Member,
    pub(crate) school: Member,
    pub(crate) police: Member,
    /// The connection of `ops`.
    pub(crate) session: Session,
    pub(crate) consent: Consent,
    _folder: TempDir,
}

/// What an attack must not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State(serde_json::Value);

impl Ground {
    pub(crate) async fn new() -> Self {
        Self::tuned(|_| {}).await
    }

    /// With a changed configuration.
    pub(crate) async fn tuned(tune: impl FnOnce(&mut Config)) -> Self {
        let (env, folder) = (Env::stepped(MONDAY, 7), tempfile::tempdir().unwrap());
        let region = Region::start(&env, folder.path(), tune).await.unwrap();
        let ops = region.join("ops-brzeg", "OPS").await.unwrap();
        let school = region.join("sp3-brzeg", "SZKOLA").await.unwrap();
        let police = region.join("kpp-brzeg", "POLICJA").await.unwrap();
        let session = ops.connect().await.unwrap();
        let consent = ops.grant(&school.id, &[Category::IdName, Category::PlanTasks]).unwrap();
        session.register(&consent).await.unwrap();
        Self { env, region, ops, school, police, session, consent, _folder: folder }
    }

    /// The next envelope from `ops` to the school after another, under the consent.
    pub(crate) fn after(&self, last: Option<&Envelope>) -> Envelope {
        self.at(next(last), Basis::Consent(self.consent.there))
    }

    /// An envelope from `ops` to the school.
    pub(crate) fn at(&self, position: Position, basis: Basis) -> Envelope {
        let draft = self.ops.draft(&self.school.id, position, basis);
        self.ops.seal(&self.school.peer(), &draft, content(&self.env, Some(&self.consent), "", 100)).unwrap()
    }

    /// A good envelope that opens the channel.
    pub(crate) fn first(&self) -> Envelope {
        self.after(None)
    }

    /// Counts of everything that the hub keeps.
    pub(crate) async fn state(&self) -> State {
        let mut state = serde_json::to_value(self.region.hub().status().await.unwrap()).unwrap();
        // Neither says anything about what the hub took.
        state.as_object_mut().unwrap().retain(|key, _| key != "disk_free_bytes" && key != "connected");
        State(state)
    }

    /// After an attack the hub answers a member, and keeps what it kept before.
    pub(crate) async fn stands(&self, before: &State) {
        let alive = within(PATIENCE, async { self.ops.connect().await?.head().await }).await;
        assert!(alive.is_some_and(|head| head.is_ok()), "the hub does not answer any more");
        assert_eq!(self.state().await, *before, "the attack changed something");
    }

    /// Deposits, expects a refusal, and that nothing was kept.
    pub(crate) async fn refuses(&self, envelope: v1::Envelope, reason: Reason) -> v1::DepositRefusal {
        let before = self.state().await;
        let answer = self.session.deposit(envelope).await.unwrap();
        let Deposited::Refused(refusal) = answer else { panic!("accepted instead of {reason}") };
        self.sound(&refusal, reason);
        self.stands(&before).await;
        refusal
    }

    /// A refusal in an answer: reason, a Polish sentence for it, and the hub's signature if it is final.
    pub(crate) fn sound(&self, refusal: &v1::DepositRefusal, reason: Reason) {
        assert_eq!(refusal.reason, reason.as_str());
        let text = Refusal::new(reason).explain(Lang::Pl);
        assert!(text.todo.len() > 10, "{reason} tells nobody what to do");
        if let Some(signed) = &refusal.r#final {
            let refused = Refused::open(signed, &self.ops.region.mail_key, self.ops.bound()).unwrap();
            assert_eq!((refused.reason, refused.party.as_str()), (reason, "hub"));
        }
    }

    /// Sets the standing of a member.
    pub(crate) async fn stand(&self, institution: &InstitutionId, standing: wiez_proto::directory::Standing) {
        self.region.hub().set_standing(institution, standing).await.unwrap();
    }
}

/// A call was refused with this reason, its code, and texts that help; nothing of what was sent comes back.
pub(crate) fn says<T: Debug>(answer: Result<T, Status>, reason: Reason) -> Status {
    let status = match answer {
        Ok(answer) => panic!("answered {answer:?} instead of {reason}"),
        Err(status) => status,
    };
    let told = told(&status);
    assert_eq!(told.reason, reason.as_str(), "{status:?}");
    assert_eq!(i32::from(told.code), reason.grpc(), "{reason}");
    for lang in Lang::ALL {
        let text = told.texts.get(lang.tag()).unwrap_or_else(|| panic!("{reason} has no text in {}", lang.tag()));
        assert!(text.contains("WZ-") && text.len() > 40, "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\0']), "{text:?}");
    }
    status
}

/// A call that never reached anything that could refuse it: the connection was not made.
pub(crate) fn no_connection<T: Debug>(answer: Result<T, Status>) {
    let status = answer.map(|answer| panic!("answered {answer:?}")).unwrap_err();
    assert_eq!(told(&status).reason, "", "{status:?}");
}
