//! Checks that the configuration is complete, typed, and refuses what it does not know.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
use super::*;

fn from_text(text: &str, around: &[(&str, &str)]) -> Result<Loaded, Refusal> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("node.toml");
    std::fs::write(&path, text).unwrap();
    Loaded::read(Some(&path), None, &Surroundings::of(around))
}

#[test]
fn every_default_key_is_typed_and_every_typed_key_has_a_default() {
    let mut config = from_text("", &[]).unwrap().config;
    assert!(config.also.is_empty());
    // An empty list leaves no trace in what serde writes.
    config.also.push(PathBuf::from("/var/lib/wiez-zi"));
    config.web.hosts.push("wiez.lan".to_owned());
    let typed = config::Config::try_from(&config).unwrap();
    let mut rows = Vec::new();
    flatten("", &typed.cache, &mut rows);
    let typed: BTreeSet<_> = rows.into_iter().map(|row| row.key).collect();
    assert_eq!(typed, default_keys());
    let lines: Vec<&str> = DEFAULT.lines().collect();
    for pair in lines.windows(2) {
        if let [above, line] = pair {
            assert!(!line.contains(" = ") || line.starts_with('#') || above.starts_with("# "), "{line}");
        }
    }
}

#[test]
fn the_environment_wins_over_the_file_and_origins_are_told() {
    let around = [("WIEZ_NODE__CONSENT__EDGE_SPREAD_S", "5"), ("OTHER", "x")];
    let loaded = from_text("[consent]\nedge_spread_s = 7\n[hub]\ndial = \"127.0.0.1:8600\"\n", &around).unwrap();
    assert_eq!(loaded.config.consent.edge_spread_s, 5);
    assert_eq!(loaded.settings().unwrap().dial.unwrap().port(), 8600);
    let origin = |key: &str| loaded.rows.iter().find(|row| row.key == key).unwrap().origin.clone();
    assert!(origin("consent.edge_spread_s").contains("environment"));
    assert!(origin("hub.dial").ends_with("node.toml"));
    assert_eq!(origin("diagnostics.filter"), DEFAULT_ORIGIN);
    let flag = Loaded::read(None, Some(Path::new("/x")), &Surroundings::default()).unwrap();
    assert_eq!(flag.config.data_dir, Path::new("/x"));
    assert!(flag.rows.iter().any(|row| row.key == "data_dir" && row.origin == "--data-dir"));
    let pages = flag.config.web.pages().unwrap();
    assert!(pages.is_some());
    assert_eq!(flag.settings().unwrap(), Settings { lang: Lang::En, web: pages, ..Settings::in_dir(Path::new("/x")) });
    assert!(from_text("[hub]\ndial = \"hub:many\"\n", &[]).unwrap().settings().is_err());
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_name() {
    let refused = from_text("[hub]\ndail = \"\"\n", &[]).unwrap_err();
    assert_eq!(refused.reason, Reason::ConfigUnknownKey);
    assert_eq!(refused.details.get("key").unwrap(), "hub.dail");
    assert_eq!(refused.details.get("nearest").unwrap(), "hub.dial");
    let refused = from_text("", &[("WIEZ_NODE__CONSENT__EDGE_SPREAD", "1")]).unwrap_err();
    assert_eq!(refused.details.get("nearest").unwrap(), "consent.edge_spread_s");
    assert_eq!(refused.details.get("file").unwrap(), "WIEZ_NODE__CONSENT__EDGE_SPREAD", "says where to look");
    assert_eq!((distance("kot", "kot"), distance("kot", "koty"), distance("", "ab")), (0, 1, 2));
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    for bad in [
        "[consent]\nedge_spread_s = \"many\"\n",
        "[consent]\nedge_spread_s = -1\n",
        "[hub",
        "[diagnostics]\nformat = \"xml\"\n",
        "[calendar]\nsaturday = \"MAYBE\"\n",
        "[calendar]\nsaturday = true\n",
    ] {
        assert_eq!(from_text(bad, &[]).unwrap_err().reason, Reason::ConfigInvalid, "{bad}");
    }
    let missing = Loaded::read(Some(Path::new("/nonexistent.toml")), None, &Surroundings::default());
    assert_eq!(missing.unwrap_err().reason, Reason::ConfigInvalid);
}

#[test]
fn saturdays_are_free_unless_the_institution_works_on_them() {
    let week = |text: &str, around: &[(&str, &str)]| from_text(text, around).unwrap().settings().unwrap().week;
    assert_eq!(week("", &[]), Week::MON_FRI);
    assert_eq!(week("[calendar]\nsaturday = \"WORKING\"\n", &[]), Week::MON_SAT);
    assert_eq!(week("", &[("WIEZ_NODE__CALENDAR__SATURDAY", "WORKING")]), Week::MON_SAT);
}

#[test]
fn the_passphrase_comes_from_a_private_file_or_the_credential() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(CREDENTIAL);
    std::fs::write(&path, "correct horse battery\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let file = format!("[keys]\npassphrase_file = {path:?}\n");
    assert_eq!(from_text(&file, &[]).unwrap().passphrase().unwrap().as_slice(), b"correct horse battery");
    let around = [("CREDENTIALS_DIRECTORY", dir.path().to_str().unwrap())];
    assert_eq!(from_text("", &around).unwrap().passphrase().unwrap().as_slice(), b"correct horse battery");
    assert_eq!(from_text("", &[]).unwrap().passphrase().unwrap_err().reason, Reason::Passphrase);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(from_text(&file, &[]).unwrap().passphrase().unwrap_err().reason, Reason::KeyPermissions);
}

#[test]
fn a_further_institution_has_a_configuration_and_a_passphrase_of_its_own() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("wiez-zi");
    std::fs::create_dir(&folder).unwrap();
    let around = Surroundings::of(&[
        ("WIEZ_NODE__KEYS__PASSPHRASE_FILE", "/first"),
        ("WIEZ_NODE__ALSO", "/a,/b"),
        ("CREDENTIALS_DIRECTORY", home.path().to_str().unwrap()),
        ("LANG", "pl_PL.UTF-8"),
    ]);
    let first = Loaded::read(None, None, &around).unwrap();
    assert_eq!(first.config.also, [Path::new("/a"), Path::new("/b")]);
    let bare = Loaded::beside(&folder, &around).unwrap();
    assert_eq!((bare.config.data_dir.as_path(), bare.lang()), (folder.as_path(), Lang::Pl));
    assert_eq!(bare.passphrase().unwrap_err().reason, Reason::Passphrase, "never the first one's");
    std::fs::write(home.path().join("wiez-node-passphrase-wiez-zi"), "second").unwrap();
    assert_eq!(bare.passphrase().unwrap().as_slice(), b"second");
    let own = folder.join("passphrase");
    std::fs::write(&own, "third").unwrap();
    std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(folder.join("node.toml"), format!("[keys]\npassphrase_file = {own:?}\n")).unwrap();
    assert_eq!(Loaded::beside(&folder, &around).unwrap().passphrase().unwrap().as_slice(), b"third");
    std::fs::write(folder.join("node.toml"), "also = [\"/c\"]\n").unwrap();
    let refused = Loaded::beside(&folder, &around).unwrap_err();
    assert_eq!((refused.reason, refused.details.get("key").unwrap().as_str()), (Reason::ConfigInvalid, "also"));
    std::fs::write(folder.join("node.toml"), "[hub]\ndail = 1\n").unwrap();
    assert_eq!(Loaded::beside(&folder, &around).unwrap_err().reason, Reason::ConfigUnknownKey);
}

#[test]
fn the_locale_chooses_the_language() {
    assert_eq!(Surroundings::of(&[("LANG", "pl_PL.UTF-8")]).lang(), Lang::Pl);
    assert_eq!(Surroundings::of(&[("LANG", "pl_PL"), ("LC_ALL", "uk_UA")]).lang(), Lang::Uk);
    assert_eq!(Surroundings::of(&[("LANG", "C")]).lang(), Lang::En);
    assert_eq!(Surroundings::default().lang(), Lang::En);
}
