//! The command line of the node: what can be typed by workers, administrators and the data-protection officer.

mod account;
mod args;
mod case;
mod consult;
mod info;
mod lawful;
mod local;
mod nk;
mod oversight;
mod print;
mod report;
mod run;
mod serve;
mod talk;
mod web;

pub use self::run::{main, run, run_async};

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use jiff::civil::Date;
use wiez_proto::vocab::WorkerRole;

use self::account::{Account, Audit, Secrets};
use self::args::{Consent, Referral};
use self::case::{Ack, Case, Feedback, Formal, Mediation, Transfer};
use self::consult::Consult;
use self::info::{Info, Query};
use self::nk::Nk;
use self::oversight::{Alarms, Review, Subject};
use self::report::Report;
use self::web::Web;

/// The node of one institution: refer, ask, answer, report, consent.
///
/// Data go to standard output, everything else to standard error. Exit codes: 0 done,
/// 1 unexpected, 2 usage, 3 configuration, 4 hub or node not reachable, 5 refused by the gate,
/// 6 identity or evidence, 7 taken here but waiting for the connection, 130 interrupted. The
/// program talks to its hub and to nobody else.
#[derive(Debug, Parser)]
#[command(name = "wiez-node", version, max_term_width = 100)]
struct Cli {
    /// Answers as JSON, for programs
    #[arg(long, global = true)]
    json: bool,
    /// Configuration file [default: /etc/wiez-node/node.toml if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of database, keys and socket
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// File with the passphrase of the keys, mode 0600 (join, serve)
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Language of messages [default: that of the locale]
    #[arg(long, global = true, value_parser = ["pl", "en", "uk"])]
    lang: Option<String>,
    /// Never asks at the terminal; secrets come from standard input or a file then
    #[arg(long, global = true)]
    no_input: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Joins a region with a one-time invitation
    Join {
        /// The invitation, "wiez1.…", or "-" for standard input
        #[arg(required_unless_present = "invite_file")]
        invitation: Option<String>,
        /// File with the invitation
        #[arg(long, value_name = "FILE")]
        invite_file: Option<PathBuf>,
    },
    /// Runs the node
    Serve {
        /// Data folder of a further institution to run beside it, such as the interdisciplinary team at its centre; may be repeated
        #[arg(long, value_name = "DIR")]
        also: Vec<PathBuf>,
    },
    /// Signs in; the following commands are this account's, until it locks after 10 idle minutes
    Login {
        /// Login of your account
        login: String,
        #[command(flatten)]
        secrets: Secrets,
    },
    /// Unlocks the session with the password
    Unlock {
        #[command(flatten)]
        secrets: Secrets,
    },
    /// Locks the session; keys leave the node's memory
    Lock,
    /// Signs out
    Logout,
    /// Accounts: who may sign in, in which role, and whether with keys
    #[command(subcommand)]
    Account(Box<Account>),
    /// The trail of who opened and sent what
    #[command(subcommand)]
    Audit(Audit),
    /// Shows how the node is doing
    Status,
    /// Alarms that a person has to look at; "alarms" alone lists them
    Alarms {
        #[command(subcommand)]
        what: Option<Alarms>,
    },
    /// Workers and their local users
    #[command(subcommand)]
    People(People),
    /// Referrals
    #[command(subcommand)]
    Referral(Box<Referral>),
    /// Reports without a consent: signal, alert, form A, crime, court. They never wait for a second person
    #[command(subcommand)]
    Report(Report),
    /// The "Niebieska Karta" procedure after its form A
    #[command(subcommand)]
    Nk(Nk),
    /// Cases of every kind
    #[command(subcommand)]
    Case(Case),
    /// Acknowledges what arrived: TAKEN_OVER, WILL_ATTEND or CANNOT_ATTEND
    Ack(Ack),
    /// Tells who reported that something happens, never what
    Feedback(Feedback),
    /// Enters the formal letter that goes with a case; until then it is a working copy
    Formal(Formal),
    /// Shows what this institution owes, by date
    Owed {
        /// Of cases that are kept apart, and no others
        #[arg(long)]
        apart: bool,
    },
    /// What waits for a second person
    #[command(subcommand)]
    Review(Review),
    /// Requests for information
    #[command(subcommand)]
    Info(Info),
    /// Requests of the Police and of probation officers
    #[command(subcommand)]
    Query(Query),
    /// Passes a case of social assistance to the centre of the new municipality
    Transfer(Transfer),
    /// Mediation by the region about a declined referral
    #[command(subcommand)]
    Mediation(Mediation),
    /// Questions without personal data
    #[command(subcommand)]
    Consult(Consult),
    /// Consents
    #[command(subcommand)]
    Consent(Box<Consent>),
    /// What the person concerned may be given
    #[command(subcommand)]
    Subject(Subject),
    /// Institutions of the region
    #[command(subcommand)]
    Directory(Directory),
    /// Policy rows and who verified them
    #[command(subcommand)]
    Policy(Policy),
    /// The region's log
    #[command(subcommand)]
    Log(Log),
    /// The pages for case workers
    #[command(subcommand)]
    Web(Web),
    /// Configuration
    #[command(subcommand)]
    Config(Config),
}

#[derive(Debug, Subcommand)]
enum People {
    /// Lists workers
    List,
    /// Says which local user is which worker
    Add {
        /// Numeric user id (id -u USER)
        #[arg(long)]
        uid: u32,
        /// Name under which messages are sent
        #[arg(long)]
        name: String,
        /// Code of the role, such as PRACOWNIK_SOCJALNY
        #[arg(long)]
        role: WorkerRole,
    },
    /// Records the declaration of confidentiality that a member of a team or group signed
    Declare {
        /// Numeric user id (id -u USER)
        #[arg(long)]
        uid: u32,
        /// Day on which it was signed [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
}

#[derive(Debug, Subcommand)]
enum Directory {
    /// Lists institutions
    List,
    /// Shows one institution
    Show {
        /// Its id
        institution: String,
    },
    /// Searches by part of id, name, kind or TERYT
    Search {
        /// What to look for
        text: String,
    },
}

#[derive(Debug, Subcommand)]
enum Policy {
    /// Lists rows
    List,
    /// Shows one row
    Show {
        /// Its name, such as REFERRAL.CONSENT
        row: String,
    },
    /// Records that the data-protection officer verified a row as it stands
    Verify {
        /// Its name
        row: String,
        /// Name of the data-protection officer
        #[arg(long)]
        by: String,
    },
}

#[derive(Debug, Subcommand)]
enum Log {
    /// Fetches every leaf, recomputes the root and checks signatures and consistency
    Verify,
}

#[derive(Debug, Subcommand)]
enum Config {
    /// Shows every key, its value and origin
    Show,
    /// Checks the configuration
    Check,
}

#[cfg(test)]
mod tests;
