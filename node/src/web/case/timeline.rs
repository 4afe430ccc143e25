//! The history of a case in words: who, when, what; receipts with their codes, times of delivery to the second.

use std::collections::BTreeMap;

use wiez_proto::id::InstitutionId;

use super::super::words::{code, kind, known, moment, stamp};
use crate::Node;
use crate::casework::{CaseView, Happened, MessageView, What};
use crate::store::casework::Direction;
use crate::text::Texts;

/// One line.
pub(in crate::web) struct Line {
    pub(in crate::web) at: String,
    pub(in crate::web) text: String,
}

/// Every line of a case, oldest first.
pub(super) fn lines(t: &Texts, node: &Node, now_ms: i64, view: &CaseView) -> Vec<Line> {
    let mut receipts = Receipts::of(&view.messages);
    let line = |event: &Happened| {
        let delivered = matches!(event.what, What::Received | What::Arrived);
        let at = if delivered { stamp(t, now_ms, event.at_ms) } else { moment(t, now_ms, event.at_ms) };
        let text = happened(t, node, event);
        match receipts.next(event) {
            Some(code) => Line { at, text: format!("{text}, {}", t.fill("w-receipt", &[("code", &code)])) },
            None => Line { at, text },
        }
    };
    view.history.iter().map(line).collect()
}

/// Codes of receipts by direction and kind, in the order of the messages; a channel confirms in that order too.
struct Receipts(BTreeMap<(bool, String), Vec<String>>);

impl Receipts {
    fn of(messages: &[MessageView]) -> Self {
        let mut codes: BTreeMap<(bool, String), Vec<String>> = BTreeMap::new();
        for message in messages.iter().rev() {
            let Some(code) = message.receipt.clone() else { continue };
            codes.entry((message.direction == Direction::In, message.kind.clone())).or_default().push(code);
        }
        Self(codes)
    }

    fn next(&mut self, event: &Happened) -> Option<String> {
        let came = event.what == What::Arrived;
        if !came && event.what != What::Received {
            return None;
        }
        let kind = event.details.get("kind").cloned();
        match kind {
            Some(kind) => self.0.get_mut(&(came, kind))?.pop(),
            None => self.0.iter_mut().find(|((way, _), codes)| *way == came && !codes.is_empty())?.1.pop(),
        }
    }
}

/// A line of a case's history, with institutions by their names.
pub(in crate::web) fn happened(t: &Texts, node: &Node, event: &Happened) -> String {
    let who = who(t, node, &event.who);
    let until = event.details.get("until_ms").and_then(|ms| ms.parse::<i64>().ok());
    let until = until.map_or_else(String::new, |ms| t.moment(ms));
    let what = t.fill(&format!("what-{}", code(&event.what)), &[("who", &who), ("until", &until)]);
    let named = event.details.iter().filter_map(|(key, value)| match key.as_str() {
        "kind" => Some(kind(t.lang(), value)),
        _ => known(t.lang(), key, value).map(str::to_owned),
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() { what } else { format!("{what} – {}", named.join(", ")) }
}

fn who(t: &Texts, node: &Node, who: &str) -> String {
    if who == node.id().as_str() {
        return t.say("w-who-node");
    }
    if who == "hub" {
        return t.say("w-who-hub");
    }
    let known = who.parse::<InstitutionId>().ok();
    let directory = node.directory();
    let name = known.and_then(|id| directory.get(&id).map(|peer| peer.entry.name.clone()));
    name.unwrap_or_else(|| who.to_owned())
}
