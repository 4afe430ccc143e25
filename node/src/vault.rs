//! Content at rest that opens only for a worker who is signed in: who holds the keys of what.
//!
//! Every case and every consent record has a key pair of its own, its vault. The node seals to the public half with
//! nobody signed in; the private half is wrapped to the workers of its circle and to the institution's recovery key.
//! Before the first kierownik exists there is no recovery key and no vault: content then lies under the node's key,
//! and nobody can sign in to read it; making the first kierownik moves it in.

mod circle;
pub mod hand;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use wiez_proto::env::Env;
use wiez_proto::envelope::SealingKey;
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

pub use self::circle::{Begun, Member, circle};
use crate::account::{AccountId, Reader};
use crate::store::{ContentKey, Place, Sealed};

/// Where names lie.
pub const NAMED: Place = Place { table: "vault_names", column: "sealed_names" };
const SECRET: Place = Place { table: "vault_key", column: "sealed_secret" };
const RECOVERY: Place = Place { table: "vault", column: "sealed_recovery" };

/// Whom a case or a consent record is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Names of persons, as written.
    pub names: Vec<String>,
    /// The sender's case number; of a consent record this institution's own.
    pub subject_ref: String,
}

/// A private half as it is wrapped.
pub type SealedSecret = Sealed<String>;

fn row(account: &AccountId, name: &str) -> Vec<u8> {
    [account.bytes().as_slice(), name.as_bytes()].concat()
}

fn text(secret: &SealingKey) -> String {
    STANDARD.encode(secret.seed())
}

fn seed(text: String) -> Result<Zeroizing<[u8; 32]>, Refusal> {
    let internal = || Refusal::new(Reason::Internal);
    let text = Zeroizing::new(text);
    let seed = Zeroizing::new(STANDARD.decode(text.as_bytes()).map_err(|_| internal())?);
    Ok(Zeroizing::new(seed.as_slice().try_into().map_err(|_| internal())?))
}

fn read(text: String) -> Result<SealingKey, Refusal> {
    let seed = seed(text)?;
    SealingKey::from_seed(&seed)
}

/// Wraps a private half to a member of the circle, who need not be signed in.
///
/// # Errors
/// `KEY_WEAK` when the library refuses the key; it accepts every vetted one.
pub fn wrap_to(env: &Env, member: &Member, name: &str, secret: &SealingKey) -> Result<SealedSecret, Refusal> {
    Sealed::seal_to(env, &member.public, SECRET, &row(&member.id, name), &text(secret))
}

/// Wraps a private half to somebody signed in, in the form that opens in microseconds.
///
/// # Errors
/// `INTERNAL` when the library refuses the key; it never does.
pub fn wrap_quick(env: &Env, reader: &Reader, name: &str, secret: &SealingKey) -> Result<SealedSecret, Refusal> {
    let key = ContentKey::of(env, reader.keys().sealing())?;
    Sealed::seal(&key, SECRET, &row(reader.account(), name), &text(secret))
}

/// Unwraps a private half for somebody signed in; either form.
///
/// # Errors
/// `INTERNAL` when it was changed, or wrapped to somebody else or to an earlier key.
pub fn open_secret(env: &Env, reader: &Reader, name: &str, wrapped: &SealedSecret) -> Result<SealingKey, Refusal> {
    read(wrapped.open_with(env, reader.keys().sealing(), SECRET, &row(reader.account(), name))?)
}

/// As [`open_secret`], without working out the key pair behind the seed: enough for what is in the quick form.
///
/// # Errors
/// As [`open_secret`].
pub fn open_seed(
    env: &Env,
    reader: &Reader,
    name: &str,
    wrapped: &SealedSecret,
) -> Result<Zeroizing<[u8; 32]>, Refusal> {
    seed(wrapped.open_with(env, reader.keys().sealing(), SECRET, &row(reader.account(), name))?)
}

/// As [`wrap_quick`], of a seed.
///
/// # Errors
/// As [`wrap_quick`].
pub fn wrap_seed(env: &Env, reader: &Reader, name: &str, seed: &[u8; 32]) -> Result<SealedSecret, Refusal> {
    let key = ContentKey::of(env, reader.keys().sealing())?;
    Sealed::seal(&key, SECRET, &row(reader.account(), name), &STANDARD.encode(seed))
}

/// Wraps a private half to the institution's recovery key.
///
/// # Errors
/// As [`wrap_to`].
pub fn wrap_recovery(
    env: &Env,
    recovery: &wiez_proto::envelope::SealingPublic,
    name: &str,
    secret: &SealingKey,
) -> Result<SealedSecret, Refusal> {
    Sealed::seal_to(env, recovery, RECOVERY, name.as_bytes(), &text(secret))
}

/// Unwraps a private half with the recovery key from paper.
///
/// # Errors
/// `INTERNAL` when it was changed or belongs to another key.
pub fn open_recovery(env: &Env, key: &SealingKey, name: &str, wrapped: &SealedSecret) -> Result<SealingKey, Refusal> {
    read(wrapped.open_with(env, key, RECOVERY, name.as_bytes())?)
}

#[cfg(test)]
mod tests;
