//! What breaks: killed processes, full and failing disks, and what must never leak meanwhile.

#![expect(clippy::indexing_slicing, reason = "tests may fail loudly")]

mod canary;
mod disk;
mod hub_process;
mod kill;
mod stolen;
mod thief;
