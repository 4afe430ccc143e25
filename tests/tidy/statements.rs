//! Holds SQL to named statements: each text begins with its own name.

use std::collections::BTreeMap;

use crate::source::{Tree, code, is_test, line_of, production, words};

const CALLS: &[&str] =
    &["query", "query_as", "query_scalar", "query_with", "query_as_with", "query_scalar_with", "raw_sql"];

/// Every statement begins with `/* noun.verb */`, and no name is used twice in a package.
///
/// A PRAGMA is a setting, not a statement.
pub(crate) fn statements(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    for file in tree.ending(".rs").filter(|file| file.path.contains("/src/store") && !is_test(&file.path)) {
        let code = production(&code(&file.text));
        let package = file.path.split('/').next().unwrap_or_default().to_owned();
        let calls = CALLS.iter().flat_map(|call| words(&code, call).map(|at| (at, *call)));
        for (at, call) in calls {
            let place = format!("{}:{}", file.path, line_of(&code, at));
            let Some(text) = argument(&file.text, &code, at + call.len()) else { continue };
            let trimmed = text.trim_start();
            if trimmed.to_ascii_lowercase().starts_with("pragma") {
                continue;
            }
            let Some(name) = name(trimmed) else {
                out.push(format!("{place}: begin the statement with its name, `/* noun.verb */`"));
                continue;
            };
            if let Some(first) = seen.insert((package.clone(), name.clone()), place.clone()) {
                out.push(format!("{place}: `{name}` is also the name of the statement at {first}"));
            }
        }
    }
    out
}

/// The text that a call is given: a literal, or a constant of the same file.
fn argument<'a>(text: &'a str, code: &str, after: usize) -> Option<&'a str> {
    // Byte places agree only while both are ASCII up to here, so the place is found again by line.
    let line = line_of(code, after);
    let open = opening(&code[after..])?;
    let lines_down = code[after..after + open].matches('\n').count();
    let from = nth_line(text, line + lines_down);
    let column = code[..=after + open].rsplit('\n').next()?.chars().count();
    let rest: &str = skip_chars(from, column);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("sqlx::AssertSqlSafe(").unwrap_or(rest);
    if let Some(literal) = literal(rest) {
        return Some(literal);
    }
    let constant: String =
        rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_' || c.is_ascii_digit()).collect();
    if constant.is_empty() {
        return None;
    }
    let declared = text.find(&format!("const {constant}:"))?;
    let value = text[declared..].find('=')?;
    literal(text[declared + value + 1..].trim_start())
}

/// The parenthesis that opens the call, after its type arguments.
fn opening(rest: &str) -> Option<usize> {
    let start = rest.len() - rest.trim_start().len();
    let Some(types) = rest[start..].strip_prefix("::<") else { return rest[start..].starts_with('(').then_some(start) };
    let mut depth = 1;
    for (at, c) in types.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            '(' if depth == 0 => return Some(start + 3 + at),
            _ => {}
        }
    }
    None
}

fn nth_line(text: &str, line: usize) -> &str {
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    &text[start..]
}

fn skip_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or("", |(at, _)| &text[at..])
}

fn literal(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix('r').unwrap_or(rest).trim_start_matches('#');
    rest.strip_prefix('"')
}

fn name(text: &str) -> Option<String> {
    let (name, _) = text.strip_prefix("/* ")?.split_once(" */")?;
    let (noun, verb) = name.split_once('.')?;
    let word =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
    (word(noun) && word(verb)).then(|| name.to_owned())
}

#[test]
fn unnamed_and_doubled_statements_are_found() {
    let bad = Tree::sample(&[(
        "hub/src/store/mailbox.rs",
        "fn f() {\n sqlx::query(\"select 1\");\n sqlx::query_as::<_, (i64,)>(\n  \"/* mail.get */ select 2\");\n let ż = sqlx::query_scalar(\"/* mail.get */ select 3\"); sqlx::query(PUT); sqlx::query(\"PRAGMA x\"); }\nconst PUT: &str = \"insert\";",
    )]);
    let found = statements(&bad);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().any(|text| text.contains("mailbox.rs:2")));
    let good = [
        ("hub/src/store/log.rs", "sqlx::query(\"/* log.put */ x\"); use sqlx::query;"),
        ("hub/src/x.rs", "sqlx::query(\"x\")"),
    ];
    assert_eq!(statements(&Tree::sample(&good)), Vec::<String>::new());
}
