//! Holds the walls between the parts: which file may name which library.

use crate::source::{Tree, code, is_test, line_of, production, words};

/// A wall: who may name what, and why.
struct Wall {
    /// Names that stand behind the wall.
    names: &'static [&'static str],
    /// Folders in which it stands.
    inside: &'static [&'static str],
    /// Files that may name them, as beginnings of paths.
    may: &'static [&'static str],
    /// What to do about a breach.
    cure: &'static str,
}

const SOURCES: &[&str] = &["proto/src/", "hub/src/", "node/src/", "certs-dev/src/"];

const WALLS: &[Wall] = &[
    Wall {
        names: &["tonic", "tonic_health", "tonic_types", "tonic_prost"],
        inside: SOURCES,
        may: &["hub/src/rpc", "node/src/link", "proto/src/wire.rs"],
        cure: "only hub/src/rpc* and node/src/link* speak gRPC; return a Refusal and let them translate",
    },
    Wall {
        names: &["sqlx"],
        inside: SOURCES,
        may: &["hub/src/store", "node/src/store"],
        cure: "only store* speaks SQL; add a function there and call it",
    },
    Wall {
        names: &["ring::", "hpke::", "ml_kem", "curve25519_dalek", "argon2", "rcgen", "sha2", "aes_gcm"],
        inside: &["proto/src/", "hub/src/", "node/src/"],
        may: &[
            "proto/src/envelope",
            "proto/src/grant",
            "proto/src/directory",
            "proto/src/receipt",
            "proto/src/log",
            "proto/src/tls",
            "proto/src/env.rs",
            "proto/src/enrolment",
            "proto/src/policy",
            "hub/src/keys",
            "node/src/keys",
            "hub/src/enrolment",
            "node/src/store/sealed.rs",
            "node/src/account/secret.rs",
            "node/src/account/keys.rs",
            "node/src/account/totp.rs",
        ],
        cure: "cryptography stays where it is reviewed; call wiez_proto::envelope::keys or the package's keys.rs",
    },
    Wall {
        names: &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "SystemRandom", "tokio::time"],
        inside: SOURCES,
        may: &["proto/src/env.rs"],
        cure: "time, waiting and randomness come from wiez_proto::env::Env, so that a test can decide them",
    },
    Wall {
        names: &[
            "tokio::spawn",
            "task::spawn",
            "task::spawn_blocking",
            "task::spawn_local",
            "JoinSet",
            "thread::spawn",
        ],
        inside: SOURCES,
        may: &["hub/src/tasks.rs", "node/src/tasks.rs"],
        cure: "only tasks.rs spawns, so that a shutdown finds every task",
    },
    Wall {
        names: &["env::var", "env::var_os", "env::vars"],
        inside: SOURCES,
        may: &["hub/src/config.rs", "node/src/config.rs"],
        cure: "only config.rs reads the environment, so that config.default.toml is complete",
    },
    Wall {
        names: &["payload", "Payload"],
        inside: &["hub/src/"],
        may: &[],
        cure: "the hub names no readable content; it knows headers, hashes and sizes",
    },
    Wall {
        names: &["wiez_node", "wiez_certs_dev"],
        inside: &["hub/src/", "proto/src/"],
        may: &[],
        cure: "the hub knows the contract only; what both must know belongs into proto",
    },
    Wall {
        names: &["wiez_hub", "wiez_certs_dev"],
        inside: &["node/src/"],
        may: &[],
        cure: "a node knows the contract only; what both must know belongs into proto",
    },
    Wall {
        names: &["wiez_hub", "wiez_node"],
        inside: &["certs-dev/src/", "proto/src/"],
        may: &[],
        cure: "certs-dev depends on proto at most, proto on nobody",
    },
    Wall {
        names: &["axum", "askama", "hyper", "form_urlencoded"],
        inside: &["node/src/"],
        may: &["node/src/web"],
        cure: "only web* speaks HTTP; return a Refusal and let it make a page of it",
    },
    Wall {
        names: &["crate::rpc", "crate::web", "crate::console"],
        inside: &["hub/src/", "node/src/"],
        may: &[
            "hub/src/lib.rs",
            "hub/src/running.rs",
            "hub/src/rpc",
            "hub/src/console",
            "node/src/lib.rs",
            "node/src/tasks.rs",
            "node/src/web",
        ],
        cure: "rpc, web and console are the outermost layer; only lib.rs, running.rs and tasks.rs wire them up",
    },
];

/// Every breach of a wall outside tests.
pub(crate) fn walls(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending(".rs").filter(|file| !is_test(&file.path)) {
        let code = production(&code(&file.text));
        for wall in WALLS {
            let here = |list: &[&str]| list.iter().any(|start| file.path.starts_with(start));
            if !here(wall.inside) || here(wall.may) {
                continue;
            }
            for name in wall.names {
                let word = name.trim_end_matches(':');
                let hits = words(&code, word).filter(|at| code[*at..].starts_with(name));
                out.extend(
                    hits.map(|at| format!("{}:{}: names `{word}`: {}", file.path, line_of(&code, at), wall.cure)),
                );
            }
        }
    }
    out
}

/// A package's manifest may not open what the walls close.
pub(crate) fn manifests(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending("Cargo.toml").filter(|file| file.path.contains('/')) {
        if !file.text.contains("[lints]\nworkspace = true") {
            out.push(format!("{}: add `[lints]` with `workspace = true`", file.path));
        }
        if file.path == "hub/Cargo.toml" && file.text.contains("\"payload\"") {
            out.push(format!("{}: the hub must never enable the feature `payload`", file.path));
        }
    }
    out
}

#[test]
fn a_breach_of_each_wall_is_found() {
    let bad = [
        ("hub/src/mailbox.rs", "use tonic::Status;"),
        ("node/src/referral.rs", "fn f() { sqlx::query(\"x\"); }"),
        ("node/src/outbox.rs", "let x = ring::digest::SHA256;"),
        ("hub/src/log.rs", "let t = std::time::Instant::now();"),
        ("hub/src/writer.rs", "tokio::spawn(run());"),
        ("node/src/cli.rs", "std::env::var(\"LANG\")"),
        ("hub/src/mailbox.rs", "use wiez_proto::payload::Payload;"),
        ("hub/src/lib.rs", "use wiez_node::Node;"),
        ("node/src/lib.rs", "use wiez_hub::Hub;"),
        ("certs-dev/src/lib.rs", "use wiez_hub::Hub;"),
        ("node/src/referral.rs", "use axum::Router;"),
        ("hub/src/mailbox.rs", "use crate::rpc::caller;"),
    ];
    assert_eq!(bad.len(), WALLS.len(), "one bad sample for each wall, in the order of the table");
    for (sample, wall) in bad.iter().zip(WALLS) {
        let found = walls(&Tree::sample(&[*sample]));
        assert!(found.iter().any(|text| text.contains(wall.cure)), "{sample:?}: {found:?}");
    }
    let good = [
        ("hub/src/rpc/mailbox.rs", "use tonic::Status;"),
        ("hub/src/mailbox.rs", "// tonic\nlet ring = \"sqlx\"; #[cfg(test)] mod tests { use sqlx::x; }"),
        ("tests/stories/x.rs", "use sqlx::x;"),
    ];
    assert_eq!(walls(&Tree::sample(&good)), Vec::<String>::new());
}

#[test]
fn a_manifest_that_opens_a_wall_is_found() {
    let bad = [
        ("hub/Cargo.toml", "wiez-proto = { features = [\"payload\"] }\n[lints]\nworkspace = true\n"),
        ("x/Cargo.toml", ""),
    ];
    assert_eq!(manifests(&Tree::sample(&bad)).len(), 2);
}
