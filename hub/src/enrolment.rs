//! How an institution joins: one-time invitations, their redemption, and the certificate that the hub shapes.
//!
//! An invitation's secret is stored as it is, in a database that only the hub's user may read:
//! the MAC of whoever redeems it cannot be checked with less. It opens nothing but one place in
//! the directory, for one institution, for some days, and is deleted when they are over.

use prost::Message;
use rcgen::{
    CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType,
};
use wiez_proto::directory::Entry;
use wiez_proto::enrolment::{Invitation, Redeemed, check, claimed, san_uri};
use wiez_proto::envelope::sha256;
use wiez_proto::id::{InstitutionId, RegionId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::{invalid, strict, v1};
use zeroize::Zeroizing;

use crate::keys::stamp;
use crate::region::Hub;
use crate::store::enrolment::InvitationRow;
use crate::store::{self, StoreError};
use crate::writer::work::{InviteWork, RedeemWork, Work};

/// Validity of a node's certificate; renewal takes over before its end.
const CERTIFICATE_DAYS: u32 = 365;

/// What an operator says about an institution that may join.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "every field is told at Entry in directory.proto")]
pub struct Invite {
    pub institution: InstitutionId,
    pub kind: InstitutionKind,
    pub also_acts_as: Vec<InstitutionKind>,
    pub name: String,
    pub teryt: String,
    pub phone: String,
    /// How long it can be used, in milliseconds; at most [`limits::INVITE_LIFE_MS`] times four.
    pub valid_ms: i64,
}

impl Hub {
    /// Makes a one-time invitation. It takes the place of an earlier one that nobody used.
    ///
    /// # Errors
    /// `FIELD_INVALID`, `ALREADY_JOINED` for a member, or why nothing can be written.
    pub async fn invite(&self, invite: Invite) -> Result<Invitation, Refusal> {
        check_texts(&invite)?;
        let secret = Zeroizing::new(self.env().random::<16>());
        let expires_ms = self.env().now_ms().saturating_add(invite.valid_ms);
        let codes: Vec<&str> = invite.also_acts_as.iter().map(|kind| kind.code()).collect();
        let row = InvitationRow {
            institution: invite.institution.to_string(),
            secret: secret.to_vec(),
            kind: invite.kind.code().to_owned(),
            also_acts_as: codes.join(" "),
            name: invite.name,
            teryt: invite.teryt,
            phone: invite.phone,
            expires_ms,
            request_hash: None,
            answer: None,
        };
        self.ask(|answer| Work::Invite(InviteWork { row, answer })).await?;
        let place = &self.keys().place;
        Ok(Invitation {
            region: self.shared.region.id.clone(),
            institution: invite.institution,
            host: place.host.clone(),
            port: place.port,
            secret,
            ca_fingerprint: self.keys().ca.fingerprint(),
            directory_fingerprint: self.shared.region.fingerprint,
            expires_ms,
        })
    }

    /// Trades an invitation and three public keys for a certificate and a place in the
    /// directory. The MAC is checked first, in constant time, also where there is no invitation.
    ///
    /// # Errors
    /// `INVITE_UNKNOWN`, `INVITE_BAD_SECRET`, `INVITE_EXPIRED`, `INVITE_USED`, what is wrong
    /// with the request, or why nothing can be written.
    pub async fn redeem(&self, request: v1::RedeemRequest) -> Result<v1::RedeemResponse, Refusal> {
        let institution = claimed(&request)?;
        let mut conn = self.shared.store.reader().await?;
        let row = store::enrolment::get(&mut conn, institution.as_str()).await?;
        drop(conn);
        let secret: Zeroizing<[u8; 16]> = match &row {
            Some(row) => {
                row.secret.as_slice().try_into().map(Zeroizing::new).map_err(|_| StoreError::corrupt("secret"))?
            }
            // Nobody knows this one, so the answer takes as long as for a wrong secret.
            None => Zeroizing::new(self.env().random()),
        };
        let redeemed = check(&request, &secret, &self.shared.region);
        let row = row.ok_or(Reason::InviteUnknown)?;
        let redeemed = redeemed?;
        let request_hash = sha256(&[&request.encode_to_vec()]);
        if let Some(answer) = answer_again(Some(&row), &request_hash, self.env().now_ms()) {
            return answer;
        }
        let (entry, certificate) = self.entry(&row, redeemed)?;
        let signed = entry.sign(&self.keys().directory, &self.shared.region)?;
        let response = v1::RedeemResponse {
            certificate: certificate.into(),
            ca_certificate: self.keys().ca.cert_der.clone().into(),
            region: Some(self.shared.region_signed.clone()),
            entry: Some(signed.clone()),
        };
        self.ask(|answer| Work::Redeem(Box::new(RedeemWork { request_hash, entry, signed, response, answer }))).await
    }

    /// The first entry of an institution: what the operator said, with the keys it brought.
    fn entry(&self, row: &InvitationRow, redeemed: Redeemed) -> Result<(Entry, Vec<u8>), Refusal> {
        let kind = |code: &str| InstitutionKind::parse(code).map_err(|_| StoreError::corrupt("invitation"));
        let certificate = self.certificate(&redeemed.institution, &redeemed.tls_csr)?;
        let entry = Entry {
            institution: redeemed.institution,
            serial: 1,
            kind: kind(&row.kind)?,
            also_acts_as: row.also_acts_as.split_whitespace().map(kind).collect::<Result<_, _>>()?,
            name: row.name.clone(),
            teryt: row.teryt.clone(),
            phone: row.phone.clone(),
            signing_key: redeemed.signing_key,
            sealing_key: redeemed.sealing_key,
            tls_fingerprint: sha256(&[&certificate]),
            valid_from_ms: self.env().now_ms(),
            previous: None,
        };
        Ok((entry, certificate))
    }

    /// Issues a node's certificate. Of the request only the P-256 key counts, and that its
    /// holder signed it; name, use and validity are the hub's.
    fn certificate(&self, institution: &InstitutionId, csr: &[u8]) -> Result<Vec<u8>, Refusal> {
        let bad = |_| invalid("tls_csr");
        let request = CertificateSigningRequestParams::from_der(&csr.into()).map_err(bad)?;
        let key = request.public_key;
        if *key.algorithm() != PKCS_ECDSA_P256_SHA256 || key.der_bytes().len() != 65 {
            return Err(invalid("tls_csr"));
        }
        let mut params = node_params(&self.shared.region.id, institution)?;
        stamp(self.env(), &mut params, CERTIFICATE_DAYS);
        let certificate = params.signed_by(&key, self.keys().ca.issuer()).map_err(bad)?;
        Ok(certificate.der().to_vec())
    }
}

/// Exactly one SAN URI, client authentication and nothing else, no CA, a name of its own.
fn node_params(region: &RegionId, institution: &InstitutionId) -> Result<CertificateParams, Refusal> {
    let mut params = CertificateParams::default();
    let uri = san_uri(region, institution).try_into().map_err(|_| invalid("institution"))?;
    params.subject_alt_names = vec![SanType::URI(uri)];
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, format!("Wiez node {institution}"));
    params.distinguished_name = name;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// The answer of a used or dead invitation; none while it can still be used.
pub(crate) fn answer_again(
    row: Option<&InvitationRow>,
    request_hash: &[u8; 32],
    now_ms: i64,
) -> Option<Result<v1::RedeemResponse, Refusal>> {
    let row = match row {
        None => return Some(Err(Reason::InviteUnknown.into())),
        Some(row) => row,
    };
    if row.expires_ms <= now_ms {
        return Some(Err(Reason::InviteExpired.into()));
    }
    let used = row.request_hash.as_ref()?;
    Some(match &row.answer {
        Some(answer) if used == request_hash => strict(answer),
        Some(_) | None => Err(Reason::InviteUsed.into()),
    })
}

fn check_texts(invite: &Invite) -> Result<(), Refusal> {
    let plain = |text: &str| {
        text.chars().count() <= limits::MAX_NAME_CHARS && !text.chars().any(wiez_proto::refusal::unsafe_char)
    };
    if invite.name.trim().is_empty() || !plain(&invite.name) {
        return Err(invalid("name"));
    }
    if !(2..=7).contains(&invite.teryt.len()) || !invite.teryt.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("teryt"));
    }
    if invite.phone.len() > 32 || !invite.phone.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c)) {
        return Err(invalid("phone"));
    }
    if !(1..=4 * limits::INVITE_LIFE_MS).contains(&invite.valid_ms) {
        return Err(invalid("valid_ms"));
    }
    Ok(())
}
