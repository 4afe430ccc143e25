//! Carries out a command and turns its end into an exit code.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use wiez_proto::calendar::day_of;
use wiez_proto::env::{Env, LastResort};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Lang, Urgency};

use super::account::{self, Desk, Own};
use super::local::read;
use super::oversight::Alarms;
use super::print;
use super::serve::serve;
use super::talk::{Talk, is_away};
use super::web::web;
use super::{Cli, Command, Config, Directory, Log, People, Policy};
use crate::account::Password;
use crate::api::{Answer, Request, call, call_in};
use crate::config::{Loaded, Surroundings};

/// Exit code for something unexpected, such as a closed pipe.
const UNEXPECTED: u8 = 1;
/// Exit code for a command line that makes no sense.
const USAGE: u8 = 2;
/// Exit code when the node of this machine does not run.
const AWAY: u8 = 4;
/// Exit code for "taken here, waiting for the connection".
const QUEUED: u8 = 7;
/// An invitation is one line.
const MAX_INVITATION_BYTES: usize = 4096;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(run(std::env::args_os(), &Surroundings::of_process(), &mut out, &mut err))
}

/// Runs one command with given streams and variables; returns the exit code.
///
/// It makes a runtime of its own; inside a runtime use [`run_async`].
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    around: &Surroundings,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> u8 {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run_async(args, around, out, err)),
        Err(_) => UNEXPECTED,
    }
}

/// Runs one command inside a running runtime; returns the exit code.
pub async fn run_async(
    args: impl IntoIterator<Item = OsString>,
    around: &Surroundings,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            let (told, code) =
                if error.use_stderr() { (write!(err, "{text}"), USAGE) } else { (write!(out, "{text}"), 0) };
            return told.map_or(UNEXPECTED, |()| code);
        }
    };
    let lang = cli.lang.as_deref().map_or_else(|| around.lang(), Lang::parse);
    let mut talk = Talk::new(lang, cli.json, out, err);
    match perform(cli, around, &mut talk).await {
        Ok(_) if talk.is_broken() => UNEXPECTED,
        Ok(code) => code,
        Err(refusal) => {
            talk.refuse(&refusal);
            if is_away(&refusal) { AWAY } else { refusal.reason.exit_code() }
        }
    }
}

async fn perform(cli: Cli, around: &Surroundings, talk: &mut Talk<'_>) -> Result<u8, Refusal> {
    let mut loaded = Loaded::read(cli.config.as_deref(), cli.data_dir.as_deref(), around)?;
    if let Some(file) = cli.passphrase_file {
        loaded.config.keys.passphrase_file = file;
    }
    let now_ms = Env::system().now_ms();
    let no_input = cli.no_input;
    let (request, only) = match cli.command {
        asked @ (Command::Login { .. }
        | Command::Unlock { .. }
        | Command::Lock
        | Command::Logout
        | Command::Account(_)
        | Command::Audit(_)) => {
            return door(asked, Desk { loaded: &loaded, around, talk, no_input }).await.map(|()| 0);
        }
        Command::Web(what) => return web(&loaded, what, talk).map(|()| 0),
        Command::Config(what) => return config(&loaded, &what, around, talk).map(|()| 0),
        Command::Join { invitation, invite_file } => {
            return join(&loaded, invitation, invite_file, talk).await.map(|()| 0);
        }
        Command::Serve { also } => return serve(&loaded, &also, around, talk).await.map(|()| 0),
        Command::Directory(Directory::Show { institution }) => (Request::DirectoryList, Some(institution)),
        Command::Policy(Policy::Show { row }) => (Request::PolicyList, Some(row)),
        asked @ (Command::Status
        | Command::Alarms { .. }
        | Command::People(_)
        | Command::Owed { .. }
        | Command::Review(_)
        | Command::Subject(_)
        | Command::Directory(_)
        | Command::Policy(_)
        | Command::Log(_)
        | Command::Referral(_)
        | Command::Report(_)
        | Command::Nk(_)
        | Command::Case(_)
        | Command::Ack(_)
        | Command::Feedback(_)
        | Command::Formal(_)
        | Command::Info(_)
        | Command::Query(_)
        | Command::Transfer(_)
        | Command::Mediation(_)
        | Command::Consult(_)
        | Command::Consent(_)) => (request(asked, now_ms)?, None),
    };
    call_first(talk, &request);
    let session = account::token(&loaded, around);
    let answered = call_in(&loaded.config.data_dir, session.as_ref().map(Password::text), &request).await;
    let mut answer = answered.inspect_err(|refusal| account::forget_if_over(&loaded, around, refusal))?;
    if let Some(only) = only {
        answer = one(answer, &only)?;
    }
    print::answer(talk, &request, &answer);
    if matches!(answer, Answer::Sent(_) | Answer::Dispatched(_)) && offline(&loaded).await {
        if !talk.json {
            talk.told("queued-offline", &[]);
        }
        return Ok(QUEUED);
    }
    Ok(partly(&answer))
}

/// Signing in and out, accounts and the trail.
async fn door(command: Command, desk: Desk<'_, '_>) -> Result<(), Refusal> {
    if let Command::Login { login, secrets } = command {
        desk.own(Own::Login { login, secrets }).await
    } else if let Command::Unlock { secrets } = command {
        desk.own(Own::Unlock { secrets }).await
    } else if let Command::Account(what) = command {
        desk.account(*what).await
    } else if let Command::Audit(what) = command {
        desk.audit(what).await
    } else if matches!(command, Command::Lock) {
        desk.own(Own::Lock).await
    } else {
        desk.own(Own::Logout).await
    }
}

/// The exit code of an answer: that of the first member of a group to whom nothing went.
fn partly(answer: &Answer) -> u8 {
    let Answer::Dispatched(members) = answer else { return 0 };
    members.iter().find_map(|member| member.refusal.as_ref()).map_or(0, |refusal| refusal.reason.exit_code())
}

/// Where life is in danger the telephone comes first; nothing waits for it.
fn call_first(talk: &mut Talk<'_>, request: &Request) {
    let (urgency, phoned) = if let Request::Report { to, .. } = request {
        (to.urgency, to.statement.phoned.is_some())
    } else if let Request::Refer { to, .. } = request {
        (to.urgency, true)
    } else {
        return;
    };
    if urgency == Urgency::U0Life {
        talk.told("life-first", &[]);
        if !phoned {
            talk.told("life-phoned", &[]);
        }
    }
}

/// The request of a command that a running node answers.
pub(super) fn request(command: Command, now_ms: i64) -> Result<Request, Refusal> {
    Ok(match command {
        Command::Referral(what) => what.request()?,
        Command::Report(what) => what.request(now_ms)?,
        Command::Nk(what) => what.request(now_ms)?,
        Command::Case(what) => what.request(),
        Command::Ack(what) => what.request(),
        Command::Feedback(what) => what.request(),
        Command::Formal(what) => what.request(),
        Command::Info(what) => what.request()?,
        Command::Query(what) => what.request()?,
        Command::Transfer(what) => what.request(now_ms)?,
        Command::Mediation(what) => what.request(),
        Command::Consult(what) => what.request(),
        Command::Consent(what) => what.request(day_of(now_ms))?,
        Command::Status => Request::Status,
        Command::Alarms { what } => what.unwrap_or(Alarms::List).request(),
        Command::People(People::List) => Request::PeopleList,
        Command::People(People::Add { uid, name, role }) => Request::PeopleAdd { uid, name, role },
        Command::People(People::Declare { uid, on }) => {
            Request::PeopleDeclare { uid, on: on.unwrap_or_else(|| day_of(now_ms)) }
        }
        Command::Owed { apart } => Request::Owed { apart },
        Command::Review(what) => what.request(),
        Command::Subject(what) => what.request(),
        Command::Directory(Directory::Search { text }) => Request::DirectorySearch { text },
        Command::Directory(Directory::List | Directory::Show { .. }) => Request::DirectoryList,
        Command::Policy(Policy::List | Policy::Show { .. }) => Request::PolicyList,
        Command::Policy(Policy::Verify { row, by }) => Request::PolicyVerify { row, by },
        Command::Log(Log::Verify) => Request::LogVerify,
        // They are carried out elsewhere and never come here.
        Command::Join { .. }
        | Command::Serve { .. }
        | Command::Config(_)
        | Command::Web(_)
        | Command::Login { .. }
        | Command::Unlock { .. }
        | Command::Lock
        | Command::Logout
        | Command::Account(_)
        | Command::Audit(_) => {
            return Err(Refusal::new(Reason::Internal));
        }
    })
}

/// One item of a list.
fn one(mut answer: Answer, name: &str) -> Result<Answer, Refusal> {
    let what = if let Answer::Directory(entries) = &mut answer {
        entries.retain(|entry| entry.institution == name);
        entries.is_empty().then_some("institution")
    } else if let Answer::Rows(rows) = &mut answer {
        rows.retain(|row| row.id == name);
        rows.is_empty().then_some("row")
    } else {
        None
    };
    what.map_or(Ok(answer), |what| Err(Refusal::new(Reason::NotFound).with("what", what)))
}

/// Whether the node hears nothing from its hub just now.
async fn offline(loaded: &Loaded) -> bool {
    match call(&loaded.config.data_dir, &Request::Status).await {
        Ok(Answer::Status(status)) => status.transport.get("connected_since_ms").is_none_or(serde_json::Value::is_null),
        Ok(_) | Err(_) => false,
    }
}

fn config(loaded: &Loaded, what: &Config, around: &Surroundings, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    match what {
        Config::Show if talk.json => talk.value(&loaded.rows),
        Config::Show => {
            for row in &loaded.rows {
                talk.line(&format!("{} = {}  ({})", row.key, row.value, row.origin));
            }
        }
        Config::Check => {
            loaded.settings()?;
            for folder in &loaded.config.also {
                Loaded::beside(folder, around)?.settings()?;
            }
            talk.told("config-good", &[]);
        }
    }
    Ok(())
}

async fn join(
    loaded: &Loaded,
    invitation: Option<String>,
    file: Option<PathBuf>,
    talk: &mut Talk<'_>,
) -> Result<(), Refusal> {
    let text = match (invitation.as_deref(), file) {
        (Some("-"), _) => std::io::read_to_string(std::io::stdin()).map_err(|_| Refusal::new(Reason::InviteUnknown))?,
        (Some(text), _) => text.to_owned(),
        (None, Some(path)) if path.as_os_str() == "-" => {
            std::io::read_to_string(std::io::stdin()).map_err(|_| Refusal::new(Reason::InviteUnknown))?
        }
        (None, Some(path)) => String::from_utf8_lossy(&read(&path, MAX_INVITATION_BYTES)?).into_owned(),
        (None, None) => return Err(Refusal::new(Reason::FieldMissing).with("field", "invitation")),
    };
    let (settings, passphrase) = (loaded.settings()?, loaded.passphrase()?);
    let env = Env::system();
    let member = crate::join::join(&env, text.trim(), &settings, &passphrase, LastResort::default()).await?;
    // After joining, because joining again is how somebody gets another code while there is no kierownik.
    let code = crate::join::first_code(&env, &settings, &passphrase, LastResort::default()).await?;
    if talk.json {
        talk.value(&serde_json::json!({
            "first_code": code.as_deref(),
            "institution": member.entry.institution,
            "region": member.region_keys.region,
            "signing_key": member.entry.signing_key.id(),
            "data_dir": settings.data_dir,
        }));
        return Ok(());
    }
    let dir = settings.data_dir.display().to_string();
    talk.told(
        "joined",
        &[
            ("name", &member.entry.name),
            ("region", &member.region_keys.name),
            ("key", &member.entry.signing_key.id().to_string()),
            ("dir", &dir),
        ],
    );
    if let Some(code) = code {
        talk.told("first-code", &[]);
        talk.line(&code);
    }
    talk.hint("next-serve", &[("dir", &dir)]);
    Ok(())
}
