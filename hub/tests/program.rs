//! Runs the program itself, as an operator does: a region, a serving hub, orders to it, a stop.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

fn hub(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wiez-hub"));
    command.env_clear().env("LANG", "pl_PL.UTF-8");
    command.arg("--data-dir").arg(dir.join("data")).arg("--passphrase-file").arg(dir.join("passphrase"));
    command
}

fn typed(dir: &Path, line: &str) -> Output {
    hub(dir).args(line.split_whitespace()).output().unwrap()
}

fn serving(dir: &Path) -> (Child, String) {
    let mut child = hub(dir)
        .args(["--json", "serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_hub_is_made_served_asked_and_stopped() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("passphrase"), "correct horse battery\n").unwrap();
    std::fs::set_permissions(dir.path().join("passphrase"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let made = typed(dir.path(), "init --region opolskie --name Opolskie --host hub.example --port 8600");
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    assert!(text(&made.stderr).contains("Region utworzony"));

    let (child, line) = serving(dir.path());
    assert!(line.contains("\"listening\":\"127.0.0.1:"), "{line}");
    let second = typed(dir.path(), "--json serve --listen 127.0.0.1:0");
    assert_eq!(second.status.code(), Some(3));
    assert!(text(&second.stdout).contains("LOCKED"), "{}", text(&second.stdout));

    let invited = typed(dir.path(), "invite --institution ops-brzeg --kind OPS --name OPS --teryt 1601011");
    assert_eq!(invited.status.code(), Some(0), "{}", text(&invited.stderr));
    assert!(text(&invited.stdout).starts_with("wiez1.") && text(&invited.stderr).contains("wiez-node join"));
    let unknown = typed(dir.path(), "institution suspend sp3-brzeg");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("BŁĄD WZ-WEJ-005 NOT_FOUND"), "{}", text(&unknown.stderr));
    let status = typed(dir.path(), "--json status");
    assert!(text(&status.stdout).contains("\"region\":\"opolskie\""), "{}", text(&status.stdout));
    let verified = typed(dir.path(), "--json log verify");
    assert_eq!(verified.status.code(), Some(0), "beside the running hub: {}", text(&verified.stdout));

    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::TERM).unwrap();
    let ended = child.wait_with_output().unwrap();
    let diagnostics = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(0), "{diagnostics}");
    assert!(diagnostics.lines().all(|line| line.starts_with('{')), "JSON away from a terminal: {diagnostics}");
    assert!(!diagnostics.contains("wiez1."));
    assert!(!dir.path().join("data").join("desk.sock").exists());
    // Nothing runs any more: the same order opens the data itself.
    assert_eq!(typed(dir.path(), "status").status.code(), Some(0));
}
