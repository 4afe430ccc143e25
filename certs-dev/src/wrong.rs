//! Names every wrong client certificate and makes it.

use std::fmt;
use std::str::FromStr;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, Error, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SanType,
};
use rustls::pki_types::CertificateDer;

use crate::ca::valid;
use crate::{DevCa, Issued};

/// Where a hub must stop a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedAt {
    /// The TLS handshake fails.
    Handshake,
    /// The handshake succeeds and every call is refused with this reason.
    Call(&'static str),
}

macro_rules! wrong {
    ($($name:ident, $text:literal, $at:expr, $why:literal;)+) => {
        /// A client certificate that a hub must refuse.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Wrong {
            $(#[doc = $why] $name,)+
        }

        impl Wrong {
            /// Every wrong certificate.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name on the command line.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What is wrong with it, in one sentence.
            #[must_use]
            pub const fn why(self) -> &'static str {
                match self { $(Self::$name => $why),+ }
            }

            /// Where it must be refused.
            #[must_use]
            pub const fn refused_at(self) -> RefusedAt {
                match self { $(Self::$name => $at),+ }
            }
        }
    };
}

const IDENTITY: RefusedAt = RefusedAt::Call("CERT_IDENTITY");

wrong! {
    SelfSigned, "self-signed", RefusedAt::Handshake, "Signed by its own key, with the right name.";
    OtherCaSameName, "other-ca-same-name", RefusedAt::Handshake, "Issued by another CA with the same subject as ours.";
    Expired, "expired", RefusedAt::Handshake, "Expired one second ago.";
    NotYetValid, "not-yet-valid", RefusedAt::Handshake, "Valid from one minute ahead.";
    ServerEkuOnly, "server-eku-only", RefusedAt::Handshake, "For server authentication only.";
    CaAsLeaf, "ca-as-leaf", RefusedAt::Handshake, "A CA certificate presented as the leaf.";
    IntermediateNotCa, "intermediate-not-ca", RefusedAt::Handshake, "Issued by a certificate that is no CA.";
    PathLen, "path-len", RefusedAt::Handshake, "One more CA in the chain than the path length allows.";
    NameConstraintsBroken, "name-constraints", RefusedAt::Handshake, "A name outside the constraints of its issuer.";
    TwoSans, "two-sans", IDENTITY, "Names two institutions.";
    CnOnly, "cn-only", IDENTITY, "Carries its name only in the common name.";
    SanUpperCase, "san-upper-case", IDENTITY, "Its name is in upper case.";
    SanNewline, "san-newline", IDENTITY, "Its name ends with a newline.";
    SanNul, "san-nul", IDENTITY, "Its name contains a NUL byte and more.";
    SanTrailingDot, "san-trailing-dot", IDENTITY, "Its name ends with a dot.";
    SanPercent, "san-percent", IDENTITY, "A letter of its name is percent-encoded.";
    SanHomoglyph, "san-homoglyph", IDENTITY, "A letter of its name is a Cyrillic look-alike.";
    SanOtherRegion, "san-other-region", RefusedAt::Call("NOT_A_MEMBER"), "Names an institution of another region.";
    SecondIssuance, "second-issuance", RefusedAt::Call("CERT_NOT_REGISTERED"), "Right in everything, but not the certificate that the hub registered.";
    Ed25519Leaf, "ed25519-leaf", RefusedAt::Handshake, "Has an Ed25519 key where only P-256 is accepted.";
    P384Leaf, "p384-leaf", RefusedAt::Handshake, "Has a P-384 key where only P-256 is accepted.";
    UnknownCriticalExtension, "unknown-critical-extension", RefusedAt::Handshake, "Has a critical extension that nobody knows.";
    HugeSans, "huge-sans", RefusedAt::Handshake, "Carries 10,000 names.";
    LongChain, "long-chain", RefusedAt::Handshake, "Comes with a chain of 50 certificates.";
}

/// No wrong certificate has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWrong;

impl fmt::Display for UnknownWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no wrong certificate has this name; `wrong list` shows them")
    }
}

impl std::error::Error for UnknownWrong {}

impl FromStr for Wrong {
    type Err = UnknownWrong;
    fn from_str(text: &str) -> Result<Self, UnknownWrong> {
        Self::ALL.iter().copied().find(|wrong| wrong.name() == text).ok_or(UnknownWrong)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl DevCa {
    /// Issues a wrong client certificate for an institution of this CA's region.
    ///
    /// # Errors
    /// What rcgen says, when the name is not ASCII.
    pub fn wrong(&self, wrong: Wrong, institution: &str) -> Result<Issued, Error> {
        let key = KeyPair::generate()?;
        let mut leaf = self.client(institution, &key)?;
        let right = self.uri(institution);
        match wrong {
            Wrong::SelfSigned => Ok(Issued::new(&leaf.self_signed(&key)?, &[], &key, &self.ca_der)),
            Wrong::OtherCaSameName => self.under_namesake(&leaf, &key),
            Wrong::Expired => self.between(leaf, key, -3_600_000, -1000),
            Wrong::NotYetValid => self.between(leaf, key, 60_000, 3_600_000),
            Wrong::ServerEkuOnly => {
                leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
                self.sign(&leaf, key)
            }
            Wrong::CaAsLeaf => {
                leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                self.sign(&leaf, key)
            }
            Wrong::IntermediateNotCa => self.under_no_ca(&leaf, &key),
            Wrong::PathLen => self.under_cas(&leaf, &key, 2),
            Wrong::NameConstraintsBroken => self.under_constraints(leaf, &key),
            Wrong::TwoSans => self.named(leaf, key, &[&right, &format!("{right}-2")]),
            Wrong::CnOnly => self.named(leaf, key, &[]),
            Wrong::SanUpperCase => self.named(leaf, key, &[&self.uri(&institution.to_ascii_uppercase())]),
            Wrong::SanNewline => self.named(leaf, key, &[&format!("{right}\n")]),
            Wrong::SanNul => self.named(leaf, key, &[&format!("{right}\0.example")]),
            Wrong::SanTrailingDot => self.named(leaf, key, &[&format!("{right}.")]),
            Wrong::SanPercent => self.named(leaf, key, &[&self.uri(&percent(institution))]),
            Wrong::SanHomoglyph => {
                leaf.subject_alt_names.clear();
                self.extended(leaf, key, raw_uri(&self.uri(&format!("\u{430}{institution}"))))
            }
            Wrong::SanOtherRegion => self.named(leaf, key, &[&format!("wiez://{}-other/{institution}", self.region)]),
            Wrong::SecondIssuance => self.sign(&leaf, key),
            Wrong::Ed25519Leaf => self.keyed(institution, KeyPair::generate_for(&PKCS_ED25519)?),
            Wrong::P384Leaf => self.keyed(institution, KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?),
            Wrong::UnknownCriticalExtension => {
                let mut unknown = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999, 1], vec![5, 0]);
                unknown.set_criticality(true);
                self.extended(leaf, key, unknown)
            }
            Wrong::HugeSans => {
                let uris: Vec<String> = (0..10_000).map(|i| format!("{right}-{i}")).collect();
                self.named(leaf, key, &uris.iter().map(String::as_str).collect::<Vec<_>>())
            }
            Wrong::LongChain => self.under_cas(&leaf, &key, 49),
        }
    }

    /// Valid from and to these milliseconds from now.
    fn between(&self, mut leaf: CertificateParams, key: KeyPair, from: i64, to: i64) -> Result<Issued, Error> {
        valid(&mut leaf, self.now_ms + from, self.now_ms + to);
        self.sign(&leaf, key)
    }

    /// With these SAN URIs.
    fn named(&self, mut leaf: CertificateParams, key: KeyPair, uris: &[&str]) -> Result<Issued, Error> {
        let uris = uris.iter().map(|uri| Ok(SanType::URI((*uri).try_into()?)));
        leaf.subject_alt_names = uris.collect::<Result<_, Error>>()?;
        self.sign(&leaf, key)
    }

    /// With one more extension.
    fn extended(&self, mut leaf: CertificateParams, key: KeyPair, more: CustomExtension) -> Result<Issued, Error> {
        leaf.custom_extensions.push(more);
        self.sign(&leaf, key)
    }

    /// Right but for the kind of key.
    fn keyed(&self, institution: &str, key: KeyPair) -> Result<Issued, Error> {
        self.sign(&self.client(institution, &key)?, key)
    }

    /// Signed by a CA with our CA's name and another key.
    fn under_namesake(&self, leaf: &CertificateParams, key: &KeyPair) -> Result<Issued, Error> {
        let ca = CertificateDer::from(self.ca_der.clone());
        let namesake = Issuer::from_ca_cert_der(&ca, KeyPair::generate()?)?;
        Ok(Issued::new(&leaf.signed_by(key, &namesake)?, &[], key, &self.ca_der))
    }

    /// Signed by another member's certificate.
    fn under_no_ca(&self, leaf: &CertificateParams, key: &KeyPair) -> Result<Issued, Error> {
        let other_key = KeyPair::generate()?;
        let mut params = self.client("other", &other_key)?;
        params.is_ca = IsCa::ExplicitNoCa;
        // rcgen refuses to sign with an issuer that may not; the usage is left out for that.
        params.key_usages.clear();
        let other = params.signed_by(&other_key, &self.issuer)?;
        let leaf = leaf.signed_by(key, &Issuer::new(params, other_key))?;
        Ok(Issued::new(&leaf, &[&other], key, &self.ca_der))
    }

    /// Signed by the last of `count` CAs below ours, the first of which allows no CA below it.
    fn under_cas(&self, leaf: &CertificateParams, key: &KeyPair, count: usize) -> Result<Issued, Error> {
        let mut above: Vec<Certificate> = Vec::new();
        let mut last: Option<Issuer<'static, KeyPair>> = None;
        for _ in 0..count {
            let (params, ca_key) = self.intermediate()?;
            let issuer = last.as_ref().unwrap_or(&self.issuer);
            above.insert(0, params.signed_by(&ca_key, issuer)?);
            last = Some(Issuer::new(params, ca_key));
        }
        let leaf = leaf.signed_by(key, last.as_ref().unwrap_or(&self.issuer))?;
        Ok(Issued::new(&leaf, &above.iter().collect::<Vec<_>>(), key, &self.ca_der))
    }

    /// Signed by a CA that may only name hosts below `allowed.invalid`.
    fn under_constraints(&self, mut leaf: CertificateParams, key: &KeyPair) -> Result<Issued, Error> {
        let (mut params, ca_key) = self.intermediate()?;
        let permitted_subtrees = vec![GeneralSubtree::DnsName("allowed.invalid".to_owned())];
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        let ca = params.signed_by(&ca_key, &self.issuer)?;
        leaf.subject_alt_names.push(SanType::DnsName("forbidden.invalid".try_into()?));
        let leaf = leaf.signed_by(key, &Issuer::new(params, ca_key))?;
        Ok(Issued::new(&leaf, &[&ca], key, &self.ca_der))
    }

    fn intermediate(&self) -> Result<(CertificateParams, KeyPair), Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        self.dress(&mut params, "intermediate", &key);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Ok((params, key))
    }
}

/// The name with its first letter percent-encoded.
fn percent(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| format!("%{:02x}", u32::from(letter)));
    first.unwrap_or_default() + letters.as_str()
}

/// A subject alternative name with one URI whose bytes are not ASCII, which rcgen would not write.
fn raw_uri(uri: &str) -> CustomExtension {
    let short = |length: usize| u8::try_from(length).ok().filter(|length| *length < 128).unwrap_or(0);
    let name = [&[0x86, short(uri.len())], uri.as_bytes()].concat();
    let names = [&[0x30, short(name.len())], name.as_slice()].concat();
    CustomExtension::from_oid_content(&[2, 5, 29, 17], names)
}

#[cfg(test)]
mod tests;
