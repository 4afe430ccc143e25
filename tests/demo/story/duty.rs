//! Steps nine and ten: what needs no consent goes at once and is looked at; what a statute does not cover does not go.

use anyhow::{Context, Result, bail, ensure};
use wiez_node::api::{Answer, Request};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::{Lawful, Sent};
use wiez_node::obligation::ObligationLine;
use wiez_node::review::Stage;
use wiez_proto::calendar::day_of;
use wiez_proto::limits;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{AckCode, BasisCode as B, Category as C, Flag, Owed, ReferralStatus as S};
use wiez_tests::acts::{field, refusal};
use wiez_tests::lawful::{kacper, lawful, nk_a, stating};
use wiez_tests::tasks::Stopwatch;

use super::Story;
use crate::telling::Page;
use crate::witness;

/// The school's own number for another family.
const SUBJECT: &str = "SP3/2026/9";
/// Whom the police look for.
const SOUGHT: (C, &str) = (C::IdName, "Halina Wrzos");

impl Story<'_> {
    pub(super) async fn card(&mut self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        let Answer::Consents(consents) = world.ask("sp3", &Request::ConsentList).await? else { bail!("no list") };
        ensure!(consents.is_empty(), "the school has a consent");
        let to = Lawful { subject_ref: SUBJECT.to_owned(), ..lawful("zi", B::Uppd9d) };
        let watch = Stopwatch::start();
        let sent = world.report("sp3", &to, &[], nk_a(kacper())).await?;
        let theirs = world.arrives("zi", CaseKind::NiebieskaKarta, &[]).await?;
        let took = page.time("delivered_ms", watch.elapsed());
        ensure!(field(&world.show("zi", &theirs).await?, "ID_NAME") == Some("Kacper Zawilski"), "it cannot be read");
        let searched = witness::search(&world.hub_dir(), &["Kacper Zawilski", "Uderzał syna"])?;
        let (case, searched) = (&sent.number, page.count("searched_bytes", searched));
        page.tell(
            format!("{case}   bez zgody, od razu: w zespole po {took}; w {searched} B plików huba 0 trafień"),
            format!("{case}   without consent, at once: at the team after {took}; 0 found in {searched} B of the hub"),
        );
        self.clocks(page, &sent, &theirs).await?;
        self.looked_at(page, &sent, &theirs).await?;
        self.apart(page, &sent, &theirs).await
    }

    /// Every date of the statute runs, and the form stays a working copy until the letter is entered.
    async fn clocks(&self, page: &mut Page, sent: &Sent, theirs: &str) -> Result<()> {
        let world = &self.world;
        ensure!(sent.working_copy, "nothing says that the formal letter follows");
        let days = |line: ObligationLine, rule: &str| {
            let (from, due) = (day_of(world.now_ms()), day_of(line.due_ms));
            ensure!(due > from && line.rule.starts_with(rule), "{line:?}");
            Ok(due.to_string())
        };
        let letter = days(world.obligation("sp3", &sent.number, Owed::FormalRef).await?, "WORKING_DAYS 5")?;
        let taken = days(world.obligation("zi", theirs, Owed::Ack).await?, "WORKING_DAYS 5")?;
        let group = days(world.obligation("zi", theirs, Owed::Dispatch).await?, "WORKING_DAYS 3")?;
        page.figure("due", taken.as_str());
        page.tell(
            format!("kopia robocza: pismo do {letter}; zespół potwierdza do {taken}, do grupy przekazuje do {group}"),
            format!("working copy: the letter is due {letter}; the team takes it by {taken}, to its group by {group}"),
        );
        Ok(())
    }

    /// At both institutions somebody looks at it within a day; it did not wait for that.
    async fn looked_at(&self, page: &mut Page, sent: &Sent, theirs: &str) -> Result<()> {
        let world = &self.world;
        ensure!(sent.flags.contains(&Flag::Unverified), "no row was verified, and nothing says so");
        let here = world.review("sp3", &sent.number, Stage::After).await?;
        let there = world.review("zi", theirs, Stage::After).await?;
        for review in [&here, &there] {
            ensure!(review.due_ms == review.created_ms + limits::REVIEW_WITHIN_MS, "{review:?}");
        }
        let flags: Vec<&str> = sent.flags.iter().map(|flag| flag.label(page.lang())).collect();
        let (flags, here, there) = (flags.join("; "), here.id, there.id);
        page.figure("review", here.as_str());
        page.tell(
            format!("oznaczono: {flags}; do sprawdzenia w ciągu doby: {here} w szkole, {there} w zespole"),
            format!("flagged: {flags}; to be looked at within a day: {here} at the school, {there} at the team"),
        );
        Ok(())
    }

    /// The team takes it; no ordinary list of the school knows of it.
    async fn apart(&self, page: &mut Page, sent: &Sent, theirs: &str) -> Result<()> {
        let world = &self.world;
        let watch = Stopwatch::start();
        world.ack("zi", theirs, AckCode::TakenOver).await?;
        world.until_case("sp3", &sent.number, S::Accepted).await?;
        let took = page.time("taken_ms", watch.elapsed());
        let answer = world.ask("sp3", &Request::CaseList { kinds: CaseKind::ALL.to_vec(), apart: false }).await?;
        let Answer::Cases(ordinary) = answer else { bail!("no list") };
        ensure!(ordinary.iter().all(|case| case.number != sent.number), "an ordinary list shows it");
        let export = world.export("sp3", SUBJECT).await?;
        ensure!(!export.contains(&sent.number), "the family would be told");
        page.tell(
            format!("zespół przyjął po {took}; na zwykłych listach i w wydruku dla rodziny nie ma jej śladu"),
            format!("the team took it after {took}; no ordinary list and no printout for the family shows a trace"),
        );
        Ok(())
    }

    pub(super) async fn police(&mut self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        world.settle().await?;
        let before = self.carried().await?;
        let refused = refusal(world.query("kpp", &lawful("ops", B::PolReq), &[C::Contact], &[SOUGHT]).await)?;
        ensure!(refused.reason == Reason::Basis, "refused for another reason: {refused}");
        let missing = refused.details.get("missing").context("what is missing is not named")?;
        ensure!(missing == "CASE_REF, OFFICER", "it names {missing}");
        let kept = refused.details.get("case").context("nothing was kept")?;
        ensure!(world.case("kpp", kept).await?.status == S::Held, "the draft is not held");
        world.settle().await?;
        ensure!(self.carried().await? == before, "something left the node");
        ensure!(world.came("ops", CaseKind::Query).await?.is_empty(), "something came to the OPS");
        page.figure("reason", refused.reason.as_str());
        page.figure("missing", missing.as_str());
        let text = refused.explain(page.lang());
        page.line(format!("{} ({}) – {}", page.pick("bramka: NIE", "the gate: NO"), text.code, text.what));
        page.line(text.todo);

        let named = stating("ops", B::PolReq, |statement| {
            "Ds. 412/2026".clone_into(&mut statement.case_ref);
            "asp. Adam Grab".clone_into(&mut statement.officer);
        });
        let watch = Stopwatch::start();
        let sent = world.query("kpp", &named, &[C::Contact], &[SOUGHT]).await?;
        world.arrives("ops", CaseKind::Query, &[]).await?;
        let (took, case) = (page.time("delivered_ms", watch.elapsed()), &sent.number);
        page.tell(
            format!("{case}   z sygnaturą i funkcjonariuszem: w OPS po {took}"),
            format!("{case}   with reference and officer: at the OPS after {took}"),
        );
        Ok(())
    }
}
