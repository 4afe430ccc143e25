//! Tests of the gate: every fact that it looks at, changed one at a time.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::env::Env;
use wiez_proto::envelope::{Draft, Position, Region, SealingKey, SigningKey, seal};
use wiez_proto::id::{Handle, Hash, MessageId};
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::v1;

use super::*;

const NOW: i64 = 1_790_000_000_000;
const HANDLE: Handle = Handle::new([7; 16]);

struct Case {
    env: Env,
    region: Region,
    signing: SigningKey,
    sealing: SealingKey,
    sender: Entry,
    recipient: Entry,
}

impl Case {
    fn new() -> Self {
        let env = Env::stepped(NOW, 3);
        let (signing, sealing) = (SigningKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
        let entry = |id: &str, kind| Entry {
            institution: id.parse().unwrap(),
            serial: 1,
            kind,
            also_acts_as: vec![],
            name: id.to_owned(),
            teryt: "1601".to_owned(),
            phone: String::new(),
            signing_key: signing.public(),
            sealing_key: sealing.public().clone(),
            tls_fingerprint: [0; 32],
            valid_from_ms: NOW,
            previous: None,
        };
        let (sender, recipient) = (entry("ops-a", InstitutionKind::Ops), entry("sp-b", InstitutionKind::Szkola));
        let region = Region { id: "opolskie".parse().unwrap(), fingerprint: [1; 32] };
        Self { env, region, signing, sealing, sender, recipient }
    }

    fn envelope(&self, class: BasisClass) -> Verified {
        let draft = Draft {
            message_id: MessageId::random(&self.env),
            sender: self.sender.institution.clone(),
            recipient: self.recipient.institution.clone(),
            position: Position { epoch: 1, seq: 1, prev: Hash::ZERO },
            class,
            handle: (class == BasisClass::Consent).then_some(HANDLE),
            created_ms: NOW,
            expires_ms: NOW + 1_000_000,
        };
        let content = v1::Content::default();
        let sealed = seal(&self.env, &self.region, &self.signing, self.sealing.public(), &draft, content).unwrap();
        sealed.verify(&self.signing.public(), &self.region).unwrap()
    }

    fn facts<'a>(&'a self, edge: Option<Edge<'a>>) -> Facts<'a> {
        Facts { caller: &self.sender.institution, sender: &self.sender, recipient: &self.recipient, edge, now_ms: NOW }
    }

    fn reason(&self, class: BasisClass, facts: &Facts<'_>) -> Option<Reason> {
        admit(self.envelope(class), facts).err().map(|refusal| refusal.reason)
    }
}

const GOOD: Edge<'static> = Edge { sender: "ops-a", recipient: "sp-b", valid_until_ms: NOW, live: true };

#[test]
fn consent_needs_a_live_edge_of_exactly_this_pair_and_direction() {
    let case = Case::new();
    let reason = |edge| case.reason(BasisClass::Consent, &case.facts(edge));
    assert_eq!(reason(Some(GOOD)), None);
    assert_eq!(reason(None), Some(Reason::EdgeUnknown));
    assert_eq!(reason(Some(Edge { live: false, ..GOOD })), Some(Reason::ConsentWithdrawn));
    assert_eq!(reason(Some(Edge { valid_until_ms: NOW - 1, ..GOOD })), Some(Reason::ConsentExpired));
    let reversed = Edge { sender: "sp-b", recipient: "ops-a", ..GOOD };
    assert_eq!(reason(Some(reversed)), Some(Reason::EdgeOtherPair));
    assert_eq!(reason(Some(Edge { recipient: "sp-c", ..GOOD })), Some(Reason::EdgeOtherPair));
    // Whose edge it is comes first: whether a foreign one was withdrawn is nobody's business.
    assert_eq!(reason(Some(Edge { live: false, ..reversed })), Some(Reason::EdgeOtherPair));
}

#[test]
fn the_caller_is_the_sender() {
    let case = Case::new();
    let other = "ops-z".parse().unwrap();
    let facts = Facts { caller: &other, ..case.facts(Some(GOOD)) };
    assert_eq!(case.reason(BasisClass::NoPersonalData, &facts), Some(Reason::SenderMismatch));
}

#[test]
fn the_class_must_fit_the_kinds_and_consent_never_reaches_who_can_compel() {
    let mut case = Case::new();
    assert_eq!(case.reason(BasisClass::VitalInterest, &case.facts(None)), Some(Reason::ClassForbidden));
    assert_eq!(case.reason(BasisClass::Statutory, &case.facts(None)), None);
    case.recipient.kind = InstitutionKind::Policja;
    assert_eq!(case.reason(BasisClass::Consent, &case.facts(Some(GOOD))), Some(Reason::PoliceConsent));
    assert_eq!(case.reason(BasisClass::VitalInterest, &case.facts(None)), None);
    case.recipient.kind = InstitutionKind::Szkola;
    case.recipient.also_acts_as = vec![InstitutionKind::Policja];
    assert_eq!(case.reason(BasisClass::Consent, &case.facts(Some(GOOD))), Some(Reason::PoliceConsent));
    case.recipient.also_acts_as = vec![InstitutionKind::Oik];
    assert_eq!(case.reason(BasisClass::VitalInterest, &case.facts(None)), None, "one of its roles may take it");
}

#[test]
fn nothing_leaves_late_beyond_its_consent_or_from_who_is_not_active() {
    let good = HandOut { sender: Some(Standing::Active), expires_ms: NOW, valid_until_ms: Some(NOW), now_ms: NOW };
    assert!(may_leave(&good));
    assert!(may_leave(&HandOut { valid_until_ms: None, ..good }));
    for bad in [
        HandOut { sender: None, ..good },
        HandOut { sender: Some(Standing::Suspended), ..good },
        HandOut { sender: Some(Standing::Revoked), ..good },
        HandOut { expires_ms: NOW - 1, ..good },
        HandOut { valid_until_ms: Some(NOW - 1), ..good },
    ] {
        assert!(!may_leave(&bad), "{bad:?}");
    }
}
