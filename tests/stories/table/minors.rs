//! Rows 4a to 4c: parents who disagree, a child in danger, a child who was not asked.

use std::time::Duration;

use anyhow::Result;
use jiff::civil::{Date, date};
use wiez_node::api::Request;
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::Matter;
use wiez_node::consent::Giver;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Authority, Category as C, Flag, GiverRole, Owed};
use wiez_tests::World;
use wiez_tests::acts::{field, named, refusal};
use wiez_tests::desk::speaks_polish;
use wiez_tests::lawful::danger;

use super::audited;

const OPS: &str = "n-ops-wier";

fn mother(born: Date, own_statement: bool) -> Giver {
    Giver { role: GiverRole::Parent, born: Some(born), own_statement, authority: Authority::Full, conflict: false }
}

/// Oliwier is thirteen.
const BORN: Date = date(2013, 2, 3);

#[tokio::test(flavor = "multi_thread")]
async fn row_4a_while_the_parents_disagree_nothing_goes_under_their_consent() -> Result<()> {
    let world = World::cast(321, &[OPS, "n-ppp-nad"]).await?;
    let pair = named("n-ppp-nad").give(&[C::IdName, C::Age, C::EduProgress, C::HealthMental, C::PlanTasks]);
    let c4 = world.consent_of(OPS, mother(BORN, true), &[pair]).await?;
    world.ask(OPS, &Request::ConsentConflict { number: c4.clone(), conflict: true }).await?;
    let before = world.before("n-ppp-nad").await?;
    let facts = [(C::IdName, "Oliwier Torbicki"), (C::HealthMental, "epizod depresji")];
    let refused = refusal(world.refer(OPS, "n-ppp-nad", &c4, &facts).await)?;
    assert_eq!(refused.reason, Reason::ParentsInConflict);
    world.held(OPS, &refused, &before).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_4b_a_life_in_danger_waits_for_nobody() -> Result<()> {
    let world = World::cast_unverified(322, &[OPS, "n-szp-nad"]).await?;
    let c4 = world.consent_of(OPS, mother(BORN, true), &[named("n-szp-nad").give(&[C::IdName])]).await?;
    world.ask(OPS, &Request::ConsentConflict { number: c4, conflict: true }).await?;
    let what = Matter::Alert {
        what: "Zapowiada odebranie sobie życia.".to_owned(),
        place: "Wierzbno, ul. Polna 4/2".to_owned(),
        in_danger: "Oliwier Torbicki".to_owned(),
    };
    let facts = [(C::HealthMental, "próba samobójcza w marcu")];
    let sent = world.report(OPS, &danger("n-szp-nad"), &facts, what).await?;
    assert_eq!(sent.flags, [Flag::Unverified, Flag::Vital].into());
    assert!(!sent.working_copy);
    let theirs = world.arrives("n-szp-nad", CaseKind::Alert, &[]).await?;
    let shown = world.show("n-szp-nad", &theirs).await?;
    assert_eq!(field(&shown, "HEALTH_MENTAL"), Some("próba samobójcza w marcu"));
    for (at, case) in [(OPS, &sent.number), ("n-szp-nad", &theirs)] {
        audited(&world, at, case, "ALERT", &[Flag::Unverified, Flag::Vital]).await?;
    }
    let ack = world.obligation("n-szp-nad", &theirs, Owed::Ack).await?;
    assert_eq!(ack.due_ms - ack.from_ms, 15 * 60_000);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_4c_at_thirteen_the_child_is_asked_too() -> Result<()> {
    let world = World::cast(323, &[OPS, "n-ppp-nad"]).await?;
    let before = world.before("n-ppp-nad").await?;
    let pair = || named("n-ppp-nad").give(&[C::IdName, C::PlanTasks]);
    // Such a consent is not even recorded ...
    let refused = refusal(world.consent_of(OPS, mother(BORN, false), &[pair()]).await)?;
    assert_eq!(refused.reason, Reason::Giver);
    speaks_polish(&refused)?;
    world.nothing_left(&before).await?;
    // ... and one that was enough for a child of twelve ends to be enough on the thirteenth birthday.
    let c4 = world.consent_of(OPS, mother(date(2013, 5, 20), false), &[pair()]).await?;
    let facts = [(C::IdName, "Oliwier Torbicki")];
    world.refer(OPS, "n-ppp-nad", &c4, &facts).await?;
    world.arrives("n-ppp-nad", CaseKind::Referral, &[]).await?;
    world.pass(Duration::from_secs(15 * 24 * 3600)).await;
    let before = world.before("n-ppp-nad").await?;
    let refused = refusal(world.refer(OPS, "n-ppp-nad", &c4, &facts).await)?;
    assert_eq!(refused.reason, Reason::Giver);
    world.held(OPS, &refused, &before).await?;
    Ok(())
}
