//! Withdrawal, hand-out, acknowledgement and broken connections in many orders: never content after a withdrawal that was answered.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use wiez_node::casework::CaseKind;
use wiez_proto::env::Env;
use wiez_proto::envelope::Position;
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::Hash;
use wiez_proto::receipt::{Receipt, Tombstone};
use wiez_proto::vocab::{Category as C, InstitutionKind};
use wiez_proto::wire::v1;
use wiez_tests::World;
use wiez_tests::acts::{message, named};
use wiez_tests::member::{Basis, Consent, Member};
use wiez_tests::network::Flow;
use wiez_tests::session::{Collecting, Session};
use wiez_tests::tasks::number;

/// A hub, and two members that speak with it by hand.
struct Three {
    world: World,
    ops: Member,
    poz: Member,
    from: Session,
    to: Session,
    next: Position,
}

/// What is known of the one message of a round.
struct Round {
    hash: Hash,
    consent: Consent,
    stream: Option<Collecting>,
    delivered: bool,
    acknowledged: bool,
    withdrawn: bool,
    ended: bool,
}

impl Three {
    async fn new(seed: u64) -> Result<Self> {
        let world = World::new(seed).await?;
        let ops = world.join_raw("ops", InstitutionKind::Ops, "Ośrodek").await?;
        let poz = world.join_raw("poz", InstitutionKind::Poz, "Przychodnia").await?;
        let (from, to) = (ops.connect().await?, poz.connect().await?);
        Ok(Self { world, ops, poz, from, to, next: Position { epoch: 1, seq: 1, prev: Hash::ZERO } })
    }

    async fn begin(&mut self) -> Result<Round> {
        let consent = self.ops.grant(&self.poz.id, &[C::IdName])?;
        self.from.register(&consent).await?;
        let draft = self.ops.draft(&self.poz.id, self.next, Basis::Consent(consent.there));
        let envelope = self.ops.seal(&self.poz.peer(), &draft, v1::Content::default())?;
        self.from.deposit(envelope.to_wire()).await?.accepted()?;
        let hash = envelope.hash();
        self.next = Position { seq: self.next.seq + 1, prev: hash, ..self.next };
        Ok(Round { hash, consent, stream: None, delivered: false, acknowledged: false, withdrawn: false, ended: false })
    }

    /// A new stream, read to the end of what waited.
    async fn collect(&self, round: &mut Round) -> Result<()> {
        let mut stream = self.to.collecting(0).await?;
        loop {
            match stream.next().await? {
                v1::collect_response::Message::Delivery(delivery) => {
                    let envelope = wiez_proto::envelope::Envelope::parse(delivery.envelope.context("empty")?)?;
                    if envelope.hash() == round.hash {
                        ensure!(!round.withdrawn, "handed out on a stream that was opened after the withdrawal");
                        ensure!(!round.acknowledged, "handed out after the acknowledgement");
                        round.delivered = true;
                    }
                }
                v1::collect_response::Message::Tombstone(signed) => {
                    let stone = Tombstone::open(&signed, &self.poz.region.mail_key, self.poz.bound())?;
                    ensure!(
                        round.withdrawn && stone.parts.envelope_hash() == round.hash,
                        "a tombstone for living content"
                    );
                    round.ended = true;
                }
                v1::collect_response::Message::CaughtUp(_) => break,
                v1::collect_response::Message::Event(_) => {}
            }
        }
        round.stream = Some(stream);
        Ok(())
    }

    async fn acknowledge(&self, round: &mut Round) -> Result<()> {
        if round.delivered && !round.acknowledged {
            let receipt = self.poz.receipt(&self.ops.id, vec![round.hash]);
            let request = v1::AcknowledgeRequest { receipts: vec![receipt], refusals: vec![] };
            self.to.mailbox().acknowledge(request).await?;
            round.acknowledged = true;
        }
        Ok(())
    }

    /// Acknowledges a tombstone.
    async fn bury(&self, round: &Round) -> Result<()> {
        let receipt = Receipt {
            recipient: self.poz.id.clone(),
            sender: self.ops.id.clone(),
            envelope_hashes: vec![],
            tombstone_hashes: vec![round.hash],
            unknown_prevs: vec![],
            forked_prevs: vec![],
            log_size: 0,
            log_root: [0; 32],
            at_ms: self.world.now_ms(),
        };
        let receipt = receipt.sign(&self.poz.signing, self.poz.bound());
        self.to.mailbox().acknowledge(v1::AcknowledgeRequest { receipts: vec![receipt], refusals: vec![] }).await?;
        Ok(())
    }

    async fn withdraw(&self, round: &mut Round) -> Result<()> {
        let withdrawal = Withdrawal {
            handles: round.consent.grant.handles(),
            grant_hash: round.consent.grant.hash(),
            party: self.ops.id.clone(),
            at_ms: self.world.now_ms(),
        };
        let signed = withdrawal.sign(&self.ops.signing, self.ops.bound());
        self.from.consent().withdraw(v1::WithdrawRequest { withdrawal: Some(signed) }).await?;
        round.withdrawn = true;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_thousand_orders_the_hub_hands_nothing_out_after_a_withdrawal() -> Result<()> {
    let orders = number("WIEZ_SEEDS", 1000);
    let mut three = Three::new(140).await?;
    let mut rounds = 0;
    for seed in 0..orders {
        let chance = Env::stepped(0, seed);
        // Thousands of consents in one minute would meet the quota instead.
        three.world.jump(Duration::from_secs(1));
        let mut round = three.begin().await?;
        let mut done = vec![];
        for _ in 0..6 {
            let step = chance.below(4);
            let result = match step {
                0 => three.withdraw(&mut round).await,
                1 => three.collect(&mut round).await,
                2 => three.acknowledge(&mut round).await,
                _ => {
                    round.stream = None;
                    Ok(())
                }
            };
            done.push(["withdraw", "collect", "acknowledge", "disconnect"].get(usize::try_from(step)?).copied());
            result.with_context(|| format!("seed {seed}: {done:?}"))?;
        }
        three.withdraw(&mut round).await?;
        three.collect(&mut round).await.with_context(|| format!("seed {seed} at the end: {done:?}"))?;
        // Both is possible: a receipt that comes after the end still wins.
        ensure!(round.ended || round.acknowledged, "seed {seed}: neither received nor ended: {done:?}");
        if round.ended && !round.acknowledged {
            three.bury(&round).await?;
        }
        rounds += u64::from(round.ended);
    }
    ensure!(rounds > orders / 10 && rounds < orders, "orders without variety: {rounds} of {orders} ended");
    Ok(())
}

/// One order of events around a message between two nodes.
async fn one_order(world: &World, chance: &Env) -> Result<Vec<String>> {
    let give = [C::IdName, C::PlanTasks];
    let consent = world.consent("ops", &[named("poz").give(&give)]).await?;
    let known: Vec<String> =
        world.incoming("poz", CaseKind::Referral).await?.into_iter().map(|case| case.number).collect();
    world.refer("ops", "poz", &consent, &[(C::IdName, "Anna Lis")]).await?;
    let mut done = vec![];
    let mut ended_at = None;
    for _ in 0..6 {
        let wire = &world.party("poz")?.wire;
        let step = match chance.below(8) {
            0 | 1 if ended_at.is_none() => {
                world.withdraw("ops", &consent).await?;
                ended_at = logged(world, &consent).await?;
                "withdraw"
            }
            2 => {
                wire.up(Flow::Held);
                "nobody hears the clinic"
            }
            3 => {
                wire.down(Flow::Held);
                "the clinic hears nobody"
            }
            4 => {
                wire.blink();
                "cut"
            }
            5 => {
                world.heal("poz")?;
                wire.blink();
                world.sync("poz").await?;
                "heal"
            }
            6 => {
                world.pass(Duration::from_millis(chance.below(4_000))).await;
                "wait"
            }
            _ => {
                look(world, &known, ended_at).await.with_context(|| format!("{done:?}"))?;
                "look"
            }
        };
        done.push(step.to_owned());
    }
    world.heal("poz")?;
    world.party("poz")?.wire.blink();
    if ended_at.is_none() {
        world.withdraw("ops", &consent).await?;
        ended_at = logged(world, &consent).await?;
    }
    world.sync("poz").await?;
    look(world, &known, ended_at).await.with_context(|| format!("at the end: {done:?}"))?;
    Ok(done)
}

/// The size of the log that holds the withdrawal.
async fn logged(world: &World, consent: &str) -> Result<Option<u64>> {
    world
        .until("the withdrawal stands in the log", async || {
            world.sync("ops").await?;
            Ok(world.consent_shown("ops", consent).await?.pairs.iter().all(|pair| pair.logged))
        })
        .await?;
    Ok(Some(world.node("ops")?.log_view().size()))
}

/// A worker at the clinic looks at everything new; what its log knows to be withdrawn stays closed.
async fn look(world: &World, known: &[String], ended_at: Option<u64>) -> Result<()> {
    let seen = world.node("poz")?.log_view().size();
    for case in world.incoming("poz", CaseKind::Referral).await? {
        if known.contains(&case.number) {
            continue;
        }
        let shown = world.show("poz", &case.number).await?;
        let open = !message(&shown, "REFERRAL")?.fields.is_empty();
        ensure!(!open || ended_at.is_none_or(|size| seen < size), "shown after a withdrawal that the clinic knew");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn in_many_orders_a_node_shows_nothing_after_a_withdrawal_that_it_has_seen() -> Result<()> {
    let mut world = World::new(141).await?;
    world.join("ops", InstitutionKind::Ops, "Ośrodek").await?;
    world.join("poz", InstitutionKind::Poz, "Przychodnia").await?;
    world.settle().await?;
    for seed in 0..number("WIEZ_SEEDS", 1000) / 10 {
        one_order(&world, &Env::stepped(0, seed)).await.with_context(|| format!("seed {seed}"))?;
    }
    Ok(())
}
