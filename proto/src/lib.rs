//! The contract of Więź: everything that hub and node must agree on, and nothing else.
//!
//! A module enters this crate only when both sides must have it. Where to look:
//! [`envelope`] seals and opens, [`grant`] decides what a consent covers, [`policy`] holds
//! the table of message kinds, [`log`] proves what happened, [`refusal`] names every "no".
//! How the bytes look is told in this folder's README for an implementer in another language.

pub mod calendar;
pub mod directory;
pub mod enrolment;
pub mod env;
pub mod envelope;
pub mod grant;
pub mod id;
pub mod limits;
pub mod log;
#[cfg(feature = "payload")]
pub mod payload;
pub mod policy;
pub mod receipt;
pub mod refusal;
#[cfg(feature = "payload")]
pub mod statement;
pub mod tls;
pub mod vocab;
pub mod wire;
