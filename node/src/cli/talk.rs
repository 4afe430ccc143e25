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

    /// Where the draft is, what becomes of it, and the command that helps, if one does.
    fn kept(&mut self, refusal: &Refusal, case: &str) {
        if matches!(refusal.reason, Reason::BasisUnverified | Reason::ReviewRequired) {
            self.told("kept-review", &[("case", case)]);
        } else if let Some(without) = refusal.details.get("without") {
            self.told("kept-without", &[("case", case), ("without", without)]);
        } else {
            match refusal.details.get("resend").map(String::as_str) {
                Some("CONSENT") => self.told("kept-consent", &[("case", case)]),
                Some("LATER") => self.told("kept-again", &[("case", case)]),
                Some(_) | None => self.told("kept-other", &[("case", case)]),
            }
        }
    }
}

/// Whether it is this machine's node that does not answer.
pub(super) fn is_away(refusal: &Refusal) -> bool {
    refusal.reason == Reason::NotFound && refusal.details.get("what").is_some_and(|what| what == "node")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn a_kept_draft_comes_with_the_command_that_helps_and_with_no_other() {
        let command = |refusal: Refusal| {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            Talk::new(Lang::En, false, &mut out, &mut err).refuse(&refusal.with("case", "W-1"));
            let text = String::from_utf8(err).unwrap();
            text.rsplit_once("wiez-node ").unwrap().1.trim_end().to_owned()
        };
        let new = Refusal::new;
        assert_eq!(
            command(new(Reason::Category).with("categories", "HEALTH").with("without", "HOUSEHOLD:HEALTH")),
            "case resend W-1 --without HOUSEHOLD:HEALTH"
        );
        assert_eq!(command(new(Reason::ConsentMissing).with("resend", "CONSENT")), "case resend W-1 --consent NUMBER");
        assert_eq!(command(new(Reason::LogInconsistent).with("resend", "LATER")), "case resend W-1");
        assert_eq!(command(new(Reason::BasisUnverified)), "review list");
        for reason in [Reason::RecipientSelf, Reason::PersonalDataFound, Reason::Category, Reason::ReplyScope] {
            assert_eq!(command(new(reason).with("categories", "HEALTH")), "case show W-1", "{reason}");
        }
    }
}
