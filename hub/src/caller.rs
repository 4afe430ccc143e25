//! Who calls: an institution proved by its client certificate and compared with the directory.

use wiez_proto::directory::Standing;
use wiez_proto::id::{InstitutionId, RegionId};
use wiez_proto::refusal::{Reason, Refusal};

use crate::directory::Members;

/// What a verified TLS session says about its peer; nothing of it comes from a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPeer {
    /// The institution in the only SAN URI.
    pub institution: InstitutionId,
    /// The region in the same URI.
    pub region: RegionId,
    /// SHA-256 of the certificate (DER).
    pub tls_fingerprint: [u8; 32],
}

/// An institution that may call now. Made by [`Caller::prove`] only.
#[derive(Clone, Debug)]
pub struct Caller {
    peer: VerifiedPeer,
}

impl Caller {
    /// Compares a peer with the directory: a member of this region, active, with exactly the
    /// registered certificate. A certificate that merely chains to the CA is not enough.
    ///
    /// # Errors
    /// `NOT_A_MEMBER`, `REVOKED`, `SUSPENDED` or `CERT_NOT_REGISTERED`.
    pub fn prove(members: &Members, peer: &VerifiedPeer) -> Result<Self, Refusal> {
        check(members, peer)?;
        Ok(Self { peer: peer.clone() })
    }

    /// Proves the caller again: before every item of a stream.
    ///
    /// # Errors
    /// As [`Caller::prove`].
    pub fn still(&self, members: &Members) -> Result<(), Refusal> {
        check(members, &self.peer)
    }

    /// The institution.
    #[must_use]
    pub const fn institution(&self) -> &InstitutionId {
        &self.peer.institution
    }
}

fn check(members: &Members, peer: &VerifiedPeer) -> Result<(), Refusal> {
    if peer.region != members.region().id {
        return Err(Reason::NotAMember.into());
    }
    let member = members.get(&peer.institution).ok_or(Reason::NotAMember)?;
    match member.standing {
        Standing::Revoked => return Err(Reason::Revoked.into()),
        Standing::Suspended => return Err(Reason::Suspended.into()),
        Standing::Active => {}
    }
    if member.entry.tls_fingerprint == peer.tls_fingerprint { Ok(()) } else { Err(Reason::CertNotRegistered.into()) }
}
