//! Edges and withdrawals by who may not, and deposits under handles that do not carry them.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::time::Duration;

use wiez_proto::envelope::{Object, Position};
use wiez_proto::id::{Handle, Hash};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, Category, Lang};
use wiez_proto::wire::v1;
use wiez_tests::member::{Basis, content};

use crate::ground::{Ground, says};
use crate::raw::with_header;

const FIRST: Position = Position { epoch: 1, seq: 1, prev: Hash::ZERO };
const DAY: Duration = Duration::from_secs(24 * 3600);

fn edge(ground: &Ground) -> v1::RegisterEdgeRequest {
    let other = ground.ops.grant(&ground.school.id, &[Category::IdName]).unwrap();
    other.registrations().swap_remove(0)
}

#[tokio::test]
async fn a21_an_edge_has_a_handle_a_hash_and_an_end_that_is_near() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let (good, now) = (edge(&ground), ground.env.now_ms());
    let years = |years: i64| now + years * 366 * 24 * 3_600_000;
    let bad = [
        ("handle", v1::RegisterEdgeRequest { handle: vec![0; 16].into(), ..good.clone() }),
        ("handle", v1::RegisterEdgeRequest { handle: vec![1; 15].into(), ..good.clone() }),
        ("grant_hash", v1::RegisterEdgeRequest { grant_hash: vec![].into(), ..good.clone() }),
        ("valid_until_ms", v1::RegisterEdgeRequest { valid_until_ms: now, ..good.clone() }),
        ("valid_until_ms", v1::RegisterEdgeRequest { valid_until_ms: years(30), ..good.clone() }),
        ("valid_until_ms", v1::RegisterEdgeRequest { valid_until_ms: i64::MIN, ..good.clone() }),
        ("valid_until_ms", v1::RegisterEdgeRequest { valid_until_ms: i64::MAX, ..good.clone() }),
    ];
    for (field, request) in bad {
        let status = says(ground.session.consent().register_edge(request).await, Reason::FieldInvalid);
        let told = wiez_tests::session::told(&status);
        assert_eq!(told.details.get("field").map(String::as_str), Some(field));
    }
    let own = v1::RegisterEdgeRequest { to: good.from.clone(), ..good };
    says(ground.session.consent().register_edge(own).await, Reason::RecipientSelf);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a21_the_same_edge_again_changes_nothing_and_other_values_are_refused() {
    let ground = Ground::new().await;
    let registered = ground.consent.registrations().swap_remove(0);
    let before = ground.state().await;
    let again = ground.session.consent().register_edge(registered.clone()).await.unwrap().into_inner();
    assert!(again.leaf_index > 0);
    let other = v1::RegisterEdgeRequest { grant_hash: vec![5; 32].into(), ..registered.clone() };
    says(ground.session.consent().register_edge(other).await, Reason::HandleTaken);
    let turned = v1::RegisterEdgeRequest { from: registered.to.clone(), to: registered.from.clone(), ..registered };
    says(ground.session.consent().register_edge(turned).await, Reason::HandleTaken);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a22_nobody_registers_an_edge_of_others() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let police = ground.police.connect().await.unwrap();
    says(police.consent().register_edge(edge(&ground)).await, Reason::SenderMismatch);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a22_no_consent_leads_to_the_police() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let towards = v1::RegisterEdgeRequest { to: ground.police.id.to_string(), ..edge(&ground) };
    says(ground.session.consent().register_edge(towards).await, Reason::PoliceConsent);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a23_only_a_party_withdraws_and_others_learn_nothing() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let police = ground.police.connect().await.unwrap();
    let call = |signed| v1::WithdrawRequest { withdrawal: Some(signed) };
    let foreign =
        says(police.consent().withdraw(call(ground.police.withdrawal(&ground.consent))).await, Reason::NotFound);
    let unknown = ground.police.grant(&ground.school.id, &[Category::IdName]).unwrap();
    let nothing = says(police.consent().withdraw(call(ground.police.withdrawal(&unknown))).await, Reason::NotFound);
    assert_eq!((foreign.message(), foreign.details()), (nothing.message(), nothing.details()));
    // Somebody else's signed object, and an object that somebody else claims to have signed.
    says(police.consent().withdraw(call(ground.ops.withdrawal(&ground.consent))).await, Reason::Unverifiable);
    let claimed = ground.police.signed(Object::Withdrawal, ground.ops.withdrawal(&ground.consent).content.to_vec());
    says(police.consent().withdraw(call(claimed)).await, Reason::SenderMismatch);
    // A signature over another kind of object is none over this one.
    let other_kind = ground.ops.signed(Object::Grant, ground.ops.withdrawal(&ground.consent).content.to_vec());
    says(ground.session.consent().withdraw(call(other_kind)).await, Reason::Unverifiable);
    ground.stands(&before).await;
}

#[tokio::test]
async fn a23_a_withdrawal_twice_is_one_and_a_block_by_the_other_party_ends_it_too() {
    let ground = Ground::new().await;
    let call = |signed| v1::WithdrawRequest { withdrawal: Some(signed) };
    let school = ground.school.connect().await.unwrap();
    let block = ground.school.withdrawal(&ground.consent);
    let first = school.consent().withdraw(call(block.clone())).await.unwrap().into_inner();
    let before = ground.state().await;
    let again = school.consent().withdraw(call(block)).await.unwrap().into_inner();
    assert_eq!(first.leaf_indexes, again.leaf_indexes);
    let other =
        ground.session.consent().withdraw(call(ground.ops.withdrawal(&ground.consent))).await.unwrap().into_inner();
    assert_eq!(first.leaf_indexes, other.leaf_indexes);
    ground.stands(&before).await;
    ground.refuses(ground.first().to_wire(), Reason::ConsentWithdrawn).await;
}

#[tokio::test]
async fn a07_the_object_behind_a_withdrawal_is_for_its_parties_only() {
    let ground = Ground::new().await;
    let withdrawal = ground.ops.withdrawal(&ground.consent);
    let request = v1::WithdrawRequest { withdrawal: Some(withdrawal.clone()) };
    ground.session.consent().withdraw(request).await.unwrap();
    let fetch = |handle: Handle| v1::FetchWithdrawalRequest { handle: handle.wire() };
    let school = ground.school.connect().await.unwrap();
    let fetched = school.consent().fetch_withdrawal(fetch(ground.consent.there)).await.unwrap().into_inner();
    assert_eq!(fetched.withdrawal, Some(withdrawal));
    let police = ground.police.connect().await.unwrap();
    let theirs = says(police.consent().fetch_withdrawal(fetch(ground.consent.there)).await, Reason::NotFound);
    let nobodys = says(police.consent().fetch_withdrawal(fetch(Handle::random(&ground.env))).await, Reason::NotFound);
    assert_eq!((theirs.message(), theirs.details()), (nobodys.message(), nobodys.details()));
}

#[tokio::test]
async fn a24_each_handle_that_does_not_carry_an_envelope_has_its_own_reason_and_a_remedy() {
    let ground = Ground::new().await;
    let basis = |handle| Basis::Consent(handle);
    let unknown = ground.at(FIRST, basis(Handle::random(&ground.env)));
    ground.refuses(unknown.to_wire(), Reason::EdgeUnknown).await;
    // The edge back is registered, but from the school to the OPS.
    ground.refuses(ground.at(FIRST, basis(ground.consent.back)).to_wire(), Reason::EdgeOtherPair).await;
    let good = ground.first().to_wire();
    let without = with_header(&ground.ops, &good, |header| header.handle = vec![].into());
    ground.refuses(without, Reason::HandleMissing).await;
    let needless = with_header(&ground.ops, &good, |header| header.basis_class = BasisClass::NoPersonalData.wire());
    ground.refuses(needless, Reason::HandleForbidden).await;
    let request = v1::WithdrawRequest { withdrawal: Some(ground.ops.withdrawal(&ground.consent)) };
    ground.session.consent().withdraw(request).await.unwrap();
    ground.refuses(good, Reason::ConsentWithdrawn).await;
    for reason in [Reason::EdgeUnknown, Reason::ConsentWithdrawn, Reason::ConsentExpired, Reason::HandleMissing] {
        let text = Refusal::new(reason).explain(Lang::Pl);
        assert!(text.todo.contains("zgod") || text.todo.contains("podstaw"), "{reason}: {}", text.todo);
    }
}

#[tokio::test]
async fn a24_a_consent_ends_at_the_end_of_its_last_month() {
    let ground = Ground::new().await;
    // The grant is from November, for thirty days: the hub knows the end of December.
    ground.env.advance(DAY * 44);
    let last = ground.first();
    ground.session.deposit(last.to_wire()).await.unwrap().accepted().unwrap();
    ground.env.advance(DAY * 2);
    ground.refuses(ground.after(Some(&last)).to_wire(), Reason::ConsentExpired).await;
}

#[tokio::test]
async fn a25_a_class_passes_only_between_kinds_that_may_use_it() {
    let ground = Ground::new().await;
    let wire = ground.at(FIRST, Basis::NoPersonalData).to_wire();
    let vital = with_header(&ground.ops, &wire, |header| header.basis_class = BasisClass::VitalInterest.wire());
    ground.refuses(vital, Reason::ClassForbidden).await;
    let draft = ground.ops.draft(&ground.police.id, FIRST, Basis::Consent(ground.consent.there));
    let towards = ground.ops.seal(&ground.police.peer(), &draft, content(&ground.env, None, "", 10)).unwrap();
    ground.refuses(towards.to_wire(), Reason::PoliceConsent).await;
    let draft = ground.ops.draft(&ground.police.id, FIRST, Basis::Statutory);
    let statutory = ground.ops.seal(&ground.police.peer(), &draft, content(&ground.env, None, "", 10)).unwrap();
    ground.session.deposit(statutory.to_wire()).await.unwrap().accepted().unwrap();
}
