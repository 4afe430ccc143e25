//! Somebody with a stolen folder, and perhaps its passphrase: opens whatever can be opened without any code of the node.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use wiez_proto::envelope::{Envelope, Region, SealingKey, VerifyingKey, open};
use wiez_proto::wire::{strict, v1};

/// First byte of a value under a symmetric key.
const SYMMETRIC: u8 = 1;

/// The secrets behind the passphrase that the thief uses.
pub(crate) struct Thief {
    content: [u8; 32],
    sealing: SealingKey,
    /// Whose envelopes can be verified; the thief has the whole directory.
    senders: Vec<VerifyingKey>,
    region: Region,
}

/// What lay in a column, with what could be made of it.
pub(crate) struct Loot {
    pub(crate) place: String,
    pub(crate) bytes: Vec<u8>,
}

impl Thief {
    /// Opens the file of keys.
    pub(crate) fn new(folder: &Path, passphrase: &[u8], senders: Vec<VerifyingKey>, region: Region) -> Result<Self> {
        let file: Value = serde_json::from_slice(&std::fs::read(folder.join("keys").join("node.sealed"))?)?;
        let text = |name: &str| file[name].as_str().with_context(|| format!("no {name}"));
        let number = |name: &str| -> Result<u32> { Ok(file[name].as_u64().context("a number")?.try_into()?) };
        let (kib, passes) = (number("argon2id_kib")?, number("argon2id_passes")?);
        let salt = STANDARD.decode(text("salt")?)?;
        let mut key = [0; 32];
        let params = argon2::Params::new(kib, passes, 1, Some(32)).map_err(|error| anyhow::anyhow!("{error}"))?;
        argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(passphrase, &salt, &mut key)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        // The stream alone: what is authenticated beside it matters to nobody who only wants to read.
        let nonce = STANDARD.decode(text("nonce")?)?;
        let plain = unmask(&key, nonce.as_slice().try_into()?, &STANDARD.decode(text("sealed")?)?)?;
        let secrets: Value = serde_json::from_slice(&plain).context("the passphrase is wrong")?;
        let secret = |name: &str| -> Result<[u8; 32]> {
            let bytes = STANDARD.decode(secrets[name].as_str().with_context(|| format!("no {name}"))?)?;
            bytes.try_into().map_err(|_| anyhow::anyhow!("{name} has another length"))
        };
        let sealing = SealingKey::from_seed(&secret("sealing")?)?;
        Ok(Self { content: secret("content")?, sealing, senders, region })
    }

    /// Every value of every column of every table: as it lies there, under the node's key, and out of every envelope
    /// that is for this node.
    pub(crate) async fn loot(&self, folder: &Path) -> Result<Vec<Loot>> {
        let mut conn = SqliteConnectOptions::new().filename(folder.join("node.db")).connect().await?;
        let mut out = vec![];
        for (table, column) in columns(&mut conn).await? {
            let place = format!("{table}.{column}");
            let all = format!(
                "/* thief.read */ select cast(\"{column}\" as blob) from \"{table}\" where \"{column}\" is not null"
            );
            for row in sqlx::query(AssertSqlSafe(all)).fetch_all(&mut conn).await? {
                let value: Vec<u8> = row.try_get(0)?;
                for (how, bytes) in self.forms(&value) {
                    out.push(Loot { place: format!("{place} {how}"), bytes });
                }
                out.push(Loot { place: place.clone(), bytes: value });
            }
        }
        conn.close().await?;
        ensure!(out.len() > 100, "the thief found no database");
        Ok(out)
    }

    fn forms(&self, value: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        let mut out = vec![];
        if let Some((&SYMMETRIC, rest)) = value.split_first()
            && let Some((nonce, body)) = rest.split_first_chunk::<NONCE_LEN>()
            && let Ok(plain) = unmask(&self.content, *nonce, body)
        {
            if let Some(content) = self.envelope(&plain) {
                out.push(("sealed, opened", content));
            }
            out.push(("under the node's key", plain));
        }
        out.extend(self.envelope(value).map(|content| ("an envelope, opened", content)));
        out
    }

    /// The content of an envelope for this node, whoever sent it.
    fn envelope(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let envelope = Envelope::parse(strict::<v1::Envelope>(bytes).ok()?).ok()?;
        let verified = self.senders.iter().find_map(|key| envelope.clone().verify(key, &self.region).ok())?;
        let content = open(&verified, &self.sealing).ok()?;
        Some(prost::Message::encode_to_vec(&content))
    }
}

async fn columns(conn: &mut SqliteConnection) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "/* thief.columns */ select m.name as place, c.name as col from sqlite_master m join pragma_table_info(m.name) c
         where m.type = 'table'",
    );
    let rows = rows.fetch_all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get("place")?, row.try_get("col")?))).collect()
}

/// Decrypts AES-256-GCM without its tag: sealing zeros under the same nonce gives the stream.
fn unmask(key: &[u8; 32], nonce: [u8; NONCE_LEN], sealed: &[u8]) -> Result<Vec<u8>> {
    let broken = |_| anyhow::anyhow!("no key");
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(broken)?);
    let length = sealed.len().checked_sub(AES_256_GCM.tag_len()).context("too short")?;
    let mut stream = vec![0; length];
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut stream).map_err(broken)?;
    Ok(sealed.iter().zip(stream).take(length).map(|(byte, mask)| byte ^ mask).collect())
}
