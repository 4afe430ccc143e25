//! What whole-system tests share: a small region with a hub, nodes, one clock and a bad network;
//! a member without a node; what a dishonest operator can do; the search for leaked texts.

pub mod acts;
pub mod calls;
pub mod canary;
pub mod desk;
pub mod lawful;
pub mod member;
pub mod network;
pub mod operator;
pub mod party;
pub mod region;
pub mod register;
pub mod session;
pub mod staff;
pub mod tasks;
pub mod world;

pub use party::Party;
pub use world::World;
