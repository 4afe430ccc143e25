//! Declines surnames that bend like nouns: masculine ones in a consonant, and those in `-a` and `-o`.

use super::{
    Forms,
    sounds::{self, Last},
};

/// The plural that only families have, their wives and daughters.
const FAMILY: [&str; 9] = ["owie", "owa", "owej", "ową", "ówna", "ówny", "ównie", "ównę", "ówną"];
/// The older way to call them, after a softened stem: `Zarębina`, `Zarębianka`.
const WIFE: [&str; 5] = ["na", "ny", "nie", "nę", "ną"];
/// Plural endings that do not depend on the stem.
const PLURAL: [&str; 3] = ["om", "ami", "ach"];

/// Adds the forms of a name that bends like a noun, or may.
pub(super) fn decline(name: &str, forms: &mut Forms) {
    if let Some(stem) = name.strip_suffix('a') {
        in_a(stem, forms);
        maiden(name, forms);
    } else if let Some(stem) = name.strip_suffix('o') {
        in_a(stem, forms);
        // "Szewczenka, Szewczenkiem" stands beside "Szewczenki, Szewczenką".
        forms.add(stem, &["a", "owi", if sounds::last(stem) == Last::Velar { "iem" } else { "em" }, "u"]);
    } else if let Some(stem) = name.strip_suffix('ę') {
        forms.add(stem, &["ęcia", "ęciu", "ęciem", "ęta", "ąt", "ętom", "ętami", "ętach"]);
    } else if name.strip_suffix('y').is_some_and(|stem| stem.ends_with(sounds::is_vowel)) {
        // "Shelley, Shelleya".
        masculine(name, forms);
        forms.add(name, &["em", "u", "e"]);
    } else if !name.ends_with(sounds::is_vowel) {
        for stem in sounds::oblique(name) {
            masculine(&stem, forms);
        }
    }
}

/// One stem of a masculine noun in a consonant.
fn masculine(stem: &str, forms: &mut Forms) {
    forms.add(stem, &["a", "owi", "ów"]);
    forms.add(stem, &PLURAL);
    forms.add_family(stem, &FAMILY);
    match sounds::last(stem) {
        Last::Velar => {
            forms.add(stem, &["iem", "u", "i"]);
            if let Some(head) = stem.strip_suffix('k') {
                forms.add(head, &["cy"]);
            }
        }
        Last::Breath => forms.add(stem, &["em", "u", "y"]),
        Last::Hardened => forms.add(stem, &["em", "u", "e", "y"]),
        Last::L => forms.add(stem, &["em", "u", "e", "i"]),
        Last::J => {
            forms.add(stem, &["em", "u", "e"]);
            in_i(stem, forms);
        }
        Last::Soft => forms.add(stem, &["em", "u", "e", ""]),
        Last::Hard => {
            forms.add(stem, &["em", "y"]);
            if stem.ends_with("tz") || stem.ends_with("lz") || stem.ends_with("nz") {
                // "Steinmetz, o Steinmetzu".
                forms.add(stem, &["u", "e"]);
            }
            for soft in sounds::softened(stem) {
                forms.add(&soft, &["e"]);
            }
        }
    }
}

/// A noun in `-a`, whoever bears it.
fn in_a(stem: &str, forms: &mut Forms) {
    forms.add(stem, &["ę", "ą", "o"]);
    forms.add(stem, &PLURAL);
    forms.add_family(stem, &FAMILY);
    forms.add_family(stem, &["ów"]);
    match sounds::last(stem) {
        Last::Velar => forms.add(stem, &["i"]),
        Last::Hardened => forms.add(stem, &["y", "e"]),
        Last::L => forms.add(stem, &["i", "e"]),
        Last::J => {
            forms.add(stem, &["e"]);
            in_i(stem, forms);
        }
        Last::Soft => forms.add(stem, &["", "i", "e"]),
        Last::Breath | Last::Hard => forms.add(stem, &["y"]),
    }
    for soft in sounds::softened(stem) {
        forms.add(&soft, &["e"]);
        wife(&soft, forms);
    }
}

/// From `Zarębi-` to `Zarębina`, from `Sikorz-` to `Sikorzyna`; `Sroc-` becomes `Srocz-`.
fn wife(soft: &str, forms: &mut Forms) {
    let hushed = soft.strip_suffix("dz").map(|head| format!("{head}ż"));
    let hushed = hushed.or_else(|| soft.strip_suffix('c').map(|head| format!("{head}cz")));
    let stem = hushed.unwrap_or_else(|| soft.to_owned());
    let vowel = if stem.ends_with(['i', 'l']) { "i" } else { "y" };
    let short = stem.strip_suffix('i').unwrap_or(&stem);
    forms.add_family(&format!("{short}{vowel}"), &WIFE);
    forms.add_family(&format!("{stem}an"), &["ka", "ki", "ce", "kę", "ką"]);
}

/// `Czaj-` and i are written `Czai`.
fn in_i(stem: &str, forms: &mut Forms) {
    if let Some(head) = stem.strip_suffix('j') {
        forms.add(head, &["i"]);
    }
}

/// From the name of a daughter or wife back to the family: `Nowakówna`, `Kowalczykowa`.
fn maiden(name: &str, forms: &mut Forms) {
    let daughter = name.strip_suffix("ówna");
    let wife = name.strip_suffix("owa").filter(|head| head.ends_with(['k', 'z']));
    if let Some(head) = daughter.or(wife).filter(|head| head.chars().count() >= 3) {
        forms.add(head, &[""]);
        masculine(head, forms);
        if daughter.is_some() {
            forms.add(head, &["a"]);
            in_a(head, forms);
        }
    }
}
