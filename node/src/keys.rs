//! Holds the institution's keys: signing, sealing, TLS, and the key of the database's content.
//!
//! On disk they are one sealed file, `keys/node.sealed` in the data folder, mode 0600. Argon2id
//! (RFC 9106) turns the passphrase into a key, AES-256-GCM (NIST SP 800-38D) seals under it; the
//! cost parameters are authenticated with the content. There is no copy anywhere else.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::envelope::{SealingKey, SigningKey};
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::Identity;
use zeroize::{Zeroize, Zeroizing};

use crate::store::ContentKey;

pub mod lan;

/// Memory that Argon2id uses for the passphrase, in KiB, and its passes.
const COST: (u32, u32) = (64 * 1024, 3);
/// Most memory in KiB and most passes that a file may ask for.
const COST_MAX: (u32, u32) = (1024 * 1024, 16);
/// Shortest passphrase in bytes.
const PASSPHRASE_MIN: usize = 12;

/// The institution's secrets, in memory.
pub struct Keys {
    signing: SigningKey,
    sealing: SealingKey,
    tls_pkcs8: Zeroizing<Vec<u8>>,
    content: Zeroizing<[u8; 32]>,
}

/// What is sealed, as base64.
#[derive(Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
#[serde(deny_unknown_fields)]
struct Secrets {
    signing: String,
    sealing: String,
    tls: String,
    content: String,
}

/// The file: how the key is derived, and the sealed bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedFile {
    wiez_node_keys: u8,
    argon2id_kib: u32,
    argon2id_passes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

impl Keys {
    /// Whether a data folder has keys.
    #[must_use]
    pub fn exist(dir: &Path) -> bool {
        file(dir).exists()
    }

    /// Draws new keys and stores them under the passphrase before it returns.
    ///
    /// # Errors
    /// `ALREADY_JOINED` when keys exist there, `PASSPHRASE` for one under 12 bytes,
    /// `CONFIG_INVALID` when the folder cannot be written.
    pub fn create(env: &Env, dir: &Path, passphrase: &[u8]) -> Result<Self, Refusal> {
        if Self::exist(dir) {
            return Err(Refusal::new(Reason::AlreadyJoined));
        }
        if passphrase.len() < PASSPHRASE_MIN {
            return Err(Refusal::new(Reason::Passphrase));
        }
        let tls = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| Refusal::new(Reason::Internal))?;
        let keys = Self {
            signing: SigningKey::generate(env)?,
            sealing: SealingKey::generate(env)?,
            tls_pkcs8: Zeroizing::new(tls.serialize_der()),
            content: Zeroizing::new(env.random()),
        };
        make_private_dir(dir)?;
        make_private_dir(&dir.join("keys"))?;
        write_private(&file(dir), seal(env, &keys.secrets(), passphrase)?.as_bytes())?;
        Ok(keys)
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
        Self::from_secrets(&unseal(&text, passphrase)?)
    }

    fn secrets(&self) -> Secrets {
        Secrets {
            signing: STANDARD.encode(self.signing.seed()),
            sealing: STANDARD.encode(self.sealing.seed()),
            tls: STANDARD.encode(self.tls_pkcs8.as_slice()),
            content: STANDARD.encode(self.content.as_slice()),
        }
    }

    fn from_secrets(secrets: &Secrets) -> Result<Self, Refusal> {
        let broken = || Refusal::new(Reason::Passphrase);
        let bytes = |text: &str| STANDARD.decode(text).map(Zeroizing::new).map_err(|_| broken());
        let seed = |text: &str| -> Result<Zeroizing<[u8; 32]>, Refusal> {
            bytes(text)?.as_slice().try_into().map(Zeroizing::new).map_err(|_| broken())
        };
        Ok(Self {
            signing: SigningKey::from_seed(&*seed(&secrets.signing)?)?,
            sealing: SealingKey::from_seed(&*seed(&secrets.sealing)?)?,
            tls_pkcs8: bytes(&secrets.tls)?,
            content: seed(&secrets.content)?,
        })
    }

    /// Signs in the institution's name.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Opens what was sealed for the institution.
    #[must_use]
    pub const fn sealing(&self) -> &SealingKey {
        &self.sealing
    }

    /// The key of content columns.
    ///
    /// # Errors
    /// `INTERNAL` when the library refuses it; practically never.
    pub fn content(&self, env: &Env) -> Result<ContentKey, Refusal> {
        ContentKey::new(env, &self.content)
    }

    /// A PKCS#10 request (DER) that proves possession of the TLS key.
    ///
    /// # Errors
    /// `INTERNAL` when the stored key does not fit; practically never.
    pub fn certificate_request(&self, institution: &InstitutionId) -> Result<Vec<u8>, Refusal> {
        let internal = |_| Refusal::new(Reason::Internal);
        let der = self.tls_pkcs8.as_slice().into();
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ECDSA_P256_SHA256).map_err(internal)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(internal)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, format!("Wiez node {institution}"));
        Ok(params.serialize_request(&key).map_err(internal)?.der().to_vec())
    }

    /// The TLS identity made of the hub's certificate for this node.
    #[must_use]
    pub fn identity(&self, certificate_der: Vec<u8>) -> Identity {
        Identity::new(vec![certificate_der], self.tls_pkcs8.to_vec())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.signing.public().id())
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("keys").join("node.sealed")
}

fn unwritable(path: &Path) -> Refusal {
    Refusal::new(Reason::ConfigInvalid)
        .with("key", "data_dir")
        .with("file", path.display())
        .with("expected", "wiez-node join")
}

/// What is authenticated beside the sealed bytes.
fn associated(kib: u32, passes: u32, salt: &[u8]) -> Vec<u8> {
    [b"wiez/node-keys/v1\0".as_slice(), &kib.to_be_bytes(), &passes.to_be_bytes(), salt].concat()
}

fn derive(passphrase: &[u8], salt: &[u8], kib: u32, passes: u32) -> Result<LessSafeKey, Refusal> {
    let no = || Refusal::new(Reason::Passphrase);
    let params = argon2::Params::new(kib, passes, 1, Some(32)).map_err(|_| no())?;
    let mut key = Zeroizing::new([0_u8; 32]);
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(passphrase, salt, key.as_mut())
        .map_err(|_| no())?;
    UnboundKey::new(&AES_256_GCM, key.as_slice()).map(LessSafeKey::new).map_err(|_| no())
}

fn seal(env: &Env, secrets: &Secrets, passphrase: &[u8]) -> Result<String, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let (kib, passes) = COST;
    let (salt, nonce): ([u8; 16], [u8; 12]) = (env.random(), env.random());
    // Grows in place below; reserved, so that no copy of the secrets stays behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(4 * 1024));
    serde_json::to_writer(&mut *plain, secrets).map_err(|_| internal())?;
    let key = derive(passphrase, &salt, kib, passes)?;
    let aad = Aad::from(associated(kib, passes, &salt));
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut *plain).map_err(|_| internal())?;
    let file = SealedFile {
        wiez_node_keys: 1,
        argon2id_kib: kib,
        argon2id_passes: passes,
        salt: STANDARD.encode(salt),
        nonce: STANDARD.encode(nonce),
        sealed: STANDARD.encode(plain.as_slice()),
    };
    serde_json::to_string(&file).map_err(|_| internal())
}

fn unseal(text: &[u8], passphrase: &[u8]) -> Result<Secrets, Refusal> {
    let no = || Refusal::new(Reason::Passphrase);
    let file: SealedFile = serde_json::from_slice(text).map_err(|_| no())?;
    let sane = file.wiez_node_keys == 1 && file.argon2id_kib <= COST_MAX.0 && file.argon2id_passes <= COST_MAX.1;
    if !sane {
        return Err(no());
    }
    let bytes = |text: &str| STANDARD.decode(text).map_err(|_| no());
    let (salt, nonce) = (bytes(&file.salt)?, bytes(&file.nonce)?);
    let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| no())?;
    let key = derive(passphrase, &salt, file.argon2id_kib, file.argon2id_passes)?;
    let aad = Aad::from(associated(file.argon2id_kib, file.argon2id_passes, &salt));
    let mut sealed = Zeroizing::new(bytes(&file.sealed)?);
    let plain = key.open_in_place(nonce, aad, &mut sealed).map_err(|_| no())?;
    serde_json::from_slice(plain).map_err(|_| no())
}

fn make_private_dir(dir: &Path) -> Result<(), Refusal> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|_| unwritable(dir))
}

/// Writes a file that only this user may read, and does not return before it is on disk. The
/// name appears only when the content is complete.
fn write_private(path: &Path, content: &[u8]) -> Result<(), Refusal> {
    let part = path.with_extension("part");
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
    };
    write().map_err(|_| unwritable(path))
}

/// Checks that nobody but the owner may read or write a secret file.
///
/// # Errors
/// `CONFIG_INVALID` when it is absent, `KEY_PERMISSIONS` when group or others have any right.
pub fn check_private(path: &Path) -> Result<(), Refusal> {
    let mode = fs::metadata(path).map_err(|_| unwritable(path))?.mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(Refusal::new(Reason::KeyPermissions).with("file", path.display())) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_open_with_their_passphrase_only_and_are_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let env = Env::stepped(1, 1);
        assert!(!Keys::exist(dir.path()));
        assert_eq!(Keys::create(&env, dir.path(), b"short").unwrap_err().reason, Reason::Passphrase);
        let made = Keys::create(&env, dir.path(), b"correct horse battery").unwrap();
        assert_eq!(Keys::create(&env, dir.path(), b"correct horse battery").unwrap_err().reason, Reason::AlreadyJoined);
        let opened = Keys::open(dir.path(), b"correct horse battery").unwrap();
        assert_eq!(opened.signing().public(), made.signing().public());
        assert_eq!(opened.sealing().public(), made.sealing().public());
        assert_eq!(Keys::open(dir.path(), b"correct horse batterx").unwrap_err().reason, Reason::Passphrase);
        let text = fs::read_to_string(file(dir.path())).unwrap();
        let cheaper = text.replace("\"argon2id_passes\":3", "\"argon2id_passes\":1");
        assert!(cheaper != text && unseal(cheaper.as_bytes(), b"correct horse battery").is_err());
        assert!(!format!("{opened:?}").contains(&STANDARD.encode(opened.signing().seed())));
    }

    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        Keys::create(&Env::stepped(1, 1), dir.path(), b"correct horse battery").unwrap();
        fs::set_permissions(file(dir.path()), fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Keys::open(dir.path(), b"correct horse battery").unwrap_err();
        assert_eq!(refused.reason, Reason::KeyPermissions);
    }

    #[test]
    fn the_certificate_request_proves_a_p256_key() {
        use x509_parser::prelude::FromDer;
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::create(&Env::stepped(1, 1), dir.path(), b"correct horse battery").unwrap();
        let der = keys.certificate_request(&"ops-brzeg".parse().unwrap()).unwrap();
        let (rest, request) = x509_parser::certification_request::X509CertificationRequest::from_der(&der).unwrap();
        assert!(rest.is_empty());
        request.verify_signature().unwrap();
        assert!(request.certification_request_info.subject.to_string().contains("ops-brzeg"));
    }
}
