//! Prepares a second family's consent, and the commands with which a person goes on in a second terminal.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use jiff::Span;
use wiez_node::consent::{Form, Giver, Pair};
use wiez_proto::calendar::day_of;
use wiez_proto::vocab::{Authority, Category, EvidenceKind, GiverRole, Lang, Purpose};
use wiez_tests::World;

use crate::telling::pick;

/// The second family's case number.
const SUBJECT: &str = "OPS/2026/207";

/// One command, and what to say above it.
pub(crate) struct Command {
    pub(crate) remark: Option<String>,
    pub(crate) line: String,
}

/// Records the second consent and says what can be typed.
pub(crate) async fn prepare(world: &World, home: &Path, lang: Lang) -> Result<Vec<Command>> {
    let consent = record(world).await?;
    world.settle().await?;
    let program = std::env::current_exe()?;
    let node = |id: &str, rest: &str| format!("\"$D\" node --data-dir \"$R/{id}\" {rest}");
    let hub = |rest: &str| format!("\"$D\" hub --data-dir \"$R/hub\" {rest}");
    let goal = pick(lang, "Wsparcie pedagoga", "Help of the school counsellor");
    let number = pick(lang, "NUMER", "NUMBER");
    let send = |more: &str| {
        format!("referral send --to sp3 --subject {SUBJECT} --goal \"{goal}\" --section ID_NAME=\"Jan Polny\"{more}")
    };
    let opinion = pick(lang, " --section HEALTH=\"opinia lekarska\"", " --section HEALTH=\"a medical opinion\"");
    let then = |remark: String, line: String| Command { remark: Some(remark), line };
    let and = |line: String| Command { remark: None, line };
    let school = pick(
        lang,
        "Szkoła: otwórz i przyjmij; NUMER pokaże lista (to ten ze sprawą OPS/2026/207).",
        "The school: open and accept; the list shows the NUMBER (the one with OPS/2026/207).",
    );
    Ok(vec![
        then(
            format!(
                "{} {SUBJECT}, {} {consent}.",
                pick(
                    lang,
                    "Teraz w drugim terminalu: inna rodzina, sprawa",
                    "Now in a second terminal: another family, case"
                ),
                pick(lang, "zgoda", "consent"),
            ),
            format!("D={}; R={}", quoted(&program), quoted(home)),
        ),
        and(node("ops", &send(""))),
        then(school.to_owned(), node("sp3", "referral list")),
        and(node("sp3", &format!("referral show {number}"))),
        and(node("sp3", &format!("referral accept {number}"))),
        then(
            pick(lang, "OPS widzi, że przyjęto.", "The OPS sees that it was accepted.").to_owned(),
            node("ops", "referral list"),
        ),
        then(
            pick(
                lang,
                "Poza zgodą: kod wyjścia 5 i nazwany brakujący zakres.",
                "Beyond the consent: exit code 5 and the missing scope by name.",
            )
            .to_owned(),
            node("ops", &send(opinion)),
        ),
        then(
            pick(lang, "Każdy może sprawdzić, co się stało.", "Anybody can verify what happened.").to_owned(),
            node("ops", "log verify"),
        ),
        and(hub("log verify")),
        and(hub("institution list")),
        and(hub("status")),
    ]
    .into_iter()
    .chain(without_consent(lang, node))
    .collect())
}

/// The last two steps, typed.
fn without_consent(lang: Lang, node: impl Fn(&str, &str) -> String) -> Vec<Command> {
    let then = |pl: &str, en: &str, line| Command { remark: Some(pick(lang, pl, en).to_owned()), line };
    let and = |line| Command { remark: None, line };
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
            "Bez zgody: szkoła zakłada Niebieską Kartę; idzie od razu, oznaczona, jako kopia robocza.",
            "Without consent: the school files a Blue Card; it goes at once, flagged, as a working copy.",
            node("sp3", &form),
        ),
        then(
            "Co, komu i do kiedy szkoła i zespół są winni; zwykłe listy tego nie pokazują.",
            "What the school and the team owe, to whom, by when; ordinary lists do not show it.",
            node("sp3", "owed --apart"),
        ),
        and(node("zi", "owed --apart")),
        and(node("sp3", "review list")),
        then(
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
