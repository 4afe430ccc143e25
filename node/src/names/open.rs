//! Opens the names that a worker sees; what was sealed to a key alone is kept in the quick form from then on.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use wiez_proto::env::Env;
use wiez_proto::envelope::SealingKey;
use wiez_proto::refusal::{Reason, Refusal};

use super::NameIndex;
use super::part::About;
use crate::Node;
use crate::account::Reader;
use crate::store::names::{self as table, Quick, SealedAbout};
use crate::store::{ContentKey, Sealed};
use crate::tasks::{self, blocking};
use crate::vault::{self, NAMED, Named};

/// Threads that open names.
const THREADS: usize = 2;
/// Cases whose names are sealed to a key alone, opened while somebody waits: about a millisecond each on one core.
const AT_ONCE: usize = 250;
/// Cases of one turn of what is opened afterwards; between two turns it is seen whether the session is still open.
const TURN: usize = 50;

/// Opens everything that a worker sees. Of more than [`AT_ONCE`] cases that nobody opened yet the newest come first, and
/// the rest while the worker is already at work.
///
/// # Errors
/// `INTERNAL`. What does not open is left out, with a line in the log.
pub(super) async fn build(node: &Node, reader: &Reader) -> Result<Arc<NameIndex>, Refusal> {
    let index = Arc::new(NameIndex::default());
    bring(node, reader, &index, None).await?;
    Ok(index)
}

/// Brings an index up to date: one look at the last change, and only what changed is opened.
///
/// # Errors
/// As [`build`].
pub(super) async fn refresh(node: &Node, reader: &Reader, index: &Arc<NameIndex>) -> Result<(), Refusal> {
    let known = index.seq();
    let last = table::last_change(&mut *node.store().view("names.last").await?).await?;
    if last != known {
        bring(node, reader, index, Some(known)).await?;
    }
    settle(node, reader, index).await
}

async fn bring(node: &Node, reader: &Reader, index: &Arc<NameIndex>, since: Option<i64>) -> Result<(), Refusal> {
    let mut view = node.store().view("names.open").await?;
    let seq = table::last_change(&mut view).await?;
    let mut changed: BTreeMap<String, Option<About>> = BTreeMap::new();
    if let Some(since) = since {
        changed.extend(table::changed(&mut view, since).await?.into_iter().map(|name| (name, None)));
    }
    let rows = table::of_account(&mut view, reader.account(), since.unwrap_or(-1)).await?;
    drop(view);
    let (mut slow, mut rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(slow);
    slow.sort_by_key(|row| row.at_ms);
    rows.extend(slow.split_off(slow.len().saturating_sub(AT_ONCE)));
    let mut quick = vec![];
    for (name, about, settled) in open_all(node.env(), reader, rows).await? {
        changed.insert(name, Some(about));
        quick.extend(settled);
    }
    changed.extend(slow.iter().map(|row| (row.name.clone(), Some(unopened(row)))));
    index.put(seq, changed, slow.iter().map(|row| row.name.clone()).collect());
    index.opened(vec![], quick);
    if !slow.is_empty() {
        tasks::spawn(rest(node.env().clone(), reader.clone(), Arc::downgrade(index), slow));
    }
    settle(node, reader, index).await
}

/// Whether something of it costs a decapsulation.
fn slow(row: &SealedAbout) -> bool {
    !row.closed && (row.secret.is_to_key() || row.names.iter().any(|(_, sealed)| sealed.is_to_key()))
}

fn unopened(row: &SealedAbout) -> About {
    About { names: vec![], subject_ref: String::new(), of: row.of.clone(), at_ms: row.at_ms, apart: row.apart }
}

/// Opens the rest, newest first, for as long as somebody holds the index: locking or leaving ends it with the turn in
/// progress.
async fn rest(env: Env, reader: Reader, index: Weak<NameIndex>, mut rows: Vec<SealedAbout>) {
    while !rows.is_empty() && index.strong_count() > 0 {
        let turn = rows.split_off(rows.len().saturating_sub(TURN));
        let Ok(opened) = open_all(&env, &reader, turn).await else { return };
        let Some(index) = index.upgrade() else { return };
        let (mut known, mut quick) = (vec![], vec![]);
        for (name, about, settled) in opened {
            known.push((name, about));
            quick.extend(settled);
        }
        index.opened(known, quick);
    }
}

/// Writes what was opened in the quick form.
async fn settle(node: &Node, reader: &Reader, index: &NameIndex) -> Result<(), Refusal> {
    let quick = index.settled();
    if quick.is_empty() {
        return Ok(());
    }
    let mut tx = node.store().begin("names.settle").await?;
    for one in &quick {
        table::settle(&mut tx, reader.account(), one).await?;
    }
    tx.commit().await
}

type Opened = (String, About, Option<Quick>);

async fn open_all(env: &Env, reader: &Reader, mut rows: Vec<SealedAbout>) -> Result<Vec<Opened>, Refusal> {
    let mut turns = vec![];
    let share = rows.len().div_ceil(THREADS).max(1);
    while !rows.is_empty() {
        let part = rows.split_off(rows.len().saturating_sub(share));
        let (env, reader) = (env.clone(), reader.clone());
        turns.push(blocking(move || part.into_iter().filter_map(|row| open(&env, &reader, row)).collect::<Vec<_>>()));
    }
    let done = futures_util::future::join_all(turns).await;
    let all: Option<Vec<Vec<Opened>>> = done.into_iter().collect();
    Ok(all.ok_or_else(|| Refusal::new(Reason::Internal))?.into_iter().flatten().collect())
}

/// One case or consent record. The number is found also where its names stay closed.
fn open(env: &Env, reader: &Reader, row: SealedAbout) -> Option<Opened> {
    let mut about = unopened(&row);
    if row.closed {
        return Some((row.name, about, None));
    }
    let seed = vault::open_seed(env, reader, &row.name, &row.secret).ok()?;
    let content = ContentKey::of_seed(env, &seed).ok()?;
    let mut quick = Quick { name: row.name.clone(), secret: None, names: vec![] };
    let mut key: Option<SealingKey> = None;
    for (id, sealed) in &row.names {
        let named = if sealed.is_to_key() {
            if key.is_none() {
                key = SealingKey::from_seed(&seed).ok();
            }
            let named = sealed.open_with(env, key.as_ref()?, NAMED, row.name.as_bytes()).ok()?;
            quick.names.push((*id, Sealed::seal(&content, NAMED, row.name.as_bytes(), &named).ok()?));
            named
        } else {
            sealed.open(&content, NAMED, row.name.as_bytes()).ok()?
        };
        take(&mut about, named);
    }
    if row.secret.is_to_key() {
        quick.secret = vault::wrap_seed(env, reader, &row.name, &seed).ok();
    }
    let quick = (quick.secret.is_some() || !quick.names.is_empty()).then_some(quick);
    Some((row.name, about, quick))
}

fn take(about: &mut About, named: Named) {
    if about.subject_ref.is_empty() {
        about.subject_ref = named.subject_ref;
    }
    for name in named.names {
        if !about.names.contains(&name) {
            about.names.push(name);
        }
    }
}
