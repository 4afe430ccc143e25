//! What can be typed, what it asks the node, and how a command ends when it cannot.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use clap::CommandFactory as _;
use wiez_proto::vocab::{
    AckCode, BasisCode, Category, DeclineReason, FormalChannel, ReferralStatus, SecrecyRelease, Urgency,
};

use super::*;
use crate::api::Request;
use crate::casework::CaseKind;
use crate::casework::act::Matter;
use crate::config::Surroundings;

/// Exit code, standard output and standard error of a command.
fn typed(words: &[&str]) -> (u8, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().display().to_string();
    let config = dir.path().join("node.toml");
    std::fs::write(&config, "").unwrap();
    let config = config.display().to_string();
    let fixed = ["wiez-node", "--data-dir", &folder, "--config", &config];
    let args = fixed.iter().chain(words).map(|word| (*word).into());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(args, &Surroundings::of(&[("LANG", "pl_PL.UTF-8")]), &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_tree_of_commands_is_sound() {
    Cli::command().debug_assert();
}

/// Commands and options without a word of help.
fn silent(command: &clap::Command, path: &str, found: &mut Vec<String>) {
    let path = format!("{path} {}", command.get_name());
    if command.get_about().is_none() {
        found.push(path.clone());
    }
    let named = command.get_arguments().filter(|arg| arg.get_help().is_none());
    found.extend(named.map(|arg| format!("{path} {}", arg.get_id())));
    for sub in command.get_subcommands() {
        silent(sub, &path, found);
    }
}

#[test]
fn every_command_and_option_is_explained() {
    let mut found = vec![];
    silent(&Cli::command(), "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_node_that_does_not_run_is_told_in_the_users_language_and_as_json() {
    let (code, out, err) = typed(&["status"]);
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains("nie działa") && err.contains("wiez-node serve"), "{err}");
    let (code, out, _) = typed(&["--json", "referral", "list"]);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, value.pointer("/refused/reason").unwrap().as_str()), (4, Some("NOT_FOUND")));
    let (_, _, err) = typed(&["--lang", "uk", "status"]);
    assert!(err.contains("не працює"), "{err}");
}

#[test]
fn nonsense_is_usage_and_a_bad_configuration_is_not() {
    assert_eq!(typed(&["referral", "send"]).0, 2);
    assert_eq!(typed(&["referral", "decline", "W-1", "--reason", "R_NOTHING"]).0, 2);
    assert_eq!(typed(&["--help"]).0, 0);
    assert_eq!(typed(&["config", "check"]).0, 0);
    let (code, out, _) = typed(&["--json", "config", "show"]);
    assert!(code == 0 && out.contains("data_dir"), "{out}");
}

fn referral(words: &[&str]) -> Request {
    let args = ["wiez-node", "referral"].iter().chain(words);
    let cli = Cli::try_parse_from(args).unwrap();
    let Command::Referral(what) = cli.command else { return Request::Status };
    what.request().unwrap()
}

#[test]
fn commands_become_requests() {
    let Request::Decide { number, report } = referral(&["decline", "W-1", "--reason", "R_COST"]) else {
        unreachable!("a decision")
    };
    assert_eq!(
        (number.as_str(), report.status, report.reason),
        ("W-1", ReferralStatus::Declined, Some(DeclineReason::Cost))
    );
    let Request::Resend { without, consent, .. } = referral(&["resend", "W-1", "--without", "HEALTH,AGE"]) else {
        unreachable!("a resend")
    };
    assert_eq!((without, consent), ([Category::Age, Category::Health].into_iter().collect(), None));
    let Request::Resend { without, .. } = asked(&["case", "resend", "W-1", "--without", "HOUSEHOLD:HEALTH,AGE"]) else {
        unreachable!("a resend")
    };
    assert_eq!(without.to_string(), "AGE,HOUSEHOLD:HEALTH");
    assert_eq!(typed(&["case", "resend", "W-1", "--without", "NOBODY:HEALTH"]).0, 2);
    let words = ["send", "--to", "sp3", "--subject", "OPS/1", "--goal", "x", "--section", "ID_NAME=Kacper"];
    let Request::Refer { to, sections, .. } = referral(&words) else { unreachable!("a referral") };
    assert_eq!((to.to.as_str(), sections.len()), ("sp3", 1));
}

/// 2026-11-22 04:00 in Warsaw.
const NOW_MS: i64 = 1_795_316_400_000;

fn asked(words: &[&str]) -> Request {
    let cli = Cli::try_parse_from(["wiez-node"].iter().chain(words)).unwrap();
    run::request(cli.command, NOW_MS).unwrap()
}

#[test]
fn a_form_a_names_persons_and_the_event() {
    let words = ["report", "nk-a", "--to", "zi", "--subject", "SP3/7", "--incident", "uderzył w twarz", "--started"];
    let more = ["2026-11-02", "--person", "SUFFERING:ID_NAME=Kacper", "--person", "USING:ID_NAME=Marek"];
    let last = ["--person", "EVENT:REPORTER=sąsiadka", "--formal", "PAPER:7/2026:2026-11-03", "--consent", "Z-1"];
    let Request::Report { to, sections, matter: Matter::NkA { form } } =
        asked(&[words.as_slice(), &more, &last].concat())
    else {
        unreachable!("a form A")
    };
    assert_eq!((to.statement.basis, to.urgency), (BasisCode::Uppd9d, Urgency::U3Normal));
    assert_eq!((to.consent.as_deref(), to.statement.started_on.unwrap().day()), (Some("Z-1"), 2), "the gate says no");
    assert_eq!(to.statement.formal_ref.unwrap().number, "7/2026");
    assert_eq!((form.persons.len(), form.event.len(), sections.len()), (2, 1, 0));
    let Err(refusal) = Cli::try_parse_from(["wiez-node", "report", "nk-a", "--to", "zi", "--subject", "SP3/7"])
        .map(|cli| run::request(cli.command, NOW_MS))
        .unwrap()
    else {
        unreachable!("nothing was typed")
    };
    assert_eq!(refusal.reason, wiez_proto::refusal::Reason::FieldMissing);
}

#[test]
fn an_alert_saves_life_unless_another_basis_is_named() {
    let words = ["report", "alert", "--to", "ops", "--subject", "P/1", "--incident", "x", "--phoned", "112, 03:50"];
    let Request::Report { to, .. } = asked(&words) else { unreachable!("an alert") };
    assert_eq!((to.statement.basis, to.urgency), (BasisCode::Vital, Urgency::U0Life));
    assert_eq!(to.statement.phoned.unwrap().at_ms, NOW_MS - 600_000);
    let Request::Report { to, .. } = asked(&[words.as_slice(), &["--basis", "KPK_304"]].concat()) else {
        unreachable!("an alert")
    };
    assert_eq!((to.statement.basis, to.urgency), (BasisCode::Kpk304, Urgency::U3Normal));
}

#[test]
fn where_life_is_in_danger_the_telephone_comes_first() {
    let words = ["report", "alert", "--to", "ops", "--subject", "P/1", "--incident", "x"];
    let (code, _, err) = typed(&words);
    assert_eq!(code, 4, "no node runs here");
    assert!(err.starts_with("Jeśli zagrożone jest życie lub zdrowie – najpierw zadzwoń pod 112."), "{err}");
    assert!(err.contains("--phoned"), "{err}");
    let (_, _, err) = typed(&[words.as_slice(), &["--phoned", "112"]].concat());
    assert!(err.contains("112") && !err.contains("--phoned"), "{err}");
    let (_, _, err) = typed(&[words.as_slice(), &["--basis", "KPK_304"]].concat());
    assert!(!err.contains("112"), "{err}");
}

#[test]
fn questions_on_a_statute_leave_what_is_missing_to_the_gate() {
    let words =
        ["query", "police", "--to", "ops", "--subject", "P/1", "--question", "x", "--asked", "ADDRESS", "--why"];
    let Request::Query { to, wanted, .. } = asked(&[words.as_slice(), &["y"]].concat()) else {
        unreachable!("a query")
    };
    assert_eq!((to.statement.basis, to.statement.case_ref.as_str()), (BasisCode::PolReq, ""));
    assert_eq!(wanted.asked.into_iter().collect::<Vec<_>>(), [Category::Address]);
    let words = ["info", "ask", "--to", "sp3", "--subject", "OPS/1", "--question", "x", "--asked", "EDU_PROGRESS"];
    let words = [words.as_slice(), &["--why", "y"]].concat();
    assert!(matches!(asked(&words), Request::Ask { .. }), "a consent");
    let Request::Query { to, .. } = asked(&[words.as_slice(), &["--basis", "UPS_105"]].concat()) else {
        unreachable!("a request on a statute")
    };
    assert_eq!(to.statement.basis, BasisCode::Ups105);
    assert_eq!(typed(&[words.as_slice(), &["--order-ref", "III Nsm 1/26"]].concat()).0, 2);
    let words = ["info", "reply", "W-1", "--answer", "HEALTH=x", "--released", "COURT"];
    let Request::Reply { answering, .. } = asked(&words) else { unreachable!("a reply") };
    assert_eq!((answering.release, answering.partial), (Some(SecrecyRelease::Court), false));
}

#[test]
fn the_groups_work_and_what_is_owed_become_requests() {
    let Request::Dispatch { on } = asked(&["nk", "dispatch", "W-1", "--member", "ops,kpp,sp3"]) else {
        unreachable!("a dispatch")
    };
    assert_eq!((on.case.as_deref(), on.members.len(), on.form), (Some("W-1"), 3, None));
    assert!(matches!(asked(&["nk", "note", "W-1", "--text", "x"]), Request::Note { .. }));
    let note = ["nk", "note", "--to", "mdk", "--subject", "ZI/1", "--text", "x"];
    assert!(matches!(asked(&note), Request::NoteFirst { .. }));
    assert_eq!(typed(&["nk", "note", "--text", "x"]).0, 2);
    let Request::HandedB { given_on, .. } = asked(&["nk", "handed-b", "W-1"]) else { unreachable!("form B") };
    assert_eq!(given_on.to_string(), "2026-11-22");
    assert!(matches!(asked(&["ack", "W-1"]), Request::Ack { code: AckCode::TakenOver, .. }));
    assert!(matches!(asked(&["feedback", "W-1", "CLOSED"]), Request::CaseFeedback { .. }));
    let Request::FormalRef { letter, .. } = asked(&["formal", "W-1", "ADE", "12/26", "2026-11-20"]) else {
        unreachable!("a letter")
    };
    assert_eq!((letter.channel, letter.number.as_str()), (FormalChannel::Ade, "12/26"));
    let Request::CaseList { kinds, apart } = asked(&["case", "list", "--apart", "--kind", "NK,SIGNAL"]) else {
        unreachable!("a list")
    };
    assert_eq!((kinds, apart), (vec![CaseKind::NiebieskaKarta, CaseKind::Signal], true));
    assert_eq!(typed(&["case", "list", "--kind", "SECRET"]).0, 2);
    assert_eq!(asked(&["alarms"]), Request::Alarms);
    assert_eq!(asked(&["alarms", "settle", "3"]), Request::AlarmSettle { id: 3 });
    assert_eq!(typed(&["review", "reject", "R-1"]).0, 2, "a reason is needed");
    let transfer = ["transfer", "--to", "ops2", "--subject", "OPS/1", "--teryt", "1602022"];
    let Request::Transfer { to, .. } = asked(&transfer) else { unreachable!("a transfer") };
    assert_eq!(to.statement.basis, BasisCode::Ups101);
}

#[test]
fn a_further_institution_that_cannot_be_opened_is_named() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("node.toml"), "[hub]\ndail = \"\"\n").unwrap();
    let folder = home.path().display().to_string();
    let (code, _, err) = typed(&["serve", "--also", &folder]);
    assert_eq!(code, 3);
    assert!(err.contains("Nie uruchomiono żadnego węzła") && err.contains(&folder), "{err}");
}
