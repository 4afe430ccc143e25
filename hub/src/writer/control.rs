//! Control work of a batch: invitations and joining, standings, edges registered and withdrawn.

use std::collections::BTreeMap;
use std::sync::Arc;

use prost::Message;
use wiez_proto::directory::{Membership, Standing};
use wiez_proto::envelope::sha256;
use wiez_proto::grant::object_hash;
use wiez_proto::id::{Handle, Hash};
use wiez_proto::log::leaf::Leaf;
use wiez_proto::receipt::EndCause;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::wire::v1;

use super::batch::{Batch, Due};
use super::ending::Ending;
use super::work::{EdgeWork, InviteWork, RedeemWork, StandingWork, WithdrawWork};
use crate::store::consent::{EdgeRow, LIVE, REVOKED, WITHDRAWN};
use crate::store::{self, StoreError, uint};

/// Where the leaf of an edge or of its end is: in the log already, or an entry of this batch.
#[derive(Clone, Copy)]
enum Place {
    Stored(i64),
    Entry(usize),
}

impl Batch<'_> {
    /// Stores an invitation, unless the institution is in the region already.
    pub(super) async fn invite(&mut self, work: InviteWork) -> Result<(), StoreError> {
        let known = work.row.institution.parse().is_ok_and(|institution| self.members.get(&institution).is_some());
        if known {
            let refusal = Refusal::new(Reason::AlreadyJoined).with("institution", &work.row.institution);
            self.answer(work.answer, |_| Err(refusal));
            return Ok(());
        }
        store::enrolment::put(&mut self.tx, &work.row).await?;
        self.answer(work.answer, |_| Ok(()));
        Ok(())
    }

    /// Uses an invitation up together with the new entry and standing. The same request gets
    /// the same answer, another one `INVITE_USED`.
    pub(super) async fn redeem(&mut self, work: RedeemWork) -> Result<(), StoreError> {
        let RedeemWork { request_hash, entry, signed, response, answer } = work;
        let institution = entry.institution.clone();
        let name = institution.as_str();
        let bytes = response.encode_to_vec();
        let fresh = self.members.get(&institution).is_none()
            && store::enrolment::consume(&mut self.tx, name, &request_hash, &bytes, self.now_ms).await?;
        if !fresh {
            let row = store::enrolment::get(self.tx.conn(), name).await?;
            let again = crate::enrolment::answer_again(row.as_ref(), &request_hash, self.now_ms)
                .unwrap_or_else(|| Err(Reason::InviteUsed.into()));
            self.answer(answer, |_| again);
            return Ok(());
        }
        let membership =
            Membership { institution: institution.clone(), standing: Standing::Active, at_ms: self.now_ms };
        let entry_hash = *entry.hash().bytes();
        let object = v1::SignedEntry { entry: Some(signed), previous_key_signature: prost::bytes::Bytes::new() };
        self.enter(
            Leaf::Directory { entry_hash },
            Due::Directory(institution, store::directory::ENTRY, object.encode_to_vec()),
        );
        let members = Arc::unwrap_or_clone(Arc::clone(&self.members));
        let revision = members.revision() + 1;
        self.members = Arc::new(members.with_entry(entry, revision));
        self.change_standing(&membership);
        self.answer(answer, |_| Ok(response));
        Ok(())
    }

    /// Signs a standing and enters it into the directory.
    fn change_standing(&mut self, membership: &Membership) -> usize {
        let signed = membership.sign(&self.shared.keys.directory, &self.shared.region);
        let entry = self.enter(
            Leaf::Membership { object_hash: *object_hash(&signed).bytes() },
            Due::Directory(membership.institution.clone(), store::directory::STANDING, signed.encode_to_vec()),
        );
        let members = Arc::unwrap_or_clone(Arc::clone(&self.members));
        let revision = members.revision() + 1;
        self.members = Arc::new(members.with_standing(membership, revision));
        entry
    }

    /// Suspends, resumes or revokes. A revocation ends edges and waiting mail in the same transaction.
    pub(super) async fn standing(&mut self, work: StandingWork) -> Result<(), StoreError> {
        let StandingWork { institution, standing, answer } = work;
        let now = self.members.get(&institution).map(|member| member.standing);
        let refusal = match now {
            None => Some(Reason::NotAMember),
            Some(Standing::Revoked) if standing != Standing::Revoked => Some(Reason::Revoked),
            Some(Standing::Active | Standing::Suspended | Standing::Revoked) => None,
        };
        if refusal.is_some() || now == Some(standing) {
            self.answer(answer, move |_| refusal.map_or(Ok(()), |reason| Err(reason.into())));
            return Ok(());
        }
        let membership = Membership { institution: institution.clone(), standing, at_ms: self.now_ms };
        let entry = self.change_standing(&membership);
        self.resumed |= standing == Standing::Active;
        if standing == Standing::Revoked {
            let name = institution.as_str();
            store::consent::revoke(&mut self.tx, name).await?;
            for edge in self.edges.values_mut().filter(|edge| edge.state == LIVE) {
                if edge.sender == name || edge.recipient == name {
                    edge.state = REVOKED;
                }
            }
            let ids = store::mailbox::ending::of_institution(&mut self.tx, name).await?;
            self.endings.push(Ending { ids, cause: EndCause::Revoked, proof: Some(entry) });
        }
        self.answer(answer, |_| Ok(()));
        Ok(())
    }

    /// Registers an edge: the same values again are the same edge, other values `HANDLE_TAKEN`.
    pub(super) fn edge(&mut self, work: EdgeWork) {
        let EdgeWork { edge, answer } = work;
        let Ok(handle) = Handle::parse(&edge.handle) else { return };
        let place = match self.edges.get(&handle) {
            Some(known) if !same(known, &edge) => {
                self.answer(answer, |_| Err(Reason::HandleTaken.into()));
                return;
            }
            Some(known) if known.leaf_index >= 0 => Place::Stored(known.leaf_index),
            Some(_) => match self.due.iter().position(|due| matches!(due, Due::Edge(found) if *found == handle)) {
                Some(entry) => Place::Entry(entry),
                None => return,
            },
            // Revoked after the request was checked.
            None if self.is_out(&edge.sender) || self.is_out(&edge.recipient) => {
                self.answer(answer, |_| Err(Reason::RecipientRevoked.into()));
                return;
            }
            None => {
                let Ok(grant) = Hash::parse(&edge.grant_hash) else { return };
                let grant_hash = *grant.bytes();
                let leaf = Leaf::Edge { handle_hash: sha256(&[handle.bytes()]), grant_hash };
                self.edges.insert(handle, edge);
                Place::Entry(self.enter(leaf, Due::Edge(handle)))
            }
        };
        self.answer(answer, move |sealed| {
            let leaf_index = uint(resolve(sealed, place)?);
            Ok(v1::RegisterEdgeResponse { leaf_index, checkpoint: sealed.checkpoint.clone() })
        });
    }

    /// Ends edges for good. Handles that are unknown, of another grant or of others get one answer.
    pub(super) async fn withdraw(&mut self, work: WithdrawWork) -> Result<(), StoreError> {
        let WithdrawWork { withdrawal, signed, answer } = work;
        let party = withdrawal.party.as_str();
        let theirs = withdrawal.handles.iter().all(|handle| {
            self.edges.get(handle).is_some_and(|edge| {
                edge.grant_hash == withdrawal.grant_hash.bytes() && (edge.sender == party || edge.recipient == party)
            })
        });
        if !theirs {
            self.answer(answer, |_| Err(Reason::NotFound.into()));
            return Ok(());
        }
        let (object_hash, object) = (*object_hash(&signed).bytes(), signed.encode_to_vec());
        let mut places = BTreeMap::new();
        for handle in &withdrawal.handles {
            let ended = self.edges.get(handle).filter(|edge| edge.state == WITHDRAWN).map(|edge| edge.end_leaf);
            let place = match ended {
                Some(Some(leaf)) => Place::Stored(leaf),
                Some(None) => Place::Entry(self.entry_of_end(handle).ok_or_else(|| StoreError::corrupt("edge end"))?),
                None => {
                    let handle_hash = sha256(&[handle.bytes()]);
                    let leaf = Leaf::Withdrawal { handle_hash, object_hash };
                    let entry = self.enter(leaf, Due::Withdrawal(*handle, object.clone()));
                    self.edges.get_mut(handle).into_iter().for_each(|edge| edge.state = WITHDRAWN);
                    let ids = store::mailbox::ending::under_handles(&mut self.tx, &[handle.bytes()]).await?;
                    self.endings.push(Ending { ids, cause: EndCause::Withdrawn, proof: Some(entry) });
                    Place::Entry(entry)
                }
            };
            places.insert(*handle, place);
        }
        self.answer(answer, move |sealed| {
            let leaf_indexes =
                places.into_values().map(|place| resolve(sealed, place).map(uint)).collect::<Result<_, _>>()?;
            Ok(v1::WithdrawResponse { leaf_indexes, checkpoint: sealed.checkpoint.clone() })
        });
        Ok(())
    }

    fn is_out(&self, institution: &str) -> bool {
        let member = institution.parse().ok().and_then(|institution| self.members.get(&institution));
        member.is_none_or(|member| member.standing == Standing::Revoked)
    }

    fn entry_of_end(&self, handle: &Handle) -> Option<usize> {
        self.due.iter().position(|due| matches!(due, Due::Withdrawal(found, _) if found == handle))
    }
}

fn same(known: &EdgeRow, edge: &EdgeRow) -> bool {
    (&known.sender, &known.recipient, known.valid_until_ms, &known.grant_hash)
        == (&edge.sender, &edge.recipient, edge.valid_until_ms, &edge.grant_hash)
}

fn resolve(sealed: &super::sealed::Sealed, place: Place) -> Result<i64, Refusal> {
    match place {
        Place::Stored(leaf) => Ok(leaf),
        Place::Entry(entry) => Ok(sealed.leaf(entry)?),
    }
}
