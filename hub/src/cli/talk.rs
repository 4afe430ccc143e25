//! Writes what a command has to say: data to one stream, talk to the other, in one language.

use std::io::Write;

use serde::Serialize;
use wiez_proto::refusal::{Refusal, unsafe_char};
use wiez_proto::vocab::Lang;

/// Both streams of a command.
pub(super) struct Talk<'a> {
    lang: Lang,
    json: bool,
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
        Self { lang, json, out, err, broken: false }
    }

    /// Whether standard output could not take everything.
    pub(super) const fn is_broken(&self) -> bool {
        self.broken
    }

    pub(super) const fn json(&self) -> bool {
        self.json
    }

    /// The text of the chosen language, from Polish, English, Ukrainian.
    pub(super) fn pick(&self, texts: [&'static str; 3]) -> &'static str {
        self.lang.pick(texts)
    }

    /// Standard output itself, for data that is not a line of ours.
    pub(super) fn out(&mut self) -> &mut (dyn Write + Send) {
        self.out
    }

    /// A line of data.
    pub(super) fn line(&mut self, text: &str) {
        let clean: String = text.chars().filter(|c| !unsafe_char(*c)).collect();
        self.broken |= writeln!(self.out, "{clean}").is_err();
    }

    /// Data as JSON, one object.
    pub(super) fn value(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.broken |= writeln!(self.out, "{text}").is_err(),
            Err(_) => self.broken = true,
        }
    }

    /// A sentence for the person, not for programs.
    pub(super) fn say(&mut self, text: &str) {
        // Nobody can be told that standard error is closed.
        let _ = writeln!(self.err, "{text}");
    }

    /// Why a command ends: in words, or for a program as JSON on standard output.
    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        if self.json {
            self.value(&serde_json::json!({ "refused": refusal, "code": refusal.reason.code() }));
            return;
        }
        let text = refusal.explain(self.lang);
        let label = self.pick(["BŁĄD", "ERROR", "ПОМИЛКА"]);
        self.say(&format!("{label} {} {}: {}", text.code, refusal.reason, text.what));
        for line in [&text.why, &text.unchanged, &text.todo] {
            self.say(&format!("  {line}"));
        }
        if let Some(nearest) = refusal.details.get("nearest") {
            let meant = self.pick(["Czy chodziło o", "Did you mean", "Можливо, ви мали на увазі"]);
            self.say(&format!("  {meant}: {nearest}?"));
        }
    }
}
