//! Reads the source tree and separates code from comments, texts and tests.

use std::path::{Path, PathBuf};

/// One file of the project.
pub(crate) struct File {
    /// Path from the project's root, with `/`.
    pub(crate) path: String,
    /// Whole content.
    pub(crate) text: String,
}

/// Everything the rules look at.
pub(crate) struct Tree {
    /// Names at the top level.
    pub(crate) top: Vec<String>,
    /// Every text file outside build output.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the project that this test was built from.
    pub(crate) fn read() -> Self {
        let root = root();
        let mut top = names(&root);
        top.retain(|name| name != ".git" && name != "target");
        let mut files = Vec::new();
        for name in &top {
            collect(&root, &root.join(name), &mut files);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { top, files }
    }

    /// A tree made up for the test of a rule.
    pub(crate) fn sample(files: &[(&str, &str)]) -> Self {
        let files =
            files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
        Self { top: Vec::new(), files }
    }

    /// Files with this ending.
    pub(crate) fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }

    /// The file at this path.
    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// The project's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn names(dir: &Path) -> Vec<String> {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn collect(root: &Path, path: &Path, out: &mut Vec<File>) {
    if path.is_dir() {
        for name in names(path) {
            if !["target", "__pycache__", ".git"].contains(&name.as_str()) {
                collect(root, &path.join(name), out);
            }
        }
    } else if let Ok(text) = std::fs::read_to_string(path) {
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        out.push(File { path, text });
    }
}

/// The source with comments, texts and characters blanked; every line stays on its line.
pub(crate) fn code(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = skip(&bytes, at);
        if end == at {
            out.push(bytes[at]);
            at += 1;
        } else {
            out.extend(bytes[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment, text or character that starts at `at` ends; `at` when none starts there.
fn skip(text: &[char], at: usize) -> usize {
    let next = text.get(at + 1);
    let word_before = at > 0 && (text[at - 1].is_alphanumeric() || text[at - 1] == '_');
    match text[at] {
        '/' if next == Some(&'/') => find(text, at, |i| text[i] == '\n'),
        '/' if next == Some(&'*') => block_comment(text, at),
        'r' | 'b' | 'c' if !word_before => prefixed(text, at),
        '"' => quoted(text, at),
        '\'' => character(text, at),
        _ => at,
    }
}

fn find(text: &[char], from: usize, stop: impl Fn(usize) -> bool) -> usize {
    (from..text.len()).find(|i| stop(*i)).unwrap_or(text.len())
}

fn block_comment(text: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i + 1 < text.len() {
        match (text[i], text[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `b'…'`, `c"…"`.
fn prefixed(text: &[char], at: usize) -> usize {
    let mut i = at;
    while i < text.len() && i < at + 2 && "rbc".contains(text[i]) {
        i += 1;
    }
    let raw = text[at..i].contains(&'r');
    let quote = find(text, i, |i| text[i] != '#');
    let hashes = quote - i;
    match text.get(quote) {
        Some('"') if raw => {
            let closes =
                |i: usize| text[i] == '"' && text[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
            (find(text, quote + 1, closes) + 1 + hashes).min(text.len())
        }
        Some('"') if hashes == 0 => quoted(text, quote),
        Some('\'') if hashes == 0 && text[at] == 'b' => character(text, quote),
        _ => at,
    }
}

fn quoted(text: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < text.len() && text[i] != '"' {
        i += if text[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(text.len())
}

/// A character, but not a lifetime.
fn character(text: &[char], at: usize) -> usize {
    if text.get(at + 1) == Some(&'\\') {
        return (find(text, at + 3, |i| text[i] == '\'') + 1).min(text.len());
    }
    if text.get(at + 2) == Some(&'\'') { at + 3 } else { at }
}

/// The code without its `#[cfg(test)] mod … { … }`.
pub(crate) fn production(code: &str) -> String {
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(found) = out[from..].find("#[cfg(test)]") {
        let start = from + found;
        let rest = &out[start..];
        let open = rest.find('{');
        let semicolon = rest.find(';');
        let end = match (open, semicolon) {
            (Some(open), semicolon) if semicolon.is_none_or(|s| open < s) => start + block_end(rest, open),
            (_, Some(semicolon)) => start + semicolon + 1,
            _ => out.len(),
        };
        let blank: String = out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
        from = start + blank.len();
    }
    out
}

/// Just after the brace that closes the one at `open`.
pub(crate) fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + at + 1;
        }
    }
    code.len()
}

/// Whether the file holds only tests.
pub(crate) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/")
}

/// Places of a word, not of a part of a longer one.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !part(code[..*at].chars().next_back()) && !part(code[at + word.len()..].chars().next()))
}

/// Number of the line that holds this place, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[test]
fn code_is_separated_from_comments_texts_and_tests() {
    let text = "let a = \"tonic {\"; // tonic\n/* tonic /* } */ */ let b = r#\"sqlx \" {\"#; let c = '{'; fn f<'a>(x: &'a u8) {}\n#[cfg(test)]\nmod tests { fn g() { ring::x(); } }\nlet d = b'\\'';";
    let code = code(text);
    for gone in ["tonic", "sqlx", "'{'"] {
        assert!(!code.contains(gone), "{gone}: {code}");
    }
    assert!(code.contains("fn f<'a>(x: &'a u8) {}") && code.contains("ring::x"));
    assert_eq!(code.lines().count(), text.lines().count());
    let production = production(&code);
    assert!(!production.contains("ring") && production.contains("let d"));
    assert_eq!(words("a_ring ring rings x::ring", "ring").count(), 2);
}
