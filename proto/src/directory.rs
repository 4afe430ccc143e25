//! Signed directory entries and standings, and the rule that pins an institution's keys.

use prost::Message;

use crate::envelope::{Object, Region, SUITE, SealingPublic, SigningKey, VerifyingKey, sha256};
use crate::id::{Hash, InstitutionId, RegionId};
use crate::limits;
use crate::log::checkpoint::LogKeys;
use crate::refusal::{Reason, Refusal, unsafe_char};
use crate::vocab::InstitutionKind;
use crate::wire::{invalid, required, strict, v1};

/// One institution: what it is, and the keys by which it is known.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "every field is told at Entry in directory.proto")]
pub struct Entry {
    pub institution: InstitutionId,
    pub serial: u64,
    pub kind: InstitutionKind,
    pub also_acts_as: Vec<InstitutionKind>,
    pub name: String,
    pub teryt: String,
    pub phone: String,
    pub signing_key: VerifyingKey,
    pub sealing_key: SealingPublic,
    pub tls_fingerprint: [u8; 32],
    pub valid_from_ms: i64,
    pub previous: Option<Hash>,
}

impl Entry {
    /// SHA-256 of the canonical bytes: the entry's name in the log and in its successor.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::new(sha256(&[&self.to_bytes()]))
    }

    /// Signs the entry with the region's directory key.
    ///
    /// # Errors
    /// As [`Entry::parse`].
    pub fn sign(&self, directory: &SigningKey, region: &Region) -> Result<v1::Signed, Refusal> {
        let bytes = self.to_bytes();
        Self::parse(&bytes)?;
        Ok(directory.signed(Object::Entry, region, bytes))
    }

    /// Takes an entry that the directory key signed. Its keys are vetted here.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, else as [`Entry::parse`].
    pub fn open(signed: &v1::Signed, directory: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        Self::parse(directory.open(Object::Entry, region, signed)?)
    }

    /// Parses canonical bytes.
    ///
    /// # Errors
    /// `MALFORMED`, `UNSUPPORTED_VERSION`, `SUITE`, `KEY_WEAK`, or `FIELD_INVALID`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw: v1::Entry = strict(bytes)?;
        if raw.version != 1 {
            return Err(Refusal::new(Reason::UnsupportedVersion));
        }
        if raw.suite != SUITE {
            return Err(Refusal::new(Reason::Suite));
        }
        check_texts(&raw)?;
        let kind = |code: &str| InstitutionKind::parse(code).map_err(|_| invalid("kind"));
        let previous = if raw.previous.is_empty() { None } else { Some(Hash::parse(&raw.previous)?) };
        if raw.serial == 0 || (raw.serial == 1) != previous.is_none() {
            return Err(invalid("serial"));
        }
        Ok(Self {
            institution: raw.institution.parse()?,
            serial: raw.serial,
            kind: kind(&raw.kind)?,
            also_acts_as: raw.also_acts_as.iter().map(|code| kind(code)).collect::<Result<_, _>>()?,
            name: raw.name,
            teryt: raw.teryt,
            phone: raw.phone,
            signing_key: VerifyingKey::vet(&raw.signing_key)?,
            sealing_key: SealingPublic::vet(&raw.sealing_key)?,
            tls_fingerprint: raw.tls_fingerprint.as_ref().try_into().map_err(|_| invalid("tls_fingerprint"))?,
            valid_from_ms: raw.valid_from_ms,
            previous,
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        v1::Entry {
            version: 1,
            institution: self.institution.to_string(),
            serial: self.serial,
            kind: self.kind.code().to_owned(),
            also_acts_as: self.also_acts_as.iter().map(|kind| kind.code().to_owned()).collect(),
            name: self.name.clone(),
            teryt: self.teryt.clone(),
            phone: self.phone.clone(),
            signing_key: self.signing_key.bytes().to_vec().into(),
            sealing_key: self.sealing_key.bytes().to_vec().into(),
            suite: SUITE,
            tls_fingerprint: self.tls_fingerprint.to_vec().into(),
            valid_from_ms: self.valid_from_ms,
            previous: self.previous.map(|hash| hash.wire()).unwrap_or_default(),
        }
        .encode_to_vec()
    }
}

fn check_texts(raw: &v1::Entry) -> Result<(), Refusal> {
    let plain = |text: &str| text.chars().count() <= limits::MAX_NAME_CHARS && !text.chars().any(unsafe_char);
    if raw.name.trim().is_empty() || !plain(&raw.name) {
        return Err(invalid("name"));
    }
    if !(2..=7).contains(&raw.teryt.len()) || !raw.teryt.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("teryt"));
    }
    if raw.phone.len() > 32 || !raw.phone.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c)) {
        return Err(invalid("phone"));
    }
    Ok(())
}

/// Decides whether a new entry may take the place of the pinned one.
///
/// The directory key vouches for names and certificates. It cannot vouch for a change of
/// the keys that seal and sign: that needs the previous signing key, or nobody encrypts to it.
///
/// # Errors
/// `UNVERIFIABLE` without the directory's signature, `KEY_CHANGED` for changed keys without
/// the previous key's agreement, `EQUIVOCATION` when serial or chain does not follow.
pub fn follow(
    pinned: Option<&Entry>,
    offered: &v1::SignedEntry,
    directory: &VerifyingKey,
    region: &Region,
) -> Result<Entry, Refusal> {
    let signed = required("entry", offered.entry.as_ref())?;
    let entry = Entry::open(signed, directory, region)?;
    let Some(pinned) = pinned else {
        // A node may join late: the first entry that it sees of an institution need not be the first.
        return Ok(entry);
    };
    if entry == *pinned {
        return Ok(entry);
    }
    let follows = entry.institution == pinned.institution
        && entry.serial == pinned.serial + 1
        && entry.previous == Some(pinned.hash());
    if !follows {
        return Err(Refusal::new(Reason::Equivocation).with("institution", &entry.institution));
    }
    let same_keys = entry.signing_key == pinned.signing_key && entry.sealing_key == pinned.sealing_key;
    let agreed =
        || pinned.signing_key.verify(Object::Entry, region, &signed.content, &offered.previous_key_signature).is_ok();
    if same_keys || agreed() {
        Ok(entry)
    } else {
        Err(Refusal::new(Reason::KeyChanged).with("institution", &entry.institution))
    }
}

/// Where an institution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Takes part.
    Active,
    /// Cannot connect; mail is held, its time to live runs on.
    Suspended,
    /// Out for good.
    Revoked,
}

/// A signed change of standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Whose.
    pub institution: InstitutionId,
    /// The new standing.
    pub standing: Standing,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

impl Membership {
    /// Signs it with the directory key.
    #[must_use]
    pub fn sign(&self, directory: &SigningKey, region: &Region) -> v1::Signed {
        let state = match self.standing {
            Standing::Active => v1::MembershipState::Active,
            Standing::Suspended => v1::MembershipState::Suspended,
            Standing::Revoked => v1::MembershipState::Revoked,
        };
        let raw = v1::Membership { institution: self.institution.to_string(), state: state.into(), at_ms: self.at_ms };
        directory.signed(Object::Membership, region, raw.encode_to_vec())
    }

    /// Takes a standing that the directory key signed.
    ///
    /// # Errors
    /// `UNVERIFIABLE`, `MALFORMED` or `FIELD_INVALID`.
    pub fn open(signed: &v1::Signed, directory: &VerifyingKey, region: &Region) -> Result<Self, Refusal> {
        let raw: v1::Membership = strict(directory.open(Object::Membership, region, signed)?)?;
        let standing = match raw.state() {
            v1::MembershipState::Active => Standing::Active,
            v1::MembershipState::Suspended => Standing::Suspended,
            v1::MembershipState::Revoked => Standing::Revoked,
            v1::MembershipState::Unspecified => return Err(invalid("state")),
        };
        Ok(Self { institution: raw.institution.parse()?, standing, at_ms: raw.at_ms })
    }
}

/// The region and the keys of its hub.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "every field is told at RegionKeys in directory.proto")]
pub struct RegionKeys {
    pub region: RegionId,
    pub name: String,
    pub log: LogKeys,
    pub mail_key: VerifyingKey,
    pub directory_key: VerifyingKey,
}

impl RegionKeys {
    /// What every signature in this region is bound to.
    #[must_use]
    pub fn bound(&self) -> Region {
        Region { id: self.region.clone(), fingerprint: sha256(&[self.directory_key.bytes()]) }
    }

    /// Signs them with the directory key itself.
    #[must_use]
    pub fn sign(&self, directory: &SigningKey) -> v1::Signed {
        let raw = v1::RegionKeys {
            version: 1,
            region: self.region.to_string(),
            name: self.name.clone(),
            log_origin: self.log.origin.clone(),
            log_key: self.log.log_pub.to_vec().into(),
            cosign_key: self.log.cosign_pub.to_vec().into(),
            mail_key: self.mail_key.bytes().to_vec().into(),
            directory_key: self.directory_key.bytes().to_vec().into(),
        };
        directory.signed(Object::Region, &self.bound(), raw.encode_to_vec())
    }

    /// Takes the keys of a region whose directory key has the given SHA-256: the one in the
    /// invitation, or the one pinned at joining.
    ///
    /// # Errors
    /// `HUB_IDENTITY` for another directory key, `UNVERIFIABLE`, `MALFORMED`, `KEY_WEAK`.
    pub fn open(signed: &v1::Signed, fingerprint: &[u8; 32]) -> Result<Self, Refusal> {
        let raw: v1::RegionKeys = strict(&signed.content)?;
        if raw.version != 1 {
            return Err(Refusal::new(Reason::UnsupportedVersion));
        }
        if sha256(&[&raw.directory_key]) != *fingerprint {
            return Err(Refusal::new(Reason::HubIdentity));
        }
        let keys = Self {
            region: raw.region.parse()?,
            name: raw.name,
            log: LogKeys {
                origin: raw.log_origin,
                log_pub: *VerifyingKey::vet(&raw.log_key)?.bytes(),
                cosign_pub: *VerifyingKey::vet(&raw.cosign_key)?.bytes(),
            },
            mail_key: VerifyingKey::vet(&raw.mail_key)?,
            directory_key: VerifyingKey::vet(&raw.directory_key)?,
        };
        keys.directory_key.open(Object::Region, &keys.bound(), signed)?;
        Ok(keys)
    }
}

#[cfg(test)]
mod tests;
