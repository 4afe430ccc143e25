//! The table and files of verified rows with something changed: refused or read, and never a panic.

use super::*;
use crate::env::Env;
use crate::vocab::PersonRole;

/// Changes a line: takes it away, doubles it, swaps it, or spoils one character.
fn changed(text: &str, env: &Env) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let pick = |env: &Env, len: usize| usize::try_from(env.below(len as u64)).unwrap();
    let at = pick(env, lines.len());
    match env.below(5) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines.get(at).cloned().unwrap_or_default()),
        2 => {
            let other = pick(env, lines.len());
            lines.swap(at, other);
        }
        kind => {
            let line = lines.get_mut(at).unwrap();
            let chars: Vec<char> = line.chars().collect();
            let place = pick(env, chars.len() + 1);
            let new = char::from_u32(u32::from(env.random::<1>()[0])).unwrap();
            let rest = chars.iter().skip(if kind == 3 { place } else { place + 1 });
            *line = chars.iter().take(place).chain(std::iter::once(&new)).chain(rest).collect();
        }
    }
    lines.join("\n")
}

#[test]
fn a_changed_table_is_refused_or_whole() {
    let env = Env::stepped(0, 33);
    let whole = include_str!("../../../policy.toml");
    let (mut read, mut tried) = (0, 0);
    while tried < 400 {
        tried += 1;
        let Ok(policy) = Policy::parse(&changed(whole, &env)) else { continue };
        read += 1;
        for row in policy.rows() {
            // What was read can be asked everything.
            let of = policy.by_digest(&row.digest()).map(|row| row.id.clone());
            assert_eq!(of.as_ref(), Some(&row.id));
            let _ = policy.find_basis(row.kind, InstitutionKind::Ops, InstitutionKind::Zi, BasisCode::Uppd9d);
            let roles = [(None, row.ceiling.clone()), (Some(PersonRole::Using), row.ceiling.clone())];
            let _ = (row.judge_roles(&policy, &roles), row.review_roles(&policy, &roles));
        }
    }
    assert!(read > 50 && read < tried, "{read} of {tried} were read");
}

#[test]
fn a_changed_file_of_verified_rows_is_refused_or_says_whom_to_believe() {
    let env = Env::stepped(0, 34);
    let mut overlay = Overlay::empty();
    let policy = shipped();
    for row in policy.rows().iter().take(6) {
        overlay.verify(row, "Irena IOD", Date::constant(2026, 11, 2)).unwrap();
    }
    let whole = overlay.to_toml();
    for _ in 0..2_000 {
        let text = changed(&whole, &env);
        let Ok(read) = Overlay::parse(&text) else { continue };
        for row in policy.rows() {
            // A digest decides; no change of a name or a digest verifies another text.
            assert!(!read.is_verified(row) || overlay.is_verified(row), "{}: {text}", row.id);
        }
    }
}
