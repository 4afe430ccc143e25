//! A member without a gate lies about statutes: codes that do not exist, bases that open nothing, roles and consents that do not belong.

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_node::message::Message;
use wiez_node::store::casework::Direction;
use wiez_proto::payload::{Body, InfoReply, InfoRequest, Notice, Payload, Section};
use wiez_proto::refusal::Reason;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, BasisCode as B, Category as C, InstitutionKind as K, PersonRole, Purpose};
use wiez_tests::World;
use wiez_tests::acts::field;
use wiez_tests::lawful::{kacper, kacper_with};
use wiez_tests::member::Basis;

use crate::duty_first::form;
use crate::hostile_sender::Bare;

const TEAM: &str = "n-zi-wier";
const OPS: &str = "n-ops-wier";

fn section(category: C, text: &str) -> Section {
    Section { category, label: String::new(), text: text.to_owned() }
}

fn stating(mut message: Message, basis: B, state: impl FnOnce(&mut Statement)) -> Message {
    let mut statement = Statement::of(basis);
    state(&mut statement);
    message.purpose = Purpose::Crime;
    message.statement = Some(statement);
    message
}

fn lies_to_the_team(from: &Bare) -> Result<Vec<(&'static str, Message, Reason)>> {
    let good = || form(from, kacper());
    let plain = Payload::new("SP/1", vec![section(C::Health, "astma")], good()?.payload.body().clone())?;
    let (categories, asked) = (plain.categories(), plain.asked());
    let fewer = good()?.categories.into_iter().filter(|category| *category != C::Addiction).collect();
    Ok(vec![
        (
            "health of another person of the household",
            form(from, kacper_with(PersonRole::Household, (C::Health, "udar")))?,
            Reason::Category,
        ),
        (
            "mental health in the form",
            form(from, kacper_with(PersonRole::Suffering, (C::HealthMental, "depresja")))?,
            Reason::Category,
        ),
        (
            "a shelter in the form",
            form(from, kacper_with(PersonRole::Suffering, (C::LocationSafe, "ul. Cicha 1")))?,
            Reason::Category,
        ),
        ("facts without a role", Message { payload: plain, categories, asked, ..good()? }, Reason::Category),
        ("a category hidden from the declaration", Message { categories: fewer, ..good()? }, Reason::Category),
        ("a statute that does not open this kind", stating(good()?, B::Ups105, |_| {}), Reason::Basis),
        ("a consent as its statute", stating(good()?, B::C6a, |_| {}), Reason::Basis),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_every_lie_about_a_duty_is_quarantined_rings_and_is_told_to_its_sender() -> Result<()> {
    let world = World::cast_unverified(521, &[TEAM]).await?;
    let mut school = Bare::join(&world, "n-sp9-wier", K::Szkola, TEAM).await?;
    let lies = lies_to_the_team(&school)?;
    let count = lies.len();
    for (lie, message, expected) in lies {
        let id = message.message_id.to_string();
        school.send_lawful(message).await.with_context(|| format!("the hub cannot see: {lie}"))?;
        let told = school.refused(&world).await?;
        assert!(
            told.reason == expected || (expected == Reason::Basis && told.reason == Reason::FieldInvalid),
            "{lie}: {told:?}"
        );
        let rung = world.alarms_at(TEAM).await?;
        assert!(rung.iter().any(|alarm| alarm.subject == id), "{lie} does not ring");
    }
    assert!(world.came(TEAM, CaseKind::NiebieskaKarta).await?.is_empty(), "nothing of it may reach a person");
    assert_eq!(world.alarms_at(TEAM).await?.len(), count, "one bell for each");
    // After all these lies the truth still passes.
    school.send_lawful(form(&school, kacper())?).await?;
    let case = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &case).await?, "ID_NAME"), Some("Kacper Zawilski"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_a_code_that_is_in_no_list_is_refused_and_what_cannot_be_read_rings_by_its_class() -> Result<()> {
    let world = World::cast_unverified(522, &[TEAM]).await?;
    let mut school = Bare::join(&world, "n-sp9-wier", K::Szkola, TEAM).await?;
    let good = form(&school, kacper())?;
    let mut content = good.to_content();
    content.statement.as_mut().context("a statement")?.basis = "BREAK_GLASS".to_owned();
    let id = good.message_id.to_string();
    school.send_content(Basis::Statutory, good.message_id, content).await?;
    let told = school.refused(&world).await?;
    assert_eq!(told.reason, Reason::FieldInvalid);
    let rung = world.duty_alarm(TEAM).await?;
    assert_eq!((rung.direction, rung.refusal.reason), (Direction::In, Reason::FieldInvalid));
    assert!(world.alarms_at(TEAM).await?.iter().any(|alarm| alarm.subject == id));
    assert!(world.came(TEAM, CaseKind::NiebieskaKarta).await?.is_empty());
    // Neither does a statutory message without any statement, nor a statement under another class.
    let mut content = form(&school, kacper())?.to_content();
    content.statement = None;
    let id = form(&school, kacper())?.message_id;
    school.send_content(Basis::Statutory, id, content).await?;
    assert_eq!(school.refused(&world).await?.reason, Reason::FieldInvalid);
    // Under a class in which refusals travel themselves, nothing is answered; it is not let in all the same.
    let stray = form(&school, kacper())?;
    let id = stray.message_id;
    school.send_content(Basis::NoPersonalData, id, stray.to_content()).await?;
    world.settle().await?;
    assert!(world.came(TEAM, CaseKind::NiebieskaKarta).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_who_is_not_on_the_list_files_no_form_and_gets_no_query_answered() -> Result<()> {
    let world = World::cast(523, &[TEAM, OPS]).await?;
    // A sports club is no filler of the form.
    let mut club = Bare::join(&world, "n-klub-nad", K::Sport, TEAM).await?;
    club.send_lawful(form(&club, kacper())?).await?;
    assert_eq!(club.refused(&world).await?.reason, Reason::Pair);
    // Police without a case reference, without an officer, and with an answer that nobody asked for.
    let mut police = Bare::join(&world, "n-kpp-obok", K::Policja, OPS).await?;
    let request = InfoRequest {
        questions: vec!["Gdzie mieszka?".to_owned()],
        asked: [C::Address].into(),
        why_needed: "Sprawa".to_owned(),
    };
    let asking = |police: &Bare| {
        let payload =
            Payload::new("KPP/1", vec![section(C::IdName, "Halina Wrzos")], Body::PoliceQuery(request.clone()))?;
        police.message(None, "POLICE_QUERY", payload)
    };
    for statement in [
        |_: &mut Statement| {},
        |statement: &mut Statement| "asp. Wilk".clone_into(&mut statement.officer),
        |statement: &mut Statement| "Ds. 1/2026".clone_into(&mut statement.case_ref),
    ] {
        police.send_lawful(stating(asking(&police)?, B::PolReq, statement)).await?;
        let told = police.refused(&world).await?;
        assert_eq!(told.reason, Reason::Basis);
        assert!(told.details.contains_key("missing"), "{told:?}");
    }
    let mut other = stating(asking(&police)?, B::PolReq, |statement| {
        "Ds. 1/2026".clone_into(&mut statement.case_ref);
        "asp. Wilk".clone_into(&mut statement.officer);
    });
    other.policy_row = wiez_proto::id::Hash::new([9; 32]);
    police.send_lawful(other).await?;
    assert_eq!(police.refused(&world).await?.reason, Reason::Basis, "only a duty passes under another table");
    let reply = InfoReply {
        answers: vec![wiez_proto::payload::Answer {
            question: 0,
            category: C::Address,
            text: "ul. Polna 4".to_owned(),
        }],
        partial: false,
    };
    let reply = police.message(None, "INFO_REPLY.KUR_9", Payload::new("KPP/1", vec![], Body::InfoReply(reply))?)?;
    police.send_lawful(stating(reply, B::PolReq, |_| {})).await?;
    let told = police.refused(&world).await?.reason;
    assert!([Reason::Pair, Reason::Basis, Reason::ReplyScope, Reason::NotFound].contains(&told), "{told}");
    for kind in [CaseKind::Query, CaseKind::Info] {
        assert!(world.came(OPS, kind).await?.is_empty());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_a_consent_inside_the_seal_of_a_statute_is_refused_without_a_look_at_it() -> Result<()> {
    let world = World::cast_unverified(524, &["n-kpp-nad"]).await?;
    let mut centre = Bare::join(&world, "n-ops-obok", K::Ops, "n-kpp-nad").await?;
    let to = "n-kpp-nad".parse()?;
    let grant = centre.member.grant(&to, &[C::IdName])?;
    let notice = Payload::new(
        "OPS/1",
        vec![section(C::IdName, "Halina Wrzos")],
        Body::CrimeNotice(Notice { what: "Pobicie".to_owned() }),
    )?;
    let mut notice = stating(centre.message(None, "CRIME_NOTICE", notice)?, B::Kpk304, |_| {});
    assert_eq!(notice.class, BasisClass::Statutory);
    notice.grant = Some(grant.signed.clone());
    centre.send_lawful(notice.clone()).await?;
    let told = centre.refused(&world).await?;
    assert_eq!((told.reason, told.details.get("field").map(String::as_str)), (Reason::FieldInvalid, Some("grant")));
    assert_eq!(world.duty_alarm("n-kpp-nad").await?.refusal.reason, Reason::FieldInvalid);
    assert!(world.came("n-kpp-nad", CaseKind::Crime).await?.is_empty());
    notice.grant = None;
    notice.message_id = wiez_proto::id::MessageId::random(world.env());
    centre.send_lawful(notice).await?;
    world.arrives("n-kpp-nad", CaseKind::Crime, &[]).await?;
    Ok(())
}
