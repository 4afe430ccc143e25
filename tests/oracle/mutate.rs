//! Changes the text of `policy.toml` in one place at a time, in all the ways in which somebody could get a row wrong.

use std::collections::BTreeSet;

use toml::{Table, Value};
use wiez_proto::policy::{Policy, Requirement, Row};
use wiez_proto::vocab::{Category, InstitutionKind};

use crate::chance::Chance;

const TEXT: &str = include_str!("../../proto/policy.toml");

/// A table that still reads, with one thing wrong.
pub(crate) struct Mutant {
    pub(crate) what: String,
    pub(crate) policy: Policy,
    /// Whether a judgement changes; else only what is owed and by when.
    pub(crate) judged: bool,
}

/// A way to get it wrong; `None` when the drawn row has no such thing.
type Change = fn(&Chance, &Row, &mut Table) -> Option<String>;

/// What changes a judgement of a message.
const JUDGED: [(&str, Change); 14] = [
    ("a sender less", |chance, row, text| less(chance, text, "senders", &row.senders, kinds)),
    ("a sender more", |chance, row, text| more(chance, text, "senders", &row.senders, InstitutionKind::ALL, kinds)),
    ("a recipient less", |chance, row, text| less(chance, text, "recipients", &row.recipients, kinds)),
    ("a recipient more", |chance, row, text| {
        more(chance, text, "recipients", &row.recipients, InstitutionKind::ALL, kinds)
    }),
    ("a category less", |chance, row, text| less(chance, text, "categories", &row.ceiling, categories)),
    ("a category more", |chance, row, text| more(chance, text, "categories", &row.ceiling, Category::ALL, categories)),
    ("the duty", |_, row, text| flip(text, "duty", row.duty)),
    ("what the subject sees", |_, row, text| {
        let opposite = if row.hidden() { "yes" } else { "never" };
        set(text, "subject_sees", opposite.into());
        Some(opposite.to_owned())
    }),
    ("a field less", |chance, row, text| {
        let fields: BTreeSet<Requirement> = row.requires.clone();
        less(chance, text, "requires", &fields, |field| field.code())
    }),
    ("a field more", |_, row, text| {
        let fields = row.requires.iter().map(|field| field.code()).chain(["CASE_REF"]).collect::<BTreeSet<_>>();
        (fields.len() > row.requires.len()).then(|| list(text, "requires", fields, "CASE_REF"))
    }),
    ("a review less", |chance, row, text| less(chance, text, "review", &row.review, categories)),
    ("a review more", |chance, row, text| {
        let held: Vec<Category> = row.ceiling.iter().copied().filter(|category| *category != Category::None).collect();
        more(chance, text, "review", &row.review, &held, categories)
    }),
    ("nothing withheld", |_, row, text| {
        (!row.never.is_empty()).then(|| {
            text.remove("never");
            String::new()
        })
    }),
    ("the mark of the group", |_, row, text| flip(text, "for_gdp", row.for_gdp)),
];

/// What changes what is owed, and by when.
const OWED: [(&str, Change); 6] = [
    ("another due date", |_, row, text| {
        row.due?;
        set(text, "due", "WORKING_DAYS 17".into());
        Some("WORKING_DAYS 17".to_owned())
    }),
    ("no due date", |_, row, text| row.due.and_then(|_| text.remove("due")).map(|old| old.to_string())),
    ("the start of the clock", |_, row, text| {
        row.due?;
        match text.remove("clock_from") {
            Some(_) => Some("from receipt".to_owned()),
            None => {
                set(text, "clock_from", "STARTED".into());
                Some("from the start".to_owned())
            }
        }
    }),
    ("no answer", |_, row, text| (!row.expects.is_empty()).then(|| list(text, "expects", [], "none"))),
    ("the feedback", |_, row, text| flip(text, "feedback", row.feedback)),
    ("nothing owed", |_, _, text| text.remove("owes").map(|old| old.to_string())),
];

/// One mutant of each way and round: rows by seed, each readable by the table's own rules.
pub(crate) fn mutants(rounds: u64) -> Vec<Mutant> {
    let shipped = Policy::parse(TEXT).unwrap();
    let ways = JUDGED.iter().map(|way| (way, true)).chain(OWED.iter().map(|way| (way, false)));
    let mut out = Vec::new();
    for (place, ((name, change), judged)) in ways.enumerate() {
        for round in 0..rounds {
            let chance = Chance::new(1_000 * place as u64 + round);
            out.push(row_mutant(&shipped, &chance, name, *change, judged));
        }
    }
    for round in 0..rounds {
        let chance = Chance::new(900_000 + round);
        for (name, change) in
            [("role", role as fn(&Chance, &mut Table) -> String), ("doubt", doubt), ("secrecy", secrecy)]
        {
            let mut table: Table = TEXT.parse().unwrap();
            let what = format!("{name}: {}", change(&chance, &mut table));
            out.push(Mutant { policy: Policy::parse(&table.to_string()).unwrap(), what, judged: true });
        }
    }
    out
}

/// Draws rows until the change is possible and the table's own rules do not refuse it.
fn row_mutant(shipped: &Policy, chance: &Chance, name: &str, change: Change, judged: bool) -> Mutant {
    for _ in 0..500 {
        let mut table: Table = TEXT.parse().unwrap();
        let place = chance.below(shipped.rows().len());
        let row = &shipped.rows()[place];
        let text = table.get_mut("row").unwrap().as_array_mut().unwrap()[place].as_table_mut().unwrap();
        let Some(detail) = change(chance, row, text) else { continue };
        let what = format!("{}: {name} {detail}", row.id);
        if let Ok(policy) = Policy::parse(&table.to_string()) {
            return Mutant { what, policy, judged };
        }
    }
    panic!("no row could be changed: {name}");
}

const fn kinds(kind: InstitutionKind) -> &'static str {
    kind.code()
}

const fn categories(category: Category) -> &'static str {
    category.code()
}

fn set(text: &mut Table, key: &str, value: Value) {
    text.insert(key.to_owned(), value);
}

/// Writes the whole list out, so that no named set changes with it.
fn list<'a>(text: &mut Table, key: &str, codes: impl IntoIterator<Item = &'a str>, what: &str) -> String {
    text.remove(&format!("{key}_except"));
    set(text, key, Value::Array(codes.into_iter().map(Value::from).collect()));
    what.to_owned()
}

fn less<T: Copy + Ord>(
    chance: &Chance,
    text: &mut Table,
    key: &str,
    all: &BTreeSet<T>,
    code: fn(T) -> &'static str,
) -> Option<String> {
    if all.is_empty() {
        return None;
    }
    let gone = chance.of(all.iter().copied());
    Some(list(text, key, all.iter().filter(|one| **one != gone).map(|one| code(*one)), code(gone)))
}

fn more<T: Copy + Ord>(
    chance: &Chance,
    text: &mut Table,
    key: &str,
    all: &BTreeSet<T>,
    possible: &[T],
    code: fn(T) -> &'static str,
) -> Option<String> {
    let others: Vec<T> = possible.iter().copied().filter(|one| !all.contains(one)).collect();
    if others.is_empty() {
        return None;
    }
    let new = chance.of(others);
    Some(list(text, key, all.iter().copied().chain([new]).map(code), code(new)))
}

fn flip(text: &mut Table, key: &str, now: bool) -> Option<String> {
    set(text, key, (!now).into());
    Some(format!("{key} = {}", !now))
}

fn entries<'a>(table: &'a mut Table, name: &str) -> &'a mut Vec<Value> {
    table.get_mut(name).unwrap().as_array_mut().unwrap()
}

fn codes<'a>(entry: &'a mut Value, key: &str) -> &'a mut Vec<Value> {
    entry.as_table_mut().unwrap().entry(key).or_insert_with(|| Value::Array(Vec::new())).as_array_mut().unwrap()
}

/// Moves a category from one role to another that does not have it.
fn role(chance: &Chance, table: &mut Table) -> String {
    let entries = entries(table, "matrix");
    loop {
        let (from, to) = (chance.below(entries.len()), chance.below(entries.len()));
        let moved = chance
            .of(codes(&mut entries[from], "categories").iter().map(|code| code.as_str().unwrap()).collect::<Vec<_>>())
            .to_owned();
        let in_doubt = codes(&mut entries[from], "review").iter().any(|code| code.as_str() == Some(&moved));
        let there = codes(&mut entries[to], "categories").iter().any(|code| code.as_str() == Some(&moved));
        if from != to && !in_doubt && !there && !moved.starts_with('@') {
            codes(&mut entries[from], "categories").retain(|code| code.as_str() != Some(&moved));
            codes(&mut entries[to], "categories").push(moved.clone().into());
            return format!("{moved} from {} to {}", entries[from]["role"], entries[to]["role"]);
        }
    }
}

/// Puts a category of a role in doubt, or out of it.
fn doubt(chance: &Chance, table: &mut Table) -> String {
    let entries = entries(table, "matrix");
    let entry = &mut entries[chance.below(3)];
    let known: Vec<String> = codes(entry, "categories").iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    let drawn = known[chance.below(known.len())].clone();
    let review = codes(entry, "review");
    let before = review.len();
    review.retain(|code| code.as_str() != Some(&drawn));
    if review.len() == before {
        review.push(drawn.clone().into());
    }
    format!("{drawn} of {}", entry["role"])
}

/// Lets a basis open a secrecy no more; vital interest opens each anyway.
fn secrecy(chance: &Chance, table: &mut Table) -> String {
    let entries = entries(table, "secrecy");
    let place = chance.below(entries.len());
    let openers = codes(&mut entries[place], "opened_by");
    loop {
        let drawn = chance.below(openers.len());
        if openers[drawn].as_str() != Some("VITAL") {
            let gone = openers.remove(drawn);
            return format!("{gone} opens no more {} of rule {place}", entries[place]["regime"]);
        }
    }
}
