//! Rows 9a and 9b: a wrong addressee may not pass things on under somebody's consent; a revoked institution sends nothing.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_proto::directory::Standing;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisCode as B, Category as C, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{field, named, refusal};
use wiez_tests::desk::speaks_polish;
use wiez_tests::lawful::{kacper, lawful, nk_a};

const SENDER: &str = "n-mgops-bor";
const WRONG: &str = "n-sp-bor-16";
const RIGHT: &str = "n-sp-bor";
const CHILD: &[(C, &str)] = &[(C::IdName, "Oliwier Torbicki")];

#[tokio::test(flavor = "multi_thread")]
async fn row_9a_the_wrong_school_may_not_pass_it_on_under_the_senders_consent() -> Result<()> {
    let world = World::cast(351, &[SENDER, WRONG, RIGHT]).await?;
    let consent = world.consent(SENDER, &[named(WRONG).give(&[C::IdName, C::PlanTasks])]).await?;
    let ours = world.refer(SENDER, WRONG, &consent, CHILD).await?;
    let theirs = world.arrives(WRONG, CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show(WRONG, &theirs).await?, "ID_NAME"), Some("Oliwier Torbicki"));
    // The only paper that the wrong school has names the sender; it names no other school.
    let own = world.consent(WRONG, &[named(SENDER).give(&[C::IdName, C::PlanTasks])]).await?;
    let before = world.before(RIGHT).await?;
    let refused = refusal(world.forward(WRONG, &theirs, RIGHT, &own, CHILD).await)?;
    assert_eq!(refused.reason, Reason::ConsentRecipient);
    world.held(WRONG, &refused, &before).await?;
    // Without any paper there is nothing at all to go by.
    let refused = refusal(world.forward(WRONG, &theirs, RIGHT, "", CHILD).await)?;
    assert_eq!(refused.reason, Reason::ConsentMissing);
    speaks_polish(&refused)?;
    world.nothing_left(&before).await?;
    world.until_case(SENDER, &ours, S::Opened).await
}

#[tokio::test(flavor = "multi_thread")]
async fn row_9b_a_revoked_institution_sends_and_gets_nothing_on_any_basis() -> Result<()> {
    let world = World::cast(352, &["n-sp3-wier", "n-zi-wier", "n-ops-wier"]).await?;
    let consent = world.consent("n-ops-wier", &[named("n-sp3-wier").give(&[C::IdName, C::PlanTasks])]).await?;
    world.set_standing("n-sp3-wier", Standing::Revoked).await?;
    world
        .until("the hub refuses its certificate", async || {
            Ok(world.node("n-sp3-wier")?.transport_status().await?.trouble == Some(Reason::Revoked))
        })
        .await?;
    let sent = world.report("n-sp3-wier", &lawful("n-zi-wier", B::Uppd9d), &[], nk_a(kacper())).await?;
    world
        .until("everybody knows it from the directory", async || {
            let directory = world.node("n-ops-wier")?.directory();
            Ok(directory.get(&"n-sp3-wier".parse()?).is_some_and(|peer| peer.standing == Standing::Revoked))
        })
        .await?;
    for refused in [
        refusal(world.refer("n-ops-wier", "n-sp3-wier", &consent, CHILD).await)?,
        refusal(world.report("n-ops-wier", &lawful("n-sp3-wier", B::Uppd9d), &[], nk_a(kacper())).await)?,
    ] {
        assert_eq!(refused.reason, Reason::RecipientRevoked);
        speaks_polish(&refused)?;
    }
    // Even a duty leaves no certificate behind: the case waits, and shows whom to call.
    assert!(world.came("n-zi-wier", CaseKind::NiebieskaKarta).await?.is_empty());
    let waits = world.show("n-sp3-wier", &sent.number).await?;
    assert_eq!((waits.line.status, waits.phone.as_deref()), (S::Queued, Some("77 400 00 00")));
    let status = world.hub()?.status().await?;
    assert_eq!(status.mail_stored + status.mail_offered + status.mail_acknowledged, 0);
    Ok(())
}
