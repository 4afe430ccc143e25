//! Consent-based content is opened for the first time only while the newest known state of consents is a day old at most.

use std::time::Duration;

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_proto::refusal::Reason;
use wiez_tests::acts::{field, message};

use crate::given::{CHILD, region_with_consent};

#[tokio::test(flavor = "multi_thread")]
async fn with_a_frozen_head_a_message_opens_at_23_59_and_not_at_24_01() -> Result<()> {
    let (world, consent) = region_with_consent(50).await?;
    world.refer("ops", "sp3", &consent, CHILD).await?;
    let first = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.refer("ops", "sp3", &consent, CHILD).await?;
    let second = world.arrived("sp3", CaseKind::Referral, &[&first]).await?;
    world.sync("sp3").await?;

    world.cut("sp3")?;
    let signed_s = world.node("sp3")?.log_view().time_s().context("no head")?;
    let day_after = i64::try_from(signed_s)? * 1000 + 24 * 3600 * 1000;
    let almost = u64::try_from(day_after - world.now_ms() - 60_000)?;
    world.jump(Duration::from_millis(almost));
    let shown = world.show("sp3", &first).await?;
    assert_eq!(field(&shown, "ID_NAME"), Some("Zofia Wrona"), "23:59");

    world.jump(Duration::from_secs(120));
    let shown = world.show("sp3", &second).await?;
    let closed = message(&shown, "REFERRAL")?;
    assert!(closed.fields.is_empty(), "24:01");
    assert_eq!(closed.closed.as_ref().map(|refusal| refusal.reason), Some(Reason::StaleConsentState));
    let shown = world.show("sp3", &first).await?;
    assert_eq!(field(&shown, "ID_NAME"), Some("Zofia Wrona"), "what was opened in time stays readable");
    assert!(!message(&shown, "REFERRAL")?.banners.is_empty(), "with a banner that says so");

    world.heal("sp3")?;
    world.sync("sp3").await?;
    assert_eq!(field(&world.show("sp3", &second).await?, "ID_NAME"), Some("Zofia Wrona"));
    Ok(())
}
