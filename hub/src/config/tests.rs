//! Tries files, variables and flags that an operator may write.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
use super::*;
use wiez_proto::limits;

fn from_text(text: &str, around: &[(&str, &str)]) -> Result<Loaded, Refusal> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hub.toml");
    std::fs::write(&path, text).unwrap();
    Loaded::read(Some(&path), &Flags::default(), &Surroundings::of(around))
}

#[test]
fn every_default_key_is_typed_and_every_typed_key_has_a_default() {
    let config = from_text("", &[]).unwrap().config;
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
fn defaults_agree_with_the_table_of_limits() {
    let config = from_text("", &[]).unwrap().config;
    assert_eq!(config.listen.preauth_connections, limits::PREAUTH_CONNECTIONS);
    assert_eq!(config.listen.preauth_per_source, limits::PREAUTH_CONNECTIONS_PER_SOURCE);
    assert_eq!(config.listen.connections_per_institution, limits::CONNECTIONS_PER_INSTITUTION);
    assert_eq!(config.listen.handshake_timeout_ms, limits::HANDSHAKE_TIMEOUT_MS);
    assert_eq!(config.quota.deposits_per_minute, limits::QUOTA_DEPOSITS_PER_MIN);
    assert_eq!(config.quota.handle_free_per_minute, limits::QUOTA_HANDLE_FREE_PER_MIN);
    assert_eq!(config.quota.control_per_minute, limits::QUOTA_CONTROL_PER_MIN);
    assert_eq!(config.quota.edges_per_minute, limits::QUOTA_EDGES_PER_MIN);
    assert_eq!(config.quota.redeem_per_minute, limits::QUOTA_REDEEM_PER_MIN);
    assert_eq!(config.disk.reserve_bytes, limits::DISK_RESERVE_BYTES);
}

#[test]
fn the_environment_wins_over_the_file_and_origins_are_told() {
    let around = [("WIEZ_HUB__LISTEN__PORT", "8601"), ("OTHER", "x")];
    let loaded = from_text("[listen]\nport = 8600\naddress = \"127.0.0.1\"\n", &around).unwrap();
    assert_eq!(loaded.config.listen.port, 8601);
    assert!(loaded.config.listen.address.is_loopback());
    let origin = |key: &str| loaded.rows.iter().find(|row| row.key == key).unwrap().origin.clone();
    assert!(origin("listen.port").contains("environment"));
    assert!(origin("listen.address").ends_with("hub.toml"));
    assert_eq!(origin("quota.edges_per_minute"), DEFAULT_ORIGIN);
    let flag = Loaded::read(None, &Flags { data_dir: Some("/x".into()), ..Flags::default() }, &Surroundings::default())
        .unwrap();
    assert_eq!(flag.config.data_dir, Path::new("/x"));
    assert!(flag.rows.iter().any(|row| row.key == "data_dir" && row.origin == "--data-dir"));
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_name() {
    let refused = from_text("[listen]\nprot = 1\n", &[]).unwrap_err();
    assert_eq!(refused.reason, Reason::ConfigUnknownKey);
    assert_eq!(refused.details.get("key").unwrap(), "listen.prot");
    assert_eq!(refused.details.get("nearest").unwrap(), "listen.port");
    let refused = from_text("", &[("WIEZ_HUB__QUOTA__EDGE_PER_MINUTE", "1")]).unwrap_err();
    assert_eq!(refused.details.get("nearest").unwrap(), "quota.edges_per_minute");
    assert_eq!(refused.details.get("file").unwrap(), "WIEZ_HUB__QUOTA__EDGE_PER_MINUTE", "says where to look");
    assert_eq!((distance("kot", "kot"), distance("kot", "koty"), distance("", "ab")), (0, 1, 2));
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    for bad in
        ["[listen]\nport = \"many\"\n", "[listen]\nport = 70000\n", "[listen", "[diagnostics]\nformat = \"xml\"\n"]
    {
        assert_eq!(from_text(bad, &[]).unwrap_err().reason, Reason::ConfigInvalid, "{bad}");
    }
    let missing = Loaded::read(Some(Path::new("/nonexistent.toml")), &Flags::default(), &Surroundings::default());
    assert_eq!(missing.unwrap_err().reason, Reason::ConfigInvalid);
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
fn the_locale_chooses_the_language() {
    assert_eq!(Surroundings::of(&[("LANG", "pl_PL.UTF-8")]).lang(), Lang::Pl);
    assert_eq!(Surroundings::of(&[("LANG", "pl_PL"), ("LC_ALL", "uk_UA")]).lang(), Lang::Uk);
    assert_eq!(Surroundings::of(&[("LANG", "C")]).lang(), Lang::En);
    assert_eq!(Surroundings::default().lang(), Lang::En);
}
