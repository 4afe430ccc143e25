//! Ordinary requests on a statute, which the family may see, and what professional secrecy and safety keep back.

use anyhow::Result;
use jiff::civil::date;
use wiez_node::api::{Answer, Request};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::{Answering, Matter, Reply};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{
    BasisCode as B, Category as C, FeedbackCode as F, Flag, Owed, PersonRole, ReferralStatus as S, SecrecyRelease,
};
use wiez_tests::World;
use wiez_tests::acts::{SUBJECT, field, message, reason, refusal};
use wiez_tests::lawful::{danger, facts, kacper, kacper_with, lawful, nk_a, signal, stating};

const OPS: &str = "n-ops-wier";
const CLINIC: &str = "n-poz-zdr";
const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";
const IRENA: &[(C, &str)] = &[(C::IdName, "Irena Sowula")];

async fn asked(world: &World, at: &str, basis: B, wanted: &[C]) -> Result<(String, String)> {
    let known: Vec<String> = world.came(at, CaseKind::Info).await?.into_iter().map(|case| case.number).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let ours = world.query(OPS, &lawful(at, basis), wanted, IRENA).await?.number;
    let theirs = world.arrives(at, CaseKind::Info, &known).await?;
    world.show(at, &theirs).await?;
    Ok((ours, theirs))
}

async fn answer_released(world: &World, at: &str, case: &str, what: (C, &str), release: SecrecyRelease) -> Result<()> {
    let answers = vec![Reply { question: 0, category: what.0, text: what.1.to_owned() }];
    let answering = Answering { answers, partial: false, release: Some(release), consent: None };
    let sent = world.ask(at, &Request::Reply { number: case.to_owned(), answering }).await?;
    assert!(matches!(sent, Answer::Sent(_)), "{sent:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_centre_asks_a_clinic_whose_secrecy_opens_only_by_a_recorded_release() -> Result<()> {
    let world = World::cast(551, &[OPS, CLINIC]).await?;
    let (ours, theirs) = asked(&world, CLINIC, B::Ups105, &[C::Health]).await?;
    assert_eq!(world.due_on(CLINIC, &theirs, Owed::Answer).await?, date(2026, 5, 13));
    assert!(!world.case(CLINIC, &theirs).await?.apart && !world.case(OPS, &ours).await?.apart, "Irena may see it");
    let before = world.before(OPS).await?;
    let answer = [(C::Health, "nadciśnienie")];
    let refused = refusal(world.answer_on(CLINIC, &theirs, &answer, None).await)?;
    assert_eq!((refused.reason, refused.details.get("regime").map(String::as_str)), (Reason::Secrecy, Some("MEDICAL")));
    world.kept(CLINIC, &refused, &before).await?;
    answer_released(&world, CLINIC, &theirs, answer[0], SecrecyRelease::Patient).await?;
    world.until_case(OPS, &ours, S::Completed).await?;
    assert_eq!(field(&world.show(OPS, &ours).await?, "HEALTH"), Some("nadciśnienie"));
    let export = world.export(OPS, SUBJECT).await?;
    assert!(export.contains(&ours) && export.contains("nadciśnienie"), "what she may see she gets: {export}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_statute_asks_for_its_own_and_no_more() -> Result<()> {
    let world = World::cast(552, &[OPS, SCHOOL]).await?;
    let before = world.before(SCHOOL).await?;
    for (basis, beyond) in
        [(B::Uwr16, C::Health), (B::Ups105, C::EduOpinion), (B::Ups105, C::HealthMental), (B::Uwr16, C::Criminal)]
    {
        let refused = refusal(world.query(OPS, &lawful(SCHOOL, basis), &[C::EduProgress, beyond], IRENA).await)?;
        assert_eq!(refused.reason, Reason::Category, "{basis} {beyond}");
        world.held(OPS, &refused, &before).await?;
    }
    // The court's basis is not the centre's.
    let court = stating(SCHOOL, B::CourtOrder, |statement| "III RC 12/26".clone_into(&mut statement.order_ref));
    let refused = refusal(world.query(OPS, &court, &[C::EduProgress], IRENA).await)?;
    assert!([Reason::Basis, Reason::Pair].contains(&refused.reason), "{refused:?}");
    world.held(OPS, &refused, &before).await?;
    let (ours, theirs) = asked(&world, SCHOOL, B::Uwr16, &[C::EduProgress]).await?;
    assert_eq!(world.due_on(SCHOOL, &theirs, Owed::Answer).await?, date(2026, 5, 13));
    let refused = refusal(world.answer_on(SCHOOL, &theirs, &[(C::EduPlace, "3b")], None).await)?;
    assert_eq!(refused.reason, Reason::ReplyScope);
    world.answer_on(SCHOOL, &theirs, &[(C::EduProgress, "frekwencja 74%")], None).await?;
    world.until_case(OPS, &ours, S::Completed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probation_officer_names_the_case_and_a_court_its_order() -> Result<()> {
    let world = World::cast(553, &["n-kur-nad", "n-sr-czar", SCHOOL]).await?;
    let before = world.before(SCHOOL).await?;
    for (at, basis, missing) in [("n-kur-nad", B::Kur9, "CASE_REF"), ("n-sr-czar", B::CourtOrder, "ORDER_REF")] {
        let refused = refusal(world.query(at, &lawful(SCHOOL, basis), &[C::EduOpinion], IRENA).await)?;
        assert_eq!(
            (refused.reason, refused.details.get("missing").map(String::as_str)),
            (Reason::Basis, Some(missing))
        );
        world.held(at, &refused, &before).await?;
    }
    let officer = stating(SCHOOL, B::Kur9, |statement| "III Nmo 5/26".clone_into(&mut statement.case_ref));
    let ours = world.query("n-kur-nad", &officer, &[C::EduOpinion], IRENA).await?.number;
    let theirs = world.arrives(SCHOOL, CaseKind::Query, &[]).await?;
    assert!(!world.case(SCHOOL, &theirs).await?.apart, "an ordinary request is shown");
    world.show(SCHOOL, &theirs).await?;
    world.answer_on(SCHOOL, &theirs, &[(C::EduOpinion, "pracuje na lekcjach")], None).await?;
    world.until_case("n-kur-nad", &ours, S::Completed).await?;
    let court = stating(SCHOOL, B::CourtOrder, |statement| "III RC 12/26".clone_into(&mut statement.order_ref));
    world.query("n-sr-czar", &court, &[C::EduOpinion], IRENA).await?;
    let theirs = world.arrives(SCHOOL, CaseKind::Info, &[]).await?;
    assert!(
        message(&world.show(SCHOOL, &theirs).await?, "INFO_REQUEST")?
            .statement
            .iter()
            .any(|field| field.text == "III RC 12/26")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_shelter_is_goes_only_to_those_who_keep_it_secret() -> Result<()> {
    let world = World::cast(554, &[OPS, "n-kpp-nad", TEAM, "n-szp-nad", "n-cus-czar"]).await?;
    let alert =
        || Matter::Alert { what: "Grozi jej śmiercią.".to_owned(), place: String::new(), in_danger: String::new() };
    let shelter = [(C::LocationSafe, "ul. Cicha 1, Brzeg")];
    let why = |statement: &mut wiez_proto::statement::Statement| {
        "Bez tego adresu nikt jej nie pomoże.".clone_into(&mut statement.override_reason);
    };
    for at in ["n-szp-nad", "n-cus-czar"] {
        let before = world.before(at).await?;
        let mut to = danger(at);
        why(&mut to.statement);
        let refused = refusal(world.report(OPS, &to, &shelter, alert()).await)?;
        assert_eq!(refused.reason, Reason::Category, "{at}: no override opens it");
        world.held(OPS, &refused, &before).await?;
    }
    for at in ["n-kpp-nad", TEAM] {
        let sent = world.report(OPS, &danger(at), &shelter, alert()).await?;
        assert_eq!(sent.flags, [Flag::Vital].into());
        let theirs = world.arrives(at, CaseKind::Alert, &[]).await?;
        assert_eq!(field(&world.show(at, &theirs).await?, "LOCATION_SAFE"), Some("ul. Cicha 1, Brzeg"));
    }
    // Health to the police as far as rescue needs it; mental health never; and a danger is justified.
    let before = world.before("n-kpp-nad").await?;
    let refused = refusal(world.report(OPS, &danger("n-kpp-nad"), &[(C::HealthMental, "depresja")], alert()).await)?;
    assert_eq!(refused.reason, Reason::Category);
    world.held(OPS, &refused, &before).await?;
    let unjustified = lawful("n-kpp-nad", B::Vital);
    let refused = refusal(world.report(OPS, &unjustified, &[(C::Health, "krwawi")], alert()).await)?;
    assert_eq!(
        (refused.reason, refused.details.get("missing").map(String::as_str)),
        (Reason::Basis, Some("JUSTIFICATION"))
    );
    world.held(OPS, &refused, &before).await?;
    world.report(OPS, &danger("n-kpp-nad"), &[(C::Health, "krwawi")], alert()).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_stays_with_the_team_and_is_not_passed_on() -> Result<()> {
    let world = World::cast(555, &[SCHOOL, TEAM, OPS]).await?;
    let mut form = kacper();
    form.event = facts(&[(C::Reporter, "Zofia Lis, wychowawczyni")]);
    let before = world.before(TEAM).await?;
    let refused = refusal(world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(form.clone())).await)?;
    assert_eq!(refused.reason, Reason::ReporterLeak);
    world.held(SCHOOL, &refused, &before).await?;
    let to = stating(TEAM, B::Uppd9d, |statement| {
        "Będzie świadkiem w sprawie karnej.".clone_into(&mut statement.override_reason)
    });
    let sent = world.report(SCHOOL, &to, &[], nk_a(form)).await?;
    assert_eq!(sent.flags, [Flag::Override].into());
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &theirs).await?, "REPORTER"), Some("Zofia Lis, wychowawczyni"));
    world.dispatch(TEAM, &theirs, &[OPS], "").await?;
    let member = world.arrives(OPS, CaseKind::NiebieskaKarta, &[]).await?;
    world.declare(OPS, date(2026, 1, 2)).await?;
    let shown = world.show(OPS, &member).await?;
    assert!(field(&shown, "ID_NAME").is_some() && field(&shown, "REPORTER").is_none(), "{shown:?}");
    assert!(!serde_json::to_string(&shown)?.contains("Zofia Lis"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn form_b_is_recorded_and_a_service_centre_stands_wherever_a_welfare_centre_does() -> Result<()> {
    let world = World::cast(556, &[SCHOOL, TEAM, "n-cus-czar"]).await?;
    let sent = world
        .report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper_with(PersonRole::Using, (C::Age, "35"))))
        .await?;
    let theirs = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    world.handed_b(SCHOOL, &sent.number, date(2026, 5, 6)).await?;
    world
        .until("the team knows that form B was handed over", async || {
            Ok(message(&world.show(TEAM, &theirs).await?, "NK_B_RECORD").is_ok())
        })
        .await?;
    assert_eq!(field(&world.show(TEAM, &theirs).await?, "given_on"), Some("2026-05-06"));

    world.report(SCHOOL, &lawful("n-cus-czar", B::Kamilka), &[], signal("Sama w domu.")).await?;
    let signalled = world.arrives("n-cus-czar", CaseKind::Signal, &[]).await?;
    world.show("n-cus-czar", &signalled).await?;
    world.feed_back("n-cus-czar", &signalled, F::NotCompetent).await?;
    assert!(
        world.owed("n-cus-czar", true).await?.iter().all(|line| line.what == Owed::Review),
        "nothing is owed to the reporter"
    );
    // A duty that nobody is competent for is still no consent-based case of anybody.
    assert_eq!(
        reason(world.consult(SCHOOL, "n-cus-czar", "pomoc", "Kacper Zawilski, PESEL 84631422020?").await)?,
        Reason::PersonalDataFound
    );
    Ok(())
}
