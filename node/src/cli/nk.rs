//! The commands of a "Niebieska Karta" procedure after its form A.

use clap::Subcommand;
use jiff::civil::Date;
use wiez_proto::calendar::day_of;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Urgency};
use wiez_proto::wire::invalid;

use super::lawful::{About, Filing, Formed, persons};
use super::local::text;
use crate::api::Request;
use crate::casework::act::{Dispatching, Lawful, Moving, NoteText};

#[derive(Debug, Subcommand)]
pub(super) enum Nk {
    /// Passes the form to members of the diagnostic and help group, one message each (team only)
    Dispatch {
        /// The team's case of the form; it goes as it arrived, without the reporter
        #[arg(required_unless_present = "subject")]
        case: Option<String>,
        /// Ids of the members' institutions
        #[arg(long, value_delimiter = ',', required = true)]
        member: Vec<InstitutionId>,
        /// The team's own case number, never a name
        #[arg(long, default_value = "")]
        subject: String,
        /// Day of the sitting
        #[arg(long, value_name = "DATE")]
        meeting: Option<Date>,
        /// Where and at what time
        #[arg(long, default_value = "")]
        place: String,
        /// Code of the urgency
        #[arg(long, default_value = "U3_NORMAL")]
        urgency: Urgency,
        #[command(flatten)]
        form: Box<Formed>,
    },
    /// Sends a working note of the group, from the team or to it
    Note {
        /// The case of the procedure; without one --to and --subject open it
        #[arg(required_unless_present = "to")]
        case: Option<String>,
        /// The note; @file reads a file
        #[arg(long)]
        text: String,
        /// Who does what by when
        #[arg(long, default_value = "")]
        tasks: String,
        /// Fact about a person, as in report nk-a
        #[arg(long, value_name = "ROLE:CATEGORY=TEXT")]
        person: Vec<About>,
        /// Id of the institution
        #[arg(long, conflicts_with = "case", requires = "subject")]
        to: Option<InstitutionId>,
        /// This institution's own case number, never a name
        #[arg(long, requires = "to")]
        subject: Option<String>,
        /// A consent, which no such message may carry; the gate says so
        #[arg(long, requires = "to")]
        consent: Option<String>,
    },
    /// Passes the procedure to the team of the new municipality (team only)
    Move {
        /// The team's case; its form goes as it arrived unless typed anew
        case: Option<String>,
        #[command(flatten)]
        filing: Box<Filing>,
        /// TERYT code of the new municipality, seven digits
        #[arg(long)]
        teryt: String,
        #[command(flatten)]
        form: Box<Formed>,
    },
    /// Says that form B was handed to the person suffering domestic violence (who filed form A)
    HandedB {
        /// The case of the form A
        case: String,
        /// Day [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// Records that the group sat (team only); nothing is sent
    Sitting {
        /// A case of the procedure
        case: String,
        /// Day [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
}

impl Nk {
    pub(super) fn request(self, now_ms: i64) -> Result<Request, Refusal> {
        Ok(match self {
            Self::Dispatch { case, member, subject, meeting, place, urgency, form } => Request::Dispatch {
                on: Dispatching {
                    case,
                    subject_ref: subject,
                    members: member,
                    meeting_on: meeting,
                    place,
                    form: form.form()?,
                    urgency,
                },
            },
            Self::Note { case, text: typed, tasks, person, to, subject, consent } => {
                let (persons, event) = persons(person)?;
                if !event.is_empty() {
                    return Err(invalid("person"));
                }
                let note = NoteText { persons, text: text(&typed)?, tasks };
                match (case, to) {
                    (Some(number), _) => Request::Note { number, note },
                    (None, to) => Request::NoteFirst { to: noted(to, subject, consent)?, note },
                }
            }
            Self::Move { case, filing, teryt, form } => {
                let to = filing.lawful(BasisCode::Uppd9c, now_ms)?;
                Request::Move { on: Moving { case, to, new_teryt: teryt, form: form.form()? } }
            }
            Self::HandedB { case, on } => {
                Request::HandedB { number: case, given_on: on.unwrap_or_else(|| day_of(now_ms)) }
            }
            Self::Sitting { case, on } => {
                Request::Sitting { number: case, held_on: on.unwrap_or_else(|| day_of(now_ms)) }
            }
        })
    }
}

fn noted(to: Option<InstitutionId>, subject: Option<String>, consent: Option<String>) -> Result<Lawful, Refusal> {
    Ok(Lawful {
        to: to.ok_or_else(|| invalid("to"))?,
        subject_ref: subject.unwrap_or_default(),
        urgency: Urgency::U3Normal,
        statement: Statement::of(BasisCode::Uppd9c),
        release: None,
        consent,
    })
}
