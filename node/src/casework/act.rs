//! What workers do in cases. Each act asks the gate and is one transaction.

mod ack;
mod consult;
mod info;
mod lawful;
mod mediation;
mod nk;
mod open;
mod order;
mod query;
mod referral;
mod say;
mod statutory;
mod transfer;
mod without;

pub use self::ack::{ack, case_feedback, close, formal_ref};
pub use self::consult::{Question, ask as consult, feedback, reply as consult_reply};
pub use self::info::{Answering, Reply, Wanted, ask, refuse, reply, reply_with};
pub use self::lawful::{Fact, Lawful, NkText, Person};
pub use self::mediation::{mediate, mediation_ask, mediation_note};
pub use self::nk::{
    Dispatched, Dispatching, Moving, NoteText, dispatch, handed_b, nk_move, nk_note, nk_note_first, sitting,
};
pub use self::open::Sent;
pub use self::order::{Judged, Order, Shown};
pub use self::query::query;
pub use self::referral::{Addressed, Forwarding, answer, cancel, decide, forward, refer, resend, undo_accept};
pub use self::statutory::{Matter, report};
pub use self::transfer::{TransferText, transfer};
pub use self::without::{LeftOut, Under, Without};

pub(super) use self::open::{clock, phone};
pub(super) use self::referral::tell as told_opened;
