//! Rows of what is to be said to the hub outside envelopes, and of the handles that are ours.

use wiez_proto::envelope::sha256;
use wiez_proto::grant::Grant;
use wiez_proto::id::{Hash, InstitutionId};
use wiez_proto::refusal::{Reason, Refusal};

use super::{Conn, Tx, col};
use crate::control::{Item, Kind};

/// Remembers the handles of a grant that this institution is a party of.
pub(crate) async fn know(tx: &mut Tx, grant: &Grant) -> Result<(), Refusal> {
    for handle in grant.handles() {
        let query = sqlx::query(
            "/* control.know */ insert into own_handle (handle, handle_hash, grant_hash, issuer, counterparty)
             values ($1, $2, $3, $4, $5) on conflict do nothing",
        );
        let bound = query
            .bind(handle.bytes().to_vec())
            .bind(sha256(&[handle.bytes()]).to_vec())
            .bind(grant.hash().bytes().to_vec())
            .bind(grant.issuer.to_string())
            .bind(grant.counterparty.to_string());
        tx.exec(bound).await?;
    }
    Ok(())
}

/// Adds an item.
pub(crate) async fn put(
    tx: &mut Tx,
    kind: Kind,
    grant_hash: &Hash,
    body: &[u8],
    not_before_ms: i64,
    now_ms: i64,
) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* control.put */ insert into control (kind, grant_hash, body, state, not_before_ms, created_ms)
         values ($1, $2, $3, 'waiting', $4, $5)",
    );
    let bound = query
        .bind(kind.as_str())
        .bind(grant_hash.bytes().to_vec())
        .bind(body.to_vec())
        .bind(not_before_ms)
        .bind(now_ms);
    tx.exec_one(bound).await
}

/// What is due: withdrawals first, each after the edges of its grant, because the hub knows no
/// withdrawal of an edge that it does not know; then edges whose time has come or that a queued
/// message waits for.
pub(crate) async fn due(conn: &mut Conn, now_ms: i64) -> Result<Vec<Item>, Refusal> {
    let query = sqlx::query(
        "/* control.due */ select c.id, c.kind, c.body, c.attempts,
          exists (select 1 from control w where w.kind = 'withdraw' and w.state = 'waiting' and w.grant_hash = c.grant_hash
                  and w.not_before_ms <= $1) as ends
         from control c where c.state = 'waiting' and (c.not_before_ms <= $1
           or (c.kind = 'edge' and c.attempts = 0 and (
             exists (select 1 from control w where w.kind = 'withdraw' and w.state = 'waiting' and w.grant_hash = c.grant_hash)
             or exists (select 1 from own_handle h join outbox o on o.handle = h.handle
                        where h.grant_hash = c.grant_hash and o.state = 'queued'))))
          and not (c.kind = 'withdraw' and exists (select 1 from control e where e.kind = 'edge' and e.state = 'waiting'
                   and e.grant_hash = c.grant_hash and e.attempts > 0 and e.not_before_ms > $1))
         order by ends desc, c.kind, c.id limit 64",
    );
    let rows = conn.rows(query.bind(now_ms)).await?;
    rows.iter()
        .map(|row| {
            Ok(Item {
                id: col(row, "id")?,
                kind: Kind::parse(&col::<String>(row, "kind")?).ok_or_else(|| Refusal::new(Reason::Internal))?,
                body: col(row, "body")?,
                attempts: u32::try_from(col::<i64>(row, "attempts")?).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// When the next item is due, if one waits for a time to come.
pub(crate) async fn next_due(conn: &mut Conn, now_ms: i64) -> Result<Option<i64>, Refusal> {
    let query = sqlx::query(
        "/* control.next_due */ select min(not_before_ms) as next from control where state = 'waiting' and not_before_ms > $1",
    );
    conn.row(query.bind(now_ms)).await?.as_ref().map_or(Ok(None), |row| col(row, "next"))
}

/// The hub has done it.
pub(crate) async fn done(tx: &mut Tx, id: i64, leaf_index: u64) -> Result<(), Refusal> {
    let query = sqlx::query("/* control.done */ update control set state = 'done', leaf_index = $2 where id = $1");
    tx.exec_one(query.bind(id).bind(i64::try_from(leaf_index).unwrap_or(i64::MAX))).await
}

/// It will be tried again.
pub(crate) async fn later(tx: &mut Tx, id: i64, reason: Reason, not_before_ms: i64) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* control.later */ update control set attempts = attempts + 1, reason = $2, not_before_ms = $3 where id = $1",
    );
    tx.exec_one(query.bind(id).bind(reason.as_str()).bind(not_before_ms)).await
}

/// The hub refused it for good.
pub(crate) async fn refused(tx: &mut Tx, id: i64, reason: Reason) -> Result<(), Refusal> {
    let query = sqlx::query(
        "/* control.refused */ update control set state = 'refused', attempts = attempts + 1, reason = $2 where id = $1",
    );
    tx.exec_one(query.bind(id).bind(reason.as_str())).await
}

/// The parties of the grant that a handle belongs to, and the grant's hash.
pub(crate) async fn parties(
    conn: &mut Conn,
    handle_hash: &[u8; 32],
) -> Result<Option<(Hash, [InstitutionId; 2])>, Refusal> {
    let query = sqlx::query(
        "/* control.parties */ select grant_hash, issuer, counterparty from own_handle where handle_hash = $1",
    );
    let Some(row) = conn.row(query.bind(handle_hash.to_vec())).await? else { return Ok(None) };
    let name = |column| col::<String>(&row, column)?.parse::<InstitutionId>();
    Ok(Some((Hash::parse(&col::<Vec<u8>>(&row, "grant_hash")?)?, [name("issuer")?, name("counterparty")?])))
}

/// How many items wait.
pub(crate) async fn waiting(conn: &mut Conn) -> Result<u64, Refusal> {
    let row = conn
        .row(sqlx::query("/* control.waiting */ select count(*) as n from control where state = 'waiting'"))
        .await?;
    row.as_ref().map_or(Ok(0), |row| col::<i64>(row, "n").map(|n| u64::try_from(n).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use wiez_proto::env::{Env, LastResort};

    use super::*;
    use crate::store::{ContentKey, Store};

    async fn kinds(store: &Store, now_ms: i64) -> Vec<(Kind, i64)> {
        let found = due(&mut store.view("test.due").await.unwrap(), now_ms).await.unwrap();
        found.into_iter().map(|item| (item.kind, item.id)).collect()
    }

    #[tokio::test]
    async fn a_withdrawal_waits_for_an_edge_that_the_hub_put_off() {
        let dir = tempfile::tempdir().unwrap();
        let content = ContentKey::new(&Env::stepped(1, 1), &[1; 32]).unwrap();
        let store = Store::open(dir.path(), content, LastResort::default()).await.unwrap();
        let (one, other) = (Hash::new([1; 32]), Hash::new([2; 32]));
        let mut tx = store.begin("test.put").await.unwrap();
        put(&mut tx, Kind::Edge, &one, b"there", 500, 0).await.unwrap();
        put(&mut tx, Kind::Edge, &one, b"back", 500, 0).await.unwrap();
        put(&mut tx, Kind::Withdraw, &one, b"end", 0, 0).await.unwrap();
        put(&mut tx, Kind::Withdraw, &other, b"end", 0, 0).await.unwrap();
        tx.commit().await.unwrap();
        let all = vec![(Kind::Edge, 1), (Kind::Edge, 2), (Kind::Withdraw, 3), (Kind::Withdraw, 4)];
        assert_eq!(kinds(&store, 0).await, all);

        let mut tx = store.begin("test.later").await.unwrap();
        done(&mut tx, 1, 7).await.unwrap();
        later(&mut tx, 2, Reason::Quota, 1000).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kinds(&store, 0).await, vec![(Kind::Withdraw, 4)], "the hub would not know the edge");
        assert_eq!(kinds(&store, 1000).await, vec![(Kind::Edge, 2), (Kind::Withdraw, 3), (Kind::Withdraw, 4)]);
    }
}
