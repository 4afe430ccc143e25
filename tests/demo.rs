//! The demo as a person meets it: it plays ten steps, takes the commands that it prints, and leaves nothing behind.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for one line, and for the end.
const PATIENCE: Duration = Duration::from_secs(90);

/// A demo that runs in a temporary folder of its own.
struct Demo {
    child: Child,
    lines: Receiver<String>,
    folder: TempDir,
}

fn command(folder: &Path, lang: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.env("TMPDIR", folder).env("LC_ALL", lang);
    command
}

impl Demo {
    fn start(lang: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = command(folder.path(), lang).stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // Nobody reads on after the test has ended.
                let _ = send.send(line);
            }
        });
        Self { child, lines, folder }
    }

    /// Reads up to a line that contains the text, that line included.
    fn read_to(&self, text: &str) -> Vec<String> {
        let mut read = vec![];
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            read.push(line.unwrap_or_else(|_| panic!("no line with {text:?} after {read:#?}")));
            if read.last().unwrap().contains(text) {
                return read;
            }
        }
    }

    /// Presses Ctrl-C and waits for the end.
    fn interrupt(&mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        // Everything that it still says, until it closes its output.
        while self.lines.recv_timeout(PATIENCE).is_ok() {}
        self.child.wait().unwrap()
    }

    fn left_behind(&self) -> usize {
        std::fs::read_dir(self.folder.path()).unwrap().count()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Also when the test failed; it has usually ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Types a printed command into a shell.
fn typed(setup: &str, line: &str) -> Output {
    Command::new("sh").arg("-c").arg(format!("{setup}; {line}")).env("LC_ALL", "C").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_demo_holds_ten_of_ten_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = command(folder.path(), "C").args(["--once", "--json"]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!((output.status.code(), &told["held"], &told["of"]), (Some(0), &10.into(), &10.into()), "{told:#}");
    let steps = told["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 10);
    assert!(steps.iter().all(|step| step["held"] == true), "{told:#}");
    assert!(steps[1]["figures"]["sealed_bytes"].as_u64() > Some(1024), "{told:#}");
    assert_eq!(steps[3]["figures"]["missing"], "HEALTH");
    assert!(steps[7]["figures"]["leaves"].as_u64() > Some(10), "{told:#}");
    assert!(steps[8]["figures"]["review"].as_str().is_some_and(|id| id.starts_with("R-")), "{told:#}");
    assert_eq!(
        (&steps[9]["figures"]["reason"], &steps[9]["figures"]["missing"]),
        (&"BASIS".into(), &"CASE_REF, OFFICER".into())
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_printed_commands_work_until_ctrl_c() {
    let mut demo = Demo::start("C");
    let hub = demo.read_to("https://").pop().unwrap();
    let hub = hub.split("https://").nth(1).unwrap().to_owned();
    demo.read_to("Done: 10 of 10");
    let printed = demo.read_to("Ctrl-C");
    let setup = printed.iter().find(|line| line.starts_with("  D=")).expect("what D and R are");
    let lines: Vec<&String> =
        printed.iter().filter(|line| line.starts_with("  \"$D\"") || line.starts_with("  echo ")).collect();
    let nth = |part: &str, nth: usize| *lines.iter().filter(|line| line.contains(part)).nth(nth).expect(part);

    // Who is not signed in is told how.
    let nobody = typed(setup, nth("referral send", 0));
    assert_eq!(nobody.status.code(), Some(6), "{}", said(&nobody));
    assert!(said(&nobody).contains("SESSION_ENDED") && said(&nobody).contains("wiez-node login"), "{}", said(&nobody));
    for place in 0..4 {
        let done = typed(setup, nth("login ", place));
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    }

    let sent = typed(setup, nth("referral send", 0));
    assert_eq!(sent.status.code(), Some(0), "{}", said(&sent));
    let ours = said(&sent).split_whitespace().find(|word| word.starts_with("W-")).expect("a number")[..8].to_owned();
    let list = |at: &str| {
        let listed = typed(setup, nth(&format!("/{at}\" referral list"), 0));
        assert_eq!(listed.status.code(), Some(0), "{}", said(&listed));
        said(&listed)
    };
    let row = |listed: &str| listed.lines().find(|line| line.contains("OPS/2026/207")).map(str::to_owned);
    let at_school = until(|| row(&list("sp3")), "the referral at the school");
    the_links_show_the_story(&printed, at_school.split_whitespace().next().unwrap());
    let number = at_school.split_whitespace().next().unwrap();
    for part in ["referral show", "referral accept"] {
        let done = typed(setup, &nth(part, 0).replace("NUMBER", number));
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    }
    let seen = || list("ops").lines().any(|row| row.contains("accepted") && row.starts_with(&ours)).then_some(());
    until(seen, "the acceptance at the OPS");

    let refused = typed(setup, nth("referral send", 1));
    assert_eq!(refused.status.code(), Some(5), "{}", said(&refused));
    for named in ["CONSENT_SCOPE", "physical health", "--without HEALTH"] {
        assert!(said(&refused).contains(named), "{}", said(&refused));
    }

    for (part, place) in [("log verify", 0), ("log verify", 1), ("institution list", 0), ("hub status", 0)] {
        let part = if part == "hub status" { "\" status" } else { part };
        let done = typed(setup, nth(part, place));
        assert_eq!(done.status.code(), Some(0), "{part}: {}", said(&done));
    }
    without_consent(setup, &nth);
    assert_eq!(lines.len(), 20, "every printed command was typed: {lines:#?}");

    assert!(TcpStream::connect(&hub).is_ok());
    assert_eq!(demo.interrupt().code(), Some(0));
    assert_eq!(demo.left_behind(), 0);
    assert!(TcpStream::connect(&hub).is_err(), "the hub still listens");
}

/// A browser as far as a link needs one: it signs in and keeps the cookie.
struct Browser {
    host: String,
    cookie: String,
}

impl Browser {
    fn at(url: &str) -> (Self, String) {
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').expect("a path");
        (Self { host: host.to_owned(), cookie: String::new() }, format!("/{path}"))
    }

    /// Head and body of the answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let Self { host, cookie } = self;
        let port = host.rsplit_once(':').unwrap().1;
        let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\nOrigin: http://{host}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn sign_in(&mut self, login: &str, password: &str) {
        let form = format!("login={login}&haslo={}", password.replace(' ', "+"));
        let (head, body) = self.ask("POST", "/logowanie", &form);
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: __Host-wiez="))
            .unwrap_or_else(|| panic!("{head}\n{body}"));
        self.cookie = format!("__Host-wiez={}", cookie.split(';').next().unwrap());
    }
}

/// Every printed link opens for its login and for nobody else, names no person, and shows what it says.
fn the_links_show_the_story(printed: &[String], at_school: &str) {
    let password = printed.iter().find_map(|line| line.split("everybody's password: ").nth(1)).expect("a password");
    let links: Vec<(&String, &str, &str)> = printed
        .windows(2)
        .filter(|pair| pair[1].trim_start().starts_with("http://"))
        .map(|pair| {
            let (url, login) = pair[1].trim().split_once("   login: ").expect("a login");
            (&pair[0], url, login)
        })
        .collect();
    let page = |what: &str| {
        let (_, url, login) = links.iter().find(|(told, ..)| told.contains(what)).expect(what);
        let (mut browser, path) = Browser::at(url);
        let (head, body) = browser.ask("GET", &path, "");
        assert!(head.contains(" 303 ") && head.contains("/logowanie") && !body.contains("Wrona"), "{head}\n{body}");
        browser.sign_in(login, password);
        let (head, body) = browser.ask("GET", &path, "");
        assert!(head.starts_with("HTTP/1.1 200"), "{url}: {head}\n{body}");
        body
    };
    assert_eq!(links.len(), 5, "{links:?}");
    for (_, url, _) in &links {
        for name in ["Wrona", "Zofia", "Polny", "Nowak", "Sosna", "anna", "ewa"] {
            assert!(!url.contains(name), "{url}");
        }
    }
    assert!(page("the school: inbox").contains(&format!("/sprawy/{at_school}")), "the referral is not in the inbox");
    let refused = page("that the gate refused");
    assert!(refused.contains("WZ-ZGO-002"), "{refused}");
    let accepted = page("that the school accepted");
    assert!(accepted.contains("Zofia Wrona") && accepted.contains("OPS/2026/114"), "{accepted}");
    assert!(page("a new referral").contains("<form"));
    assert!(page("the Blue Card").contains("Szkoła Podstawowa nr 3"));
}

/// The printed commands of the last two steps.
fn without_consent<'a>(setup: &str, nth: &impl Fn(&str, usize) -> &'a String) {
    let filed = typed(setup, nth("report nk-a", 0));
    assert_eq!(filed.status.code(), Some(0), "{}", said(&filed));
    for named in ["W-", "kopia robocza", "77 400 00 00"] {
        assert!(said(&filed).contains(named), "{}", said(&filed));
    }
    let words = said(&filed);
    let number = words.split_whitespace().find(|word| word.starts_with("W-")).expect("a number")[..8].to_owned();
    let shown = |part: &str, place: usize| {
        let done = typed(setup, nth(part, place));
        assert_eq!(done.status.code(), Some(0), "{part}: {}", said(&done));
        said(&done)
    };
    assert!(shown("owed --apart", 0).contains(&number));
    until(|| shown("owed --apart", 1).contains("sp3").then_some(()), "the form at the team");
    assert!(shown("review list", 0).contains(&number));

    let refused = typed(setup, nth("query police", 0));
    assert_eq!(refused.status.code(), Some(5), "{}", said(&refused));
    assert!(said(&refused).contains("BASIS") && said(&refused).contains("W-"), "{}", said(&refused));
    shown("query police", 1);
}

#[test]
fn ctrl_c_in_mid_story_leaves_nothing_either_and_polish_is_spoken() {
    let mut demo = Demo::start("pl_PL.UTF-8");
    let told = demo.read_to("[6/10] Przychodnia");
    assert!(
        told[0].contains("pokaz na żywo") && told.iter().any(|line| line.contains("bramka zgody: TAK")),
        "{told:#?}"
    );
    assert!(demo.left_behind() > 0, "the region has no folder");
    assert_eq!(demo.interrupt().code(), Some(130));
    assert_eq!(demo.left_behind(), 0);
}

/// Tries for some time.
#[expect(clippy::disallowed_methods, reason = "another process needs real time")]
fn until<T>(look: impl Fn() -> Option<T>, what: &str) -> T {
    for _ in 0..100 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("never seen: {what}");
}
