//! The commands about cases of any kind: lists, acknowledgement, feedback, the formal letter, mediation, transfer.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::statement::FormalRef;
use wiez_proto::vocab::{AckCode, BasisCode, FeedbackCode, FormalChannel, MediationOutcome};
use wiez_proto::wire::invalid;

use super::lawful::Filing;
use super::local::{Part, section_texts, text};
use crate::api::Request;
use crate::casework::CaseKind;
use crate::casework::act::{LeftOut, TransferText};

fn kind(code: &str) -> Result<CaseKind, Refusal> {
    CaseKind::parse(code).ok_or_else(|| invalid("kind"))
}

#[derive(Debug, Subcommand)]
pub(super) enum Case {
    /// Lists cases, open ones first
    List {
        /// Those that are kept apart from the family's other cases, and no others
        #[arg(long)]
        apart: bool,
        /// Only these kinds, such as REFERRAL, INFO, SIGNAL, NK [default: all]
        #[arg(long, value_delimiter = ',', value_parser = kind)]
        kind: Vec<CaseKind>,
    },
    /// Shows a case; the first opening of what arrived is recorded
    Show {
        /// Number of the case
        number: String,
    },
    /// Sends a held or ended case again, as a new one
    Resend {
        /// Number of the case
        number: String,
        /// Categories to leave out; ROLE:CATEGORY only under that role of a form, such as HOUSEHOLD:HEALTH
        #[arg(long, value_delimiter = ',')]
        without: Vec<LeftOut>,
        /// Another consent record
        #[arg(long)]
        consent: Option<String>,
    },
    /// Closes a received case; who reported is told that, and nothing else
    Close {
        /// Number of the case
        number: String,
    },
}

impl Case {
    pub(super) fn request(self) -> Request {
        match self {
            Self::List { apart, kind } => {
                let kinds = if kind.is_empty() { CaseKind::ALL.to_vec() } else { kind };
                Request::CaseList { kinds, apart }
            }
            Self::Show { number } => Request::CaseShow { number },
            Self::Resend { number, without, consent } => {
                Request::Resend { number, without: without.into_iter().collect(), consent }
            }
            Self::Close { number } => Request::Close { number },
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Ack {
    /// Number of the case
    case: String,
    /// TAKEN_OVER, WILL_ATTEND or CANNOT_ATTEND
    #[arg(default_value = "TAKEN_OVER")]
    code: AckCode,
}

impl Ack {
    pub(super) fn request(self) -> Request {
        Request::Ack { number: self.case, code: self.code }
    }
}

#[derive(Debug, Args)]
pub(super) struct Feedback {
    /// Number of the case
    case: String,
    /// RECEIVED, IN_PROGRESS, NOT_COMPETENT or CLOSED
    code: FeedbackCode,
}

impl Feedback {
    pub(super) fn request(self) -> Request {
        Request::CaseFeedback { number: self.case, code: self.code }
    }
}

#[derive(Debug, Args)]
pub(super) struct Formal {
    /// Number of the case
    case: String,
    /// ADE, EPUAP or PAPER
    channel: FormalChannel,
    /// Number of the letter
    number: String,
    /// Its date, YYYY-MM-DD
    date: Date,
}

impl Formal {
    pub(super) fn request(self) -> Request {
        let letter = FormalRef { channel: self.channel, number: self.number, date: self.date };
        Request::FormalRef { number: self.case, letter }
    }
}

#[derive(Debug, Args)]
pub(super) struct Transfer {
    #[command(flatten)]
    filing: Box<Filing>,
    /// TERYT code of the new municipality, seven digits
    #[arg(long)]
    teryt: String,
    /// What is still to be done; @file reads a file
    #[arg(long, default_value = "", value_name = "TEXT")]
    open_items: String,
    /// CATEGORY=text, CATEGORY=@file or CATEGORY:heading=text; may be repeated
    #[arg(long)]
    section: Vec<Part>,
}

impl Transfer {
    pub(super) fn request(self, now_ms: i64) -> Result<Request, Refusal> {
        Ok(Request::Transfer {
            to: self.filing.lawful(BasisCode::Ups101, now_ms)?,
            sections: section_texts(self.section)?,
            text: TransferText { new_teryt: self.teryt, open_items: text(&self.open_items)? },
        })
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Mediation {
    /// Asks the region to mediate about a declined referral, by codes only
    Ask {
        /// Number of the declined referral
        case: String,
        /// Id of the ROPS
        #[arg(long)]
        rops: InstitutionId,
    },
    /// Asks the other institution (ROPS only)
    Partner {
        /// Number of the mediation
        case: String,
        /// Id of that institution
        #[arg(long)]
        to: InstitutionId,
    },
    /// Says where the mediation stands
    Note {
        /// Number of the mediation
        case: String,
        /// PROPOSED_PROVIDER, RESOLVED_OTHER_PROVIDER, RESOLVED_SAME_PROVIDER, NOT_RESOLVED or ASKING_PARTNER
        outcome: MediationOutcome,
        /// Id of the proposed provider; needed with the first two
        #[arg(long)]
        proposed: Option<InstitutionId>,
    },
}

impl Mediation {
    pub(super) fn request(self) -> Request {
        match self {
            Self::Ask { case, rops } => Request::Mediate { number: case, rops },
            Self::Partner { case, to } => Request::MediationAsk { number: case, partner: to },
            Self::Note { case, outcome, proposed } => Request::MediationNote { number: case, outcome, proposed },
        }
    }
}
