//! Hostile input: every wrong certificate, call, field and envelope, and that nothing comes of it.

mod calls;
mod certificates;
mod channel;
mod consent;
mod craft;
mod fields;
mod ground;
mod handshake;
mod log;
mod mail;
mod raw;
mod sealed;
mod statute;
