//! Shows rows of the policy table: shortly in a list, or everything that a verification stands for.

use wiez_proto::vocab::{
    BasisClass, BasisCode, Category, InstitutionKind, Lang, MessageKind, Owed, PersonRole, SecrecyRegime,
};

use crate::api::{Covered, RowView};
use crate::cli::talk::Talk;
use crate::text::Texts;

/// One row of the list.
pub(super) fn row(talk: &mut Talk<'_>, row: &RowView) {
    let state = talk.texts.say(if row.usable { "row-usable" } else { "row-closed" });
    talk.line(&format!("{}  {}  {state}  {}", row.id, row.class, row.verified.join("; ")));
    talk.line(&format!("    {} | {} | {}", row.act, row.source, row.due.as_deref().unwrap_or("-")));
    talk.line(&format!("    {} → {}", row.senders.join(" "), row.recipients.join(" ")));
    talk.line(&format!("    {}", row.categories.join(" ")));
    let mut more = vec![row.bases.join(" ")];
    more.extend(row.duty.then(|| talk.texts.say("row-duty")));
    more.extend((row.subject_sees == "never").then(|| talk.texts.say("row-hidden")));
    more.extend((!row.requires.is_empty()).then(|| row.requires.join(" ")));
    more.extend(
        (!row.review.is_empty()).then(|| talk.texts.fill("row-review", &[("categories", &row.review.join(" "))])),
    );
    more.extend(row.owes.iter().cloned());
    talk.line(&format!("    {}", more.join(" | ")));
    talk.line(&format!("    sha256 {}", row.digest));
}

/// A row with everything that its digest covers, names first and codes behind them.
pub(super) fn whole_row(talk: &mut Talk<'_>, row: &RowView) {
    let state = talk.texts.say(if row.usable { "row-usable" } else { "row-closed" });
    talk.line(&format!("{}  {state}  {}", row.id, row.verified.join("; ")));
    for part in &row.covered {
        let heading = talk.texts.say(&format!("part-{}", part.name));
        let value = value(&talk.texts, part);
        talk.line(&format!("    {heading}: {value}"));
    }
    talk.line(&format!("    sha256 {}", row.digest));
}

/// The value of one line in words. What the row does not say is a dash.
fn value(texts: &Texts, part: &Covered) -> String {
    let text = part.value.as_str();
    if text.is_empty() {
        return "–".to_owned();
    }
    let said = |key: &str, code: &str| texts.find(&format!("{key}-{code}"));
    let mut pieces = text.split(':');
    let mut next = || pieces.next().unwrap_or_default();
    match part.name.as_str() {
        "kind" | "expects" => codes(text, |code| label(texts, Vocab::Kind, code)),
        "senders" | "recipients" => codes(text, |code| label(texts, Vocab::Institution, code)),
        "class" => codes(text, |code| label(texts, Vocab::Class, code)),
        "bases" => codes(text, |code| label(texts, Vocab::Basis, code)),
        "categories" | "review" => codes(text, |code| label(texts, Vocab::Category, code)),
        "consent" | "subject_sees" | "clock_from" => codes(text, |code| said("part-value", code)),
        "requires" => codes(text, |code| said("field", &code.to_ascii_lowercase())),
        "feedback" | "for_gdp" | "duty" => texts.say(if text == "true" { "yes" } else { "no" }),
        "due" => due(texts, text),
        "never" => {
            let to = codes(next(), |code| label(texts, Vocab::Institution, code));
            format!("{to}: {}", codes(next(), |code| label(texts, Vocab::Category, code)))
        }
        "owes" => {
            let by = codes(next(), |code| said("part-value", code));
            let what = codes(next(), |code| label(texts, Vocab::Owed, code));
            format!("{by}: {what}, {}", due(texts, next()))
        }
        "matrix" => {
            let role = codes(next(), |code| label(texts, Vocab::Role, code));
            let may = codes(next(), |code| label(texts, Vocab::Category, code));
            match next() {
                "" => format!("{role}: {may}"),
                review => {
                    let review = codes(review, |code| label(texts, Vocab::Category, code));
                    format!("{role}: {may}; {}", texts.fill("row-review", &[("categories", &review)]))
                }
            }
        }
        "secrecy" => {
            let regime = codes(next(), |code| label(texts, Vocab::Secrecy, code));
            let senders = codes(next(), |code| label(texts, Vocab::Institution, code));
            let closed = codes(next(), |code| label(texts, Vocab::Category, code));
            let opened = codes(next(), |code| label(texts, Vocab::Basis, code).or_else(|| said("part-value", code)));
            let values = [("senders", senders.as_str()), ("categories", &closed), ("opened", &opened)];
            format!("{regime}: {}", texts.fill("part-secrecy-rule", &values))
        }
        // Names and texts of their own.
        _ => text.to_owned(),
    }
}

/// A list of codes, each behind its name.
fn codes(list: &str, name: impl Fn(&str) -> Option<String>) -> String {
    let one = |code: &str| name(code).map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"));
    list.split(',').filter(|code| !code.is_empty()).map(one).collect::<Vec<_>>().join(", ")
}

/// Which list a code is from.
#[derive(Clone, Copy)]
enum Vocab {
    Kind,
    Institution,
    Class,
    Basis,
    Category,
    Role,
    Secrecy,
    Owed,
}

fn label(texts: &Texts, vocab: Vocab, code: &str) -> Option<String> {
    let lang: Lang = texts.lang();
    let name = match vocab {
        Vocab::Kind => MessageKind::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Institution => InstitutionKind::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Class => BasisClass::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Basis => BasisCode::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Category => Category::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Role if code == "EVENT" => return Some(texts.say("part-value-EVENT")),
        Vocab::Role => PersonRole::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Secrecy => SecrecyRegime::parse(code).ok().map(|code| code.label(lang)),
        Vocab::Owed => Owed::parse(code).ok().map(|code| code.label(lang)),
    };
    name.map(str::to_owned)
}

/// A rule of a deadline, such as `WORKING_DAYS 3`.
fn due(texts: &Texts, rule: &str) -> String {
    let (unit, n) = rule.split_once(' ').unwrap_or((rule, ""));
    format!("{} ({rule})", texts.fill(&format!("due-{unit}"), &[("n", n)]))
}

#[cfg(test)]
mod tests;
