//! A node's folder is stolen: without the passphrase it tells nothing; with it, of all messages, only those never sent and never taken in.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use wiez_node::casework::CaseKind;
use wiez_node::consent::{self, Form, Giver, Pair};
use wiez_node::quarantine;
use wiez_node::referral::Report;
use wiez_node::review::Stage;
use wiez_proto::calendar::day_of;
use wiez_proto::envelope::VerifyingKey;
use wiez_proto::id::ThreadId;
use wiez_proto::payload::{Body, Payload};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{
    Authority, Category as C, EvidenceKind, GiverRole, InstitutionKind, Purpose, ReferralStatus as S, WorkerRole,
};
use wiez_proto::wire::v1;
use wiez_tests::World;
use wiez_tests::acts::{bare, field, message, named, reason};
use wiez_tests::canary::{Canaries, Found};
use wiez_tests::member::{Basis, Peer, next};
use wiez_tests::party::PASSPHRASE;

use crate::thief::Thief;

/// Whose folder it is.
const OPS: &str = "ops";

/// One text for each way in which content comes into a node.
const SENT: &str = "KANAREK-wyslany-8a1f";
const RECEIVED: &str = "KANAREK-otrzymany-77c2";
const SUPPLEMENT: &str = "KANAREK-uzupelniony-1d90";
const DRAFTED: &str = "KANAREK-szkic-zatrzymany-5b3e";
const PERSON: &str = "KANAREK-Zofia-Zgodna-c4f7";
const REJECTED: &str = "KANAREK-odpowiedz-odrzucona-b6e0";
/// Nor are these about work for a thief: the own case number, where the paper lies, why the second person said no.
const SUBJECT: &str = "KANAREK-numer-sprawy-20aa";
const EVIDENCE: &str = "KANAREK-segregator-93d1";
const WHY: &str = "KANAREK-powod-odrzucenia-e3d2";
/// These lie under the node's key: they have not left it, or were not let in.
const UNSENT: &str = "KANAREK-niewyslany-60be";
const WAITING: &str = "KANAREK-czeka-na-druga-osobe-4f18";
const QUARANTINED: &str = "KANAREK-kwarantanna-d25c";

const ALL: [&str; 12] =
    [SENT, RECEIVED, SUPPLEMENT, DRAFTED, SUBJECT, EVIDENCE, PERSON, REJECTED, WHY, UNSENT, WAITING, QUARANTINED];

fn form(world: &World, institution: &str) -> Result<Form> {
    let categories = [C::IdName, C::PlanTasks, C::EduProgress, C::Logistics];
    Ok(Form {
        subject_ref: SUBJECT.to_owned(),
        giver: Giver {
            role: GiverRole::SelfGiver,
            born: None,
            own_statement: false,
            authority: Authority::Unknown,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(EVIDENCE.as_bytes()),
        evidence_place: EVIDENCE.to_owned(),
        pairs: vec![Pair {
            institution: institution.parse()?,
            give: categories.into(),
            receive: categories.into(),
            explicit: BTreeSet::new(),
        }],
        purposes: [Purpose::Service].into(),
        valid_from: day_of(world.now_ms()),
        valid_to: day_of(world.now_ms()).checked_add(jiff::Span::new().months(6))?,
        worker: "-".to_owned(),
    })
}

/// What the story left: numbers of cases and records by what lies in them.
struct Left {
    referral: String,
    drafted: String,
    unsent: String,
    waiting: String,
    record: String,
    prepared: String,
}

/// Everything that content does in one node: it is sent, received, drafted, refused, rejected, kept waiting, put aside.
async fn live(world: &World) -> Result<Left> {
    let record = world.consent_form(OPS, form(world, "sp3")?).await?;
    let reader = world.party(OPS)?.reader().await?;
    let sheet = form(world, "pcpr")?;
    let prepared = world.meanwhile("a sheet is prepared", consent::prepare(world.node(OPS)?, &reader, &sheet, PERSON));
    let prepared = prepared.await??;
    let referral = world.refer(OPS, "sp3", &record, &[(C::IdName, SENT)]).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.show("sp3", &theirs).await?;
    world.decide("sp3", &theirs, Report { note: RECEIVED.to_owned(), ..bare(S::NeedInfo) }).await?;
    world.until_case(OPS, &referral, S::NeedInfo).await?;
    world.show(OPS, &referral).await?;
    world.supplement(OPS, &referral, &[(C::EduProgress, SUPPLEMENT)]).await?;
    world.until_case("sp3", &theirs, S::Delivered).await?;
    world.settle().await?;

    let beyond = wiez_tests::acts::refusal(world.refer(OPS, "sp3", &record, &[(C::FamilySit, DRAFTED)]).await)?;
    assert_eq!(beyond.reason, Reason::ConsentScope);
    let drafted = beyond.details.get("case").context("nothing was kept")?.clone();

    let waiting = asked(world, REJECTED).await?;
    let review = world.review(OPS, &waiting, Stage::Before).await?;
    let head = world.second(OPS, WorkerRole::Kierownik).await?;
    world.reject_as(OPS, &head, &review.id, WHY).await?;
    let waiting = asked(world, WAITING).await?;
    put_aside(world).await?;

    world.settle().await?;
    world.cut(OPS)?;
    let unsent = world.refer(OPS, "sp3", &record, &[(C::IdName, UNSENT)]).await?;
    Ok(Left { referral, drafted, unsent, waiting, record, prepared })
}

/// The clinic asks on a consent of its own; the answer needs a second person and is kept. Returns the case.
async fn asked(world: &World, answer: &str) -> Result<String> {
    let consent = world.consent("poz", &[named(OPS).give(&[C::IdName]).receive(&[C::Health])]).await?;
    let known = world.incoming(OPS, CaseKind::Info).await?;
    let known: Vec<&str> = known.iter().map(|line| line.number.as_str()).collect();
    world.inquire("poz", OPS, &consent, &[C::Health], &[(C::IdName, "Jan Zwykły")]).await?;
    let case = world.arrived(OPS, CaseKind::Info, &known).await?;
    world.show(OPS, &case).await?;
    assert_eq!(reason(world.reply(OPS, &case, &[(C::Health, answer)]).await)?, Reason::ReviewRequired);
    Ok(case)
}

/// A member without a gate sends what the node does not take in.
async fn put_aside(world: &World) -> Result<()> {
    let member = world.join_raw("obcy", InstitutionKind::Kultura, "Bez bramki").await?;
    let me = world.node(OPS)?.me();
    let to = Peer { id: me.institution.clone(), signing: me.signing_key, sealing: me.sealing_key.clone() };
    let text = format!("Numer 44051401359, {QUARANTINED}");
    let payload = Payload::new("", vec![], Body::ConsultAnon { topic: "pytanie".to_owned(), text })?;
    let row = Policy::shipped().row("CONSULT_ANON").context("no row")?;
    let content = v1::Content {
        kind: "CONSULT_ANON".to_owned(),
        purpose: Purpose::Admin.code().to_owned(),
        thread: ThreadId::random(world.env()).wire(),
        policy_row: row.digest().to_vec().into(),
        worker: "Bez Bramki".to_owned(),
        payload: payload.to_bytes().into(),
        urgency: "U3_NORMAL".to_owned(),
        ..v1::Content::default()
    };
    let envelope = member.seal(&to, &member.draft(&to.id, next(None), Basis::NoPersonalData), content)?;
    let session = world.meanwhile("a raw member connects", member.connect()).await??;
    session.deposit(envelope.to_wire()).await?.accepted()?;
    world.until("it is put aside", async || Ok(!quarantine::list(world.node(OPS)?).await?.is_empty())).await
}

fn planted(texts: &[&str]) -> Canaries {
    let mut canaries = Canaries::default();
    texts.iter().for_each(|text| canaries.plant(text));
    canaries
}

/// Which texts are in what somebody has; everything but those expected is told with its place.
fn seen<'a>(loot: &[crate::thief::Loot], expected: &[&'a str]) -> BTreeSet<&'a str> {
    let mut beyond = Found::new();
    let mut holds = |text: &&str| {
        let (canaries, mut found) = (planted(&[*text]), Found::new());
        loot.iter().for_each(|one| canaries.search(&one.place, &one.bytes, &mut found));
        let any = !found.is_empty();
        if !expected.contains(text) {
            beyond.append(&mut found);
        }
        any
    };
    let seen = ALL.iter().copied().filter(|text| holds(text)).collect();
    assert!(beyond.is_empty(), "the node's key opens {beyond:#?}");
    seen
}

fn without_passphrase(folder: &Path) -> Result<()> {
    let mut found = Found::new();
    let read = planted(&ALL).search_folder(folder, &mut found)?;
    assert!(read > 100_000, "the folder holds {read} bytes");
    assert!(found.is_empty(), "{found:?}");
    Ok(())
}

/// After the theft the worker comes in the morning, and everything is there.
async fn readable(world: &World, left: &Left) -> Result<()> {
    let text = async |case: &str| anyhow::Ok(serde_json::to_string(&world.show(OPS, case).await?)?);
    let referral = text(&left.referral).await?;
    for canary in [SENT, RECEIVED, SUPPLEMENT] {
        assert!(referral.contains(canary), "{canary} in {referral}");
    }
    assert!(text(&left.drafted).await?.contains(DRAFTED));
    assert!(text(&left.waiting).await?.contains(WAITING));
    let unsent = world.show(OPS, &left.unsent).await?;
    assert_eq!(field(&unsent, "ID_NAME"), Some(UNSENT));
    assert_eq!(message(&unsent, "REFERRAL")?.state, "QUEUED");
    let form = world.consent_shown(OPS, &left.record).await?.form;
    assert_eq!((form.evidence_place.as_str(), form.subject_ref.as_str()), (EVIDENCE, SUBJECT));
    let reader = world.party(OPS)?.reader().await?;
    assert_eq!(consent::person(world.node(OPS)?, &reader, &left.prepared).await?, PERSON);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_folder_tells_nothing_and_with_its_passphrase_only_what_never_went_or_came() -> Result<()> {
    let mut world = World::small(940).await?;
    let left = live(&world).await?;
    let senders: Vec<VerifyingKey> = world.hub()?.members().iter().map(|member| member.entry.signing_key).collect();
    let region = world.node(OPS)?.region().clone();
    // The power goes, so that nothing is tidied up; the disk goes with the thief.
    let party = world.party_mut(OPS)?;
    party.kill().await?;
    let stolen = party.backup()?;

    without_passphrase(&stolen)?;
    assert!(Thief::new(&stolen, b"not the passphrase", senders.clone(), region.clone()).is_err());
    let thief = Thief::new(&stolen, PASSPHRASE, senders, region)?;
    let loot = thief.loot(&stolen).await?;
    let never = [UNSENT, WAITING, QUARANTINED];
    assert_eq!(seen(&loot, &never), never.iter().copied().collect());

    world.bring_up(OPS).await?;
    readable(&world, &left).await?;
    world.heal(OPS)?;
    world.until_case(OPS, &left.unsent, S::Delivered).await?;
    // Once it was accepted, the node's key opens it no more either.
    world.settle().await?;
    let party = world.party_mut(OPS)?;
    party.kill().await?;
    let later = party.backup()?;
    let never = [WAITING, QUARANTINED];
    assert_eq!(seen(&thief.loot(&later).await?, &never), never.iter().copied().collect());
    Ok(())
}
