//! The line between the writer and one collecting stream: fresh envelopes, bounded, and the signs to read from disk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use wiez_proto::id::InstitutionId;
use wiez_proto::limits::{COLLECT_MAX_OUTSTANDING, COLLECT_MAX_OUTSTANDING_BYTES};
use wiez_proto::refusal::Reason;
use wiez_proto::wire::v1;

/// An envelope on its way to a stream; its parts are shared buffers.
#[derive(Clone)]
pub(crate) struct Fresh {
    /// Its number, in order of arrival.
    pub(crate) id: i64,
    /// Who sent it.
    pub(crate) sender: InstitutionId,
    /// End of its time to live.
    pub(crate) expires_ms: i64,
    /// End of its edge's validity; none without a consent.
    pub(crate) valid_until_ms: Option<i64>,
    /// Bytes of the envelope.
    pub(crate) size: usize,
    /// Value of the counter of endings at which it was known to be open.
    pub(crate) checked: u64,
    /// Envelope and receipt.
    pub(crate) delivery: v1::Delivery,
}

/// What writer and stream share of one collecting institution.
pub(crate) struct Line {
    state: Mutex<State>,
    bell: Notify,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Fresh>,
    /// Envelopes and bytes queued or promised a seat by the batch in progress.
    taken: usize,
    taken_bytes: usize,
    /// The disk holds something newer than the queue; the writer queues nothing meanwhile.
    behind: bool,
    /// Everything has to be read again from the first unacknowledged on.
    again: bool,
    news: bool,
    closed: Option<Reason>,
    /// Handed out and not acknowledged: size, and whether it was the tombstone.
    outstanding: BTreeMap<i64, (usize, bool)>,
    outstanding_bytes: usize,
}

impl Line {
    fn new() -> Self {
        let state = State { behind: true, news: true, ..State::default() };
        Self { state: Mutex::new(state), bell: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a sign of the writer. One that came before is not lost.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Promises a place for an envelope that is about to be committed, if the stream keeps up.
    pub(crate) fn reserve(self: &Arc<Self>, bytes: usize) -> Option<Seat> {
        let mut state = self.state();
        let fits = state.taken < COLLECT_MAX_OUTSTANDING
            && (state.taken == 0 || state.taken_bytes + bytes <= COLLECT_MAX_OUTSTANDING_BYTES);
        if state.behind || state.closed.is_some() {
            return None;
        }
        if !fits {
            // Nothing later may overtake the one that has no place.
            state.behind = true;
            return None;
        }
        state.taken += 1;
        state.taken_bytes += bytes;
        Some(Seat { line: Arc::clone(self), bytes, filled: false })
    }

    /// Something was committed that this stream has to read from disk.
    pub(crate) fn fall_behind(&self) {
        self.state().behind = true;
        self.bell.notify_one();
    }

    /// Something that may be in the queue or already handed out has ended, or may leave again.
    pub(crate) fn start_again(&self) {
        let mut state = self.state();
        state.clear();
        state.behind = true;
        state.again = true;
        drop(state);
        self.bell.notify_one();
    }

    /// There is news for this institution as a sender.
    pub(crate) fn has_news(&self) {
        self.state().news = true;
        self.bell.notify_one();
    }

    /// Envelopes or tombstones were acknowledged: there is room for more.
    pub(crate) fn acknowledged(&self, ids: &[i64]) {
        let mut state = self.state();
        for id in ids {
            if let Some((size, _)) = state.outstanding.remove(id) {
                state.outstanding_bytes = state.outstanding_bytes.saturating_sub(size);
            }
        }
        drop(state);
        self.bell.notify_one();
    }

    /// Ends the stream with a reason.
    pub(crate) fn close(&self, reason: Reason) {
        let mut state = self.state();
        state.clear();
        state.closed.get_or_insert(reason);
        drop(state);
        self.bell.notify_one();
    }

    /// Why the stream has to end.
    pub(crate) fn closed(&self) -> Option<Reason> {
        self.state().closed
    }

    /// Takes the sign to read everything again. The stream may have gone live since it was
    /// given, with a page that it drops now: it is behind again, and nothing queued counts.
    pub(crate) fn take_again(&self) -> bool {
        let mut state = self.state();
        let again = std::mem::take(&mut state.again);
        if again {
            state.clear();
            state.behind = true;
        }
        again
    }

    /// Takes the sign that there is news.
    pub(crate) fn take_news(&self) -> bool {
        std::mem::take(&mut self.state().news)
    }

    /// Whether the disk holds something newer than the queue.
    pub(crate) fn is_behind(&self) -> bool {
        self.state().behind
    }

    /// From now on the writer queues again; what it committed until now is on disk.
    pub(crate) fn go_live(&self) {
        self.state().behind = false;
    }

    /// The queue would leave out what is still on disk: back to reading.
    pub(crate) fn go_behind(&self) {
        let mut state = self.state();
        state.clear();
        state.behind = true;
    }

    /// Takes the next fresh envelope after a number; older ones were read from disk meanwhile.
    pub(crate) fn pop_after(&self, after: i64) -> Option<Fresh> {
        let mut state = self.state();
        while let Some(fresh) = state.queue.pop_front() {
            state.taken = state.taken.saturating_sub(1);
            state.taken_bytes = state.taken_bytes.saturating_sub(fresh.size);
            if fresh.id > after {
                return Some(fresh);
            }
        }
        None
    }

    /// Whether another envelope may be handed out before one is acknowledged.
    pub(crate) fn has_room(&self) -> bool {
        let state = self.state();
        state.outstanding.len() < COLLECT_MAX_OUTSTANDING && state.outstanding_bytes < COLLECT_MAX_OUTSTANDING_BYTES
    }

    /// Whether this very thing was handed out on this stream and is not acknowledged.
    pub(crate) fn is_out(&self, id: i64, tombstone: bool) -> bool {
        self.state().outstanding.get(&id).is_some_and(|(_, was)| *was == tombstone)
    }

    /// Notes that something is handed out.
    pub(crate) fn hand_out(&self, id: i64, size: usize, tombstone: bool) {
        let mut state = self.state();
        let before = state.outstanding.insert(id, (size, tombstone)).map_or(0, |(size, _)| size);
        state.outstanding_bytes = state.outstanding_bytes.saturating_add(size).saturating_sub(before);
    }
}

impl State {
    /// Drops what is queued; it stays on disk. Promised seats are given back by their holders.
    fn clear(&mut self) {
        let bytes: usize = self.queue.iter().map(|fresh| fresh.size).sum();
        self.taken = self.taken.saturating_sub(self.queue.len());
        self.taken_bytes = self.taken_bytes.saturating_sub(bytes);
        self.queue.clear();
    }
}

/// A promised place in a queue; given back when the envelope is not committed.
pub(crate) struct Seat {
    line: Arc<Line>,
    bytes: usize,
    filled: bool,
}

impl Seat {
    /// Queues the committed envelope, unless the stream has to read from disk by now.
    pub(crate) fn fill(mut self, fresh: Fresh) {
        let mut state = self.line.state();
        if state.behind || state.closed.is_some() {
            return;
        }
        // The seat's bytes and the envelope's are the same number.
        state.queue.push_back(fresh);
        drop(state);
        self.filled = true;
        self.line.bell.notify_one();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.filled {
            let mut state = self.line.state();
            state.taken = state.taken.saturating_sub(1);
            state.taken_bytes = state.taken_bytes.saturating_sub(self.bytes);
        }
    }
}

/// The collecting streams of the region, at most one for each institution.
#[derive(Default)]
pub(crate) struct Lines(Mutex<BTreeMap<InstitutionId, Arc<Line>>>);

impl Lines {
    fn all(&self) -> MutexGuard<'_, BTreeMap<InstitutionId, Arc<Line>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the line of an institution and ends the one it had.
    pub(crate) fn open(&self, institution: &InstitutionId) -> Arc<Line> {
        let line = Arc::new(Line::new());
        if let Some(before) = self.all().insert(institution.clone(), Arc::clone(&line)) {
            before.close(Reason::Fenced);
        }
        line
    }

    /// The line of an institution that collects now.
    pub(crate) fn get(&self, institution: &InstitutionId) -> Option<Arc<Line>> {
        self.all().get(institution).cloned()
    }

    /// Forgets a line whose stream is gone, unless a newer one took its place.
    pub(crate) fn forget(&self, institution: &InstitutionId, line: &Arc<Line>) {
        let mut all = self.all();
        if all.get(institution).is_some_and(|found| Arc::ptr_eq(found, line)) {
            all.remove(institution);
        }
    }

    /// Tells every stream to read everything again.
    pub(crate) fn start_all_again(&self) {
        self.all().values().for_each(|line| line.start_again());
    }

    /// Ends every stream.
    pub(crate) fn close_all(&self, reason: Reason) {
        self.all().values().for_each(|line| line.close(reason));
    }

    /// How many institutions collect now.
    pub(crate) fn count(&self) -> usize {
        self.all().len()
    }
}

#[cfg(test)]
mod tests;
