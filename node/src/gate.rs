//! The gate: the three questions that decide what leaves, what is taken in, and what is shown.
//!
//! All three are pure: they look at facts that the caller loaded and answer with a value
//! that nothing else can make, or with the reason why not.
//!
//! | question | when | answer |
//! | --- | --- | --- |
//! | [`may_send`] | before anything leaves | [`Cleared`], the only thing the outbox takes |
//! | [`admit`] | on arrival, inside the transaction that stores | [`Admitted`], the only thing that is stored as content |
//! | [`release`] | each time received content is about to be shown | [`Released`], never stored |
//!
//! Two laws stand above the rules. A duty ([`duty`]) and a life in danger are never stopped by a
//! concern that a person can look at afterwards: they go, flagged. And consent is never stacked
//! on a statute, so that nothing tells whether a family has both.
//!
//! | step | rule | file | a duty |
//! | --- | --- | --- | --- |
//! | 1 | the recipient is known, active, and its keys are the known ones | `send` | refused |
//! | 2 | kind, pair and basis: the row, by the legal basis that is named | `basis` | refused |
//! | 2 | at the recipient: both nodes mean the same row | `admit` | flagged |
//! | 3 | no consent on top of a statute | `send`, `admit` | refused |
//! | 4 | what has to be stated: case, officer, order, justification | `fields` | refused; flagged at the recipient |
//! | 5 | ceiling of the row, matrix of roles | `content` | refused |
//! | 6 | body and kind agree, no person where none belongs, a reply within its request | `content` | refused |
//! | 7 | a reporter is named only with a reason | `fields` | refused; with a reason flagged |
//! | 8 | at the recipient: the worker who sent it signed it | `worker` | flagged |
//! | 9 | the consent lives and covers it | `consent` | – |
//! | 10 | the row is verified here | `second` | flagged |
//! | 10 | especially protected data, a consent of the asking side | `second` | flagged |
//! | 10 | professional secrecy of the sender | `secrecy` | flagged |
//! | 10 | the worker's daily number | `second` | flagged |
//!
//! What step 10 stops, except secrecy, waits for a second person ([`crate::review`]).

mod admit;
mod basis;
mod consent;
mod content;
mod fields;
mod release;
mod second;
mod secrecy;
mod send;
mod worker;

pub use self::admit::{AdmitFacts, Admitted, admit};
pub(crate) use self::basis::lawful;
pub use self::basis::{Party, Request, duty, row};
pub use self::consent::{ConsentFacts, Edge};
pub use self::release::{Banner, ReleaseFacts, Released, release};
pub use self::send::{Cleared, SendFacts, may_send};
pub use self::worker::needs_signature;

#[cfg(test)]
mod tests;
