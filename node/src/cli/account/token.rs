//! The token of a signed-in user's commands: one file that only this user may read.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

use crate::account::Password;
use crate::config::{Loaded, Surroundings};
use crate::keys::check_private;

fn file(loaded: &Loaded, around: &Surroundings) -> Option<PathBuf> {
    Some(around.session_dir()?.join(super::folder_name(loaded)))
}

/// The token of the session with this data folder's node; none when nobody signed in here. A file that others may
/// read is none.
pub(in crate::cli) fn token(loaded: &Loaded, around: &Surroundings) -> Option<Password> {
    let path = file(loaded, around)?;
    check_private(&path).ok()?;
    let text = Zeroizing::new(fs::read_to_string(path).ok()?);
    Some(Password::new(text.trim()))
}

/// Keeps a token until it is forgotten; in the folder of the login session it goes with that.
///
/// # Errors
/// `CONFIG_INVALID` (key `session`) when there is no such folder or it cannot be written.
pub(super) fn keep(loaded: &Loaded, around: &Surroundings, token: &Password) -> Result<(), Refusal> {
    let bad = || Refusal::new(Reason::ConfigInvalid).with("key", "session").with("expected", "XDG_RUNTIME_DIR, HOME");
    let path = file(loaded, around).ok_or_else(bad)?;
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        // A file of another mode would keep it.
        if path.exists() {
            fs::remove_file(&path)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{}", token.text())
    };
    write().map_err(|_| bad().with("file", path.display()))
}

/// Forgets the token.
pub(super) fn forget(loaded: &Loaded, around: &Surroundings) {
    if let Some(path) = file(loaded, around)
        && path.exists()
        && let Err(error) = fs::remove_file(path)
    {
        tracing::warn!(%error, "the file of an ended session stays");
    }
}

/// Forgets the token of a session that is over, so that the next command does not carry it.
pub(in crate::cli) fn forget_if_over(loaded: &Loaded, around: &Surroundings, refusal: &Refusal) {
    if refusal.reason == Reason::SessionEnded {
        forget(loaded, around);
    }
}
