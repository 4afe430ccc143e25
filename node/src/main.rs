//! The program `wiez-node`.

use std::process::ExitCode;

fn main() -> ExitCode {
    wiez_node::cli::main()
}
