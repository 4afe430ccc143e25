//! Ten thousand records: pages, filters and searches are right, and seen only by who sees the records.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::vocab::{InstitutionKind, WorkerRole};

use super::*;
use crate::node::tests::Offline;

const DAY_MS: i64 = 86_400_000;
/// Whether a record of a number belongs to a part of the list.
type Rule = fn(i64) -> bool;

/// Records `Z-000001` to `Z-010000`: recorded a minute apart, ending after 1 to 400 days; every third one withdrawn,
/// every seventh a sheet; half of them seen by the reader.
async fn ten_thousand(place: &Offline, reader: &crate::account::Reader) {
    let now = place.env.now_ms();
    let account = reader.account().bytes().to_vec();
    let mut tx = place.node.store().begin("test.fill").await.unwrap();
    let records = sqlx::query(
        "/* test.records */ with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
         insert into consent_record (number, state, sheet, valid_to_ms, recorded_ms, sealed_form)
         select printf('Z-%06d', i),
             case when i % 7 = 0 then 'SUSPENDED' when i % 3 = 0 then 'WITHDRAWN' else 'ACTIVE' end,
             case when i % 14 = 0 then 'REFUSED' when i % 7 = 0 then 'PREPARED' end,
             ?1 + (i % 400 + 1) * 86400000, ?1 - 700000000 + i * 60000, zeroblob(900) from n",
    );
    tx.exec(records.bind(now)).await.unwrap();
    for statement in [
        "/* test.vaults */ insert into vault (name, public, sealed_recovery)
         select number, zeroblob(1216), zeroblob(60) from consent_record",
        "/* test.peers */ insert into consent_named (number, peer)
         select number, 'sp' || (rowid % 200) from consent_record where sheet is not null",
        "/* test.grants */ insert into consent_grant (grant_id, record, peer, valid_to_ms, added_ms, sealed_grant)
         select randomblob(16), number, 'sp' || (rowid % 200), valid_to_ms, recorded_ms, zeroblob(700)
         from consent_record where sheet is null",
    ] {
        tx.exec(sqlx::query(statement)).await.unwrap();
    }
    let seen = sqlx::query(
        "/* test.seen */ insert into vault_access (account, name, sees)
         select ?, number, 1 from consent_record where rowid % 2 = 0",
    );
    tx.exec(seen.bind(account)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn pages_and_filters_of_ten_thousand_are_right() {
    let place = Offline::new(InstitutionKind::Ops, "2026-11-02T09:00").await;
    let anna = place.employs(1000, "Anna", WorkerRole::PracownikSocjalny).await;
    ten_thousand(&place, &anna).await;
    let now_ms = place.env.now_ms();
    let all = Wanted {
        filter: Filter::All,
        order: Order::Newest,
        found: None,
        now_ms,
        soon_ms: now_ms + 30 * DAY_MS,
        most: 20,
        skip: 0,
    };
    let mut view = place.node.store().view_as("test.page", &anna).await.unwrap();
    let first = page(&mut view, &all).await.unwrap();
    assert_eq!((first.len(), first.first().map(String::as_str)), (20, Some("Z-010000")));
    assert_eq!(count(&mut view, &all).await.unwrap(), 5000);
    let last = page(&mut view, &Wanted { skip: 4990, ..all.clone() }).await.unwrap();
    assert_eq!((last.len(), last.last().map(String::as_str)), (10, Some("Z-000002")));
    assert_eq!(page(&mut view, &Wanted { skip: 5000, ..all.clone() }).await.unwrap(), Vec::<String>::new());
    let expected = |test: Rule| (1..=10_000).filter(|i| i % 2 == 0 && test(*i)).count();
    let parts: [(Filter, Rule); 5] = [
        (Filter::Refused, |i| i % 14 == 0),
        (Filter::Prepared, |i| i % 7 == 0 && i % 14 != 0),
        (Filter::Ended, |i| i % 7 != 0 && i % 3 == 0),
        (Filter::Live, |i| i % 7 != 0 && i % 3 != 0),
        (Filter::Ending, |i| i % 7 != 0 && i % 3 != 0 && i % 400 < 30),
    ];
    for (filter, test) in parts {
        assert_eq!(count(&mut view, &Wanted { filter, ..all.clone() }).await.unwrap(), expected(test), "{filter:?}");
    }
    let ends = page(&mut view, &Wanted { order: Order::Ends, filter: Filter::Live, ..all.clone() }).await.unwrap();
    assert_eq!(ends.first().map(String::as_str), Some("Z-000400"));
    let state = page(&mut view, &Wanted { order: Order::State, ..all.clone() }).await.unwrap();
    assert_eq!(state.len(), 20);
    let numbers = vec!["Z-000003".to_owned(), "Z-000004".to_owned()];
    let found = Found { numbers, peers: vec!["sp8".to_owned()], part: String::new() };
    let hits = Wanted { found: Some(&found), ..all.clone() };
    assert_eq!(page(&mut view, &hits).await.unwrap().len(), 20);
    // 50 of the school, one by number; the other number is not theirs to see.
    assert_eq!(count(&mut view, &hits).await.unwrap(), 51);
    let part = Found { part: "00123".to_owned(), ..Found::default() };
    assert_eq!(count(&mut view, &Wanted { found: Some(&part), ..all.clone() }).await.unwrap(), 5);
    assert_eq!(usual_peers(&mut view, 4).await.unwrap().len(), 4);
    assert!(refused(&mut view, &["sp14".to_owned()]).await.is_err(), "forms of zeros do not open: it looked at them");
}
