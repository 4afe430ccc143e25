//! The hub is killed with SIGKILL while everybody deposits: whatever it said "accepted" to is there, once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use prost::Message as _;
use tokio::sync::watch;
use wiez_proto::env::Env;
use wiez_proto::envelope::{Envelope, Position};
use wiez_proto::id::Hash;
use wiez_proto::limits;
use wiez_proto::log::verify::verify_export;
use wiez_proto::receipt::HubReceipt;
use wiez_proto::vocab::Category;
use wiez_proto::wire::v1;
use wiez_tests::member::{Basis, Member};
use wiez_tests::session::Session;
use wiez_tests::tasks::within;

use crate::hub_process::Region;

/// What a channel may have unanswered.
const WINDOW: usize = limits::MAX_UNANSWERED_PER_CHANNEL;

/// Sealed envelopes on one channel, and the hub's word about each.
pub(crate) struct Pile {
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) receipts: BTreeMap<Hash, v1::HubReceipt>,
    /// How many receipts there are, for somebody who watches.
    said: watch::Sender<usize>,
}

impl Pile {
    pub(crate) async fn sealed(from: &Member, to: &Member, session: &Session, count: u64) -> Result<Self> {
        let consent = from.grant(&to.id, &[Category::IdName])?;
        session.register(&consent).await?;
        let mut position = Position { epoch: 1, seq: 1, prev: Hash::ZERO };
        let mut envelopes = vec![];
        for _ in 0..count {
            let draft = from.draft(&to.id, position, Basis::Consent(consent.there));
            let content = v1::Content { payload: vec![b'x'; 3000].into(), ..v1::Content::default() };
            let envelope = from.seal(&to.peer(), &draft, content)?;
            position = Position { seq: position.seq + 1, prev: envelope.hash(), ..position };
            envelopes.push(envelope);
        }
        Ok(Self { envelopes, receipts: BTreeMap::new(), said: watch::Sender::new(0) })
    }

    /// Deposits everything without an answer, in order, until the stream ends.
    pub(crate) async fn deposit(&mut self, session: &Session) -> Result<()> {
        let open: Vec<Envelope> =
            self.envelopes.iter().filter(|envelope| !self.receipts.contains_key(&envelope.hash())).cloned().collect();
        let stream = session.depositing(WINDOW).await?;
        let (outgoing, mut incoming) = (stream.outgoing, stream.incoming);
        let (mut open, mut waiting) = (open.into_iter(), 0);
        loop {
            while waiting < WINDOW {
                let Some(envelope) = open.next() else { break };
                if outgoing.send(v1::DepositRequest { envelope: Some(envelope.to_wire()) }).await.is_err() {
                    return Ok(());
                }
                waiting += 1;
            }
            let answer = match incoming.message().await {
                Ok(Some(answer)) if waiting > 0 => answer,
                _ => return Ok(()),
            };
            waiting -= 1;
            let hash = Hash::parse(&answer.envelope_hash)?;
            match answer.outcome.context("no outcome")? {
                v1::deposit_response::Outcome::Accepted(receipt) => {
                    let before = self.receipts.insert(hash, receipt.clone());
                    ensure!(before.is_none_or(|before| before == receipt), "another receipt for the same bytes");
                    self.said.send_replace(self.receipts.len());
                }
                v1::deposit_response::Outcome::Refused(refused) => {
                    ensure!(refused.r#final.is_none(), "refused for good: {}", refused.reason);
                    return Ok(());
                }
            }
            if self.complete() {
                return Ok(());
            }
        }
    }

    /// Deposits until everything is accepted.
    pub(crate) async fn finish(&mut self, session: &Session) -> Result<()> {
        while !self.complete() {
            let before = self.receipts.len();
            within(Duration::from_secs(60), self.deposit(session)).await.context("the hub says nothing more")??;
            ensure!(self.receipts.len() > before, "the hub takes nothing more");
        }
        Ok(())
    }

    /// Whether everything was accepted.
    pub(crate) fn complete(&self) -> bool {
        self.receipts.len() == self.envelopes.len()
    }

    /// Every receipt proves its place in the log.
    pub(crate) fn verify(&self, region: &Region) -> Result<()> {
        let keys = region.keys()?.region_keys.log;
        for (hash, receipt) in &self.receipts {
            HubReceipt::parse(receipt)?.verify(hash, &keys)?;
        }
        Ok(())
    }
}

/// Collects and acknowledges everything; says how often each envelope was handed out.
pub(crate) async fn collect_all(to: &Member, from: &Member, session: &Session) -> Result<BTreeMap<Hash, u32>> {
    let mut stream = session.collecting(0).await?;
    let mut handed = BTreeMap::new();
    loop {
        match within(Duration::from_secs(30), stream.next()).await.context("the hub says nothing more")?? {
            v1::collect_response::Message::Delivery(delivery) => {
                let envelope = delivery.envelope.context("empty")?;
                let hash = Envelope::parse(envelope.clone())?.hash();
                to.open(&from.peer(), envelope)?;
                *handed.entry(hash).or_insert(0) += 1;
                stream.acknowledge(to.receipt(&from.id, vec![hash])).await?;
            }
            v1::collect_response::Message::CaughtUp(_) => return Ok(handed),
            v1::collect_response::Message::Tombstone(_) | v1::collect_response::Message::Event(_) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_sigkill_every_receipt_is_true_and_every_message_is_there_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut region = Region::new(folder.path()).await?;
    let (mut ops, mut poz) = (region.join("ops", "OPS").await?, region.join("poz", "POZ").await?);
    let mut session = ops.connect().await?;
    let mut pile = Pile::sealed(&ops, &poz, &session, 1_000).await?;
    let chance = Env::system();
    for round in 0..4_u64 {
        let before = pile.receipts.len();
        let enough = before + 30 + usize::try_from(chance.below(150))?;
        let mut said = pile.said.subscribe();
        {
            let mut depositing = std::pin::pin!(pile.deposit(&session));
            tokio::select! {
                ended = &mut depositing => ended?,
                enough = within(Duration::from_secs(60), said.wait_for(|said| *said >= enough)) => {
                    drop(enough.context("the hub answers nothing more")?);
                    region.kill()?;
                    // What the hub had said before it died may still be in the socket.
                    within(Duration::from_secs(10), &mut depositing).await.context("the stream does not end")??;
                }
            }
        }
        if region.is_up() {
            region.kill()?;
        }
        region.start(None).await?;
        ops.place.dial = region.address;
        poz.place.dial = region.address;
        session = ops.connect().await?;
        assert!(pile.receipts.len() > before, "round {round} did nothing");
    }
    // Without interruption now: what was said keeps its receipt, what was not said is decided.
    let sent_before = pile.receipts.clone();
    let whole = pile.envelopes.len();
    assert!(sent_before.len() < whole, "the kills came too late: {}", sent_before.len());
    let mut stream = session.depositing(8).await?;
    for envelope in pile.envelopes.iter().take(40) {
        stream.outgoing.send(v1::DepositRequest { envelope: Some(envelope.to_wire()) }).await?;
        let answer = stream.incoming.message().await?.context("the stream ended")?;
        let Some(v1::deposit_response::Outcome::Accepted(receipt)) = answer.outcome else { bail!("not accepted") };
        let old = sent_before.get(&envelope.hash()).context("accepted out of order")?;
        ensure!(old.encode_to_vec() == receipt.encode_to_vec(), "another receipt for the same bytes");
    }
    drop(stream);
    pile.finish(&session).await?;
    pile.verify(&region)?;

    let handed = collect_all(&poz, &ops, &poz.connect().await?).await?;
    let all: BTreeSet<Hash> = pile.envelopes.iter().map(Envelope::hash).collect();
    assert_eq!(handed.keys().copied().collect::<BTreeSet<_>>(), all);
    assert!(handed.values().all(|times| *times == 1));
    region.kill()?;
    verify_export(region.export().await?.as_slice(), Some(&region.keys()?.region_keys.log))?;
    Ok(())
}
