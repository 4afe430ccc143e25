//! The node of one institution: seals, sends, receives, and shows only what the gate releases.
//!
//! Where to look: [`gate`] decides what may leave, what may be taken and what may be shown;
//! [`outbox`] and [`inbox`] are the pure rules of delivery, [`sync`] the loops that carry them
//! out; [`referral`] is the life of a referral, [`casework`] what a worker sees of it.

pub mod account;
pub mod alarm;
pub mod api;
pub mod casework;
pub mod cli;
pub mod config;
pub mod consent;
pub mod control;
pub mod directory;
pub mod gate;
pub mod inbox;
pub mod join;
pub mod keys;
pub mod link;
pub mod message;
pub mod mirror;
pub mod names;
mod node;
pub mod obligation;
pub mod observe;
pub mod outbox;
pub mod people;
pub mod quarantine;
pub mod referral;
pub mod review;
pub mod session;
pub mod status;
pub mod store;
pub mod sync;
pub mod tasks;
pub mod text;
pub mod trail;
pub mod vault;
pub mod web;

pub use self::node::Node;
