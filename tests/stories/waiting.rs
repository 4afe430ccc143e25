//! What may change while a message waits for the hub: its consent, the parents, the worker's mind.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Span;
use wiez_node::api::{Answer, Request};
use wiez_node::casework::CaseKind;
use wiez_node::consent::State;
use wiez_proto::calendar::day_of;
use wiez_proto::id::{Hash, MessageId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisClass, Category as C, InstitutionKind, NoticeScope, Purpose, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::message;

use crate::given::{CHILD, region_with_consent};
use crate::hostile_sender::{Bare, referral};

async fn nothing_came(world: &World, at: &str) -> Result<()> {
    world.sync("ops").await?;
    world.sync(at).await?;
    assert!(world.incoming(at, CaseKind::Referral).await?.is_empty(), "it left although it might not");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_of_the_parents_stops_what_waits() -> Result<()> {
    let (mut world, consent) = region_with_consent(140).await?;
    world.stop_hub().await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.ask("ops", &Request::ConsentConflict { number: consent.clone(), conflict: true }).await?;
    world.start_hub().await?;
    world.until_case("ops", &ours, S::Held).await?;
    let problem = world.show("ops", &ours).await?.problem.context("why it is held")?;
    assert_eq!(problem.reason, Reason::ParentsInConflict);
    nothing_came(&world, "sp3").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_ends_while_its_message_waits_lets_nothing_leave() -> Result<()> {
    let (mut world, consent) = region_with_consent(141).await?;
    let mut form = world.consent_shown("ops", &consent).await?.form;
    form.valid_to = day_of(world.now_ms()).checked_add(Span::new().days(2))?;
    let short = world.consent_form("ops", form).await?;
    world.stop_hub().await?;
    let ours = world.refer("ops", "sp3", &short, CHILD).await?;
    world.jump(Duration::from_secs(4 * 24 * 3600));
    world.start_hub().await?;
    // It lived no longer than its consent, and is its author's again.
    world.until_case("ops", &ours, S::Expired).await?;
    nothing_came(&world, "sp3").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_taken_back_before_it_left_never_leaves() -> Result<()> {
    let (mut world, consent) = region_with_consent(142).await?;
    world.stop_hub().await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    assert_eq!(world.ask("ops", &Request::Cancel { number: ours.clone() }).await?, Answer::Nothing);
    assert_eq!(message(&world.show("ops", &ours).await?, "REFERRAL")?.state, "STOPPED");
    world.start_hub().await?;
    nothing_came(&world, "sp3").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_follows_an_objection_at_the_other_desk() -> Result<()> {
    let (world, consent) = region_with_consent(143).await?;
    for (to, state) in [("sp3", State::Narrowed), ("pcpr", State::Withdrawn)] {
        world.refer("ops", to, &consent, CHILD).await?;
        let theirs = world.arrived(to, CaseKind::Referral, &[]).await?;
        world.block(to, &theirs).await?;
        world
            .until("the record says so", async || Ok(world.consent_shown("ops", &consent).await?.line.state == state))
            .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_notices_in_one_conversation_do_not_stop_the_mail() -> Result<()> {
    let world = World::small(144).await?;
    let mut cus = Bare::join(&world, "cus", InstitutionKind::Cus, "sp3").await?;
    let consent = cus.member.grant(&cus.peer.id, &[C::IdName, C::PlanTasks])?;
    cus.session.register(&consent).await?;
    let good = referral(&cus, &consent, "Jan Testowy")?;
    let row = Policy::shipped().row("CONSENT_WITHDRAWN").context("the row of notices")?;
    let handles = consent.grant.handles();
    let body = Body::ConsentWithdrawn { handles, successor: None, scope: NoticeScope::Pair };
    let payload = Payload::new("", vec![], body)?;
    let mut notice = good.clone();
    notice.message_id = MessageId::random(world.env());
    notice.class = BasisClass::NoPersonalData;
    notice.handle = None;
    notice.grant = None;
    notice.kind = payload.kind();
    notice.categories = payload.categories();
    notice.asked = payload.asked();
    notice.purpose = Purpose::Admin;
    notice.policy_row = Hash::new(row.digest());
    notice.thread = wiez_proto::id::ThreadId::random(world.env());
    notice.payload = payload;
    cus.send(&consent, notice.clone()).await?;
    notice.message_id = MessageId::random(world.env());
    cus.send(&consent, notice).await?;
    cus.send(&consent, good).await?;
    world.arrived("sp3", CaseKind::Referral, &[]).await?;
    Ok(())
}
