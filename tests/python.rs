//! Runs what shares no code with us: a Python client written from the `.proto` files and `proto/README.md`, and a list of holidays.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may fail loudly")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use wiez_proto::log::verify::verify_export;
use wiez_proto::vocab::InstitutionKind;

#[path = "python/days.rs"]
mod days;
#[path = "python/hub.rs"]
mod hub;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The interpreter of the virtual environment under `target`, made on first use; `None`, said aloud, when this machine
/// has no Python or cannot reach the packages.
fn interpreter() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    MADE.get_or_init(make_environment).as_deref()
}

fn make_environment() -> Option<PathBuf> {
    let requirements = root().join("tests/python/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements).unwrap();
    let folder = target().join("python-venv");
    let (python, stamp) = (folder.join("bin/python"), folder.join("requirements.installed"));
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Some(python);
    }
    let steps = [
        Command::new("python3").args(["-m", "venv"]).arg(&folder).output(),
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&requirements).output(),
    ];
    for step in steps {
        let problem = match step {
            Ok(output) if output.status.success() => continue,
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        eprintln!("SKIPPED: what is written in Python needs python3 with venv and pip: {problem}");
        return None;
    }
    std::fs::write(stamp, wanted).unwrap();
    Some(python)
}

/// The folder for build output, which the test program itself lies in.
fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(3).unwrap().to_path_buf()
}

fn client(python: &Path, arguments: &[&str]) -> Output {
    let program = root().join("tests/python/client.py");
    Command::new(python).arg("-B").arg(program).args(arguments).output().unwrap()
}

fn show(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_client_agrees_with_every_vector() {
    let Some(python) = interpreter() else { return };
    let vectors = root().join("proto/vectors");
    let output = client(python, &["vectors", vectors.to_str().unwrap()]);
    assert!(output.status.success(), "{}", show(&output));
    assert!(show(&output).contains("{\"checks\": 11}"), "{}", show(&output));
}

#[test]
fn the_client_finds_one_changed_digit_in_each_vector() {
    let Some(python) = interpreter() else { return };
    let vectors = root().join("proto/vectors");
    let files = [
        "keys",
        "canonical",
        "grant",
        "envelope",
        "receipt",
        "evidence",
        "directory",
        "redeem",
        "log",
        "statutory",
        "worker",
    ];
    let fields = [
        "signing_public",
        "edge",
        "grant_hash",
        "ciphertext",
        "hub_receipt",
        "signature",
        "hash",
        "mac",
        "roots",
        "ciphertext",
        "signature",
    ];
    for (file, field) in files.into_iter().zip(fields) {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(&vectors).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let spoiled = folder.path().join(format!("{file}.json"));
        let text = std::fs::read_to_string(&spoiled).unwrap();
        std::fs::write(&spoiled, spoil(&text, field)).unwrap();
        let output = client(python, &["vectors", folder.path().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{file}.{field}: {}", show(&output));
    }
}

/// Changes one hexadecimal digit in the middle of a field's (first) value.
fn spoil(text: &str, field: &str) -> String {
    let (before, value) = text.split_once(&format!("\"{field}\":")).unwrap_or_else(|| panic!("no field {field}"));
    let start = before.len() + field.len() + 3 + value.find(|c: char| c.is_ascii_hexdigit()).unwrap();
    let length = text.split_at(start).1.find('"').unwrap();
    let middle = start + length / 2;
    let digit = if text.split_at(middle).1.starts_with('0') { "1" } else { "0" };
    let mut out = text.to_owned();
    out.replace_range(middle..=middle, digit);
    out
}

#[test]
fn the_client_checks_an_exported_log_and_finds_one_flipped_byte() {
    let Some(python) = interpreter() else { return };
    let vectors = std::fs::read_to_string(root().join("proto/vectors/log.json")).unwrap();
    let vectors: serde_json::Value = serde_json::from_str(&vectors).unwrap();
    let export = vectors.get("export").and_then(|value| value.as_str()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.jsonl");
    std::fs::write(&file, export).unwrap();
    let good = client(python, &["verify-log", file.to_str().unwrap()]);
    assert!(good.status.success() && show(&good).contains("\"size\": 10"), "{}", show(&good));

    let at = export.find("\"leaf\":\"").unwrap() + 20;
    let mut flipped = export.as_bytes().to_vec();
    if let Some(byte) = flipped.get_mut(at) {
        *byte ^= 1;
    }
    std::fs::write(&file, flipped).unwrap();
    let bad = client(python, &["verify-log", file.to_str().unwrap()]);
    assert_eq!(bad.status.code(), Some(1), "{}", show(&bad));
}

/// One institution that the client plays: its folder, and the hub.
struct Player<'a> {
    python: &'a Path,
    dial: String,
    state: String,
}

impl Player<'_> {
    fn run(&self, command: &str, more: &[&str]) -> Output {
        client(self.python, &[&[command, &self.state, "--dial", &self.dial], more].concat())
    }

    /// Runs a command that has to succeed and returns the objects that it printed.
    fn tell(&self, command: &str, more: &[&str]) -> Vec<serde_json::Value> {
        let output = self.run(command, more);
        assert!(output.status.success(), "{command}: {}", show(&output));
        show(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_foreign_clients_join_a_real_hub_write_read_and_check_its_log() {
    let Some(python) = interpreter() else { return };
    let region = hub::Region::start().await;
    let player = |name: &str| Player {
        python,
        dial: region.dial(),
        state: region.folder.path().join(name).to_str().unwrap().to_owned(),
    };
    let (ops, school) = (player("ops"), player("sp3"));
    ops.tell("enrol", &["--invite", &region.invite("ops", InstitutionKind::Ops).await]);
    school.tell("enrol", &["--invite", &region.invite("sp3", InstitutionKind::Szkola).await]);

    let sent = ops.tell("send", &["--to", "sp3", "--topic", "Zajęcia", "--text", "Czy są wolne miejsca?"]);
    let received = school.tell("receive", &[]);
    let of =
        |list: &[serde_json::Value], path: &str| list.first().and_then(|item| item.pointer(path)).cloned().unwrap();
    assert_eq!(of(&received, "/message_id"), of(&sent, "/message_id"));
    assert_eq!(of(&received, "/payload/consult_anon/text"), "Czy są wolne miejsca?");
    assert!(school.tell("receive", &[]).is_empty(), "what was acknowledged came again");
    assert_eq!(of(&ops.tell("receive", &[]), "/event"), "receipt");

    the_log_verifies_and_one_flipped_byte_is_found(&region, &ops).await;

    region.suspend("sp3").await;
    let refused = school.run("receive", &[]);
    assert_eq!(refused.status.code(), Some(1), "{}", show(&refused));
    region.stop().await;
}

/// Both verifiers agree on the hub's own log, and on each of some spoiled ones.
async fn the_log_verifies_and_one_flipped_byte_is_found(region: &hub::Region, ops: &Player<'_>) {
    let file = region.export().await;
    let check = || client(ops.python, &["verify-log", file.to_str().unwrap(), &ops.state]);
    let good = std::fs::read(&file).unwrap();
    let ours = |bytes: &[u8]| verify_export(bytes, Some(&region.keys.log));
    let (header, checked) = ours(&good).unwrap();
    let theirs = check();
    assert!(theirs.status.success(), "{}", show(&theirs));
    assert!(show(&theirs).contains(&format!("\"size\": {}", checked.size)), "{}", show(&theirs));
    for part in 1..8 {
        let at = good.len() * part / 8;
        let mut flipped = good.clone();
        flipped.splice(at..=at, good.get(at).map(|byte| byte ^ 1));
        std::fs::write(&file, &flipped).unwrap();
        assert_eq!(check().status.code(), Some(1), "the client misses byte {at}");
        assert!(ours(&flipped).map_or(true, |(other, _)| other != header), "our verifier misses byte {at}");
    }
}
