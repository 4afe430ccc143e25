//! Rows 10a to 10e: what the police may be told, asked, and never on the strength of a consent.

use anyhow::{Context, Result};
use jiff::civil::date;
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::Lawful;
use wiez_node::review::Stage;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisCode as B, Category as C, Flag, Owed, ReferralStatus as S, WorkerRole};
use wiez_tests::World;
use wiez_tests::acts::{field, named, reason, refusal};
use wiez_tests::lawful::{crime, lawful, stating};

use super::audited;
use crate::given::adult;

pub(crate) const OPS: &str = "n-ops-wier";
pub(crate) const POLICE: &str = "n-kpp-nad";
pub(crate) const HALINA: &[(C, &str)] = &[
    (C::IdName, "Halina Wrzos"),
    (C::Address, "Wierzbno, ul. Polna 4/2"),
    (C::Contact, "600 100 200"),
    (C::Incident, "złamany nos, sińce na twarzy"),
];

/// A query as the police have to make it.
pub(crate) fn referenced() -> Lawful {
    stating(OPS, B::PolReq, |statement| {
        "Ds. 412/2026".clone_into(&mut statement.case_ref);
        "st. asp. Piotr Wilk".clone_into(&mut statement.officer);
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10a_a_crime_is_reported_with_the_injuries_that_are_the_incident() -> Result<()> {
    let world = World::cast_unverified(361, &[OPS, POLICE]).await?;
    let sent = world.report(OPS, &lawful(POLICE, B::Kpk304), HALINA, crime()).await?;
    assert!(sent.working_copy, "the formal letter follows");
    let theirs = world.arrives(POLICE, CaseKind::Crime, &[]).await?;
    assert_eq!(field(&world.show(POLICE, &theirs).await?, "ID_NAME"), Some("Halina Wrzos"));
    audited(&world, OPS, &sent.number, "CRIME_NOTICE", &[Flag::Unverified]).await?;
    audited(&world, POLICE, &theirs, "CRIME_NOTICE", &[Flag::Unverified]).await?;
    assert_eq!(world.due_on(OPS, &sent.number, Owed::FormalRef).await?, date(2026, 5, 7));
    assert_eq!(world.due_on(POLICE, &theirs, Owed::Ack).await?, date(2026, 5, 7));
    world.until_case(OPS, &sent.number, S::Delivered).await
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10b_benefits_and_addiction_do_not_belong_into_it() -> Result<()> {
    let world = World::cast(362, &[OPS, POLICE]).await?;
    let before = world.before(POLICE).await?;
    for (extra, code) in [
        (vec![(C::Benefits, "zasiłek stały")], "BENEFITS"),
        (vec![(C::Addiction, "Bogdan pije")], "ADDICTION"),
        (vec![(C::Benefits, "zasiłek stały"), (C::Addiction, "Bogdan pije")], "BENEFITS, ADDICTION"),
    ] {
        let refused =
            refusal(world.report(OPS, &lawful(POLICE, B::Kpk304), &[HALINA, &extra].concat(), crime()).await)?;
        assert_eq!(refused.reason, Reason::Category);
        let told: Vec<&str> = refused.details.get("categories").context("which")?.split(", ").collect();
        assert!(code.split(", ").all(|code| told.contains(&code)) && told.len() == extra.len(), "{told:?}");
        world.held(OPS, &refused, &before).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10c_a_query_without_a_case_reference_has_no_basis() -> Result<()> {
    let world = World::cast(363, &[OPS, POLICE]).await?;
    let before = world.before(OPS).await?;
    for (to, missing) in [
        (lawful(OPS, B::PolReq), "CASE_REF, OFFICER"),
        (stating(OPS, B::PolReq, |statement| "asp. Wilk".clone_into(&mut statement.officer)), "CASE_REF"),
    ] {
        let refused = refusal(world.query(POLICE, &to, &[C::Address], &HALINA[..1]).await)?;
        assert_eq!(refused.reason, Reason::Basis);
        assert_eq!(refused.details.get("missing").map(String::as_str), Some(missing));
        world.held(POLICE, &refused, &before).await?;
    }
    world.query(POLICE, &referenced(), &[C::Address], &HALINA[..1]).await?;
    let theirs = world.arrives(OPS, CaseKind::Query, &[]).await?;
    assert!(world.case(OPS, &theirs).await?.apart, "whom the police ask about is not told to her");
    assert_eq!(world.due_on(OPS, &theirs, Owed::Answer).await?, date(2026, 5, 13));
    Ok(())
}

/// Row verified, yet mental health to the police needs a second person: to be asked for and to be told.
#[tokio::test(flavor = "multi_thread")]
async fn row_10d_mental_health_is_told_to_the_police_after_a_second_person_agreed() -> Result<()> {
    let world = World::cast(364, &[OPS, POLICE]).await?;
    let before = world.before(OPS).await?;
    let refused = refusal(world.query(POLICE, &referenced(), &[C::HealthMental], &HALINA[..1]).await)?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    let held = world.held(POLICE, &refused, &before).await?;
    let review = world.review(POLICE, &held.line.number, Stage::Before).await?;
    assert_eq!(review.asked, [C::HealthMental].into());
    let head = world.second(POLICE, WorkerRole::Kierownik).await?;
    world.confirm_as(POLICE, &head, &review.id).await?;

    let theirs = world.arrives(OPS, CaseKind::Query, &[]).await?;
    world.show(OPS, &theirs).await?;
    let before = world.before(POLICE).await?;
    let answer = [(C::HealthMental, "leczy się psychiatrycznie")];
    let refused = refusal(world.answer_on(OPS, &theirs, &answer, None).await)?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    assert_eq!(refused.details.get("categories").map(String::as_str), Some("HEALTH_MENTAL"));
    world.kept(OPS, &refused, &before).await?;
    assert_eq!(world.case(OPS, &theirs).await?.status, S::Opened, "the query stays open");
    let review = world.review(OPS, &theirs, Stage::Before).await?;
    assert!(!serde_json::to_string(&world.reviews(OPS).await?)?.contains("psychiatrycznie"));
    assert_eq!(reason(world.confirm(OPS, &review.id).await)?, Reason::SecondPerson);
    let iod = world.second(OPS, WorkerRole::Iod).await?;
    world.confirm_as(OPS, &iod, &review.id).await?;
    assert_eq!(world.case(OPS, &theirs).await?.status, S::Completed);
    let asked = held.line.number;
    world.until_case(POLICE, &asked, S::Completed).await?;
    assert_eq!(field(&world.show(POLICE, &asked).await?, "HEALTH_MENTAL"), Some("leczy się psychiatrycznie"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10e_no_consent_is_a_basis_towards_the_police() -> Result<()> {
    let world = World::cast(365, &[OPS, POLICE]).await?;
    let consent = world.consent_of(OPS, adult(), &[named(POLICE).give(&[C::IdName, C::Contact])]).await?;
    world.query(POLICE, &referenced(), &[C::Contact], &HALINA[..1]).await?;
    let theirs = world.arrives(OPS, CaseKind::Query, &[]).await?;
    world.show(OPS, &theirs).await?;
    let before = world.before(POLICE).await?;
    let answer = [(C::Contact, "600 100 200")];
    let refused = refusal(world.answer_on(OPS, &theirs, &answer, Some(&consent)).await)?;
    assert_eq!(refused.reason, Reason::PoliceConsent);
    world.kept(OPS, &refused, &before).await?;
    // The statute on which it was asked is basis enough.
    world.answer_on(OPS, &theirs, &answer, None).await?;
    assert_eq!(world.case(OPS, &theirs).await?.status, S::Completed);
    Ok(())
}
