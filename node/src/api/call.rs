//! One request: who may ask, and which function answers.

use std::path::Path;

use jiff::civil::Date;
use wiez_proto::calendar;
use wiez_proto::id::hex;
use wiez_proto::payload::Section;
use wiez_proto::policy::{Overlay, Policy};
use wiez_proto::refusal::{Reason, Refusal, Retry};
use wiez_proto::vocab::{MessageKind, WorkerRole};

use super::account::on_account;
use super::answer::{Answer, EntryView, LogView, PersonView, Response, RowView};
use super::desk::Desk;
use super::door::ask;
use super::request::{Request, SectionText};
use super::statute::{self, on_duty, on_review, on_statute};
use crate::account::office::{By, FIRST_PERSON};
use crate::account::{Act, Reader, Watcher};
use crate::casework::{self, act};
use crate::people::{self, Worker};
use crate::session::Session;
use crate::status::{self, Eyes};
use crate::{Node, alarm, consent, mirror, names, store};

/// Who is at the other end of the socket.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) uid: u32,
    /// Root, or the owner of the data folder.
    pub(super) admin: bool,
    /// The token that the request carries.
    pub(super) session: Option<String>,
}

/// Who asks, as far as that is known.
struct Caller {
    worker: Result<Worker, Refusal>,
    /// Permission to read, or why there is none.
    reader: Result<Reader, Refusal>,
    session: Option<Session>,
    admin: bool,
}

impl Caller {
    async fn of(node: &Node, who: &Who) -> Result<Self, Refusal> {
        if let Some(token) = &who.session {
            let session = node.sessions().enter(node.env().now_ms(), token)?;
            let admin = who.admin || session.may(Act::RunNode).is_ok();
            let reader = session.reader();
            return Ok(Self { worker: Ok(session.worker()), reader, session: Some(session), admin });
        }
        // Numbers of persons without a local user are nobody's user ids.
        let worker = if who.uid < FIRST_PERSON {
            people::by_uid(node, who.uid).await
        } else {
            Err(Refusal::new(Reason::WorkerUnknown).with("user", who.uid))
        };
        // The operating system vouches for the user, and for nobody's keys.
        let reader = Err(Refusal::new(Reason::SessionEnded));
        Ok(Self { worker, reader, session: None, admin: who.admin })
    }

    fn worker(&self) -> Result<&Worker, Refusal> {
        self.worker.as_ref().map_err(Refusal::clone)
    }

    /// The worker, when content may be read: in a session, by profession and access role, and with keys.
    fn reader(&self) -> Result<&Reader, Refusal> {
        self.reader.as_ref().map_err(Refusal::clone)
    }

    /// The alarms that may be heard: by who reads, those of the own cases; by who looks after the machine, all.
    async fn alarms(&self, node: &Node) -> Result<Vec<alarm::Alarm>, Refusal> {
        match &self.reader {
            Ok(reader) => alarm::list(node, Some(reader)).await,
            Err(_) if self.admin => alarm::list(node, None).await,
            Err(refusal) => Err(refusal.clone()),
        }
    }

    /// Whoever may know of cases: in a session with keys, or in the data-protection officer's.
    fn watcher(&self) -> Result<Watcher, Refusal> {
        Watcher::of(self.session.as_ref().ok_or_else(|| Refusal::new(Reason::SessionEnded))?)
    }

    /// Who changes the table of workers: somebody signed in, else a user of the machine.
    fn by(&self, who: &Who) -> By {
        match &self.session {
            Some(session) => By::Worker(Box::new(session.account.clone())),
            None => By::Machine(who.uid),
        }
    }
}

/// Asks the node that runs in a data folder.
///
/// # Errors
/// `NOT_FOUND` (what `node`) when none runs there, else what the node refuses.
pub async fn call(data_dir: &Path, request: &Request) -> Result<Answer, Refusal> {
    call_in(data_dir, None, request).await
}

/// Asks it inside a session, by the session's token.
///
/// # Errors
/// As [`call`]; `SESSION_ENDED`, `SESSION_LOCKED`, `PASSWORD_CHANGE`.
pub async fn call_in(data_dir: &Path, session: Option<&str>, request: &Request) -> Result<Answer, Refusal> {
    match ask(data_dir, session, request).await? {
        Response::Done(answer) => Ok(answer),
        Response::Refused(refusal) => Err(refusal),
    }
}

/// Answers a request of a local user.
pub(super) async fn call_as(node: &Node, who: &Who, request: Request) -> Result<Answer, Refusal> {
    if let Request::Account { what } = request {
        return on_account(node, who, *what).await.map(|answer| Answer::Account(Box::new(answer)));
    }
    let caller = Caller::of(node, who).await?;
    if !caller.admin {
        caller.worker()?;
    }
    match request.desk() {
        Desk::Door => Err(misplaced()),
        Desk::Office => administer(node, who, &caller, request).await,
        Desk::Board => look(node, &caller, request).await,
        Desk::Consent => {
            let answer = on_consent(node, caller.reader()?, request).await?;
            numbered(node, who, &caller, answer).await
        }
        Desk::Case => {
            let answer = on_case(node, caller.reader()?, request).await?;
            numbered(node, who, &caller, answer).await
        }
        Desk::Question => on_question(node, caller.reader()?, request).await,
        Desk::Statute => on_statute(node, caller.reader()?, request).await,
        Desk::Duty => on_duty(node, caller.reader()?, request).await,
        Desk::Review => on_review(node, &caller.watcher()?, request).await,
    }
}

/// Puts the own case numbers into a list: the names of the session know them, so that no list opens every case.
async fn numbered(node: &Node, who: &Who, caller: &Caller, mut answer: Answer) -> Result<Answer, Refusal> {
    let lists = matches!(answer, Answer::Cases(_) | Answer::Consents(_));
    let (true, Some(session), Some(token)) = (lists, &caller.session, &who.session) else { return Ok(answer) };
    let names = names::fresh(node, token, session).await?;
    let own = |number: &str| names.about(number).map(|(_, own)| own).unwrap_or_default();
    if let Answer::Cases(lines) = &mut answer {
        lines.iter_mut().for_each(|line| line.subject_ref = own(&line.number));
    }
    if let Answer::Consents(lines) = &mut answer {
        lines.iter_mut().for_each(|line| line.subject_ref = own(&line.number));
    }
    Ok(answer)
}

async fn administer(node: &Node, who: &Who, caller: &Caller, request: Request) -> Result<Answer, Refusal> {
    if let Request::PolicyVerify { row, by } = &request {
        if !caller.admin {
            caller.worker()?.verifies()?;
        }
        return verify(node, row, by).await;
    }
    if let Request::AlarmSettle { id } = request {
        let by = caller.worker().map_or_else(|_| format!("uid {}", who.uid), |worker| worker.name.clone());
        // Nobody settles what they may not hear.
        if !caller.alarms(node).await?.iter().any(|alarm| alarm.id == id) {
            return Err(Refusal::new(Reason::NotFound).with("what", "alarm"));
        }
        alarm::settle(node, id, &by).await?;
        return caller.alarms(node).await.map(Answer::Alarms);
    }
    administers(caller)?;
    if let Request::PeopleAdd { uid, name, role } = request {
        people::add(node, &caller.by(who), &Worker { uid, name, role }).await?;
    } else if let Request::PeopleDeclare { uid, on } = request {
        people::declare(node, uid, on).await?;
    } else {
        return Err(misplaced());
    }
    workers(node).await
}

/// Every worker and the declarations.
async fn workers(node: &Node) -> Result<Answer, Refusal> {
    let declared = people::declarations(node).await?;
    let view = |worker: Worker| PersonView { declared_on: declared.get(&worker.uid).copied(), worker };
    Ok(Answer::People(people::list(node).await?.into_iter().map(view).collect()))
}

fn administers(caller: &Caller) -> Result<(), Refusal> {
    if caller.admin { Ok(()) } else { Err(Refusal::new(Reason::WorkerRole).with("role", "ADMIN_IT")) }
}

/// A request that the dispatcher sent to the wrong place; it never does.
pub(super) fn misplaced() -> Refusal {
    Refusal::new(Reason::Internal)
}

/// Who asks how the node is doing: a worker with keys; or who looks after the machine: an administrator, and who owns the
/// folder and works with no case here.
fn eyes(caller: &Caller) -> Eyes<'_> {
    let runs = caller.session.as_ref().is_some_and(|session| session.may(Act::RunNode).is_ok());
    let works = caller.worker.as_ref().is_ok_and(|worker| worker.role != WorkerRole::AdminIt);
    match &caller.reader {
        Ok(reader) => Eyes::Worker(reader),
        Err(_) if runs || caller.admin && !works => Eyes::Machine,
        Err(_) => Eyes::Nobody,
    }
}

async fn look(node: &Node, caller: &Caller, request: Request) -> Result<Answer, Refusal> {
    let entries =
        |peers: Vec<&crate::directory::Peer>| Answer::Directory(peers.into_iter().map(EntryView::from).collect());
    let directory = node.directory();
    if let Request::DirectorySearch { text } = &request {
        return Ok(entries(directory.search(text)));
    }
    if let Request::ConsentCheck { text } = &request {
        return consent::check(node, text).map(|checked| Answer::Paper(Box::new(checked)));
    }
    if request == Request::DirectoryList {
        return Ok(entries(directory.peers().collect()));
    }
    if request == Request::Status {
        return status::status(node, eyes(caller)).await.map(Answer::Status);
    }
    if request == Request::Alarms {
        return caller.alarms(node).await.map(Answer::Alarms);
    }
    if request == Request::LogVerify {
        return log(node).await;
    }
    if request == Request::PeopleList {
        return workers(node).await;
    }
    let mut view = node.store().view("policy.list").await?;
    let overlays = casework::overlays(node, &mut view).await?;
    Ok(Answer::Rows(Policy::shipped().rows().iter().map(|row| RowView::of(row, &overlays)).collect()))
}

/// Fetches what is new, then recomputes everything from the stored leaves. Without a
/// connection it judges what is stored; `time_s` says as of when.
async fn log(node: &Node) -> Result<Answer, Refusal> {
    if let Err(refusal) = node.refresh_log().await
        && refusal.reason.retry() != Retry::Later
    {
        return Err(refusal);
    }
    let checked = mirror::verify_stored(node).await?;
    let view = node.log_view();
    if view.alarmed() {
        return Err(Refusal::new(Reason::LogInconsistent));
    }
    Ok(Answer::Log(LogView {
        size: checked.size,
        root: hex(&view.root()),
        checkpoint: view.checkpoint().to_owned(),
        time_s: Some(checked.time_s),
        alarmed: view.alarmed(),
    }))
}

async fn verify(node: &Node, row: &str, by: &str) -> Result<Answer, Refusal> {
    let row = Policy::shipped().row(row).ok_or_else(|| Refusal::new(Reason::NotFound).with("what", "row"))?;
    let today: Date = calendar::day_of(node.env().now_ms());
    let mut overlay = Overlay::empty();
    overlay.verify(row, by, today)?;
    let verified = overlay.entry(&row.id).ok_or_else(misplaced)?;
    let mut tx = node.store().begin("policy.verify").await?;
    store::overlay::put(&mut tx, &row.id, verified).await?;
    let overlays = casework::overlays(node, &mut tx).await?;
    tx.commit().await?;
    Ok(Answer::Rows(vec![RowView::of(row, &overlays)]))
}

async fn on_consent(node: &Node, worker: &Reader, request: Request) -> Result<Answer, Refusal> {
    let consent = |view| Answer::Consent(Box::new(view));
    if let Request::ConsentNew { mut form } = request {
        form.worker.clone_from(&worker.name);
        return consent::record(node, worker, &form).await.map(consent);
    }
    if let Request::ConsentShow { number } = &request {
        return consent::show(node, Some(worker), number).await.map(consent);
    }
    if let Request::ConsentWithdraw { number, scope } = &request {
        return consent::withdraw(node, worker, number, scope).await.map(|done| Answer::Withdrawn(Box::new(done)));
    }
    if let Request::ConsentConflict { number, conflict } = &request {
        return consent::set_conflict(node, worker, number, *conflict).await.map(consent);
    }
    if let Request::ConsentBlock { case } = &request {
        return consent::block(node, worker, case).await.map(|()| Answer::Nothing);
    }
    if let Request::ConsentAnswer { case, answer, basis } = &request {
        return consent::answer(node, worker, case, *answer, *basis).await.map(|()| Answer::Nothing);
    }
    consent::list(node, Some(worker)).await.map(Answer::Consents)
}

pub(super) fn sections(texts: Vec<SectionText>) -> Vec<Section> {
    texts.into_iter().map(Section::from).collect()
}

async fn on_case(node: &Node, worker: &Reader, request: Request) -> Result<Answer, Refusal> {
    if let Request::CaseList { kinds, apart } = &request {
        return casework::list(node, worker, kinds, *apart).await.map(Answer::Cases);
    }
    if let Request::CaseShow { number } = &request {
        return casework::show(node, worker, number).await.map(|case| Answer::Case(Box::new(case)));
    }
    if let Request::Cancel { number } = &request {
        return act::cancel(node, worker, number).await.map(|()| Answer::Nothing);
    }
    on_referral(node, worker, request).await.map(Answer::Sent)
}

async fn on_referral(node: &Node, worker: &Reader, request: Request) -> Result<act::Sent, Refusal> {
    if let Request::Refer { to, sections: texts, referral } = request {
        let urgency = to.urgency;
        let sent = act::refer(node, worker, &to, sections(texts), referral.body(urgency)).await;
        return sent.map_err(|refusal| statute::other_basis(node, MessageKind::Referral, &to.to, refusal));
    }
    if let Request::Forward { number, on, sections: texts, referral } = request {
        let urgency = on.address.urgency;
        return act::forward(node, worker, &number, &on, sections(texts), referral.body(urgency)).await;
    }
    if let Request::Answer { number, sections: texts } = request {
        return act::answer(node, worker, &number, sections(texts)).await;
    }
    if let Request::Resend { number, without, consent } = request {
        return act::resend(node, worker, &number, &without, consent).await;
    }
    if let Request::Decide { number, report } = &request {
        return act::decide(node, worker, number, report).await;
    }
    if let Request::UndoAccept { number } = &request {
        return act::undo_accept(node, worker, number).await;
    }
    Err(misplaced())
}

async fn on_question(node: &Node, worker: &Reader, request: Request) -> Result<Answer, Refusal> {
    let sent = if let Request::Ask { to, sections: texts, wanted } = request {
        let asked = act::ask(node, worker, &to, sections(texts), wanted).await;
        asked.map_err(|refusal| statute::other_basis(node, MessageKind::InfoRequest, &to.to, refusal))
    } else if let Request::Reply { number, answering } = request {
        act::reply_with(node, worker, &number, answering).await
    } else if let Request::Refuse { number, reason, help } = request {
        act::refuse(node, worker, &number, reason, help).await
    } else if let Request::Consult { to, question } = request {
        act::consult(node, worker, &to, question).await
    } else if let Request::ConsultReply { number, text } = request {
        act::consult_reply(node, worker, &number, text).await
    } else if let Request::Feedback { to, subject_ref, code } = request {
        act::feedback(node, worker, &to, &subject_ref, code).await
    } else {
        Err(misplaced())
    };
    sent.map(Answer::Sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_owns_the_folder_and_works_with_no_case_sees_the_whole_outbox() {
        let ended = || Refusal::new(Reason::SessionEnded);
        let machine = |worker: Option<WorkerRole>, admin| {
            let worker = worker.map(|role| Worker { uid: 1, name: "Jan Kos".to_owned(), role }).ok_or_else(ended);
            matches!(eyes(&Caller { worker, reader: Err(ended()), session: None, admin }), Eyes::Machine)
        };
        assert!(machine(None, true) && !machine(None, false));
        for role in WorkerRole::ALL {
            assert_eq!(machine(Some(*role), true), *role == WorkerRole::AdminIt, "{role}");
            assert!(!machine(Some(*role), false), "{role}");
        }
    }
}
