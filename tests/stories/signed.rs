//! Who sent it: a worker's signature under every message with personal data, and what becomes of a message without (E32).

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_node::message::{Message, Signer};
use wiez_node::review::Stage;
use wiez_node::store::casework::{Direction, messages, open_content};
use wiez_proto::envelope::{Delegation, SigningKey, sign_content};
use wiez_proto::payload::{Payload, Section};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category as C, Flag, InstitutionKind as K};
use wiez_tests::World;
use wiez_tests::acts::{field, named};
use wiez_tests::lawful::kacper;

use crate::duty_first::form;
use crate::hostile_sender::{Bare, referral};

const HOUR_MS: i64 = 3_600_000;

/// What a node sent carries the signature of the worker who pressed "send", and its recipient keeps it as evidence.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_sent_is_signed_by_that_worker_and_stays_provable_at_its_recipient() -> Result<()> {
    let mut world = World::small(950).await?;
    let consent = world.consent("ops", &[named("sp3").give(&[C::IdName, C::PlanTasks])]).await?;
    // It waits a day for the cable, and is sealed by a node at which nobody is signed in.
    world.cut("ops")?;
    world.refer("ops", "sp3", &consent, &[(C::IdName, "Jan Testowy")]).await?;
    world.restart("ops").await?;
    world.jump(std::time::Duration::from_secs(24 * 3600));
    world.heal("ops")?;
    let case = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    let reader = world.party("sp3")?.reader().await?;
    let mut view = world.node("sp3")?.store().view_as("story.signed", &reader).await?;
    let row = messages(&mut view, &case).await?.into_iter().find(|row| row.direction == Direction::In);
    let kept = open_content(&mut view, &row.context("no message")?).await?.context("no content")?;
    let (sender, region) = (world.node("ops")?.signing().public(), world.node("ops")?.region());
    assert_eq!(kept.worker, "Anna Nowak");
    kept.signed(&sender, region, world.now_ms())?;
    let other = Message { worker: "Jan Lis".to_owned(), ..kept.clone() };
    assert!(other.signed(&sender, region, world.now_ms()).is_err());
    assert!(kept.signed(&world.node("sp3")?.signing().public(), region, world.now_ms()).is_err());
    Ok(())
}

fn lies(cus: &Bare, good: impl Fn() -> Result<Message>) -> Result<Vec<(&'static str, Message)>> {
    let (env, region) = (&cus.member.env, cus.member.bound());
    let now_ms = env.now_ms();
    let stranger = SigningKey::generate(env)?;
    let signed = |worker: &SigningKey, institution: &SigningKey, now_ms: i64| -> Result<Message> {
        let mut message = good()?;
        message.sign(&Signer { worker, institution, region, now_ms });
        Ok(message)
    };
    let honest = || signed(&cus.worker, &cus.member.signing, now_ms);
    let mut other_worker = good()?;
    let delegation = Delegation {
        institution: cus.member.id.clone(),
        worker: "Ktoś Inny".to_owned(),
        key: cus.worker.public(),
        valid_from_ms: now_ms - HOUR_MS,
        valid_to_ms: now_ms + HOUR_MS,
    };
    let delegation = delegation.sign(&cus.member.signing, region);
    other_worker.signature = Some(sign_content(&cus.worker, region, delegation, &other_worker.to_content()));
    let mut altered = honest()?;
    altered.payload = renamed(&altered, "Kto Inny")?;
    Ok(vec![
        ("nobody signed", good()?),
        ("another institution vouches for the key", signed(&cus.worker, &stranger, now_ms)?),
        ("the key was not delegated yet", signed(&cus.worker, &cus.member.signing, now_ms + 48 * HOUR_MS)?),
        ("the key is delegated no more", signed(&cus.worker, &cus.member.signing, now_ms - 61 * 24 * HOUR_MS)?),
        ("another worker's name", other_worker),
        ("the payload was changed afterwards", altered),
        ("the worker of the message was changed afterwards", Message { worker: "Ktoś Inny".to_owned(), ..honest()? }),
    ])
}

/// The same about another person.
fn renamed(like: &Message, name: &str) -> Result<Payload> {
    let section = Section { category: C::IdName, label: String::new(), text: name.to_owned() };
    Ok(Payload::new(like.payload.subject_ref(), vec![section], like.payload.body().clone())?)
}

#[tokio::test(flavor = "multi_thread")]
async fn e32_what_no_delegated_worker_signed_is_put_aside_and_its_sender_told_why() -> Result<()> {
    let world = World::small(951).await?;
    let mut cus = Bare::join(&world, "cus", K::Cus, "sp3").await?;
    let consent = cus.member.grant(&cus.peer.id, &[C::IdName, C::PlanTasks])?;
    cus.session.register(&consent).await?;
    cus.as_it_is = true;
    for (lie, message) in lies(&cus, || referral(&cus, &consent, "Jan Testowy"))? {
        cus.send(&consent, message).await.with_context(|| format!("the hub cannot see: {lie}"))?;
        assert_eq!(cus.refused(&world).await?.reason, Reason::WorkerSignature, "{lie}");
    }
    assert!(world.incoming("sp3", CaseKind::Referral).await?.is_empty(), "nothing of it may reach a person");
    cus.as_it_is = false;
    cus.send(&consent, referral(&cus, &consent, "Jan Testowy")?).await?;
    let case = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    assert_eq!(field(&world.show("sp3", &case).await?, "ID_NAME"), Some("Jan Testowy"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e32_a_duty_arrives_without_a_workers_signature_and_is_looked_at() -> Result<()> {
    const TEAM: &str = "n-zi-wier";
    let world = World::cast(952, &[TEAM]).await?;
    let mut school = Bare::join(&world, "n-sp9-wier", K::Szkola, TEAM).await?;
    school.as_it_is = true;
    school.send_lawful(form(&school, kacper())?).await?;
    let case = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    assert_eq!(field(&world.show(TEAM, &case).await?, "ID_NAME"), Some("Kacper Zawilski"));
    let review = world.review(TEAM, &case, Stage::After).await?;
    assert!(review.flags.contains(&Flag::WorkerSignature), "{review:?}");
    Ok(())
}
