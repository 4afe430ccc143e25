//! What workers do in cases. Each act asks the gate and is one transaction.

mod consult;
mod info;
mod open;
mod referral;

pub use self::consult::{Question, ask as consult, feedback, reply as consult_reply};
pub use self::info::{Reply, Wanted, ask, refuse, reply};
pub use self::open::Sent;
pub(super) use self::referral::tell as told_opened;
pub use self::referral::{Addressed, Forwarding, answer, cancel, decide, forward, refer, resend, undo_accept};
