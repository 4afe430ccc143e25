//! Sets up the diagnostic lines: for people on a terminal, JSON otherwise, always on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use wiez_proto::refusal::{Reason, Refusal};

use crate::config::{Diagnostics, Format};

/// Reads the filter.
///
/// # Errors
/// `CONFIG_INVALID` for one that cannot be read.
pub fn check(config: &Diagnostics) -> Result<(), Refusal> {
    filter(config).map(|_| ())
}

fn filter(config: &Diagnostics) -> Result<EnvFilter, Refusal> {
    EnvFilter::try_new(&config.filter).map_err(|_| {
        Refusal::new(Reason::ConfigInvalid).with("key", "diagnostics.filter").with("expected", "info,wiez_hub=debug")
    })
}

/// Starts diagnostics for the whole process; does nothing when they were started before.
///
/// # Errors
/// `CONFIG_INVALID` for a filter that cannot be read.
pub fn start(config: &Diagnostics) -> Result<(), Refusal> {
    let filter = filter(config)?;
    let terminal = std::io::stderr().is_terminal();
    let json = match config.format {
        Format::Json => true,
        Format::Human => false,
        Format::Auto => !terminal,
    };
    let base = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(terminal);
    let registry = tracing_subscriber::registry().with(filter);
    // The only error is "already set".
    let _ =
        if json { registry.with(base.json().flatten_event(true)).try_init() } else { registry.with(base).try_init() };
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn a_filter_that_makes_no_sense_is_refused() {
        let bad = Diagnostics { filter: "wiez_hub=loud".to_owned(), format: Format::Json };
        let refused = start(&bad).unwrap_err();
        assert_eq!(refused.reason, Reason::ConfigInvalid);
        assert_eq!(refused.details.get("key").unwrap(), "diagnostics.filter");
    }
}
