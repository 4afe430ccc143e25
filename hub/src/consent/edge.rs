//! Edges as use cases: register one, end them, fetch the object that ended one.

use prost::Message;
use wiez_proto::calendar;
use wiez_proto::directory::Standing;
use wiez_proto::grant::Withdrawal;
use wiez_proto::id::{Handle, Hash, InstitutionId};
use wiez_proto::limits;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::{invalid, required, v1};

use crate::caller::Caller;
use crate::directory::Members;
use crate::region::Hub;
use crate::store;
use crate::writer::work::{EdgeWork, WithdrawWork, Work};

/// Added to the longest validity of a consent: it may begin later than it is registered, and the
/// hub learns only the end of its last month.
const ROUNDING_DAYS: i64 = 62;
const DAY_MS: i64 = 24 * 3600 * 1000;

impl Hub {
    /// Registers one directed edge of a grant; the caller is one of its two institutions.
    ///
    /// # Errors
    /// `FIELD_INVALID`, `SENDER_MISMATCH` for a caller that is no party, `RECIPIENT_UNKNOWN`,
    /// `RECIPIENT_REVOKED`, `POLICE_CONSENT`, `HANDLE_TAKEN`, or why nothing can be written.
    pub async fn register_edge(
        &self,
        caller: &Caller,
        request: v1::RegisterEdgeRequest,
    ) -> Result<v1::RegisterEdgeResponse, Refusal> {
        let now_ms = self.env().now_ms();
        let members = self.members();
        caller.still(&members)?;
        let edge = check_edge(&members, caller.institution(), &request, now_ms)?;
        self.ask(|answer| Work::Edge(EdgeWork { edge, answer })).await
    }

    /// Ends edges for good: withdrawal by the issuer or block by the other party.
    ///
    /// # Errors
    /// `FIELD_MISSING`, `UNVERIFIABLE`, `SENDER_MISMATCH`, `NOT_FOUND` for handles that are
    /// unknown, of another grant or of others, or why nothing can be written.
    pub async fn withdraw(
        &self,
        caller: &Caller,
        request: v1::WithdrawRequest,
    ) -> Result<v1::WithdrawResponse, Refusal> {
        let members = self.members();
        caller.still(&members)?;
        let signed = required("withdrawal", request.withdrawal)?;
        let party = members.get(caller.institution()).ok_or(Reason::NotAMember)?;
        let withdrawal = Withdrawal::open(&signed, &party.entry.signing_key, members.region())?;
        if withdrawal.party != *caller.institution() {
            return Err(Reason::SenderMismatch.into());
        }
        self.ask(|answer| Work::Withdraw(WithdrawWork { withdrawal, signed, answer })).await
    }

    /// Fetches the signed object that ended an edge of the caller.
    ///
    /// # Errors
    /// `NOT_FOUND` for a handle that is unknown, of others or still live; `FIELD_INVALID`.
    pub async fn fetch_withdrawal(
        &self,
        caller: &Caller,
        request: v1::FetchWithdrawalRequest,
    ) -> Result<v1::FetchWithdrawalResponse, Refusal> {
        caller.still(&self.members())?;
        let handle = Handle::parse(&request.handle)?;
        let mut conn = self.shared.store.snapshot().await?;
        let rows = store::consent::edges(&mut conn, &[handle.bytes()]).await?;
        let me = caller.institution().as_str();
        let leaf = rows.first().filter(|edge| edge.sender == me || edge.recipient == me).and_then(|edge| edge.end_leaf);
        let object = store::log::proof(&mut conn, leaf.ok_or(Reason::NotFound)?).await?.ok_or(Reason::NotFound)?;
        let signed = v1::Signed::decode(object.as_slice()).map_err(|_| Refusal::new(Reason::Internal))?;
        Ok(v1::FetchWithdrawalResponse { withdrawal: Some(signed) })
    }
}

/// Reads an edge from a request and checks everything that needs no stored rows.
fn check_edge(
    members: &Members,
    caller: &InstitutionId,
    request: &v1::RegisterEdgeRequest,
    now_ms: i64,
) -> Result<store::consent::EdgeRow, Refusal> {
    let handle = Handle::parse(&request.handle)?;
    let sender: InstitutionId = request.from.parse().map_err(|_| invalid("from"))?;
    let recipient: InstitutionId = request.to.parse().map_err(|_| invalid("to"))?;
    let grant_hash = Hash::parse(&request.grant_hash).map_err(|_| invalid("grant_hash"))?;
    if handle.bytes() == &[0; 16] {
        return Err(invalid("handle"));
    }
    if sender == recipient {
        return Err(Reason::RecipientSelf.into());
    }
    if *caller != sender && *caller != recipient {
        return Err(Reason::SenderMismatch.into());
    }
    let longest = (limits::CONSENT_MAX_DAYS + ROUNDING_DAYS) * DAY_MS;
    // A month's end, so that the day of a consent is not told.
    let rounded = calendar::end_of_month(calendar::day_of(request.valid_until_ms)) == request.valid_until_ms;
    if !rounded || request.valid_until_ms <= now_ms || request.valid_until_ms > now_ms.saturating_add(longest) {
        return Err(invalid("valid_until_ms"));
    }
    for institution in [&sender, &recipient] {
        let member = members.get(institution).ok_or(Reason::RecipientUnknown)?;
        if member.standing == Standing::Revoked {
            return Err(Reason::RecipientRevoked.into());
        }
        let kinds = std::iter::once(&member.entry.kind).chain(&member.entry.also_acts_as);
        if kinds.into_iter().any(|kind| kind.refuses_consent()) {
            return Err(Reason::PoliceConsent.into());
        }
    }
    Ok(store::consent::EdgeRow {
        handle: handle.bytes().to_vec(),
        sender: sender.into(),
        recipient: recipient.into(),
        valid_until_ms: request.valid_until_ms,
        grant_hash: grant_hash.bytes().to_vec(),
        leaf_index: -1,
        state: store::consent::LIVE,
        end_leaf: None,
    })
}
