//! Seals the secrets of a region under a passphrase, and keeps their file private.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::{Zeroize, Zeroizing};

use super::unwritable;

/// Memory that Argon2id uses for the passphrase, in KiB, and its passes.
const COST: (u32, u32) = (64 * 1024, 3);
/// Most memory in KiB and most passes that a file may ask for.
const COST_MAX: (u32, u32) = (1024 * 1024, 16);

/// What is sealed: everything needed to start, as base64 where it is binary.
#[derive(Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
#[serde(deny_unknown_fields)]
pub(super) struct Secrets {
    pub(super) region: String,
    pub(super) name: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) log_origin: String,
    pub(super) ca_cert: String,
    pub(super) ca_key: String,
    pub(super) directory: String,
    pub(super) mail: String,
    pub(super) log: String,
    pub(super) cosign: String,
}

/// The file: how the key is derived, and the sealed bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedFile {
    wiez_hub_keys: u8,
    argon2id_kib: u32,
    argon2id_passes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

/// What is authenticated beside the sealed bytes.
fn associated(kib: u32, passes: u32, salt: &[u8]) -> Vec<u8> {
    [b"wiez/hub-keys/v1\0".as_slice(), &kib.to_be_bytes(), &passes.to_be_bytes(), salt].concat()
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

pub(super) fn seal(env: &Env, secrets: &Secrets, passphrase: &[u8]) -> Result<String, Refusal> {
    let no = |_| Refusal::new(Reason::Passphrase);
    let (kib, passes) = COST;
    let (salt, nonce): ([u8; 16], [u8; 12]) = (env.random(), env.random());
    // Grows in place below; reserved, so that no copy of the secrets stays behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(16 * 1024));
    serde_json::to_writer(&mut *plain, secrets).map_err(|_| Refusal::new(Reason::Passphrase))?;
    let key = derive(passphrase, &salt, kib, passes)?;
    let aad = Aad::from(associated(kib, passes, &salt));
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut *plain).map_err(no)?;
    let file = SealedFile {
        wiez_hub_keys: 1,
        argon2id_kib: kib,
        argon2id_passes: passes,
        salt: STANDARD.encode(salt),
        nonce: STANDARD.encode(nonce),
        sealed: STANDARD.encode(plain.as_slice()),
    };
    serde_json::to_string(&file).map_err(|_| Refusal::new(Reason::Passphrase))
}

pub(super) fn unseal(text: &[u8], passphrase: &[u8]) -> Result<Secrets, Refusal> {
    let no = || Refusal::new(Reason::Passphrase);
    let file: SealedFile = serde_json::from_slice(text).map_err(|_| no())?;
    let sane = file.wiez_hub_keys == 1 && file.argon2id_kib <= COST_MAX.0 && file.argon2id_passes <= COST_MAX.1;
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

/// Writes a file that only this user may read, and does not return before it is on disk.
///
/// # Errors
/// `CONFIG_INVALID` when it exists or cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), Refusal> {
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(content)?;
        file.sync_all()?;
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
