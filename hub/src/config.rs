//! Reads the configuration: built-in values, then a file, then the environment, unknown keys refused.
//!
//! The only module that looks at the environment of the process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat, Value, ValueKind};
use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;
use zeroize::Zeroizing;

use crate::keys::check_private;

const DEFAULT: &str = include_str!("../config.default.toml");
const DEFAULT_ORIGIN: &str = "config.default.toml";
const SYSTEM_FILE: &str = "/etc/wiez-hub/hub.toml";
const CREDENTIAL: &str = "wiez-hub-passphrase";
/// A passphrase file longer than this is none.
const MAX_PASSPHRASE_BYTES: usize = 4096;

/// Everything that can be configured; each key is told in `config.default.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Config {
    pub data_dir: PathBuf,
    pub keys: Keys,
    pub listen: Listen,
    pub quota: Quota,
    pub disk: Disk,
    pub diagnostics: Diagnostics,
}

/// Where the passphrase is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Keys {
    pub passphrase_file: PathBuf,
}

/// The accept loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Listen {
    pub address: std::net::IpAddr,
    pub port: u16,
    pub max_connections: usize,
    pub preauth_connections: usize,
    pub preauth_per_source: usize,
    pub connections_per_institution: usize,
    pub handshake_timeout_ms: u64,
}

/// Calls in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Quota {
    pub deposits_per_minute: u32,
    pub handle_free_per_minute: u32,
    pub control_per_minute: u32,
    pub edges_per_minute: u32,
    pub queries_per_minute: u32,
    pub redeem_per_minute: u32,
}

/// Free space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Disk {
    pub reserve_bytes: u64,
}

/// Lines about the running program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Diagnostics {
    pub filter: String,
    pub format: Format,
}

/// Form of the diagnostic lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Human on a terminal, JSON otherwise.
    Auto,
    /// One line for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// The variables of the process that mean something here.
#[derive(Debug, Clone, Default)]
pub struct Surroundings(BTreeMap<String, String>);

impl Surroundings {
    /// Those of this process; a variable that is not UTF-8 is none of ours.
    #[must_use]
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// Given ones, for tests and for programs that embed a hub.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The language of the locale: `LC_ALL`, then `LC_MESSAGES`, then `LANG`.
    #[must_use]
    pub fn lang(&self) -> Lang {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|key| self.get(key));
        Lang::parse(locale.unwrap_or_default())
    }

    fn ours(&self) -> config::Map<String, String> {
        self.0.iter().filter(|(key, _)| key.starts_with("WIEZ_HUB__")).map(|(k, v)| (k.clone(), v.clone())).collect()
    }
}

/// One key, its value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Dotted name, such as `listen.port`.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// A file, the environment, or a flag such as `--data-dir`.
    pub origin: String,
}

/// Values from the command line; they win over everything.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--passphrase-file`.
    pub passphrase_file: Option<PathBuf>,
}

impl Flags {
    fn given(&self) -> Vec<(&'static str, &'static str, String)> {
        let text = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let data_dir = text(&self.data_dir).map(|dir| ("data_dir", "--data-dir", dir));
        let file = text(&self.passphrase_file).map(|file| ("keys.passphrase_file", "--passphrase-file", file));
        data_dir.into_iter().chain(file).collect()
    }
}

/// A configuration and how it came about.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Every key with its origin, ascending.
    pub rows: Vec<Row>,
    credentials: Option<PathBuf>,
}

impl Loaded {
    /// Reads everything. `file` is `/etc/wiez-hub/hub.toml`, if there is one, unless given;
    /// a given file must exist.
    ///
    /// # Errors
    /// `CONFIG_UNKNOWN_KEY` with the nearest known name, `CONFIG_INVALID` with the key or file.
    pub fn read(file: Option<&Path>, flags: &Flags, around: &Surroundings) -> Result<Self, Refusal> {
        let source = match file {
            Some(path) => File::from(path).format(FileFormat::Toml).required(true),
            None => File::from(Path::new(SYSTEM_FILE)).format(FileFormat::Toml).required(false),
        };
        let environment = Environment::with_prefix("WIEZ_HUB")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .source(Some(around.ours()));
        let mut builder = config::Config::builder()
            .add_source(File::from_str(DEFAULT, FileFormat::Toml))
            .add_source(source)
            .add_source(environment);
        for (key, _, value) in flags.given() {
            builder = builder.set_override(key, value).map_err(|error| unusable(&error, file))?;
        }
        let built = builder.build().map_err(|error| unusable(&error, file))?;
        let mut rows = Vec::new();
        flatten("", &built.cache, &mut rows);
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        for (key, flag, _) in flags.given() {
            if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
                flag.clone_into(&mut row.origin);
            }
        }
        known(&rows)?;
        let config = built.try_deserialize().map_err(|error| unusable(&error, file))?;
        let credentials = around.get("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        Ok(Self { config, rows, credentials })
    }

    /// The passphrase of the keys, from the configured file or the systemd credential.
    ///
    /// # Errors
    /// `PASSPHRASE` when there is none, `KEY_PERMISSIONS` when others may read the file.
    pub fn passphrase(&self) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let no = || Refusal::new(Reason::Passphrase);
        let configured = &self.config.keys.passphrase_file;
        if configured.as_os_str().is_empty() {
            // systemd gives the credential to the unit alone, by means that file modes do not show.
            return passphrase_in(&self.credentials.as_ref().ok_or_else(no)?.join(CREDENTIAL));
        }
        if configured.exists() {
            check_private(configured)?;
        }
        passphrase_in(configured)
    }
}

fn passphrase_in(path: &Path) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let no = |()| Refusal::new(Reason::Passphrase).with("file", path.display());
    let mut bytes = Zeroizing::new(std::fs::read(path).map_err(|_| no(()))?);
    while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        bytes.pop();
    }
    if bytes.is_empty() || bytes.len() > MAX_PASSPHRASE_BYTES { Err(no(())) } else { Ok(bytes) }
}

fn unusable(error: &config::ConfigError, file: Option<&Path>) -> Refusal {
    let place = file.map_or_else(|| SYSTEM_FILE.to_owned(), |path| path.display().to_string());
    let refusal = Refusal::new(Reason::ConfigInvalid).with("file", place).with("expected", error);
    let at = match error {
        config::ConfigError::At { key, .. } | config::ConfigError::Type { key, .. } => key.as_deref(),
        // The others speak of a whole file.
        config::ConfigError::Frozen
        | config::ConfigError::NotFound(_)
        | config::ConfigError::PathParse { .. }
        | config::ConfigError::FileParse { .. }
        | config::ConfigError::Message(_)
        | config::ConfigError::Foreign(_)
        | _ => None,
    };
    refusal.with("key", at.unwrap_or("-"))
}

fn flatten(prefix: &str, value: &Value, rows: &mut Vec<Row>) {
    if let ValueKind::Table(table) = &value.kind {
        // In an order of its own, not that of the hash table.
        for (key, value) in table.iter().collect::<BTreeMap<_, _>>() {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            flatten(&name, value, rows);
        }
    } else {
        let origin = value.origin().unwrap_or(DEFAULT_ORIGIN).to_owned();
        rows.push(Row { key: prefix.to_owned(), value: value.to_string(), origin });
    }
}

/// The keys of `config.default.toml`.
fn default_keys() -> BTreeSet<String> {
    let built = config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml)).build();
    let mut rows = Vec::new();
    if let Ok(built) = built {
        flatten("", &built.cache, &mut rows);
    }
    rows.into_iter().map(|row| row.key).collect()
}

fn known(rows: &[Row]) -> Result<(), Refusal> {
    let keys = default_keys();
    let Some(unknown) = rows.iter().find(|row| !keys.contains(&row.key)) else {
        return Ok(());
    };
    let nearest = keys.iter().min_by_key(|key| distance(key, &unknown.key)).map_or("", String::as_str);
    Err(Refusal::new(Reason::ConfigUnknownKey)
        .with("key", &unknown.key)
        .with("file", place(unknown))
        .with("nearest", nearest))
}

/// Where a value stands, by a name that a person can look for.
fn place(row: &Row) -> String {
    if row.origin == "the environment" {
        format!("WIEZ_HUB__{}", row.key.to_uppercase().replace('.', "__"))
    } else {
        row.origin.clone()
    }
}

/// How many letters have to be changed, added or left out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut corner = i;
        let mut last = i + 1;
        let mut next = vec![last];
        for (right, above) in b.chars().zip(row.iter().skip(1)) {
            last = (corner + usize::from(left != right)).min(above + 1).min(last + 1);
            corner = *above;
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests;
