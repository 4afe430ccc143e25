//! Readable case content: sections by data category and one body by kind of message.
//!
//! Only nodes compile this module; a hub cannot name a payload. A [`Payload`] exists only within its limits: it is made by
//! [`Payload::new`] or [`Payload::from_bytes`], which check the same rules.

mod body;
mod carried;
mod check;
pub mod linter;
mod nk;
mod statutory;
mod wire;

pub use body::{Answer, Body, Forward, InfoReply, InfoRequest, Referral, StatusReport};
pub use carried::Roles;
pub use nk::{NkDispatch, NkForm, NkMove, NkNote, NkPerson};
pub use statutory::{Alert, MediationNote, MediationRequest, Notice, Signal, TransferCase};

use crate::refusal::Refusal;
use crate::vocab::{Category, MessageKind};
use std::fmt;

/// Content of one message. Its `Debug` form shows kind and sizes only.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    subject_ref: String,
    sections: Vec<Section>,
    body: Body,
}

/// Text of one data category.
#[derive(Clone, PartialEq, Eq)]
pub struct Section {
    /// Which kind of fact; never [`Category::None`].
    pub category: Category,
    /// Heading, at most 120 characters; may be empty.
    pub label: String,
    /// The text, at most 16 KiB.
    pub text: String,
}

impl Payload {
    /// Makes content for a message.
    ///
    /// # Errors
    /// `FIELD_MISSING`, `FIELD_INVALID` or `TOO_LARGE` with the name of the field and never its value;
    /// `DECLINE_REASON_MISSING`, `EARLIEST_DATE_MISSING`, `OUTCOME_MISSING` for incomplete statuses.
    pub fn new(subject_ref: impl Into<String>, sections: Vec<Section>, body: Body) -> Result<Self, Refusal> {
        let payload = Self { subject_ref: subject_ref.into(), sections, body };
        check::payload(&payload)?;
        Ok(payload)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// `MALFORMED` for bytes that are not the canonical form; otherwise as [`Payload::new`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let payload = wire::decode(bytes)?;
        check::payload(&payload)?;
        Ok(payload)
    }

    /// Writes the canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The sender's own case number.
    #[must_use]
    pub fn subject_ref(&self) -> &str {
        &self.subject_ref
    }

    /// The sections, in the sender's order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// The kind of message that carries it.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        self.body.kind()
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({}, {} sections, {} bytes)", self.kind(), self.sections.len(), self.to_bytes().len())
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({}, {} bytes)", self.category, self.text.len())
    }
}

#[cfg(test)]
mod tests;
