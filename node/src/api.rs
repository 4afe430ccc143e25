//! The door for case workers on this machine: a Unix socket that speaks one JSON object a line.
//!
//! The operating system says who is at the other end; the table of workers says which worker
//! that is. Root and the owner of the data folder may administer, and read no content.

mod answer;
mod call;
mod desk;
mod door;
mod request;
mod statute;

pub use self::answer::{Answer, Covered, EntryView, LogView, PersonView, Response, RowView};
pub use self::call::call;
pub use self::door::{SOCKET, serve};
pub use self::request::{ReferralText, Request, SectionText};
