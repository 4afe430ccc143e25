//! How long institutions took to answer, from the moments of cases alone.

use std::collections::BTreeMap;

use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::Refusal;
use wiez_proto::vocab::ReferralStatus;

use crate::casework::CaseKind;
use crate::referral::Side;
use crate::store::casework::CaseRow;
use crate::store::{Conn, col};

/// When a person at the other institution first answered the case that this row brings into a new state; none while
/// nobody did. What that institution's node says by itself, and what passes without a word, is no answer.
pub(super) const fn answered(row: &CaseRow) -> Option<i64> {
    use ReferralStatus as S;
    // What somebody here can close alone is answered by nobody.
    if !matches!(row.kind, CaseKind::Referral | CaseKind::Info | CaseKind::Query | CaseKind::Consult) {
        return None;
    }
    match (row.file.stand.side, row.file.stand.status) {
        (
            Side::Referrer,
            S::NeedInfo
            | S::Accepted
            | S::Declined
            | S::Forwarded
            | S::RedirectProposed
            | S::Waitlisted
            | S::InProgress
            | S::Completed
            | S::Interrupted
            | S::ClosedNoContact,
        ) => Some(row.file.stand.since_ms),
        (
            Side::Referrer,
            S::Draft
            | S::Held
            | S::Queued
            | S::Sent
            | S::Delivered
            | S::Opened
            | S::Recalled
            | S::Expired
            | S::CancelledConsent
            | S::CancelledBySender
            | S::InMediation,
        )
        | (Side::Provider, _) => None,
    }
}

/// Milliseconds from sending to the first answer, of every ordinary case answered since a moment that who reads on this
/// connection sees, by institution. What stands apart is not counted, so that no figure tells of it.
///
/// # Errors
/// `INTERNAL`.
pub async fn answer_times(conn: &mut Conn, since_ms: i64) -> Result<BTreeMap<InstitutionId, Vec<i64>>, Refusal> {
    let query = sqlx::query(
        "/* case.answer_times */ select peer, answered_ms - created_ms as took_ms from case_file
         where answered_ms >= ?1 and hidden = 0 and (?2 is null
           or exists (select 1 from vault_access where account = ?2 and name = number and sees = 1)
           or not exists (select 1 from vault where name = number))
         order by peer, took_ms",
    )
    .bind(since_ms)
    .bind(conn.reader().map(|reader| reader.account().bytes().to_vec()));
    let mut times: BTreeMap<InstitutionId, Vec<i64>> = BTreeMap::new();
    for row in conn.rows(query).await? {
        times.entry(col::<String>(&row, "peer")?.parse()?).or_default().push(col(&row, "took_ms")?);
    }
    Ok(times)
}
