//! Holds what people read: READMEs, configuration, sentences, and the names at the top level.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{File, Tree, root};

const TOP: &[&str] =
    &["Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "proto", "hub", "node", "certs-dev", "tests"];

/// Nothing else lies at the top level but dotfiles.
pub(crate) fn top_level(tree: &Tree) -> Vec<String> {
    let stranger = |name: &&String| !name.starts_with('.') && !TOP.contains(&name.as_str());
    let missing = TOP.iter().filter(|name| !tree.top.iter().any(|there| there == *name));
    let missing = missing.map(|name| format!("{name} is missing at the top level"));
    let strangers = tree.top.iter().filter(stranger);
    strangers
        .map(|name| format!("{name}: nothing else belongs at the top level; put it beside its reader"))
        .chain(missing)
        .collect()
}

/// Every link of every README leads somewhere.
pub(crate) fn links(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending("README.md") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, text) in (1..).zip(file.text.lines()) {
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let path = target.split('#').next().unwrap_or_default();
                if !path.is_empty() && !path.contains("://") && !root().join(folder).join(path).exists() {
                    out.push(format!("{}:{line}: the link to `{target}` leads nowhere", file.path));
                }
            }
        }
    }
    out
}

/// The table of a referral's life in the root README names files that exist.
pub(crate) fn life_of_a_referral(tree: &Tree) -> Vec<String> {
    let Some(readme) = tree.get("README.md") else { return vec!["README.md is missing".to_owned()] };
    let section = readme.text.split("\n## ").find(|section| {
        let heading = section.lines().next().unwrap_or_default().to_lowercase();
        heading.contains("life of a referral") || heading.contains("życie skierowania")
    });
    let Some(section) = section else {
        return vec!["README.md: tell the life of a referral under its own heading".to_owned()];
    };
    let files: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|span| span.contains('/') && span.contains('.') && !span.contains(' '))
        .collect();
    let absent = files.iter().filter(|path| tree.get(path).is_none());
    let mut out: Vec<String> =
        absent.map(|path| format!("README.md: the life of a referral names `{path}`, which is not there")).collect();
    if files.len() < 8 {
        out.push("README.md: the life of a referral names fewer than eight files; write whole paths in `…`".to_owned());
    }
    out
}

/// Every key of a default configuration has a sentence above it.
pub(crate) fn default_config(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for file in tree.ending("config.default.toml") {
        let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|key| is_key(key));
            let above = at.checked_sub(1).and_then(|above| lines.get(above)).copied().unwrap_or_default();
            if let Some(key) = key
                && above.strip_prefix('#').is_none_or(|sentence| sentence.trim().len() < 10)
            {
                out.push(format!("{}:{}: say in a sentence above `{key}` what it does", file.path, at + 1));
            }
        }
    }
    out
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// Polish, English and Ukrainian say the same sentences.
pub(crate) fn sentences(tree: &Tree) -> Vec<String> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in tree.ending(".ftl") {
        let Some((_, inside)) = file.path.split_once("/text/") else { continue };
        let language = inside.split(['/', '.']).next().unwrap_or_default().to_owned();
        keys.entry(language).or_default().extend(ftl_keys(file));
    }
    if keys.is_empty() {
        return if tree.get("node/src/text.rs").is_some() {
            vec!["node/src/text: no sentences".to_owned()]
        } else {
            Vec::new()
        };
    }
    let all: BTreeSet<String> = keys.values().flatten().cloned().collect();
    let mut out = Vec::new();
    for language in ["pl", "en", "uk"] {
        let known = keys.remove(language).unwrap_or_default();
        out.extend(all.difference(&known).map(|key| format!("text/{language}: the sentence `{key}` is missing")));
    }
    out.extend(keys.keys().map(|language| format!("text/{language}: not one of pl, en, uk")));
    out
}

fn ftl_keys(file: &File) -> BTreeSet<String> {
    let key = |line: &str| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-').then(|| key.to_owned())
    };
    file.text.lines().filter(|line| !line.starts_with(['#', ' ', '.', '}'])).filter_map(key).collect()
}

/// Nothing is left for later without a name, and no path of a developer's machine is told.
pub(crate) fn leftovers(tree: &Tree) -> Vec<String> {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X ")];
    let machine = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("shared", "/design"),
        concat!("protocol", ".md"),
        concat!("/tmp/", "wiez"),
    ];
    let mut out = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.ends_with(".json") && file.path != "LICENSE") {
        for (line, text) in (1..).zip(file.text.lines()) {
            let place = format!("{}:{line}", file.path);
            if marks.iter().any(|mark| text.contains(mark)) {
                out.push(format!("{place}: do it, or open an issue; nothing is left in the text"));
            }
            if machine.iter().any(|path| text.contains(path)) {
                out.push(format!("{place}: names a path or a paper that a reader does not have"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Tree {
        Tree::sample(&[(path, text)])
    }

    #[test]
    fn strangers_dead_links_and_lost_files_are_found() {
        let mut tree = Tree::sample(&[]);
        tree.top = TOP.iter().map(|name| (*name).to_owned()).chain(["docs".to_owned(), ".ci".to_owned()]).collect();
        assert_eq!(top_level(&tree).len(), 1);
        tree.top.clear();
        assert_eq!(top_level(&tree).len(), TOP.len());
        assert_eq!(links(&one("hub/README.md", "[a](../proto) [b](../nowhere.md#x) [c](https://x.example)")).len(), 1);
        let table: String = (0..8).map(|n| format!("| {n} | `hub/src/none{n}.rs` |\n")).collect();
        assert_eq!(life_of_a_referral(&one("README.md", &format!("a\n## The life of a referral\n{table}"))).len(), 8);
        assert_eq!(life_of_a_referral(&one("README.md", "a\n## The life of a referral\n")).len(), 1);
        assert_eq!(life_of_a_referral(&one("README.md", "a")).len(), 1);
    }

    #[test]
    fn silent_keys_missing_sentences_and_leftovers_are_found() {
        let config = "# Where it listens for nodes.\nlisten = \"x\"\nquota = 3\n[log]\n# no\nlevel = \"info\"\n";
        assert_eq!(default_config(&one("hub/config.default.toml", config)).len(), 2);
        let texts = [
            ("node/src/text/pl.ftl", "a = x\nb = y\n   .c = z\n"),
            ("node/src/text/en.ftl", "a = x\n"),
            ("node/src/text/uk.ftl", "a = x\nb = y\n"),
        ];
        assert_eq!(sentences(&Tree::sample(&texts)), ["text/en: the sentence `b` is missing"]);
        assert_eq!(sentences(&one("node/src/text.rs", "")).len(), 1);
        let bad = format!("// {}: later\n// see {}x\n", concat!("TO", "DO"), concat!("/wo", "rk/"));
        assert_eq!(leftovers(&one("hub/src/x.rs", &bad)).len(), 2);
    }
}
