//! Reads what stands on the command line and in files there: sections, answers, a paper form.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::str::FromStr;

use jiff::civil::Date;
use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Category;
use wiez_proto::wire::invalid;

use super::args::Paper;
use crate::api::SectionText;
use crate::casework::act::Reply;
use crate::consent::{Form, Giver, Pair};

/// `[N:]CATEGORY[:heading]=text` or `…=@file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    question: u32,
    pub(super) category: Category,
    pub(super) label: String,
    text: String,
}

impl FromStr for Part {
    type Err = Refusal;

    fn from_str(given: &str) -> Result<Self, Refusal> {
        let (head, text) = given.split_once('=').ok_or_else(|| invalid("section"))?;
        let (question, head) = match head.split_once(':') {
            Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => {
                (number.parse::<u32>().ok().and_then(|n| n.checked_sub(1)).ok_or_else(|| invalid("question"))?, rest)
            }
            _ => (0, head),
        };
        let (code, label) = head.split_once(':').unwrap_or((head, ""));
        let category = Category::parse(code).map_err(|_| invalid("category"))?;
        Ok(Self { question, category, label: label.to_owned(), text: text.to_owned() })
    }
}

impl Part {
    /// The text, read from the file where `@` names one.
    pub(super) fn text(&self) -> Result<String, Refusal> {
        text(&self.text)
    }
}

/// What was typed, read from the file where `@` names one.
pub(super) fn text(typed: &str) -> Result<String, Refusal> {
    match typed.strip_prefix('@') {
        None => Ok(typed.to_owned()),
        Some(path) => {
            let bytes = read(Path::new(path), limits::MAX_SECTION_BYTES)?;
            String::from_utf8(bytes).map_err(|_| invalid("section"))
        }
    }
}

/// Reads a small file.
///
/// # Errors
/// `FIELD_INVALID` (field `file`), or `TOO_LARGE`.
pub(super) fn read(path: &Path, most: usize) -> Result<Vec<u8>, Refusal> {
    let bad = |_| invalid("file").with("file", path.display());
    let file = std::fs::File::open(path).map_err(bad)?;
    // Counted while it is read: a device or a growing file has no honest size.
    let mut bytes = vec![];
    file.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut bytes).map_err(bad)?;
    if bytes.len() > most {
        return Err(Refusal::new(Reason::TooLarge).with("field", "file").with("max", most));
    }
    Ok(bytes)
}

/// The text of a square code, as it was typed or from the file of that name.
pub(super) fn code(typed: String) -> Result<String, Refusal> {
    let path = Path::new(&typed);
    if typed.len() > MAX_PATH_BYTES || !path.is_file() {
        return Ok(typed);
    }
    String::from_utf8(read(path, limits::MAX_SECTION_BYTES)?).map_err(|_| invalid("code"))
}

pub(super) fn section_texts(parts: Vec<Part>) -> Result<Vec<SectionText>, Refusal> {
    let text = |part: Part| Ok(SectionText { category: part.category, text: part.text()?, label: part.label });
    parts.into_iter().map(text).collect()
}

pub(super) fn replies(parts: Vec<Part>) -> Result<Vec<Reply>, Refusal> {
    let reply = |part: Part| Ok(Reply { question: part.question, category: part.category, text: part.text()? });
    parts.into_iter().map(reply).collect()
}

/// `INSTITUTION:GIVE[:RECEIVE]`, `!` after what was ticked explicitly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named(Pair);

impl FromStr for Named {
    type Err = Refusal;

    fn from_str(given: &str) -> Result<Self, Refusal> {
        let mut parts = given.split(':');
        let institution: InstitutionId = parts.next().unwrap_or_default().parse()?;
        let mut explicit = BTreeSet::new();
        let mut list = |text: Option<&str>| -> Result<BTreeSet<Category>, Refusal> {
            let codes = text.unwrap_or_default().split(',').map(str::trim).filter(|code| !code.is_empty());
            codes
                .map(|code| {
                    let plain = code.strip_suffix('!');
                    let category = Category::parse(plain.unwrap_or(code)).map_err(|_| invalid("category"))?;
                    if plain.is_some() {
                        explicit.insert(category);
                    }
                    Ok(category)
                })
                .collect()
        };
        let give = list(parts.next())?;
        let receive = list(parts.next())?;
        if parts.next().is_some() || (give.is_empty() && receive.is_empty()) {
            return Err(invalid("for"));
        }
        Ok(Self(Pair { institution, give, receive, explicit }))
    }
}

/// Longest path that a file has here; a longer text is no path.
const MAX_PATH_BYTES: usize = 4096;

/// Largest scan whose hash is taken, in bytes.
pub(super) const MAX_SCAN_BYTES: usize = 64 * 1024 * 1024;

/// The form as typed. The node puts in the worker's name.
pub(super) fn form(paper: Paper, today: Date) -> Result<Form, Refusal> {
    let evidence_hash = match &paper.scan {
        Some(scan) => Form::hash_of(&read(scan, MAX_SCAN_BYTES)?),
        None => Form::hash_of(paper.paper.as_bytes()),
    };
    Ok(Form {
        subject_ref: paper.subject,
        giver: Giver {
            role: paper.giver,
            born: paper.born,
            own_statement: paper.own_statement,
            authority: paper.authority,
            conflict: false,
        },
        evidence: paper.evidence,
        evidence_hash,
        evidence_place: paper.paper,
        pairs: paper.pairs.into_iter().map(|named| named.0).collect(),
        purposes: paper.purpose.into_iter().collect(),
        valid_from: paper.from.unwrap_or(today),
        valid_to: paper.until,
        worker: String::new(),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn sections_name_category_heading_and_question() {
        let part: Part = "HEALTH:opinia=astma = lekka".parse().unwrap();
        assert_eq!(
            (part.category, part.label.as_str(), part.text.as_str()),
            (Category::Health, "opinia", "astma = lekka")
        );
        assert_eq!("2:EDU_PROGRESS=dobra".parse::<Part>().unwrap().question, 1);
        for bad in ["HEALTH", "NO_SUCH=x", "0:HEALTH=x", "=x", "4294967296:HEALTH=x", "99999999999999999999:HEALTH=x"] {
            assert!(bad.parse::<Part>().is_err(), "{bad}");
        }
    }

    #[test]
    fn pairs_say_what_goes_what_comes_and_what_was_ticked() {
        let pair = "poz-zdr:ID_NAME,HEALTH!:EDU_PROGRESS".parse::<Named>().unwrap().0;
        assert_eq!(pair.give, BTreeSet::from([Category::IdName, Category::Health]));
        assert_eq!(pair.receive, BTreeSet::from([Category::EduProgress]));
        assert_eq!(pair.explicit, BTreeSet::from([Category::Health]));
        for bad in ["poz-zdr", "poz-zdr:", "Poz:ID_NAME", "poz:ID_NAME:AGE:x", "poz:XYZ"] {
            assert!(bad.parse::<Named>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_code_is_typed_or_read_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "WIEZ1:ABC\n").unwrap();
        assert_eq!(code(file.path().display().to_string()).unwrap(), "WIEZ1:ABC\n");
        assert_eq!(code("WIEZ1:ABC".to_owned()).unwrap(), "WIEZ1:ABC");
    }

    #[test]
    fn a_section_can_be_read_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "Kacper").unwrap();
        let part: Part = format!("ID_NAME=@{}", file.path().display()).parse().unwrap();
        assert_eq!(part.text().unwrap(), "Kacper");
        let absent: Part = "ID_NAME=@/nie/ma".parse().unwrap();
        assert!(absent.text().is_err());
        // Its size is said to be nothing, and it never ends.
        let endless: Part = "ID_NAME=@/dev/zero".parse().unwrap();
        assert_eq!(endless.text().unwrap_err().reason, Reason::TooLarge);
    }
}
