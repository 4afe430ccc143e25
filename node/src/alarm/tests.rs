//! Checks that alarms ring once, are settled by name, and that evidence stays.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use wiez_proto::vocab::InstitutionKind;

use super::*;
use crate::node::tests::Offline;

async fn raised(place: &Offline, kind: &str, subject: &str) {
    let mut tx = place.node.store().begin("test.raise").await.unwrap();
    Alarm::of(place.env.now_ms(), kind, subject, "d").raise(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_settled_alarm_stays_with_its_name_and_rings_anew_when_it_happens_again() {
    let place = Offline::new(InstitutionKind::Ops, "2026-11-02T09:00").await;
    raised(&place, "KEY_CHANGED", "sp3").await;
    raised(&place, "KEY_CHANGED", "sp3").await;
    raised(&place, "LOG_INCONSISTENT", "log").await;
    let all = list(&place.node, None).await.unwrap();
    assert_eq!(all.len(), 2);
    let key = all.iter().find(|alarm| alarm.kind == "KEY_CHANGED").unwrap();
    for wrong in ["", "  ", "a\u{202e}b"] {
        assert_eq!(settle(&place.node, key.id, wrong).await.unwrap_err().reason, Reason::FieldInvalid);
    }
    settle(&place.node, key.id, "E. Lis").await.unwrap();
    assert_eq!(settle(&place.node, key.id, "E. Lis").await.unwrap_err().reason, Reason::CaseState);
    assert_eq!(settle(&place.node, 99, "E. Lis").await.unwrap_err().reason, Reason::NotFound);
    let all = list(&place.node, None).await.unwrap();
    assert_eq!((all[0].kind.as_str(), all[1].kind.as_str()), ("LOG_INCONSISTENT", "KEY_CHANGED"));
    assert_eq!(all[1].settled, Some(Settled { at_ms: place.env.now_ms(), by: "E. Lis".to_owned() }));
    assert_eq!(place.node.transport_status().await.unwrap().alarms, 1);
    // Evidence against the hub cannot be talked away.
    assert_eq!(settle(&place.node, all[0].id, "E. Lis").await.unwrap_err().reason, Reason::CaseState);
    assert_eq!(list(&place.node, None).await.unwrap()[0].settled, None);
    raised(&place, "KEY_CHANGED", "sp3").await;
    assert_eq!(list(&place.node, None).await.unwrap().len(), 3);
    assert_eq!(place.node.transport_status().await.unwrap().alarms, 2);
    // Open ones first, also before newer ones that are settled.
    settle(&place.node, 3, "E. Lis").await.unwrap();
    let order: Vec<i64> = list(&place.node, None).await.unwrap().into_iter().map(|alarm| alarm.id).collect();
    assert_eq!(order, [2, 3, 1]);
}

#[tokio::test]
async fn a_refused_duty_rings_with_the_reason_and_the_telephone_number_and_nothing_else_rings() {
    let mut place = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
    place.meets("zi-wier", InstitutionKind::Zi);
    let peer = "zi-wier".parse().unwrap();
    let bell = |kind, class, id| Bell {
        direction: Direction::Out,
        peer: &peer,
        kind,
        class,
        message_id: MessageId::new([id; 16]),
        number: Some("W-1"),
    };
    let why = Refusal::new(Reason::Category).with_codes("categories", ["HEALTH"]);
    let mut tx = place.node.store().begin("test.bell").await.unwrap();
    for (what, rings) in [
        (bell(Some(MessageKind::NkA), None, 1), true),
        (bell(Some(MessageKind::Signal), Some(BasisClass::Statutory), 2), true),
        (bell(Some(MessageKind::InfoRequest), Some(BasisClass::Statutory), 3), false),
        (bell(Some(MessageKind::Referral), Some(BasisClass::Consent), 4), false),
        (bell(None, Some(BasisClass::Statutory), 5), true),
        (bell(None, Some(BasisClass::Consent), 6), false),
    ] {
        let before = table::all(&mut tx).await.unwrap().len();
        duty_refused(&place.node, &mut tx, what, &why, 7).await.unwrap();
        duty_refused(&place.node, &mut tx, what, &why, 8).await.unwrap();
        let after = table::all(&mut tx).await.unwrap().len();
        assert_eq!(after - before, usize::from(rings), "{what:?}");
    }
    tx.commit().await.unwrap();
    let alarms = list(&place.node, None).await.unwrap();
    let first = alarms.iter().find(|alarm| alarm.subject.starts_with("0101")).unwrap();
    let told = DutyRefused::of(first).unwrap();
    assert_eq!((told.phone.as_str(), told.refusal, told.kind.as_deref()), ("+48 77 400 00 00", why, Some("NK_A")));
    assert_eq!((told.number.as_deref(), told.peer_name.as_str()), (Some("W-1"), "Instytucja zi-wier"));
}

#[tokio::test]
async fn a_flood_of_refused_duties_rings_a_hundred_times_and_then_once_for_the_rest() {
    let mut place = Offline::new(InstitutionKind::Zi, "2026-11-02T09:00").await;
    place.meets("sp3-x", InstitutionKind::Szkola);
    place.meets("sp4-x", InstitutionKind::Szkola);
    let (loud, other) = ("sp3-x".parse().unwrap(), "sp4-x".parse().unwrap());
    let why = Refusal::new(Reason::Category);
    let mut tx = place.node.store().begin("test.flood").await.unwrap();
    for n in 0..150_u8 {
        let (class, message_id) = (Some(BasisClass::Statutory), MessageId::new([n + 1; 16]));
        let bell = Bell { direction: Direction::In, peer: &loud, kind: None, class, message_id, number: None };
        duty_refused(&place.node, &mut tx, bell, &why, 7).await.unwrap();
    }
    assert_eq!(table::all(&mut tx).await.unwrap().len(), 101);
    let (class, message_id) = (Some(BasisClass::Statutory), MessageId::new([1; 16]));
    // Another institution, and what this one sent itself, still ring one by one.
    for (peer, direction, id) in [(&other, Direction::In, 201), (&loud, Direction::Out, 202)] {
        let message_id = MessageId::new([id; 16]);
        let bell = Bell { direction, peer, kind: None, class, message_id, number: None };
        duty_refused(&place.node, &mut tx, bell, &why, 7).await.unwrap();
        assert_eq!(table::all(&mut tx).await.unwrap().pop().unwrap().subject, message_id.to_string());
    }
    let again = Bell { direction: Direction::In, peer: &loud, kind: None, class, message_id, number: None };
    duty_refused(&place.node, &mut tx, again, &why, 8).await.unwrap();
    assert_eq!(table::all(&mut tx).await.unwrap().len(), 103);
}
