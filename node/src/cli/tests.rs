//! What can be typed, what it asks the node, and how a command ends when it cannot.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use clap::CommandFactory as _;
use wiez_proto::vocab::{Category, DeclineReason, ReferralStatus};

use super::*;
use crate::api::Request;
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
    assert_eq!((without.into_iter().collect::<Vec<_>>(), consent), (vec![Category::Age, Category::Health], None));
    let words = ["send", "--to", "sp3", "--subject", "OPS/1", "--goal", "x", "--section", "ID_NAME=Kacper"];
    let Request::Refer { to, sections, .. } = referral(&words) else { unreachable!("a referral") };
    assert_eq!((to.to.as_str(), sections.len()), ("sp3", 1));
}
