//! What a search finds, in which order, and that what stands apart is found only where it is looked for.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

use super::*;

fn about(names: &[&str], subject_ref: &str, at_ms: i64, apart: bool) -> Option<About> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Some(About { names, subject_ref: subject_ref.to_owned(), of: None, at_ms, apart })
}

fn known() -> NameIndex {
    let index = NameIndex::default();
    let rows = [
        ("W-AAAAA1", about(&["Łucja Żuraw"], "OPS/2026/1", 1, false)),
        ("W-AAAAA2", about(&["Łucja Żuraw", "Ola Dąb"], "OPS/2026/1", 3, false)),
        ("Z-BBBBB1", about(&["Łucja Żuraw"], "OPS/2026/1", 2, false)),
        ("W-AAAAA3", about(&["Łucja Żuraw"], "OPS/2026/77", 4, false)),
        ("W-AAAAA4", about(&[], "SP3/5", 5, false)),
        ("W-AAAAA5", about(&[], "", 6, false)),
        ("W-AAAAA6", about(&["Lucjan Zurawski"], "PCPR/9", 7, false)),
        ("W-CCCCC1", about(&["Łucja Żuraw", "Tajna Osoba"], "OPS/2026/1", 9, true)),
    ];
    index.put(1, rows.into_iter().map(|(number, about)| (number.to_owned(), about)).collect(), BTreeSet::new());
    index
}

fn names(hits: &[Hit]) -> Vec<(&str, &str)> {
    hits.iter().map(|hit| (hit.name.as_str(), hit.subject_ref.as_str())).collect()
}

#[test]
fn persons_are_found_without_marks_by_name_case_number_and_number() {
    let index = known();
    assert_eq!(index.len(), 8);
    let hits = index.search("ZURAW lucja", 9);
    assert_eq!(
        names(&hits),
        [("Łucja Żuraw", "OPS/2026/1"), ("Łucja Żuraw", "OPS/2026/77"), ("Lucjan Zurawski", "PCPR/9")]
    );
    assert_eq!(hits[0].numbers, ["W-AAAAA2", "Z-BBBBB1", "W-AAAAA1"], "newest first");
    // Whole matches come before beginnings, and those before the rest.
    assert_eq!(names(&index.search("pcpr/9", 1)), [("Lucjan Zurawski", "PCPR/9")]);
    assert_eq!(names(&index.search("ab", 9)), [("Ola Dąb", "OPS/2026/1")]);
    assert_eq!(index.search("łucja żuraw", 2).len(), 2);
    assert_eq!(names(&index.search("sp3/5", 9)), [("", "SP3/5")]);
    assert_eq!(names(&index.search("z-bbbbb1", 9)), [("Łucja Żuraw", "OPS/2026/1")]);
    assert!(index.search("  , ", 9).is_empty() && index.search("kowalska", 9).is_empty());
    // A case without name and number is no person, and its own number is found all the same.
    assert!(index.search("w-aaaaa5", 9).is_empty());
    assert_eq!(index.numbers("w-aaaaa5", false), ["W-AAAAA5"]);
}

#[test]
fn a_search_in_a_list_gives_numbers_of_which_every_word_is_true() {
    let index = known();
    assert_eq!(index.numbers("żuraw", false), ["W-AAAAA1", "W-AAAAA2", "W-AAAAA3", "W-AAAAA6", "Z-BBBBB1"]);
    assert_eq!(index.numbers("zuraw aaaaa2", false), ["W-AAAAA2"]);
    assert_eq!(index.numbers("dab", false), ["W-AAAAA2"]);
    assert!(index.numbers("dab aaaaa1", false).is_empty() && index.numbers("", false).is_empty());
}

#[test]
fn one_person_is_clear_and_two_of_a_name_are_not() {
    let index = known();
    assert_eq!(index.exact("łucja żuraw").len(), 2);
    assert_eq!(names(&index.exact("Żuraw Łucja, OPS/2026/77")), [("Łucja Żuraw", "OPS/2026/77")]);
    assert_eq!(names(&index.exact("dąb ola")), [("Ola Dąb", "OPS/2026/1")]);
    assert_eq!(names(&index.exact("w-aaaaa3")), [("Łucja Żuraw", "OPS/2026/77")]);
    assert!(index.exact("łucja").is_empty() && index.exact("").is_empty());
    assert_eq!(index.of("W-AAAAA2").unwrap().name, "Łucja Żuraw");
}

#[test]
fn what_stands_apart_is_in_no_search_for_persons() {
    let index = known();
    for typed in ["tajna", "W-CCCCC1", "osoba"] {
        assert!(index.search(typed, 9).is_empty() && index.exact(typed).is_empty(), "{typed}");
        assert!(index.numbers(typed, false).is_empty(), "{typed}");
        assert_eq!(index.numbers(typed, true), ["W-CCCCC1"], "{typed}");
    }
    assert!(index.of("W-CCCCC1").is_none());
    let hit = index.search("żuraw ops/2026/1", 1).remove(0);
    assert!(!hit.numbers.contains(&"W-CCCCC1".to_owned()), "no number of it beside an ordinary one");
    assert_eq!(index.about("W-CCCCC1").unwrap().0, ["Łucja Żuraw", "Tajna Osoba"]);
}

#[test]
fn what_changed_replaces_what_was_known_and_an_older_state_does_not() {
    let index = known();
    let gone = BTreeMap::from([
        ("W-AAAAA4".to_owned(), None),
        ("W-AAAAA3".to_owned(), about(&["Łucja Żuraw-Nowa"], "OPS/2026/77", 4, false)),
    ]);
    index.put(5, gone, BTreeSet::new());
    assert!(index.numbers("sp3/5", false).is_empty());
    assert_eq!(names(&index.exact("Łucja Żuraw")), [("Łucja Żuraw", "OPS/2026/1")]);
    assert_eq!(names(&index.search("nowa", 9)), [("Łucja Żuraw-Nowa", "OPS/2026/77")]);
    index.put(4, BTreeMap::from([("W-AAAAA1".to_owned(), None)]), BTreeSet::new());
    assert!(index.of("W-AAAAA1").is_some());
    assert_eq!(format!("{index:?}"), "NameIndex(7)", "no name is ever logged");
}

#[test]
fn names_that_follow_never_replace_a_newer_state() {
    let index = known();
    let unopened = BTreeMap::from([
        ("W-DDDDD1".to_owned(), about(&[], "", 1, false)),
        ("W-DDDDD2".to_owned(), about(&[], "", 1, false)),
    ]);
    index.put(2, unopened, BTreeSet::from(["W-DDDDD1".to_owned(), "W-DDDDD2".to_owned()]));
    assert_eq!((index.loading(), index.numbers("ddddd", false).len()), (2, 2), "found by number meanwhile");
    // Somebody was excluded before the names were open.
    index.put(3, BTreeMap::from([("W-DDDDD2".to_owned(), None)]), BTreeSet::new());
    let later = ["W-DDDDD1", "W-DDDDD2"].map(|number| (number.to_owned(), about(&["Iwo Głóg"], "", 1, false).unwrap()));
    index.opened(later.to_vec(), vec![]);
    assert_eq!((index.loading(), index.numbers("glog", false)), (0, vec!["W-DDDDD1".to_owned()]));
}

#[test]
fn the_number_of_somebody_else_is_found_and_never_taken_for_an_own_one() {
    let index = known();
    let theirs = About { of: Some("pcpr-nad".to_owned()), ..about(&["Ewa Obca"], "OPS/2026/1", 8, false).unwrap() };
    let same = About { names: vec!["Łucja Żuraw".to_owned()], ..theirs.clone() };
    let rows = BTreeMap::from([("W-EEEEE1".to_owned(), Some(theirs)), ("W-EEEEE2".to_owned(), Some(same))]);
    index.put(2, rows, BTreeSet::new());
    let found = index.exact("OPS/2026/1");
    assert!(names(&found).contains(&("Ewa Obca", "")) && names(&found).contains(&("Łucja Żuraw", "")), "{found:?}");
    let own: Vec<&Hit> = found.iter().filter(|hit| !hit.subject_ref.is_empty()).collect();
    assert!(own.iter().all(|hit| hit.numbers.iter().all(|number| !number.starts_with("W-EEEEE"))), "{own:?}");
    assert_eq!(own.len(), 2, "and the two families are two: {own:?}");
    assert_eq!(index.numbers("ops/2026/1 obca", false), ["W-EEEEE1"], "found in a list all the same");
    assert_eq!(index.of("W-EEEEE1").unwrap().subject_ref, "");
}
