//! Canaries: random texts and a PESEL go through everything, and none of them is found where it must not be.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result};
use tracing_subscriber::fmt::MakeWriter;
use wiez_node::api::{Request, SectionText};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::{Lawful, Matter, NkText, NoteText, Wanted};
use wiez_node::consent::{Form, Giver, Pair};
use wiez_node::referral::Report;
use wiez_proto::calendar::day_of;
use wiez_proto::env::Env;
use wiez_proto::id::hex;
use wiez_proto::statement::{FormalRef, Phoned};
use wiez_proto::vocab::{
    AckCode, Authority, BasisCode as B, Category as C, DeclineReason, EvidenceKind, FeedbackCode, FormalChannel,
    GiverRole, InstitutionKind as K, PersonRole, Purpose, ReferralStatus as S,
};
use wiez_tests::World;
use wiez_tests::acts::{bare, declined, field, reason};
use wiez_tests::canary::{Canaries, Found};
use wiez_tests::lawful::{facts, letter, person, stating};

/// A number with a good check digit, of nobody.
const PESEL: &str = "44051401359";
const SURNAME: &str = "Kanarkowska-Żółwińska";

/// How many texts are planted.
const TEXTS: usize = 40;

/// Codes that say what goes without a consent: neither the hub nor any diagnostics may name them.
const CODES: [&str; 4] = ["NK_A_DISPATCH", "POLICE_QUERY", "TAKEN_OVER", "VITAL_INTEREST"];

static CANARIES: OnceLock<Canaries> = OnceLock::new();
static NAMED: OnceLock<Canaries> = OnceLock::new();
static FOUND: Mutex<Found> = Mutex::new(Found::new());
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Searches each diagnostic line at once, so that a trace of gigabytes needs no memory.
struct Searched;

impl Write for Searched {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        WRITTEN.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        for canaries in CANARIES.get().into_iter().chain(NAMED.get()) {
            canaries.search("diagnostics", bytes, &mut FOUND.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Searched {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// Random texts, and the number, each of which is searched for from now on.
fn plant() -> Result<Vec<String>> {
    let texts: Vec<String> = (0..TEXTS).map(|_| format!("KANAREK{}", hex(&Env::system().random::<8>()))).collect();
    let mut canaries = Canaries::default();
    texts.iter().for_each(|text| canaries.plant(text));
    canaries.plant(SURNAME);
    canaries.plant_number(PESEL);
    CANARIES.set(canaries).ok().context("planted twice")?;
    let mut named = Canaries::default();
    CODES.iter().for_each(|code| named.plant(code));
    NAMED.set(named).ok().context("planted twice")?;
    Ok(texts)
}

fn form(texts: &[String], now_ms: i64) -> Result<Form> {
    let categories = [C::IdName, C::IdPesel, C::Address, C::Health, C::PlanTasks, C::EduProgress];
    let pair = |id: &str| -> Result<Pair> {
        Ok(Pair {
            institution: id.parse()?,
            give: categories.into(),
            receive: categories.into(),
            explicit: [C::Health].into(),
        })
    };
    Ok(Form {
        subject_ref: texts[0].clone(),
        giver: Giver {
            role: GiverRole::SelfGiver,
            born: None,
            own_statement: false,
            authority: Authority::Unknown,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(texts[1].as_bytes()),
        evidence_place: texts[1].clone(),
        pairs: vec![pair("sp3")?, pair("poz")?],
        purposes: [Purpose::Service, Purpose::Diag].into(),
        valid_from: day_of(now_ms),
        valid_to: day_of(now_ms).checked_add(jiff::Span::new().months(6))?,
        worker: "-".to_owned(),
    })
}

/// Everything that people can do with content: sent, refused here, refused there, questioned, asked, withdrawn, waiting.
async fn live(world: &mut World, texts: &[String]) -> Result<()> {
    let text = |at: usize| texts[at].as_str();
    let consent = world.consent_form("ops", form(texts, world.now_ms())?).await?;
    let person = [(C::IdName, SURNAME), (C::IdPesel, PESEL), (C::Address, text(2)), (C::Health, text(3))];
    let ours = world.refer("ops", "sp3", &consent, &person).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    let shown = world.show("sp3", &theirs).await?;
    assert_eq!((field(&shown, "ID_PESEL"), field(&shown, "ADDRESS")), (Some(PESEL), Some(text(2))), "they do arrive");

    let question = Report { note: text(4).to_owned(), ..bare(S::NeedInfo) };
    world.decide("sp3", &theirs, question).await?;
    world.until_case("ops", &ours, S::NeedInfo).await?;
    world.supplement("ops", &ours, &[(C::PlanTasks, text(5))]).await?;
    world.until_case("sp3", &theirs, S::Delivered).await?;
    let no = Report { note: format!("{} i jeszcze więcej słów", text(6)), ..declined(DeclineReason::Other) };
    world.decide("sp3", &theirs, no).await?;
    world.until_case("ops", &ours, S::Declined).await?;

    // What gates and linters refuse is typed too.
    let beyond = [(C::IdName, SURNAME), (C::FamilySit, text(7))];
    assert!(world.refer("ops", "sp3", &consent, &beyond).await.is_err());
    assert!(reason(world.consult("ops", "sp3", "pytanie", &format!("PESEL {PESEL} {}", text(8))).await).is_ok());
    let cases = world.inquire("ops", "poz", &consent, &[C::Health], &[(C::IdName, SURNAME), (C::IdPesel, PESEL)]).await;
    assert!(cases.is_ok(), "{cases:?}");
    let asked = world.arrived("poz", CaseKind::Info, &[]).await?;
    world.show("poz", &asked).await?;
    // Refused for want of a second person, with the answer already typed.
    assert!(world.reply("poz", &asked, &[(C::Health, text(9))]).await.is_err());

    lawful(world, texts).await?;

    // One waits at the hub, one at the sender, when everything is read.
    world.take_down("poz").await?;
    let waiting = world.refer("ops", "poz", &consent, &[(C::IdName, SURNAME), (C::Address, text(10))]).await?;
    world.until_case("ops", &waiting, S::Sent).await?;
    world.cut("ops")?;
    world.refer("ops", "sp3", &consent, &[(C::IdName, SURNAME), (C::Address, text(11))]).await?;
    world.ask("ops", &Request::CaseList { kinds: vec![CaseKind::Referral], apart: false }).await?;
    world.settle_except("ops").await
}

/// A form in which every text is a canary, and whom it is told to with all that can be stated.
fn form_a(texts: &[String]) -> (NkText, Lawful) {
    let text = |at: usize| texts[at].as_str();
    let form = NkText {
        form_version: "2023".to_owned(),
        persons: vec![
            person(PersonRole::Suffering, &[(C::IdName, SURNAME), (C::IdPesel, PESEL), (C::Health, text(12))]),
            person(PersonRole::Using, &[(C::IdName, SURNAME), (C::Address, text(13)), (C::Addiction, text(14))]),
        ],
        event: facts(&[(C::Reporter, text(15))]),
        incident: text(16).to_owned(),
        file_hash: None,
    };
    let to = stating("zi", B::Uppd9d, |statement| {
        statement.case_ref = text(17).to_owned();
        statement.override_reason = format!("{} i jeszcze więcej słów", text(18));
        let letter =
            FormalRef { channel: FormalChannel::Ade, number: text(19).to_owned(), date: jiff::civil::date(2026, 5, 4) };
        statement.formal_ref = Some(letter);
        statement.phoned = Some(Phoned { who: text(20).to_owned(), at_ms: 1, by: String::new() });
    });
    (form, Lawful { subject_ref: text(21).to_owned(), ..to })
}

/// Everything that people do without a consent: a form, its way to the group, an alert, a query; refused, reviewed, noted.
async fn lawful(world: &World, texts: &[String]) -> Result<()> {
    let text = |at: usize| texts[at].as_str();
    let (form, to) = form_a(texts);
    let mut beyond = form.clone();
    beyond.persons.push(person(PersonRole::Household, &[(C::Health, text(22))]));
    assert!(world.report("sp3", &to, &[], Matter::NkA { form: beyond }).await.is_err(), "kept as it was typed");
    let ours = world.report("sp3", &to, &[], Matter::NkA { form }).await?.number;
    world.formal("sp3", &ours, letter(text(23).to_owned(), jiff::civil::date(2026, 5, 5))).await?;
    let case = world.arrives("zi", CaseKind::NiebieskaKarta, &[]).await?;
    let shown = serde_json::to_string(&world.show("zi", &case).await?)?;
    for (at, there) in texts.iter().enumerate().take(22).skip(12) {
        assert!(shown.contains(there), "text {at} did not arrive: {shown}");
    }
    world.ack("zi", &case, AckCode::TakenOver).await?;
    world.feed_back("zi", &case, FeedbackCode::Received).await?;
    world.dispatch("zi", &case, &["ops", "kpp"], text(24)).await?;
    let theirs = world.arrives("kpp", CaseKind::NiebieskaKarta, &[]).await?;
    world.declare("kpp", jiff::civil::date(2026, 5, 5)).await?;
    world.show("kpp", &theirs).await?;
    let persons = vec![person(PersonRole::Using, &[(C::Criminal, text(25))])];
    let note = NoteText { persons, text: text(26).to_owned(), tasks: text(27).to_owned() };
    world.nk_note("kpp", &theirs, note).await?;

    let danger = stating("kpp", B::Vital, |statement| {
        statement.justification = format!("{} {}", text(28), text(29));
    });
    let what = Matter::Alert { what: text(30).to_owned(), place: text(31).to_owned(), in_danger: SURNAME.to_owned() };
    world.report("ops", &danger, &[(C::Health, text(32))], what).await?;
    let alert = world.arrives("kpp", CaseKind::Alert, &[]).await?;
    world.show("kpp", &alert).await?;
    for review in world.reviews("kpp").await?.iter().filter(|review| review.decided.is_none()) {
        world.reject("kpp", &review.id, text(33)).await?;
    }

    let asking = stating("ops", B::PolReq, |statement| {
        statement.case_ref = text(34).to_owned();
        statement.officer = text(35).to_owned();
    });
    let about = [(C::IdName, SURNAME), (C::IdPesel, PESEL), (C::Address, text(36))];
    let wanted =
        Wanted { questions: vec![text(37).to_owned()], asked: [C::Contact].into(), why_needed: text(38).to_owned() };
    let sections = about.map(|(category, text)| SectionText { category, label: String::new(), text: text.to_owned() });
    world.ask("kpp", &Request::Query { to: asking, sections: sections.into(), wanted }).await?;
    let query = world.arrives("ops", CaseKind::Query, &[]).await?;
    world.show("ops", &query).await?;
    world.answer_on("ops", &query, &[(C::Contact, text(39))], None).await?;
    assert!(!world.owed("zi", true).await?.is_empty(), "the clocks run");
    world.settle().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_and_no_pesel_is_found_at_the_hub_in_any_log_or_unsealed_at_a_node() -> Result<()> {
    let texts = plant()?;
    tracing_subscriber::fmt().with_env_filter("trace").with_ansi(false).with_writer(Searched).try_init().ok();
    let mut world = World::small(210).await?;
    world.join("zi", K::Zi, "Zespół Interdyscyplinarny").await?;
    world.join("kpp", K::Policja, "Komenda Powiatowa Policji").await?;
    world.settle().await?;
    live(&mut world, &texts).await?;
    let canaries = CANARIES.get().context("nothing planted")?;

    // While everybody still runs: databases, write-ahead logs, whatever lies there.
    let mut found = Found::new();
    let read = canaries.search_folder(world.home(), &mut found)?;
    assert!(read > 500_000, "only {read} bytes were read");
    assert!(found.is_empty(), "{found:#?}");
    world.stop_hub().await?;
    for id in world.ids() {
        if world.party(&id)?.is_up() {
            world.take_down(&id).await?;
        }
    }
    let read = canaries.search_folder(world.home(), &mut found)?;
    assert!(read > 500_000 && found.is_empty(), "{read} bytes: {found:#?}");
    let named = NAMED.get().context("nothing planted")?;
    let read = named.search_folder(&world.hub_dir(), &mut found)?;
    assert!(read > 100_000 && found.is_empty(), "the hub knows what goes without a consent: {found:#?}");
    let mut nodes = Found::new();
    named.search_folder(world.home(), &mut nodes)?;
    assert!(!nodes.is_empty(), "the two parties do know");
    let logged = FOUND.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(logged.is_empty(), "{logged:#?}");
    assert!(WRITTEN.load(Ordering::SeqCst) > 100_000, "the diagnostics were not captured");

    // And it would have been found.
    tracing::trace!(text = texts[3], "a planted line");
    let planted = std::mem::take(&mut *FOUND.lock().unwrap_or_else(PoisonError::into_inner));
    assert_eq!(planted.len(), 1, "the search of diagnostics does not work");
    std::fs::write(world.hub_dir().join("planted"), hex(PESEL.as_bytes()))?;
    canaries.search_folder(&world.hub_dir(), &mut found)?;
    assert!(!found.is_empty(), "the search of folders does not work");
    Ok(())
}
