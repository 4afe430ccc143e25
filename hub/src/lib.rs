//! The hub of a region: carries sealed envelopes between institutions and reads none of them.

pub mod caller;
pub mod cli;
pub mod config;
pub mod consent;
pub mod desk;
pub mod directory;
pub mod enrolment;
pub mod keys;
pub mod listen;
pub mod log;
pub mod mailbox;
pub mod observe;
pub mod quota;
pub mod region;
pub mod retention;
pub mod rpc;
mod running;
mod store;
pub mod tasks;
pub mod writer;

pub use running::{Options, Running, start};
