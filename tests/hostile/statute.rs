//! What has no consent handle: from whom to whom each class may pass, how much of it, and nothing of its content here.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::time::Duration;

use wiez_proto::envelope::{Envelope, Position};
use wiez_proto::id::Hash;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::BasisClass;
use wiez_tests::member::{Basis, Member, content, next};
use wiez_tests::session::Deposited;

use crate::ground::Ground;
use crate::raw::with_header;

const FIRST: Position = Position { epoch: 1, seq: 1, prev: Hash::ZERO };

/// An envelope of a class from one member to another, without a handle.
fn envelope(ground: &Ground, from: &Member, to: &Member, class: BasisClass, last: Option<&Envelope>) -> Envelope {
    let mut draft = from.draft(&to.id, next(last), Basis::Statutory);
    draft.class = class;
    from.seal(&to.peer(), &draft, content(&ground.env, None, "", 100)).unwrap()
}

#[tokio::test]
async fn a25_without_consent_nothing_personal_goes_to_the_region_or_comes_from_it() {
    let ground = Ground::new().await;
    let region = ground.region.join("rops-opole", "ROPS").await.unwrap();
    let there = ground.region.place();
    assert!(!there.host.is_empty());
    let from_region = region.connect().await.unwrap();
    let before = ground.state().await;
    for class in [BasisClass::Statutory, BasisClass::VitalInterest] {
        let up = envelope(&ground, &ground.ops, &region, class, None);
        ground.refuses(up.to_wire(), Reason::ClassForbidden).await;
        let down = envelope(&ground, &region, &ground.ops, class, None);
        let answer = from_region.deposit(down.to_wire()).await.unwrap();
        let Deposited::Refused(refusal) = answer else { unreachable!("{class}: accepted from the region") };
        ground.sound(&refusal, Reason::ClassForbidden);
    }
    ground.stands(&before).await;
    // Without personal data it takes part.
    let up = envelope(&ground, &ground.ops, &region, BasisClass::NoPersonalData, None);
    ground.session.deposit(up.to_wire()).await.unwrap().accepted().unwrap();
}

#[tokio::test]
async fn a25_a_life_in_danger_is_told_to_those_who_can_rescue() {
    let ground = Ground::new().await;
    let school = envelope(&ground, &ground.ops, &ground.school, BasisClass::VitalInterest, None);
    let refusal = ground.refuses(school.to_wire(), Reason::ClassForbidden).await;
    assert_eq!(refusal.details.get("recipient_kind").map(String::as_str), Some("SZKOLA"));
    for (id, kind) in [("szpital-brzeg", "SZPITAL"), ("zi-brzeg", "ZI"), ("oik-brzeg", "OIK"), ("cus-brzeg", "CUS")] {
        let rescuer = ground.region.join(id, kind).await.unwrap();
        let alert = envelope(&ground, &ground.ops, &rescuer, BasisClass::VitalInterest, None);
        ground.session.deposit(alert.to_wire()).await.unwrap().accepted().unwrap();
    }
}

#[tokio::test]
async fn a25_a_class_that_is_none_and_a_handle_where_none_belongs_are_refused() {
    let ground = Ground::new().await;
    let good = envelope(&ground, &ground.ops, &ground.police, BasisClass::Statutory, None).to_wire();
    for class in [0, 9, -1, i32::MAX] {
        let unknown = with_header(&ground.ops, &good, |header| header.basis_class = class);
        let before = ground.state().await;
        let answer = ground.session.deposit(unknown).await.unwrap();
        assert!(
            [Reason::FieldInvalid.as_str(), Reason::FieldMissing.as_str()].contains(&answer.reason()),
            "{answer:?}"
        );
        ground.stands(&before).await;
    }
    let handle = ground.consent.there.wire();
    let stacked = with_header(&ground.ops, &good, |header| header.handle = handle.clone());
    let before = ground.state().await;
    let answer = ground.session.deposit(stacked).await.unwrap();
    assert!(!answer.reason().is_empty(), "a consent was stacked on a statute");
    ground.stands(&before).await;
}

#[tokio::test]
async fn a25_who_sends_too_much_without_consent_is_told_when_to_go_on_and_consents_pass_meanwhile() {
    let ground = Ground::tuned(|config| config.quota.handle_free_per_minute = 3).await;
    // All classes without a handle are counted together, so that the count tells nobody what was sent.
    let mut last: Option<Envelope> = None;
    for class in [BasisClass::Statutory, BasisClass::VitalInterest, BasisClass::NoPersonalData] {
        let sent = envelope(&ground, &ground.ops, &ground.police, class, last.as_ref());
        ground.session.deposit(sent.to_wire()).await.unwrap().accepted().unwrap();
        last = Some(sent);
    }
    let before = ground.state().await;
    let fourth = envelope(&ground, &ground.ops, &ground.police, BasisClass::Statutory, last.as_ref());
    let status = crate::ground::says(ground.session.deposit(fourth.to_wire()).await, Reason::Quota);
    let told = wiez_tests::session::told(&status);
    assert!(told.details.values().all(|detail| !detail.contains("STATUTORY")), "{told:?}");
    let mut stream = ground.session.depositing(1).await.unwrap();
    let request = wiez_proto::wire::v1::DepositRequest { envelope: Some(fourth.to_wire()) };
    stream.outgoing.send(request).await.unwrap();
    let answer = stream.incoming.message().await.unwrap().unwrap();
    let Some(wiez_proto::wire::v1::deposit_response::Outcome::Refused(refusal)) = answer.outcome else {
        unreachable!("accepted")
    };
    ground.sound(&refusal, Reason::Quota);
    assert!(refusal.retry_after_ms > 0 && refusal.r#final.is_none(), "it is not over: {refusal:?}");
    ground.stands(&before).await;
    // Under a consent it goes on, and so does everybody else.
    ground.session.deposit(ground.first().to_wire()).await.unwrap().accepted().unwrap();
    let police = ground.police.connect().await.unwrap();
    let other = envelope(&ground, &ground.police, &ground.ops, BasisClass::Statutory, None);
    assert_eq!(other.header().position, FIRST);
    police.deposit(other.to_wire()).await.unwrap().accepted().unwrap();
    // The same bytes pass when the time has come.
    ground.env.advance(Duration::from_millis(refusal.retry_after_ms.unsigned_abs()));
    ground.session.deposit(fourth.to_wire()).await.unwrap().accepted().unwrap();
}
