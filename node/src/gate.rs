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

mod admit;
mod basis;
mod release;
mod send;

pub use self::admit::{AdmitFacts, Admitted, admit};
pub use self::basis::{Edge, Party, Request};
pub use self::release::{Banner, ReleaseFacts, Released, release};
pub use self::send::{Cleared, ConsentFacts, SendFacts, may_send};

#[cfg(test)]
mod tests;
