//! Ways by which a family could learn of what stands apart although no list shows it: answers about a consent, threads, forwards.

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_node::review::Stage;
use wiez_proto::id::{MessageId, ThreadId};
use wiez_proto::payload::{Body, Payload};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{
    BasisCode as B, Category as C, FeedbackCode, InstitutionKind as K, KeptOrDeleted, MediationOutcome,
    ReferralStatus as S, WorkerRole,
};
use wiez_tests::World;
use wiez_tests::acts::{SUBJECT, named, refusal};
use wiez_tests::lawful::{kacper, lawful, nk_a, signal};
use wiez_tests::member::Basis;

use crate::hostile_sender::Bare;

const OPS: &str = "n-ops-wier";
const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";
const PCPR: &str = "n-pcpr-nad";

/// All that the ordinary cases of a node hold, as it prints them.
async fn ordinary(world: &World, at: &str) -> Result<String> {
    let mut out = world.export(at, SUBJECT).await?;
    for case in world.every_case(at, CaseKind::ALL).await?.into_iter().filter(|case| !case.apart) {
        out.push_str(&serde_json::to_string(&world.show(at, &case.number).await?)?);
    }
    Ok(out)
}

#[tokio::test(flavor = "multi_thread")]
async fn content_kept_because_of_a_procedure_is_answered_like_any_other() -> Result<()> {
    let world = World::cast(571, &[OPS, SCHOOL, TEAM]).await?;
    let mut seen = vec![];
    for basis in [B::Uppd9c, B::Vital, B::Ups105] {
        let consent = world.consent(OPS, &[named(SCHOOL).give(&[C::IdName, C::PlanTasks])]).await?;
        let known: Vec<String> =
            world.came(SCHOOL, CaseKind::Referral).await?.into_iter().map(|case| case.number).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        world.refer(OPS, SCHOOL, &consent, &[(C::IdName, "Kacper Zawilski")]).await?;
        let theirs = world.arrives(SCHOOL, CaseKind::Referral, &known).await?;
        world.show(SCHOOL, &theirs).await?;
        let notices: Vec<String> =
            world.came(SCHOOL, CaseKind::Notice).await?.into_iter().map(|case| case.number).collect();
        let notices: Vec<&str> = notices.iter().map(String::as_str).collect();
        world.withdraw(OPS, &consent).await?;
        let notice = world.arrives(SCHOOL, CaseKind::Notice, &notices).await?;
        world.answer_notice(SCHOOL, &notice, KeptOrDeleted::Kept, Some(basis)).await?;
        let open = async || {
            Ok(world.every_case(OPS, &[CaseKind::Notice]).await?.iter().all(|case| case.status == S::Completed))
        };
        world.until("the answer is there", open).await?;
        for at in [OPS, SCHOOL] {
            let told = ordinary(&world, at).await?;
            assert!(told.contains("KEPT_ON_BASIS"), "that it was kept is told: {told}");
            assert!(!told.contains(basis.code()), "{at} shows {basis}: {told}");
        }
        let notice = world.show(SCHOOL, &notice).await?;
        seen.push(notice.messages.last().map(|message| message.fields.clone()));
    }
    assert!(seen.iter().all(|fields| fields == &seen[0]), "one statute looks like another: {seen:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_apart_is_no_referral_that_could_be_forwarded_or_asked_about() -> Result<()> {
    let world = World::cast(572, &[OPS, SCHOOL, PCPR]).await?;
    world
        .report(SCHOOL, &lawful(OPS, B::Ups100), &[(C::IdName, "Kacper Zawilski")], signal("Siniaki na ramionach."))
        .await?;
    let case = world.arrives(OPS, CaseKind::Signal, &[]).await?;
    world.show(OPS, &case).await?;
    let nothing = ordinary(&world, OPS).await?;
    // Neither without a consent nor with one is anything composed that names the signal.
    let consent = world.consent(OPS, &[named(PCPR).give(&[C::IdName, C::PlanTasks])]).await?;
    for consent in ["Z-ZZZZZZ", consent.as_str()] {
        let refused = refusal(world.forward(OPS, &case, PCPR, consent, &[(C::IdName, "Kacper Zawilski")]).await)?;
        let draft = ordinary(&world, OPS).await?;
        assert!(!draft.contains("original_sender"), "the kept draft names the signal: {draft}");
        assert_eq!(refused.reason, Reason::CaseState);
    }
    assert!(refusal(world.mediate(OPS, &case, PCPR).await)?.reason == Reason::CaseState);
    assert!(world.supplement(OPS, &case, &[(C::IdName, "Kacper")]).await.is_err());
    assert!(world.block(OPS, &case).await.is_err());
    let after = ordinary(&world, OPS).await?;
    assert!(!after.contains(SCHOOL) && !after.contains(&case), "{after}");
    assert!(!nothing.contains(SCHOOL));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_to_a_reporter_never_joins_a_question_that_anybody_may_see() -> Result<()> {
    let world = World::cast(573, &[SCHOOL]).await?;
    let mut centre = Bare::join(&world, "n-ops-obok", K::Ops, SCHOOL).await?;
    let thread = ThreadId::random(&centre.member.env);
    let question = Body::ConsultAnon { topic: "zajęcia".to_owned(), text: "Czy są miejsca w świetlicy?".to_owned() };
    let word = Body::FeedbackMin { code: FeedbackCode::InProgress };
    for (row, body, thread) in [
        ("CONSULT_ANON", question.clone(), thread),
        ("FEEDBACK_MIN", word.clone(), thread),
        ("FEEDBACK_MIN", word, ThreadId::new([9; 16])),
        ("CONSULT_ANON", question.clone(), ThreadId::new([9; 16])),
        // Whoever sees this one has seen all before it: a channel keeps its order.
        ("CONSULT_ANON", question, ThreadId::new([8; 16])),
    ] {
        let mut message = centre.message(None, row, Payload::new("", vec![], body)?)?;
        message.thread = thread;
        centre.sign(&mut message);
        let id: MessageId = message.message_id;
        centre.send_content(Basis::NoPersonalData, id, message.to_content()).await?;
    }
    world.until("the last came", async || Ok(world.came(SCHOOL, CaseKind::Consult).await?.len() >= 3)).await?;
    let cases = world.came(SCHOOL, CaseKind::Consult).await?;
    assert_eq!(cases.iter().filter(|case| case.apart).count(), 1, "{cases:?}");
    for case in cases {
        let kinds: Vec<String> =
            world.show(SCHOOL, &case.number).await?.messages.into_iter().map(|one| one.kind).collect();
        let alone = if case.apart { "FEEDBACK_MIN" } else { "CONSULT_ANON" };
        assert_eq!(kinds, [alone], "{case:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_named_twice_gets_one_envelope_and_nobody_proposes_a_person() -> Result<()> {
    let world = World::cast(574, &[OPS, SCHOOL, TEAM]).await?;
    world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    let case = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    let sent = world.dispatch(TEAM, &case, &[OPS, SCHOOL, OPS, OPS], "OPS, pokój 4").await?;
    let to: Vec<(&str, bool)> = sent.iter().map(|one| (one.to.as_str(), one.sent.is_some())).collect();
    assert_eq!(to, [(OPS, true), (SCHOOL, true)]);
    world.arrives(OPS, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(world.came(OPS, CaseKind::NiebieskaKarta).await?.len(), 1);
    let proposed = Some("zawilski-kacper-kl-8b");
    let refused = refusal(world.mediation_note(OPS, "W-000000", MediationOutcome::ProposedProvider, proposed).await)?;
    assert_eq!(
        (refused.reason, refused.details.get("field").map(String::as_str)),
        (Reason::FieldInvalid, Some("proposed"))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_second_person_wrote_to_a_colleague_is_not_handed_to_the_family() -> Result<()> {
    let world = World::cast_unverified(577, &[OPS, SCHOOL]).await?;
    let asked =
        world.query(OPS, &lawful(SCHOOL, B::Ups105), &[C::EduProgress], &[(C::IdName, "Kacper Zawilski")]).await;
    let refused = refusal(asked)?;
    assert_eq!(refused.reason, Reason::BasisUnverified);
    let case = refused.details.get("case").context("a kept draft")?;
    let second = world.second(OPS, WorkerRole::Kierownik).await?;
    let review = world.review(OPS, case, Stage::Before).await?;
    world.reject_as(OPS, &second, &review.id, "Trwa procedura Niebieskiej Karty, nie dopytywać.").await?;
    let shown = serde_json::to_string(&world.show(OPS, case).await?)?;
    assert!(shown.contains("nie dopytywać"), "the colleague reads why: {shown}");
    let export = world.export(OPS, SUBJECT).await?;
    assert!(export.contains(case), "the request itself may be seen: {export}");
    assert!(!export.contains("procedura") && !export.contains(&second.name), "{export}");
    Ok(())
}
