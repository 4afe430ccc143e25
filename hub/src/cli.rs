//! The command line of the hub's operator: what can be typed, and what happens then.

mod logs;
mod operate;
mod setup;
mod show;
mod talk;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wiez_proto::env::Env;
use wiez_proto::id::{InstitutionId, RegionId};
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::Lang;

use crate::config::{Flags, Loaded, Surroundings};
use talk::Talk;

/// Exit code for a command line that makes no sense.
const USAGE: u8 = 2;
/// Exit code for something unexpected, such as a closed pipe.
const UNEXPECTED: u8 = 1;

/// The hub of a Więź region: carries sealed envelopes between institutions and reads none of them.
///
/// Data go to standard output, everything else to standard error. Exit codes: 0 done,
/// 1 unexpected, 2 usage, 3 configuration, 4 not reachable or overloaded, 5 refused by a rule,
/// 6 identity or evidence. The program sends nothing to anybody but its members.
#[derive(Debug, Parser)]
#[command(name = "wiez-hub", version, max_term_width = 100)]
pub struct Cli {
    /// Answers as JSON, for programs
    #[arg(long, global = true)]
    json: bool,
    /// Configuration file [default: /etc/wiez-hub/hub.toml if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of database and keys
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// File with the passphrase of the keys, mode 0600
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Language of messages [default: that of the locale]
    #[arg(long, global = true, value_parser = ["pl", "en", "uk"])]
    lang: Option<String>,
    /// Accepts a throw-away certificate authority; never for real data
    #[arg(long, global = true)]
    demo: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Creates a region: certificate authority, directory, mail and log keys
    Init {
        /// Id of the region, such as opolskie
        #[arg(long)]
        region: RegionId,
        /// Name of the region for people
        #[arg(long)]
        name: String,
        /// DNS name of this hub; enrol.<HOST> must lead here too
        #[arg(long)]
        host: String,
        /// TCP port under which nodes reach it
        #[arg(long)]
        port: u16,
    },
    /// Serves until SIGTERM or Ctrl-C
    Serve {
        /// Listens here instead of where the configuration says
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<SocketAddr>,
    },
    /// Makes a one-time invitation for an institution
    Invite {
        /// Id that it will have, such as ops-brzeg
        #[arg(long)]
        institution: InstitutionId,
        /// Code of its kind, such as OPS
        #[arg(long)]
        kind: String,
        /// Name for people
        #[arg(long)]
        name: String,
        /// TERYT code of its seat, 2 to 7 digits
        #[arg(long)]
        teryt: String,
        /// Telephone for urgent matters
        #[arg(long, default_value = "")]
        phone: String,
        /// Code of a further kind as which it acts; may be repeated
        #[arg(long = "acts-as", value_name = "KIND")]
        acts_as: Vec<String>,
        /// Days until the invitation ends
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=30))]
        valid_days: u32,
    },
    /// Looks at members and changes their standing
    #[command(subcommand)]
    Institution(Institution),
    /// Checks or writes out the log
    #[command(subcommand)]
    Log(Log),
    /// Counts what the hub holds
    Status,
    /// Looks at the configuration
    #[command(subcommand)]
    Config(Configuration),
}

#[derive(Debug, Subcommand)]
enum Institution {
    /// Lists all
    List,
    /// Shows one
    Show {
        /// Its id
        institution: InstitutionId,
    },
    /// Stops it at once; its mail is held both ways
    Suspend {
        /// Its id
        institution: InstitutionId,
    },
    /// Lets a suspended one take part again
    Resume {
        /// Its id
        institution: InstitutionId,
    },
    /// Puts it out for good: its consents end, waiting mail is erased
    Revoke {
        /// Its id
        institution: InstitutionId,
        /// Its id once more, because this cannot be undone
        #[arg(long, value_name = "ID")]
        confirm: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum Log {
    /// Recomputes the whole log and checks every signature
    Verify {
        /// An exported log; without it the data of this hub, running or not
        file: Option<PathBuf>,
    },
    /// Writes the log as lines of JSON that anybody can check
    Export {
        /// File to write; without it standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum Configuration {
    /// Prints every key, its value, and the table of limits
    Show {
        /// Says where each value came from
        #[arg(long)]
        origin: bool,
    },
    /// Reads the configuration and says whether it works
    Check,
}

/// What every command has at hand.
struct Session {
    env: Env,
    loaded: Loaded,
    demo: bool,
}

/// Runs the program as the process was started.
#[must_use]
pub fn main() -> ExitCode {
    let around = Surroundings::of_process();
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(run(std::env::args_os(), &around, &mut out, &mut err))
}

/// Runs one command line, the program's name first, and returns its exit code.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    around: &Surroundings,
    out: &mut (dyn std::io::Write + Send),
    err: &mut (dyn std::io::Write + Send),
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
    match perform(cli, around, &mut talk) {
        Ok(()) if talk.is_broken() => UNEXPECTED,
        Ok(()) => 0,
        Err(refusal) => {
            talk.refuse(&refusal);
            refusal.reason.exit_code()
        }
    }
}

fn perform(cli: Cli, around: &Surroundings, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let flags = Flags { data_dir: cli.data_dir, passphrase_file: cli.passphrase_file };
    let loaded = Loaded::read(cli.config.as_deref(), &flags, around)?;
    let session = Session { env: Env::system(), loaded, demo: cli.demo };
    match cli.command {
        Command::Config(Configuration::Show { origin }) => show::config(&session.loaded, origin, talk),
        Command::Config(Configuration::Check) => show::check(&session.loaded, talk)?,
        Command::Init { region, name, host, port } => setup::init(&session, region, name, host, port, talk)?,
        Command::Serve { listen } => {
            crate::observe::start(&session.loaded.config.diagnostics)?;
            runtime()?.block_on(setup::serve(session, listen, talk))?;
        }
        Command::Invite { institution, kind, name, teryt, phone, acts_as, valid_days } => {
            let order =
                crate::desk::Order::Invite { institution, kind, also_acts_as: acts_as, name, teryt, phone, valid_days };
            runtime()?.block_on(operate::order(&session, order, talk))?;
        }
        Command::Institution(what) => runtime()?.block_on(operate::institution(&session, what, talk))?,
        Command::Status => runtime()?.block_on(operate::order(&session, crate::desk::Order::Status, talk))?,
        Command::Log(Log::Verify { file }) => runtime()?.block_on(logs::verify(&session, file, talk))?,
        Command::Log(Log::Export { out }) => runtime()?.block_on(logs::export(&session, out, talk))?,
    }
    Ok(())
}

fn runtime() -> Result<tokio::runtime::Runtime, Refusal> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|_| Refusal::new(wiez_proto::refusal::Reason::Internal).with("incident", "runtime"))
}

#[cfg(test)]
mod tests;
