//! Who may be the second person.

use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;

use super::Stage;
use crate::people::Worker;
use crate::store::casework::Direction;

/// Whose message it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    /// Where the message came from; a namesake at another institution is somebody else.
    pub(super) direction: Direction,
    pub(super) name: &'a str,
    /// The users who had that name when it was asked.
    pub(super) uids: &'a [u32],
}

impl Asker<'_> {
    fn is(&self, worker: &Worker) -> bool {
        self.direction == Direction::Out && (self.uids.contains(&worker.uid) || self.name == worker.name)
    }
}

/// Whether somebody may look at reviews at all: whoever works with content, and the data-protection officer.
///
/// # Errors
/// `WORKER_ROLE`.
pub(super) fn looks(worker: &Worker) -> Result<(), Refusal> {
    if eligible(worker) { Ok(()) } else { Err(Refusal::new(Reason::WorkerRole).with("role", worker.role.code())) }
}

const fn eligible(worker: &Worker) -> bool {
    worker.role.reads_content() || matches!(worker.role, WorkerRole::Iod)
}

/// Whether somebody may decide: anybody who may look, except the asker. Where nobody else is employed,
/// the asker may look again at what has gone already; the answer is then true, and is recorded.
///
/// # Errors
/// `WORKER_ROLE` or `SECOND_PERSON`.
pub(super) fn decides(worker: &Worker, asker: &Asker<'_>, stage: Stage, everybody: &[Worker]) -> Result<bool, Refusal> {
    looks(worker)?;
    if !asker.is(worker) {
        return Ok(false);
    }
    let others = everybody.iter().filter(|other| other.uid != worker.uid && eligible(other)).count();
    match stage {
        Stage::After if others == 0 => Ok(true),
        Stage::Before | Stage::After => Err(Refusal::new(Reason::SecondPerson)),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    fn worker(uid: u32, name: &str, role: WorkerRole) -> Worker {
        Worker { uid, name: name.to_owned(), role }
    }

    #[test]
    fn the_asker_is_no_second_person_however_named() {
        let anna = worker(1, "Anna Nowak", WorkerRole::PracownikSocjalny);
        let ewa = worker(2, "Ewa Lis", WorkerRole::Iod);
        let all = [anna.clone(), ewa.clone()];
        let asker = Asker { direction: Direction::Out, name: "Anna Nowak", uids: &[1] };
        for stage in [Stage::Before, Stage::After] {
            assert_eq!(decides(&anna, &asker, stage, &all).unwrap_err().reason, Reason::SecondPerson);
            assert_eq!(decides(&ewa, &asker, stage, &all), Ok(false));
        }
        // Another name for the same user, and another user under the same name.
        let renamed = worker(1, "A. Kos", WorkerRole::Kierownik);
        assert_eq!(decides(&renamed, &asker, Stage::Before, &all).unwrap_err().reason, Reason::SecondPerson);
        let double = worker(3, "Anna Nowak", WorkerRole::Kierownik);
        assert_eq!(decides(&double, &asker, Stage::Before, &all).unwrap_err().reason, Reason::SecondPerson);
        // What arrived was written by somebody else, also under the same name.
        let theirs = Asker { direction: Direction::In, name: "Anna Nowak", uids: &[] };
        assert_eq!(decides(&anna, &theirs, Stage::After, &all), Ok(false));
    }

    #[test]
    fn somebody_alone_looks_again_at_what_went_but_lets_nothing_out() {
        let anna = worker(1, "Anna Nowak", WorkerRole::Pedagog);
        let asker = Asker { direction: Direction::Out, name: "Anna Nowak", uids: &[1] };
        let registry = worker(2, "B. Kos", WorkerRole::Kancelaria);
        let alone = [anna.clone(), registry.clone()];
        assert_eq!(decides(&anna, &asker, Stage::After, &alone), Ok(true));
        assert_eq!(decides(&anna, &asker, Stage::Before, &alone).unwrap_err().reason, Reason::SecondPerson);
        assert_eq!(decides(&registry, &asker, Stage::After, &alone).unwrap_err().reason, Reason::WorkerRole);
        let iod = worker(3, "E. Lis", WorkerRole::Iod);
        let two = [anna.clone(), iod];
        assert_eq!(decides(&anna, &asker, Stage::After, &two).unwrap_err().reason, Reason::SecondPerson);
    }
}
