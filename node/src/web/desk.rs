//! What a session has on its desk: typed text that must survive a lock, and results of forms already sent.
//!
//! In memory only and never logged; it goes with its session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fields::Fields;
use crate::session::key;

/// Most results, drafts and held posts of one session; the oldest goes first.
const EACH: usize = 32;
/// Most sessions' desks at one time.
const DESKS: usize = 1000;

/// The desks of all sessions, by the hash of their token.
#[derive(Default)]
pub(super) struct Desks(Mutex<BTreeMap<[u8; 32], Desk>>);

#[derive(Default)]
struct Desk {
    used_ms: i64,
    /// The page to return to after the lock.
    page: Option<String>,
    done: BTreeMap<String, (i64, String)>,
    drafts: BTreeMap<String, (i64, Fields)>,
    held: BTreeMap<String, (i64, Held)>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// A posted form that waits for its sender to unlock.
#[derive(Clone)]
pub(super) struct Held {
    /// Where it was sent.
    pub(super) path: String,
    /// What it held.
    pub(super) fields: Fields,
}

/// Puts something in and lets the oldest go where there are too many.
fn put<T>(map: &mut BTreeMap<String, (i64, T)>, name: &str, at_ms: i64, value: T) {
    map.insert(name.to_owned(), (at_ms, value));
    if map.len() > EACH {
        let oldest = map.iter().min_by_key(|(_, (at_ms, _))| *at_ms).map(|(name, _)| name.clone());
        oldest.and_then(|name| map.remove(&name));
    }
}

impl Desks {
    fn desks(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Desk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Acts on the desk of a session that visited before; a token that nobody has opens no desk.
    fn at<T>(&self, token: &str, now_ms: i64, act: impl FnOnce(&mut Desk) -> T) -> Option<T> {
        let mut desks = self.desks();
        let desk = desks.get_mut(&key(token))?;
        desk.used_ms = now_ms;
        Some(act(desk))
    }

    /// Notes that a session is there, and on which page it was. Only one that is not over comes here.
    pub(super) fn visit(&self, token: &str, now_ms: i64, page: Option<&str>) {
        let mut desks = self.desks();
        if desks.len() >= DESKS && !desks.contains_key(&key(token)) {
            let oldest = desks.iter().min_by_key(|(_, desk)| desk.used_ms).map(|(key, _)| *key);
            oldest.and_then(|key| desks.remove(&key));
        }
        let desk = desks.entry(key(token)).or_default();
        desk.used_ms = now_ms;
        if let Some(page) = page {
            desk.page = Some(page.to_owned());
        }
    }

    /// The page on which the session was.
    pub(super) fn page(&self, token: &str, now_ms: i64) -> Option<String> {
        self.at(token, now_ms, |desk| desk.page.clone()).flatten()
    }

    /// Lets the forms of one session be worked on one after another.
    pub(super) fn turn(&self, token: &str, now_ms: i64) -> Arc<tokio::sync::Mutex<()>> {
        self.at(token, now_ms, |desk| Arc::clone(&desk.turn)).unwrap_or_default()
    }

    /// Where the result of a form is that was sent before.
    pub(super) fn done(&self, token: &str, now_ms: i64, once: &str) -> Option<String> {
        self.at(token, now_ms, |desk| desk.done.get(once).map(|(_, place)| place.clone())).flatten()
    }

    /// Notes where the result of a form is.
    pub(super) fn set_done(&self, token: &str, now_ms: i64, once: &str, place: &str) {
        self.at(token, now_ms, |desk| put(&mut desk.done, once, now_ms, place.to_owned()));
    }

    /// What was typed on a page and not sent yet.
    pub(super) fn draft(&self, token: &str, now_ms: i64, page: &str) -> Option<Fields> {
        self.at(token, now_ms, |desk| desk.drafts.get(page).map(|(_, fields)| fields.clone())).flatten()
    }

    /// Keeps what was typed on a page.
    pub(super) fn set_draft(&self, token: &str, now_ms: i64, page: &str, fields: Fields) {
        self.at(token, now_ms, |desk| put(&mut desk.drafts, page, now_ms, fields));
    }

    /// Forgets what was typed on a page: it was sent.
    pub(super) fn drop_draft(&self, token: &str, now_ms: i64, page: &str) {
        self.at(token, now_ms, |desk| desk.drafts.remove(page));
    }

    /// Keeps a posted form under a name until its sender is back.
    pub(super) fn hold(&self, token: &str, now_ms: i64, name: &str, held: Held) {
        self.at(token, now_ms, |desk| put(&mut desk.held, name, now_ms, held));
    }

    /// Takes a held form back, for the session in which it was sent.
    pub(super) fn take_held(&self, token: &str, now_ms: i64, name: &str) -> Option<Held> {
        self.at(token, now_ms, |desk| desk.held.remove(name)).flatten().map(|(_, held)| held)
    }

    /// Clears the desk of a session that signed out.
    pub(super) fn clear(&self, token: &str) {
        self.desks().remove(&key(token));
    }

    /// Clears all desks but those of sessions that are not over; these are asked for while no desk changes.
    pub(super) fn keep(&self, live: impl FnOnce() -> BTreeSet<[u8; 32]>) {
        let mut desks = self.desks();
        let live = live();
        desks.retain(|key, _| live.contains(key));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn only_the_session_that_sent_it_gets_held_text_back_and_only_once() {
        let desks = Desks::default();
        let held = Held { path: "/sprawy/W-1/pytanie".to_owned(), fields: Fields::read(b"nota=x") };
        desks.visit("one", 0, Some("/skrzynka"));
        desks.hold("one", 0, "k", held);
        desks.visit("two", 0, None);
        assert!(desks.take_held("two", 0, "k").is_none());
        assert_eq!(desks.take_held("one", 0, "k").unwrap().fields.get("nota"), "x");
        assert!(desks.take_held("one", 0, "k").is_none());
        assert_eq!(desks.page("one", 0).as_deref(), Some("/skrzynka"));
        desks.clear("one");
        assert_eq!(desks.page("one", 0), None);
    }

    #[test]
    fn a_desk_stays_small_and_goes_with_its_session() {
        let desks = Desks::default();
        desks.set_done("one", 0, "0", "/x");
        assert_eq!(desks.done("one", 0, "0"), None, "a token that nobody has opens no desk");
        desks.visit("one", 0, None);
        for n in 0..100_i64 {
            desks.set_done("one", n, &n.to_string(), "/x");
        }
        assert_eq!(desks.done("one", 100, "0"), None);
        assert_eq!(desks.done("one", 100, "99").as_deref(), Some("/x"));
        desks.visit("two", 0, None);
        desks.set_draft("two", 100, "/x", Fields::read(b"a=1"));
        desks.keep(|| BTreeSet::from([key("one")]));
        assert!(desks.draft("two", 100, "/x").is_none());
        assert_eq!(desks.done("one", 100, "99").as_deref(), Some("/x"));
    }
}
