//! Implements the key exchange X25519MLKEM768 from ring's X25519 and the `ml-kem` crate.
//!
//! Codepoint 0x11EC of the IANA registry "TLS Supported Groups" (draft-ietf-tls-ecdhe-mlkem).
//! Client share: ML-KEM-768 encapsulation key (1184 bytes), X25519 key (32). Server share:
//! ML-KEM-768 ciphertext (1088 bytes), X25519 key (32). Secret: ML-KEM's, then X25519's. The
//! secret holds as long as either half does.

use ml_kem::kem::{Decapsulate, Encapsulate, KeyExport, TryKeyInit};
use ml_kem::{DecapsulationKey768, EncapsulationKey768};
use rustls::crypto::ring::default_provider;
use rustls::crypto::ring::kx_group::X25519;
use rustls::crypto::{ActiveKeyExchange, CompletedKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};
use zeroize::Zeroizing;

/// Length of an ML-KEM-768 encapsulation key (FIPS 203, table 3).
const ENCAPSULATION_KEY: usize = 1184;
/// Length of an ML-KEM-768 ciphertext (FIPS 203, table 3).
const CIPHERTEXT: usize = 1088;

/// The hybrid group for rustls.
pub static X25519MLKEM768: &dyn SupportedKxGroup = &Hybrid;

#[derive(Debug)]
struct Hybrid;

const BAD_SHARE: Error = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);

/// Splits a share into the ML-KEM part of the given length and 32 bytes of X25519.
fn split(share: &[u8], pq_len: usize) -> Result<(&[u8], &[u8]), Error> {
    match share.split_at_checked(pq_len) {
        Some((pq, classical)) if classical.len() == 32 => Ok((pq, classical)),
        _ => Err(BAD_SHARE),
    }
}

fn join(pq: &[u8], classical: &SharedSecret) -> SharedSecret {
    SharedSecret::from([pq, classical.secret_bytes()].concat())
}

impl SupportedKxGroup for Hybrid {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut seed = Zeroizing::new([0_u8; 64]);
        default_provider().secure_random.fill(seed.as_mut())?;
        let pq = DecapsulationKey768::from_seed((*seed).into());
        let classical = X25519.start()?;
        let share = [pq.encapsulation_key().to_bytes().as_slice(), classical.pub_key()].concat();
        Ok(Box::new(Started { pq, classical, share }))
    }

    fn start_and_complete(&self, peer: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let (pq, classical) = split(peer, ENCAPSULATION_KEY)?;
        let pq = EncapsulationKey768::new_from_slice(pq).map_err(|_| BAD_SHARE)?;
        let classical = X25519.start_and_complete(classical)?;
        let (ciphertext, pq_secret) = pq.encapsulate();
        let pq_secret = Zeroizing::new(<[u8; 32]>::from(pq_secret));
        Ok(CompletedKeyExchange {
            group: self.name(),
            pub_key: [ciphertext.as_slice(), &classical.pub_key].concat(),
            secret: join(pq_secret.as_slice(), &classical.secret),
        })
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

struct Started {
    pq: DecapsulationKey768,
    classical: Box<dyn ActiveKeyExchange>,
    share: Vec<u8>,
}

impl ActiveKeyExchange for Started {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let (pq, classical) = split(peer, CIPHERTEXT)?;
        let classical = self.classical.complete(classical)?;
        let pq_secret = self.pq.decapsulate_slice(pq).map_err(|_| BAD_SHARE)?;
        let pq_secret = Zeroizing::new(<[u8; 32]>::from(pq_secret));
        Ok(join(pq_secret.as_slice(), &classical))
    }

    /// Lets rustls send X25519 as a second share without another key pair.
    fn hybrid_component(&self) -> Option<(NamedGroup, &[u8])> {
        Some((self.classical.group(), self.classical.pub_key()))
    }

    fn complete_hybrid_component(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        self.classical.complete(peer)
    }

    fn pub_key(&self) -> &[u8] {
        &self.share
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn both_sides_get_the_same_64_bytes() {
        let client = Hybrid.start().unwrap();
        assert_eq!(client.pub_key().len(), ENCAPSULATION_KEY + 32);
        let server = Hybrid.start_and_complete(client.pub_key()).unwrap();
        assert_eq!(server.pub_key.len(), CIPHERTEXT + 32);
        let secret = client.complete(&server.pub_key).unwrap();
        assert_eq!(secret.secret_bytes(), server.secret.secret_bytes());
        assert_eq!(secret.secret_bytes().len(), 64);
    }

    #[test]
    fn the_secret_is_ml_kem_first_then_x25519() {
        let client = DecapsulationKey768::from_seed([5; 64].into());
        let x25519 = X25519.start().unwrap();
        let share = [client.encapsulation_key().to_bytes().as_slice(), x25519.pub_key()].concat();
        let server = Hybrid.start_and_complete(&share).unwrap();
        let (ciphertext, theirs) = server.pub_key.split_at(CIPHERTEXT);
        let pq = client.decapsulate_slice(ciphertext).unwrap();
        let classical = x25519.complete(theirs).unwrap();
        assert_eq!(server.secret.secret_bytes(), [pq.as_slice(), classical.secret_bytes()].concat());
    }

    #[test]
    fn bad_shares_are_refused() {
        let good = Hybrid.start().unwrap().pub_key().to_vec();
        let refused = |share: &[u8]| match Hybrid.start_and_complete(share) {
            Err(Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare)) => {}
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("accepted"),
        };
        refused(&[]);
        refused(&[good.as_slice(), &[0]].concat());
        let (_, shorter) = good.split_last().unwrap();
        refused(shorter);
        // Coefficients above the modulus (FIPS 203, section 7.2) and the all-zero X25519 point.
        refused(&[&[0xff; ENCAPSULATION_KEY], good.split_at(ENCAPSULATION_KEY).1].concat());
        refused(&[good.split_at(ENCAPSULATION_KEY).0, &[0; 32]].concat());
        let server = Hybrid.start_and_complete(&good).unwrap().pub_key;
        assert!(Hybrid.start().unwrap().complete(server.split_last().unwrap().1).is_err());
        assert!(Hybrid.start().unwrap().complete(&[server.split_at(CIPHERTEXT).0, &[0; 32]].concat()).is_err());
    }
}
