//! Casework: what becomes of messages for the people who work with them.
//!
//! A case is one conversation with one institution under this institution's own number. The
//! transport hands in what it admitted ([`receive`]) and what it learned ([`told`]); workers
//! act through the functions of [`act`], each of which asks the gate before anything leaves
//! and is one transaction.

pub mod act;
mod admit;
mod apart;
pub mod board;
mod changes;
mod compose;
mod file;
mod place;
mod receipt;
mod receive;
mod show;
mod subject;
mod told;

pub use self::admit::{admit, gate_refusal};
pub use self::changes::changes;
pub use self::compose::{Beside, clear_message};
pub use self::file::{CaseKind, File, Happened, What};
pub use self::receive::{Arrival, receive};
pub use self::show::{CaseLine, CaseView, Field, MessageView, Reach, list, show};
pub use self::subject::{ExportedCase, ExportedMessage, SubjectExport, subject_export};
pub use self::told::{News, tick, told};

pub(crate) use self::admit::answerable;
pub(crate) use self::apart::{next_message, opening, stream};
pub(crate) use self::compose::{Draft, clear, overlays, send, still_consented, still_signed};
pub(crate) use self::file::{happened, keep, load, new_number};
pub(crate) use self::receive::stepped;
pub(crate) use self::show::ordered;
pub(crate) use self::told::{consent_ended, stopped};

#[cfg(test)]
mod tests;
