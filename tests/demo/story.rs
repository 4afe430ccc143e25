//! The ten steps, each with its claims; the first five are told here.

mod absence;
mod duty;
mod intruder;

use anyhow::{Context, Result, bail, ensure};
use wiez_node::api::{Answer, Request};
use wiez_node::casework::CaseKind;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category as C, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{field, named, refusal};
use wiez_tests::tasks::Stopwatch;

use crate::telling::Page;
use crate::witness;

/// One step as it is announced.
pub(crate) struct Step {
    pub(crate) number: u8,
    pub(crate) pl: &'static str,
    pub(crate) en: &'static str,
}

/// The steps in their order.
pub(crate) const STEPS: &[Step] = &[
    Step { number: 1, pl: "Rodzina W. podpisuje w OPS zgodę", en: "Family W. signs a consent at the OPS" },
    Step { number: 2, pl: "OPS → szkoła: zajęcia wyrównawcze", en: "OPS → school: remedial classes" },
    Step { number: 3, pl: "Szkoła otwiera i przyjmuje sprawę", en: "The school opens the case and accepts it" },
    Step { number: 4, pl: "OPS → PCPR z opinią lekarską", en: "OPS → PCPR with a medical opinion" },
    Step { number: 5, pl: "OPS → PCPR bez opinii", en: "OPS → PCPR without the opinion" },
    Step {
        number: 6,
        pl: "Przychodnia wyłączona; OPS pyta ją o informację",
        en: "The clinic is off; the OPS asks it for information",
    },
    Step {
        number: 7,
        pl: "Przychodnia znów wyłączona; czeka drugie pytanie, rodzina wycofuje zgodę",
        en: "The clinic is off again; a second request waits, the family withdraws",
    },
    Step {
        number: 8,
        pl: "Hub zawiesza próbnego intruza w pół strumienia; dziennik",
        en: "The hub suspends an intruder in mid-stream; the log",
    },
    Step {
        number: 9,
        pl: "Szkoła bez żadnej zgody zakłada Niebieską Kartę",
        en: "The school files a Blue Card without any consent",
    },
    Step {
        number: 10,
        pl: "Policja pyta OPS bez sygnatury sprawy",
        en: "The police ask the OPS without a case reference",
    },
];

const CHILD: &str = "Zofia Wrona";
const PROGRESS: &str = "frekwencja 61%, zaległości po chorobie";
const FAMILY: &str = "matka sama z dwójką dzieci";
const OPINION: &str = "opinia pulmonologa: astma";

/// What was played so far.
pub(crate) struct Story<'a> {
    /// The region.
    pub(crate) world: &'a mut World,
    consent: String,
    /// Case numbers: of the referral at the school, of the one that the gate held at the OPS.
    at_school: String,
    at_ops: String,
    held: String,
    /// The first request at the clinic.
    at_clinic: String,
}

impl<'a> Story<'a> {
    /// Nothing yet.
    pub(crate) fn new(world: &'a mut World) -> Self {
        let (consent, at_school, at_ops) = (String::new(), String::new(), String::new());
        Self { world, consent, at_school, at_ops, held: String::new(), at_clinic: String::new() }
    }

    /// The case at the OPS that the school accepted.
    pub(crate) fn accepted(&self) -> &str {
        &self.at_ops
    }

    /// Plays one step.
    ///
    /// # Errors
    /// The first claim that does not hold.
    pub(crate) async fn play(&mut self, number: u8, page: &mut Page) -> Result<()> {
        match number {
            1 => self.consent(page).await,
            2 => self.refer(page).await,
            3 => self.accept(page).await,
            4 => self.beyond(page).await,
            5 => self.without(page).await,
            6 => self.absent(page).await,
            7 => self.withdrawn(page).await,
            8 => self.intruder(page).await,
            9 => self.card(page).await,
            10 => self.police(page).await,
            _ => bail!("there is no step {number}"),
        }
    }

    async fn consent(&mut self, page: &mut Page) -> Result<()> {
        let school = named("sp3").give(&[C::IdName, C::EduProgress, C::PlanTasks]);
        let centre = named("pcpr").give(&[C::IdName, C::FamilySit, C::PlanTasks]);
        let clinic = named("poz").give(&[C::IdName]).receive(&[C::Health]);
        self.consent = self.world.consent("ops", &[school, centre, clinic]).await?;
        page.figure("consent", self.consent.as_str());
        let world = &self.world;
        world
            .until("the hub knows both directions of three consents", async || {
                Ok(world.hub()?.status().await?.edges_live == 6)
            })
            .await?;
        let consent = &self.consent;
        page.tell(
            format!("zgoda {consent}: szkoła – imię, nauka, zadania; PCPR – imię, rodzina, zadania;"),
            format!("consent {consent}: school – name, learning, tasks; PCPR – name, family, tasks;"),
        );
        page.line(page.pick(
            "przychodnia – imię, a z powrotem zdrowie. Hub zna 6 losowych uchwytów.",
            "clinic – name, and health on the way back. The hub knows 6 random handles.",
        ));
        Ok(())
    }

    async fn refer(&mut self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        let watch = Stopwatch::start();
        let sections = [(C::IdName, CHILD), (C::EduProgress, PROGRESS)];
        self.at_ops = world.refer("ops", "sp3", &self.consent, &sections).await?;
        self.at_school = world.arrived("sp3", CaseKind::Referral, &[]).await?;
        let took = page.time("delivered_ms", watch.elapsed());
        world.until_case("ops", &self.at_ops, S::Delivered).await?;
        let seen = witness::newest(&world.hub_dir()).await?;
        ensure!((seen.sender.as_str(), seen.recipient.as_str()) == ("ops", "sp3"), "the hub saw another message");
        let searched = witness::search(&world.hub_dir(), &[CHILD, PROGRESS, "Nadrobienie zaległości"])?;
        let (bytes, searched) = (page.count("sealed_bytes", seen.bytes), page.count("searched_bytes", searched));
        let case = &self.at_ops;
        page.tell(
            format!("{case}   bramka zgody: TAK   zaszyfrowano {bytes} B   doręczono po {took}"),
            format!("{case}   consent gate: YES   sealed {bytes} B   delivered after {took}"),
        );
        page.tell(
            format!("hub widział: nadawca, odbiorca, czas, {bytes} B szyfrogramu – nic więcej"),
            format!("the hub saw: sender, recipient, time, {bytes} B of ciphertext – nothing more"),
        );
        page.tell(
            format!("(imienia i treści szukano w {searched} B plików huba: 0 trafień)"),
            format!("(name and text were looked for in {searched} B of the hub's files: 0 found)"),
        );
        Ok(())
    }

    async fn accept(&mut self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        let shown = world.show("sp3", &self.at_school).await?;
        ensure!(field(&shown, "ID_NAME") == Some(CHILD), "the school cannot read what it may read");
        world.until_case("ops", &self.at_ops, S::Opened).await?;
        let watch = Stopwatch::start();
        world.accept("sp3", &self.at_school).await?;
        world.until_case("ops", &self.at_ops, S::Accepted).await?;
        let took = page.time("seen_ms", watch.elapsed());
        page.tell(format!("przyjęto; OPS widzi to po {took}"), format!("accepted; the OPS sees it after {took}"));
        Ok(())
    }

    async fn beyond(&mut self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        world.settle().await?;
        let before = self.carried().await?;
        let sections = [(C::IdName, CHILD), (C::FamilySit, FAMILY), (C::Health, OPINION)];
        let refused = refusal(world.refer("ops", "pcpr", &self.consent, &sections).await)?;
        ensure!(refused.reason == Reason::ConsentScope, "refused for another reason: {refused}");
        let missing = refused.details.get("categories").context("the missing scope is not named")?;
        ensure!(missing == C::Health.code(), "it names {missing}");
        self.held.clone_from(refused.details.get("case").context("nothing was kept")?);
        world.settle().await?;
        ensure!(self.carried().await? == before, "something left the node");
        ensure!(world.incoming("pcpr", CaseKind::Referral).await?.is_empty(), "something came to the PCPR");
        page.figure("missing", missing.as_str());
        let label = C::Health.label(page.lang());
        let what = format!("{} {label} ({missing})", page.pick("brak zgody na:", "no consent for:"));
        page.line(refused_line(page, &refused, &what));
        page.line(page.pick("nic nie opuściło węzła OPS", "nothing left the node of the OPS"));
        Ok(())
    }

    /// Envelopes that the hub ever took.
    async fn carried(&self) -> Result<u64> {
        let status = self.world.hub()?.status().await?;
        Ok(status.mail_stored + status.mail_offered + status.mail_acknowledged + status.mail_ended)
    }

    async fn without(&mut self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        let watch = Stopwatch::start();
        let again =
            Request::Resend { number: self.held.clone(), without: [C::Health].into_iter().collect(), consent: None };
        let Answer::Sent(sent) = world.ask("ops", &again).await? else { bail!("it was not sent") };
        let theirs = world.arrived("pcpr", CaseKind::Referral, &[]).await?;
        let took = page.time("delivered_ms", watch.elapsed());
        let shown = world.show("pcpr", &theirs).await?;
        ensure!(field(&shown, "FAMILY_SIT") == Some(FAMILY), "the PCPR cannot read what it may read");
        ensure!(field(&shown, "HEALTH").is_none(), "the opinion arrived");
        world.until_case("ops", &sent.number, S::Opened).await?;
        let case = &sent.number;
        page.tell(format!("{case}   doręczono po {took}"), format!("{case}   delivered after {took}"));
        Ok(())
    }
}

/// How a refusal is told: its code, and what is missing.
fn refused_line(page: &Page, refused: &Refusal, what: &str) -> String {
    let code = refused.explain(page.lang()).code;
    format!("{} ({code}) – {what}", page.pick("bramka zgody: NIE", "consent gate: NO"))
}
