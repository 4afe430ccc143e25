//! Tests of a line alone: seats, falling behind, room.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use super::*;

fn fresh(id: i64, size: usize) -> Fresh {
    Fresh {
        id,
        sender: "ops-a".parse().unwrap(),
        expires_ms: 0,
        valid_until_ms: None,
        size,
        checked: 0,
        delivery: v1::Delivery::default(),
    }
}

fn line() -> (Lines, Arc<Line>) {
    let lines = Lines::default();
    let line = lines.open(&"sp-b".parse().unwrap());
    (lines, line)
}

#[test]
fn nothing_is_queued_until_the_disk_was_read_and_nothing_overtakes() {
    let (_, line) = line();
    assert!(line.reserve(10).is_none(), "a new stream reads the disk first");
    line.go_live();
    let (one, two) = (line.reserve(10).unwrap(), line.reserve(10).unwrap());
    one.fill(fresh(1, 10));
    drop(two);
    // The second one was not committed, or went to the disk: what is queued stays readable first.
    line.fall_behind();
    assert!(line.reserve(10).is_none());
    assert_eq!(line.pop_after(0).map(|fresh| fresh.id), Some(1));
    assert!(line.pop_after(1).is_none());
    line.go_live();
    let three = line.reserve(10).unwrap();
    line.start_again();
    three.fill(fresh(3, 10));
    assert!(line.pop_after(0).is_none(), "it is read from disk");
    assert!(line.take_again() && !line.take_again());
}

#[test]
fn going_live_does_not_swallow_the_sign_to_read_everything_again() {
    let (_, line) = line();
    // Something ends between the two readings of the last page: the page is dropped, so the
    // disk has to be read again, and what was queued meanwhile would leave a gap.
    line.start_again();
    line.go_live();
    line.reserve(10).unwrap().fill(fresh(9, 10));
    assert!(line.take_again());
    assert!(line.is_behind(), "nobody would read what the dropped page held");
    assert!(line.pop_after(0).is_none() && line.reserve(10).is_none());
}

#[test]
fn a_full_queue_falls_behind_at_once_and_seats_are_given_back() {
    let (_, line) = line();
    line.go_live();
    let seats: Vec<_> = (0..COLLECT_MAX_OUTSTANDING).map(|_| line.reserve(1).unwrap()).collect();
    assert!(line.reserve(1).is_none());
    assert!(line.is_behind(), "nothing later may overtake the one without a seat");
    drop(seats);
    line.go_live();
    assert!(line.reserve(COLLECT_MAX_OUTSTANDING_BYTES + 5).is_some(), "one is always allowed");
    let _held = line.reserve(COLLECT_MAX_OUTSTANDING_BYTES).unwrap();
    assert!(line.reserve(1).is_none());
}

#[test]
fn room_returns_with_acknowledgements() {
    let (_, line) = line();
    for id in 0..i64::try_from(COLLECT_MAX_OUTSTANDING).unwrap() {
        assert!(line.has_room());
        line.hand_out(id, 1, false);
    }
    assert!(!line.has_room());
    line.acknowledged(&[5, 99_999]);
    assert!(line.has_room());
    assert!(line.is_out(6, false) && !line.is_out(6, true) && !line.is_out(5, false));
    line.hand_out(6, 1, true);
    assert!(line.is_out(6, true) && line.has_room());
}

#[test]
fn a_newer_line_closes_the_older_and_is_not_forgotten_with_it() {
    let (lines, first) = line();
    let me = "sp-b".parse().unwrap();
    let second = lines.open(&me);
    assert_eq!(first.closed(), Some(Reason::Fenced));
    lines.forget(&me, &first);
    assert!(Arc::ptr_eq(&lines.get(&me).unwrap(), &second));
    lines.close_all(Reason::ShuttingDown);
    assert_eq!(second.closed(), Some(Reason::ShuttingDown));
    lines.forget(&me, &second);
    assert_eq!(lines.count(), 0);
}
