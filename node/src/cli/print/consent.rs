//! Shows consents: one line each, or what became of every pair of institutions.

use std::collections::BTreeSet;

use wiez_proto::vocab::Category;

use crate::cli::talk::Talk;
use crate::consent::{Checked, ConsentLine, ConsentView, PairView, State};

pub(super) fn consent_line(talk: &mut Talk<'_>, line: &ConsentLine) {
    let state = talk.texts.say(&format!("consent-{}", line.state.code()));
    let named: Vec<&str> = line.institutions.iter().map(|id| id.as_str()).collect();
    talk.line(&format!("{}  {}  {state}, {}  {}", line.number, line.subject_ref, line.valid_to, named.join(", ")));
}

/// One consent, and how it is used next.
pub(super) fn consent(talk: &mut Talk<'_>, view: &ConsentView) {
    whole(talk, view);
    let line = &view.line;
    if matches!(line.state, State::Active | State::Narrowed) {
        talk.hint("next-consent", &[("number", &line.number), ("subject", &line.subject_ref)]);
    }
}

/// One consent with what became of each pair.
pub(super) fn whole(talk: &mut Talk<'_>, view: &ConsentView) {
    let line = &view.line;
    let state = talk.texts.say(&format!("consent-{}", line.state.code()));
    talk.line(&format!("{}  {}  {state}", line.number, line.subject_ref));
    let giver = view.form.giver.role.label(talk.lang());
    let dates = format!("{} – {}", view.form.valid_from, view.form.valid_to);
    talk.line(&format!("  {giver}, {dates}, {}", view.form.evidence_place));
    for pair in &view.pairs {
        one_pair(talk, pair);
    }
}

fn one_pair(talk: &mut Talk<'_>, pair: &PairView) {
    let lang = talk.lang();
    let names =
        |set: &BTreeSet<Category>| set.iter().map(|category| category.label(lang)).collect::<Vec<_>>().join(", ");
    let state = match (pair.ended_ms, pair.logged) {
        (None, _) => talk.texts.say("pair-live"),
        (Some(ms), true) => talk.texts.fill("pair-ended", &[("at", &talk.texts.moment(ms))]),
        (Some(ms), false) => talk.texts.fill("pair-ending", &[("at", &talk.texts.moment(ms))]),
    };
    talk.line(&format!("  {}: {state}", pair.institution));
    talk.line(&format!("    → {}", names(&pair.give)));
    talk.line(&format!("    ← {}", names(&pair.receive)));
}

/// What the square code of a printed consent says, in words.
pub(super) fn paper(talk: &mut Talk<'_>, checked: &Checked) {
    let lang = talk.lang();
    let paper = &checked.paper;
    let names =
        |set: &BTreeSet<Category>| set.iter().map(|category| category.label(lang)).collect::<Vec<_>>().join(", ");
    let line = talk.texts.fill(
        "paper-good",
        &[
            ("number", &paper.number),
            ("issuer", &checked.issuer_name),
            ("phone", &checked.phone),
            ("date", &paper.valid_to.to_string()),
        ],
    );
    talk.line(&line);
    for (pair, name) in paper.pairs.iter().zip(&checked.names) {
        talk.line(&format!("  {name} ({})", pair.institution));
        talk.line(&format!("    → {}", names(&pair.give)));
        talk.line(&format!("    ← {}", names(&pair.receive)));
    }
    if checked.over {
        talk.told("paper-over", &[]);
    }
    if !checked.active {
        talk.told("paper-left", &[]);
    }
    talk.told("paper-signed-by-hand", &[]);
}
