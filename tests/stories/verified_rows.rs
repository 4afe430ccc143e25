//! A node whose data-protection officer has verified nothing yet sends nothing that needs a basis.

use anyhow::Result;
use wiez_node::api::Request;
use wiez_node::casework::CaseKind;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{InstitutionKind, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{named, refusal};

use crate::given::{CHILD, GIVE};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_under_a_row_until_somebody_answers_for_it() -> Result<()> {
    let mut world = World::new(60).await?;
    world.join_with("ops", InstitutionKind::Ops, "OPS bez nakładki", |_| {}).await?;
    world.join_with("sp3", InstitutionKind::Szkola, "Szkoła bez nakładki", |_| {}).await?;
    world.settle().await?;
    let consent = world.consent("ops", &[named("sp3").give(GIVE)]).await?;
    let refused = refusal(world.refer("ops", "sp3", &consent, CHILD).await)?;
    assert_eq!(refused.reason, Reason::BasisUnverified);
    assert_eq!(refused.details.get("row").map(String::as_str), Some("REFERRAL.CONSENT"));
    // A question that names nobody needs no row.
    world.consult("ops", "sp3", "terminy", "Kiedy są konsultacje dla rodziców?").await?;

    let verify = Request::PolicyVerify { row: "REFERRAL.CONSENT".to_owned(), by: "Jan Inspektor".to_owned() };
    world.ask("ops", &verify).await?;
    let held = refused.details.get("case").unwrap();
    world.resend("ops", held, &[], None).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;
    world.accept("sp3", &theirs).await?;
    let ours = world.cases("ops", CaseKind::Referral).await?;
    let sent = ours.iter().find(|case| case.number != *held).unwrap();
    world.until_case("ops", &sent.number, S::Accepted).await
}
