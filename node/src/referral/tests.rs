//! The lifecycle explored whole: no state without owner and deadline, and the rules one by one.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;
use wiez_proto::policy::Due as Rule;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{DeclineReason, Outcome, ReferralStatus as S, Urgency};

use super::*;

const DAY_MS: i64 = 86_400_000;
/// Wednesday 2026-05-06, noon in Warsaw.
const START: i64 = 1_778_061_600_000;
const BY_URGENCY: Timing = Timing::new(Some(Rule::ByUrgency), Week::MON_FRI);

fn reports() -> Vec<Report> {
    let mut all: Vec<Report> = S::ALL.iter().map(|status| Report::bare(*status)).collect();
    all.push(Report { reason: Some(DeclineReason::OtherArea), ..Report::bare(S::Declined) });
    all.push(Report {
        reason: Some(DeclineReason::NoCapacity),
        earliest: Some(Date::constant(2026, 9, 1)),
        ..Report::bare(S::Declined)
    });
    all.push(Report { earliest: Some(Date::constant(2026, 9, 1)), ..Report::bare(S::Waitlisted) });
    for status in [S::Completed, S::Interrupted, S::ClosedNoContact] {
        all.push(Report { outcome: Some(Outcome::Reached), ..Report::bare(status) });
    }
    all
}

fn events() -> Vec<Event> {
    let mut all = vec![
        Event::Submit,
        Event::Held,
        Event::Accepted,
        Event::Received,
        Event::Refused,
        Event::TimedOut,
        Event::ConsentEnded,
        Event::Opened,
        Event::UndoAccept,
        Event::Answer,
        Event::Answered,
        Event::Cancel,
        Event::Mediate,
        Event::Mediated,
        Event::Tick,
    ];
    all.extend(reports().into_iter().map(Event::Decide));
    all.extend(reports().into_iter().map(Event::Reported));
    all
}

/// Whether a value says who acts until when, and the two fit its side and state.
fn answerable(referral: &Referral, at_ms: i64) -> bool {
    let theirs = match referral.owner {
        Owner::Referrer | Owner::ReferrerManager => Side::Referrer,
        Owner::Provider | Owner::ProviderManager => Side::Provider,
    };
    let first = owner(referral.side, referral.status);
    !referral.due.rule.is_empty()
        && referral.due.at_ms >= at_ms
        && (referral.owner == first || referral.owner == first.above())
        // Nobody else's manager: ownership never jumps to the other institution by itself.
        && (theirs == Side::Referrer) == matches!(first, Owner::Referrer | Owner::ReferrerManager)
}

#[test]
fn every_reachable_state_has_an_owner_and_a_deadline() {
    for urgency in Urgency::ALL {
        let mut seen: BTreeMap<String, ()> = BTreeMap::new();
        let mut queue = VecDeque::from([
            (Referral::draft(*urgency, START, Week::MON_FRI), START),
            (Referral::arrived(*urgency, START, BY_URGENCY), START),
        ]);
        while let Some((referral, at_ms)) = queue.pop_front() {
            let name = format!("{:?} {} {:?}", referral.side, referral.status, referral.owner);
            if seen.insert(name.clone(), ()).is_some() {
                continue;
            }
            for event in events() {
                for later in [at_ms, at_ms + DAY_MS, referral.due.at_ms, referral.due.at_ms + 1] {
                    let Ok((next, _)) = step(&referral, &event, later, BY_URGENCY) else { continue };
                    // Only the clock moves a deadline that has passed; the loop in casework ticks first.
                    let (next, _) = step(&next, &Event::Tick, later, BY_URGENCY).unwrap();
                    assert!(answerable(&next, later), "{name} --{event:?}--> {next:?}");
                    assert_eq!(next.side, referral.side);
                    queue.push_back((next, later));
                }
            }
        }
        let reached = |side: &str, status: S| seen.keys().any(|key| key.starts_with(&format!("{side} {status} ")));
        for status in S::ALL {
            // Recall comes with its own message kind.
            let later = matches!(status, S::Recalled);
            assert_eq!(reached("Referrer", *status), !later, "{status} at the referrer");
        }
        for status in [
            S::Delivered,
            S::Opened,
            S::NeedInfo,
            S::Accepted,
            S::Declined,
            S::Waitlisted,
            S::Completed,
            S::CancelledConsent,
        ] {
            assert!(reached("Provider", status), "{status} at the provider");
        }
    }
}

#[test]
fn a_date_that_passed_is_told_until_the_state_changes() {
    let arrived = Referral::arrived(Urgency::U3Normal, START, Timing::default());
    let promised = arrived.due.at_ms;
    let tick = |now: &Referral| step(now, &Event::Tick, now.due.at_ms + 1, Timing::default()).unwrap().0;
    let late = tick(&tick(&arrived));
    assert!(late.due.at_ms > promised && late.promised_ms() == promised && arrived.missed_ms.is_none());
    let accepted = Event::Decide(Report::bare(S::Accepted));
    let (accepted, _) = step(&late, &accepted, late.due.at_ms, Timing::default()).unwrap();
    assert_eq!((accepted.missed_ms, accepted.promised_ms()), (None, accepted.due.at_ms));
}

#[test]
fn states_nobody_can_reach_yet_have_owner_and_deadline_too() {
    for status in S::ALL {
        for side in [Side::Referrer, Side::Provider] {
            let referral = Referral::enter(side, *status, Urgency::U3Normal, START, Timing::default());
            assert!(answerable(&referral, START), "{side:?} {status}");
            let (late, effects) = step(&referral, &Event::Tick, referral.due.at_ms + 1, Timing::default()).unwrap();
            assert!(answerable(&late, referral.due.at_ms + 1) && matches!(effects.as_slice(), [Effect::Remind(_)]));
        }
    }
}

fn arrived() -> Referral {
    Referral::arrived(Urgency::U3Normal, START, BY_URGENCY)
}

fn refused(report: Report) -> Reason {
    step(&arrived(), &Event::Decide(report), START, Timing::default()).unwrap_err().reason
}

#[test]
fn no_decision_without_what_it_must_say() {
    assert_eq!(refused(Report::bare(S::Declined)), Reason::DeclineReasonMissing);
    let other = Report { reason: Some(DeclineReason::Other), note: "za krótko".into(), ..Report::bare(S::Declined) };
    assert_eq!(refused(other.clone()), Reason::DeclineReasonMissing);
    let long = Report { note: "Rodzina przeprowadza się w tym miesiącu.".into(), ..other };
    assert!(step(&arrived(), &Event::Decide(long), START, Timing::default()).is_ok());
    let full = Report { reason: Some(DeclineReason::NoCapacity), ..Report::bare(S::Declined) };
    assert_eq!(refused(full), Reason::EarliestDateMissing);
    assert_eq!(refused(Report::bare(S::Waitlisted)), Reason::EarliestDateMissing);
    let (working, _) = step(&arrived(), &Event::Decide(Report::bare(S::InProgress)), START, Timing::default()).unwrap();
    let close = step(&working, &Event::Decide(Report::bare(S::Completed)), START, Timing::default());
    assert_eq!(close.unwrap_err().reason, Reason::OutcomeMissing);
}

#[test]
fn an_unanswered_referral_returns_to_the_referrer_and_a_late_answer_still_counts() {
    let sent =
        step(&Referral::draft(Urgency::U3Normal, START, Week::MON_FRI), &Event::Submit, START, Timing::default())
            .unwrap()
            .0;
    let delivered = step(&sent, &Event::Received, START, BY_URGENCY).unwrap().0;
    assert_eq!(delivered.owner, Owner::Provider);
    let (expired, effects) = step(&delivered, &Event::Tick, delivered.due.at_ms + 1, Timing::default()).unwrap();
    assert_eq!((expired.status, expired.owner), (S::Expired, Owner::Referrer));
    assert_eq!(effects, [Effect::Remind(Owner::Referrer)]);
    let late = Event::Reported(Report::bare(S::Accepted));
    let (accepted, _) = step(&expired, &late, START + 30 * DAY_MS, Timing::default()).unwrap();
    assert_eq!((accepted.status, accepted.owner), (S::Accepted, Owner::Provider));
}

#[test]
fn opening_does_not_prolong_the_deadline_and_is_told_once() {
    let before = arrived();
    let (opened, effects) = step(&before, &Event::Opened, START + DAY_MS, BY_URGENCY).unwrap();
    assert_eq!(opened.due, before.due);
    assert_eq!(effects, [Effect::Report(Report::bare(S::Opened))]);
    assert_eq!(step(&opened, &Event::Opened, START + DAY_MS, Timing::default()).unwrap(), (opened, vec![]));
}

#[test]
fn an_acceptance_can_be_taken_back_until_work_begins() {
    let (accepted, _) = step(&arrived(), &Event::Decide(Report::bare(S::Accepted)), START, Timing::default()).unwrap();
    let (undone, effects) = step(&accepted, &Event::UndoAccept, START, Timing::default()).unwrap();
    assert_eq!((undone.status, effects), (S::Opened, vec![Effect::Report(Report::bare(S::Opened))]));
    let (working, _) = step(&accepted, &Event::Decide(Report::bare(S::InProgress)), START, Timing::default()).unwrap();
    let refusal = step(&working, &Event::UndoAccept, START, Timing::default()).unwrap_err();
    assert_eq!(refusal.reason, Reason::CaseState);
    assert!(refusal.details.get("allowed").unwrap().contains("COMPLETED"));
}

#[test]
fn what_the_other_side_claims_cannot_reopen_or_invent() {
    let draft = Referral::draft(Urgency::U3Normal, START, Week::MON_FRI);
    let sent = step(&draft, &Event::Submit, START, Timing::default()).unwrap().0;
    for claim in [S::Queued, S::CancelledConsent, S::Expired, S::Draft] {
        let (same, effects) = step(&sent, &Event::Reported(Report::bare(claim)), START, Timing::default()).unwrap();
        assert_eq!((same.status, effects), (S::Queued, vec![Effect::Ignored]));
    }
    let ended = step(&sent, &Event::ConsentEnded, START, Timing::default()).unwrap().0;
    let (same, _) = step(&ended, &Event::Reported(Report::bare(S::Accepted)), START, Timing::default()).unwrap();
    assert_eq!(same.status, S::CancelledConsent);
}

#[test]
fn the_week_of_the_institution_moves_every_deadline_in_working_days() {
    // Friday 2026-05-08, noon in Warsaw.
    let friday = START + 2 * DAY_MS;
    let due = |week| {
        let timing = Timing::new(Some(Rule::WorkingDays(1)), week);
        let (arrived, draft) =
            (Referral::arrived(Urgency::U3Normal, friday, timing), Referral::draft(Urgency::U3Normal, friday, week));
        let question = Event::Decide(Report::bare(S::NeedInfo));
        let (asked, _) = step(&arrived, &question, friday, timing).unwrap();
        let (late, _) = step(&asked, &Event::Tick, asked.due.at_ms + 1, timing).unwrap();
        [arrived.due, draft.due, asked.due, late.due]
            .map(|due| (wiez_proto::calendar::day_of(due.at_ms).day(), due.rule))
    };
    let told = |n, week: Week| format!("WORKING_DAYS {n} {week} PL-HOLIDAYS Europe/Warsaw");
    let (fri, sat) = (Week::MON_FRI, Week::MON_SAT);
    assert_eq!(due(fri), [(11, told(1, fri)), (15, told(5, fri)), (12, told(2, fri)), (15, told(2, fri))]);
    assert_eq!(due(sat), [(9, told(1, sat)), (14, told(5, sat)), (11, told(2, sat)), (14, told(2, sat))]);
}

#[test]
fn a_refusal_goes_into_mediation_and_comes_back_to_the_referrer() {
    let sent =
        step(&Referral::draft(Urgency::U3Normal, START, Week::MON_FRI), &Event::Submit, START, Timing::default());
    let sent = sent.unwrap().0;
    assert_eq!(step(&sent, &Event::Mediate, START, Timing::default()).unwrap_err().reason, Reason::CaseState);
    let no = Report { reason: Some(DeclineReason::NoBasis), ..Report::bare(S::Declined) };
    let (declined, _) = step(&sent, &Event::Reported(no), START, Timing::default()).unwrap();
    assert_eq!(allowed(&declined), [S::InMediation, S::CancelledBySender]);
    let (asked, _) = step(&declined, &Event::Mediate, START, Timing::default()).unwrap();
    assert_eq!((asked.status, asked.owner), (S::InMediation, Owner::ReferrerManager));
    let (back, _) = step(&asked, &Event::Mediated, START, Timing::default()).unwrap();
    assert_eq!((back.status, back.owner), (S::Declined, Owner::Referrer));
    // A note that comes when nothing is in mediation changes nothing.
    assert_eq!(step(&sent, &Event::Mediated, START, Timing::default()).unwrap().0, sent);
}

#[test]
fn a_clock_that_started_before_counts_from_its_start_on_both_sides() {
    // Wednesday 2026-11-04, noon in Warsaw; the procedure started on Monday, 11 November is a holiday.
    let (sent_ms, started_ms) = (1_793_790_000_000, 1_793_617_200_000);
    let timing = Timing { from_ms: Some(started_ms), ..Timing::new(Some(Rule::WorkingDays(5)), Week::MON_FRI) };
    let draft = Referral::draft(Urgency::U2Urgent, sent_ms, Week::MON_FRI);
    let (queued, _) = step(&draft, &Event::Submit, sent_ms, timing).unwrap();
    let (delivered, _) = step(&queued, &Event::Received, sent_ms + DAY_MS, timing).unwrap();
    let arrived = Referral::arrived(Urgency::U2Urgent, sent_ms + DAY_MS, timing);
    for referral in [queued, delivered, arrived] {
        assert_eq!(wiez_proto::calendar::day_of(referral.due.at_ms), Date::constant(2026, 11, 9));
    }
    let own = Timing { from_ms: None, ..timing };
    let arrived = Referral::arrived(Urgency::U2Urgent, sent_ms, own);
    assert_eq!(wiez_proto::calendar::day_of(arrived.due.at_ms), Date::constant(2026, 11, 12));
}
