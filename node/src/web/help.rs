//! Help: the tasks of a case worker in steps, the words, whom to call, the keyboard; readable before signing in.

mod declaration;

pub(super) use self::declaration::declaration;

use askama::Template;
use wiez_proto::directory::Standing;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::InstitutionKind;

use super::ask::{Answer, Ask, page};
use super::frame::Frame;
use super::words::Fact;
use crate::account::State;
use crate::store;
use crate::text::Texts;

/// Tasks, in the order in which somebody meets them.
const TASKS: &[(&str, &str)] = &[
    ("w-help-answer", "w-help-answer-steps"),
    ("w-help-send", "w-help-send-steps"),
    ("w-help-refusal", "w-help-refusal-steps"),
    ("w-help-consent", "w-help-consent-steps"),
    ("w-help-forward", "w-help-forward-steps"),
];

struct Task {
    name: String,
    steps: Vec<String>,
}

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage<'a> {
    f: Frame<'a>,
    tasks: Vec<Task>,
    calls: Vec<Fact>,
    words: Vec<Fact>,
    keys: Vec<Fact>,
}

/// Help.
pub(super) async fn help(ask: Ask) -> Answer {
    let t = ask.texts();
    let task = |(name, steps): &(&str, &str)| Task {
        name: t.say(name),
        steps: t.say(steps).lines().map(str::to_owned).collect(),
    };
    page(&HelpPage {
        f: Frame::new(&ask, "w-help-title"),
        tasks: TASKS.iter().map(task).collect(),
        calls: calls(&ask).await?,
        words: facts(t, "w-help-words"),
        keys: facts(t, "w-help-keys"),
    })
}

/// Lines of a text, each a term and what it means.
fn facts(t: &Texts, key: &str) -> Vec<Fact> {
    let fact = |(heading, text): (&str, &str)| Fact { heading: heading.to_owned(), text: text.to_owned() };
    t.say(key).lines().filter_map(|line| line.split_once(" – ")).map(fact).collect()
}

/// Whom to call: 112 first, the people here for who is signed in, the region's centre as the directory has it.
async fn calls(ask: &Ask) -> Result<Vec<Fact>, Refusal> {
    let (t, node) = (ask.texts(), ask.node());
    let mut calls = vec![Fact { heading: t.say("w-help-danger"), text: t.say("w-help-danger-text") }];
    if ask.session().is_some_and(|session| !session.locked) {
        let accounts = store::account::list(&mut *node.store().view("help.people").await?).await?;
        let active = || accounts.iter().filter(|account| account.state == State::Active);
        let named = |names: Vec<&str>| names.join(", ");
        let runs = named(active().filter(|one| one.role.runs_node()).map(|one| one.name.as_str()).collect());
        let leads = named(active().filter(|one| one.role.gives_keys()).map(|one| one.name.as_str()).collect());
        for (key, names) in [("w-help-call-keys", leads), ("w-help-call-node", runs)] {
            calls.push(Fact {
                heading: t.say(key),
                text: if names.is_empty() { node.me().phone.clone() } else { names },
            });
        }
    }
    let rops = node.directory();
    let rops =
        rops.peers().filter(|peer| peer.entry.kind == InstitutionKind::Rops && peer.standing == Standing::Active);
    calls.extend(rops.map(|peer| Fact {
        heading: t.say("w-help-call-rops"),
        text: format!("{}, {}", peer.entry.name, peer.entry.phone),
    }));
    Ok(calls)
}
