//! What a dishonest operator can do with all keys of the region and the hub's database, while the hub is down.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use prost::Message;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use wiez_hub::keys::HubKeys;
use wiez_proto::directory::Entry;
use wiez_proto::env::Env;
use wiez_proto::envelope::{SealingKey, SigningKey};
use wiez_proto::id::{Handle, InstitutionId};
use wiez_proto::log::leaf::Leaf;
use wiez_proto::log::tree::Frontier;
use wiez_proto::wire::v1;

/// The database of a hub that does not run.
pub struct Operator {
    conn: SqliteConnection,
}

impl Operator {
    /// Opens the database in a hub's data folder.
    ///
    /// # Errors
    /// When there is none.
    pub async fn at(data_dir: &Path) -> Result<Self> {
        let file = data_dir.join("hub.db");
        ensure!(file.exists(), "the hub has no database");
        Ok(Self { conn: SqliteConnectOptions::new().filename(file).connect().await? })
    }

    /// Forgets that an edge was withdrawn, so that the hub's own gate lets mail pass again.
    ///
    /// # Errors
    /// When the hub knows no such edge.
    pub async fn reopen(&mut self, handle: &Handle) -> Result<()> {
        let done = sqlx::query("/* edge.reopen */ update edge set state = 0, end_leaf = null where handle = $1")
            .bind(handle.bytes().as_slice())
            .execute(&mut self.conn)
            .await?;
        ensure!(done.rows_affected() == 1, "no such edge");
        Ok(())
    }

    /// Signs another entry of an institution, with keys that the operator has, and puts it into
    /// directory and log as if the institution had changed its keys.
    ///
    /// # Errors
    /// When the database is not that of a hub.
    pub async fn impersonate(&mut self, keys: &HubKeys, of: &Entry, env: &Env) -> Result<()> {
        let (signing, sealing) = (SigningKey::generate(env)?, SealingKey::generate(env)?);
        let entry = Entry {
            serial: of.serial + 1,
            previous: Some(of.hash()),
            signing_key: signing.public(),
            sealing_key: sealing.public().clone(),
            ..of.clone()
        };
        let signed = entry.sign(&keys.directory, &keys.region_keys.bound())?;
        let leaf = Leaf::Directory { entry_hash: *entry.hash().bytes() };
        let (index, revision) = self.append(keys, &leaf, env).await?;
        let object = v1::SignedEntry { entry: Some(signed), ..v1::SignedEntry::default() }.encode_to_vec();
        sqlx::query("/* directory.forge */ insert into directory_item values ($1, $2, $3, 0, $4)")
            .bind(revision)
            .bind(index)
            .bind(of.institution.as_str())
            .bind(object)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Appends a withdrawal leaf behind which there is no signed object.
    ///
    /// # Errors
    /// When the database is not that of a hub.
    pub async fn withdraw_by_itself(&mut self, keys: &HubKeys, handle: &Handle, env: &Env) -> Result<()> {
        let handle_hash = wiez_proto::envelope::sha256(&[handle.bytes()]);
        let leaf = Leaf::Withdrawal { handle_hash, object_hash: env.random() };
        self.append(keys, &leaf, env).await.map(|_| ())
    }

    /// Appends a leaf and signs the new head; returns the leaf's index and the directory's next revision.
    async fn append(&mut self, keys: &HubKeys, leaf: &Leaf, env: &Env) -> Result<(i64, i64)> {
        let head = sqlx::query("/* head.read */ select frontier, signed_ms, next_revision from log_head")
            .fetch_one(&mut self.conn)
            .await?;
        let mut frontier = Frontier::from_bytes(&head.get::<Vec<u8>, _>(0)).ok().context("no frontier")?;
        let (signed_ms, revision): (i64, i64) = (head.get(1), head.get(2));
        let index = i64::try_from(frontier.size())?;
        let nodes = frontier.push(leaf.hash());
        let now = env.now_ms().max(signed_ms);
        let checkpoint = keys.log.sign(frontier.size(), &frontier.root(), now);
        sqlx::query("/* leaf.forge */ insert into log_leaf values ($1, $2)")
            .bind(index)
            .bind(leaf.encode())
            .execute(&mut self.conn)
            .await?;
        for (level, at, hash) in nodes.iter().filter(|(level, ..)| *level > 0) {
            sqlx::query("/* node.forge */ insert into log_node values ($1, $2, $3)")
                .bind(i64::from(*level))
                .bind(i64::try_from(*at)?)
                .bind(hash.as_slice())
                .execute(&mut self.conn)
                .await?;
        }
        let set =
            "/* head.forge */ update log_head set frontier = $1, checkpoint = $2, signed_ms = $3, next_revision = $4";
        sqlx::query(set)
            .bind(frontier.to_bytes())
            .bind(checkpoint)
            .bind(now)
            .bind(revision + 1)
            .execute(&mut self.conn)
            .await?;
        Ok((index, revision))
    }

    /// Flips one bit of one leaf of the log.
    ///
    /// # Errors
    /// When there is no such leaf.
    pub async fn flip_a_bit(&mut self, leaf: i64) -> Result<()> {
        let row = sqlx::query("/* leaf.read */ select bytes from log_leaf where leaf_index = $1")
            .bind(leaf)
            .fetch_one(&mut self.conn)
            .await?;
        let mut bytes: Vec<u8> = row.get(0);
        let last = bytes.last_mut().context("an empty leaf")?;
        *last ^= 1;
        sqlx::query("/* leaf.flip */ update log_leaf set bytes = $1 where leaf_index = $2")
            .bind(bytes)
            .bind(leaf)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Counts the envelopes for a recipient in a state: 0 stored, 1 offered, 2 acknowledged, 3 and 4 ended.
    ///
    /// # Errors
    /// When the database is not that of a hub.
    pub async fn count(&mut self, recipient: &InstitutionId, state: i64) -> Result<i64> {
        let row = sqlx::query("/* mail.count */ select count(*) from mail where recipient = $1 and state = $2")
            .bind(recipient.as_str())
            .bind(state)
            .fetch_one(&mut self.conn)
            .await?;
        Ok(row.get(0))
    }

    /// Where a channel stands: its newest epoch and number.
    ///
    /// # Errors
    /// When nothing was ever accepted on it.
    pub async fn channel(&mut self, from: &str, to: &str) -> Result<(i64, i64)> {
        let row = sqlx::query("/* channel.read */ select epoch, seq from channel where pair = $1")
            .bind(format!("{from}/{to}"))
            .fetch_one(&mut self.conn)
            .await?;
        Ok((row.get(0), row.get(1)))
    }

    /// Ends, so that the hub can take the folder again.
    ///
    /// # Errors
    /// When the database cannot be closed.
    pub async fn leave(self) -> Result<()> {
        Ok(self.conn.close().await?)
    }
}

/// Flips one bit of one leaf in the log that a node keeps; the node has to be down.
///
/// # Errors
/// When the folder is no node's, or there is no such leaf.
pub async fn flip_a_bit_of_a_node(data_dir: &Path, leaf: i64) -> Result<()> {
    let file = data_dir.join("node.db");
    ensure!(file.exists(), "the node has no database");
    let mut conn = SqliteConnectOptions::new().filename(file).connect().await?;
    let row = sqlx::query("/* node_leaf.read */ select bytes from log_leaf where idx = $1")
        .bind(leaf)
        .fetch_one(&mut conn)
        .await?;
    let mut bytes: Vec<u8> = row.get(0);
    *bytes.last_mut().context("an empty leaf")? ^= 1;
    sqlx::query("/* node_leaf.flip */ update log_leaf set bytes = $1 where idx = $2")
        .bind(bytes)
        .bind(leaf)
        .execute(&mut conn)
        .await?;
    Ok(conn.close().await?)
}
