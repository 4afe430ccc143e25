//! Whole-system stories: they read like sentences and run over real TLS, real sockets and real databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail loudly")]

mod beyond;
mod clocks;
mod duty_first;
mod freshness;
mod given;
mod hostile_hub;
mod hostile_sender;
mod hostile_socket;
mod hostile_statute;
mod order;
mod outage;
mod pages;
mod partition;
mod referral;
mod restart;
mod restored;
mod scenario_1;
mod scenario_10;
mod scenario_2;
mod scenario_5;
mod second_person;
mod signed;
mod standing;
mod statutes;
mod table;
mod two_worlds;
mod unseen;
mod verified_rows;
mod verify;
mod waiting;
mod withdrawal;
