//! Shows what the person concerned may be given, in words.

use wiez_proto::vocab::{Category, MessageKind};

use super::case::{happened, one_field, refusal};
use super::consent::whole;
use crate::casework::{ExportedCase, ExportedMessage, SubjectExport};
use crate::cli::talk::Talk;
use crate::store::casework::Direction;

/// The whole export. It says of itself that it may be incomplete, whether anything is missing or not.
pub(super) fn export(talk: &mut Talk<'_>, export: &SubjectExport) {
    let institution = export.institution.as_str();
    let title = talk.texts.fill("export-title", &[("subject", &export.subject_ref), ("institution", institution)]);
    talk.line(&title);
    if let Some(of) = &export.of {
        let text = talk.texts.fill("export-of", &[("institution", of.as_str())]);
        talk.line(&text);
    }
    for consent in &export.consents {
        whole(talk, consent);
    }
    for case in &export.cases {
        one_case(talk, case);
    }
    let note = talk.texts.say("export-note");
    talk.line(&note);
}

fn one_case(talk: &mut Talk<'_>, case: &ExportedCase) {
    let kind = talk.texts.say(&format!("case-{}", case.kind.code()));
    let at = talk.texts.moment(case.created_ms);
    let status = case.status.label(talk.lang());
    talk.line(&format!("{}  {at}  {kind}, {}: {status}", case.number, case.peer));
    if let Some(problem) = &case.problem {
        refusal(talk, problem);
    }
    for message in &case.messages {
        one_message(talk, message);
    }
    for event in &case.history {
        happened(talk, event);
    }
}

fn one_message(talk: &mut Talk<'_>, message: &ExportedMessage) {
    let lang = talk.lang();
    let arrow = if message.direction == Direction::Out { "→" } else { "←" };
    let at = talk.texts.moment(message.at_ms);
    let kind = MessageKind::parse(&message.kind).map_or(message.kind.as_str(), |kind| kind.label(lang));
    let state = talk.texts.find(&format!("state-{}", message.state)).unwrap_or_default();
    talk.line(&format!("  {arrow} {at}  {kind}  {state}"));
    let names: Vec<&str> =
        message.categories.iter().filter(|one| **one != Category::None).map(|one| one.label(lang)).collect();
    if !names.is_empty() {
        talk.line(&format!("    [{}]", names.join(", ")));
    }
    for field in &message.fields {
        one_field(talk, field);
    }
}
