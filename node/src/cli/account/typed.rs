//! Reads secrets: from a file, from standard input, or at a terminal that does not show them.

use std::io::{BufRead, IsTerminal};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use wiez_proto::refusal::{Reason, Refusal};
use zeroize::Zeroizing;

use super::super::local::read;
use super::super::talk::Talk;
use crate::account::Password;
use crate::keys::check_private;

/// A few lines of secrets.
const MAX_BYTES: usize = 8192;

/// Where the next secret comes from.
pub(super) enum Typed {
    /// What is left of a file.
    Lines(std::vec::IntoIter<Password>),
    /// Standard input; the terminal there is asked.
    Terminal,
    /// Standard input that is no terminal.
    Pipe,
}

impl Typed {
    /// # Errors
    /// `KEY_PERMISSIONS` for a file that others may read, `FIELD_MISSING` where a terminal may not be asked.
    pub(super) fn from(file: Option<&Path>, no_input: bool) -> Result<Self, Refusal> {
        if let Some(path) = file {
            check_private(path)?;
            let bytes = Zeroizing::new(read(path, MAX_BYTES)?);
            let text = std::str::from_utf8(&bytes).map_err(|_| wiez_proto::wire::invalid("secrets"))?;
            let lines: Vec<Password> = text.lines().map(Password::new).collect();
            return Ok(Self::Lines(lines.into_iter()));
        }
        if !std::io::stdin().is_terminal() {
            return Ok(Self::Pipe);
        }
        if no_input { Err(missing()) } else { Ok(Self::Terminal) }
    }

    /// The next secret; `key` is the sentence that asks for it.
    ///
    /// # Errors
    /// `FIELD_MISSING` when there is none.
    pub(super) fn ask(&mut self, talk: &mut Talk<'_>, key: &str) -> Result<Password, Refusal> {
        match self {
            Self::Lines(lines) => lines.next().ok_or_else(missing),
            Self::Pipe => line(),
            Self::Terminal => {
                talk.told(key, &[]);
                let _hidden = Hidden::now();
                line()
            }
        }
    }
}

fn missing() -> Refusal {
    Refusal::new(Reason::FieldMissing).with("field", "secrets")
}

fn line() -> Result<Password, Refusal> {
    let mut text = Zeroizing::new(String::new());
    match std::io::stdin().lock().read_line(&mut text) {
        Ok(0) | Err(_) => Err(missing()),
        Ok(_) => Ok(Password::new(text.trim_end_matches(['\r', '\n']))),
    }
}

/// Keeps the terminal from showing what is typed, until it is dropped.
struct Hidden(Option<Termios>);

impl Hidden {
    fn now() -> Self {
        let Ok(before) = tcgetattr(std::io::stdin()) else { return Self(None) };
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        let set = tcsetattr(std::io::stdin(), OptionalActions::Flush, &quiet);
        Self(set.ok().map(|()| before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // A terminal that is gone shows nothing.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}
