//! Rows of alarms: what a person has to look at.

use wiez_proto::refusal::Refusal;

use super::{Conn, Tx, col};
use crate::mirror::Alarm;

/// Raises an alarm once for each kind and subject. True when it is new.
pub(crate) async fn raise(tx: &mut Tx, alarm: &Alarm) -> Result<bool, Refusal> {
    let query = sqlx::query(
        "/* alarm.raise */ insert into alarm (at_ms, kind, subject, detail) values ($1, $2, $3, $4)
         on conflict (kind, subject) do nothing",
    );
    let bound = query.bind(alarm.at_ms).bind(&alarm.kind).bind(&alarm.subject).bind(&alarm.detail);
    Ok(tx.exec(bound).await? == 1)
}

/// Every alarm, oldest first.
pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<Alarm>, Refusal> {
    let rows =
        conn.rows(sqlx::query("/* alarm.all */ select at_ms, kind, subject, detail from alarm order by id")).await?;
    rows.iter()
        .map(|row| {
            Ok(Alarm {
                at_ms: col(row, "at_ms")?,
                kind: col(row, "kind")?,
                subject: col(row, "subject")?,
                detail: col(row, "detail")?,
            })
        })
        .collect()
}

/// Whether the hub contradicted itself about the log.
pub(crate) async fn log_broken(conn: &mut Conn) -> Result<bool, Refusal> {
    let query =
        sqlx::query("/* alarm.log_broken */ select 1 as one from alarm where kind = 'LOG_INCONSISTENT' limit 1");
    Ok(conn.row(query).await?.is_some())
}
