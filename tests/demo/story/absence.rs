//! Steps six and seven: an institution that is off gets its message when it returns, or never.

use anyhow::{Result, bail, ensure};
use wiez_node::api::{Answer, Request, SectionText};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::{Addressed, Wanted};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Category as C, KeptOrDeleted, Purpose, ReferralStatus as S, Urgency};
use wiez_tests::acts::{SUBJECT, field, message, refusal};
use wiez_tests::tasks::Stopwatch;

use super::{CHILD, PROGRESS, Story, refused_line};
use crate::telling::Page;

impl Story<'_> {
    pub(super) async fn absent(&mut self, page: &mut Page) -> Result<()> {
        self.world.take_down("poz").await?;
        let asked = self.inquire("Czy dziecko może ćwiczyć na wuefie?").await?;
        self.world.until_case("ops", &asked, S::Sent).await?;
        ensure!(self.world.hub()?.status().await?.mail_stored == 1, "nothing waits at the hub");
        page.tell(format!("{asked}   czeka w hubie, zaszyfrowane…"), format!("{asked}   waits at the hub, sealed…"));

        let watch = Stopwatch::start();
        self.world.bring_up("poz").await?;
        self.at_clinic = self.world.arrived("poz", CaseKind::Info, &[]).await?;
        let took = page.time("delivered_ms", watch.elapsed());
        self.world.until_case("ops", &asked, S::Delivered).await?;
        // A second start would show a second delivery, if there were one.
        self.world.restart("poz").await?;
        self.world.sync("poz").await?;
        let there = self.world.incoming("poz", CaseKind::Info).await?.len();
        ensure!(there == 1, "it was delivered {there} times");
        let left = self.world.hub()?.status().await?.mail_stored;
        ensure!(left == 0, "{left} envelopes are still at the hub");
        page.tell(
            format!("przychodnia wraca: doręczono po {took}, bez straty, bez powtórzenia"),
            format!("the clinic returns: delivered after {took}, no loss, no repetition"),
        );
        Ok(())
    }

    /// The OPS asks the clinic about the child's health.
    async fn inquire(&self, question: &str) -> Result<String> {
        let to = Addressed {
            to: "poz".parse()?,
            subject_ref: SUBJECT.to_owned(),
            consent: Some(self.consent.clone()),
            purpose: Purpose::Diag,
            urgency: Urgency::U3Normal,
        };
        let sections = vec![SectionText { category: C::IdName, label: String::new(), text: CHILD.to_owned() }];
        let wanted = Wanted {
            questions: vec![question.to_owned()],
            asked: [C::Health].into_iter().collect(),
            why_needed: "Plan pomocy".to_owned(),
        };
        let answer = self.world.ask("ops", &Request::Ask { to, sections, wanted }).await?;
        let Answer::Sent(sent) = answer else { bail!("it was not sent") };
        Ok(sent.number)
    }

    pub(super) async fn withdrawn(&mut self, page: &mut Page) -> Result<()> {
        self.world.take_down("poz").await?;
        let asked = self.inquire("Jakie leki dziecko bierze na stałe?").await?;
        self.world.until_case("ops", &asked, S::Sent).await?;
        ensure!(self.world.hub()?.status().await?.mail_stored == 1, "nothing waits at the hub");

        let watch = Stopwatch::start();
        self.world.withdraw("ops", &self.consent).await?;
        self.world.until_case("ops", &asked, S::CancelledConsent).await?;
        let told = page.time("sender_told_ms", watch.elapsed());
        self.in_the_log().await?;
        let logged = page.time("logged_ms", watch.elapsed());
        let state = message(&self.world.show("ops", &asked).await?, "INFO_REQUEST")?.state.clone();
        ensure!(state == "BLOCKED", "the sender reads {state}");
        ensure!(self.world.hub()?.status().await?.mail_ended == 1, "the hub did not erase it");
        page.tell(
            format!("{asked}   zatrzymane w hubie; OPS wie o tym po {told}, wycofanie w dzienniku po {logged}"),
            format!(
                "{asked}   stopped at the hub; the OPS knows after {told}, the withdrawal is logged after {logged}"
            ),
        );
        self.school_answers(page, watch).await?;

        let again = [(C::IdName, CHILD), (C::EduProgress, PROGRESS)];
        let refused = refusal(self.world.refer("ops", "sp3", &self.consent, &again).await)?;
        ensure!(refused.reason == Reason::ConsentWithdrawn, "refused for another reason: {refused}");
        let no = refused_line(page, &refused, page.pick("zgodę wycofano", "the consent was withdrawn"));
        page.tell(format!("nowa próba OPS → szkoła: {no}"), format!("another try OPS → school: {no}"));
        self.never_delivered(page).await
    }

    /// Waits until each end of the consent stands in the log that the OPS verified.
    async fn in_the_log(&self) -> Result<()> {
        let world = &self.world;
        world
            .until("the withdrawal stands in the verified log", async || {
                let pairs = world.consent_shown("ops", &self.consent).await?.pairs;
                Ok(pairs.iter().all(|pair| pair.ended_ms.is_some() && pair.logged))
            })
            .await
    }

    /// The school learns of it, deletes, and says so.
    async fn school_answers(&self, page: &mut Page, watch: Stopwatch) -> Result<()> {
        let world = &self.world;
        let notice = world.arrived("sp3", CaseKind::Notice, &[]).await?;
        world.answer_notice("sp3", &notice, KeptOrDeleted::Deleted, None).await?;
        world
            .until("the OPS has the school's answer", async || {
                let notices = world.cases("ops", CaseKind::Notice).await?;
                Ok(notices.iter().any(|case| case.peer.as_str() == "sp3" && case.status == S::Completed))
            })
            .await?;
        let answered = page.time("answered_ms", watch.elapsed());
        let shown = world.show("sp3", &self.at_school).await?;
        ensure!(field(&shown, "ID_NAME").is_none(), "the school still has the content");
        page.tell(
            format!("szkoła odpowiada „usunięto”; OPS ma tę odpowiedź po {answered}"),
            format!("the school answers “deleted”; the OPS has the answer after {answered}"),
        );
        Ok(())
    }

    /// The clinic returns and finds only what came before, and the notice that the consent ended.
    async fn never_delivered(&mut self, page: &mut Page) -> Result<()> {
        self.world.bring_up("poz").await?;
        self.world.arrived("poz", CaseKind::Notice, &[]).await?;
        self.world.sync("poz").await?;
        let there: Vec<String> =
            self.world.incoming("poz", CaseKind::Info).await?.into_iter().map(|case| case.number).collect();
        ensure!(there == [self.at_clinic.clone()], "the clinic has {there:?}");
        page.line(page.pick(
            "przychodnia wraca: drugie pytanie nigdy nie przyszło",
            "the clinic returns: the second request never came",
        ));
        Ok(())
    }
}
