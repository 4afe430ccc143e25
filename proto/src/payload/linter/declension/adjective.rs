//! Declines surnames that bend like adjectives, from either gender to both.

use super::{Forms, sounds};

/// Endings after a hard stem (`Now-y`).
const HARD: [&str; 12] = ["y", "ego", "emu", "ym", "a", "ą", "ej", "e", "ych", "ymi", "o", "ę"];
/// Endings after `k` and `g` (`Kowalsk-i`). `-im` also serves the plural.
const VELAR: [&str; 12] = ["i", "iego", "iemu", "im", "a", "ą", "iej", "ie", "ich", "imi", "o", "ę"];
/// Endings after a soft stem (`Średn-i`) and of names that take them only in the masculine (`Rossi`).
const SOFT: [&str; 11] = ["i", "iego", "iemu", "im", "ia", "ią", "iej", "ie", "ich", "imi", "ię"];

/// Adds the forms of a name that bends like an adjective, or may.
pub(super) fn decline(name: &str, forms: &mut Forms) {
    if let Some(stem) = name.strip_suffix('y').filter(|stem| !stem.ends_with(sounds::is_vowel)) {
        hard(stem, forms);
    } else if let Some(stem) = name.strip_suffix('i') {
        if stem.ends_with(['k', 'g']) {
            velar(stem, forms)
        } else {
            forms.add(stem, &SOFT)
        }
        // "Dalego" and "Belliniowie" stand beside "Daliego" and "Bellinich".
        forms.add(stem, &["ego", "emu", "e"]);
        forms.add_family(name, &["owie"]);
    } else if let Some(stem) = name.strip_suffix('a') {
        // Any of them: "Gładka" is declined as "Gładkiej", "Wrona" is not, and "Wronej" finds nothing.
        by_stem(stem.strip_suffix('i').unwrap_or(stem), forms);
    } else if let Some(stem) = name.strip_suffix('e') {
        // "Linde, Lindego", "Rilke, Rilkego".
        forms.add(stem, &["ego", "emu", "em", "owie", "ów", "om", "ami", "ach"]);
    }
}

/// Chooses the endings; a soft stem comes without its i (`Średn-ia`), and is then hard as well as soft.
fn by_stem(stem: &str, forms: &mut Forms) {
    if stem.ends_with(['k', 'g']) {
        velar(stem, forms);
    } else if stem.ends_with(['n', 'l', 'p', 'b', 'w', 'm']) {
        hard(stem, forms);
        forms.add(stem, &SOFT);
    } else {
        hard(stem, forms);
    }
}

/// `Kowalski`, and the plural `Kowalscy`.
fn velar(stem: &str, forms: &mut Forms) {
    forms.add(stem, &VELAR);
    forms.add_family(stem, &["owie"]);
    if let Some(head) = stem.strip_suffix('k') {
        forms.add(head, &["cy"]);
    } else if let Some(head) = stem.strip_suffix('g') {
        forms.add(head, &["dzy"]);
    }
}

/// `Nowy`, and the plural `Nowi`.
fn hard(stem: &str, forms: &mut Forms) {
    const PLURAL: [(&str, &str); 10] = [
        ("ch", "si"),
        ("sł", "śli"),
        ("ł", "li"),
        ("r", "rzy"),
        ("d", "dzi"),
        ("st", "ści"),
        ("t", "ci"),
        ("sz", "si"),
        ("ż", "zi"),
        ("sn", "śni"),
    ];
    forms.add(stem, &HARD);
    forms.add_family(stem, &["owie"]);
    let plural = PLURAL
        .iter()
        .find_map(|(end, soft)| stem.strip_suffix(end).map(|head| format!("{head}{soft}")))
        .unwrap_or_else(|| format!("{stem}i"));
    forms.add(&plural, &[""]);
}
