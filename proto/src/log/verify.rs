//! Checks an exported log with public keys only.

use std::io::{BufRead, Read};

use super::checkpoint::{CheckpointError, LogKeys};
use super::export::{Header, Line, MAX_LINE_BYTES};
use super::leaf::{Leaf, LeafError};
use super::mirror::{Mirror, MirrorAlarm};

/// What an export contains, all of it checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Number of leaves.
    pub size: u64,
    /// Time of the last checkpoint in seconds since 1970.
    pub time_s: u64,
    /// Number of checkpoints verified.
    pub checkpoints: u64,
    /// Edge entries, padding included.
    pub edges: u64,
    /// Withdrawal entries, padding included.
    pub withdrawals: u64,
    /// Directory entries.
    pub directory: u64,
    /// Membership entries.
    pub membership: u64,
    /// Batches with mail.
    pub batches: u64,
    /// Envelopes and receipts in these batches.
    pub items: u64,
}

/// The first thing that is wrong in an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be read.
    #[error("cannot read the export: {0}")]
    Io(#[from] std::io::Error),
    /// A line, counted from 1, has not the exact form or is not where it belongs.
    #[error("line {line} is not a line of a log export")]
    Line {
        /// Number of the line.
        line: u64,
    },
    /// The header names another log or other keys than those trusted.
    #[error("the export is not of the trusted log")]
    Keys,
    /// A leaf is no entry of the log.
    #[error("leaf {index}: {error}")]
    Leaf {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        error: LeafError,
    },
    /// A checkpoint is not signed by the log.
    #[error("line {line}: {error}")]
    Checkpoint {
        /// Number of the line.
        line: u64,
        /// What is wrong with it.
        error: CheckpointError,
    },
    /// A signed checkpoint contradicts the leaves before it or an earlier checkpoint. The first
    /// wrong leaf has an index from `from` to `to - 1`, if a leaf is wrong.
    #[error("leaves {from} to {to} do not lead to the checkpoint after them")]
    Root {
        /// Leaves below this index are proved by an earlier checkpoint.
        from: u64,
        /// Number of leaves before the checkpoint.
        to: u64,
    },
    /// The file ends without a checkpoint that covers every leaf.
    #[error("the export ends without a checkpoint of all its leaves")]
    Unsigned,
}

/// Checks every line: exact form, every leaf an entry, every checkpoint signed by both keys,
/// its root recomputed, heads growing in time, and the last one covering everything.
///
/// `trusted` are the keys from the signed directory. Without them the file is only checked
/// against the keys that it names itself, which the caller must compare; they are returned.
///
/// # Errors
/// [`ExportError`] with the first thing that is wrong.
pub fn verify_export(mut file: impl BufRead, trusted: Option<&LogKeys>) -> Result<(Header, Checked), ExportError> {
    let Some(Line::Header(header)) = next(&mut file, 1)? else {
        return Err(ExportError::Line { line: 1 });
    };
    if trusted.is_some_and(|trusted| *trusted != header.keys) {
        return Err(ExportError::Keys);
    }
    let (mut checked, mut mirror, mut pending) = (Checked::default(), Mirror::new(), Vec::new());
    for line in 2.. {
        match next(&mut file, line)? {
            Some(Line::Leaf(bytes)) => pending.push(bytes),
            Some(Line::Checkpoint(text)) => {
                advance(&mut mirror, &std::mem::take(&mut pending), &text, &header.keys, line, &mut checked)?;
            }
            Some(Line::Header(_)) => return Err(ExportError::Line { line }),
            None => break,
        }
    }
    match mirror.head() {
        Some(head) if pending.is_empty() => {
            checked.size = head.size;
            checked.time_s = head.time_s;
            Ok((header, checked))
        }
        _ => Err(unsigned(&mirror, &pending)),
    }
}

/// Reads one line, at most [`MAX_LINE_BYTES`] of it; `None` at the end of the file.
fn next(file: &mut impl BufRead, line: u64) -> Result<Option<Line>, ExportError> {
    let mut bytes = Vec::new();
    file.take(MAX_LINE_BYTES as u64).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let found = std::str::from_utf8(&bytes).ok().and_then(Line::read);
    found.map(Some).ok_or(ExportError::Line { line })
}

fn advance(
    mirror: &mut Mirror,
    leaves: &[Vec<u8>],
    checkpoint: &str,
    keys: &LogKeys,
    line: u64,
    checked: &mut Checked,
) -> Result<(), ExportError> {
    let from = mirror.size();
    let to = from + u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    // A file has no "now": a far clock keeps the mirror from judging the future.
    let advanced = mirror.advance(leaves, checkpoint, keys, i64::MAX).map_err(|alarm| match alarm {
        MirrorAlarm::NotVerified(error) => ExportError::Checkpoint { line, error },
        MirrorAlarm::Leaf { index, error } => ExportError::Leaf { index, error },
        MirrorAlarm::Smaller(_)
        | MirrorAlarm::Shrank(_)
        | MirrorAlarm::Forked(_)
        | MirrorAlarm::WrongLeaves(_)
        | MirrorAlarm::FutureTime(_)
        | MirrorAlarm::LeafCount { .. }
        | MirrorAlarm::NodesMissing => ExportError::Root { from, to },
    })?;
    checked.checkpoints += 1;
    for leaf in &advanced.leaves {
        count(leaf, checked);
    }
    Ok(())
}

fn count(leaf: &Leaf, checked: &mut Checked) {
    match leaf {
        Leaf::Edge { .. } => checked.edges += 1,
        Leaf::Withdrawal { .. } => checked.withdrawals += 1,
        Leaf::Directory { .. } => checked.directory += 1,
        Leaf::Membership { .. } => checked.membership += 1,
        Leaf::Mail { count, .. } => {
            checked.batches += 1;
            checked.items += u64::from(*count);
        }
        Leaf::Origin { .. } => {}
    }
}

/// Names a leaf that is no entry even when no checkpoint follows it.
fn unsigned(mirror: &Mirror, pending: &[Vec<u8>]) -> ExportError {
    let bad = (mirror.size()..).zip(pending).find_map(|(index, bytes)| Some((index, Leaf::decode(bytes).err()?)));
    bad.map_or(ExportError::Unsigned, |(index, error)| ExportError::Leaf { index, error })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::super::checkpoint::LogSigner;
    use super::super::tree::{Frontier, leaf_hash};
    use super::*;

    fn export() -> String {
        let signer = LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap();
        let header = Header { keys: signer.keys().clone(), region: "test".to_owned(), directory_key: [3; 32] };
        let mut out = Line::Header(header).write();
        let mut frontier = Frontier::new();
        let leaves = [
            Leaf::Directory { entry_hash: [4; 32] },
            Leaf::Membership { object_hash: [5; 32] },
            Leaf::Edge { handle_hash: [6; 32], grant_hash: [7; 32] },
            Leaf::Withdrawal { handle_hash: [6; 32], object_hash: [8; 32] },
            Leaf::Mail { count: 3, root: [9; 32] },
        ];
        for (leaf, time) in leaves.iter().zip(1_i64..) {
            out += &Line::Leaf(leaf.encode()).write();
            frontier.push(leaf_hash(&leaf.encode()));
            if time == 2 || time == 5 {
                out += &Line::Checkpoint(signer.sign(frontier.size(), &frontier.root(), time * 60_000)).write();
            }
        }
        out
    }

    fn check(text: &[u8]) -> Result<Checked, ExportError> {
        verify_export(text, None).map(|(_, checked)| checked)
    }

    #[test]
    fn a_good_export_is_counted() {
        let expected = Checked {
            size: 5,
            time_s: 300,
            checkpoints: 2,
            edges: 1,
            withdrawals: 1,
            directory: 1,
            membership: 1,
            batches: 1,
            items: 3,
        };
        assert_eq!(check(export().as_bytes()).unwrap(), expected);
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let good = export().into_bytes();
        let signer = LogSigner::from_seeds("wiez/test/1", &[1; 32], &[2; 32]).unwrap();
        let trust = |text: &[u8]| verify_export(text, Some(signer.keys()));
        // Region and directory key of the header are the caller's to compare: the log does not sign them.
        let header = good.iter().position(|byte| *byte == b'\n').unwrap();
        for bit in (header + 1) * 8..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(trust(&bad).is_err(), "byte {}", bit / 8);
        }
        assert!(trust(&good).is_ok());
    }

    #[test]
    fn the_place_of_a_wrong_leaf_is_told() {
        let lines: Vec<String> = export().lines().map(|line| format!("{line}\n")).collect();
        let with = |at: usize, line: String| {
            let mut lines = lines.clone();
            lines[at] = line;
            check(lines.concat().as_bytes())
        };
        let other = Line::Leaf(Leaf::Directory { entry_hash: [99; 32] }.encode()).write();
        assert!(matches!(with(5, other.clone()), Err(ExportError::Root { from: 2, to: 5 })));
        assert!(matches!(with(1, other), Err(ExportError::Root { from: 0, to: 2 })));
        let broken = Line::Leaf(b"X".to_vec()).write();
        assert!(matches!(with(5, broken), Err(ExportError::Leaf { index: 3, error: LeafError::Kind })));
        assert!(matches!(with(3, "{}\n".to_owned()), Err(ExportError::Line { line: 4 })));
        assert!(matches!(with(7, String::new()), Err(ExportError::Unsigned)));
        assert!(matches!(with(2, String::new()), Err(ExportError::Root { from: 0, to: 1 })));
        assert!(matches!(with(0, String::new()), Err(ExportError::Line { line: 1 })));
        assert!(matches!(check(b""), Err(ExportError::Line { line: 1 })));
        assert!(matches!(check("a".repeat(1 << 20).as_bytes()), Err(ExportError::Line { line: 1 })));
    }

    #[test]
    fn keys_that_are_not_the_trusted_ones_are_refused() {
        let other = LogSigner::from_seeds("wiez/test/1", &[1; 32], &[4; 32]).unwrap();
        let refused = verify_export(export().as_bytes(), Some(other.keys()));
        assert!(matches!(refused, Err(ExportError::Keys)));
    }
}
