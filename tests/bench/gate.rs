//! Measures the gate's decision with the whole table and many consents: alone, and with what it has to look up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use wiez_node::Node;
use wiez_node::casework::{Beside, CaseKind, clear_message};
use wiez_node::consent::{Form, Giver, Pair, State};
use wiez_node::gate::{AdmitFacts, Cleared, ConsentFacts, Edge, Party, Request, SendFacts, admit, may_send};
use wiez_node::message::Signer;
use wiez_node::store::casework;
use wiez_node::store::consent::{GrantRow, RecordRow, of_record, put_grant, put_record, record};
use wiez_proto::calendar::{day_of, end_of_day};
use wiez_proto::directory::Standing;
use wiez_proto::env::Env;
use wiez_proto::envelope::SigningKey;
use wiez_proto::grant::Grant;
use wiez_proto::id::{GrantId, MessageId, ThreadId};
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::vocab::{Authority, BasisCode, Category as C, EvidenceKind, GiverRole, InstitutionKind as K, Purpose};
use wiez_proto::wire::v1;
use wiez_tests::World;
use wiez_tests::lawful::stating;
use wiez_tests::tasks::Stopwatch;

use crate::figures::{Decision, Latency};
use crate::letters::{Letters, Matter};

/// Grants in one commit while the store is filled.
const COMMIT: usize = 2_000;
/// Decisions of one kind; a fourth of it with the store.
const DECISIONS: usize = 20_000;
/// The centre whose gate is asked, and to whom it writes.
const CENTRE: &str = "ops";
const PEERS: &[(&str, K, &str)] =
    &[("sp3", K::Szkola, "Szkoła"), ("zi", K::Zi, "Zespół Interdyscyplinarny"), ("kpp", K::Policja, "Policja")];

/// A consent as the centre holds it.
struct Held {
    number: String,
    grant: Grant,
    signed: v1::Signed,
}

/// Everything that is measured stands here.
struct Bench<'a> {
    world: &'a World,
    letters: Letters<'a>,
    /// Every consent, by the id under which the gate's caller looks it up.
    held: BTreeMap<GrantId, Held>,
    ids: Vec<GrantId>,
    overlay: Overlay,
    decisions: usize,
}

/// Consents of a whole run or a quick one.
pub(crate) const fn grants(quick: bool) -> usize {
    if quick { 20_000 } else { 100_000 }
}

/// Fills a centre with consents and asks its gate; the spine's decision comes first.
pub(crate) async fn measure(dir: &Path, quick: bool) -> Result<Vec<Decision>> {
    let mut world = World::open(Env::stepped(wiez_tests::world::MORNING_MS, 1), dir).await?;
    world.join(CENTRE, K::Ops, "Ośrodek Pomocy Społecznej").await?;
    for (id, kind, name) in PEERS {
        world.join(id, *kind, name).await?;
    }
    world.settle().await?;
    let held = fill(&world, grants(quick)).await?;
    let question = asked(&world).await?;
    let node = world.node(CENTRE)?;
    let checkpoint = node.log_view().checkpoint().to_owned();
    let bench = Bench {
        letters: Letters { env: world.env(), me: node.id().clone(), checkpoint, question },
        ids: held.keys().copied().collect(),
        held,
        overlay: everything_verified(&world)?,
        decisions: if quick { DECISIONS / 5 } else { DECISIONS },
        world: &world,
    };
    let (mut alone, mut arriving, mut stored) = (Vec::new(), Vec::new(), Vec::new());
    for matter in Matter::ALL {
        alone.push(bench.alone(*matter)?);
        arriving.push(bench.arriving(*matter)?);
        stored.push(bench.with_the_store(*matter).await?);
    }
    let out = [alone, arriving, stored].into_iter().flat_map(beside_the_spine).collect();
    drop(bench);
    for id in world.ids() {
        world.take_down(&id).await?;
    }
    world.stop_hub().await?;
    Ok(out)
}

/// The police ask, so that there is something to reply to.
async fn asked(world: &World) -> Result<(MessageId, ThreadId)> {
    let to = stating(CENTRE, BasisCode::PolReq, |statement| {
        "Ds. 412/2026".clone_into(&mut statement.case_ref);
        "asp. Wilk".clone_into(&mut statement.officer);
    });
    world.query("kpp", &to, &[C::Contact, C::Address], &[(C::IdName, "Halina Wrzos")]).await?;
    let number = world.arrives(CENTRE, CaseKind::Query, &[]).await?;
    let mut view = world.node(CENTRE)?.store().view("bench.asked").await?;
    let case = casework::get(&mut view, &number).await?.context("no case")?;
    let messages = casework::messages(&mut view, &number).await?;
    Ok((messages.first().context("no question")?.message_id, case.thread))
}

fn everything_verified(world: &World) -> Result<Overlay> {
    let mut overlay = Overlay::empty();
    for row in Policy::shipped().rows() {
        overlay.verify(row, "bench", day_of(world.now_ms()))?;
    }
    Ok(overlay)
}

/// One paper form for each grant, all of them live, most of them for the school.
async fn fill(world: &World, many: usize) -> Result<BTreeMap<GrantId, Held>> {
    let (node, now_ms) = (world.node(CENTRE)?, world.now_ms());
    let (mut held, mut tx) = (BTreeMap::new(), node.store().begin("bench.fill").await?);
    for nth in 0..many {
        if nth > 0 && nth.is_multiple_of(COMMIT) {
            tx.commit().await?;
            tx = node.store().begin("bench.fill").await?;
        }
        let form = paper(nth, now_ms)?;
        let number = format!("Z-{nth:06}");
        let pair = form.pairs.first().context("no pair")?;
        let (grant, salt) = form.grant(node.id(), pair, now_ms, node.env());
        let signed = grant.sign(node.signing(), node.region())?;
        let valid_to_ms = end_of_day(form.valid_to);
        let row = RecordRow {
            number: number.clone(),
            state: State::Active,
            valid_to_ms,
            recorded_ms: now_ms,
            form: form.clone(),
        };
        put_record(&mut tx, &row).await?;
        let row = GrantRow {
            id: grant.id,
            record: Some(number.clone()),
            peer: pair.institution.to_string(),
            handle_out: grant.edge(node.id(), &pair.institution).map(|edge| edge.handle),
            handle_in: grant.edge(&pair.institution, node.id()).map(|edge| edge.handle),
            valid_to_ms,
            ended_ms: None,
            ended_by: None,
            logged: false,
            successor: None,
            signed: signed.clone(),
        };
        put_grant(&mut tx, &row, Some(&salt), now_ms).await?;
        held.insert(grant.id, Held { number, grant, signed });
    }
    tx.commit().await?;
    Ok(held)
}

fn paper(nth: usize, now_ms: i64) -> Result<Form> {
    let today = day_of(now_ms);
    let pair = Pair {
        institution: "sp3".parse()?,
        give: BTreeSet::from([C::IdName, C::EduProgress, C::PlanTasks, C::FamilySit]),
        receive: BTreeSet::from([C::EduProgress, C::Logistics]),
        explicit: BTreeSet::new(),
    };
    Ok(Form {
        subject_ref: format!("OPS/2026/{nth}"),
        giver: Giver {
            role: GiverRole::Parent,
            born: Some("2017-02-03".parse()?),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(&nth.to_be_bytes()),
        evidence_place: "segregator 7".to_owned(),
        pairs: vec![pair],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: today,
        valid_to: today.checked_add(jiff::Span::new().months(11))?,
        worker: "Anna Nowak".to_owned(),
    })
}

impl Bench<'_> {
    fn node(&self) -> Result<&Node> {
        Ok(self.world.node(CENTRE)?)
    }

    /// Another consent each time, far from the one before it.
    fn consent(&self, nth: usize) -> Result<&Held> {
        let at = nth.wrapping_mul(7_919) % self.ids.len().max(1);
        let id = self.ids.get(at).context("no consent")?;
        self.held.get(id).context("no such consent")
    }

    fn party(&self, id: &str) -> Result<Party> {
        let directory = self.node()?.directory();
        Ok(Party::from(&directory.get(&id.parse()?).context("nobody is called so")?.entry))
    }

    fn timed(&self, name: String, mut decide: impl FnMut(usize) -> Result<Duration>) -> Result<Decision> {
        let mut times = Vec::with_capacity(self.decisions);
        for nth in 0..self.decisions {
            times.push(u64::try_from(decide(nth)?.as_nanos())?);
        }
        Ok(decision(name, times))
    }

    /// The sender's decision, its facts at hand; the consent is looked up among all of them in memory.
    fn alone(&self, matter: Matter) -> Result<Decision> {
        let (me, peer) = (Party::from(self.node()?.me()), self.party(matter.peer())?);
        let request = matter.request()?;
        self.timed(format!("may_send: {}", matter.name()), |nth| {
            let message = self.letters.write(matter, nth)?;
            let id = self.consent(nth)?.grant.id;
            let watch = Stopwatch::start();
            let held = matter.consented().then(|| self.held.get(&id)).flatten();
            let facts = self.facts(&me, &peer, request.as_ref(), held);
            let cleared = may_send(&facts, message);
            let took = watch.elapsed();
            cleared.with_context(|| matter.name())?;
            Ok(took)
        })
    }

    fn facts<'a>(
        &'a self,
        me: &'a Party,
        peer: &'a Party,
        request: Option<&'a Request>,
        held: Option<&'a Held>,
    ) -> SendFacts<'a> {
        let consent = held.map(|held| ConsentFacts {
            grant: &held.grant,
            signed: &held.signed,
            edge: Edge { registered: None, withdrawn: false },
            giver: None,
        });
        SendFacts {
            now_ms: self.world.now_ms(),
            me,
            peer: Some(peer),
            standing: Standing::Active,
            key_changed: false,
            policy: Policy::shipped(),
            overlays: std::slice::from_ref(&self.overlay),
            consent,
            request,
            log_alarm: false,
            surnames: &[],
            confirmed: None,
            release: None,
            used_today: 0,
        }
    }

    /// The recipient's decision; under a consent that includes verifying the signature of the grant.
    fn arriving(&self, matter: Matter) -> Result<Decision> {
        let (node, peer) = (self.node()?, self.party(matter.peer())?);
        let me = Party::from(node.me());
        let directory = node.directory();
        let their_key = directory.get(&peer.id).context("nobody")?.entry.signing_key;
        let (key, request) = (node.signing().public(), matter.request()?);
        let (worker, now_ms) = (SigningKey::generate(self.world.env())?, self.world.now_ms());
        self.timed(format!("admit: {}", matter.name()), |nth| {
            let held = self.consent(nth)?;
            let sent = self.sent(matter, nth, &me, &peer, request.as_ref(), held)?;
            let edge = Edge { registered: Some(held.grant.hash()), withdrawn: false };
            let facts = AdmitFacts {
                now_ms: self.world.now_ms(),
                created_ms: self.world.now_ms(),
                sender: &me,
                sender_key: &key,
                me: &peer,
                my_key: &their_key,
                region: node.region(),
                policy: Policy::shipped(),
                overlays: std::slice::from_ref(&self.overlay),
                edge,
                request: request.as_ref(),
                own_thread: true,
            };
            let mut message = sent.message().clone();
            message.sign(&Signer { worker: &worker, institution: node.signing(), region: node.region(), now_ms });
            let watch = Stopwatch::start();
            let admitted = admit(&facts, message);
            let took = watch.elapsed();
            admitted.with_context(|| matter.name())?;
            Ok(took)
        })
    }

    fn sent(
        &self,
        matter: Matter,
        nth: usize,
        me: &Party,
        peer: &Party,
        request: Option<&Request>,
        held: &Held,
    ) -> Result<Cleared> {
        let facts = self.facts(me, peer, request, matter.consented().then_some(held));
        Ok(may_send(&facts, self.letters.write(matter, nth)?)?)
    }

    /// As it happens when somebody sends: the consent is found by its number among all in the database, opened, and
    /// everything else that the gate wants to know is loaded.
    async fn with_the_store(&self, matter: Matter) -> Result<Decision> {
        let node = self.node()?;
        let mut times = Vec::new();
        for nth in 0..self.decisions / 4 {
            let message = self.letters.write(matter, nth)?;
            let number = self.consent(nth)?.number.as_str();
            let watch = Stopwatch::start();
            let mut view = node.store().view("bench.clear").await?;
            let grant = if matter.consented() {
                record(&mut view, number).await?.context("no record")?;
                of_record(&mut view, number).await?.last().map(|grant| grant.id)
            } else {
                None
            };
            let cleared = clear_message(node, &mut view, message, Beside { grant, ..Beside::default() }).await;
            drop(view);
            times.push(u64::try_from(watch.elapsed().as_nanos())?);
            cleared.with_context(|| matter.name())?;
        }
        Ok(decision(format!("with the store: {}", matter.name()), times))
    }
}

/// Puts each median beside that of the same question about the spine, which is the first.
fn beside_the_spine(mut same: Vec<Decision>) -> Vec<Decision> {
    let spine = same.first().map_or(f64::NAN, |first| first.median_us);
    for decision in &mut same {
        decision.of_spine = decision.median_us / spine;
    }
    same
}

fn decision(name: String, times: Vec<u64>) -> Decision {
    let count = times.len();
    // The same percentiles as for messages, one unit smaller.
    let Latency { p50_ms: median_us, p99_ms: p99_us } = Latency::of(times);
    Decision { name, count, median_us, p99_us, of_spine: f64::NAN }
}
