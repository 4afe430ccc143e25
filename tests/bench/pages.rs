//! Measures the pages of a node whose database is full: signing in, lists, searches, one case, consents.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::watch;
use wiez_node::Node;
use wiez_node::account::login::{Opened, login};
use wiez_node::account::{Password, Source};
use wiez_node::casework::{CaseKind, File};
use wiez_node::config::Pages;
use wiez_node::consent::{Form, Giver, Pair, State};
use wiez_node::message::Message;
use wiez_node::referral::{Event, Referral, Side, Timing, step};
use wiez_node::store::Tx;
use wiez_node::store::casework::{self, CaseRow, Direction, MessageRow};
use wiez_node::store::consent::{GrantRow, RecordRow, put_grant, put_record};
use wiez_node::web;
use wiez_proto::calendar::{Week, day_of, end_of_day};
use wiez_proto::env::Env;
use wiez_proto::grant::Grant;
use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::payload::{Body, Payload, Referral as Request, Section};
use wiez_proto::policy::Policy;
use wiez_proto::vocab::{
    Authority, BasisClass, Category as C, EvidenceKind, GiverRole, InstitutionKind as K, Purpose, ReferralStatus,
    ServiceCode, Urgency,
};
use wiez_tests::World;
use wiez_tests::staff::PASSWORD;
use wiez_tests::tasks::{Stopwatch, pause, spawn};

use crate::browser::Browser;
use crate::figures::PageTime;
use crate::hub::say;

/// Cases in one commit while the store is filled.
const COMMIT: usize = 1_000;
/// How often each page is asked for.
const ASKED: usize = 200;
const CENTRE: &str = "ops";
const PEERS: &[(&str, K, &str)] = &[
    ("sp3", K::Szkola, "Szkoła Podstawowa nr 3"),
    ("sp4", K::Szkola, "Szkoła Podstawowa nr 4"),
    ("poz", K::Poz, "Przychodnia"),
    ("dk", K::Kultura, "Dom Kultury"),
];
const FIRST: &[&str] = &["Łucja", "Żaneta", "Świętosław", "Ździsław", "Ola", "Hanna", "Iwo", "Rafał", "Józef", "Ewa"];
const LAST: &[&str] = &["Wrzosek", "Jeżyna", "Dąb", "Świerk", "Łąka", "Źródło", "Głóg", "Kalina", "Sójka", "Żuraw"];

/// How many cases the databases have that are measured, one after another.
pub(crate) const fn sizes(quick: bool) -> &'static [usize] {
    if quick { &[10_000] } else { &[10_000, 100_000] }
}

/// Fills a centre with cases and asks for its pages as a browser does.
pub(crate) async fn measure(dir: &Path, cases: usize) -> Result<Vec<PageTime>> {
    let mut world = World::open(Env::stepped(wiez_tests::world::MORNING_MS, 1), dir).await?;
    world.join(CENTRE, K::Ops, "Ośrodek Pomocy Społecznej").await?;
    for (id, kind, name) in PEERS {
        world.join(id, *kind, name).await?;
    }
    world.settle().await?;
    let node = Arc::clone(world.node(CENTRE)?);
    let watch = Stopwatch::start();
    fill(&node, world.now_ms(), cases).await?;
    say(&format!("{cases} cases stored in {:.0} s\n", watch.elapsed().as_secs_f64()))?;
    let hosts = vec!["127.0.0.1".to_owned()];
    let bound = web::bind(Arc::clone(&node), Pages { listen: "127.0.0.1:0".parse()?, hosts, tls: None }).await?;
    let (address, stop) = (bound.address()?, watch::Sender::new(false));
    let stopped = stop.subscribe();
    let served = spawn(async move { bound.run(stopped).await });
    let mut times = vec![];
    for name in ["signing in, names sealed to a key alone", "signing in, names in the quick form", "signing in again"] {
        times.extend(signing_in(&node, cases, name).await?);
    }
    let mut browser = Browser::open(address).await?;
    browser.sign_in("anna", PASSWORD).await?;
    times.extend(pages(&mut browser, cases).await?);
    drop(browser);
    stop.send_replace(true);
    served.await?;
    drop(node);
    for id in world.ids() {
        world.take_down(&id).await?;
    }
    world.stop_hub().await?;
    Ok(times)
}

/// The password's derivation is in it, as whoever signs in waits for it.
async fn signing_in(node: &Node, cases: usize, name: &str) -> Result<Vec<PageTime>> {
    let watch = Stopwatch::start();
    let opened = login(node, "anna", &Password::new(PASSWORD), Source::Local(0)).await?;
    let took = u64::try_from(watch.elapsed().as_micros())?;
    let Opened::Session(token) = opened else { anyhow::bail!("a second factor is asked for") };
    let names = node.sessions().peek(node.env().now_ms(), token.text())?.names.context("no names")?;
    ensure!(names.len() >= cases, "{} names of {cases} cases", names.len());
    let left = names.loading();
    while names.loading() > 0 {
        pause(Duration::from_millis(5)).await;
    }
    let all = u64::try_from(watch.elapsed().as_micros())?;
    drop(names);
    // The next page keeps what was opened in the quick form.
    let session = node.sessions().peek(node.env().now_ms(), token.text())?;
    wiez_node::names::fresh(node, token.text(), &session).await?;
    node.sessions().end(token.text());
    let mut times = vec![PageTime::of(name, cases, 0, vec![took])];
    if left > 0 {
        times.push(PageTime::of(&format!("{name}: until the last of {left} more is found"), cases, 0, vec![all]));
    }
    Ok(times)
}

async fn pages(browser: &mut Browser, cases: usize) -> Result<Vec<PageTime>> {
    let mut times = vec![];
    let far = format!("/sprawy?strona={}", cases / 40);
    let lists: [(&str, &str); 8] = [
        ("inbox", "/skrzynka"),
        ("inbox, page 9", "/skrzynka?strona=9"),
        ("inbox, whole team", "/skrzynka?pokaz=zespol"),
        ("inbox by institution", "/skrzynka?kolejnosc=instytucja"),
        ("inbox by state, other way round", "/skrzynka?kolejnosc=stan.malejaco"),
        ("all cases, in the middle", &far),
        ("cases that stand apart", "/osobne"),
        ("directory", "/katalog"),
    ];
    for (name, path) in lists {
        times.push(browser.times(name, cases, ASKED, async |browser, _| browser.get(path).await).await?);
    }
    let last = LAST.len();
    let by_name = async |browser: &mut Browser, nth: usize| {
        browser.search("/skrzynka", LAST.get(nth % last).copied().unwrap_or_default()).await
    };
    times.push(browser.times("search by surname, a tenth of all found", cases, ASKED, by_name).await?);
    let by_both =
        async |browser: &mut Browser, nth: usize| browser.search("/skrzynka", &person(nth * 37 % cases)).await;
    times.push(browser.times("search by name and surname", cases, ASKED, by_both).await?);
    let by_ref = async |browser: &mut Browser, nth: usize| {
        browser.search("/skrzynka", &format!("OPS/2026/{}", nth * 37 % cases)).await
    };
    times.push(browser.times("search by own case number", cases, ASKED, by_ref).await?);
    let first = async |browser: &mut Browser, nth: usize| browser.get(&format!("/sprawy/{}", number(nth * 5))).await;
    times.push(browser.times("case page, opened for the first time", cases, ASKED, first).await?);
    times.push(browser.times("case page, opened before", cases, ASKED, first).await?);
    let consents = async |browser: &mut Browser, _| browser.get("/zgody").await;
    if browser.get("/zgody").await?.status == 200 {
        times.push(browser.times("consents", cases, ASKED, consents).await?);
    }
    Ok(times)
}

fn number(nth: usize) -> String {
    format!("W-{nth:06}")
}

fn person(nth: usize) -> String {
    let at = |list: &[&str], nth: usize| list.get(nth % list.len()).copied().unwrap_or_default().to_owned();
    format!("{} {}-{}", at(FIRST, nth), at(LAST, nth / 10), nth / 4)
}

/// Stores cases, half of them received under a consent, half of them over, and a consent for every fifth.
async fn fill(node: &Node, now_ms: i64, cases: usize) -> Result<()> {
    let mut tx = node.store().begin("bench.pages").await?;
    for nth in 0..cases {
        if nth > 0 && nth.is_multiple_of(COMMIT) {
            tx.commit().await?;
            tx = node.store().begin("bench.pages").await?;
        }
        if nth.is_multiple_of(5) {
            consent(node, &mut tx, nth, now_ms).await?;
        }
        case(node, &mut tx, nth, now_ms).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn stand(nth: usize, came: bool, now_ms: i64) -> Referral {
    let timing = Timing::new(None, Week::MON_FRI);
    let since = now_ms - i64::try_from(nth % 40).unwrap_or_default() * 3_600_000;
    let fresh = if came {
        Referral::arrived(Urgency::U3Normal, since, timing)
    } else {
        step(&Referral::draft(Urgency::U3Normal, since, Week::MON_FRI), &Event::Held, since, timing)
            .map_or_else(|_| Referral::draft(Urgency::U3Normal, since, Week::MON_FRI), |(held, _)| held)
    };
    match nth % 8 {
        0..=3 => fresh,
        _ => fresh.settled(ReferralStatus::Completed, since, Week::MON_FRI),
    }
}

async fn case(node: &Node, tx: &mut Tx, nth: usize, now_ms: i64) -> Result<()> {
    let came = nth.is_multiple_of(2);
    let (peer, _, _) = PEERS.get(nth % PEERS.len()).context("nobody")?;
    let grant = if came { Some(grant(node, tx, nth, peer, now_ms).await?) } else { None };
    let message = message(node, nth, peer, came, now_ms)?;
    let row = CaseRow {
        number: number(nth),
        thread: message.thread,
        peer: peer.parse()?,
        kind: CaseKind::Referral,
        hidden: false,
        grant: grant.as_ref().map(|grant| grant.id),
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: message.payload.subject_ref().to_owned(),
            stand: stand(nth, came, now_ms),
            record: None,
            row: message.policy_row,
            problem: None,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    };
    ensure!(row.file.stand.side == if came { Side::Provider } else { Side::Referrer }, "on the wrong side");
    casework::put(tx, &row).await?;
    let handle = grant.and_then(|grant| grant.edge(&peer.parse().ok()?, node.id()).map(|edge| edge.handle));
    let message_row = MessageRow {
        direction: if came { Direction::In } else { Direction::Out },
        peer: row.peer.clone(),
        message_id: message.message_id,
        number: row.number,
        kind: message.kind.code().to_owned(),
        handle,
        grant: row.grant,
        state: if came { "RECEIVED" } else { "DRAFT" }.to_owned(),
        at_ms: now_ms,
        expires_ms: message.expires_ms,
        opened_ms: None,
        answer: None,
        envelope_hash: came.then_some(Hash::ZERO),
        leaf_index: came.then_some(0),
        deleted: false,
    };
    Ok(casework::put_message(tx, &message_row, &message).await?)
}

/// The peer's consent under which a case came.
async fn grant(node: &Node, tx: &mut Tx, nth: usize, peer: &str, now_ms: i64) -> Result<Grant> {
    let form = paper(nth, peer, now_ms)?;
    let pair = form.pairs.first().context("no pair")?;
    let (grant, _) = form.grant(node.id(), pair, now_ms, node.env());
    let signed = grant.sign(node.signing(), node.region())?;
    let row = GrantRow {
        id: grant.id,
        record: None,
        peer: peer.to_owned(),
        handle_out: grant.edge(node.id(), &pair.institution).map(|edge| edge.handle),
        handle_in: grant.edge(&pair.institution, node.id()).map(|edge| edge.handle),
        valid_to_ms: end_of_day(form.valid_to),
        ended_ms: None,
        ended_by: None,
        logged: false,
        successor: None,
        signed,
    };
    put_grant(tx, &row, None, now_ms).await?;
    Ok(grant)
}

async fn consent(node: &Node, tx: &mut Tx, nth: usize, now_ms: i64) -> Result<()> {
    let form = paper(nth, "sp3", now_ms)?;
    let number = format!("Z-{nth:06}");
    let pair = form.pairs.first().context("no pair")?;
    let (grant, salt) = form.grant(node.id(), pair, now_ms, node.env());
    let signed = grant.sign(node.signing(), node.region())?;
    let valid_to_ms = end_of_day(form.valid_to);
    let peer = pair.institution.to_string();
    let (handle_out, handle_in) = (
        grant.edge(node.id(), &pair.institution).map(|edge| edge.handle),
        grant.edge(&pair.institution, node.id()).map(|edge| edge.handle),
    );
    let record = RecordRow { number: number.clone(), state: State::Active, valid_to_ms, recorded_ms: now_ms, form };
    put_record(tx, &record).await?;
    let row = GrantRow {
        id: grant.id,
        record: Some(number),
        peer,
        handle_out,
        handle_in,
        valid_to_ms,
        ended_ms: None,
        ended_by: None,
        logged: false,
        successor: None,
        signed,
    };
    Ok(put_grant(tx, &row, Some(&salt), now_ms).await?)
}

fn paper(nth: usize, peer: &str, now_ms: i64) -> Result<Form> {
    let today = day_of(now_ms);
    let pair = Pair {
        institution: peer.parse()?,
        give: BTreeSet::from([C::IdName, C::EduProgress, C::FamilySit]),
        receive: BTreeSet::from([C::IdName, C::EduProgress, C::FamilySit]),
        explicit: BTreeSet::new(),
    };
    Ok(Form {
        subject_ref: format!("OPS/2026/{nth}"),
        giver: Giver {
            role: GiverRole::Parent,
            born: Some("2017-02-03".parse()?),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(&nth.to_be_bytes()),
        evidence_place: "segregator 7".to_owned(),
        pairs: vec![pair],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: today,
        valid_to: today.checked_add(jiff::Span::new().months(11))?,
        worker: "Anna Nowak".to_owned(),
    })
}

fn message(node: &Node, nth: usize, peer: &str, came: bool, now_ms: i64) -> Result<Message> {
    let section = |category, text: &str| Section { category, label: String::new(), text: text.to_owned() };
    let told = "Od września nieobecny w połowie zajęć, rodzina wielodzietna, matka pracuje na dwie zmiany. ".repeat(8);
    let sections = vec![section(C::IdName, &person(nth)), section(C::FamilySit, &told)];
    let body = Body::Referral(Request {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: "Nadrobienie zaległości po chorobie".to_owned(),
        urgency: Urgency::U3Normal,
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    });
    let payload = Payload::new(format!("OPS/2026/{nth}"), sections, body)?;
    let (me, them) = (node.id().clone(), peer.parse()?);
    let (sender, recipient) = if came { (them, me) } else { (me, them) };
    Ok(Message {
        message_id: MessageId::random(node.env()),
        sender,
        recipient,
        class: BasisClass::Consent,
        handle: None,
        expires_ms: now_ms + 30 * 86_400_000,
        kind: payload.kind(),
        categories: payload.categories(),
        asked: payload.asked(),
        purpose: Purpose::Service,
        thread: ThreadId::random(node.env()),
        in_reply_to: None,
        policy_row: Hash::new(Policy::shipped().row("REFERRAL.CONSENT").context("no row")?.digest()),
        grant: None,
        statement: None,
        checkpoint: String::new(),
        worker: "Anna Nowak".to_owned(),
        signature: None,
        urgency: Urgency::U3Normal,
        payload,
    })
}
