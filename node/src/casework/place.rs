//! Says where a message belongs: in which kind of case, and on which side of it this institution stands.

use wiez_proto::payload::Body;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::MessageKind;

use super::apart::hides;
use super::file::CaseKind;
use crate::message::Message;
use crate::referral::Side;
use crate::store::casework::CaseRow;
use crate::store::{self, Conn, Tx};

/// Where the messages of a kind belong.
pub(super) struct Place {
    /// On which side of a conversation this institution may stand, in cases of which kinds.
    at: &'static [(Side, &'static [CaseKind])],
    /// What kind of case it opens here where there is none.
    pub(super) opens: Option<CaseKind>,
}

impl Place {
    const fn opening(kind: CaseKind, at: &'static [(Side, &'static [CaseKind])]) -> Option<Self> {
        Some(Self { at, opens: Some(kind) })
    }

    const fn answers(at: &'static [(Side, &'static [CaseKind])]) -> Option<Self> {
        Some(Self { at, opens: None })
    }
}

/// Cases in which somebody here reported or passed something on.
const REPORTED: &[CaseKind] = &[
    CaseKind::Signal,
    CaseKind::Alert,
    CaseKind::NiebieskaKarta,
    CaseKind::Crime,
    CaseKind::Court,
    CaseKind::Transfer,
];

/// Where a message belongs; none for a refusal, which belongs to whatever it refuses.
///
/// Everything that is not a referral lives in the states of a referral, at both institutions:
///
/// | what happens | who reported | who received |
/// | --- | --- | --- |
/// | it is sent, stored, received | `QUEUED`, `SENT`, `DELIVERED` | – , – , `DELIVERED` |
/// | somebody opens it | – | `OPENED` |
/// | `ACK_HUMAN` | `ACCEPTED` | `ACCEPTED` |
/// | `FEEDBACK_MIN` `RECEIVED` | `OPENED` | `OPENED` |
/// | `FEEDBACK_MIN` `IN_PROGRESS` | `IN_PROGRESS` | `IN_PROGRESS` |
/// | `FEEDBACK_MIN` `NOT_COMPETENT` | `DECLINED` | `DECLINED` |
/// | `FEEDBACK_MIN` `CLOSED`, the act of closing | `COMPLETED` | `COMPLETED` |
/// | reply, refusal of a request | `COMPLETED`, `DECLINED` | `COMPLETED`, `DECLINED` |
/// | note of a mediation | `IN_PROGRESS`, `REDIRECT_PROPOSED`, `COMPLETED` | the same |
/// | the gate, the hub or the other gate says no | `HELD` | – |
/// | nobody answers in time | `EXPIRED` | `OPENED`, owned by the manager |
///
/// A case under mediation is the referral's own: it stands in `IN_MEDIATION` until a note comes.
pub(super) const fn place(body: &Body) -> Option<Place> {
    use CaseKind as K;
    use Side::{Provider, Referrer};
    match body {
        Body::Referral(_) | Body::ReferralForward(_) => Place::opening(K::Referral, &[(Provider, &[K::Referral])]),
        Body::InfoRequest(_) => Place::opening(K::Info, &[(Provider, &[K::Info])]),
        Body::PoliceQuery(_) | Body::KuratorQuery(_) => Place::opening(K::Query, &[(Provider, &[K::Query])]),
        Body::ConsultAnon { .. } => Place::opening(K::Consult, &[(Provider, &[K::Consult])]),
        Body::FeedbackMin { .. } => Place::opening(K::Consult, &[(Referrer, REPORTED), (Provider, &[K::Consult])]),
        Body::ConsentWithdrawn { .. } => Place::opening(K::Notice, &[(Provider, &[K::Notice])]),
        Body::ReferralStatus(_) => Place::answers(&[(Referrer, &[K::Referral])]),
        Body::InfoReply(_) | Body::InfoRefusal { .. } => Place::answers(&[(Referrer, &[K::Info, K::Query])]),
        Body::ReplyAnon { .. } => Place::answers(&[(Referrer, &[K::Consult])]),
        Body::ConsentWithdrawnAnswer { .. } => Place::answers(&[(Referrer, &[K::Notice])]),
        Body::Signal(_) => Place::opening(K::Signal, &[(Provider, &[K::Signal])]),
        Body::Alert(_) => Place::opening(K::Alert, &[(Provider, &[K::Alert])]),
        Body::NkA(_) | Body::NkADispatch(_) | Body::NkBRecord { .. } | Body::NkMove(_) => {
            Place::opening(K::NiebieskaKarta, &[(Provider, &[K::NiebieskaKarta])])
        }
        Body::NkNote(_) => {
            Place::opening(K::NiebieskaKarta, &[(Provider, &[K::NiebieskaKarta]), (Referrer, &[K::NiebieskaKarta])])
        }
        Body::CrimeNotice(_) => Place::opening(K::Crime, &[(Provider, &[K::Crime])]),
        Body::CourtNotice(_) => Place::opening(K::Court, &[(Provider, &[K::Court])]),
        Body::TransferCase(_) => Place::opening(K::Transfer, &[(Provider, &[K::Transfer])]),
        Body::MediationRequest(_) => Place::opening(K::Mediation, &[(Provider, &[K::Mediation])]),
        Body::MediationNote(_) => {
            Place::opening(K::Mediation, &[(Referrer, &[K::Mediation]), (Provider, &[K::Mediation])])
        }
        Body::AckHuman { .. } => Place::answers(&[(Referrer, REPORTED)]),
        Body::GateRefusal { .. } => None,
    }
}

/// The case of this conversation to which a message belongs.
///
/// # Errors
/// `NOT_FOUND` where the conversation is a case of another kind or stands apart where the message does not: a thread is
/// one case, and nobody puts a message of another kind on it.
pub(super) async fn found(conn: &mut Conn, message: &Message, place: &Place) -> Result<Option<CaseRow>, Refusal> {
    let mut other = false;
    for (side, kinds) in place.at {
        let case = store::casework::by_thread(conn, &message.thread, &message.sender, *side).await?;
        match case {
            Some(case) if kinds.contains(&case.kind) && fits(&case, message.kind, place) => return Ok(Some(case)),
            case => other |= case.is_some(),
        }
    }
    if other { Err(Refusal::new(Reason::NotFound).with("what", "thread")) } else { Ok(None) }
}

/// What would open a case that stands apart never joins one that the family may see, nor the other way round: a word to
/// a reporter and a question to colleagues live in cases of one kind.
fn fits(case: &CaseRow, kind: MessageKind, place: &Place) -> bool {
    place.opens.is_none() || case.file.stand.side == Side::Referrer || hides(kind) == case.hidden
}

/// Whether this institution opened the conversation, with a case of the kind that the message
/// belongs to.
///
/// # Errors
/// `NOT_FOUND` where the conversation is a case of another kind.
pub(super) async fn own_thread(tx: &mut Tx, message: &Message) -> Result<bool, Refusal> {
    let Some(place) = place(message.payload.body()) else { return Ok(true) };
    let case = found(tx, message, &place).await?;
    Ok(case.is_some_and(|case| case.file.stand.side == Side::Referrer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiez_proto::vocab::{AckCode, FeedbackCode};

    #[test]
    fn an_acknowledgement_opens_nothing_and_a_word_to_a_reporter_finds_its_report() {
        let ack = place(&Body::AckHuman { code: AckCode::TakenOver });
        assert!(
            ack.is_some_and(|place| place.opens.is_none() && place.at.iter().all(|(side, _)| *side == Side::Referrer))
        );
        let feedback = place(&Body::FeedbackMin { code: FeedbackCode::Received });
        let first = feedback.and_then(|place| place.at.first().map(|(side, kinds)| (*side, *kinds)));
        assert_eq!(first, Some((Side::Referrer, REPORTED)));
        for kind in CaseKind::ALL {
            let passed_on = *kind == CaseKind::Transfer;
            assert_eq!(REPORTED.contains(kind), kind.reports() || passed_on, "{kind:?}");
        }
    }
}
