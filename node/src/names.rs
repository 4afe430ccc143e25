//! Whom somebody's own cases and consents are about, in memory: built at signing in, gone with the keys.
//!
//! Names of persons are nowhere in the database in a form that it could search. A worker who signs in opens those of
//! the cases that this worker sees; they lie beside the session's keys until the session locks or ends, and what
//! changes meanwhile is opened when it is needed. Nothing of this is ever written or logged.

mod fold;
mod open;
mod part;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wiez_proto::refusal::Refusal;

pub use self::fold::{alike, folded, words};
use self::open::{build, refresh};
use self::part::{About, Part};
use crate::Node;
use crate::session::Session;
use crate::store::names::Quick;

/// One person, as far as somebody's own cases and consents know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The name as it was written; empty where only a case number is known.
    pub name: String,
    /// This institution's own case number; empty where there is none. The number under which somebody else sent a case
    /// is never it, whatever it looks like: two institutions may use one number for two families.
    pub subject_ref: String,
    /// Numbers of cases (`W-…`) and of consent records (`Z-…`), newest first.
    pub numbers: Vec<String>,
}

/// The names that one worker may look for.
///
/// What the person concerned may not learn of is a part of its own, which no search for persons reads.
#[derive(Default)]
pub struct NameIndex(Mutex<Parts>);

#[derive(Default)]
struct Parts {
    /// The change up to which it is up to date.
    seq: i64,
    /// What is known by its number alone until it is opened.
    pending: BTreeSet<String>,
    /// What was opened and is to be kept in the quick form.
    settled: Vec<Quick>,
    ordinary: Part,
    apart: Part,
}

impl NameIndex {
    /// Persons of ordinary cases and of consents. Every word typed has to occur in the name, the case number or one of
    /// the numbers, whatever its letters' size and marks. Whole matches come first, then beginnings, then the rest, each
    /// by name; `most` of them. Nothing typed finds nobody.
    #[must_use]
    pub fn search(&self, typed: &str, most: usize) -> Vec<Hit> {
        self.parts().ordinary.search(&words(typed), most)
    }

    /// Persons whose name, case number or one number is what was typed, or name and case number together, in any order
    /// of the words. Exactly one of them means that it is clear who is meant.
    #[must_use]
    pub fn exact(&self, typed: &str) -> Vec<Hit> {
        self.parts().ordinary.exact(&words(typed))
    }

    /// The first person behind the number of an ordinary case or of a consent record.
    #[must_use]
    pub fn of(&self, number: &str) -> Option<Hit> {
        self.parts().ordinary.of(number)
    }

    /// Numbers of cases and consent records that match as in [`NameIndex::search`]: of ordinary ones, or with `apart`
    /// of those that stand apart.
    #[must_use]
    pub fn numbers(&self, typed: &str, apart: bool) -> Vec<String> {
        self.parts().part(apart).numbers(&words(typed))
    }

    /// Names of persons in a case or consent record, and the sender's case number. The caller knows that the reader
    /// sees it.
    #[must_use]
    pub fn about(&self, number: &str) -> Option<(Vec<String>, String)> {
        let parts = self.parts();
        let found = parts.ordinary.about(number).or_else(|| parts.apart.about(number))?;
        Some((found.names.clone(), found.subject_ref.clone()))
    }

    /// How many cases and consent records it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        let parts = self.parts();
        parts.ordinary.len() + parts.apart.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn seq(&self) -> i64 {
        self.parts().seq
    }

    /// How many cases and consent records are found by number alone, because their names are being opened still.
    #[must_use]
    pub fn loading(&self) -> usize {
        self.parts().pending.len()
    }

    /// Puts what is known now in place of what was known; `None` is what the worker does not see any more. Names of
    /// `pending` ones follow.
    fn put(&self, seq: i64, changed: BTreeMap<String, Option<About>>, pending: BTreeSet<String>) {
        let mut parts = self.parts();
        if seq < parts.seq {
            return;
        }
        parts.seq = seq;
        for (number, about) in changed {
            parts.pending.remove(&number);
            parts.replace(number, about);
        }
        parts.pending.extend(pending);
    }

    /// Takes names that were opened afterwards; of what changed meanwhile the newer state stays.
    fn opened(&self, known: Vec<(String, About)>, quick: Vec<Quick>) {
        let mut parts = self.parts();
        for (number, about) in known {
            if parts.pending.remove(&number) {
                parts.replace(number, Some(about));
            }
        }
        parts.settled.extend(quick);
    }

    /// What is to be kept in the quick form, once.
    fn settled(&self) -> Vec<Quick> {
        std::mem::take(&mut self.parts().settled)
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names of an open session, up to date. They are built here when signing in could not.
///
/// # Errors
/// As [`Session::reads`]; `INTERNAL`.
pub async fn fresh(node: &Node, token: &str, session: &Session) -> Result<Arc<NameIndex>, Refusal> {
    let reader = session.reader()?;
    if let Some(known) = &session.names {
        refresh(node, &reader, known).await?;
        return Ok(Arc::clone(known));
    }
    let built = build(node, &reader).await?;
    node.sessions().set_names(token, &reader, &built);
    Ok(built)
}

/// Builds the names of a session that was just opened or unlocked, so that no page waits for them. An account that
/// reads nothing has none; a failure is told when they are needed.
pub(crate) async fn prepare(node: &Node, token: &str) {
    let Ok(session) = node.sessions().peek(node.env().now_ms(), token) else { return };
    if session.reads().is_ok()
        && let Err(refusal) = fresh(node, token, &session).await
    {
        tracing::error!(%refusal, "the names of a session could not be opened");
    }
}

impl Parts {
    const fn part(&self, apart: bool) -> &Part {
        if apart { &self.apart } else { &self.ordinary }
    }

    fn replace(&mut self, number: String, about: Option<About>) {
        self.ordinary.remove(&number);
        self.apart.remove(&number);
        if let Some(about) = about {
            let part = if about.apart { &mut self.apart } else { &mut self.ordinary };
            part.insert(number, about);
        }
    }
}

impl std::fmt::Debug for NameIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NameIndex({})", self.len())
    }
}

#[cfg(test)]
mod tests;
