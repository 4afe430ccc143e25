//! Holds the page for data-protection officers to the policy table: each row, set, role, secrecy and deadline.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::policy::{Due, Policy, Row};
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, Lang, Owed, PersonRole};

use crate::source::Tree;

const PAGE: &str = "node/IOD.md";
const FIELDS: &[&str] = &["CASE_REF", "OFFICER", "ORDER_REF", "FORMAL_REF", "JUSTIFICATION"];
const FEEDBACK: &[Owed] = &[Owed::FeedbackReceipt, Owed::Feedback14, Owed::FeedbackClosing];

type Codes = BTreeSet<String>;

/// The page tells the shipped table, neither more nor less.
pub(crate) fn page(tree: &Tree) -> Vec<String> {
    let Some(file) = tree.get(PAGE) else { return vec![format!("{PAGE} is missing")] };
    let page = Page::read(&file.text);
    let policy = Policy::shipped();
    let mut out = rows(&page, policy);
    out.extend(roles(&page, policy));
    out.extend(secrecy(&page, policy));
    out.extend(names(&file.text));
    out.into_iter().map(|found| format!("{PAGE}: {found}")).collect()
}

/// The lines of the page's tables, each by its column's heading, and its named sets.
struct Page {
    lines: Vec<BTreeMap<String, String>>,
    sets: BTreeMap<String, String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let (mut lines, mut head): (Vec<BTreeMap<String, String>>, Option<Vec<String>>) = (Vec::new(), None);
        for line in text.lines() {
            let Some(inside) = line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
                head = None;
                continue;
            };
            let cells: Vec<String> = inside.split('|').map(|cell| cell.trim().to_owned()).collect();
            match &head {
                None => head = Some(cells),
                Some(_) if cells.iter().all(|cell| cell.starts_with("---")) => {}
                Some(head) => lines.push(head.iter().cloned().zip(cells).collect()),
            }
        }
        let set = |line: &BTreeMap<String, String>| {
            let codes = line.get("Institutions").or_else(|| line.get("Data"))?;
            Some((bare(line.get("Set")?), codes.clone()))
        };
        let sets = lines.iter().filter_map(set).collect();
        Self { lines, sets }
    }

    /// The lines of the tables that begin with this column, by what stands in it.
    fn of(&self, column: &str) -> Vec<(String, &BTreeMap<String, String>)> {
        self.lines.iter().filter_map(|line| Some((bare(line.get(column)?), line))).collect()
    }

    /// Codes by comma, with sets by name, `all`, and what comes after `−` taken away.
    fn codes(&self, text: &str) -> Codes {
        let (more, less) = text.split_once('−').unwrap_or((text, ""));
        let one = |name: &str| match self.sets.get(name) {
            Some(inside) => self.codes(inside),
            None if name == "all" => codes(InstitutionKind::ALL.iter().map(|kind| kind.code())),
            None => Codes::from([name.to_owned()]),
        };
        let all = |text: &str| text.split(',').map(str::trim).filter(|name| !name.is_empty()).flat_map(one).collect();
        let (more, less): (Codes, Codes) = (all(more), all(less));
        more.difference(&less).cloned().collect()
    }
}

fn bare(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

fn codes(all: impl IntoIterator<Item = &'static str>) -> Codes {
    all.into_iter().map(str::to_owned).collect()
}

fn categories<'a>(all: impl IntoIterator<Item = &'a Category>) -> Codes {
    codes(all.into_iter().map(|category| category.code()))
}

fn kinds<'a>(all: impl IntoIterator<Item = &'a InstitutionKind>) -> Codes {
    codes(all.into_iter().map(|kind| kind.code()))
}

fn rows(page: &Page, policy: &Policy) -> Vec<String> {
    let told = page.of("Row");
    let mut out = Vec::new();
    for row in policy.rows() {
        let lines: Vec<_> = told.iter().filter(|(id, _)| *id == row.id).collect();
        match lines.as_slice() {
            [(_, line)] => out.extend(row_differs(page, row, line).map(|column| format!("`{}`: {column}", row.id))),
            lines => out.push(format!("`{}` has {} lines instead of one", row.id, lines.len())),
        }
    }
    let stranger = |(id, _): &&(String, _)| policy.row(id).is_none();
    out.extend(told.iter().filter(stranger).map(|(id, _)| format!("`{id}` is no row of the policy")));
    out
}

/// The columns in which the line says something else than the row.
fn row_differs<'a>(page: &Page, row: &Row, line: &'a BTreeMap<String, String>) -> impl Iterator<Item = &'a str> {
    let plain = row.class == BasisClass::NoPersonalData;
    let fits = |column: &str, cell: &str| match column {
        "Row" => true,
        "What" => !cell.is_empty(),
        "From → to" => cell.split_once('→').is_some_and(|(from, to)| {
            page.codes(from) == kinds(&row.senders) && page.codes(to) == kinds(&row.recipients)
        }),
        "Basis, act, required fields" => basis(row, cell),
        "May carry or ask for" => carries(page, row, cell),
        "Second person" => {
            let (when, always) = cell.split_once("; always ").unwrap_or((cell, ""));
            when == if row.duty { "after" } else { "first" } && page.codes(always) == categories(&row.review)
        }
        "Sees" => cell == row.subject_sees.code(),
        "Answer within" => cell == clock(row),
        _ => false,
    };
    let differs: Vec<&str> =
        line.iter().filter(|(column, cell)| !fits(column, cell)).map(|(column, _)| column.as_str()).collect();
    // What the short table leaves out is true of codes only.
    let short = line.len() == 5 && !(plain && row.ceiling == BTreeSet::from([Category::None]) && row.review.is_empty());
    differs.into_iter().chain(short.then_some("it may carry personal data, so it belongs into the first table"))
}

fn basis(row: &Row, cell: &str) -> bool {
    let words: Codes = cell.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned).collect();
    let named = |known: Codes| words.intersection(&known).cloned().collect::<Codes>();
    named(codes(BasisCode::ALL.iter().map(|basis| basis.code()))) == codes(row.bases.iter().map(|basis| basis.code()))
        && named(codes(FIELDS.iter().copied())) == codes(row.requires.iter().map(|field| field.code()))
        && cell.contains(&row.act)
}

fn carries(page: &Page, row: &Row, cell: &str) -> bool {
    let mut parts = cell.split("; ");
    let ceiling = page.codes(parts.next().unwrap_or_default());
    let never: Option<BTreeSet<(Codes, Codes)>> = parts
        .map(|part| {
            let (what, to) = part.strip_prefix("not ")?.split_once(" to ")?;
            Some((page.codes(what), page.codes(to)))
        })
        .collect();
    let real = row.never.iter().map(|never| (categories(&never.categories), kinds(&never.to))).collect();
    ceiling == categories(&row.ceiling) && never == Some(real)
}

/// The column of deadlines, as it has to be.
fn clock(row: &Row) -> String {
    let start = if row.clock_from_started { " from the start" } else { "" };
    let due = row.due.map(|due| format!("{}{start}", words(due)));
    let owed = row.owes.iter().filter(|owes| !FEEDBACK.contains(&owes.what));
    let owed = owed.map(|owes| format!("{} {}", owes.what, words(owes.due)));
    let feedback = row.feedback.then(|| "feedback".to_owned());
    let all: Vec<String> = due.into_iter().chain(owed).chain(feedback).collect();
    if all.is_empty() { "–".to_owned() } else { all.join("; ") }
}

fn words(due: Due) -> String {
    let count = |n: u32, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match due {
        Due::Minutes(n) if n % 60 == 0 => count(n / 60, "hour"),
        Due::Minutes(n) => count(n, "minute"),
        Due::WorkingDays(n) => count(n.into(), "working day"),
        Due::CalendarDays(n) => count(n.into(), "day"),
        Due::ByUrgency => "by urgency".to_owned(),
    }
}

/// Each role of the one closed list.
fn roles(page: &Page, policy: &Policy) -> Vec<String> {
    let Some(matrix) = policy.matrix("UPPD_9C") else { return vec!["the closed list UPPD_9C is gone".to_owned()] };
    let told: BTreeMap<String, &BTreeMap<String, String>> = page.of("Role").into_iter().collect();
    let known = PersonRole::ALL.iter().map(|role| (Some(*role), role.code())).chain([(None, "EVENT")]);
    let differs = |(role, code): &(Option<PersonRole>, &str)| {
        let cell = told.get(*code).and_then(|line| line.get("Data")).and_then(|cell| cell.split_once(": "));
        cell.is_none_or(|(_, cell)| {
            let (data, always) = cell.split_once("; always ").unwrap_or((cell, ""));
            Some(page.codes(data)) != matrix.allowed(*role).map(categories)
                || Some(page.codes(always)) != matrix.review(*role).map(categories)
        })
    };
    known.filter(differs).map(|(_, code)| format!("role `{code}` is told otherwise than the policy has it")).collect()
}

fn secrecy(page: &Page, policy: &Policy) -> Vec<String> {
    let cell = |line: &BTreeMap<String, String>, column: &str| page.codes(line.get(column).map_or("", String::as_str));
    let told: Vec<(String, [Codes; 3])> = page
        .of("Secrecy")
        .into_iter()
        .map(|(regime, line)| (regime, ["Senders", "Data", "Opened by"].map(|column| cell(line, column))))
        .collect();
    let real = policy.secrecy_rules().iter().map(|rule| {
        let consent = rule.consent_opens.then_some("CONSENT");
        let opened = codes(rule.opened_by.iter().map(|basis| basis.code()).chain(consent));
        (rule.regime.code().to_owned(), [kinds(&rule.senders), categories(&rule.categories), opened])
    });
    if told == real.collect::<Vec<_>>() {
        vec![]
    } else {
        vec!["secrecy is told otherwise than the policy has it".to_owned()]
    }
}

/// Each code of data stands before its Polish name.
fn names(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = |category: &Category| format!("{} {}", category.code(), category.label(Lang::Pl));
    let missing = Category::ALL.iter().map(name).filter(|name| !text.contains(name));
    missing.map(|name| format!("`{name}` is missing")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found when the page says something else in one place.
    fn found(from: &str, to: &str) -> usize {
        let tree = Tree::read();
        let text = &tree.get(PAGE).unwrap().text;
        assert!(text.contains(from), "{from}");
        page(&Tree::sample(&[(PAGE, &text.replacen(from, to, 1))])).len()
    }

    #[test]
    fn a_page_that_drifted_is_found_column_by_column() {
        assert_eq!(page(&Tree::sample(&[])).len(), 1);
        for (from, to) in [
            ("| `NK_B_RECORD` |", "| `NK_B` |"),
            ("| KURATOR → A − KURATOR |", "| KURATOR → A |"),
            ("kpk art. 304 § 2; UPPD", "kpk art. 304 § 1; UPPD"),
            ("CASE_REF, OFFICER", "CASE_REF"),
            ("; not ADDICTION to EDU, KUL", ""),
            ("first; always HEALTH_MENTAL", "first"),
            ("| first | never |", "| first | yes |"),
            ("5 working days from the start", "5 working days"),
            ("| POL, POLS |", "| POL |"),
            ("EDU_PLACE, HEALTH, DISABILITY, PREGNANCY, ADDICTION, CRIMINAL; always EDU_PLACE", "EDU_PLACE"),
            ("| `POLICE` | POLICJA |", "| `POLICE` | SM |"),
            ("EDU_PLACE szkoła", "EDU_PLACE dom"),
        ] {
            let expected = if from.contains("NK_B_RECORD") { 2 } else { 1 };
            assert_eq!(found(from, to), expected, "{from}");
        }
        assert!(found("| `R` | POLICJA, SZPITAL", "| `R` | SZPITAL") > 0);
    }
}
