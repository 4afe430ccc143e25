//! Prepares a second family's consent, and the commands with which a person goes on in a second terminal.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jiff::Span;
use wiez_node::api::{ReferralText, Request, SectionText};
use wiez_node::casework::act::Addressed;
use wiez_node::consent::{Form, Giver, Pair};
use wiez_proto::calendar::day_of;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Authority, Category, EvidenceKind, GiverRole, Lang, Purpose, ServiceCode, Urgency};
use wiez_tests::World;
use wiez_tests::acts::refusal;
use wiez_tests::staff::PASSWORD;

use crate::cast::login_at;
use crate::telling::pick;

/// The second family's case number.
const SUBJECT: &str = "OPS/2026/207";

/// One command, and what to say above it.
pub(crate) struct Command {
    pub(crate) remark: Option<String>,
    pub(crate) line: String,
}

/// Records the second consent.
pub(crate) async fn consent(world: &World) -> Result<String> {
    let consent = record(world).await?;
    world.settle().await?;
    Ok(consent)
}

/// Tries to send more about the second family than it agreed to; returns the case in which the gate keeps it.
pub(crate) async fn held(world: &World, lang: Lang) -> Result<String> {
    let to = Addressed {
        to: "sp3".parse()?,
        subject_ref: SUBJECT.to_owned(),
        consent: None,
        purpose: Purpose::Service,
        urgency: Urgency::U3Normal,
    };
    let section = |category, text: &str| SectionText { category, label: String::new(), text: text.to_owned() };
    let opinion = pick(lang, "opinia lekarska", "a medical opinion");
    let referral = ReferralText {
        service: ServiceCode::ZajeciaWyrownawcze,
        goal: pick(lang, "Wsparcie pedagoga", "Help of the school counsellor").to_owned(),
        wished_by: None,
        language: String::new(),
        accessibility: String::new(),
    };
    let sections = vec![section(Category::IdName, "Jan Polny"), section(Category::Health, opinion)];
    let refused = refusal(world.ask("ops", &Request::Refer { to, sections, referral }).await)?;
    ensure!(refused.reason == Reason::ConsentScope, "refused for another reason: {refused}");
    Ok(refused.details.get("case").context("nothing was kept")?.clone())
}

/// A command line of a node.
fn node(id: &str, rest: &str) -> String {
    format!("\"$D\" node --data-dir \"$R/{id}\" {rest}")
}

fn then(lang: Lang, pl: &str, en: &str, line: String) -> Command {
    Command { remark: Some(pick(lang, pl, en).to_owned()), line }
}

fn and(line: String) -> Command {
    Command { remark: None, line }
}

/// Says what can be typed.
pub(crate) fn prepare(consent: &str, home: &Path, lang: Lang) -> Result<Vec<Command>> {
    let program = std::env::current_exe()?;
    let family =
        pick(lang, "Teraz w drugim terminalu: inna rodzina, sprawa", "Now in a second terminal: another family, case");
    // What signing in leaves goes with the folder.
    let setup = format!("D={}; R={}; export XDG_RUNTIME_DIR=\"$R\"", quoted(&program), quoted(home));
    let remark = Some(format!("{family} {SUBJECT}, {} {consent}.", pick(lang, "zgoda", "consent")));
    let mut all = vec![Command { remark, line: setup }];
    all.extend(signing_in(lang)?);
    all.extend(referring(lang));
    all.extend(verifying(lang));
    all.extend(without_consent(lang));
    Ok(all)
}

fn signing_in(lang: Lang) -> Result<Vec<Command>> {
    let login = |id: &str| {
        let typed = node(id, &format!("login {}", login_at(id)?));
        anyhow::Ok(format!("echo '{PASSWORD}' | {typed}"))
    };
    let first = then(
        lang,
        "Najpierw logowanie: bez niego nikt nie widzi treści.",
        "First signing in: without it nobody sees content.",
        login("ops")?,
    );
    Ok(vec![first, and(login("sp3")?), and(login("zi")?), and(login("kpp")?)])
}

/// A referral that the school accepts, and one that goes beyond the consent.
fn referring(lang: Lang) -> Vec<Command> {
    let goal = pick(lang, "Wsparcie pedagoga", "Help of the school counsellor");
    let number = pick(lang, "NUMER", "NUMBER");
    let opinion = pick(lang, " --section HEALTH=\"opinia lekarska\"", " --section HEALTH=\"a medical opinion\"");
    let send = |more: &str| {
        format!("referral send --to sp3 --subject {SUBJECT} --goal \"{goal}\" --section ID_NAME=\"Jan Polny\"{more}")
    };
    vec![
        then(lang, "OPS kieruje.", "The OPS refers.", node("ops", &send(""))),
        then(
            lang,
            "Szkoła: otwórz i przyjmij; NUMER pokaże lista (to ten ze sprawą OPS/2026/207).",
            "The school: open and accept; the list shows the NUMBER (the one with OPS/2026/207).",
            node("sp3", "referral list"),
        ),
        and(node("sp3", &format!("referral show {number}"))),
        and(node("sp3", &format!("referral accept {number}"))),
        then(lang, "OPS widzi, że przyjęto.", "The OPS sees that it was accepted.", node("ops", "referral list")),
        then(
            lang,
            "Poza zgodą: kod wyjścia 5 i nazwany brakujący zakres.",
            "Beyond the consent: exit code 5 and the missing scope by name.",
            node("ops", &send(opinion)),
        ),
    ]
}

fn verifying(lang: Lang) -> Vec<Command> {
    let hub = |rest: &str| format!("\"$D\" hub --data-dir \"$R/hub\" {rest}");
    vec![
        then(
            lang,
            "Każdy może sprawdzić, co się stało.",
            "Anybody can verify what happened.",
            node("ops", "log verify"),
        ),
        and(hub("log verify")),
        and(hub("institution list")),
        and(hub("status")),
    ]
}

/// The last two steps, typed.
fn without_consent(lang: Lang) -> Vec<Command> {
    let incident = pick(lang, "Uderzył syna pasem.", "He hit his son with a belt.");
    let form = format!(
        "report nk-a --to zi --subject SP3/2026/12 --person SUFFERING:ID_NAME=\"Jan Polny\" \
         --person USING:ID_NAME=\"Adam Polny\" --incident \"{incident}\""
    );
    let (question, why) = (pick(lang, "Gdzie przebywa?", "Where is she?"), pick(lang, "Dochodzenie", "Investigation"));
    let query = format!(
        "query police --to ops --subject KPP/88 --section ID_NAME=\"Halina Wrzos\" --question \"{question}\" \
         --asked CONTACT --why \"{why}\""
    );
    vec![
        then(
            lang,
            "Bez zgody: szkoła zakłada Niebieską Kartę; idzie od razu, oznaczona, jako kopia robocza.",
            "Without consent: the school files a Blue Card; it goes at once, flagged, as a working copy.",
            node("sp3", &form),
        ),
        then(
            lang,
            "Co, komu i do kiedy szkoła i zespół są winni; zwykłe listy tego nie pokazują.",
            "What the school and the team owe, to whom, by when; ordinary lists do not show it.",
            node("sp3", "owed --apart"),
        ),
        and(node("zi", "owed --apart")),
        and(node("sp3", "review list")),
        then(
            lang,
            "Policja bez sygnatury sprawy: kod wyjścia 5 i nazwane, czego brakuje. Z sygnaturą pytanie idzie.",
            "The police without a case reference: exit code 5 and what is missing by name. With it the query goes.",
            node("kpp", &query),
        ),
        and(node("kpp", &format!("{query} --case-ref \"Ds. 7/2026\" --officer \"asp. Adam Grab\""))),
    ]
}

async fn record(world: &World) -> Result<String> {
    let today = day_of(world.now_ms());
    let form = Form {
        subject_ref: SUBJECT.to_owned(),
        giver: Giver {
            role: GiverRole::Parent,
            born: Some(today.checked_sub(Span::new().years(9))?),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(b"another signed paper form"),
        evidence_place: "segregator 7, karta 13".to_owned(),
        pairs: vec![Pair {
            institution: "sp3".parse()?,
            give: BTreeSet::from([Category::IdName, Category::EduProgress, Category::PlanTasks]),
            receive: BTreeSet::from([Category::Logistics]),
            explicit: BTreeSet::new(),
        }],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: today,
        valid_to: today.checked_add(Span::new().months(6))?,
        worker: "-".to_owned(),
    };
    world.consent_form("ops", form).await
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
