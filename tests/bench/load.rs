//! Pairs of members that send, take, and acknowledge as fast as they may, or at a fixed pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use tokio::sync::{Semaphore, mpsc};
use tonic::Streaming;
use wiez_proto::env::Env;
use wiez_proto::envelope::Envelope;
use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::receipt::Receipt;
use wiez_proto::vocab::Category;
use wiez_proto::wire::v1::collect_response::Message as Collected;
use wiez_proto::wire::v1::deposit_response::Outcome;
use wiez_proto::wire::v1::event::News;
use wiez_proto::wire::v1::{self, Envelope as WireEnvelope};
use wiez_tests::member::{Basis, Consent, Member, Peer, content, next};
use wiez_tests::session::{Collecting, Session};
use wiez_tests::tasks::{spawn, within};

use crate::figures::{Latency, Run, number};
use crate::hub::{Measured, own_cpu};

/// Outstanding envelopes of one sender.
const WINDOW: usize = limits::MAX_UNANSWERED_PER_CHANNEL;
/// Payload bytes with which the padded plaintext is exactly 4 KiB.
const PAYLOAD: usize = 2400;
/// Longest time that a run may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// Makes the envelopes of one channel, one after another.
pub(crate) struct Sealer {
    from: Arc<Member>,
    to: Peer,
    consent: Consent,
    checkpoint: String,
    last: Option<Envelope>,
}

impl Sealer {
    /// A channel under a new consent, at its beginning.
    pub(crate) fn new(from: &Arc<Member>, to: &Peer, checkpoint: String) -> Result<Self> {
        let consent = from.grant(&to.id, &[Category::IdName, Category::PlanTasks])?;
        Ok(Self { from: Arc::clone(from), to: to.clone(), consent, checkpoint, last: None })
    }

    /// Seals the next envelope.
    pub(crate) fn seal(&mut self) -> Result<Envelope> {
        let draft = self.from.draft(&self.to.id, next(self.last.as_ref()), Basis::Consent(self.consent.there));
        let content = content(&self.from.env, Some(&self.consent), &self.checkpoint, PAYLOAD);
        let envelope = self.from.seal(&self.to, &draft, content)?;
        let size = envelope.header().padded_size;
        ensure!(size == 4096, "the sample is padded to {size} bytes, not to 4 KiB");
        self.last = Some(envelope.clone());
        Ok(envelope)
    }

    /// Seals many.
    pub(crate) fn many(&mut self, count: usize) -> Result<Vec<Envelope>> {
        (0..count).map(|_| self.seal()).collect()
    }
}

/// Two members with a consent between them and an open connection each.
pub(crate) struct Pair {
    sealer: Option<Sealer>,
    recipient: Arc<Member>,
    sending: Session,
    taking: Session,
    cursor: u64,
}

/// How envelopes come to be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Sealed beforehand; the recipient opens nothing.
    Sealed,
    /// Sealed when sent, verified and opened when taken.
    Full,
    /// Sealed beforehand, one from every pair every so often.
    Every(Duration),
}

impl Pair {
    /// Joins two members by a registered consent and `more` others, so that the hub has some to search among.
    pub(crate) async fn new(sender: &Arc<Member>, recipient: &Arc<Member>, more: usize) -> Result<Self> {
        let (sending, taking) = (sender.connect().await?, recipient.connect().await?);
        let sealer = Sealer::new(sender, &recipient.peer(), sending.head().await?)?;
        sending.register(&sealer.consent).await?;
        let grants = (0..more.div_ceil(2)).map(|_| sender.grant(&recipient.id, &[Category::IdName]));
        let grants: Vec<Consent> = grants.collect::<Result<_>>()?;
        for some in grants.chunks(32) {
            try_join_all(some.iter().map(|consent| sending.register(consent))).await?;
        }
        Ok(Self { sealer: Some(sealer), recipient: Arc::clone(recipient), sending, taking, cursor: 0 })
    }
}

/// What one pair measured, in microseconds.
#[derive(Default)]
struct Times {
    accept: Vec<u64>,
    delivery: Vec<u64>,
    delivered_at: Vec<u64>,
}

/// Sends `each` messages on every pair and waits until all of them are acknowledged to their senders.
pub(crate) async fn run(
    name: &str,
    env: &Env,
    hub: &Measured,
    pairs: &mut [Pair],
    each: usize,
    mode: Mode,
) -> Result<Run> {
    let ready = if mode == Mode::Full { pairs.iter().map(|_| Vec::new()).collect() } else { prepare(pairs, each)? };
    let (hub_before, own_before) = (hub.cpu()?, own_cpu()?);
    let all = pairs.iter_mut().zip(ready).map(|(pair, ready)| one(env, pair, ready, each, mode));
    let done = within(PATIENCE, try_join_all(all)).await.context("messages are missing after three minutes")??;
    let (hub_after, own_after) = (hub.cpu()?, own_cpu()?);
    let count = each * pairs.len();
    let messages = number(count as u64);
    let mut at: Vec<u64> = done.iter().flat_map(|times| times.delivered_at.iter().copied()).collect();
    ensure!(at.len() == count, "{} of {count} were delivered", at.len());
    at.sort_unstable();
    let (first, last) = (count / 10, count * 9 / 10);
    let middle = at.get(last).zip(at.get(first)).map_or(f64::NAN, |(to, from)| number(to - from) / 1e6);
    Ok(Run {
        name: name.to_owned(),
        pairs: pairs.len(),
        messages: count as u64,
        per_second: number((last - first) as u64) / middle,
        accept: Latency::of(done.iter().flat_map(|times| times.accept.iter().copied()).collect()),
        delivery: Latency::of(done.iter().flat_map(|times| times.delivery.iter().copied()).collect()),
        hub_cpu_s_per_1000: (hub_after - hub_before) / messages * 1000.0,
        client_cpu_s_per_1000: (own_after - own_before) / messages * 1000.0,
        hub_resident_mib: number(hub.resident()?) / 1024.0,
    })
}

fn prepare(pairs: &mut [Pair], each: usize) -> Result<Vec<Vec<Envelope>>> {
    std::thread::scope(|scope| {
        let sealers = pairs.iter_mut().filter_map(|pair| pair.sealer.as_mut());
        let sealing: Vec<_> = sealers.map(|sealer| scope.spawn(move || sealer.many(each))).collect();
        let failed = |_| anyhow::anyhow!("sealing failed");
        sealing.into_iter().map(|thread| thread.join().map_err(failed)?).collect()
    })
}

async fn one(env: &Env, pair: &mut Pair, ready: Vec<Envelope>, each: usize, mode: Mode) -> Result<Times> {
    let sealer = pair.sealer.take().context("the channel is in use")?;
    let expected = ready.iter().map(Envelope::hash).collect();
    let source = if mode == Mode::Full { Source::Seal(sealer, each) } else { Source::Ready(Some(sealer), ready) };
    let pace = if let Mode::Every(pause) = mode { Some(pause) } else { None };
    let sent = slots(each);
    let mail = pair.taking.collecting(0).await?;
    let taker = Taker { env: env.clone(), me: Arc::clone(&pair.recipient), expected, sent: Arc::clone(&sent) };
    let from = match &source {
        Source::Seal(sealer, _) | Source::Ready(Some(sealer), _) => sealer.from.peer(),
        Source::Ready(None, _) => bail!("no sender"),
    };
    let taken = spawn(taker.run(from, mail, each));
    let news = spawn(news(pair.sending.collecting(pair.cursor).await?, each));
    let (source, accept) = through(env, &pair.sending, source, pace, sent).await?;
    pair.sealer = source.sealer();
    let (times, mail) = taken.await??;
    pair.cursor = news.await??;
    // Only now may the stream end: the last receipts have arrived.
    drop(mail);
    Ok(Times { accept, ..times })
}

/// Where a sender's envelopes come from.
pub(crate) enum Source {
    /// Sealed one by one, so many.
    Seal(Sealer, usize),
    /// Sealed beforehand.
    Ready(Option<Sealer>, Vec<Envelope>),
}

impl Source {
    fn sealer(self) -> Option<Sealer> {
        match self {
            Self::Seal(sealer, _) => Some(sealer),
            Self::Ready(sealer, _) => sealer,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Seal(_, count) => *count,
            Self::Ready(_, envelopes) => envelopes.len(),
        }
    }

    fn take(&mut self, place: usize) -> Result<WireEnvelope> {
        match self {
            Self::Seal(sealer, _) => Ok(sealer.seal()?.to_wire()),
            Self::Ready(_, envelopes) => Ok(envelopes.get(place).context("too few envelopes")?.to_wire()),
        }
    }
}

/// A place for the sending time of each message.
pub(crate) fn slots(count: usize) -> Arc<Vec<AtomicU64>> {
    Arc::new((0..count).map(|_| AtomicU64::new(0)).collect())
}

/// Sends everything through a stream of deposits, at most [`WINDOW`] unanswered; gives the time to each answer.
pub(crate) async fn through(
    env: &Env,
    session: &Session,
    source: Source,
    pace: Option<Duration>,
    sent: Arc<Vec<AtomicU64>>,
) -> Result<(Source, Vec<u64>)> {
    let depositing = session.depositing(WINDOW).await?;
    let window = Arc::new(Semaphore::new(WINDOW));
    let pushed = spawn(push(env.clone(), depositing.outgoing, source, pace, Arc::clone(&window), Arc::clone(&sent)));
    let accept = answers(env, depositing.incoming, &window, &sent).await;
    window.close();
    let accept = accept?;
    Ok((pushed.await??, accept))
}

async fn push(
    env: Env,
    outgoing: mpsc::Sender<v1::DepositRequest>,
    mut source: Source,
    pace: Option<Duration>,
    window: Arc<Semaphore>,
    sent: Arc<Vec<AtomicU64>>,
) -> Result<Source> {
    let start = micros(&env);
    for place in 0..source.len() {
        let mut since = None;
        if let Some(pause) = pace {
            let due = start + u64::try_from(pause.as_micros())? * place as u64;
            env.sleep(Duration::from_micros(due.saturating_sub(micros(&env)))).await;
            since = Some(due);
        }
        window.acquire().await?.forget();
        let since = since.unwrap_or_else(|| micros(&env));
        let envelope = source.take(place)?;
        sent.get(place).context("no slot")?.store(since, Ordering::SeqCst);
        outgoing.send(v1::DepositRequest { envelope: Some(envelope) }).await?;
    }
    Ok(source)
}

async fn answers(
    env: &Env,
    mut incoming: Streaming<v1::DepositResponse>,
    window: &Semaphore,
    sent: &[AtomicU64],
) -> Result<Vec<u64>> {
    let mut times = Vec::with_capacity(sent.len());
    for slot in sent {
        let answer = incoming.message().await?.context("the hub ended the stream")?;
        match answer.outcome {
            Some(Outcome::Accepted(_)) => {}
            Some(Outcome::Refused(refusal)) => bail!("refused: {} {:?}", refusal.reason, refusal.details),
            None => bail!("no outcome"),
        }
        times.push(micros(env).saturating_sub(slot.load(Ordering::SeqCst)));
        window.add_permits(1);
    }
    Ok(times)
}

/// The recipient of one channel.
struct Taker {
    env: Env,
    me: Arc<Member>,
    /// Hashes in their order; empty when each envelope is opened instead.
    expected: Vec<Hash>,
    sent: Arc<Vec<AtomicU64>>,
}

impl Taker {
    /// Takes all messages and acknowledges what came together by one receipt.
    async fn run(self, from: Peer, mail: Collecting, each: usize) -> Result<(Times, mpsc::Sender<v1::CollectRequest>)> {
        let Collecting { outgoing, incoming } = mail;
        let mut chunks = incoming.ready_chunks(limits::RECEIPT_MAX_HASHES);
        let mut times = Times::default();
        while times.delivery.len() < each {
            let mut hashes = Vec::new();
            for item in chunks.next().await.context("the hub ended the stream")? {
                match item?.message {
                    Some(Collected::Delivery(delivery)) => hashes.push(self.took(&from, delivery, &mut times)?),
                    Some(Collected::CaughtUp(_)) => {}
                    Some(Collected::Tombstone(_) | Collected::Event(_)) | None => bail!("something else than mail"),
                }
            }
            if !hashes.is_empty() {
                let receipt = self.me.receipt(&from.id, hashes);
                let message = v1::collect_request::Message::Receipt(receipt);
                outgoing.send(v1::CollectRequest { message: Some(message) }).await?;
            }
        }
        // The caller keeps the rest of the stream alive until its receipts have arrived.
        spawn(async move { while chunks.next().await.is_some() {} });
        Ok((times, outgoing))
    }

    fn took(&self, from: &Peer, delivery: v1::Delivery, times: &mut Times) -> Result<Hash> {
        let place = times.delivery.len();
        let hash = Hash::parse(&delivery.receipt.context("no receipt")?.envelope_hash)?;
        match self.expected.get(place) {
            Some(expected) => ensure!(*expected == hash, "message {place} is not the one that was sent"),
            None => drop(self.me.open(from, delivery.envelope.context("no envelope")?)?),
        }
        let now = micros(&self.env);
        times.delivery.push(now.saturating_sub(self.sent.get(place).context("no slot")?.load(Ordering::SeqCst)));
        times.delivered_at.push(now);
        Ok(hash)
    }
}

/// Waits until the recipients' receipts for so many messages are back; gives the last event's number.
async fn news(mut stream: Collecting, each: usize) -> Result<u64> {
    let (mut known, mut cursor) = (0, 0);
    while known < each {
        let Collected::Event(event) = stream.next().await? else { continue };
        cursor = event.cursor;
        match event.news {
            Some(News::Receipt(receipt)) => known += Receipt::parse(&receipt.content)?.envelope_hashes.len(),
            Some(News::Status(_) | News::Refusal(_)) | None => bail!("a message did not arrive"),
        }
    }
    Ok(cursor)
}

fn micros(env: &Env) -> u64 {
    u64::try_from(env.elapsed().as_micros()).unwrap_or(u64::MAX)
}
