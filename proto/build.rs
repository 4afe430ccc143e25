//! Compiles the `.proto` files with a compiler written in Rust, so that nobody has to install `protoc`.
//!
//! The payload is compiled apart from the rest, and only with the feature `payload`: a hub
//! built alone has no type that could hold readable content.

use std::path::PathBuf;

use protox::prost_reflect::prost::Message;

type Failure = Box<dyn std::error::Error>;

const CONTRACT: [&str; 7] = [
    "wiez/v1/consent.proto",
    "wiez/v1/directory.proto",
    "wiez/v1/enrolment.proto",
    "wiez/v1/envelope.proto",
    "wiez/v1/log.proto",
    "wiez/v1/mailbox.proto",
    "wiez/v1/signed.proto",
];
const PAYLOAD: [&str; 1] = ["wiez/v1/payload.proto"];

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script everything through the environment")]
fn main() -> Result<(), Failure> {
    for file in CONTRACT.iter().chain(&PAYLOAD) {
        println!("cargo::rerun-if-changed={file}");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let descriptors = protox::compile(CONTRACT, ["."])?;
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    // A statement holds free text; `wire.rs` gives it a `Debug` that shows none of it.
    tonic_prost_build::configure().bytes(".wiez.v1").skip_debug([".wiez.v1.Statement"]).compile_fds(descriptors)?;

    if std::env::var_os("CARGO_FEATURE_PAYLOAD").is_some() {
        let apart = out.join("payload");
        std::fs::create_dir_all(&apart)?;
        tonic_prost_build::configure()
            .out_dir(apart)
            .bytes(".wiez.v1")
            .skip_debug([".wiez.v1"])
            .compile_fds(protox::compile(PAYLOAD, ["."])?)?;
    }
    Ok(())
}
