//! The commands about requests for information, with a consent or on a statute.

use clap::{Args, Subcommand};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, DeclineReason, HelpCode, SecrecyRelease, Urgency};

use super::args::To;
use super::local::{Part, replies, section_texts};
use crate::api::Request;
use crate::casework::CaseKind;
use crate::casework::act::{Answering, Lawful, Wanted};

/// To whom, on which statute; a purpose follows from the statute.
fn lawful(to: To, statement: Statement) -> Lawful {
    Lawful { to: to.to, subject_ref: to.subject, urgency: to.urgency, statement, release: None, consent: to.consent }
}

#[derive(Debug, Subcommand)]
pub(super) enum Info {
    /// Lists requests, open ones first
    List,
    /// Shows a request and what was answered
    Show {
        /// Number of the case
        number: String,
    },
    /// Asks an institution about a person
    Ask {
        #[command(flatten)]
        to: To,
        /// Whom it is about: CATEGORY=text; may be repeated
        #[arg(long)]
        section: Vec<Part>,
        /// A question; may be repeated
        #[arg(long, required = true)]
        question: Vec<String>,
        /// Categories asked for
        #[arg(long, value_delimiter = ',', required = true)]
        asked: Vec<Category>,
        /// Why it has to be known
        #[arg(long)]
        why: String,
        /// Asks on a statute instead of a consent: UPS_105, UWR_16 or COURT_ORDER
        #[arg(long)]
        basis: Option<BasisCode>,
        /// Reference of the order; needed with COURT_ORDER
        #[arg(long, default_value = "", requires = "basis")]
        order_ref: String,
    },
    /// Answers within what was asked
    Reply {
        /// Number of the case
        number: String,
        /// CATEGORY=text, or 2:CATEGORY=text for the second question; may be repeated
        #[arg(long, required = true)]
        answer: Vec<Part>,
        /// Says that something asked for is missing
        #[arg(long)]
        partial: bool,
        /// What releases from professional secrecy: PATIENT, STATUTE or COURT; recorded with the reply
        #[arg(long)]
        released: Option<SecrecyRelease>,
        /// Answers under this consent instead of the statute of the request
        #[arg(long)]
        consent: Option<String>,
    },
    /// Declines with a reason, without personal data
    Refuse {
        /// Number of the case
        number: String,
        /// Code of the reason
        #[arg(long)]
        reason: DeclineReason,
        /// Codes of what would help
        #[arg(long, value_delimiter = ',')]
        help_with: Vec<HelpCode>,
    },
}

impl Info {
    pub(super) fn request(self) -> Result<Request, Refusal> {
        match self {
            Self::List => Ok(Request::CaseList { kinds: vec![CaseKind::Info, CaseKind::Query], apart: false }),
            Self::Show { number } => Ok(Request::CaseShow { number }),
            Self::Ask { to, section, question, asked, why, basis, order_ref } => {
                let wanted = Wanted { questions: question, asked: asked.into_iter().collect(), why_needed: why };
                let sections = section_texts(section)?;
                Ok(match basis {
                    None => Request::Ask { to: to.address(), sections, wanted },
                    Some(basis) => {
                        let statement = Statement { order_ref, ..Statement::of(basis) };
                        Request::Query { to: lawful(to, statement), sections, wanted }
                    }
                })
            }
            Self::Reply { number, answer, partial, released, consent } => {
                let answering = Answering { answers: replies(answer)?, partial, release: released, consent };
                Ok(Request::Reply { number, answering })
            }
            Self::Refuse { number, reason, help_with } => {
                Ok(Request::Refuse { number, reason, help: help_with.into_iter().collect() })
            }
        }
    }
}

/// What the Police and probation officers say when they ask.
#[derive(Debug, Args)]
pub(super) struct Asking {
    /// Id of the institution
    #[arg(long)]
    to: InstitutionId,
    /// This institution's own case number, never a name
    #[arg(long)]
    subject: String,
    /// Reference of the case in which it is asked; without it the request is refused
    #[arg(long, default_value = "")]
    case_ref: String,
    /// Whom it is about: CATEGORY=text; may be repeated
    #[arg(long)]
    section: Vec<Part>,
    /// A question; may be repeated
    #[arg(long, required = true)]
    question: Vec<String>,
    /// Categories asked for
    #[arg(long, alias = "ask", value_delimiter = ',', required = true)]
    asked: Vec<Category>,
    /// Why it has to be known
    #[arg(long)]
    why: String,
    /// Code of the urgency
    #[arg(long, default_value = "U3_NORMAL")]
    urgency: Urgency,
    /// A consent, which no such request may carry; the gate says so
    #[arg(long)]
    consent: Option<String>,
}

impl Asking {
    fn request(self, basis: BasisCode, officer: String) -> Result<Request, Refusal> {
        let wanted = Wanted { questions: self.question, asked: self.asked.into_iter().collect(), why_needed: self.why };
        let to = Lawful {
            to: self.to,
            subject_ref: self.subject,
            urgency: self.urgency,
            statement: Statement { case_ref: self.case_ref, officer, ..Statement::of(basis) },
            release: None,
            consent: self.consent,
        };
        Ok(Request::Query { to, sections: section_texts(self.section)?, wanted })
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Query {
    /// The Police ask (art. 14 and 20 of the police act); a second person confirms on both sides
    Police {
        #[command(flatten)]
        asking: Box<Asking>,
        /// Number of the asking officer; without it the request is refused
        #[arg(long, default_value = "")]
        officer: String,
    },
    /// A probation officer asks (art. 9 of the probation act)
    Kurator {
        #[command(flatten)]
        asking: Box<Asking>,
    },
}

impl Query {
    pub(super) fn request(self) -> Result<Request, Refusal> {
        match self {
            Self::Police { asking, officer } => asking.request(BasisCode::PolReq, officer),
            Self::Kurator { asking } => asking.request(BasisCode::Kur9, String::new()),
        }
    }
}
