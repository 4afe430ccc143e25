//! What breaks: killed processes, full and failing disks, and what must never leak meanwhile.

mod canary;
mod disk;
mod hub_process;
mod kill;
