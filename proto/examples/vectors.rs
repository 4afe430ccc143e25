//! Writes the frozen examples into `proto/vectors`: `cargo run -p wiez-proto --features payload --example vectors`.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a command for developers may fail loudly")]

use std::io::Write;

#[path = "../vectors/make.rs"]
#[expect(dead_code, reason = "the test uses more of it")]
mod make;

fn main() -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut out = std::io::stdout().lock();
    for (name, value) in make::all() {
        let path = folder.join(name);
        let text = make::text(&value);
        let change = if std::fs::read_to_string(&path).is_ok_and(|old| old == text) { "same" } else { "NEW" };
        std::fs::write(&path, text)?;
        writeln!(out, "{change}\t{name}")?;
    }
    writeln!(out, "A NEW file is a change of the protocol: other implementations must follow it.")
}
