//! The hub lies: it skips its gate, forges keys, withdraws by itself, shows an older history. The recipient's gate holds.

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_proto::grant::Withdrawal;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category as C, InstitutionKind, ReferralStatus as S};
use wiez_proto::wire::v1;
use wiez_tests::World;
use wiez_tests::acts::{field, message, reason};

use crate::given::{CHILD, region_with_consent};
use crate::hostile_sender::{Bare, referral};

async fn alarm(world: &World, at: &str, kind: Reason) -> Result<()> {
    world
        .until(&format!("{at} raises {kind:?}"), async || {
            Ok(world.node(at)?.alarms().await?.iter().any(|alarm| alarm.kind == kind.as_str()))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_forgets_a_withdrawal_delivers_but_nobody_takes_it() -> Result<()> {
    let mut world = World::small(120).await?;
    let mut cus = Bare::join(&world, "cus", InstitutionKind::Cus, "sp3").await?;
    let consent = cus.member.grant(&cus.peer.id, &[C::IdName, C::PlanTasks])?;
    cus.session.register(&consent).await?;
    // The path itself is sound: under the live consent the same message opens a case.
    cus.send(&consent, referral(&cus, &consent, "Jan Testowy")?).await?;
    let first = world.arrived("sp3", CaseKind::Referral, &[]).await?;

    let withdrawal = Withdrawal {
        handles: consent.grant.handles(),
        grant_hash: consent.grant.hash(),
        party: cus.member.id.clone(),
        at_ms: world.now_ms(),
    };
    let signed = withdrawal.sign(&cus.member.signing, cus.member.bound());
    cus.session.consent().withdraw(v1::WithdrawRequest { withdrawal: Some(signed) }).await?;
    let honest = cus.try_send(&consent, referral(&cus, &consent, "Jan Testowy")?).await?;
    assert_eq!(honest.reason(), "CONSENT_WITHDRAWN", "an honest hub refuses");

    world.stop_hub().await?;
    let mut operator = world.operator().await?;
    operator.reopen(&consent.there).await?;
    operator.leave().await?;
    world.start_hub().await?;
    cus.reconnect(&world).await?;
    world.sync("sp3").await?;
    cus.send(&consent, referral(&cus, &consent, "Jan Testowy")?).await.context("this hub's gate lets it pass")?;
    let refused = cus.refused(&world).await?;
    assert_eq!(refused.reason, Reason::ConsentWithdrawn, "the recipient's gate says no, and says why");
    let cases = world.incoming("sp3", CaseKind::Referral).await?;
    assert_eq!(cases.iter().map(|case| case.number.as_str()).collect::<Vec<_>>(), [first.as_str()]);
    assert!(message(&world.show("sp3", &first).await?, "REFERRAL")?.fields.is_empty(), "the first one is closed too");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_only_the_hub_claims_closes_and_alarms() -> Result<()> {
    let mut world = World::small(121).await?;
    let mut cus = Bare::join(&world, "cus", InstitutionKind::Cus, "sp3").await?;
    let consent = cus.member.grant(&cus.peer.id, &[C::IdName, C::PlanTasks])?;
    cus.session.register(&consent).await?;
    cus.send(&consent, referral(&cus, &consent, "Jan Testowy")?).await?;
    let case = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.sync("sp3").await?;

    world.stop_hub().await?;
    let mut operator = world.operator().await?;
    operator.withdraw_by_itself(&world.hub_keys()?, &consent.there, world.env()).await?;
    operator.leave().await?;
    world.start_hub().await?;
    world.sync("sp3").await?;
    let shown = world.show("sp3", &case).await?;
    assert!(message(&shown, "REFERRAL")?.fields.is_empty(), "in doubt for the family");
    world
        .until("the school is told that nobody signed it", async || Ok(!world.node("sp3")?.alarms().await?.is_empty()))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn to_a_key_that_only_the_directory_vouches_for_nothing_is_encrypted() -> Result<()> {
    let (mut world, consent) = region_with_consent(122).await?;
    world.settle().await?;
    world.stop_hub().await?;
    // Written before the forgery, to be sealed after it.
    let waiting = world.refer("ops", "sp3", &consent, CHILD).await?;
    let entry = world.node("sp3")?.me().clone();
    let mut operator = world.operator().await?;
    operator.impersonate(&world.hub_keys()?, &entry, world.env()).await?;
    operator.leave().await?;
    world.start_hub().await?;
    alarm(&world, "ops", Reason::KeyChanged).await?;
    alarm(&world, "pcpr", Reason::KeyChanged).await?;
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::KeyChanged);
    let peer = world.node("ops")?.directory().get(&"sp3".parse()?).cloned().context("the school is gone")?;
    assert!(peer.key_alarm && peer.entry == entry, "the old pin stays");
    world.pass(std::time::Duration::from_secs(600)).await;
    assert_eq!(world.case("ops", &waiting).await?.status, S::Queued, "what waited is not sealed to the forged key");
    // Others are not touched.
    let other = world.refer("ops", "pcpr", &consent, CHILD).await?;
    world.until_case("ops", &other, S::Delivered).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_shows_an_older_log_is_caught_and_consents_rest() -> Result<()> {
    let (mut world, consent) = region_with_consent(123).await?;
    world.settle().await?;
    world.stop_hub().await?;
    let (hub, copy) = (world.hub_dir(), world.home().join("hub-copy"));
    copy_files(&hub, &copy)?;
    world.start_hub().await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.settle().await?;

    world.stop_hub().await?;
    copy_files(&copy, &hub)?;
    world.start_hub().await?;
    for id in ["ops", "sp3"] {
        alarm(&world, id, Reason::LogInconsistent).await?;
        world.until("the log counts as broken", async || Ok(world.node(id)?.log_view().alarmed())).await?;
    }
    assert_eq!(reason(world.refer("ops", "sp3", &consent, CHILD).await)?, Reason::LogInconsistent);
    let shown = world.show("sp3", &theirs).await?;
    assert_eq!(field(&shown, "ID_NAME"), None, "nothing is opened for the first time on such a log");
    Ok(())
}

/// Puts every database file of a folder into another one.
fn copy_files(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for name in ["hub.db", "hub.db-wal", "hub.db-shm"] {
        let target = to.join(name);
        if from.join(name).exists() {
            std::fs::copy(from.join(name), target)?;
        } else if target.exists() {
            std::fs::remove_file(target)?;
        }
    }
    Ok(())
}
