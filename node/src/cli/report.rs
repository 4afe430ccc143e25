//! The commands that report: what no consent is asked for, because a statute or a danger demands it.

use clap::Subcommand;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::{BasisCode, SignalReason};

use super::lawful::{Filing, Formed};
use super::local::{Part, section_texts, text};
use crate::api::Request;
use crate::casework::act::Matter;

#[derive(Debug, Subcommand)]
pub(super) enum Report {
    /// Signals to a centre of social assistance that somebody may need help (UPS_100 or KAMILKA)
    Signal {
        #[command(flatten)]
        filing: Box<Filing>,
        /// What was seen or heard; @file reads a file
        #[arg(long)]
        incident: String,
        /// Code of the reason
        #[arg(long, default_value = "SUPPORT_NEEDED")]
        reason: SignalReason,
        /// The family knows of it
        #[arg(long)]
        family_knows: bool,
        /// CATEGORY=text, CATEGORY=@file or CATEGORY:heading=text; may be repeated
        #[arg(long)]
        section: Vec<Part>,
    },
    /// Asks for help at once: VITAL to save life or health, UPPD_9D, KPK_304. Call 112 first
    Alert {
        #[command(flatten)]
        filing: Box<Filing>,
        /// What happens; @file reads a file
        #[arg(long)]
        incident: String,
        /// Where
        #[arg(long, default_value = "")]
        place: String,
        /// Who is in danger
        #[arg(long, default_value = "")]
        in_danger: String,
        /// As in signal
        #[arg(long)]
        section: Vec<Part>,
    },
    /// Files the form "Niebieska Karta – A" with the interdisciplinary team (UPPD_9D)
    NkA {
        #[command(flatten)]
        filing: Box<Filing>,
        #[command(flatten)]
        form: Box<Formed>,
    },
    /// Notifies the Police or the prosecutor of a possible crime (KPK_304)
    Crime {
        #[command(flatten)]
        filing: Box<Filing>,
        /// What happened; @file reads a file
        #[arg(long)]
        incident: String,
        /// As in signal
        #[arg(long)]
        section: Vec<Part>,
    },
    /// Notifies the guardianship court (KPC_572)
    Court {
        #[command(flatten)]
        filing: Box<Filing>,
        /// What happened; @file reads a file
        #[arg(long)]
        incident: String,
        /// As in signal
        #[arg(long)]
        section: Vec<Part>,
    },
}

impl Report {
    pub(super) fn request(self, now_ms: i64) -> Result<Request, Refusal> {
        let (filing, basis, parts, matter) = match self {
            Self::Signal { filing, incident, reason, family_knows, section } => {
                let matter = Matter::Signal { reason, family_knows, what: text(&incident)? };
                (filing, BasisCode::Ups100, section, matter)
            }
            Self::Alert { filing, incident, place, in_danger, section } => {
                let matter = Matter::Alert { what: text(&incident)?, place, in_danger };
                (filing, BasisCode::Vital, section, matter)
            }
            Self::NkA { filing, form } => (filing, BasisCode::Uppd9d, vec![], Matter::NkA { form: form.needed()? }),
            Self::Crime { filing, incident, section } => {
                (filing, BasisCode::Kpk304, section, Matter::Crime { what: text(&incident)? })
            }
            Self::Court { filing, incident, section } => {
                (filing, BasisCode::Kpc572, section, Matter::Court { what: text(&incident)? })
            }
        };
        Ok(Request::Report { to: filing.lawful(basis, now_ms)?, sections: section_texts(parts)?, matter })
    }
}
