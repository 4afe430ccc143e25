//! A region set up by hand, as the READMEs tell it: a hub and two nodes as programs, each in a folder of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use wiez_proto::calendar::day_of;
use wiez_proto::env::Env;

/// Builds a program and says where it is.
fn built(package: &str) -> PathBuf {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--message-format=json", "--package", package, "--bin", package])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let lines = String::from_utf8(build.stdout).unwrap();
    let made = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    made.filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from)).next_back().expect("a program")
}

/// The password of both kierownicy.
const PASSWORD: &str = "zielony parasol w maju";

/// One program with the folder in which somebody set it up.
struct Place {
    program: PathBuf,
    folder: PathBuf,
    serving: Option<Child>,
}

impl Place {
    fn new(program: &Path, home: &Path, name: &str) -> Self {
        let folder = home.join(name);
        std::fs::create_dir(&folder).unwrap();
        let passphrase = folder.join("passphrase");
        std::fs::write(&passphrase, format!("{name} correct horse battery staple\n")).unwrap();
        std::fs::set_permissions(&passphrase, PermissionsExt::from_mode(0o600)).unwrap();
        Self { program: program.to_owned(), folder, serving: None }
    }

    /// A command line, as it would be typed in the folder.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).env_clear().env("LC_ALL", "C").env("HOME", &self.folder);
        command.args(["--data-dir", "data", "--passphrase-file", "passphrase"]).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs what has to succeed.
    fn good(&self, args: &[&str]) -> String {
        let done = self.run(args);
        assert!(done.status.success(), "{args:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Runs what has to succeed and gives an answer for programs.
    fn answer(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.good(&[args, &["--json"]].concat())).unwrap()
    }

    fn serve(&mut self, more: &[&str]) {
        let log = std::fs::File::create(self.folder.join("serve.log")).unwrap();
        let mut command = self.command(&[&["serve"], more].concat());
        self.serving = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap());
    }

    /// Asks it to stop, as a service manager does; returns its exit code.
    fn stop(&mut self) -> Option<i32> {
        let mut child = self.serving.take().expect("it serves");
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        child.wait().unwrap().code()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("serve.log")).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(child) = &mut self.serving {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Tries for some time.
#[expect(clippy::disallowed_methods, reason = "other processes need real time")]
fn until<T>(what: &str, places: &[&Place], look: impl Fn() -> Option<T>) -> T {
    for _ in 0..300 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let logs: Vec<String> = places.iter().map(|place| place.log()).collect();
    panic!("never came: {what}\n{}", logs.join("\n---\n"));
}

fn hub(home: &Path, port: &str) -> Place {
    let mut hub = Place::new(&built("wiez-hub"), home, "hub");
    hub.good(&["init", "--region", "opolskie", "--name", "Region", "--host", "wiez.rops.example", "--port", port]);
    hub.serve(&["--listen", &format!("127.0.0.1:{port}")]);
    // Not before it listens: a command without a running hub opens the data itself, and takes the lock.
    until("the hub listens", &[&hub], || TcpStream::connect(format!("127.0.0.1:{port}")).is_ok().then_some(()));
    hub
}

/// Invites an institution and lets its administrator join and map the worker.
fn join(
    program: &Path,
    hub: &Place,
    home: &Path,
    dial: &str,
    (id, kind, name, role): (&str, &str, &str, &str),
) -> Place {
    let invite = ["invite", "--institution", id, "--kind", kind, "--name", name, "--teryt", "1601011"];
    let invitation = hub.good(&invite);
    let mut node = Place::new(program, home, id);
    // The names in the invitation are not in any DNS here.
    std::fs::write(node.folder.join("node.toml"), format!("[hub]\ndial = \"{dial}\"\n")).unwrap();
    std::fs::write(node.folder.join("invitation.txt"), invitation).unwrap();
    let joined = node.answer(&["--config", "node.toml", "join", "--invite-file", "invitation.txt"]);
    let code = joined.get("first_code").and_then(Value::as_str).expect("a paper code").to_owned();
    node.serve(&["--config", "node.toml"]);
    until("the node answers", &[hub, &node], || node.run(&["status"]).status.success().then_some(()));
    first(&node, &code, role);
    node
}

/// The first kierownik, made with the paper code, who signs in; the recovery sheets are printed once.
fn first(node: &Place, code: &str, role: &str) {
    // Nobody is there who could read anything.
    let nobody = node.run(&["referral", "list"]);
    let told = String::from_utf8_lossy(&nobody.stderr).into_owned();
    assert_eq!(nobody.status.code(), Some(6), "{told}");
    assert!(told.contains("wiez-node login"), "{told}");
    let secrets = |name: &str, lines: &[&str]| {
        let path = node.folder.join(name);
        std::fs::write(&path, lines.join("\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    };
    secrets("first.txt", &[code, PASSWORD]);
    secrets("login.txt", &[PASSWORD]);
    let who = ["account", "first", "kierownik", "--name", "Anna Nowak", "--worker-role", role];
    let made = node.good(&[&who[..], &["--secrets", "first.txt"]].concat());
    assert!(made.lines().count() > 20, "three sheets are printed: {made}");
    node.good(&["login", "kierownik", "--secrets", "login.txt"]);
}

const SEND: &[&str] = &[
    "referral",
    "send",
    "--to",
    "sp3",
    "--subject",
    "OPS/2026/114",
    "--goal",
    "zajęcia wyrównawcze",
    "--service",
    "S_ZAJECIA_WYROWNAWCZE",
    "--section",
    "ID_NAME=Zofia Wrona",
];

/// Verifies the row of referrals, records a consent, sends; returns the case number.
fn refer(ops: &Place, others: &[&Place]) -> String {
    until("the OPS knows the school", others, || {
        ops.good(&["directory", "list"]).contains("Szkoła Podstawowa nr 3").then_some(())
    });
    let today = day_of(Env::system().now_ms());
    let day = today.checked_add(jiff::Span::new().months(6)).unwrap().to_string();
    let paper = ["--paper", "segregator 4, karta 17", "--until", &day];
    let pair = ["consent", "new", "--subject", "OPS/2026/114", "--for", "sp3:ID_NAME,PLAN_TASKS"];
    ops.good(&[&pair[..], &paper[..]].concat());

    // Nobody has verified the row yet: nothing leaves, and the reason says so.
    let unverified = ops.run(SEND);
    let told = String::from_utf8_lossy(&unverified.stderr).into_owned();
    assert_eq!(unverified.status.code(), Some(5), "{told}");
    assert!(told.contains("BASIS_UNVERIFIED"), "{told}");

    ops.good(&["policy", "verify", "REFERRAL.CONSENT", "--by", "Jan Kowalski"]);
    let sent = ops.answer(SEND);
    sent.pointer("/sent/number").and_then(Value::as_str).expect("a number").to_owned()
}

#[test]
fn a_hub_and_two_nodes_set_up_by_hand_carry_a_referral() {
    let home = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut hub = hub(home.path(), &port);
    let (program, dial) = (built("wiez-node"), format!("127.0.0.1:{port}"));
    let place = |who| join(&program, &hub, home.path(), &dial, who);
    let mut ops = place(("ops-brzeg", "OPS", "OPS w Brzegu", "PRACOWNIK_SOCJALNY"));
    let mut school = place(("sp3", "SZKOLA", "Szkoła Podstawowa nr 3", "PEDAGOG"));
    school.good(&["policy", "verify", "REFERRAL.CONSENT", "--by", "Maria Kowalska"]);

    let ours = refer(&ops, &[&hub, &ops, &school]);
    let at_school = until("the referral at the school", &[&hub, &ops, &school], || {
        school.answer(&["referral", "list"]).pointer("/cases/0/number").and_then(Value::as_str).map(str::to_owned)
    });
    assert!(school.good(&["referral", "show", &at_school]).contains("Zofia Wrona"));
    school.good(&["referral", "accept", &at_school]);
    until("the acceptance at the OPS", &[&hub, &ops, &school], || {
        let listed = ops.answer(&["referral", "list"]);
        let case = listed.get("cases")?.as_array()?.iter().find(|case| case["number"] == ours)?;
        (case["status"] == "ACCEPTED").then_some(())
    });

    hub.good(&["log", "verify"]);
    ops.good(&["log", "verify"]);
    school.good(&["log", "verify"]);
    assert_eq!((ops.stop(), school.stop(), hub.stop()), (Some(0), Some(0), Some(0)));
    // Without a node there is nobody to answer, and that is said with a code of its own.
    assert_eq!(ops.run(&["status"]).status.code(), Some(4));
}
