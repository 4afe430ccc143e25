//! Reads the configuration: built-in values, then a file, then the environment, unknown keys refused.
//!
//! The only module that looks at the environment of the process.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat, Value, ValueKind};
use serde::{Deserialize, Serialize};
use wiez_proto::calendar::Week;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;
use zeroize::Zeroizing;

use crate::keys::check_private;

mod declaration;
mod web;

pub use self::declaration::{Conformity, Declaration};
pub use self::web::{Certificate, Pages, Web};

const DEFAULT: &str = include_str!("../config.default.toml");
const DEFAULT_ORIGIN: &str = "config.default.toml";
const SYSTEM_FILE: &str = "/etc/wiez-node/node.toml";
/// The configuration of a further institution, in its data folder.
const OWN_FILE: &str = "node.toml";
const CREDENTIAL: &str = "wiez-node-passphrase";
/// A passphrase file longer than this is none.
const MAX_PASSPHRASE_BYTES: usize = 4096;

/// Everything that can be configured; each key is told in `config.default.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Config {
    pub data_dir: PathBuf,
    pub lang: String,
    pub also: Vec<PathBuf>,
    pub keys: Keys,
    pub hub: Hub,
    pub policy: Policy,
    pub consent: Consent,
    pub calendar: Calendar,
    pub web: Web,
    pub diagnostics: Diagnostics,
}

/// Where the passphrase is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Keys {
    pub passphrase_file: PathBuf,
}

/// How the hub is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Hub {
    pub dial: String,
}

/// Rows of the policy that somebody verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Policy {
    pub overlay_file: PathBuf,
}

/// How consents are made known to the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Consent {
    pub edge_spread_s: u32,
}

/// Which days count in deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Calendar {
    pub saturday: Saturday,
}

/// Whether people work on Saturdays; Polish acts differ, so an institution chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Saturday {
    /// Saturday does not count.
    Free,
    /// Saturday counts, unless it is a public holiday.
    Working,
}

impl Saturday {
    const fn week(self) -> Week {
        match self {
            Self::Free => Week::MON_FRI,
            Self::Working => Week::MON_SAT,
        }
    }
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

/// What a running node needs of its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Folder with everything that the node keeps.
    pub data_dir: PathBuf,
    /// Where to dial instead of the hub's name.
    pub dial: Option<SocketAddr>,
    /// File with verified policy rows beside those of the database.
    pub overlay: Option<PathBuf>,
    /// Seconds over which edges that no message waits for are registered.
    pub edge_spread_s: u32,
    /// Days that count in deadlines of working days.
    pub week: Week,
    /// Language of texts for people.
    pub lang: Lang,
    /// Where the pages are served; none where they are not.
    pub web: Option<Pages>,
    /// What the institution declares about their accessibility.
    pub declaration: Declaration,
}

impl Settings {
    /// The defaults for a data folder.
    #[must_use]
    pub fn in_dir(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            dial: None,
            overlay: None,
            edge_spread_s: 600,
            week: Week::MON_FRI,
            lang: Lang::Pl,
            web: None,
            declaration: Declaration::default(),
        }
    }
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

    /// Given ones, for tests and for programs that embed a node.
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

    /// Folder for the tokens of a user's commands: that of the login session, else one in the home.
    #[must_use]
    pub fn session_dir(&self) -> Option<PathBuf> {
        let runtime = self.get("XDG_RUNTIME_DIR").map(|dir| Path::new(dir).join("wiez-node"));
        runtime.or_else(|| self.get("HOME").map(|dir| Path::new(dir).join(".wiez-node")))
    }

    fn ours(&self) -> config::Map<String, String> {
        self.0.iter().filter(|(key, _)| key.starts_with("WIEZ_NODE__")).map(|(k, v)| (k.clone(), v.clone())).collect()
    }
}

/// One key, its value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Dotted name, such as `hub.dial`.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// A file, `the environment` or `--data-dir`.
    pub origin: String,
}

/// A configuration and how it came about.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Every key with its origin, ascending.
    pub rows: Vec<Row>,
    /// Where the passphrase stands that no configured file holds.
    credential: Option<PathBuf>,
    locale: Lang,
}

impl Loaded {
    /// Reads everything. `file` is `/etc/wiez-node/node.toml`, if there is one, unless given;
    /// a given file must exist. `data_dir` wins over both.
    ///
    /// # Errors
    /// `CONFIG_UNKNOWN_KEY` with the nearest known name, `CONFIG_INVALID` with the key or file.
    pub fn read(file: Option<&Path>, data_dir: Option<&Path>, around: &Surroundings) -> Result<Self, Refusal> {
        let source = match file {
            Some(path) => File::from(path).format(FileFormat::Toml).required(true),
            None => File::from(Path::new(SYSTEM_FILE)).format(FileFormat::Toml).required(false),
        };
        let mut loaded = Self::build(source, around.ours(), data_dir, file)?;
        loaded.credential = around.get("CREDENTIALS_DIRECTORY").map(|folder| Path::new(folder).join(CREDENTIAL));
        loaded.locale = around.lang();
        Ok(loaded)
    }

    /// Reads the configuration of a further institution that the same program hosts: the
    /// built-in values and the `node.toml` in its folder, if there is one. Neither the first one's file nor
    /// `WIEZ_NODE__…` variables count, so that no two institutions share a passphrase by mistake; the
    /// systemd credential is `wiez-node-passphrase-` and the folder's name.
    ///
    /// # Errors
    /// As [`Self::read`]; `CONFIG_INVALID` (key `also`) when it names further institutions itself.
    pub fn beside(data_dir: &Path, around: &Surroundings) -> Result<Self, Refusal> {
        let file = data_dir.join(OWN_FILE);
        let source = File::from(file.as_path()).format(FileFormat::Toml).required(false);
        let mut loaded = Self::build(source, config::Map::new(), Some(data_dir), Some(&file))?;
        if !loaded.config.also.is_empty() {
            let refusal = Refusal::new(Reason::ConfigInvalid).with("key", "also").with("file", file.display());
            return Err(refusal.with("expected", "[]"));
        }
        let name = data_dir.file_name().unwrap_or_default().to_string_lossy();
        let credential = |folder| Path::new(folder).join(format!("{CREDENTIAL}-{name}"));
        loaded.credential = around.get("CREDENTIALS_DIRECTORY").map(credential);
        loaded.locale = around.lang();
        // Two institutions cannot share the default port: pages of a further one are served where its file says.
        loaded.config.web.enabled &=
            loaded.rows.iter().any(|row| row.key == "web.listen" && row.origin != DEFAULT_ORIGIN);
        Ok(loaded)
    }

    fn build(
        source: File<config::FileSourceFile, FileFormat>,
        variables: config::Map<String, String>,
        data_dir: Option<&Path>,
        file: Option<&Path>,
    ) -> Result<Self, Refusal> {
        let environment = Environment::with_prefix("WIEZ_NODE")
            .prefix_separator("__")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("also")
            .with_list_parse_key("web.hosts")
            .try_parsing(true)
            .source(Some(variables));
        let flag = data_dir.map(|dir| dir.display().to_string());
        let built = config::Config::builder()
            .add_source(File::from_str(DEFAULT, FileFormat::Toml))
            .add_source(source)
            .add_source(environment)
            .set_override_option("data_dir", flag.clone())
            .and_then(config::ConfigBuilder::<config::builder::DefaultState>::build)
            .map_err(|error| unusable(&error, file))?;
        let mut rows = Vec::new();
        flatten("", &built.cache, &mut rows);
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        if let (Some(_), Some(row)) = (flag, rows.iter_mut().find(|row| row.key == "data_dir")) {
            "--data-dir".clone_into(&mut row.origin);
        }
        known(&rows)?;
        let config = built.try_deserialize().map_err(|error| unusable(&error, file))?;
        Ok(Self { config, rows, credential: None, locale: Lang::En })
    }

    /// The configured language, else that of the locale.
    #[must_use]
    pub fn lang(&self) -> Lang {
        if self.config.lang.is_empty() { self.locale } else { Lang::parse(&self.config.lang) }
    }

    /// What a node is opened with.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when `hub.dial` is not an address with a port, or the pages would be reachable by others
    /// without TLS.
    pub fn settings(&self) -> Result<Settings, Refusal> {
        let config = &self.config;
        let bad = |_| Refusal::new(Reason::ConfigInvalid).with("key", "hub.dial").with("expected", "10.0.0.5:8600");
        let dial = if config.hub.dial.is_empty() { None } else { Some(config.hub.dial.parse().map_err(bad)?) };
        let overlay = Some(config.policy.overlay_file.clone()).filter(|file| !file.as_os_str().is_empty());
        config.web.declaration.check()?;
        Ok(Settings {
            data_dir: config.data_dir.clone(),
            dial,
            overlay,
            edge_spread_s: config.consent.edge_spread_s,
            week: config.calendar.saturday.week(),
            lang: self.lang(),
            web: config.web.pages()?,
            declaration: config.web.declaration.clone(),
        })
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
            return passphrase_in(self.credential.as_ref().ok_or_else(no)?);
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
    if let config::ConfigError::At { key: Some(key), .. } | config::ConfigError::Type { key: Some(key), .. } = error {
        return refusal.with("key", key);
    }
    refusal.with("key", "-")
}

fn flatten(prefix: &str, value: &Value, rows: &mut Vec<Row>) {
    if let ValueKind::Table(table) = &value.kind {
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
        format!("WIEZ_NODE__{}", row.key.to_uppercase().replace('.', "__"))
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
