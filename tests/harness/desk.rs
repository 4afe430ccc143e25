//! What stands on the desks of a node: reviews and who decides them, what is owed by when, alarms, and proof that nothing left.
#![expect(clippy::wildcard_enum_match_arm, reason = "any other answer is a failure, and is shown as it is")]

use anyhow::{Context, Result, bail, ensure};
use jiff::civil::Date;
use wiez_node::account::{Reader, Watcher};
use wiez_node::alarm::{Alarm, DutyRefused};
use wiez_node::api::{Answer, Request};
use wiez_node::casework::{CaseKind, CaseView};
use wiez_node::obligation::ObligationLine;
use wiez_node::people::Worker;
use wiez_node::referral::Side;
use wiez_node::review::{self, Decided, ReviewLine, Stage};
use wiez_proto::calendar::day_of;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{Lang, Owed, ReferralStatus, WorkerRole};

use crate::staff;
use crate::world::World;

/// A user of the machine who is not the one under whom tests run.
const OTHER_USER: u32 = 61_001;

/// What stood at the hub and at somebody before an act that must not get out.
#[derive(Debug, Clone)]
pub struct Before {
    log: u64,
    mail: u64,
    at: String,
    cases: usize,
}

impl World {
    /// Reviews of a node, open ones first.
    ///
    /// # Errors
    /// The refusal.
    pub async fn reviews(&self, at: &str) -> Result<Vec<ReviewLine>> {
        match self.ask(at, &Request::ReviewList).await? {
            Answer::Reviews(reviews) => Ok(reviews),
            other => bail!("{other:?}"),
        }
    }

    /// The review of a case in a stage that nobody has decided.
    ///
    /// # Errors
    /// When there is none.
    pub async fn review(&self, at: &str, case: &str, stage: Stage) -> Result<ReviewLine> {
        let all = self.reviews(at).await?;
        let found = all.iter().find(|line| line.number == case && line.stage == stage && line.decided.is_none());
        found.cloned().with_context(|| format!("no open review of {case} at {at}: {all:?}"))
    }

    /// Another worker of an institution, who sits at another user of the machine.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn second(&self, at: &str, role: WorkerRole) -> Result<Worker> {
        let worker = Worker { uid: OTHER_USER, name: "Ewa Kos".to_owned(), role };
        staff::put_worker(self.node(at)?, &worker).await?;
        Ok(worker)
    }

    /// As [`World::second`], signed in to an account with keys.
    ///
    /// # Errors
    /// When the node is down.
    pub async fn second_reader(&self, at: &str, role: WorkerRole) -> Result<Reader> {
        let (node, worker) = (self.node(at)?, self.second(at, role).await?);
        staff::employ(node, "ewa", &worker).await?;
        staff::reader(node, staff::sign_in(node, worker.uid).await?.text())
    }

    /// Whoever sits at the socket of this process confirms.
    ///
    /// # Errors
    /// The refusal.
    pub async fn confirm(&self, at: &str, id: &str) -> Result<Decided> {
        self.decided(at, &Request::ReviewConfirm { id: id.to_owned() }).await
    }

    /// Whoever sits at the socket of this process says no.
    ///
    /// # Errors
    /// The refusal.
    pub async fn reject(&self, at: &str, id: &str, why: &str) -> Result<Decided> {
        self.decided(at, &Request::ReviewReject { id: id.to_owned(), why: why.to_owned() }).await
    }

    async fn decided(&self, at: &str, request: &Request) -> Result<Decided> {
        match self.ask(at, request).await? {
            Answer::Decided(decided) => Ok(*decided),
            other => bail!("{other:?}"),
        }
    }

    /// Another worker confirms. All sockets of one process belong to one user, so this one act does not go through
    /// the socket; everything behind it is the same.
    ///
    /// # Errors
    /// The refusal.
    pub async fn confirm_as(&self, at: &str, worker: &Worker, id: &str) -> Result<Decided> {
        // Without keys, as the data-protection officer does it.
        let watcher = Watcher::Iod(worker.clone());
        Ok(self.meanwhile("somebody confirms", review::confirm(self.node(at)?, &watcher, id)).await??)
    }

    /// As [`World::confirm_as`], with the answer no.
    ///
    /// # Errors
    /// The refusal.
    pub async fn reject_as(&self, at: &str, worker: &Worker, id: &str, why: &str) -> Result<Decided> {
        let watcher = Watcher::Iod(worker.clone());
        Ok(self.meanwhile("somebody rejects", review::reject(self.node(at)?, &watcher, id, why)).await??)
    }

    /// What is owed at a node.
    ///
    /// # Errors
    /// The refusal.
    pub async fn owed(&self, at: &str, apart: bool) -> Result<Vec<ObligationLine>> {
        match self.ask(at, &Request::Owed { apart }).await? {
            Answer::Owed(owed) => Ok(owed),
            other => bail!("{other:?}"),
        }
    }

    /// One obligation of a case.
    ///
    /// # Errors
    /// When the case has none of that kind, or several.
    pub async fn obligation(&self, at: &str, case: &str, what: Owed) -> Result<ObligationLine> {
        let all = self.show(at, case).await?.obligations;
        let mut of_kind = all.iter().filter(|line| line.what == what);
        let one = of_kind.next().cloned().with_context(|| format!("{case} at {at} does not owe {what}: {all:?}"))?;
        ensure!(of_kind.next().is_none(), "{what} is owed twice in {case} at {at}");
        Ok(one)
    }

    /// Day on which something of a case is due, in Warsaw.
    ///
    /// # Errors
    /// As for [`World::obligation`].
    pub async fn due_on(&self, at: &str, case: &str, what: Owed) -> Result<Date> {
        Ok(day_of(self.obligation(at, case, what).await?.due_ms))
    }

    /// Alarms of a node.
    ///
    /// # Errors
    /// The refusal.
    pub async fn alarms_at(&self, at: &str) -> Result<Vec<Alarm>> {
        match self.ask(at, &Request::Alarms).await? {
            Answer::Alarms(alarms) => Ok(alarms),
            other => bail!("{other:?}"),
        }
    }

    /// Waits until a node rings because a duty did not arrive.
    ///
    /// # Errors
    /// When it never does.
    pub async fn duty_alarm(&self, at: &str) -> Result<DutyRefused> {
        let mut rung = None;
        self.until(&format!("{at} rings"), async || {
            rung = self.alarms_at(at).await?.iter().find_map(DutyRefused::of);
            Ok(rung.is_some())
        })
        .await?;
        rung.context("nothing rang")
    }

    /// Records that the worker at this process's socket signed the declaration of confidentiality.
    ///
    /// # Errors
    /// The refusal.
    pub async fn declare(&self, at: &str, on: Date) -> Result<()> {
        let uid = rustix::process::getuid().as_raw();
        self.ask(at, &Request::PeopleDeclare { uid, on }).await.map(|_| ())
    }

    /// What the person concerned may be given, as the node prints it.
    ///
    /// # Errors
    /// The refusal.
    pub async fn export(&self, at: &str, subject_ref: &str) -> Result<String> {
        match self.ask(at, &Request::SubjectExport { subject_ref: subject_ref.to_owned() }).await? {
            Answer::Export(export) => Ok(serde_json::to_string(&export)?),
            other => bail!("{other:?}"),
        }
    }

    // ---- what must not get out

    /// Notes what stands at the hub and at somebody to whom nothing may come.
    ///
    /// # Errors
    /// When hub or node are down.
    pub async fn before(&self, at: &str) -> Result<Before> {
        self.settle().await?;
        let status = self.hub()?.status().await?;
        let mail = status.mail_stored + status.mail_offered + status.mail_acknowledged + status.mail_ended;
        let at = at.to_owned();
        let cases = self.others_cases(&at).await?;
        Ok(Before { log: status.log_size, mail, at, cases })
    }

    async fn others_cases(&self, at: &str) -> Result<usize> {
        if self.party(at).is_err() {
            return Ok(0);
        }
        let all = self.every_case(at, CaseKind::ALL).await?;
        Ok(all.iter().filter(|case| case.side == Side::Provider).count())
    }

    /// Nothing reached the hub or the recipient since.
    ///
    /// # Errors
    /// With what did.
    pub async fn nothing_left(&self, before: &Before) -> Result<()> {
        let now = self.before(&before.at).await?;
        ensure!(now.mail == before.mail, "the hub holds {} envelopes instead of {}", now.mail, before.mail);
        ensure!(now.log == before.log, "the log has {} leaves instead of {}", now.log, before.log);
        ensure!(now.cases == before.cases, "{} has {} cases from others", now.at, now.cases);
        Ok(())
    }

    /// What a refused act leaves: words that help in Polish, the draft as it was typed, and nothing at the hub or
    /// the recipient. Returns the kept case.
    ///
    /// # Errors
    /// With what is missing.
    pub async fn kept(&self, at: &str, refusal: &Refusal, before: &Before) -> Result<CaseView> {
        speaks_polish(refusal)?;
        let number = refusal.details.get("case").with_context(|| format!("no draft was kept: {refusal:?}"))?;
        let case = self.show(at, number).await?;
        let draft = case.messages.iter().any(|message| message.state == "DRAFT" && !message.fields.is_empty());
        ensure!(draft, "what was typed is gone: {case:?}");
        self.nothing_left(before).await?;
        Ok(case)
    }

    /// As [`World::kept`], for what would have opened a case: the case is held.
    ///
    /// # Errors
    /// With what is missing.
    pub async fn held(&self, at: &str, refusal: &Refusal, before: &Before) -> Result<CaseView> {
        let case = self.kept(at, refusal, before).await?;
        ensure!(case.line.status == ReferralStatus::Held, "{:?}", case.line);
        let why = case.problem.as_ref().map(|problem| problem.reason);
        ensure!(why == Some(refusal.reason), "the case says {why:?} and not {:?}", refusal.reason);
        Ok(case)
    }
}

/// A refusal says in Polish what happened and what to do.
///
/// # Errors
/// When it does not.
pub fn speaks_polish(refusal: &Refusal) -> Result<()> {
    let text = refusal.explain(Lang::Pl);
    ensure!(text.what.len() > 20 && text.todo.len() > 10, "{:?} says too little: {text:?}", refusal.reason);
    let strange = text.what.contains('{') || text.todo.contains('{');
    ensure!(!strange, "{:?} has a hole in its text: {text:?}", refusal.reason);
    Ok(())
}
