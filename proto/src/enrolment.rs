//! How an institution joins: the invitation, and the request that redeems it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use zeroize::Zeroizing;

use crate::envelope::{Object, Region, SealingPublic, SigningKey, VerifyingKey};
use crate::id::{InstitutionId, RegionId};
use crate::refusal::{Reason, Refusal};
use crate::wire::{invalid, strict, v1};

const PREFIX: &str = "wiez1.";

/// A one-time invitation: one line of text that ROPS hands over.
#[derive(Clone)]
#[expect(missing_docs, reason = "every field is told at Invitation in enrolment.proto")]
pub struct Invitation {
    pub region: RegionId,
    pub institution: InstitutionId,
    pub host: String,
    pub port: u16,
    pub secret: Zeroizing<[u8; 16]>,
    pub ca_fingerprint: [u8; 32],
    pub directory_fingerprint: [u8; 32],
    pub expires_ms: i64,
}

impl Invitation {
    /// What signatures of the region are bound to.
    #[must_use]
    pub fn bound(&self) -> Region {
        Region { id: self.region.clone(), fingerprint: self.directory_fingerprint }
    }

    /// The name of the door without a client certificate.
    #[must_use]
    pub fn enrol_host(&self) -> String {
        enrol_host(&self.host)
    }

    /// The line of text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let raw = v1::Invitation {
            version: 1,
            region: self.region.to_string(),
            institution: self.institution.to_string(),
            host: self.host.clone(),
            port: u32::from(self.port),
            secret: self.secret.to_vec().into(),
            ca_fingerprint: self.ca_fingerprint.to_vec().into(),
            directory_fingerprint: self.directory_fingerprint.to_vec().into(),
            expires_ms: self.expires_ms,
        };
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(raw.encode_to_vec()))
    }

    /// Reads a line of text; spaces and line ends around and inside it are ignored, because
    /// it travels by e-mail.
    ///
    /// # Errors
    /// `INVITE_UNKNOWN` when it is not an invitation at all, `FIELD_INVALID` when a part is bad.
    pub fn from_text(text: &str) -> Result<Self, Refusal> {
        let no = || Refusal::new(Reason::InviteUnknown);
        let joined: String = text.split_whitespace().collect();
        let encoded = joined.strip_prefix(PREFIX).ok_or_else(no)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).map_err(|_| no())?);
        let raw: v1::Invitation = strict(&bytes).map_err(|_| no())?;
        let host_ok = (1..=200).contains(&raw.host.len())
            && raw.host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b));
        if raw.version != 1 {
            return Err(no());
        }
        if !host_ok {
            return Err(invalid("host"));
        }
        Ok(Self {
            region: raw.region.parse()?,
            institution: raw.institution.parse()?,
            host: raw.host,
            port: u16::try_from(raw.port).map_err(|_| invalid("port"))?,
            secret: Zeroizing::new(raw.secret.as_ref().try_into().map_err(|_| invalid("secret"))?),
            ca_fingerprint: raw.ca_fingerprint.as_ref().try_into().map_err(|_| invalid("ca_fingerprint"))?,
            directory_fingerprint: raw
                .directory_fingerprint
                .as_ref()
                .try_into()
                .map_err(|_| invalid("directory_fingerprint"))?,
            expires_ms: raw.expires_ms,
        })
    }
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invitation({} to {})", self.institution, self.region)
    }
}

/// The name of a hub's door without a client certificate.
#[must_use]
pub fn enrol_host(host: &str) -> String {
    format!("enrol.{host}")
}

/// The identity that a node's certificate carries as its only subject alternative name.
#[must_use]
pub fn san_uri(region: &RegionId, institution: &InstitutionId) -> String {
    format!("wiez://{region}/{institution}")
}

/// Builds the request that redeems an invitation.
#[must_use]
pub fn request(
    invitation: &Invitation,
    csr_der: &[u8],
    signing: &SigningKey,
    sealing: &SealingPublic,
) -> v1::RedeemRequest {
    let redeem = v1::Redeem {
        version: 1,
        region: invitation.region.to_string(),
        institution: invitation.institution.to_string(),
        tls_csr: csr_der.to_vec().into(),
        signing_key: signing.public().bytes().to_vec().into(),
        sealing_key: sealing.bytes().to_vec().into(),
    }
    .encode_to_vec();
    v1::RedeemRequest {
        signature: signing.sign(Object::Redeem, &invitation.bound(), &redeem).to_vec().into(),
        mac: ring::hmac::sign(&mac_key(&invitation.secret), &mac_input(&redeem)).as_ref().to_vec().into(),
        redeem: redeem.into(),
    }
}

/// A request whose MAC and signature hold.
pub struct Redeemed {
    /// Who joins.
    pub institution: InstitutionId,
    /// PKCS#10 request; its key is still to be read and its proof of possession checked.
    pub tls_csr: Vec<u8>,
    /// Vetted signing key.
    pub signing_key: VerifyingKey,
    /// Vetted sealing key.
    pub sealing_key: SealingPublic,
}

/// Which institution a request speaks of, before anything is proved: to find its invitation.
///
/// # Errors
/// `MALFORMED` or `FIELD_INVALID`.
pub fn claimed(request: &v1::RedeemRequest) -> Result<InstitutionId, Refusal> {
    strict::<v1::Redeem>(&request.redeem)?.institution.parse()
}

/// Checks a request: the MAC first, in constant time, then everything else.
///
/// # Errors
/// `INVITE_BAD_SECRET`, then `UNVERIFIABLE`, `MALFORMED`, `KEY_WEAK` or `FIELD_INVALID`.
pub fn check(request: &v1::RedeemRequest, secret: &[u8; 16], region: &Region) -> Result<Redeemed, Refusal> {
    ring::hmac::verify(&mac_key(secret), &mac_input(&request.redeem), &request.mac)
        .map_err(|_| Refusal::new(Reason::InviteBadSecret))?;
    let raw: v1::Redeem = strict(&request.redeem)?;
    if raw.version != 1 {
        return Err(Refusal::new(Reason::UnsupportedVersion));
    }
    if raw.region != region.id.as_str() {
        return Err(invalid("region"));
    }
    let signing_key = VerifyingKey::vet(&raw.signing_key)?;
    signing_key.verify(Object::Redeem, region, &request.redeem, &request.signature)?;
    Ok(Redeemed {
        institution: raw.institution.parse()?,
        tls_csr: raw.tls_csr.to_vec(),
        sealing_key: SealingPublic::vet(&raw.sealing_key)?,
        signing_key,
    })
}

fn mac_key(secret: &[u8; 16]) -> ring::hmac::Key {
    ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret)
}

fn mac_input(redeem: &[u8]) -> Vec<u8> {
    [b"wiez/v1/redeem-mac\0", redeem].concat()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use crate::env::Env;
    use crate::envelope::SealingKey;

    fn sample() -> Invitation {
        Invitation {
            region: "opolskie".parse().unwrap(),
            institution: "ops-brzeg".parse().unwrap(),
            host: "wiez.rops.example".into(),
            port: 8600,
            secret: Zeroizing::new([3; 16]),
            ca_fingerprint: [4; 32],
            directory_fingerprint: [5; 32],
            expires_ms: 1,
        }
    }

    #[test]
    fn an_invitation_survives_text_mail_and_nothing_else() {
        let text = sample().to_text();
        let mailed = format!("  {}\r\n{} \n", &text[..40], &text[40..]);
        assert_eq!(Invitation::from_text(&mailed).unwrap().to_text(), text);
        for bad in ["", "wiez1.", "wiez2.AAAA", &text[..59], &format!("{text}AAAA")] {
            assert_eq!(Invitation::from_text(bad).unwrap_err().reason, Reason::InviteUnknown, "{bad}");
        }
        assert!(!format!("{:?}", sample()).contains("03"));
    }

    #[test]
    fn a_request_needs_the_secret_and_the_signing_key() {
        let env = Env::stepped(0, 1);
        let (signing, sealing) = (SigningKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
        let good = request(&sample(), b"csr", &signing, sealing.public());
        assert_eq!(check(&good, &[3; 16], &sample().bound()).unwrap().institution, sample().institution);
        assert_eq!(claimed(&good).unwrap(), sample().institution);
        let reason =
            |request: &v1::RedeemRequest, secret| check(request, secret, &sample().bound()).err().unwrap().reason;
        assert_eq!(reason(&good, &[0; 16]), Reason::InviteBadSecret);
        let unsigned = v1::RedeemRequest { signature: vec![0; 64].into(), ..good.clone() };
        assert_eq!(reason(&unsigned, &[3; 16]), Reason::Unverifiable);
        let swapped = v1::RedeemRequest { redeem: [&good.redeem[..], &[0]].concat().into(), ..good };
        assert_eq!(reason(&swapped, &[3; 16]), Reason::InviteBadSecret);
    }
}
