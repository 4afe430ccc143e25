//! Cuts a text into words and groups of digits, and knows how Polish surnames bend.

/// One word: letters and digits without what surrounds them.
pub(super) struct Word {
    /// The word in lower case.
    pub(super) low: String,
    /// Where it starts, in characters.
    pub(super) at: usize,
    /// Length in characters.
    pub(super) len: usize,
    /// Whether it starts with a capital letter.
    pub(super) capital: bool,
    /// Whether a full stop follows.
    pub(super) dot: bool,
}

/// Digits in a row.
pub(super) struct Group {
    /// The digits.
    pub(super) digits: String,
    /// Where they start, in characters.
    pub(super) at: usize,
    /// Whether only one separator lies between the group before and this one.
    pub(super) joined: bool,
    /// Whether a plus sign stands before it.
    pub(super) plus: bool,
    /// Whether the group before is a country prefix.
    pub(super) after_prefix: bool,
}

/// Splits into words. `/`, `-` and `.` between digits belong to the word, so that `12/3` and `12.03.2012` are one.
pub(super) fn split(chars: &[char]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (index, c) in chars.iter().chain(std::iter::once(&' ')).enumerate() {
        let neighbours = index.checked_sub(1).and_then(|i| chars.get(i)).zip(chars.get(index + 1));
        let inside =
            matches!(c, '.' | '/' | '-') && neighbours.is_some_and(|(a, b)| a.is_ascii_digit() && b.is_ascii_digit());
        if c.is_alphanumeric() || inside {
            start.get_or_insert(index);
        } else if let Some(at) = start.take() {
            let text: String = chars.iter().skip(at).take(index - at).collect();
            words.push(Word {
                low: text.to_lowercase(),
                at,
                len: index - at,
                capital: text.starts_with(char::is_uppercase),
                dot: *c == '.',
            });
        }
    }
    words
}

/// Splits into groups of digits.
pub(super) fn digit_groups(chars: &[char]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut end_of_last = None;
    let mut index = 0;
    while index < chars.len() {
        let digits: String = chars.iter().skip(index).take_while(|c| c.is_ascii_digit()).collect();
        if digits.is_empty() {
            index += 1;
            continue;
        }
        let before = |back: usize| index.checked_sub(back).and_then(|i| chars.get(i)).copied();
        let separator = |c: char| matches!(c, ' ' | '-' | '.' | '\u{a0}' | '\u{202f}');
        let gap = end_of_last.map_or(usize::MAX, |end| index - end);
        let bracket = gap == 2 && before(2) == Some(')') && before(1) == Some(' ');
        let joined = bracket || (gap == 1 && before(1).is_some_and(|c| separator(c) || c == ')'));
        let prefix = |group: &Group| (group.plus && group.digits == "48") || group.digits == "0048";
        groups.push(Group {
            at: index,
            joined,
            plus: before(1) == Some('+'),
            after_prefix: joined && groups.last().is_some_and(prefix),
            digits: digits.clone(),
        });
        index += digits.len();
        end_of_last = Some(index);
    }
    groups
}

impl Word {
    /// A year of somebody living.
    pub(super) fn is_year(&self) -> bool {
        self.low.len() == 4 && self.low.parse::<u16>().is_ok_and(|year| (1900..=2199).contains(&year))
    }

    /// `12.03.2012`, `2012-03-12`, `12/03/2012`, `12.3.12`.
    pub(super) fn is_date(&self) -> bool {
        let parts: Vec<&str> = self.low.split(['.', '-', '/']).collect();
        parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok())
    }

    /// `12`, `12a`, `12/3`.
    pub(super) fn is_house_number(&self) -> bool {
        let digits = self.low.chars().take_while(char::is_ascii_digit).count();
        let rest: String = self.low.chars().skip(digits).collect();
        let letter = rest.chars().count() == 1 && rest.chars().all(char::is_alphabetic);
        let flat = rest.strip_prefix('/').is_some_and(|flat| flat.starts_with(|c: char| c.is_ascii_digit()));
        (1..=4).contains(&digits) && (rest.is_empty() || letter || flat)
    }

    /// One capital letter with a full stop.
    pub(super) const fn is_initial(&self) -> bool {
        self.len == 1 && self.capital && self.dot
    }

    /// What follows "klasa": `8`, `8b`, `VIII`, `IVa`.
    pub(super) fn is_class_number(&self) -> bool {
        let roman = self.low.trim_end_matches(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
        let is_roman = !roman.is_empty() && roman.len() <= 4 && roman.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
        self.is_class_mark() || is_roman || self.low.parse::<u8>().is_ok_and(|n| (1..=8).contains(&n))
    }

    /// `8b` alone.
    pub(super) fn is_class_mark(&self) -> bool {
        let mut chars = self.low.chars();
        matches!((chars.next(), chars.next(), chars.next()), (Some('1'..='8'), Some('a'..='h'), None))
    }
}

/// What stays of a surname when it bends: without its last vowel, and without the e that drops out in `-ek`, `-ec`.
pub(super) fn stems(surname: &str) -> Vec<String> {
    let low = surname.trim().to_lowercase();
    let mut stems = Vec::new();
    for part in low.split(['-', ' ']).filter(|part| part.chars().count() >= 3) {
        let vowel = part.ends_with(['a', 'e', 'i', 'o', 'u', 'y', 'ą', 'ę', 'ó']);
        let mut stem = part.to_owned();
        if vowel {
            stem.pop();
        }
        if let Some(short) = part.strip_suffix("ek").or_else(|| part.strip_suffix("ec")) {
            stems.push(format!("{short}{}", if part.ends_with('k') { 'k' } else { 'c' }));
        }
        stems.push(stem);
    }
    stems
}

/// Whether a word is the stem with one of the endings that Polish surnames take.
pub(super) fn inflects(stem: &str, word: &str) -> bool {
    const ENDINGS: [&str; 37] = [
        "", "a", "ą", "ę", "e", "y", "i", "u", "o", "em", "om", "ami", "ach", "owi", "ie", "iem", "iego", "iemu",
        "iej", "im", "ich", "imi", "ego", "emu", "ej", "ym", "ych", "ymi", "ów", "owie", "owa", "owej", "ową", "ówna",
        "ówny", "ównie", "owych",
    ];
    word.strip_prefix(stem).is_some_and(|ending| ENDINGS.contains(&ending))
}
