//! What the square code of a printed consent holds, and how any node checks it without a network.
//!
//! The code says which sheet it is, what may pass between which institutions until when, and carries the signature of
//! the institution that printed it. It names no person and holds no case number. It proves what was printed, not that
//! somebody signed it with a pen: that stands on the paper.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::directory::Standing;
use wiez_proto::envelope::{Object, Region, SigningKey};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Category;
use wiez_proto::wire::invalid;

use super::form::Form;
use crate::Node;
use crate::directory::Directory;

/// What every code begins with, so that a person who scans it sees what it is.
const MARK: &str = "WIEZ1:";
/// The layout below.
const VERSION: u8 = 1;
const SIGNATURE_LEN: usize = 64;
/// How much of the signing key's id is carried: enough to tell a renewed key from a wrong one.
const KEY_LEN: usize = 4;
/// Longest text that is looked at, in bytes; the largest square code holds fewer.
const MAX_TEXT: usize = 4300;
/// Letters of base32 (RFC 4648, 6), which a square code packs tightly and a person can type.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Bytes of a set of categories.
const SET_LEN: usize = 5;

/// The bit of each category, counted from 0. Printed sheets outlive releases: new categories go to the end.
const BITS: [Category; 37] = [
    Category::IdName,
    Category::IdPesel,
    Category::Age,
    Category::Address,
    Category::LocationSafe,
    Category::Contact,
    Category::Guardian,
    Category::FamilyComp,
    Category::FamilySit,
    Category::Marital,
    Category::Kinship,
    Category::Material,
    Category::Benefits,
    Category::Housing,
    Category::Employment,
    Category::EduPlace,
    Category::EduProgress,
    Category::EduOpinion,
    Category::Health,
    Category::HealthMental,
    Category::Disability,
    Category::Pregnancy,
    Category::Addiction,
    Category::Violence,
    Category::Incident,
    Category::Criminal,
    Category::CourtFamily,
    Category::Foster,
    Category::Origin,
    Category::Lang,
    Category::Religion,
    Category::Sexual,
    Category::Assessment,
    Category::PlanTasks,
    Category::Reporter,
    Category::Logistics,
    Category::None,
];

/// What one institution may get and give by a printed sheet; organisational matters always may pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperPair {
    /// Which.
    pub institution: InstitutionId,
    /// What may go to it.
    pub give: BTreeSet<Category>,
    /// What may come from it.
    pub receive: BTreeSet<Category>,
}

/// What a printed sheet says, as far as its square code does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Who printed it.
    pub issuer: InstitutionId,
    /// The number of the consent there.
    pub number: String,
    /// Last day.
    pub valid_to: Date,
    /// Between whom, and what.
    pub pairs: Vec<PaperPair>,
}

impl Paper {
    /// What the code of a form says.
    #[must_use]
    pub fn of(issuer: &InstitutionId, number: &str, form: &Form) -> Self {
        let pair = |pair: &super::Pair| PaperPair {
            institution: pair.institution.clone(),
            give: pair.give.clone(),
            receive: pair.receive.clone(),
        };
        Self {
            issuer: issuer.clone(),
            number: number.to_owned(),
            valid_to: form.valid_to,
            pairs: form.pairs.iter().map(pair).collect(),
        }
    }

    /// The text of the code: letters and digits that a square code packs into 5.5 bits each.
    #[must_use]
    pub fn text(&self, key: &SigningKey, region: &Region) -> String {
        let mut bytes = self.bytes(key.public().id().bytes());
        let signature = key.sign(Object::Paper, region, &bytes);
        bytes.extend_from_slice(&signature);
        format!("{MARK}{}", base32(&bytes))
    }

    fn bytes(&self, key_id: &[u8]) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend(key_id.iter().take(KEY_LEN));
        put(&mut out, self.issuer.as_str());
        put(&mut out, &self.number);
        put(&mut out, &self.valid_to.to_string());
        out.push(u8::try_from(self.pairs.len()).unwrap_or(u8::MAX));
        for pair in &self.pairs {
            put(&mut out, pair.institution.as_str());
            out.extend_from_slice(&bits(&pair.give));
            out.extend_from_slice(&bits(&pair.receive));
        }
        out
    }

    fn read(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        if take(rest, 1)? != [VERSION].as_slice() {
            return None;
        }
        take(rest, KEY_LEN)?;
        let (issuer, number, day) = (text(rest)?, text(rest)?, text(rest)?);
        let count = *take(rest, 1)?.first()?;
        let mut pairs = vec![];
        for _ in 0..count {
            let institution = text(rest)?.parse().ok()?;
            let (give, receive) = (categories(take(rest, SET_LEN)?)?, categories(take(rest, SET_LEN)?)?);
            pairs.push(PaperPair { institution, give, receive });
        }
        let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let whole = rest.is_empty() && plain && number.len() <= 20;
        whole.then_some(Self { issuer: issuer.parse().ok()?, number, valid_to: day.parse().ok()?, pairs })
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    // Ids, numbers and days are far below 255 bytes.
    let bytes = text.as_bytes();
    out.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(bytes);
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let len = usize::from(*take(rest, 1)?.first()?);
    String::from_utf8(take(rest, len)?.to_vec()).ok()
}

fn bits(set: &BTreeSet<Category>) -> [u8; SET_LEN] {
    let mut number = 0_u64;
    for (at, category) in BITS.iter().enumerate() {
        if set.contains(category) {
            number |= 1 << at;
        }
    }
    let [_, _, _, a, b, c, d, e] = number.to_be_bytes();
    [a, b, c, d, e]
}

fn categories(bytes: &[u8]) -> Option<BTreeSet<Category>> {
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let known = BITS.iter().enumerate().filter(|(at, _)| number >> at & 1 == 1).map(|(_, category)| *category);
    (number >> BITS.len() == 0).then(|| known.collect())
}

fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let number = (0..5).fold(0_u64, |number, at| number << 8 | u64::from(chunk.get(at).copied().unwrap_or(0)));
        let letters = (chunk.len() * 8).div_ceil(5);
        let letter = |at: usize| LETTERS.get(usize::try_from(number >> (35 - 5 * at) & 31).unwrap_or(0));
        out.extend((0..letters).filter_map(letter).map(|letter| char::from(*letter)));
    }
    out
}

fn unbase32(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut count) = (vec![], 0_u64, 0_u32);
    for byte in text.bytes() {
        let value = LETTERS.iter().position(|letter| *letter == byte.to_ascii_uppercase())?;
        held = (held << 5 | u64::try_from(value).ok()?) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(held >> count & 0xff).ok()?);
        }
    }
    // One text for one value: what is left over is shorter than a letter, and zero.
    (count < 5 && held & ((1 << count) - 1) == 0).then_some(out)
}

/// What a node can say of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What the sheet says.
    pub paper: Paper,
    /// The name of who printed it.
    pub issuer_name: String,
    /// Its telephone.
    pub phone: String,
    /// The names of the institutions, in the sheet's order; ids where this node does not know them.
    pub names: Vec<String>,
    /// Whether its last day is over.
    pub over: bool,
    /// Whether who printed it still takes part.
    pub active: bool,
}

/// Checks the text of a code by the mirrored directory; nothing is asked of anybody.
///
/// # Errors
/// `MALFORMED` for what is no such code, `RECIPIENT_UNKNOWN` for a printer that the directory does not know,
/// `KEY_CHANGED` when it has another key now, `UNVERIFIABLE` when the code was altered or made by somebody else.
pub fn check(node: &Node, text: &str) -> Result<Checked, Refusal> {
    let malformed = || Refusal::new(Reason::Malformed);
    let text: String = text.chars().filter(|c| !c.is_whitespace()).take(MAX_TEXT).collect();
    let marked = text.get(..MARK.len()).filter(|mark| mark.eq_ignore_ascii_case(MARK));
    let body = marked.and_then(|_| text.get(MARK.len()..)).ok_or_else(malformed)?;
    let bytes = unbase32(body).ok_or_else(malformed)?;
    let (content, signature) =
        bytes.split_at_checked(bytes.len().saturating_sub(SIGNATURE_LEN)).ok_or_else(malformed)?;
    let paper = Paper::read(content).ok_or_else(malformed)?;
    let directory = node.directory();
    let (entry, active) = if paper.issuer == *node.id() {
        (node.me().clone(), true)
    } else {
        let unknown = || Refusal::new(Reason::RecipientUnknown).with("institution", paper.issuer.as_str());
        let peer = directory.get(&paper.issuer).ok_or_else(unknown)?;
        (peer.entry.clone(), peer.standing == Standing::Active)
    };
    if content.get(1..=KEY_LEN) != entry.signing_key.id().bytes().get(..KEY_LEN) {
        return Err(Refusal::new(Reason::KeyChanged).with("institution", paper.issuer.as_str()));
    }
    entry.signing_key.verify(Object::Paper, node.region(), content, signature)?;
    let names = paper.pairs.iter().map(|pair| name(node, &directory, &pair.institution)).collect();
    let over = wiez_proto::calendar::day_of(node.env().now_ms()) > paper.valid_to;
    Ok(Checked { issuer_name: entry.name, phone: entry.phone, names, over, active, paper })
}

fn name(node: &Node, directory: &Directory, id: &InstitutionId) -> String {
    if id == node.id() {
        return node.me().name.clone();
    }
    directory.get(id).map_or_else(|| id.to_string(), |peer| peer.entry.name.clone())
}

/// The modules of the square code of a text, row by row, with the side's length; dark ones are true.
///
/// # Errors
/// `TOO_LARGE` for a text that no square code holds.
pub fn square(text: &str) -> Result<(Vec<bool>, usize), Refusal> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)
        .map_err(|_| Refusal::new(Reason::TooLarge).with("field", "code"))?;
    let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    Ok((dark, code.width()))
}

/// The most institutions of one sheet: its code stays readable at 28 mm.
pub const MAX_PAIRS: usize = 12;

/// Refuses a form with more institutions than a sheet can hold.
///
/// # Errors
/// `FIELD_INVALID`.
pub(super) fn fits(form: &Form) -> Result<(), Refusal> {
    if form.pairs.len() > MAX_PAIRS { Err(invalid("to")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
