//! Consents on paper and what follows from them: grants, narrowing, withdrawal, block, answers.
//!
//! One paper form becomes one record and one grant for each institution named on it; no
//! institution learns from its grant who else was named. The record stays where the paper is.

mod act;
mod board;
mod effect;
mod form;
mod giver;
mod known;
mod notice;
mod paper;
mod sheet;
mod view;

pub use self::act::{Scope, Withdrawn, block, record, set_conflict, withdraw, withdraw_for};
pub use self::board::{Board, BoardRow, Look, board, standing};
pub use self::effect::{Effect, effects, history, person};
pub use self::form::{Form, Pair, State};
pub use self::giver::Giver;
pub use self::notice::answer;
pub use self::paper::{Checked, MAX_PAIRS, Paper, PaperPair, check, square};
pub use self::sheet::{Act, Deed, Signature, prepare, refuse, refused_before, sign};
pub use self::view::{ConsentLine, ConsentView, PairView, list, show};

pub(crate) use self::known::{choose, concerns, held, seen};
pub(crate) use self::notice::noticed;
