//! The three languages say the same things, and everything that the program asks for.
#![expect(clippy::panic, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use wiez_proto::vocab::{Lang, ReferralStatus};

use super::*;
use crate::account::Receives;
use crate::alarm::{DUTY_REFUSED, DUTY_REJECTED};
use crate::casework::{CaseKind, What};
use crate::obligation::{Holder, OutageKind};
use crate::review::Decision;
use crate::trail::Act;

/// Key and variables of every sentence of a file.
fn sentences(lang: Lang) -> BTreeSet<(String, BTreeSet<String>)> {
    let mut all = BTreeSet::new();
    let mut key = String::new();
    let mut variables = BTreeSet::new();
    for line in source(lang).lines() {
        let starts = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()));
        if let Some((next, _)) = starts {
            if !key.is_empty() {
                all.insert((std::mem::take(&mut key), std::mem::take(&mut variables)));
            }
            next.clone_into(&mut key);
        }
        for part in line.split('$').skip(1) {
            variables.insert(part.chars().take_while(char::is_ascii_alphanumeric).collect());
        }
    }
    all.insert((key, variables));
    all
}

#[test]
fn every_language_is_complete_and_uses_the_same_values() {
    let polish = sentences(Lang::Pl);
    assert!(polish.len() > 80, "{}", polish.len());
    for lang in [Lang::En, Lang::Uk] {
        let other = sentences(lang);
        let differing: Vec<_> = polish.symmetric_difference(&other).collect();
        assert!(differing.is_empty(), "{lang:?}: {differing:?}");
    }
}

#[test]
fn every_file_parses_and_nothing_is_defined_twice() {
    for lang in Lang::ALL {
        let resource = FluentResource::try_new(source(*lang).to_owned());
        let Ok(resource) = resource else { panic!("{lang:?} does not parse") };
        let mut bundle = FluentBundle::new_concurrent(vec![LanguageIdentifier::default()]);
        assert!(bundle.add_resource(resource).is_ok(), "{lang:?}");
    }
}

#[test]
fn every_sentence_that_the_program_asks_for_exists() {
    let sources = [
        include_str!("../cli.rs"),
        include_str!("../cli/account.rs"),
        include_str!("../cli/account/show.rs"),
        include_str!("../cli/local.rs"),
        include_str!("../cli/print.rs"),
        include_str!("../cli/print/case.rs"),
        include_str!("../cli/print/consent.rs"),
        include_str!("../cli/print/duty.rs"),
        include_str!("../cli/print/export.rs"),
        include_str!("../cli/print/rows.rs"),
        include_str!("../cli/run.rs"),
        include_str!("../cli/serve.rs"),
        include_str!("../cli/talk.rs"),
        include_str!("../cli/web.rs"),
    ];
    let mut asked: BTreeSet<String> = BTreeSet::new();
    for source in sources {
        for call in ["say(\"", "fill(\"", "count(\"", "hint(\"", "told(\"", "counted(talk, \""] {
            for part in source.split(call).skip(1) {
                asked.extend(part.split('"').next().map(str::to_owned));
            }
        }
    }
    asked.extend(What::ALL.iter().map(|what| format!("what-{}", code(what))));
    asked.extend(ReferralStatus::ALL.iter().map(|status| format!("where-{status}")));
    asked.extend(["where-HELD-NOBODY", "where-HELD-GATE"].map(str::to_owned));
    asked.extend(Act::ALL.iter().map(|act| format!("did-{}", act.code())));
    asked.extend(["ACTIVE", "LOCKED", "LEFT"].map(|state| format!("account-{state}")));
    asked.extend(["NONE", "WAITING", "GIVEN"].map(|keys| format!("keys-{keys}")));
    asked.extend(Receives::ALL.iter().map(|receives| format!("receives-{}", receives.code())));
    asked.extend(["password", "new-password", "code", "paper-code"].map(|what| format!("ask-{what}")));
    asked.extend(["web-ca-new", "web-ca-same", "working-copy", "working-copy-theirs"].map(str::to_owned));
    asked.extend(CaseKind::ALL.iter().map(|kind| format!("case-{}", kind.code())));
    asked.extend([Holder::Worker, Holder::Manager].map(|holder| format!("holder-{}", holder.code())));
    asked.extend([OutageKind::NoHub, OutageKind::NotRunning].map(|kind| format!("outage-{}", kind.code())));
    let decisions = [Decision::Confirmed, Decision::Rejected, Decision::Overtaken];
    asked.extend(decisions.map(|decision| format!("decision-{}", decision.code())));
    asked.extend([DUTY_REFUSED, DUTY_REJECTED].map(|kind| format!("alarm-{kind}")));
    assert!(asked.len() > 60, "{}", asked.len());
    for lang in Lang::ALL {
        let texts = Texts::new(*lang);
        for key in &asked {
            assert!(texts.find(key).is_some(), "{lang:?} lacks {key}");
        }
    }
}

fn code(what: &What) -> String {
    serde_json::to_value(what).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[test]
fn numbers_choose_the_form() {
    let polish = Texts::new(Lang::Pl);
    assert_eq!(polish.count("cases-open", 1), "1 otwarta sprawa");
    assert_eq!(polish.count("cases-open", 3), "3 otwarte sprawy");
    assert_eq!(polish.count("cases-open", 12), "12 otwartych spraw");
    assert_eq!(polish.count("reviews-open", 1), "Czeka 1 przegląd.");
    assert_eq!(polish.count("reviews-open", 2), "Czekają 2 przeglądy.");
    assert_eq!(polish.count("reviews-open", 5), "Czeka 5 przeglądów.");
    assert_eq!(polish.count("dispatched", 1), "Przekazano 1 instytucji.");
    assert_eq!(polish.count("dispatched", 4), "Przekazano 4 instytucjom.");
    assert_eq!(Texts::new(Lang::Uk).count("cases-open", 22), "22 відкриті справи");
    assert_eq!(Texts::new(Lang::En).count("cases-open", 1), "1 open case");
}

#[test]
fn times_are_those_of_warsaw() {
    assert_eq!(Texts::new(Lang::Pl).moment(1_778_061_600_000), "06.05.2026, 12:00");
}
