//! The door for case workers on this machine: a Unix socket that speaks one JSON object a line.
//!
//! A request may carry the token of a session, which says who asks and whether with keys. Without one the operating
//! system says who is at the other end, and the table of workers says which worker that is. Root and the owner of the
//! data folder may administer, and read no content.

mod account;
mod answer;
mod call;
mod desk;
mod door;
mod request;
mod statute;

pub use self::account::{AccountAct, AccountAnswer, SheetView};
pub use self::answer::{Answer, Covered, EntryView, LogView, PersonView, Response, RowView};
pub use self::call::{call, call_in};
pub use self::door::{SOCKET, serve};
pub use self::request::{ReferralText, Request, SectionText};
