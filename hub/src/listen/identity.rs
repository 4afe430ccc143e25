//! Reads the one institution that a client certificate names.

use wiez_proto::enrolment::san_uri;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::fingerprint;
use x509_parser::extensions::GeneralName;

use crate::caller::VerifiedPeer;

/// Takes the identity of a verified certificate: exactly one subject alternative name, a URI of
/// exactly the form `wiez://<region>/<institution>`. The common name means nothing.
///
/// # Errors
/// `CERT_IDENTITY` for every other certificate.
pub fn identity(leaf_der: &[u8]) -> Result<VerifiedPeer, Refusal> {
    parse(leaf_der).ok_or_else(|| Refusal::new(Reason::CertIdentity))
}

fn parse(leaf_der: &[u8]) -> Option<VerifiedPeer> {
    let (rest, cert) = x509_parser::parse_x509_certificate(leaf_der).ok()?;
    let names = cert.subject_alternative_name().ok()??;
    let [GeneralName::URI(uri)] = names.value.general_names.as_slice() else {
        return None;
    };
    let (region, institution) = uri.strip_prefix("wiez://")?.split_once('/')?;
    let (region, institution) = (region.parse().ok()?, institution.parse().ok()?);
    let exact = rest.is_empty() && !cert.is_ca() && san_uri(&region, &institution) == *uri;
    exact.then(|| VerifiedPeer { institution, region, tls_fingerprint: fingerprint(leaf_der) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use rcgen::{CertificateParams, KeyPair, SanType};

    fn cert(names: Vec<SanType>) -> Vec<u8> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = names;
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    fn uri(text: &str) -> SanType {
        SanType::URI(text.try_into().unwrap())
    }

    #[test]
    fn exactly_one_exact_uri_is_an_identity() {
        let der = cert(vec![uri("wiez://opolskie/ops-brzeg")]);
        let peer = identity(&der).unwrap();
        assert_eq!((peer.institution.as_str(), peer.region.as_str()), ("ops-brzeg", "opolskie"));
        assert_eq!(peer.tls_fingerprint, fingerprint(&der));
    }

    #[test]
    fn everything_else_is_none() {
        let good = "wiez://opolskie/ops-brzeg";
        let dns = SanType::DnsName("ops-brzeg".try_into().unwrap());
        let mut bad = vec![
            cert(vec![]),
            cert(vec![uri(good), uri("wiez://opolskie/sp3-brzeg")]),
            cert(vec![uri(good), dns.clone()]),
            cert(vec![dns]),
            b"not a certificate".to_vec(),
            [cert(vec![uri(good)]), vec![0]].concat(),
        ];
        for text in [
            "wiez://opolskie/OPS-brzeg",
            "wiez://opolskie/ops-brzeg/",
            "wiez://opolskie/ops-brzeg.",
            "wiez://opolskie/ops%2dbrzeg",
            "wiez://opolskie/ops-brzeg\0",
            "wiez://opolskie/ops-brzeg\n",
            "wiez://opolskie//ops-brzeg",
            "WIEZ://opolskie/ops-brzeg",
            "https://opolskie/ops-brzeg",
            "wiez://ops-brzeg",
            "wiez:///ops-brzeg",
        ] {
            bad.push(cert(vec![uri(text)]));
        }
        for der in bad {
            assert_eq!(identity(&der).unwrap_err().reason, Reason::CertIdentity);
        }
    }
}
