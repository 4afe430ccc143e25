//! Defines the file in which a whole log travels, so that anybody can check it.
//!
//! JSON, one object a line, UTF-8, every line ended by a newline. First the header, then the
//! leaves in order, among them any number of checkpoints, each after the leaves it covers; the
//! last line is a checkpoint of all leaves:
//!
//! ```text
//! {"wiez_log":1,"origin":"…","log_key":"…","cosign_key":"…","region":"…","directory_key":"…"}
//! {"leaf":"…"}
//! {"checkpoint":"…\n…"}
//! ```
//!
//! Keys and leaves are base64 with padding. Every line has exactly this form, without other
//! spaces, order or fields, so that one log has one file; in strings only the newline is
//! escaped. Any JSON reader reads it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{LogKeys, MAX_CHECKPOINT_BYTES, origin_is_good};
use super::leaf::MAX_LEAF_BYTES;

/// Longest line in bytes, with its newline.
pub const MAX_LINE_BYTES: usize = 2 * (MAX_LEAF_BYTES + MAX_CHECKPOINT_BYTES);

/// First line: which log this is and which keys it claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name and keys of the log.
    pub keys: LogKeys,
    /// Region, as its id; visible ASCII without quote or backslash.
    pub region: String,
    /// The region's first directory key (Ed25519).
    pub directory_key: [u8; 32],
}

/// One line of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The header.
    Header(Header),
    /// The bytes of a leaf.
    Leaf(Vec<u8>),
    /// A signed head.
    Checkpoint(String),
}

impl Line {
    /// The line with its newline.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Self::Header(header) => format!(
                "{{\"wiez_log\":1,\"origin\":\"{}\",\"log_key\":\"{}\",\"cosign_key\":\"{}\",\"region\":\"{}\",\"directory_key\":\"{}\"}}\n",
                header.keys.origin,
                STANDARD.encode(header.keys.log_pub),
                STANDARD.encode(header.keys.cosign_pub),
                header.region,
                STANDARD.encode(header.directory_key),
            ),
            Self::Leaf(bytes) => format!("{{\"leaf\":\"{}\"}}\n", STANDARD.encode(bytes)),
            Self::Checkpoint(text) => format!("{{\"checkpoint\":\"{}\"}}\n", text.replace('\n', "\\n")),
        }
    }

    /// Reads one line with its newline; `None` unless [`Self::write`] gives exactly it back.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let inner = line.strip_suffix("\"}\n")?;
        let found = if let Some(leaf) = inner.strip_prefix("{\"leaf\":\"") {
            Self::Leaf(STANDARD.decode(leaf).ok()?)
        } else if let Some(text) = inner.strip_prefix("{\"checkpoint\":\"") {
            Self::Checkpoint(plain(&text.replace("\\n", "\n"))?)
        } else {
            Self::Header(header(inner)?)
        };
        (found.write() == line).then_some(found)
    }
}

/// A text without anything that JSON would escape, other than newlines.
fn plain(text: &str) -> Option<String> {
    let escaped = |c: char| c == '"' || c == '\\' || (c.is_control() && c != '\n');
    (!text.contains(escaped)).then(|| text.to_owned())
}

fn header(inner: &str) -> Option<Header> {
    let (origin, rest) = inner.strip_prefix("{\"wiez_log\":1,\"origin\":\"")?.split_once("\",\"log_key\":\"")?;
    let (log, rest) = rest.split_once("\",\"cosign_key\":\"")?;
    let (cosign, rest) = rest.split_once("\",\"region\":\"")?;
    let (region, directory) = rest.split_once("\",\"directory_key\":\"")?;
    let good = |name: &str| origin_is_good(name) && plain(name).is_some();
    if !good(origin) || !good(region) {
        return None;
    }
    let keys = LogKeys { origin: origin.to_owned(), log_pub: key(log)?, cosign_pub: key(cosign)? };
    Some(Header { keys, region: region.to_owned(), directory_key: key(directory)? })
}

fn key(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;

    fn lines() -> Vec<Line> {
        let keys = LogKeys { origin: "wiez/test/1".to_owned(), log_pub: [1; 32], cosign_pub: [2; 32] };
        vec![
            Line::Header(Header { keys, region: "test".to_owned(), directory_key: [3; 32] }),
            Line::Leaf(b"E123".to_vec()),
            Line::Checkpoint("wiez/test/1\n0\n47DE=\n\n\u{2014} x y\n".to_owned()),
        ]
    }

    #[test]
    fn lines_come_back_and_a_json_reader_agrees() {
        for line in lines() {
            let text = line.write();
            assert_eq!(Line::read(&text), Some(line.clone()));
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            match line {
                Line::Header(header) => assert_eq!(json["origin"], header.keys.origin),
                Line::Leaf(bytes) => assert_eq!(json["leaf"], STANDARD.encode(bytes)),
                Line::Checkpoint(text) => assert_eq!(json["checkpoint"], text),
            }
        }
    }

    #[test]
    fn any_other_form_is_refused() {
        for line in lines() {
            let text = line.write();
            for bad in [text.trim_end(), &format!(" {text}"), &text.replace(':', ": "), &text.replace("\"}", "\",}")] {
                assert_eq!(Line::read(bad), None, "{bad}");
            }
        }
        for bad in
            ["", "\n", "{}\n", "{\"leaf\":\"AA\"}\n", "{\"leaf\":\"RQ==\",\"x\":\"\"}\n", "{\"checkpoint\":\"\\t\"}\n"]
        {
            assert_eq!(Line::read(bad), None, "{bad}");
        }
    }
}
