//! Holds the shape of files: first lines, ceilings, names, and that every file is reached.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{File, Tree, block_end, code, line_of, words};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const DRAWERS: &[&str] = &["utils", "util", "common", "core", "helpers", "helper", "misc", "shared", "stuff", "mod"];

/// Every source file begins with its one duty.
pub(crate) fn first_lines(tree: &Tree) -> Vec<String> {
    let told = |file: &&File| {
        let first = file.text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_none_or(|duty| duty.trim().len() < 12)
    };
    let complain = |file: &File| format!("{}: the first line must be `//! ` and the file's one duty", file.path);
    tree.ending(".rs").filter(told).map(complain).collect()
}

/// No file is longer than the ceiling.
pub(crate) fn file_ceiling(tree: &Tree) -> Vec<String> {
    let long = |file: &File| {
        let lines = file.text.lines().count();
        (lines > FILE_LINES)
            .then(|| format!("{}: {lines} lines; split it by duty, the ceiling is {FILE_LINES}", file.path))
    };
    tree.ending(".rs").filter_map(long).collect()
}

/// No function is longer than the ceiling; tests count too.
pub(crate) fn function_ceiling(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending(".rs") {
        let code = code(&file.text);
        for at in words(&code, "fn") {
            let rest = &code[at..];
            let Some(open) = body(rest) else { continue };
            let lines = rest[..block_end(rest, open)].lines().count();
            if lines > FUNCTION_LINES {
                let name: String =
                    rest[2..].trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let line = line_of(&code, at);
                out.push(format!(
                    "{}:{line}: `{name}` has {lines} lines; write it top-down, the ceiling is {FUNCTION_LINES}",
                    file.path
                ));
            }
        }
    }
    out
}

/// The opening brace of a function's body; none for a type or a declaration without body.
fn body(rest: &str) -> Option<usize> {
    let named = rest[2..].trim_start().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$');
    let mut depth = 0_i32;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return named.then_some(at),
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    None
}

/// Modules are `name.rs` and `name/`, and no name is a drawer.
pub(crate) fn drawers(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending(".rs") {
        for part in file.path.trim_end_matches(".rs").split('/') {
            if DRAWERS.contains(&part) {
                out.push(format!("{}: `{part}` says nothing; name it after the noun it is about", file.path));
            }
        }
    }
    out
}

/// Every source file is part of some crate.
pub(crate) fn dead_files(tree: &Tree) -> Vec<String> {
    let mut reached = BTreeSet::new();
    let mut queue: Vec<String> = crate_roots(tree);
    let roots: BTreeSet<String> = queue.iter().cloned().collect();
    while let Some(path) = queue.pop() {
        let Some(file) = tree.get(&path) else { continue };
        if reached.insert(path) {
            queue.extend(children(file, roots.contains(&file.path)));
        }
    }
    let dead = |file: &&File| !reached.contains(&file.path);
    tree.ending(".rs")
        .filter(dead)
        .map(|file| format!("{}: no crate reaches it; declare it or delete it", file.path))
        .collect()
}

fn crate_roots(tree: &Tree) -> Vec<String> {
    let mut roots = Vec::new();
    for manifest in tree.ending("Cargo.toml") {
        let package = manifest.path.trim_end_matches("Cargo.toml");
        let paths = manifest.text.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
        roots.extend(paths.map(|path| format!("{package}{path}")));
        if package.is_empty() {
            continue;
        }
        roots.extend(["build.rs", "src/lib.rs", "src/main.rs"].map(|path| format!("{package}{path}")));
        if manifest.text.contains("autotests = false") {
            continue;
        }
        for folder in ["tests/", "examples/", "benches/", "src/bin/"] {
            let start = format!("{package}{folder}");
            let direct = |file: &&File| {
                let rest = file.path.strip_prefix(&start).map(|rest| rest.strip_suffix("/main.rs").unwrap_or(rest));
                rest.is_some_and(|rest| !rest.contains('/'))
            };
            roots.extend(tree.ending(".rs").filter(direct).map(|file| file.path.clone()));
        }
    }
    roots
}

/// The files in which this file's modules may lie.
fn children(file: &File, root: bool) -> Vec<String> {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let inner = if root { folder.to_owned() } else { format!("{folder}/{}", name.trim_end_matches(".rs")) };
    let mut out = Vec::new();
    let mut path_attribute = None;
    for line in file.text.lines().map(str::trim) {
        if let Some(path) = line.strip_prefix("#[path = \"") {
            path_attribute = path.split('"').next().map(str::to_owned);
        }
        for module in modules(line) {
            match path_attribute.take() {
                Some(path) => out.push(plain(&format!("{folder}/{path}"))),
                None => out.extend([format!("{inner}/{module}.rs"), format!("{inner}/{module}/mod.rs")]),
            }
        }
    }
    out
}

/// A path without `..`.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// Names declared by `mod name;` in a line.
fn modules(line: &str) -> Vec<&str> {
    let names = words(line, "mod").filter_map(|at| line[at + 3..].trim_start().split_once(';'));
    names.map(|(name, _)| name.trim()).filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_')).collect()
}

/// Every expectation says why.
pub(crate) fn reasons(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending(".rs") {
        let code = code(&file.text);
        for (at, _) in code.match_indices("[expect(") {
            let end = code[at..].find(")]").map_or(code.len(), |end| at + end);
            if !code[at..end].contains("reason =") {
                out.push(format!("{}:{}: an expectation needs `reason = \"…\"`", file.path, line_of(&code, at)));
            }
        }
    }
    out
}

/// One version of every library that must not be there twice, and none that must not be there.
pub(crate) fn lock(tree: &Tree) -> Vec<String> {
    const ONCE: &[&str] = &[
        "sqlx-core",
        "sqlx-sqlite",
        "libsqlite3-sys",
        "rustls",
        "ring",
        "tonic",
        "prost",
        "hyper",
        "tokio",
        "hpke",
        "ml-kem",
    ];
    const NEVER: &[&str] = &["aws-lc-sys", "aws-lc-rs", "openssl-sys", "native-tls", "chrono"];
    let Some(lock) = tree.get("Cargo.lock") else { return vec!["Cargo.lock is missing".to_owned()] };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for name in lock.text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')) {
        *seen.entry(name).or_default() += 1;
    }
    let twice = ONCE.iter().filter(|name| seen.get(*name).is_some_and(|count| *count > 1));
    let twice = twice.map(|name| format!("Cargo.lock: `{name}` is there twice; align who asks for the other version"));
    let banned = NEVER.iter().filter(|name| seen.contains_key(*name));
    twice
        .chain(banned.map(|name| format!("Cargo.lock: `{name}` must not be there; see .deny.toml for the reason")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Tree {
        Tree::sample(&[(path, text)])
    }

    #[test]
    fn a_file_without_duty_and_a_long_file_are_found() {
        assert_eq!(first_lines(&one("hub/src/x.rs", "use a;\n")).len(), 1);
        assert_eq!(first_lines(&one("hub/src/x.rs", "//! Soon.\n")).len(), 1);
        assert!(first_lines(&one("hub/src/x.rs", "//! Keeps the mail.\n")).is_empty());
        assert_eq!(file_ceiling(&one("hub/src/x.rs", &"a\n".repeat(501))).len(), 1);
        assert!(file_ceiling(&one("hub/src/x.rs", &"a\n".repeat(500))).is_empty());
    }

    #[test]
    fn a_long_function_is_found_wherever_it_hides() {
        let long = |head: &str| format!("impl A {{\n {head} {{\n{}}}\n}}", "x();\n".repeat(70));
        for head in ["pub async fn f(&self, x: [u8; 3]) -> Result<(), E>", "fn f<T>(x: T) where T: Fn(u8) -> u8"] {
            assert_eq!(function_ceiling(&one("x.rs", &long(head))).len(), 1, "{head}");
        }
        let short =
            format!("fn f(x: fn(u8) -> u8) {{\n{}}}\ntrait T {{ fn g(); }}\n{}", "x();\n".repeat(60), "\n".repeat(90));
        assert!(function_ceiling(&one("x.rs", &short)).is_empty());
    }

    #[test]
    fn drawers_dead_files_and_silent_expectations_are_found() {
        assert_eq!(drawers(&one("hub/src/utils.rs", "")).len(), 1);
        assert_eq!(drawers(&one("hub/src/store/mod.rs", "")).len(), 1);
        let tree = Tree::sample(&[
            ("hub/Cargo.toml", ""),
            ("hub/src/lib.rs", "mod a; pub mod b;\n#[path = \"odd/c.rs\"]\nmod c;"),
            ("hub/src/a.rs", ""),
            ("hub/src/b.rs", "mod d;"),
            ("hub/src/b/d.rs", ""),
            ("hub/src/odd/c.rs", ""),
            ("hub/src/dead.rs", ""),
            ("hub/tests/doors/main.rs", "mod region;"),
            ("hub/tests/doors/region.rs", ""),
        ]);
        assert_eq!(dead_files(&tree), ["hub/src/dead.rs: no crate reaches it; declare it or delete it"]);
        assert_eq!(reasons(&one("x.rs", "#[expect(dead_code)]\nfn f() {}")).len(), 1);
        assert!(reasons(&one("x.rs", "#[expect(dead_code, reason = \"why\")]\nfn f() {}")).is_empty());
    }

    #[test]
    fn a_doubled_and_a_banned_library_are_found() {
        let lock_file = "name = \"ring\"\nname = \"ring\"\nname = \"aws-lc-sys\"\nname = \"rand\"\nname = \"rand\"\n";
        assert_eq!(lock(&one("Cargo.lock", lock_file)).len(), 2);
        assert_eq!(lock(&Tree::sample(&[])).len(), 1);
    }
}
