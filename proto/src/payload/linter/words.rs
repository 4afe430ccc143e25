//! Cuts a text into words and groups of digits.

use super::text;

/// One word: letters and digits without what surrounds them.
pub(super) struct Word {
    /// The word in lower case.
    pub(super) low: String,
    /// The same without Polish marks.
    pub(super) plain: String,
    /// Where it starts, in characters.
    pub(super) at: usize,
    /// Length in characters.
    pub(super) len: usize,
    /// Whether it starts with a capital letter.
    pub(super) capital: bool,
    /// Whether it has two letters or more, all capital.
    pub(super) shouts: bool,
    /// Whether a full stop follows.
    pub(super) dot: bool,
    /// Whether a sentence or a line begins with it.
    pub(super) starts: bool,
    /// Whether a quotation begins with it.
    pub(super) quoted: bool,
    /// The first characters between the word before and this one.
    gap: String,
}

/// How much of what lies between two words is looked at.
const GAP: usize = 8;

/// Digits in a row.
pub(super) struct Group {
    /// The digits.
    pub(super) digits: String,
    /// Where they start, in characters.
    pub(super) at: usize,
    /// Whether only one separator lies between the group before and this one.
    pub(super) joined: bool,
    /// Whether a few separators do: two spaces, a dash between spaces, the end of a line.
    pub(super) near: bool,
    /// Whether a plus sign stands before it.
    pub(super) plus: bool,
    /// Whether the group before is a country prefix.
    pub(super) after_prefix: bool,
}

/// Splits into words. `/`, `-` and `.` between digits belong to the word, so that `12/3` and `12.03.2012` are one.
pub(super) fn split(chars: &[char]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut start, mut end) = (None, 0);
    for (index, c) in chars.iter().chain(std::iter::once(&' ')).enumerate() {
        let neighbours = index.checked_sub(1).and_then(|i| chars.get(i)).zip(chars.get(index + 1));
        let inside =
            matches!(c, '.' | '/' | '-') && neighbours.is_some_and(|(a, b)| a.is_ascii_digit() && b.is_ascii_digit());
        if c.is_alphanumeric() || inside {
            start.get_or_insert(index);
        } else if let Some(at) = start.take() {
            let written: String = chars.iter().skip(at).take(index - at).collect();
            let between = chars.get(end..at).unwrap_or_default();
            words.push(word(&written, at, *c == '.', between, words.last()));
            end = index;
        }
    }
    words
}

/// One word, with what it shows of its place.
fn word(written: &str, at: usize, dot: bool, between: &[char], last: Option<&Word>) -> Word {
    let low = written.to_lowercase();
    let len = written.chars().count();
    // A line that goes on in lower case was only too long.
    let goes_on = written.starts_with(char::is_lowercase);
    let breaks = |c: &char| match c {
        '\n' | '\r' => !goes_on,
        other => matches!(other, '!' | '?' | '…' | ':' | '•' | '*' | '\t'),
    };
    // A full stop after one letter or a known abbreviation ends nothing.
    let stop = last.is_some_and(|last| last.dot && !last.is_abbreviation());
    Word {
        plain: text::unmarked(&low),
        at,
        len,
        capital: written.starts_with(char::is_uppercase),
        shouts: len > 1 && written.chars().all(char::is_uppercase),
        dot,
        starts: last.is_none() || stop || between.iter().take(GAP).any(breaks),
        quoted: between.last().is_some_and(|c| matches!(c, '„' | '"' | '“' | '”' | '«' | '»' | '\'')),
        gap: between.iter().take(GAP).collect(),
        low,
    }
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
        let separator = |c: char| matches!(c, ' ' | '-' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{a0}' | '\u{202f}');
        let gap = end_of_last.map_or(usize::MAX, |end| index - end);
        let bracket = gap == 2 && before(2) == Some(')') && before(1) == Some(' ');
        let joined = bracket || (gap == 1 && before(1).is_some_and(|c| separator(c) || c == ')'));
        // "48" without a plus sign and the "0" of old long-distance calls come before a number too.
        let prefix = |group: &Group| !group.joined && matches!(group.digits.as_str(), "48" | "0048" | "0");
        let between = index.checked_sub(gap).and_then(|end| chars.get(end..index)).unwrap_or_default();
        groups.push(Group {
            at: index,
            joined,
            near: gap <= 3 && between.iter().all(|c| separator(*c) || c.is_whitespace() || matches!(c, ',' | '_')),
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
    /// Whether a list, words with one space between, has it.
    pub(super) fn is_one_of(&self, list: &str) -> bool {
        list.split(' ').any(|entry| entry == self.low)
    }

    /// Whether it starts like an entry of such a list.
    pub(super) fn starts_like(&self, list: &str) -> bool {
        list.split(' ').any(|start| self.low.starts_with(start))
    }

    /// Whether nothing but a space lies between it and the word before.
    pub(super) fn is_spaced(&self) -> bool {
        self.gap.trim_start_matches('.').chars().all(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
            && self.gap.starts_with(['.', ' ', '\u{a0}', '\u{202f}'])
    }

    /// Whether what lies between keeps it with the word before: spaces, a colon, a bracket, quotation marks.
    pub(super) fn is_tied(&self) -> bool {
        self.gap
            .chars()
            .all(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | ':' | '…' | '(' | '„' | '"' | '”' | '-' | '–' | '/'))
    }

    /// Whether it follows a word directly or after a comma, as in a list.
    pub(super) fn is_listed(&self) -> bool {
        self.is_spaced() || self.gap == ", "
    }

    /// A full stop after it ends no sentence.
    pub(super) fn is_abbreviation(&self) -> bool {
        const KNOWN: &str = "p pp ob śp spr oś im ul św al pl os np tj tzn m in dr mgr inż prof ks kl tel ok ur zam godz lic hab nr \
            dot ws ad zob por wg tzw sygn rodz ucz wych pt";
        self.dot && (self.is_initial() || self.is_one_of(KNOWN))
    }

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

    /// `48-300`.
    pub(super) fn is_postcode(&self) -> bool {
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        self.low.split_once('-').is_some_and(|(a, b)| a.len() == 2 && b.len() == 3 && digits(a) && digits(b))
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
