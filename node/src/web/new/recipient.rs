//! To whom a new case goes: one field typed in the form, found in the directory without marks on letters.

use wiez_proto::directory::{Entry, Standing};

use super::super::ask::Ask;
use super::super::words::{folded, holds};
use super::topic::Topic;
use crate::directory::Peer;

/// Most institutions offered to choose from.
const MOST: usize = 12;
/// Most institutions named in a form; above that the list would be longer than the page may be.
const NAMED: usize = 300;

/// An institution to choose.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct To {
    pub(super) entry: Entry,
    /// Why nothing can be sent to it now; none when it can.
    pub(super) closed: Option<String>,
}

/// What the field says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Where {
    /// One institution.
    Is(Box<To>),
    /// One of several.
    OneOf(Vec<To>),
    /// None of that name.
    Unknown,
    /// Nothing was typed.
    Missing,
}

fn to(ask: &Ask, topic: Topic, peer: &Peer) -> To {
    let t = ask.texts();
    // Nothing here may keep from leaving what a statute demands: the gate says where it waits, and whom to call.
    let closed = if topic.demanded() {
        None
    } else if peer.key_alarm {
        Some(t.say("w-new-closed-key"))
    } else if peer.standing == Standing::Suspended {
        Some(t.say("w-new-closed-suspended"))
    } else {
        None
    };
    To { entry: peer.entry.clone(), closed }
}

/// Finds the institution of a form by its id, its name, or words of name, kind and id.
pub(super) fn place(ask: &Ask, topic: Topic, typed: &str) -> Where {
    if typed.is_empty() {
        return Where::Missing;
    }
    let (me, directory) = (ask.node().me(), ask.node().directory());
    let all = || directory.peers().filter(|peer| peer.standing != Standing::Revoked);
    let named = |peer: &&Peer| peer.entry.institution.as_str() == typed || folded(&peer.entry.name) == folded(typed);
    let exact: Vec<&Peer> = all().filter(named).collect();
    if let [one] = exact.as_slice() {
        return Where::Is(Box::new(to(ask, topic, one)));
    }
    let text = |peer: &Peer| {
        let kind = peer.entry.kind.label(ask.lang());
        folded(&format!("{} {} {kind}", peer.entry.institution, peer.entry.name))
    };
    let mut found: Vec<To> = all()
        .filter(|peer| holds(&text(peer), typed) && !topic.between(me, &peer.entry).is_empty())
        .map(|peer| to(ask, topic, peer))
        .collect();
    if found.is_empty() {
        // Better an institution that cannot get it, and the gate's reason, than none.
        found = all().filter(|peer| holds(&text(peer), typed)).map(|peer| to(ask, topic, peer)).collect();
    }
    found.sort_by_key(|one| folded(&one.entry.name));
    found.truncate(MOST);
    match found.pop() {
        None => Where::Unknown,
        Some(one) if found.is_empty() => Where::Is(Box::new(one)),
        Some(last) => {
            found.push(last);
            Where::OneOf(found)
        }
    }
}

/// Names of the institutions that can get it, for the list under the field; none where there are too many.
pub(super) fn names(ask: &Ask, topic: Topic) -> Vec<String> {
    let (me, directory) = (ask.node().me(), ask.node().directory());
    let fits = |peer: &&Peer| peer.standing == Standing::Active && !topic.between(me, &peer.entry).is_empty();
    let mut all: Vec<String> = directory.peers().filter(fits).map(|peer| peer.entry.name.clone()).collect();
    if all.len() > NAMED {
        return vec![];
    }
    all.sort_by_key(|name| folded(name));
    all
}
