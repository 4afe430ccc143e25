//! Sets up the lines about the running program: human on a terminal, JSON otherwise.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use wiez_proto::refusal::{Reason, Refusal};

use crate::config::{Diagnostics, Format};

/// Starts writing diagnostic lines to standard error. They never carry content.
///
/// # Errors
/// `CONFIG_INVALID` for a filter that cannot be read. A second call changes nothing.
pub fn start(diagnostics: &Diagnostics) -> Result<(), Refusal> {
    let filter: EnvFilter = diagnostics
        .filter
        .parse()
        .map_err(|_| Refusal::new(Reason::ConfigInvalid).with("key", "diagnostics.filter").with("expected", "info"))?;
    let human = match diagnostics.format {
        Format::Human => true,
        Format::Json => false,
        Format::Auto => std::io::stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only when somebody else already listens, such as a test or the demo.
    let _ = if human { builder.try_init() } else { builder.json().try_init() };
    Ok(())
}
