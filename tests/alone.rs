//! Builds the hub without the others, so that nothing switches readable content on for it.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::process::Command;

fn cargo(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

#[test]
fn the_hub_compiles_without_the_payload_feature() {
    let built = cargo(&["check", "--quiet", "--locked", "--package", "wiez-hub"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
fn nothing_in_the_hub_asks_for_the_payload_feature() {
    let tree = |package| {
        let tree =
            cargo(&["tree", "--locked", "--package", package, "--edges", "normal,features", "--invert", "wiez-proto"]);
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        String::from_utf8(tree.stdout).unwrap()
    };
    assert!(!tree("wiez-hub").contains("\"payload\""));
    // The node asks for it, so the words above are those that cargo uses.
    assert!(tree("wiez-node").contains("\"payload\""));
}
