//! Shows what goes on a statute: confirmations with flags and telephone, what is owed, reviews, alarms.

use std::collections::BTreeSet;

use wiez_proto::vocab::{BasisCode, Category, Flag, MessageKind};

use super::case::refusal;
use crate::alarm::{Alarm, DutyRefused};
use crate::casework::act::{Dispatched, Sent};
use crate::cli::talk::Talk;
use crate::obligation::ObligationLine;
use crate::review::{Decided, ReviewLine, Stage};
use crate::store::casework::Direction;

/// Confirms what was sent: until when an answer is due, whether it is a working copy, who looks at it, whom to call.
pub(super) fn sent(talk: &mut Talk<'_>, sent: &Sent, next: &str) {
    let due = talk.texts.moment(sent.due_ms);
    talk.told("sent", &[("number", &sent.number), ("due", &due)]);
    if sent.working_copy {
        talk.told("working-copy", &[("number", &sent.number)]);
    }
    if !sent.flags.is_empty() {
        let text = flagged(talk, &sent.flags);
        talk.told("sent-flagged", &[("flags", &text)]);
    }
    if let Some(phone) = &sent.phone {
        talk.told("phone", &[("phone", phone)]);
    }
    talk.hint(next, &[("number", &sent.number)]);
}

/// What became of the message to one member of the group.
pub(super) fn dispatched(talk: &mut Talk<'_>, member: &Dispatched) {
    if let Some(done) = &member.sent {
        talk.line(member.to.as_str());
        sent(talk, done, "next-case");
    }
    if let Some(problem) = &member.refusal {
        talk.line(&format!("{}:", member.to));
        talk.refuse(problem);
    }
}

/// The names of flags.
pub(super) fn flagged(talk: &Talk<'_>, flags: &BTreeSet<Flag>) -> String {
    flags.iter().map(|flag| flag.label(talk.lang())).collect::<Vec<_>>().join("; ")
}

fn categories(talk: &Talk<'_>, set: &BTreeSet<Category>) -> String {
    set.iter().map(|category| category.label(talk.lang())).collect::<Vec<_>>().join(", ")
}

/// One line of `wiez-node owed`.
pub(super) fn owed(talk: &mut Talk<'_>, line: &ObligationLine) {
    let text = promise(talk, line);
    talk.line(&format!("{}  {}  {text}", line.number, line.to));
}

/// One line below a case.
pub(super) fn obligation(talk: &mut Talk<'_>, line: &ObligationLine) {
    let text = promise(talk, line);
    talk.line(&format!("  {text}"));
}

/// What, by when, by which rule, who sees to it, and what became of it.
fn promise(talk: &Talk<'_>, line: &ObligationLine) -> String {
    let texts = &talk.texts;
    let owner = texts.say(&format!("holder-{}", line.owner.code()));
    let due = texts.moment(line.due_ms);
    let what = line.what.label(talk.lang());
    let mut out = texts.fill("owed", &[("what", what), ("due", &due), ("rule", &line.rule), ("owner", &owner)]);
    if let Some(outage) = &line.outage {
        let from = texts.moment(outage.from_ms);
        let to = outage.to_ms.map_or_else(|| "…".to_owned(), |to_ms| texts.moment(to_ms));
        out.push_str("  ");
        out.push_str(&texts.fill(&format!("outage-{}", outage.kind.code()), &[("from", &from), ("to", &to)]));
    } else if line.missed_ms.is_some() {
        out.push_str("  ");
        out.push_str(&texts.say("late"));
    }
    if let Some(done_ms) = line.done_ms {
        out.push_str("  ");
        out.push_str(&texts.fill("owed-done", &[("at", &texts.moment(done_ms))]));
    }
    out
}

/// One review: kind, basis and categories, never content.
pub(super) fn review(talk: &mut Talk<'_>, line: &ReviewLine) {
    let lang = talk.lang();
    let kind = MessageKind::parse(&line.kind).map_or(line.kind.as_str(), |kind| kind.label(lang));
    let basis = BasisCode::parse(&line.basis).map_or(line.basis.as_str(), |basis| basis.label(lang));
    let arrow = if line.direction == Direction::Out { "→" } else { "←" };
    let stage = talk.texts.say(if line.stage == Stage::Before { "review-before" } else { "review-after" });
    talk.line(&format!("{}  {stage}  {arrow} {}  {kind}  ({})", line.id, line.peer_name, line.number));
    let late = if line.late { format!(" {}", talk.texts.say("late")) } else { String::new() };
    let due = talk.texts.moment(line.due_ms);
    let who = talk.texts.fill("review-asker", &[("who", &line.asker), ("due", &due)]);
    talk.line(&format!("    {basis}; {who}{late}"));
    let mut more = vec![categories(talk, &line.categories)];
    if !line.asked.is_empty() {
        more.push(talk.texts.fill("review-asked", &[("categories", &categories(talk, &line.asked))]));
    }
    if !line.flags.is_empty() {
        more.push(flagged(talk, &line.flags));
    }
    more.retain(|part| !part.is_empty());
    talk.line(&format!("    {}", more.join(" | ")));
    if let Some(reason) = &line.reason {
        refusal(talk, reason);
    }
    if let Some(decided) = &line.decided {
        let what = talk.texts.say(&format!("decision-{}", decided.decision.code()));
        let alone = if decided.alone { format!(" {}", talk.texts.say("alone")) } else { String::new() };
        let why = decided.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let at = talk.texts.moment(decided.at_ms);
        talk.line(&format!("    {what}, {}, {at}{alone}{why}", decided.by));
    }
}

/// How a review ended just now.
pub(super) fn decided(talk: &mut Talk<'_>, done: &Decided) {
    let what = talk.texts.say(&format!("decision-{}", done.decision.code()));
    let alone = if done.alone { format!(" {}", talk.texts.say("alone")) } else { String::new() };
    talk.line(&format!("{}  {what}{alone}", done.id));
    if done.message_id.is_some() {
        talk.told("review-sent", &[("number", &done.number)]);
    }
    talk.hint("next-case", &[("number", &done.number)]);
}

/// One alarm; of a refused duty with what to fix and whom to call.
pub(super) fn alarm(talk: &mut Talk<'_>, alarm: &Alarm) {
    let at = talk.texts.moment(alarm.at_ms);
    let what = talk.texts.find(&format!("alarm-{}", alarm.kind)).unwrap_or_else(|| alarm.kind.clone());
    talk.line(&format!("{:>4}  {at}  {what}  {}", alarm.id, alarm.subject));
    match DutyRefused::of(alarm) {
        Some(duty) => duty_refused(talk, &duty),
        None => {
            for line in alarm.detail.lines() {
                talk.line(&format!("      {line}"));
            }
        }
    }
    if let Some(settled) = &alarm.settled {
        let at = talk.texts.moment(settled.at_ms);
        let text = talk.texts.fill("alarm-settled", &[("who", &settled.by), ("at", &at)]);
        talk.line(&format!("      {text}"));
    }
}

fn duty_refused(talk: &mut Talk<'_>, duty: &DutyRefused) {
    let lang = talk.lang();
    let code = duty.kind.as_deref().unwrap_or("-");
    let kind = MessageKind::parse(code).map_or(code, |kind| kind.label(lang));
    let arrow = if duty.direction == Direction::Out { "→" } else { "←" };
    let number = duty.number.as_deref().unwrap_or("-");
    talk.line(&format!("      {arrow} {}  {kind}  ({number})", duty.peer_name));
    let text = duty.refusal.explain(lang);
    for line in [format!("{} {}", text.code, text.what), text.why, text.todo] {
        talk.line(&format!("      {line}"));
    }
    if !duty.phone.is_empty() {
        let text = talk.texts.fill("phone", &[("phone", &duty.phone)]);
        talk.line(&format!("      {text}"));
    }
}
