//! People read names, never codes, in each of the three languages.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::collections::BTreeMap;

use super::*;
use crate::casework::What;
use crate::referral::Owner;

fn printed(lang: Lang, print: impl Fn(&mut Talk<'_>)) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    print(&mut Talk::new(lang, false, &mut out, &mut err));
    String::from_utf8(out).unwrap()
}

fn field(name: &str, text: &str) -> Field {
    Field { name: name.to_owned(), label: String::new(), text: text.to_owned(), role: None, person: 0 }
}

/// Every field that holds a code, with every code that it may hold.
fn coded() -> Vec<(&'static str, Vec<&'static str>)> {
    macro_rules! all {
        ($name:ident) => {
            $name::ALL.iter().map(|code| code.code()).collect()
        };
    }
    vec![
        ("signal_reason", all!(SignalReason)),
        ("ack", all!(AckCode)),
        ("mediation", all!(MediationOutcome)),
        ("dispute", all!(DeclineReason)),
        ("service", all!(ServiceCode)),
        ("reason", all!(DeclineReason)),
        ("why", all!(DeclineReason)),
        ("status", all!(ReferralStatus)),
        ("outcome", all!(Outcome)),
        ("urgency", all!(Urgency)),
        ("asked", all!(Category)),
        ("what_would_help", all!(HelpCode)),
        ("code", all!(FeedbackCode)),
        ("scope", all!(NoticeScope)),
        ("answer", all!(KeptOrDeleted)),
        ("basis", all!(BasisCode)),
        ("family_knows", vec!["YES", "NO"]),
        ("for_gdp", vec!["YES"]),
        ("partial", vec!["YES"]),
    ]
}

#[test]
fn no_field_shows_a_code_or_its_own_name() {
    for lang in Lang::ALL {
        let texts = crate::text::Texts::new(*lang);
        for (name, codes) in coded() {
            let heading = texts.find(&format!("field-{name}")).unwrap();
            for code in codes {
                let text = printed(*lang, |talk| one_field(talk, &field(name, code)));
                assert!(text.starts_with(&format!("    {heading}: ")) && !text.contains(code), "{lang:?} {text}");
            }
        }
        for channel in FormalChannel::ALL {
            let letter = format!("{} DW/12/2026 2026-11-22", channel.code());
            let text = printed(*lang, |talk| one_field(talk, &field("formal_ref", &letter)));
            assert!(text.contains(channel.label(*lang)) && text.ends_with(" DW/12/2026 2026-11-22\n"), "{text}");
        }
    }
    let text = printed(Lang::Pl, |talk| one_field(talk, &field("phoned_at_ms", "1778061600000")));
    assert_eq!(text, "    kiedy zadzwoniono: 06.05.2026, 12:00\n");
}

/// The names that bodies and statements give their fields, as their source has them.
#[test]
fn every_field_has_a_heading() {
    let source = include_str!("../../../casework/show/fields.rs");
    let (source, _) = source.split_once("#[cfg(test)]").unwrap();
    let names: Vec<&str> = source
        .split("field(")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()))
        .collect();
    assert!(names.len() > 40, "{names:?}");
    for lang in Lang::ALL {
        let texts = crate::text::Texts::new(*lang);
        for name in &names {
            assert!(texts.find(&format!("field-{name}")).is_some(), "{lang:?} lacks field-{name}");
        }
    }
}

fn event(what: What, details: &[(&str, &str)]) -> Happened {
    let details: BTreeMap<String, String> =
        details.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Happened { at_ms: 1_778_061_600_000, who: "hub".to_owned(), what, details }
}

#[test]
fn a_message_that_waits_for_the_hub_says_so_until_when_and_whom_to_call() {
    let details = [("kind", "SIGNAL"), ("refusal", "QUOTA"), ("until_ms", "1778061600000"), ("phone", "+48 77 1")];
    let text = printed(Lang::Pl, |talk| happened(talk, &event(What::Waiting, &details)));
    let expected = "  06.05.2026, 12:00  hub: na razie nie przyjmuje; wiadomość czeka w tym węźle i wyśle się sama, \
                    próbując najdalej do 06.05.2026, 12:00  [sygnał o potrzebie wsparcia, QUOTA]  Telefon: +48 77 1\n";
    assert_eq!(text, expected);
    for lang in Lang::ALL {
        let text = printed(*lang, |talk| happened(talk, &event(What::Waiting, &details)));
        let second = printed(*lang, |talk| happened(talk, &event(What::Reviewed, &[])));
        let (_, second) = second.split_once("hub: ").unwrap();
        let person = second.split(' ').take(2).collect::<Vec<_>>().join(" ");
        assert!(!text.contains(person.trim()) && !text.contains("SIGNAL"), "{text}");
    }
}

#[test]
fn the_history_shows_names() {
    for lang in Lang::ALL {
        for owner in [Owner::Referrer, Owner::ReferrerManager, Owner::Provider, Owner::ProviderManager] {
            let text = printed(*lang, |talk| {
                happened(talk, &event(What::DeadlineMissed, &[("owner", owner.code()), ("status", "QUEUED")]));
            });
            assert!(!text.contains(owner.code()) && !text.contains("QUEUED"), "{text}");
        }
        for (what, key, code) in [
            (What::Queued, "release", "PATIENT"),
            (What::Acknowledged, "ack", "TAKEN_OVER"),
            (What::Mediated, "mediation", "NOT_RESOLVED"),
            (What::FeedbackSent, "feedback", "CLOSED"),
            (What::Missed, "owed", "FEEDBACK_14"),
            (What::MissedOutage, "outage", "NO_HUB"),
            (What::MissedOutage, "outage", "NOT_RUNNING"),
            (What::FormalEntered, "channel", "PAPER"),
        ] {
            let text = printed(*lang, |talk| happened(talk, &event(what, &[(key, code)])));
            assert!(!text.contains(code), "{text}");
        }
    }
}
