//! Writes what a command has to say: data to one stream, talk to the other, in one language.

use std::io::Write;

use serde::Serialize;
use wiez_proto::refusal::{Reason, Refusal, unsafe_char};
use wiez_proto::vocab::Lang;

use crate::text::Texts;

/// Both streams of a command.
pub(super) struct Talk<'a> {
    pub(super) texts: Texts,
    pub(super) json: bool,
    out: &'a mut (dyn Write + Send),
    err: &'a mut (dyn Write + Send),
    broken: bool,
}

impl<'a> Talk<'a> {
    pub(super) fn new(
        lang: Lang,
        json: bool,
        out: &'a mut (dyn Write + Send),
        err: &'a mut (dyn Write + Send),
    ) -> Self {
        Self { texts: Texts::new(lang), json, out, err, broken: false }
    }

    /// Whether standard output could not take everything.
    pub(super) const fn is_broken(&self) -> bool {
        self.broken
    }

    pub(super) fn lang(&self) -> Lang {
        self.texts.lang()
    }

    /// A line of data. What came from elsewhere cannot move the cursor or hide.
    pub(super) fn line(&mut self, text: &str) {
        let clean: String = text.chars().filter(|c| !unsafe_char(*c)).collect();
        self.broken |= writeln!(self.out, "{clean}").is_err();
    }

    /// Data as JSON, one object a line.
    pub(super) fn value(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.broken |= writeln!(self.out, "{text}").is_err(),
            Err(_) => self.broken = true,
        }
    }

    /// A sentence for the person, not for programs.
    pub(super) fn told(&mut self, key: &str, values: &[(&str, &str)]) {
        let text = self.texts.fill(key, values);
        // Nobody can be told that standard error is closed.
        let _ = writeln!(self.err, "{text}");
    }

    /// The last line: what to do next.
    pub(super) fn hint(&mut self, key: &str, values: &[(&str, &str)]) {
        if !self.json {
            let text = self.texts.fill(key, values);
            self.told("next", &[("command", &text)]);
        }
    }

    /// Why a command ends: in words, or for a program as JSON on standard output.
    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        if self.json {
            self.value(&serde_json::json!({ "refused": refusal, "code": refusal.reason.code() }));
            return;
        }
        if is_away(refusal) {
            self.told("node-away", &[("dir", refusal.details.get("file").map_or("", String::as_str))]);
            return;
        }
        let text = refusal.explain(self.lang());
        let _ = writeln!(self.err, "{} {}: {}", text.code, refusal.reason, text.what);
        for line in [&text.why, &text.unchanged, &text.todo] {
            let _ = writeln!(self.err, "  {line}");
        }
        if let Some(case) = refusal.details.get("case") {
            self.kept(refusal, case);
        }
        if let Some(basis) = refusal.details.get("statutes") {
            self.told("other-basis", &[("basis", &basis.replace(", ", "|"))]);
        }
        if let Some(phone) = refusal.details.get("phone") {
            self.told("phone", &[("phone", phone)]);
        }
        if let Some(nearest) = refusal.details.get("nearest") {
            self.told("nearest", &[("nearest", nearest)]);
        }
    }

    /// Where the draft is, and what becomes of it.
    fn kept(&mut self, refusal: &Refusal, case: &str) {
        let categories = refusal.details.get("categories");
        match (refusal.reason, categories) {
            (Reason::BasisUnverified | Reason::ReviewRequired, _) => self.told("kept-review", &[("case", case)]),
            // Typed as the option wants them.
            (Reason::ConsentScope | Reason::Category | Reason::ReporterLeak, Some(codes)) => {
                self.told("kept-without", &[("case", case), ("categories", &codes.replace(", ", ","))]);
            }
            (Reason::ConsentNotApplicable | Reason::Basis | Reason::Pair, _) => {
                self.told("kept-other", &[("case", case)]);
            }
            (_, _) => self.told("kept", &[("case", case)]),
        }
    }
}

/// Whether it is this machine's node that does not answer.
pub(super) fn is_away(refusal: &Refusal) -> bool {
    refusal.reason == Reason::NotFound && refusal.details.get("what").is_some_and(|what| what == "node")
}
