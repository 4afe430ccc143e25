//! How the last sounds of a Polish stem change before an ending.

/// A letter of the Latin alphabet, Polish ones included.
pub(super) const fn is_latin(letter: char) -> bool {
    matches!(letter, 'a'..='z' | 'à'..='ž')
}

/// A vowel of Polish spelling.
pub(super) const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'ą' | 'ę' | 'ó')
}

/// What the last sound of a stem asks of the ending.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// `k`, `g`: i instead of y, `-iem`.
    Velar,
    /// `ch`, `h`.
    Breath,
    /// `c`, `cz`, `dz`, `rz`, `sz`, `ż`: once soft, now hard.
    Hardened,
    /// `l`.
    L,
    /// `j`.
    J,
    /// A soft sound, which the stem writes with i: `Stępni-`, `Kani-`.
    Soft,
    /// Any other.
    Hard,
}

/// Sorts a stem by its last sound.
pub(super) fn last(stem: &str) -> Last {
    const HARDENED: [&str; 6] = ["c", "cz", "dz", "rz", "sz", "ż"];
    if stem.ends_with(['k', 'g']) {
        Last::Velar
    } else if stem.ends_with('h') {
        Last::Breath
    } else if HARDENED.iter().any(|sound| stem.ends_with(sound)) {
        Last::Hardened
    } else if stem.ends_with('l') {
        Last::L
    } else if stem.ends_with('j') {
        Last::J
    } else if stem.ends_with('i') {
        Last::Soft
    } else {
        Last::Hard
    }
}

/// The stem as it stands before the softening `-e` of the dative and locative: `Wron-` gives `Wroni-`, `Gwiazd-` gives
/// `Gwiaździ-` and `Gwieździ-`. Empty where that case has another ending.
pub(super) fn softened(stem: &str) -> Vec<String> {
    const CHANGES: [(&str, &[&str]); 30] = [
        ("st", &["ści"]),
        ("zd", &["ździ"]),
        ("sł", &["śl", "sl"]),
        ("zł", &["źl"]),
        ("łł", &["ll"]),
        ("sn", &["śni", "sni"]),
        ("zn", &["źni", "zni"]),
        ("sm", &["śmi", "smi"]),
        ("ch", &["sz"]),
        ("rz", &[]),
        ("cz", &[]),
        ("sz", &[]),
        ("dz", &[]),
        ("x", &["ksi", "xi"]),
        ("b", &["bi"]),
        ("p", &["pi"]),
        ("w", &["wi"]),
        ("v", &["vi", "wi"]),
        ("m", &["mi"]),
        ("f", &["fi"]),
        ("n", &["ni"]),
        ("s", &["si"]),
        ("z", &["zi"]),
        ("t", &["ci"]),
        ("d", &["dzi"]),
        ("r", &["rz"]),
        ("ł", &["l"]),
        ("k", &["c"]),
        ("g", &["dz"]),
        ("h", &["ż", "sz"]),
    ];
    let Some((head, soft)) = CHANGES.iter().find_map(|(hard, soft)| Some((stem.strip_suffix(hard)?, *soft))) else {
        return Vec::new();
    };
    let shifted = head.strip_suffix("ia").or_else(|| head.strip_suffix("io")).map(|front| format!("{front}ie"));
    let heads = std::iter::once(head.to_owned()).chain(shifted);
    heads.flat_map(|head| soft.iter().map(move |sound| format!("{head}{sound}"))).collect()
}

/// The stems on which a masculine name builds its other cases: `Dudek` on `Dudk-`, `Mróz` on `Mroz-`, `Gołąb` on `Gołębi-`.
/// The name itself is always among them, for `Flek` has `Fleka`.
pub(super) fn oblique(name: &str) -> Vec<String> {
    let mut stems = vec![name.to_owned()];
    let Some((at, vowel)) = name.char_indices().rev().find(|(_, letter)| is_vowel(*letter)) else { return stems };
    let (head, coda) = (name.get(..at).unwrap_or_default(), name.get(at + vowel.len_utf8()..).unwrap_or_default());
    match vowel {
        'ó' => stems.push(format!("{head}o{coda}")),
        'ą' => stems.push(format!("{head}ę{coda}")),
        'e' => stems.extend(without_e(head, coda)),
        'o' if coda == "ł" && head.ends_with('i') => stems.extend(without_e(head, coda)),
        _ => {}
    }
    let soft_labial = ["ąb", "ęb", "iełb", "karp", "paw", "żuraw", "czerw", "kurp", "drop", "cietrzew"];
    let labials: Vec<String> = stems
        .iter()
        .filter(|stem| soft_labial.iter().any(|end| stem.ends_with(end)))
        .map(|s| format!("{s}i"))
        .collect();
    stems.extend(labials);
    stems.into_iter().map(|stem| with_soft_end(&stem)).collect()
}

/// The vowel that drops out: `Krawi|e|c`, `Kozi|o|ł`, `Kwieci|e|ń`. The sound before it loses its softness or keeps it,
/// depending on what follows now.
fn without_e(head: &str, coda: &str) -> Vec<String> {
    let one_syllable = !head.trim_end_matches('i').chars().any(is_vowel);
    let movable = ["k", "c", "ł", "l", "r", "ń", "ć", "n"].contains(&coda);
    if head.trim_end_matches('i').is_empty() || !(one_syllable && coda.chars().count() == 1 || movable) {
        return Vec::new();
    }
    let diminutive = matches!(coda, "k" | "c");
    let Some(hard) = head.strip_suffix('i') else {
        let mut stems = vec![format!("{head}{coda}")];
        if let Some(front) = head.strip_suffix("rz").filter(|_| coda != "k") {
            stems.push(format!("{front}r{coda}"));
        }
        return stems;
    };
    let softly = |sound: &str, soft: &str| hard.strip_suffix(sound).map(|front| format!("{front}{soft}{coda}"));
    let soft = softly("dz", "dź")
        .or_else(|| softly("c", "ć"))
        .or_else(|| softly("s", "ś"))
        .or_else(|| softly("z", "ź"))
        .or_else(|| softly("n", "ń"));
    let plain = softly("dz", "d").or_else(|| softly("c", "t")).unwrap_or_else(|| format!("{hard}{coda}"));
    match soft {
        Some(soft) if diminutive => vec![soft, format!("{hard}{coda}")],
        Some(soft) => vec![plain, soft],
        None => vec![plain],
    }
}

/// `Stępń` is written `Stępni-` before a vowel.
fn with_soft_end(stem: &str) -> String {
    [("dź", "dzi"), ("ń", "ni"), ("ć", "ci"), ("ś", "si"), ("ź", "zi")]
        .iter()
        .find_map(|(soft, written)| stem.strip_suffix(soft).map(|head| format!("{head}{written}")))
        .unwrap_or_else(|| stem.to_owned())
}
