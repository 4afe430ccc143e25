//! Grants that this node knows: chosen for sending, kept from seals, ended by the log.

use wiez_proto::calendar;
use wiez_proto::grant::Grant;
use wiez_proto::id::{GrantId, Handle, InstitutionId};
use wiez_proto::payload::Payload;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::form::State;
use super::view::seen_record;
use crate::Node;
use crate::control;
use crate::message;
use crate::names::alike;
use crate::store::consent::GrantRow;
use crate::store::{self, Conn, Tx};

/// Chooses the grant under which something goes to an institution.
///
/// With a record's number it is that record's newest grant for the institution; the empty number is none. Without a number
/// it is the only live consent of the case number that names nobody else than the message does: a family shares its
/// number, and none of it consents for another. Where there are several, the worker must say which, because two consents
/// never add up.
///
/// # Errors
/// `NOT_FOUND`, `CONSENT_RECIPIENT`, `CONSENT_MISSING`, or `FIELD_MISSING` (field `consent`).
pub(crate) async fn choose(
    conn: &mut Conn,
    to: &InstitutionId,
    record: Option<&str>,
    payload: &Payload,
) -> Result<GrantId, Refusal> {
    let none = || Refusal::new(Reason::ConsentMissing).with("institution", to.as_str());
    if let Some(number) = record {
        if number.is_empty() {
            return Err(none());
        }
        let number = seen_record(conn, number).await?.number;
        let newest = newest(conn, &number, to).await?;
        let other = || Refusal::new(Reason::ConsentRecipient).with("institution", to.as_str());
        return newest.map(|grant| grant.id).ok_or_else(other);
    }
    let mut live = vec![];
    for row in store::consent::of_subject(conn, payload.subject_ref()).await? {
        let grant = newest(conn, &row.number, to).await?.filter(|grant| grant.ended_ms.is_none());
        if let Some(grant) = grant
            && about(conn, &row.number, payload).await?
        {
            live.push(grant);
        }
    }
    match live.as_slice() {
        [one] => Ok(one.id),
        [] => Err(none()),
        [..] => Err(Refusal::new(Reason::FieldMissing).with("field", "consent")),
    }
}

/// Refuses a record of another case number than the one that it is to carry.
///
/// # Errors
/// `NOT_FOUND`.
pub(crate) async fn concerns(conn: &mut Conn, number: &str, subject_ref: &str) -> Result<(), Refusal> {
    let of = seen_record(conn, number).await?.form.subject_ref;
    if of == subject_ref { Ok(()) } else { Err(Refusal::new(Reason::NotFound).with("what", "consent")) }
}

/// Whether a record names nobody, or somebody whom a message names too, or the message names nobody.
async fn about(conn: &mut Conn, number: &str, payload: &Payload) -> Result<bool, Refusal> {
    let said: Vec<&str> = message::names(payload).filter(|text| !text.trim().is_empty()).collect();
    if said.is_empty() {
        return Ok(true);
    }
    let known = store::vault::named(conn, number).await?.into_iter().flat_map(|named| named.names);
    let known: Vec<String> = known.filter(|name| !name.trim().is_empty()).collect();
    Ok(known.is_empty() || known.iter().any(|name| said.iter().any(|text| alike(name, text))))
}

async fn newest(conn: &mut Conn, number: &str, to: &InstitutionId) -> Result<Option<GrantRow>, Refusal> {
    let grants = store::consent::of_record(conn, number).await?;
    Ok(grants.into_iter().rfind(|grant| grant.peer == to.as_str()))
}

/// What the database keeps of a grant.
pub(super) fn row(me: &InstitutionId, grant: &Grant, signed: &v1::Signed, record: Option<String>) -> GrantRow {
    let peer = if grant.issuer == *me { &grant.counterparty } else { &grant.issuer };
    GrantRow {
        id: grant.id,
        record,
        peer: peer.to_string(),
        handle_out: grant.edge(me, peer).map(|edge| edge.handle),
        handle_in: grant.edge(peer, me).map(|edge| edge.handle),
        valid_to_ms: calendar::end_of_day(grant.valid_to),
        ended_ms: None,
        ended_by: None,
        logged: false,
        successor: None,
        signed: signed.clone(),
    }
}

/// Keeps a grant that came inside a seal, so that answers can go back under it.
pub(crate) async fn held(node: &Node, tx: &mut Tx, grant: &Grant, signed: &v1::Signed) -> Result<(), Refusal> {
    if grant.issuer == *node.id() || store::consent::grant(tx, &grant.id).await?.is_some() {
        return Ok(());
    }
    let row = row(node.id(), grant, signed, None);
    store::consent::put_grant(tx, &row, None, node.env().now_ms()).await?;
    for old in store::consent::followed_by(tx, &grant.id).await? {
        store::casework::move_grant(tx, &old, &grant.id).await?;
    }
    control::know_grant(tx, grant).await
}

/// Ends a grant once. Its record follows, whoever ended it: the person here, or the other desk.
pub(super) async fn end(tx: &mut Tx, grant: &GrantRow, by: &str, at_ms: i64) -> Result<(), Refusal> {
    if !store::consent::end_grant(tx, &grant.id, by, at_ms).await? {
        return Ok(());
    }
    let Some(number) = &grant.record else { return Ok(()) };
    let Some(record) = store::consent::record(tx, number).await? else { return Ok(()) };
    let left = store::consent::of_record(tx, number).await?.iter().any(|grant| grant.ended_ms.is_none());
    let state = match (left, record.state) {
        (false, _) => State::Withdrawn,
        (true, State::Suspended) => State::Suspended,
        (true, _) => State::Narrowed,
    };
    store::consent::set_record(tx, number, state, &record.form).await
}

/// The mirrored log holds the end of an edge: nothing under it is shown or sent any more.
///
/// Cases close when the notice says whether a narrower consent follows, or when the
/// withdrawal was made here.
pub(crate) async fn seen(node: &Node, tx: &mut Tx, handle: &Handle, at_ms: i64) -> Result<(), Refusal> {
    let Some(grant) = store::consent::by_handle(tx, handle).await? else { return Ok(()) };
    end(tx, &grant, "log", at_ms).await?;
    store::consent::set_logged(tx, &grant.id).await?;
    tracing::info!(institution = %node.id(), "the log holds the end of a consent edge");
    Ok(())
}
