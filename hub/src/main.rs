//! The program `wiez-hub`.

use std::process::ExitCode;

fn main() -> ExitCode {
    wiez_hub::cli::main()
}
