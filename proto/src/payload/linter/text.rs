//! Makes a text's letters comparable: composes Polish letters, drops what cannot be seen, joins words cut at a line's end,
//! writes digits of other scripts as ours.

/// The letters of a text, and where each stood.
pub(super) struct Text {
    /// Letters to search.
    pub(super) chars: Vec<char>,
    /// For each of them its place in the text, in characters from 0.
    places: Vec<usize>,
}

impl Text {
    /// Reads a text once, in time proportional to its length.
    pub(super) fn new(text: &str) -> Self {
        let mut this = Self { chars: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        let mut letters = text.chars().enumerate().peekable();
        while let Some((place, letter)) = letters.next() {
            if is_mark(letter) {
                if let Some(last) = this.chars.last_mut() {
                    *last = composed(*last, letter);
                }
            } else if letter == '-' && letters.next_if(|(_, next)| matches!(next, '\n' | '\r')).is_some() {
                // "Kowal-\nskiej" is one word; "- \n" is not.
                while letters.next_if(|(_, next)| next.is_whitespace()).is_some() {}
                let joined = letters.peek().is_some_and(|(_, next)| next.is_lowercase());
                let broken = joined && this.chars.last().is_some_and(|last| last.is_alphabetic());
                if !broken {
                    this.push('-', place);
                    this.push('\n', place);
                }
            } else if !is_invisible(letter) {
                this.push(plain_digit(letter), place);
            }
        }
        this
    }

    /// The place in the text of what was found at an index of `chars`.
    pub(super) fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or_default()
    }

    fn push(&mut self, letter: char, place: usize) {
        self.chars.push(letter);
        self.places.push(place);
    }
}

/// A word without the marks on its letters, as people type in a hurry.
pub(super) fn unmarked(word: &str) -> String {
    word.chars().map(unmark).collect()
}

/// One letter without its Polish mark.
pub(super) const fn unmark(letter: char) -> char {
    match letter {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        other => other,
    }
}

const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// A decimal digit of another script or of a wide keyboard, as ours; everything else as it is.
fn plain_digit(letter: char) -> char {
    // Where each script has its zero (Unicode, category Nd): wide, Arabic, Persian, Devanagari, mathematical.
    const ZEROS: [char; 5] = ['\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}', '\u{1d7ce}'];
    let digit = ZEROS.iter().find_map(|zero| {
        let value = u32::from(letter).checked_sub(u32::from(*zero))?;
        // The mathematical ones are five alphabets in a row.
        let count = if *zero == '\u{1d7ce}' { 50 } else { 10 };
        if value < count { char::from_digit(value % 10, 10) } else { None }
    });
    digit.unwrap_or(letter)
}

/// A letter and the mark that follows it (Unicode's decomposed form); a mark that Polish and Ukrainian do not have is lost.
const fn composed(letter: char, mark: char) -> char {
    match (mark, letter) {
        ('\u{301}', 'c') => 'ć',
        ('\u{301}', 'n') => 'ń',
        ('\u{301}', 'o') => 'ó',
        ('\u{301}', 's') => 'ś',
        ('\u{301}', 'z') => 'ź',
        ('\u{301}', 'C') => 'Ć',
        ('\u{301}', 'N') => 'Ń',
        ('\u{301}', 'O') => 'Ó',
        ('\u{301}', 'S') => 'Ś',
        ('\u{301}', 'Z') => 'Ź',
        ('\u{307}', 'z') => 'ż',
        ('\u{307}', 'Z') => 'Ż',
        ('\u{328}', 'a') => 'ą',
        ('\u{328}', 'e') => 'ę',
        ('\u{328}', 'A') => 'Ą',
        ('\u{328}', 'E') => 'Ę',
        ('\u{306}', 'и') => 'й',
        ('\u{308}', 'і') => 'ї',
        (_, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Text::new(text).chars.iter().collect()
    }

    #[test]
    fn letters_are_composed_and_words_joined() {
        assert_eq!(read("Wo\u{301}jcik"), "Wójcik");
        assert_eq!(read("Zaja\u{328}c, Z\u{307}aba"), "Zając, Żaba");
        assert_eq!(read("No\u{ad}wak\u{200b}a"), "Nowaka");
        assert_eq!(read("Kowal-\n  skiej"), "Kowalskiej");
        assert_eq!(read("Kowal-\r\nskiej"), "Kowalskiej");
        assert_eq!(read("Nowak-\nKowalska"), "Nowak-\nKowalska");
        assert_eq!(read("5-\nx"), "5-\nx");
        assert_eq!(read("４４٠٥१𝟗𝟿² x"), "4405199² x");
        assert_eq!(read("\u{301}\u{301}a\u{489}-"), "a\u{489}-");
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = Text::new("Wo\u{301}jcik i Lis");
        let at = text.chars.iter().position(|c| *c == 'L').unwrap_or_default();
        assert_eq!(text.place(at), 10);
        assert_eq!(unmarked("zażółć gęślą jaźń"), "zazolc gesla jazn");
    }
}
