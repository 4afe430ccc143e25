//! Holds the region's keys: its CA, directory key, mail key and both keys of the log.
//!
//! On disk they are one sealed file, `keys/region.sealed` in the data folder, mode 0600. Argon2id
//! (RFC 9106) turns the passphrase into a key, AES-256-GCM (NIST SP 800-38D) seals under it; the
//! cost parameters are authenticated with the content. The certificate under which the hub itself
//! listens is drawn anew at every start and never stored.

mod sealed;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use serde::{Deserialize, Serialize};
use wiez_proto::directory::RegionKeys;
use wiez_proto::enrolment::enrol_host;
use wiez_proto::env::Env;
use wiez_proto::envelope::SigningKey;
use wiez_proto::id::{RegionId, hex, unhex};
use wiez_proto::log::checkpoint::LogSigner;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::{Identity, fingerprint};
use wiez_proto::wire::strict;
use zeroize::Zeroizing;

use sealed::{Secrets, seal, unseal};
pub use sealed::{check_private, write_private};

/// Mark in the subject of a throw-away CA; such a region is served only as a demo.
pub const DEV_MARK: &str = "wiez-certs-dev";
const DAY: Duration = Duration::from_secs(24 * 3600);
const CA_DAYS: u32 = 20 * 365;
/// The hub's own certificate; drawn at every start, so a hub is restarted at least every two years.
const SERVER_DAYS: u32 = 825;

/// Where the hub answers, as invitations say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name in lower case; enrolment answers to `enrol.` before it.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// What a new region is made from.
#[derive(Debug, Clone)]
pub struct NewRegion {
    /// Its id.
    pub region: RegionId,
    /// Its name for people.
    pub name: String,
    /// Where its hub answers.
    pub place: Place,
    /// An existing CA instead of a new one; tests and the demo bring theirs.
    pub ca: Option<(Vec<u8>, Zeroizing<Vec<u8>>)>,
}

/// The region's certificate authority (P-256). Its key is never shown.
pub struct Ca {
    /// The CA certificate (DER).
    pub cert_der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    fn new(cert_der: Vec<u8>, pkcs8: &[u8]) -> Result<Self, Refusal> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_ECDSA_P256_SHA256).map_err(bad_ca)?;
        let issuer = Issuer::from_ca_cert_der(&cert_der.as_slice().into(), key).map_err(bad_ca)?;
        Ok(Self { cert_der, issuer })
    }

    /// SHA-256 of the certificate, as an invitation names it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.cert_der)
    }

    /// Signs certificates of members.
    #[must_use]
    pub fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    /// Whether this is a throw-away CA.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when the certificate cannot be read.
    pub fn is_dev(&self) -> Result<bool, Refusal> {
        let (_, cert) = x509_parser::parse_x509_certificate(&self.cert_der).map_err(bad_ca)?;
        Ok(cert.subject().to_string().contains(DEV_MARK))
    }
}

fn bad_ca(_: impl std::fmt::Debug) -> Refusal {
    Refusal::new(Reason::ConfigInvalid).with("key", "keys.ca").with("expected", "P-256 CA")
}

/// Every key of a hub.
pub struct HubKeys {
    /// Signs entries, standings and the region itself.
    pub directory: SigningKey,
    /// Signs tombstones, statuses and final refusals.
    pub mail: SigningKey,
    /// Signs the log and the time over it.
    pub log: LogSigner,
    /// The public halves, as every member pins them.
    pub region_keys: RegionKeys,
    /// Issues certificates.
    pub ca: Ca,
    /// Where the hub answers.
    pub place: Place,
}

impl HubKeys {
    /// Draws the keys of a new region and stores them under the passphrase.
    ///
    /// # Errors
    /// `ALREADY_JOINED` when keys exist there, `PASSPHRASE` for one under 12 bytes,
    /// `CONFIG_INVALID` for a CA that does not fit or a folder that cannot be written.
    pub fn create(env: &Env, new: &NewRegion, dir: &Path, passphrase: &[u8]) -> Result<Self, Refusal> {
        if file(dir).exists() {
            return Err(Refusal::new(Reason::AlreadyJoined));
        }
        if passphrase.len() < 12 {
            return Err(Refusal::new(Reason::Passphrase));
        }
        let secrets = Secrets::draw(env, new)?;
        let keys = secrets.keys()?;
        let folder = dir.join("keys");
        fs::create_dir_all(&folder).map_err(|_| unwritable(&folder))?;
        let public = PublicFile {
            directory_sha256: hex(&keys.region_keys.bound().fingerprint),
            region_keys: STANDARD.encode(keys.region_keys.sign(&keys.directory).encode_to_vec()),
        };
        let text = serde_json::to_string(&public).map_err(|_| Refusal::new(Reason::Passphrase))?;
        // Left by an attempt that ended here; the sealed file below is what makes a region.
        let _ = fs::remove_file(public_file(dir));
        write_private(&public_file(dir), text.as_bytes())?;
        write_private(&file(dir), seal(env, &secrets, passphrase)?.as_bytes())?;
        Ok(keys)
    }

    /// Draws the keys of a new region and stores them nowhere: for a region that ends with the process.
    ///
    /// # Errors
    /// `CONFIG_INVALID` for a CA that does not fit.
    pub fn ephemeral(env: &Env, new: &NewRegion) -> Result<Self, Refusal> {
        Secrets::draw(env, new)?.keys()
    }

    /// Opens the stored keys.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when there are none, `KEY_PERMISSIONS` when others may read the file,
    /// `PASSPHRASE` when it does not open.
    pub fn open(dir: &Path, passphrase: &[u8]) -> Result<Self, Refusal> {
        let path = file(dir);
        check_private(&path)?;
        let text = fs::read(&path).map_err(|_| unwritable(&path))?;
        unseal(&text, passphrase)?.keys()
    }

    /// Draws the certificate and key under which the hub listens now, for its name and the
    /// name of its enrolment door. The chain holds the CA, because a joining node knows only
    /// its fingerprint.
    ///
    /// # Errors
    /// `CONFIG_INVALID` for a host that is no DNS name.
    pub fn server_identity(&self, env: &Env) -> Result<Identity, Refusal> {
        let bad_host = |_| Refusal::new(Reason::ConfigInvalid).with("key", "host").with("expected", "DNS");
        let names = vec![self.place.host.clone(), enrol_host(&self.place.host)];
        let mut params = CertificateParams::new(names).map_err(bad_host)?;
        params.distinguished_name = name(&format!("Wiez hub {}", self.region_keys.region));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        stamp(env, &mut params, SERVER_DAYS);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(bad_host)?;
        let cert = params.signed_by(&key, self.ca.issuer()).map_err(bad_host)?;
        Ok(Identity::new(vec![cert.der().to_vec(), self.ca.cert_der.clone()], key.serialize_der()))
    }
}

impl Secrets {
    fn draw(env: &Env, new: &NewRegion) -> Result<Self, Refusal> {
        let (ca_cert, ca_key) = match &new.ca {
            Some((cert, key)) => (cert.clone(), key.clone()),
            None => new_ca(env, &new.region)?,
        };
        let seed = || STANDARD.encode(Zeroizing::new(env.random::<32>()).as_slice());
        Ok(Self {
            region: new.region.to_string(),
            name: new.name.clone(),
            host: new.place.host.clone(),
            port: new.place.port,
            // One hub, one log; a restored hub opens another origin.
            log_origin: format!("{}/{}/1", new.place.host, new.region),
            ca_cert: STANDARD.encode(ca_cert),
            ca_key: STANDARD.encode(ca_key.as_slice()),
            directory: seed(),
            mail: seed(),
            log: seed(),
            cosign: seed(),
        })
    }

    fn keys(&self) -> Result<HubKeys, Refusal> {
        let broken = || Refusal::new(Reason::Passphrase);
        let bytes = |text: &str| STANDARD.decode(text).map(Zeroizing::new).map_err(|_| broken());
        let seed = |text: &str| -> Result<Zeroizing<[u8; 32]>, Refusal> {
            bytes(text)?.as_slice().try_into().map(Zeroizing::new).map_err(|_| broken())
        };
        let directory = SigningKey::from_seed(&*seed(&self.directory)?)?;
        let mail = SigningKey::from_seed(&*seed(&self.mail)?)?;
        let log =
            LogSigner::from_seeds(&self.log_origin, &*seed(&self.log)?, &*seed(&self.cosign)?).map_err(|_| broken())?;
        let region_keys = RegionKeys {
            region: self.region.parse()?,
            name: self.name.clone(),
            log: log.keys().clone(),
            mail_key: mail.public(),
            directory_key: directory.public(),
        };
        let ca = Ca::new(bytes(&self.ca_cert)?.to_vec(), &bytes(&self.ca_key)?)?;
        let place = Place { host: self.host.clone(), port: self.port };
        Ok(HubKeys { directory, mail, log, region_keys, ca, place })
    }
}

/// The public halves beside the sealed file, so that the log can be verified without the passphrase.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicFile {
    directory_sha256: String,
    region_keys: String,
}

/// Reads the public halves without the passphrase. They are as trustworthy as the folder they lie in.
///
/// # Errors
/// `CONFIG_INVALID` when there are none, `UNVERIFIABLE` when their signature does not hold.
pub fn read_public(dir: &Path) -> Result<RegionKeys, Refusal> {
    let path = public_file(dir);
    let text = fs::read(&path).map_err(|_| unwritable(&path))?;
    let broken = || Refusal::new(Reason::Unverifiable);
    let file: PublicFile = serde_json::from_slice(&text).map_err(|_| broken())?;
    let fingerprint = unhex(&file.directory_sha256).ok_or_else(broken)?;
    let bytes = STANDARD.decode(&file.region_keys).map_err(|_| broken())?;
    RegionKeys::open(&strict(&bytes)?, &fingerprint)
}

fn public_file(dir: &Path) -> PathBuf {
    dir.join("keys").join("region.public")
}

fn file(dir: &Path) -> PathBuf {
    dir.join("keys").join("region.sealed")
}

fn unwritable(path: &Path) -> Refusal {
    Refusal::new(Reason::ConfigInvalid)
        .with("key", "data_dir")
        .with("file", path.display())
        .with("expected", "wiez-hub init")
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// Sets validity from an hour ago, because clocks differ, and a random serial number.
pub(crate) fn stamp(env: &Env, params: &mut CertificateParams, days: u32) {
    let now = Duration::from_millis(u64::try_from(env.now_ms()).unwrap_or(0));
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + now.saturating_sub(Duration::from_secs(3600));
    params.not_after = epoch + now + DAY.saturating_mul(days);
    let mut serial: [u8; 16] = env.random();
    if let Some(first) = serial.first_mut() {
        // Positive and of full length (RFC 5280, 4.1.2.2).
        *first = (*first & 0x7f) | 0x40;
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
}

fn new_ca(env: &Env, region: &RegionId) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), Refusal> {
    let mut params = CertificateParams::new(Vec::new()).map_err(bad_ca)?;
    params.distinguished_name = name(&format!("Wiez CA {region}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    stamp(env, &mut params, CA_DAYS);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(bad_ca)?;
    let cert = params.self_signed(&key).map_err(bad_ca)?;
    Ok((cert.der().to_vec(), Zeroizing::new(key.serialize_der())))
}

/// Keys of a region named `opolskie` for unit tests.
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may fail loudly")]
pub(crate) fn test_keys(env: &Env) -> HubKeys {
    HubKeys::ephemeral(env, &tests::sample()).unwrap()
}

#[cfg(test)]
mod tests;
