//! The commands about referrals and consents, and how each becomes a request.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{
    Authority, BasisCode, Category, DeclineReason, EvidenceKind, GiverRole, KeptOrDeleted, Outcome, Purpose,
    ReferralStatus, ServiceCode, Urgency,
};

use super::local::{Named, Part, code, form, section_texts};
use crate::api::{ReferralText, Request};
use crate::casework::CaseKind;
use crate::casework::act::{Addressed, Forwarding, LeftOut};
use crate::consent::Scope;
use crate::referral::Report;

#[derive(Debug, Args)]
pub(super) struct To {
    /// Id of the institution
    #[arg(long)]
    pub(super) to: InstitutionId,
    /// This institution's own case number, never a name
    #[arg(long)]
    pub(super) subject: String,
    /// Number of the consent record; found by the case number when left out
    #[arg(long)]
    pub(super) consent: Option<String>,
    /// Code of the purpose
    #[arg(long, default_value = "P_SERVICE")]
    purpose: Purpose,
    /// Code of the urgency
    #[arg(long, default_value = "U3_NORMAL")]
    pub(super) urgency: Urgency,
}

impl To {
    pub(super) fn address(self) -> Addressed {
        let Self { to, subject, consent, purpose, urgency } = self;
        Addressed { to, subject_ref: subject, consent, purpose, urgency }
    }
}

#[derive(Debug, Args)]
pub(super) struct Wish {
    /// Code of the service
    #[arg(long, default_value = "S_PRACA_SOCJALNA")]
    service: ServiceCode,
    /// What is to be reached
    #[arg(long)]
    goal: String,
    /// Wished last day, YYYY-MM-DD
    #[arg(long)]
    wished_by: Option<Date>,
    /// Language to speak, such as uk
    #[arg(long, default_value = "")]
    language: String,
    /// What the person needs in order to take part
    #[arg(long, default_value = "")]
    accessibility: String,
}

impl Wish {
    fn text(self) -> ReferralText {
        let Self { service, goal, wished_by, language, accessibility } = self;
        ReferralText { service, goal, wished_by, language, accessibility }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Referral {
    /// Lists referrals, open ones first
    List,
    /// Shows a case; the first opening is recorded and told to the referrer
    Show {
        /// Number of the case
        number: String,
    },
    /// Refers a person to an institution
    Send {
        #[command(flatten)]
        to: To,
        #[command(flatten)]
        wish: Box<Wish>,
        /// CATEGORY=text, CATEGORY=@file or CATEGORY:heading=text; may be repeated
        #[arg(long)]
        section: Vec<Part>,
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
    /// Accepts
    Accept {
        /// Number of the case
        number: String,
    },
    /// Takes an acceptance back
    Undo {
        /// Number of the case
        number: String,
    },
    /// Reports that the work began
    Start {
        /// Number of the case
        number: String,
    },
    /// Puts on the waiting list
    Waitlist {
        /// Number of the case
        number: String,
        /// First possible day
        #[arg(long)]
        earliest: Date,
    },
    /// Declines with a reason
    Decline {
        /// Number of the case
        number: String,
        /// Code of the reason
        #[arg(long)]
        reason: DeclineReason,
        /// First possible day; required with R_NO_CAPACITY
        #[arg(long)]
        earliest: Option<Date>,
        /// Text; required with R_OTHER, at least 20 characters; needs the consent of the case
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Asks the referrer a question; needs the consent of the case
    Question {
        /// Number of the case
        number: String,
        /// The text
        text: String,
    },
    /// Answers the provider's question
    Answer {
        /// Number of the case
        number: String,
        /// As in send
        #[arg(long, required = true)]
        section: Vec<Part>,
    },
    /// Forwards to the competent institution, composed anew
    Forward {
        /// Number of the case
        number: String,
        #[command(flatten)]
        to: To,
        #[command(flatten)]
        wish: Box<Wish>,
        /// As in send
        #[arg(long)]
        section: Vec<Part>,
        /// Code of why it goes on
        #[arg(long, default_value = "R_OTHER_AREA")]
        why: DeclineReason,
    },
    /// Closes with an outcome
    Close {
        /// Number of the case
        number: String,
        /// COMPLETED, INTERRUPTED or CLOSED_NO_CONTACT
        #[arg(long, default_value = "COMPLETED")]
        status: ReferralStatus,
        /// Code of the outcome
        #[arg(long)]
        outcome: Option<Outcome>,
        /// Text; needs the consent of the case
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Takes a referral back
    Withdraw {
        /// Number of the case
        number: String,
    },
}

impl Referral {
    pub(super) fn request(self) -> Result<Request, Refusal> {
        use ReferralStatus as S;
        let decide = |number, report| Ok(Request::Decide { number, report });
        match self {
            Self::List => Ok(Request::CaseList { kinds: vec![CaseKind::Referral], apart: false }),
            Self::Show { number } => Ok(Request::CaseShow { number }),
            Self::Send { to, wish, section } => {
                Ok(Request::Refer { to: to.address(), sections: section_texts(section)?, referral: wish.text() })
            }
            Self::Resend { number, without, consent } => {
                Ok(Request::Resend { number, without: without.into_iter().collect(), consent })
            }
            Self::Accept { number } => decide(number, Report::bare(S::Accepted)),
            Self::Undo { number } => Ok(Request::UndoAccept { number }),
            Self::Start { number } => decide(number, Report::bare(S::InProgress)),
            Self::Waitlist { number, earliest } => {
                decide(number, Report { earliest: Some(earliest), ..Report::bare(S::Waitlisted) })
            }
            Self::Decline { number, reason, earliest, note } => {
                decide(number, Report { reason: Some(reason), earliest, note, ..Report::bare(S::Declined) })
            }
            Self::Question { number, text } => decide(number, Report { note: text, ..Report::bare(S::NeedInfo) }),
            Self::Answer { number, section } => Ok(Request::Answer { number, sections: section_texts(section)? }),
            Self::Forward { number, to, wish, section, why } => Ok(Request::Forward {
                number,
                on: Forwarding { address: to.address(), why },
                sections: section_texts(section)?,
                referral: wish.text(),
            }),
            Self::Close { number, status, outcome, note } => {
                decide(number, Report { outcome, note, ..Report::bare(status) })
            }
            Self::Withdraw { number } => Ok(Request::Cancel { number }),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Paper {
    /// This institution's own case number, never a name
    #[arg(long)]
    pub(super) subject: String,
    /// INSTITUTION:WHAT-GOES[:WHAT-COMES], categories by comma, "!" after those ticked explicitly; once for each institution
    #[arg(long = "for", required = true)]
    pub(super) pairs: Vec<Named>,
    /// Codes of the purposes
    #[arg(long, value_delimiter = ',', default_value = "P_SERVICE")]
    pub(super) purpose: Vec<Purpose>,
    /// Who signed
    #[arg(long, default_value = "SELF")]
    pub(super) giver: GiverRole,
    /// Birthday of a minor
    #[arg(long)]
    pub(super) born: Option<Date>,
    /// The minor stated the same (needed from 13)
    #[arg(long)]
    pub(super) own_statement: bool,
    /// Parental authority of a parent who signed alone
    #[arg(long, default_value = "UNKNOWN")]
    pub(super) authority: Authority,
    /// What proves it
    #[arg(long, default_value = "PAPER_SIGNED")]
    pub(super) evidence: EvidenceKind,
    /// Where the paper lies
    #[arg(long)]
    pub(super) paper: String,
    /// Scan of the paper; its SHA-256 is fixed, the file stays where it is
    #[arg(long, value_name = "FILE")]
    pub(super) scan: Option<PathBuf>,
    /// First day [default: today]
    #[arg(long)]
    pub(super) from: Option<Date>,
    /// Last day, at most a year later
    #[arg(long)]
    pub(super) until: Date,
}

#[derive(Debug, Subcommand)]
pub(super) enum Consent {
    /// Lists consents recorded here, and notices to answer
    List,
    /// Lists notices of withdrawn consents
    Notices,
    /// Records a signed form
    New(Box<Paper>),
    /// Checks the square code of a printed consent, without a network
    Check {
        /// Text of the code, or a file with it
        code: String,
    },
    /// Shows a consent and what became of each grant
    Show {
        /// Number of the consent
        number: String,
    },
    /// Withdraws: whole, for one institution, or some categories
    Withdraw {
        /// Number of the consent
        number: String,
        /// Only for this institution
        #[arg(long)]
        recipient: Option<InstitutionId>,
        /// Only these categories
        #[arg(long, value_delimiter = ',')]
        category: Vec<Category>,
    },
    /// Notes a conflict of the parents, or its end
    Conflict {
        /// Number of the consent
        number: String,
        /// The court has decided
        #[arg(long)]
        ended: bool,
    },
    /// Records a person's objection at an institution that did not take the consent
    Block {
        /// Number of a case that runs under the consent
        case: String,
    },
    /// Answers a notice: KEPT_ON_BASIS or DELETED
    Answer {
        /// Number of the notice
        case: String,
        /// KEPT_ON_BASIS or DELETED
        answer: KeptOrDeleted,
        /// Code of the other basis; required with KEPT_ON_BASIS
        #[arg(long)]
        basis: Option<BasisCode>,
    },
}

impl Consent {
    pub(super) fn request(self, today: Date) -> Result<Request, Refusal> {
        match self {
            Self::List => Ok(Request::ConsentList),
            Self::Notices => Ok(Request::CaseList { kinds: vec![CaseKind::Notice], apart: false }),
            Self::New(paper) => Ok(Request::ConsentNew { form: Box::new(form(*paper, today)?) }),
            Self::Check { code: typed } => Ok(Request::ConsentCheck { text: code(typed)? }),
            Self::Show { number } => Ok(Request::ConsentShow { number }),
            Self::Withdraw { number, recipient, category } => {
                let categories: BTreeSet<Category> = category.into_iter().collect();
                Ok(Request::ConsentWithdraw { number, scope: Scope { recipient, categories } })
            }
            Self::Conflict { number, ended } => Ok(Request::ConsentConflict { number, conflict: !ended }),
            Self::Block { case } => Ok(Request::ConsentBlock { case }),
            Self::Answer { case, answer, basis } => Ok(Request::ConsentAnswer { case, answer, basis }),
        }
    }
}
