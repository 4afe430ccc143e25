//! What is owed after a duty, by when: the formal letter, words to the reporter, and dates that fell into an outage.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::date;
use wiez_node::casework::{CaseKind, What};
use wiez_node::obligation::{Holder, OutageKind};
use wiez_proto::calendar::day_of;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{AckCode, BasisCode as B, Category as C, FeedbackCode as F, Owed, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::reason;
use wiez_tests::lawful::{kacper, lawful, letter, nk_a, signal, stating};

const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";
const OPS: &str = "n-ops-wier";
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(flavor = "multi_thread")]
async fn the_formal_letter_may_follow_and_until_then_it_is_a_working_copy() -> Result<()> {
    let world = World::cast_unverified(507, &[SCHOOL, TEAM]).await?;
    let with_letter = stating(TEAM, B::Uppd9d, |statement| {
        statement.formal_ref = Some(letter("SP3/1/2026".to_owned(), date(2026, 5, 6)));
    });
    let sent = world.report(SCHOOL, &with_letter, &[], nk_a(kacper())).await?;
    assert!(!sent.working_copy && world.obligation(SCHOOL, &sent.number, Owed::FormalRef).await.is_err());
    let first = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert!(!world.show(TEAM, &first).await?.working_copy);

    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    assert!(sent.working_copy);
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[&first]).await?;
    // Answers change nothing about the letter, and neither does time.
    world.show(TEAM, &theirs).await?;
    world.ack(TEAM, &theirs, AckCode::TakenOver).await?;
    world.until_case(SCHOOL, &sent.number, S::Accepted).await?;
    world.pass(8 * 24 * HOUR).await;
    let owed = world.obligation(SCHOOL, &sent.number, Owed::FormalRef).await?;
    assert!(owed.done_ms.is_none() && owed.missed_ms.is_some() && owed.owner == Holder::Manager, "{owed:?}");
    assert_eq!(day_of(owed.due_ms), date(2026, 5, 13), "the date is not moved");
    assert!(world.show(SCHOOL, &sent.number).await?.working_copy && world.show(TEAM, &theirs).await?.working_copy);
    let nameless = letter(String::new(), date(2026, 5, 14));
    assert_eq!(reason(world.formal(SCHOOL, &sent.number, nameless).await)?, Reason::FieldInvalid);
    world.formal(SCHOOL, &sent.number, letter("SP3/2/2026".to_owned(), date(2026, 5, 14))).await?;
    let shown = world.show(SCHOOL, &sent.number).await?;
    assert!(!shown.working_copy && shown.formal.is_some_and(|letter| letter.number == "SP3/2/2026"));
    assert!(world.obligation(SCHOOL, &sent.number, Owed::FormalRef).await?.done_ms.is_some());
    // The letter itself goes another way; who got it enters it there.
    assert!(world.show(TEAM, &theirs).await?.working_copy);
    world.formal(TEAM, &theirs, letter("SP3/2/2026".to_owned(), date(2026, 5, 14))).await?;
    assert!(!world.show(TEAM, &theirs).await?.working_copy);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reporter_hears_at_receipt_after_fourteen_days_and_at_the_end_and_never_what() -> Result<()> {
    let world = World::cast_unverified(508, &[SCHOOL, OPS]).await?;
    let sent =
        world.report(SCHOOL, &lawful(OPS, B::Kamilka), &[(C::IdName, "Nadia Perlicka")], signal("Sama.")).await?;
    let theirs = world.arrives(OPS, CaseKind::Signal, &[]).await?;
    world.show(OPS, &theirs).await?;
    assert_eq!(world.due_on(OPS, &theirs, Owed::FeedbackReceipt).await?, date(2026, 5, 7));
    assert_eq!(world.due_on(OPS, &theirs, Owed::Feedback14).await?, date(2026, 5, 20));
    world.feed_back(OPS, &theirs, F::Received).await?;
    assert!(world.obligation(OPS, &theirs, Owed::FeedbackReceipt).await?.done_ms.is_some());
    world.until_case(SCHOOL, &sent.number, S::Opened).await?;

    // A reminder as the last working day begins, then the manager.
    world.pass(13 * 24 * HOUR + 20 * HOUR).await;
    let reminded = |case: &wiez_node::casework::CaseView, what: What| {
        let owed =
            |line: &wiez_node::casework::Happened| line.details.get("owed").map(String::as_str) == Some("FEEDBACK_14");
        case.history.iter().any(|line| line.what == what && owed(line))
    };
    let case = world.show(OPS, &theirs).await?;
    assert!(reminded(&case, What::Reminded) && !reminded(&case, What::Missed), "{:?}", case.history);
    world.pass(24 * HOUR).await;
    assert!(reminded(&world.show(OPS, &theirs).await?, What::Missed));
    world.feed_back(OPS, &theirs, F::InProgress).await?;
    world.until_case(SCHOOL, &sent.number, S::InProgress).await?;

    world.close(OPS, &theirs).await?;
    world.until_case(SCHOOL, &sent.number, S::Completed).await?;
    assert_eq!(world.case(OPS, &theirs).await?.status, S::Completed);
    let closing = world.obligation(OPS, &theirs, Owed::FeedbackClosing).await?;
    assert!(closing.done_ms.is_some(), "closing tells the reporter: {closing:?}");
    // Three words came back, and nothing of the case in any of them.
    let heard = world.show(SCHOOL, &sent.number).await?;
    let words: Vec<&str> = heard
        .messages
        .iter()
        .filter(|message| message.kind == "FEEDBACK_MIN")
        .flat_map(|message| message.fields.iter().map(|field| field.text.as_str()))
        .collect();
    assert_eq!(words, ["RECEIVED", "IN_PROGRESS", "CLOSED"]);
    assert!(heard.line.apart && world.cases(SCHOOL, CaseKind::Consult).await?.is_empty(), "it stands apart too");
    Ok(())
}

/// The clock of the office looks once a minute, beside everything else.
async fn looked(world: &World, case: &str) -> Result<()> {
    let missed = async || Ok(world.obligation(OPS, case, Owed::FeedbackReceipt).await?.missed_ms.is_some());
    world.until("the clock has looked", missed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_passed_in_an_outage_is_marked_so_and_not_moved() -> Result<()> {
    let mut world = World::cast_unverified(509, &[SCHOOL, OPS]).await?;
    let file = async |world: &World, known: &[&str]| -> Result<String> {
        world.report(SCHOOL, &lawful(OPS, B::Kamilka), &[], signal("Sama w domu.")).await?;
        world.arrives(OPS, CaseKind::Signal, known).await
    };
    let first = file(&world, &[]).await?;
    let due = world.obligation(OPS, &first, Owed::FeedbackReceipt).await?.due_ms;
    world.pass(Duration::from_secs(600)).await;
    // The hub is away over the due moment; the date runs on.
    world.stop_hub().await?;
    world.pass(48 * HOUR).await;
    world.start_hub().await?;
    world.settle().await?;
    world.pass(Duration::from_secs(180)).await;
    looked(&world, &first).await?;
    let owed = world.obligation(OPS, &first, Owed::FeedbackReceipt).await?;
    let outage = owed.outage.context("marked")?;
    assert_eq!((outage.kind, owed.due_ms), (OutageKind::NoHub, due));
    assert!(outage.from_ms < due && outage.to_ms.is_some_and(|to| to > due), "{outage:?}");
    assert!(owed.missed_ms.is_some());
    let history = world.show(OPS, &first).await?.history;
    let line = history.iter().find(|line| line.what == What::MissedOutage).context("in the history")?;
    assert_eq!(line.details.get("outage").map(String::as_str), Some("NO_HUB"));

    // The node itself was off.
    let second = file(&world, &[&first]).await?;
    let due = world.obligation(OPS, &second, Owed::FeedbackReceipt).await?.due_ms;
    world.pass(Duration::from_secs(600)).await;
    world.take_down(OPS).await?;
    world.pass(96 * HOUR).await;
    world.bring_up(OPS).await?;
    world.settle().await?;
    world.pass(Duration::from_secs(180)).await;
    looked(&world, &second).await?;
    let owed = world.obligation(OPS, &second, Owed::FeedbackReceipt).await?;
    assert_eq!((owed.outage.map(|outage| outage.kind), owed.due_ms), (Some(OutageKind::NotRunning), due), "{owed:?}");
    // What is missed while everything works is nobody's outage.
    let third = file(&world, &[&first, &second]).await?;
    world.pass(72 * HOUR).await;
    looked(&world, &third).await?;
    let owed = world.obligation(OPS, &third, Owed::FeedbackReceipt).await?;
    assert!(owed.missed_ms.is_some() && owed.outage.is_none(), "{owed:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_that_the_hub_never_took_in_its_whole_life_rings_and_is_not_lost() -> Result<()> {
    let mut world = World::cast_unverified(511, &[SCHOOL, TEAM]).await?;
    world.stop_hub().await?;
    let sent = world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let waits = world.show(SCHOOL, &sent.number).await?;
    assert_eq!((waits.line.status, waits.phone.as_deref()), (S::Queued, Some("77 400 00 00")));
    world.pass(31 * 24 * HOUR).await;
    assert_eq!(world.show(SCHOOL, &sent.number).await?.phone.as_deref(), Some("77 400 00 00"));
    world.start_hub().await?;
    let rung = world.duty_alarm(SCHOOL).await?;
    assert_eq!((rung.refusal.reason, rung.number.as_deref()), (Reason::Expired, Some(sent.number.as_str())));
    assert_eq!(rung.phone, "77 400 00 00");
    let case = world.show(SCHOOL, &sent.number).await?;
    assert_eq!(wiez_tests::acts::field(&case, "ID_PESEL"), Some("84631422020"), "what was typed is still there");
    world.settle().await?;
    assert!(world.came(TEAM, CaseKind::NiebieskaKarta).await?.is_empty());
    Ok(())
}
