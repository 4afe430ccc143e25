//! The commands about accounts against a running node: each person has a home of their own, and its file carries the
//! session.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use wiez_proto::vocab::InstitutionKind;

use super::super::run_async;
use super::*;
use crate::account::first::offer;
use crate::node::tests::Offline;
use crate::tasks::Running;

/// Somebody at a terminal of the school.
struct Person<'a> {
    school: &'a Offline,
    home: tempfile::TempDir,
}

impl<'a> Person<'a> {
    fn of(school: &'a Offline) -> Self {
        Self { school, home: tempfile::tempdir().unwrap() }
    }

    /// Types a command, with secrets in a file; the exit code, and what was answered as JSON.
    async fn types(&self, words: &[&str], secrets: &[&str]) -> (u8, Value) {
        let config = self.home.path().join("node.toml");
        std::fs::write(&config, "").unwrap();
        let (config, folder) = (config.display().to_string(), self.school.node.data_dir().display().to_string());
        let home = self.home.path().display().to_string();
        let file = self.home.path().join("secrets");
        let mut open = std::fs::OpenOptions::new();
        let mut written = open.write(true).create(true).truncate(true).mode(0o600).open(&file).unwrap();
        std::io::Write::write_all(&mut written, secrets.join("\n").as_bytes()).unwrap();
        let file = file.display().to_string();
        let fixed = ["wiez-node", "--json", "--no-input", "--data-dir", &folder, "--config", &config];
        let mut args: Vec<&str> = fixed.iter().chain(words).copied().collect();
        if !secrets.is_empty() {
            args.extend(["--secrets", &file]);
        }
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let around = Surroundings::of(&[("HOME", &home), ("LANG", "pl_PL.UTF-8")]);
        let code = run_async(args.iter().map(Into::into), &around, &mut out, &mut err).await;
        let line = String::from_utf8(out).unwrap();
        (code, serde_json::from_str(line.lines().next().unwrap_or("null")).unwrap_or_else(|_| panic!("{line}")))
    }

    /// Types a command that is carried out.
    async fn done(&self, words: &[&str], secrets: &[&str]) -> Value {
        let (code, value) = self.types(words, secrets).await;
        assert_eq!(code, 0, "{words:?}: {value}");
        value
    }

    /// Types a command that is refused, and why.
    async fn refused(&self, words: &[&str], secrets: &[&str]) -> String {
        let (code, value) = self.types(words, secrets).await;
        assert_ne!(code, 0, "{words:?}: {value}");
        value["refused"]["reason"].as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
    }

    fn token_files(&self) -> Vec<PathBuf> {
        let folder = self.home.path().join(".wiez-node");
        std::fs::read_dir(folder).map_or(vec![], |all| all.map(|one| one.unwrap().path()).collect())
    }
}

async fn school() -> Offline {
    Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await
}

/// The first kierownik, signed in, and the sheets.
async fn chief(school: &Offline) -> (Person<'_>, Value) {
    let mut tx = school.node.store().begin("test.offer").await.unwrap();
    let code = offer(&school.env, &mut tx).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    while !school.node.data_dir().join(crate::api::SOCKET).exists() {
        tokio::task::yield_now().await;
    }
    let chief = Person::of(school);
    let first = ["account", "first", "dyrektor", "--name", "Danuta Rektor", "--worker-role", "DYREKTOR"];
    let made = chief.done(&first, &[&code, "zielony parasol w maju"]).await;
    chief.done(&["login", "dyrektor"], &["zielony parasol w maju"]).await;
    (chief, made["sheets"]["sheets"].clone())
}

/// An account that the chief makes, signed in with a password of its own.
async fn worker<'a>(chief: &Person<'a>, login: &str, role: &str, worker_role: &str) -> Person<'a> {
    let name = format!("Osoba {login}");
    let add = ["account", "add", login, "--name", &name, "--worker-role", worker_role, "--role", role];
    let made = chief.done(&add, &[]).await;
    let first = made["first-password"]["password"].as_str().unwrap();
    let person = Person::of(chief.school);
    person.done(&["login", login], &[first]).await;
    assert_eq!(person.refused(&["referral", "list"], &[]).await, "PASSWORD_CHANGE");
    person.done(&["account", "password"], &[first, "trzy łyżki kaszy"]).await;
    person
}

/// Gives keys, comparing the fingerprint that the owner sees.
async fn keys(chief: &Person<'_>, login: &str) {
    let all = chief.done(&["account", "list"], &[]).await;
    let one = all["accounts"].as_array().unwrap().iter().find(|one| one["login"] == login).unwrap();
    chief.done(&["account", "keys", login, one["fingerprint"].as_str().unwrap()], &[]).await;
}

#[tokio::test]
async fn the_first_account_makes_others_and_gives_them_keys_on_the_command_line() {
    let school = school().await;
    let running = Running::start(&school.node);
    let (chief, sheets) = chief(&school).await;
    assert_eq!(sheets.as_array().unwrap().iter().map(|one| one["lines"].as_array().unwrap().len()).sum::<usize>(), 27);
    let files = chief.token_files();
    assert_eq!((files.len(), std::fs::metadata(&files[0]).unwrap().mode() & 0o777), (1, 0o600));
    let anna = worker(&chief, "anowak", "PRACOWNIK", "PEDAGOG").await;
    assert_eq!(anna.refused(&["referral", "list"], &[]).await, "ACCOUNT_KEYLESS");
    assert_eq!(anna.refused(&["account", "keys", "anowak", "BBBB"], &[]).await, "WORKER_ROLE");
    assert_eq!(chief.refused(&["account", "keys", "anowak", "BBBB"], &[]).await, "ACCOUNT_CHANGED");
    keys(&chief, "anowak").await;
    anna.done(&["referral", "list"], &[]).await;
    anna.done(&["consent", "list"], &[]).await;
    // The trail is whole for whoever may check it, and told to whoever may read it.
    assert_eq!(anna.refused(&["audit", "verify"], &[]).await, "WORKER_ROLE");
    let head: Head = serde_json::from_value(chief.done(&["audit", "verify"], &[]).await["head"].clone()).unwrap();
    assert_eq!(chief.done(&["audit", "verify", "--head", &head.to_string()], &[]).await["head"]["seq"], head.seq);
    let entries = chief.done(&["audit", "list"], &[]).await["trail"].as_array().unwrap().len();
    assert_eq!(u64::try_from(entries).unwrap(), head.seq);
    running.stop().await;
}

#[tokio::test]
async fn an_administrators_account_comes_to_no_content_on_the_command_line() {
    let school = school().await;
    let running = Running::start(&school.node);
    let (chief, _) = chief(&school).await;
    let admin = worker(&chief, "admin", "ADMINISTRATOR", "ADMIN_IT").await;
    let anna = worker(&chief, "anowak", "PRACOWNIK", "PEDAGOG").await;
    keys(&chief, "anowak").await;
    for command in [
        &["referral", "list"][..],
        &["case", "list"],
        &["consent", "list"],
        &["info", "list"],
        &["owed"],
        &["subject", "export", "OPS-1"],
        &["review", "list"],
        &["account", "keys", "anowak", "BBBB"],
        &["account", "add", "szpieg", "--name", "Ola Szpieg", "--role", "IOD", "--worker-role", "IOD"],
        &["account", "role", "admin", "PRACOWNIK", "--worker-role", "PEDAGOG"],
        &["account", "substitute", "anowak", "admin"],
        &["audit", "list"],
    ] {
        assert_eq!(admin.refused(command, &[]).await, "WORKER_ROLE", "{command:?}");
    }
    admin.done(&["status"], &[]).await;
    admin.done(&["audit", "verify"], &[]).await;
    // An account that calls itself kierownik, whose password the administrator knows: without keys it sees no list.
    let puppet = worker(&admin, "kukla", "KIEROWNIK", "DYREKTOR").await;
    for command in [
        &["review", "list"][..],
        &["review", "confirm", "R-AAAAAA"],
        &["owed"],
        &["owed", "--apart"],
        &["subject", "export", "OPS-1"],
        &["audit", "list"],
    ] {
        assert_eq!(puppet.refused(command, &[]).await, "ACCOUNT_KEYLESS", "{command:?}");
    }
    let first = admin.done(&["account", "reset", "anowak"], &[]).await["first-password"]["password"].clone();
    assert_eq!(anna.refused(&["referral", "list"], &[]).await, "SESSION_ENDED");
    assert!(anna.token_files().is_empty(), "the next command carries no token that is over");
    let taken = Person::of(&school);
    taken.done(&["login", "anowak"], &[first.as_str().unwrap()]).await;
    taken.done(&["account", "password"], &[first.as_str().unwrap(), "cudze konto, moje hasło"]).await;
    assert_eq!(taken.refused(&["referral", "list"], &[]).await, "ACCOUNT_KEYLESS");
    running.stop().await;
}

#[tokio::test]
async fn a_session_of_commands_locks_unlocks_and_ends() {
    let school = school().await;
    let running = Running::start(&school.node);
    let (chief, _) = chief(&school).await;
    chief.done(&["referral", "list"], &[]).await;
    school.env.advance(Duration::from_secs(601));
    assert_eq!(chief.refused(&["referral", "list"], &[]).await, "SESSION_LOCKED");
    assert_eq!(chief.refused(&["unlock"], &["nie to haslo"]).await, "LOGIN_FAILED");
    chief.done(&["unlock"], &["zielony parasol w maju"]).await;
    chief.done(&["referral", "list"], &[]).await;
    chief.done(&["lock"], &[]).await;
    assert_eq!(chief.refused(&["referral", "list"], &[]).await, "SESSION_LOCKED");
    chief.done(&["unlock"], &["zielony parasol w maju"]).await;
    // A second factor: the sheet's code follows the password.
    let codes = chief.done(&["account", "factor", "sheet"], &["zielony parasol w maju"]).await["codes"].clone();
    let other = Person::of(&school);
    assert_eq!(other.refused(&["login", "dyrektor"], &["zielony parasol w maju", "BBBB-BBBB"]).await, "LOGIN_FAILED");
    other.done(&["login", "dyrektor"], &["zielony parasol w maju", codes[0].as_str().unwrap()]).await;
    other.done(&["logout"], &[]).await;
    assert!(other.token_files().is_empty());
    // A file that others may read is no session, and secrets are not read from one.
    let file = chief.token_files().remove(0);
    let mode = |mode| std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    mode(0o644);
    assert_eq!(
        chief.refused(&["account", "password"], &["zielony parasol w maju", "trzy łyżki kaszy"]).await,
        "SESSION_ENDED"
    );
    school.env.advance(Duration::from_secs(12 * 3600));
    let open = Path::new(&chief.home.path().join("open")).to_owned();
    std::fs::write(&open, "x").unwrap();
    let path = open.display().to_string();
    assert_eq!(chief.refused(&["login", "dyrektor", "--secrets", &path], &[]).await, "KEY_PERMISSIONS");
    running.stop().await;
}

#[tokio::test]
async fn two_sheets_make_an_account_a_kierownik_on_the_command_line() {
    let school = school().await;
    let running = Running::start(&school.node);
    let (chief, sheets) = chief(&school).await;
    let heir = worker(&chief, "nowa", "PRACOWNIK", "PEDAGOG").await;
    let root = Person::of(&school);
    root.done(&["account", "leave", "dyrektor"], &[]).await;
    assert_eq!(chief.refused(&["referral", "list"], &[]).await, "SESSION_ENDED");
    let sheet = |n: usize| {
        let lines: Vec<&str> = sheets[n]["lines"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        let path = root.home.path().join(format!("sheet{n}"));
        std::fs::write(&path, lines.join("\n")).unwrap();
        path.display().to_string()
    };
    let (one, three) = (sheet(0), sheet(2));
    let same = ["account", "recover", "nowa", "--sheet", &one, "--sheet", &one];
    assert_eq!(root.refused(&same, &[]).await, "RECOVERY_SHEET");
    root.done(&["account", "recover", "nowa", "--sheet", &three, "--sheet", &one], &[]).await;
    heir.done(&["referral", "list"], &[]).await;
    heir.done(&["audit", "list"], &[]).await;
    running.stop().await;
}

#[tokio::test]
async fn duties_absence_and_cases_are_handed_over_on_the_command_line() {
    let school = school().await;
    let running = Running::start(&school.node);
    let (chief, _) = chief(&school).await;
    let admin = worker(&chief, "admin", "ADMINISTRATOR", "ADMIN_IT").await;
    for login in ["anowak", "jkos"] {
        worker(&chief, login, "PRACOWNIK", "PEDAGOG").await;
        keys(&chief, login).await;
    }
    let one = |value: &Value| value["accounts"][0].clone();
    let set = chief.done(&["account", "receives", "anowak", "BOTH"], &[]).await;
    assert_eq!(one(&set)["receives"], "BOTH");
    assert_eq!(chief.refused(&["account", "away", "anowak"], &[]).await, "FIELD_MISSING");
    chief.done(&["account", "substitute", "anowak", "jkos"], &[]).await;
    assert_eq!(one(&chief.done(&["account", "away", "anowak"], &[]).await)["away"], true);
    assert_eq!(one(&chief.done(&["account", "away", "anowak", "--back"], &[]).await)["away"], false);
    assert_eq!(chief.done(&["account", "reassign", "anowak", "jkos"], &[]).await["moved"], 0);
    let exclude = ["account", "exclude", "W-AAAAAA", "jkos", "--why", "CLOSE"];
    assert_eq!(chief.refused(&exclude, &[]).await, "NOT_FOUND");
    assert_eq!(chief.refused(&["account", "admit", "W-AAAAAA", "jkos"], &[]).await, "NOT_FOUND");
    for command in [
        &["account", "receives", "anowak"][..],
        &["account", "away", "anowak"],
        &["account", "reassign", "anowak", "admin"],
        &["account", "leave", "anowak", "--successor", "admin"],
        &exclude,
        &["account", "admit", "W-AAAAAA", "admin"],
    ] {
        assert_eq!(admin.refused(command, &[]).await, "WORKER_ROLE", "{command:?}");
    }
    let left = chief.done(&["account", "leave", "anowak", "--successor", "jkos"], &[]).await;
    let jan = one(&chief.done(&["account", "substitute", "jkos"], &[]).await);
    assert_eq!((&left["left"]["account"]["state"], &left["left"]["successor"]), (&"LEFT".into(), &jan["id"]));
    running.stop().await;
}
