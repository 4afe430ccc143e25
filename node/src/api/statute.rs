//! Requests on a statute: reports, queries, the group's work, what is owed, and the second person.

use std::collections::BTreeSet;

use wiez_proto::directory::Entry;
use wiez_proto::id::InstitutionId;
use wiez_proto::policy::Policy;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, BasisCode, InstitutionKind, MessageKind, WorkerRole};

use super::answer::Answer;
use super::call::{misplaced, sections};
use super::request::Request;
use crate::account::{Reader, Watcher};
use crate::casework::act::{self, Lawful};
use crate::{Node, casework, obligation, review};

/// The call before it was made by whoever acts now.
fn called_by(mut to: Lawful, worker: &Reader) -> Lawful {
    if let Some(call) = &mut to.statement.phoned {
        call.by.clone_from(&worker.name);
    }
    to
}

/// What leaves on a statute, or asks the region.
pub(super) async fn on_statute(node: &Node, worker: &Reader, request: Request) -> Result<Answer, Refusal> {
    if let Request::Dispatch { on } = request {
        return act::dispatch(node, worker, on).await.map(Answer::Dispatched);
    }
    let sent = if let Request::Report { to, sections: texts, matter } = request {
        act::report(node, worker, &called_by(to, worker), sections(texts), matter).await
    } else if let Request::Note { number, note } = request {
        act::nk_note(node, worker, &number, note).await
    } else if let Request::NoteFirst { to, note } = request {
        act::nk_note_first(node, worker, &called_by(to, worker), note).await
    } else if let Request::Move { mut on } = request {
        on.to = called_by(on.to, worker);
        act::nk_move(node, worker, on).await
    } else if let Request::HandedB { number, given_on } = request {
        act::handed_b(node, worker, &number, given_on).await
    } else if let Request::Query { to, sections: texts, wanted } = request {
        act::query(node, worker, &called_by(to, worker), sections(texts), wanted).await
    } else if let Request::Transfer { to, sections: texts, text } = request {
        act::transfer(node, worker, &called_by(to, worker), sections(texts), text).await
    } else {
        return on_mediation(node, worker, request).await;
    };
    sent.map(Answer::Sent)
}

async fn on_mediation(node: &Node, worker: &Reader, request: Request) -> Result<Answer, Refusal> {
    let sent = if let Request::Mediate { number, rops } = request {
        act::mediate(node, worker, &number, &rops).await
    } else if let Request::MediationAsk { number, partner } = request {
        act::mediation_ask(node, worker, &number, &partner).await
    } else if let Request::MediationNote { number, outcome, proposed } = request {
        act::mediation_note(node, worker, &number, outcome, proposed).await
    } else {
        Err(misplaced())
    };
    sent.map(Answer::Sent)
}

/// What settles something that is owed.
pub(super) async fn on_duty(node: &Node, worker: &Reader, request: Request) -> Result<Answer, Refusal> {
    if let Request::Ack { number, code } = request {
        return act::ack(node, worker, &number, code).await.map(Answer::Sent);
    }
    if let Request::CaseFeedback { number, code } = request {
        return act::case_feedback(node, worker, &number, code).await.map(Answer::Sent);
    }
    if let Request::FormalRef { number, letter } = request {
        return act::formal_ref(node, worker, &number, letter).await.map(|()| Answer::Nothing);
    }
    if let Request::Sitting { number, held_on } = request {
        return act::sitting(node, worker, &number, held_on).await.map(|()| Answer::Nothing);
    }
    let Request::Close { number } = request else { return Err(misplaced()) };
    let told = act::close(node, worker, &number).await?;
    Ok(told.map_or(Answer::Nothing, Answer::Sent))
}

/// What is owed, what a second person looks at, and what the person concerned may be given: also for
/// the data-protection officer, to whom none of it shows content.
pub(super) async fn on_review(node: &Node, watcher: &Watcher, request: Request) -> Result<Answer, Refusal> {
    if let Request::Owed { apart } = request {
        let worker = watcher.worker();
        if worker.role != WorkerRole::Iod {
            worker.reads()?;
        }
        return obligation::list(node, watcher, apart).await.map(Answer::Owed);
    }
    if let Request::ReviewConfirm { id } = &request {
        return review::confirm(node, watcher, id).await.map(|decided| Answer::Decided(Box::new(decided)));
    }
    if let Request::ReviewReject { id, why } = &request {
        return review::reject(node, watcher, id, why).await.map(|decided| Answer::Decided(Box::new(decided)));
    }
    if let Request::SubjectExport { subject_ref } = &request {
        let export = casework::subject_export(node, watcher, subject_ref).await?;
        return Ok(Answer::Export(Box::new(export)));
    }
    review::list(node, watcher).await.map(Answer::Reviews)
}

/// Adds to a missing consent on which statute the same kind could go to the same institution: the basis
/// comes before the consent. It depends on the table and both kinds of institution alone.
pub(super) fn other_basis(node: &Node, kind: MessageKind, to: &InstitutionId, refusal: Refusal) -> Refusal {
    if refusal.reason != Reason::ConsentMissing {
        return refusal;
    }
    let directory = node.directory();
    let Some(peer) = directory.get(to) else { return refusal };
    let bases = statutes(kind, &kinds(node.me()), &kinds(&peer.entry));
    if bases.is_empty() {
        return refusal;
    }
    refusal.with_codes("statutes", bases.iter().map(|basis| basis.code()))
}

/// The statutory bases on which a kind of message can go between two institutions.
fn statutes(
    kind: MessageKind,
    from: &BTreeSet<InstitutionKind>,
    to: &BTreeSet<InstitutionKind>,
) -> BTreeSet<BasisCode> {
    let rows = Policy::shipped().rows().iter().filter(|row| {
        row.kind == kind
            && row.class == BasisClass::Statutory
            && !row.senders.is_disjoint(from)
            && !row.recipients.is_disjoint(to)
    });
    rows.flat_map(|row| row.bases.iter().copied()).collect()
}

fn kinds(entry: &Entry) -> BTreeSet<InstitutionKind> {
    std::iter::once(entry.kind).chain(entry.also_acts_as.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basis_comes_before_the_consent_where_there_is_one() {
        use InstitutionKind as K;
        let named = |kind, from, to| {
            let bases = statutes(kind, &BTreeSet::from([from]), &BTreeSet::from([to]));
            bases.into_iter().map(BasisCode::code).collect::<Vec<_>>()
        };
        assert_eq!(named(MessageKind::InfoRequest, K::Ops, K::Szkola), ["UPS_105", "UWR_16"]);
        assert_eq!(named(MessageKind::InfoRequest, K::Pcpr, K::Szkola), ["UPS_105"]);
        assert_eq!(named(MessageKind::InfoRequest, K::SadRod, K::Szkola), ["COURT_ORDER"]);
        assert!(named(MessageKind::InfoRequest, K::Szkola, K::Poz).is_empty(), "a school needs the consent");
        assert!(named(MessageKind::Referral, K::Ops, K::Szkola).is_empty());
    }
}
