//! The commands about questions without personal data.

use clap::Subcommand;
use wiez_proto::id::InstitutionId;
use wiez_proto::vocab::FeedbackCode;

use crate::api::Request;
use crate::casework::CaseKind;
use crate::casework::act::Question;

#[derive(Debug, Subcommand)]
pub(super) enum Consult {
    /// Lists questions, open ones first
    List,
    /// Shows a question and its answer
    Show {
        /// Number of the case
        number: String,
    },
    /// Asks colleagues without naming anybody
    Ask {
        /// Id of the institution
        #[arg(long)]
        to: InstitutionId,
        /// What it is about
        #[arg(long)]
        topic: String,
        /// The question
        text: String,
    },
    /// Answers
    Reply {
        /// Number of the case
        number: String,
        /// The text
        text: String,
    },
    /// Tells somebody who reported outside Więź that something happens, never what
    Feedback {
        /// Id of the institution
        #[arg(long)]
        to: InstitutionId,
        /// The reporter's own number
        #[arg(long, default_value = "")]
        subject: String,
        /// RECEIVED, IN_PROGRESS, NOT_COMPETENT or CLOSED
        #[arg(long)]
        code: FeedbackCode,
    },
}

impl Consult {
    pub(super) fn request(self) -> Request {
        match self {
            Self::List => Request::CaseList { kinds: vec![CaseKind::Consult], apart: false },
            Self::Show { number } => Request::CaseShow { number },
            Self::Ask { to, topic, text } => Request::Consult { to, question: Question { topic, text } },
            Self::Reply { number, text } => Request::ConsultReply { number, text },
            Self::Feedback { to, subject, code } => Request::Feedback { to, subject_ref: subject, code },
        }
    }
}
