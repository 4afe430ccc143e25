//! Checks the log with public keys only, and writes it out for others to check.

use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use wiez_proto::directory::RegionKeys;
use wiez_proto::log::export::Header;
use wiez_proto::log::verify::{Checked, ExportError, verify_export};
use wiez_proto::refusal::{Reason, Refusal};

use super::Session;
use super::talk::Talk;
use crate::keys::read_public;
use crate::log::export_folder;
use crate::tasks::blocking;

/// Recomputes a whole log: a file, or the data of this hub, which may run meanwhile.
///
/// A file is checked against the keys of this hub when there are any; otherwise against those
/// that it names, and the fingerprint to compare is printed.
///
/// # Errors
/// `LOG_INCONSISTENT` for the first thing that is wrong, which is told in words.
pub(super) async fn verify(session: &Session, file: Option<PathBuf>, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let dir = session.loaded.config.data_dir.clone();
    let trusted = read_public(&dir);
    let name = file.as_deref().unwrap_or(&dir).display().to_string();
    let checked = match file {
        Some(path) => {
            let opened = std::fs::File::open(&path).map_err(|_| missing(&path))?;
            let keys = trusted.ok();
            let work = move || verify_export(BufReader::new(opened), keys.as_ref().map(|keys| &keys.log));
            blocking(work).await.ok_or_else(internal)?
        }
        None => verify_live(&dir, trusted?).await?,
    };
    let (header, checked) = checked.map_err(|error| {
        talk.say(&error.to_string());
        Refusal::new(Reason::LogInconsistent).with("file", name)
    })?;
    report(&header, &checked, talk);
    Ok(())
}

/// Reads the log page by page and checks it on the way; the data stay as they are.
async fn verify_live(dir: &Path, keys: RegionKeys) -> Result<Result<(Header, Checked), ExportError>, Refusal> {
    let (read, write) = std::io::pipe().map_err(|_| internal())?;
    let trusted = keys.log.clone();
    let checking = blocking(move || {
        let mut reader = BufReader::new(read);
        let checked = verify_export(&mut reader, Some(&trusted));
        // Takes the rest after a mistake, so that the writer does not wait for ever.
        let _ = std::io::copy(&mut reader, &mut std::io::sink());
        checked
    });
    let reading = async {
        let mut out = BufWriter::new(write);
        export_folder(dir, &keys, &mut out).await?;
        out.flush().map_err(|_| internal())
    };
    let (read, checked) = futures_util::future::join(reading, checking).await;
    read?;
    checked.ok_or_else(internal)
}

/// Writes the log to a new file or to standard output.
///
/// # Errors
/// `CONFIG_INVALID` when the file exists or cannot be written.
pub(super) async fn export(session: &Session, out: Option<PathBuf>, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let dir = &session.loaded.config.data_dir;
    let keys = read_public(dir)?;
    let Some(path) = out else {
        let mut out = BufWriter::new(talk.out());
        export_folder(dir, &keys, &mut out).await?;
        return out.flush().map_err(|_| internal());
    };
    let file = std::fs::File::create_new(&path).map_err(|_| missing(&path))?;
    let mut file = BufWriter::new(file);
    export_folder(dir, &keys, &mut file).await?;
    let file = file.into_inner().map_err(|_| missing(&path))?;
    file.sync_all().map_err(|_| missing(&path))?;
    talk.say(talk.pick(["Rejestr zapisano.", "The log was written.", "Реєстр записано."]));
    Ok(())
}

fn report(header: &Header, checked: &Checked, talk: &mut Talk<'_>) {
    let facts = serde_json::json!({
        "ok": true,
        "origin": header.keys.origin,
        "region": header.region,
        "leaves": checked.size,
        "checkpoints": checked.checkpoints,
        "time_s": checked.time_s,
        "edges": checked.edges,
        "withdrawals": checked.withdrawals,
        "directory": checked.directory,
        "membership": checked.membership,
        "batches": checked.batches,
        "items": checked.items,
        "directory_sha256": wiez_proto::id::hex(&wiez_proto::envelope::sha256(&[&header.directory_key])),
    });
    if talk.json() {
        return talk.value(&facts);
    }
    if let Some(map) = facts.as_object() {
        for (key, value) in map.iter().filter(|(key, _)| key.as_str() != "ok") {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            talk.line(&format!("{key:<20} {text}"));
        }
    }
    talk.say(talk.pick([
        "Rejestr jest spójny: przeliczono wszystkie liście i sprawdzono wszystkie podpisy.",
        "The log is consistent: every leaf was recomputed and every signature checked.",
        "Реєстр узгоджений: усі листки перераховано і всі підписи перевірено.",
    ]));
}

fn missing(path: &Path) -> Refusal {
    Refusal::new(Reason::ConfigInvalid).with("key", "file").with("file", path.display()).with("expected", "file")
}

fn internal() -> Refusal {
    Refusal::new(Reason::Internal).with("incident", "log")
}
