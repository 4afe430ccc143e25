//! Types commands as an operator would and looks at both streams and the exit code.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use super::*;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

struct Typed {
    code: u8,
    out: String,
    err: String,
}

fn passphrase(dir: &Path) -> String {
    let file = dir.join("passphrase");
    if !file.exists() {
        std::fs::write(&file, "correct horse battery\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    file.display().to_string()
}

fn typed(dir: &Path, line: &str, around: &[(&str, &str)]) -> Typed {
    let data = dir.join("data").display().to_string();
    let secret = passphrase(dir);
    let flags = ["wiez-hub", "--data-dir", &data, "--passphrase-file", &secret].map(OsString::from);
    let args = flags.into_iter().chain(line.split_whitespace().map(OsString::from));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(args, &Surroundings::of(around), &mut out, &mut err);
    Typed { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

const INIT: &str = "init --region opolskie --name Opolskie --host hub.example --port 8600";
const INVITE: &str = "invite --institution ops-brzeg --kind OPS --name OPS --teryt 1601011";

#[test]
fn a_hub_needs_a_name_that_tls_can_ask_for() {
    let dir = tempfile::tempdir().unwrap();
    for host in ["10.0.0.5", "hub..example", "-hub.example", "hub-.example", "hub.example.", ".", "Hub.example"] {
        let made = typed(dir.path(), &INIT.replace("hub.example", host), &[]);
        assert_eq!(made.code, 2, "{host}: {}", made.err);
    }
    assert!(!dir.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_region_is_made_once_and_invites_without_a_running_hub() {
    let dir = tempfile::tempdir().unwrap();
    let made = typed(dir.path(), INIT, &[]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("hub.example/opolskie/1"));
    let mode = std::fs::metadata(dir.path().join("data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let again = typed(dir.path(), INIT, &[("LANG", "pl_PL.UTF-8")]);
    assert_eq!(again.code, 3);
    assert!(again.err.starts_with("BŁĄD WZ-ZAP-006"), "{}", again.err);

    let invited = typed(dir.path(), INVITE, &[]);
    assert_eq!(invited.code, 0, "{}", invited.err);
    let invitation = wiez_proto::enrolment::Invitation::from_text(&invited.out).unwrap();
    assert_eq!((invitation.institution.as_str(), invitation.port), ("ops-brzeg", 8600));
    assert!(!invited.err.contains("wiez1."), "the secret is data, not talk");
    let status = typed(dir.path(), "--json status", &[]);
    assert_eq!(status.code, 0, "{}", status.err);
    assert!(serde_json::from_str::<serde_json::Value>(&status.out).unwrap().get("status").is_some());
    assert_eq!(typed(dir.path(), "institution list", &[]).code, 0);
    assert_eq!(typed(dir.path(), "institution show sp3-brzeg", &[]).code, 2);
}

#[test]
fn the_log_is_verified_in_place_and_as_a_file_and_a_flipped_byte_is_found() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(typed(dir.path(), INIT, &[]).code, 0);
    assert_eq!(typed(dir.path(), INVITE, &[]).code, 0);
    let live = typed(dir.path(), "--json log verify", &[]);
    assert_eq!(live.code, 0, "{}{}", live.out, live.err);
    let file = dir.path().join("log.jsonl");
    let export = typed(dir.path(), &format!("log export --out {}", file.display()), &[]);
    assert_eq!(export.code, 0, "{}", export.err);
    assert_eq!(typed(dir.path(), &format!("log verify {}", file.display()), &[]).code, 0);
    assert_eq!(typed(dir.path(), "log export", &[]).out, std::fs::read_to_string(&file).unwrap());
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let found = typed(dir.path(), &format!("log verify {}", file.display()), &[]);
    assert_eq!(found.code, 6, "{}", found.out);
    assert!(!found.err.is_empty());
}

#[test]
fn what_cannot_be_undone_is_asked_for_twice() {
    let dir = tempfile::tempdir().unwrap();
    let asked = typed(dir.path(), "institution revoke ops-brzeg", &[]);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--confirm ops-brzeg"));
}

#[test]
fn mistakes_have_their_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(typed(dir.path(), "frobnicate", &[]).code, 2);
    let help = typed(dir.path(), "--help", &[]);
    assert_eq!((help.code, help.err.is_empty()), (0, true));
    assert_eq!(typed(dir.path(), "invite --institution OPS! --kind OPS --name x --teryt 16", &[]).code, 2);
    assert_eq!(typed(dir.path(), "status", &[]).code, 3, "no region yet");
    assert_eq!(typed(dir.path(), "init --region a1 --name x --host Bad_Host --port 1", &[]).code, 2);
    let unknown = typed(dir.path(), "--json status", &[("WIEZ_HUB__LISTEN__PROT", "1")]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.out.contains("CONFIG_UNKNOWN_KEY") && unknown.out.contains("listen.port"), "{}", unknown.out);
}

#[test]
fn the_configuration_is_shown_with_limits_and_origins() {
    let dir = tempfile::tempdir().unwrap();
    let shown = typed(dir.path(), "config show --origin", &[("WIEZ_HUB__LISTEN__PORT", "9000")]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("listen.port = 9000") && shown.out.contains("--data-dir"));
    assert!(shown.out.contains("MAX_PADDED_BYTES"));
    let json = typed(dir.path(), "--json config show", &[]);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value.get("limits").unwrap().as_array().unwrap().len(), wiez_proto::limits::TABLE.len());
    let checked = typed(dir.path(), "config check", &[("LANG", "uk_UA")]);
    assert_eq!((checked.code, checked.err.trim()), (0, "Конфігурація правильна."));
}
