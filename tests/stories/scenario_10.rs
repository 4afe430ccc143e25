//! The police get what a statute opens for them, and nothing on the strength of a consent: the tenth scenario.

use anyhow::{Context, Result};
use jiff::civil::date;
use wiez_node::casework::act::{Lawful, Wanted, query};
use wiez_node::casework::{CaseKind, What};
use wiez_node::review::Stage;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{
    BasisCode as B, Category as C, DeclineReason, Flag, Owed, PersonRole, ReferralStatus as S, WorkerRole,
};
use wiez_tests::World;
use wiez_tests::acts::{SUBJECT, field, message, named, reason, refusal};
use wiez_tests::lawful::{crime, kacper, kacper_with, lawful, letter, nk_a, signal, stating, with_consent};

use crate::given::adult;
use crate::table::crime::{HALINA, OPS, POLICE, referenced};

const TEAM: &str = "n-zi-wier";

#[tokio::test(flavor = "multi_thread")]
async fn steps_1_2_and_5_the_notice_and_what_does_not_belong_into_it() -> Result<()> {
    let world = World::cast(421, &[OPS, POLICE, TEAM]).await?;
    let police = || lawful(POLICE, B::Kpk304);
    // 1: it goes as a working copy; the formal letter is owed, entered later, and ends its clock.
    let sent = world.report(OPS, &police(), HALINA, crime()).await?;
    assert!(sent.working_copy);
    let theirs = world.arrives(POLICE, CaseKind::Crime, &[]).await?;
    assert!(world.show(POLICE, &theirs).await?.working_copy);
    assert!(world.obligation(OPS, &sent.number, Owed::FormalRef).await?.done_ms.is_none());
    world.formal(OPS, &sent.number, letter("RPW/77/2026".to_owned(), date(2026, 5, 6))).await?;
    let shown = world.show(OPS, &sent.number).await?;
    assert!(!shown.working_copy && shown.history.iter().any(|line| line.what == What::FormalEntered));
    assert!(world.obligation(OPS, &sent.number, Owed::FormalRef).await?.done_ms.is_some());

    // 2: addiction and benefits have no place there. Inside the procedure addiction has, under the role of him who
    // uses violence; benefits have not.
    let before = world.before(POLICE).await?;
    let more = [HALINA, &[(C::Addiction, "Bogdan pije"), (C::Benefits, "zasiłek")]].concat();
    let refused = refusal(world.report(OPS, &police(), &more, crime()).await)?;
    assert_eq!(refused.reason, Reason::Category);
    world.held(OPS, &refused, &before).await?;
    let refused = refusal(
        world
            .report(OPS, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper_with(PersonRole::Using, (C::Benefits, "zasiłek"))))
            .await,
    )?;
    assert_eq!(refused.reason, Reason::Category);
    world.held(OPS, &refused, &before).await?;
    world.report(OPS, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let at_team = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &at_team).await?, "ADDICTION"), Some("alkohol"));

    // 5: who reported is held back, until somebody says why it has to be told.
    let before = world.before(POLICE).await?;
    let named = [HALINA, &[(C::Reporter, "Zofia Lis, sąsiadka")]].concat();
    let refused = refusal(world.report(OPS, &police(), &named, crime()).await)?;
    assert_eq!(refused.reason, Reason::ReporterLeak);
    world.held(OPS, &refused, &before).await?;
    let short = stating(POLICE, B::Kpk304, |statement| "świadek".clone_into(&mut statement.override_reason));
    assert_eq!(reason(world.report(OPS, &short, &named, crime()).await)?, Reason::ReporterLeak);
    let why = "Jest jedynym świadkiem i wie o tym.";
    let stated = stating(POLICE, B::Kpk304, |statement| why.clone_into(&mut statement.override_reason));
    let sent = world.report(OPS, &stated, &named, crime()).await?;
    assert_eq!(sent.flags, [Flag::Override].into());
    let theirs = world.arrives(POLICE, CaseKind::Crime, &[&theirs]).await?;
    let shown = world.show(POLICE, &theirs).await?;
    assert_eq!(field(&shown, "REPORTER"), Some("Zofia Lis, sąsiadka"));
    let kept = message(&shown, "CRIME_NOTICE")?;
    assert!(kept.statement.iter().any(|field| field.name == "override_reason" && field.text == why), "{kept:?}");
    assert_eq!(kept.flags, [Flag::Override].into());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_3_a_query_states_its_case_and_may_be_answered_in_part() -> Result<()> {
    let world = World::cast(422, &[OPS, POLICE]).await?;
    let before = world.before(OPS).await?;
    let refused = refusal(world.query(POLICE, &lawful(OPS, B::PolReq), &[C::Contact], &HALINA[..1]).await)?;
    assert_eq!(refused.reason, Reason::Basis);
    world.held(POLICE, &refused, &before).await?;
    // Benefits are never told to the police, by nobody's leave.
    let refused = refusal(world.query(POLICE, &referenced(), &[C::Benefits], &HALINA[..1]).await)?;
    assert_eq!(refused.reason, Reason::Category);
    // Mental health needs a second person before it is asked for.
    let asked = [C::Contact, C::HealthMental];
    let refused = refusal(world.query(POLICE, &referenced(), &asked, &HALINA[..1]).await)?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    let held = world.held(POLICE, &refused, &before).await?.line.number;
    let head = world.second(POLICE, WorkerRole::Kierownik).await?;
    let review = world.review(POLICE, &held, Stage::Before).await?;
    world.confirm_as(POLICE, &head, &review.id).await?;
    let theirs = world.arrives(OPS, CaseKind::Query, &[]).await?;
    let shown = world.show(OPS, &theirs).await?;
    let statement = &message(&shown, "POLICE_QUERY")?.statement;
    assert!(statement.iter().any(|field| field.name == "case_ref" && field.text == "Ds. 412/2026"), "{statement:?}");
    // What the centre does not want to tell, it declines; the rest is answered.
    world.answer_on(OPS, &theirs, &[(C::Contact, "600 100 200")], None).await?;
    world.refuse_reply(OPS, &theirs, DeclineReason::NoBasis).await?;
    world.until_case(POLICE, &held, S::Declined).await?;
    let answered = world.show(POLICE, &held).await?;
    assert_eq!(field(&answered, "CONTACT"), Some("600 100 200"));
    assert_eq!(field(&answered, "reason"), Some("R_NO_BASIS"));
    assert_eq!(field(&answered, "HEALTH_MENTAL"), None);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_3_who_says_no_says_why_and_the_query_stays_where_it_is() -> Result<()> {
    let world = World::cast_unverified(423, &[OPS, POLICE]).await?;
    let before = world.before(OPS).await?;
    let refused = refusal(world.query(POLICE, &referenced(), &[C::Contact], &HALINA[..1]).await)?;
    assert_eq!(refused.reason, Reason::BasisUnverified, "asked only after a second person, until it is verified");
    let held = world.held(POLICE, &refused, &before).await?.line.number;
    let iod = world.second(POLICE, WorkerRole::Iod).await?;
    let review = world.review(POLICE, &held, Stage::Before).await?;
    world.reject_as(POLICE, &iod, &review.id, "Sprawa została umorzona").await?;
    assert_eq!(reason(world.confirm_as(POLICE, &iod, &review.id).await)?, Reason::CaseState, "decided once");
    let shown = world.show(POLICE, &held).await?;
    let why = shown.problem.context("why")?;
    assert_eq!(why.details.get("why").map(String::as_str), Some("Sprawa została umorzona"));
    assert_eq!(shown.line.status, S::Held);
    world.nothing_left(&before).await
}

/// Everybody else in these stories confirms beside the socket; here the asker sits elsewhere and the second person
/// speaks through the socket.
#[tokio::test(flavor = "multi_thread")]
async fn step_3_the_second_person_confirms_through_the_nodes_own_socket() -> Result<()> {
    let world = World::cast(424, &[OPS, POLICE]).await?;
    let ewa = world.second_reader(POLICE, WorkerRole::Dzielnicowy).await?;
    let wanted = Wanted {
        questions: vec!["Czy leczy się psychiatrycznie?".to_owned()],
        asked: [C::HealthMental].into(),
        why_needed: "Ustalenie poczytalności".to_owned(),
    };
    let to: Lawful = referenced();
    let asked = world.meanwhile("Ewa asks", query(world.node(POLICE)?, &ewa, &to, vec![], wanted)).await?;
    let refused = asked.err().context("refused")?;
    assert_eq!(refused.reason, Reason::ReviewRequired);
    let held = refused.details.get("case").context("kept")?;
    assert_eq!(
        reason(world.confirm_as(POLICE, &ewa, &world.review(POLICE, held, Stage::Before).await?.id).await)?,
        Reason::SecondPerson
    );
    let review = world.review(POLICE, held, Stage::Before).await?;
    let done = world.confirm(POLICE, &review.id).await?;
    assert!(!done.alone && done.message_id.is_some());
    world.arrives(OPS, CaseKind::Query, &[]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_4_no_consent_opens_anything_towards_the_police() -> Result<()> {
    let world = World::cast(425, &[OPS, POLICE]).await?;
    let consent = world.consent_of(OPS, adult(), &[named(POLICE).give(&[C::IdName, C::PlanTasks, C::Health])]).await?;
    let before = world.before(POLICE).await?;
    // As the basis itself ...
    let refused = refusal(world.refer(OPS, POLICE, &consent, &HALINA[..1]).await)?;
    assert_eq!(refused.reason, Reason::PoliceConsent);
    world.held(OPS, &refused, &before).await?;
    assert_eq!(reason(world.inquire(OPS, POLICE, &consent, &[C::IdName], &HALINA[..1]).await)?, Reason::PoliceConsent);
    // ... and on top of a statute, where the table says POLICE_CONSENT: with every statute the answer is that no consent
    // belongs there, whoever the recipient is and whether or not there is one.
    let to = with_consent(lawful(POLICE, B::Kpk304), &consent);
    let more = [HALINA, &[(C::Health, "cukrzyca")]].concat();
    let refused = refusal(world.report(OPS, &to, &more, crime()).await)?;
    assert_eq!(refused.reason, Reason::ConsentNotApplicable);
    world.held(OPS, &refused, &before).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_6_the_police_signal_without_the_record_and_file_the_form_with_it() -> Result<()> {
    let world = World::cast_unverified(426, &[OPS, POLICE, TEAM]).await?;
    let before = world.before(OPS).await?;
    let facts = [(C::IdName, "Bogdan Perlicki"), (C::Criminal, "skazany w 2019")];
    let to = lawful(OPS, B::Ups100);
    let refused = refusal(world.report(POLICE, &to, &facts, signal("Interwencja domowa.")).await)?;
    assert_eq!(refused.reason, Reason::Category);
    assert_eq!(refused.details.get("categories").map(String::as_str), Some("CRIMINAL"));
    world.held(POLICE, &refused, &before).await?;
    let sent = world.report(POLICE, &to, &facts[..1], signal("Interwencja domowa.")).await?;
    let theirs = world.arrives(OPS, CaseKind::Signal, &[]).await?;
    assert_eq!(field(&world.show(OPS, &theirs).await?, "ID_NAME"), Some("Bogdan Perlicki"));
    for (at, case) in [(POLICE, &sent.number), (OPS, &theirs)] {
        crate::table::audited(&world, at, case, "SIGNAL", &[Flag::Unverified]).await?;
    }
    let form = kacper_with(PersonRole::Using, (C::Criminal, "skazany w 2019"));
    world.report(POLICE, &lawful(TEAM, B::Uppd9d), &[], nk_a(form)).await?;
    let at_team = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &at_team).await?, "CRIMINAL"), Some("skazany w 2019"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_7_the_procedure_and_the_familys_consent_never_meet() -> Result<()> {
    let mut world = World::cast(427, &[OPS, POLICE, TEAM, "n-sp3-wier"]).await?;
    let consent = world.consent_of(OPS, adult(), &[named("n-sp3-wier").give(&[C::IdName, C::PlanTasks])]).await?;
    world.refer(OPS, "n-sp3-wier", &consent, &[(C::IdName, "Anna Zawilska")]).await?;
    let family = world.arrived("n-sp3-wier", CaseKind::Referral, &[]).await?;
    world.show("n-sp3-wier", &family).await?;
    // The same number of the same family's file stands in both.
    world.report("n-sp3-wier", &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let form = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    world.show(TEAM, &form).await?;
    world.dispatch(TEAM, &form, &[OPS, POLICE], "").await?;
    for member in [OPS, POLICE] {
        let case = world.arrives(member, CaseKind::NiebieskaKarta, &[]).await?;
        world.declare(member, date(2026, 1, 2)).await?;
        world.show(member, &case).await?;
        world.ack(member, &case, wiez_proto::vocab::AckCode::WillAttend).await?;
    }
    world.settle().await?;

    // The police have the procedure and nothing of the consent.
    let at_police = world.every_case(POLICE, CaseKind::ALL).await?;
    assert!(at_police.iter().all(|case| case.apart && case.kind == CaseKind::NiebieskaKarta), "{at_police:?}");
    let mut ordinary = vec![];
    for at in [OPS, "n-sp3-wier"] {
        let all = world.every_case(at, CaseKind::ALL).await?;
        let (apart, plain): (Vec<_>, Vec<_>) = all.into_iter().partition(|case| case.apart);
        assert!(!apart.is_empty() && plain.iter().all(|case| case.kind == CaseKind::Referral), "{plain:?}");
        // No case of one side names one of the other.
        for (here, there) in [(&apart, &plain), (&plain, &apart)] {
            for case in here {
                let shown = serde_json::to_string(&world.show(at, &case.number).await?)?;
                assert!(there.iter().all(|other| !shown.contains(&other.number)), "{at}: {shown}");
            }
        }
        let export = world.export(at, SUBJECT).await?;
        for word in ["NK_A", "NIEBIESKA", "UPPD", TEAM, POLICE, "ZI/2026/7"] {
            assert!(!export.contains(word), "{at} would hand over {word}: {export}");
        }
        assert!(apart.iter().all(|case| !export.contains(&case.number)));
        assert!(world.owed(at, false).await?.iter().all(|line| plain.iter().any(|case| case.number == line.number)));
        ordinary.push(plain);
    }
    assert!(ordinary.iter().all(|cases| cases.len() == 1));
    world.crash(OPS).await?;
    assert_eq!(world.cases(OPS, CaseKind::NiebieskaKarta).await?, vec![], "nor after a crash");
    Ok(())
}
