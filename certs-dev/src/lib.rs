//! Makes throw-away certificates for tests and the demo, right ones and wrong ones by name.
//!
//! Never part of a running system: the CA carries [`MARK`] in its subject, and the hub refuses
//! to serve with such a CA outside demo mode. Time comes from the caller in milliseconds since
//! 1970; keys and serial numbers are drawn by rcgen.

mod ca;
mod issued;
mod wrong;

pub use ca::DevCa;
pub use issued::Issued;
pub use rcgen::Error;
pub use wrong::{RefusedAt, UnknownWrong, Wrong};

/// Organisation in the subject of a throw-away CA and of what it issues.
pub const MARK: &str = "wiez-certs-dev";

/// Whether a DER certificate was issued by, or is, a throw-away CA.
#[must_use]
pub fn is_marked(cert_der: &[u8]) -> bool {
    cert_der.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}
