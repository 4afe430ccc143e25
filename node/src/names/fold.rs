//! Letters as they are searched: small, without marks.

/// A text as it is searched: small letters without the marks of Polish and neighbouring alphabets.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Marks that follow their letter (Unicode, Combining Diacritical Marks).
            '\u{300}'..='\u{36f}' => {}
            'a'..='z' | '0'..='9' | ' ' | '-' | '/' => out.push(letter),
            _ => out.extend(letter.to_lowercase().map(plain)),
        }
    }
    out
}

/// The words of what somebody typed, folded.
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    folded(typed)
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a text names somebody: every word of the name stands in it, in any order; a name of one word is all of it.
#[must_use]
pub fn alike(name: &str, text: &str) -> bool {
    let (name, text) = (words(name), words(text));
    if name.len() < 2 { name == text } else { name.iter().all(|word| text.contains(word)) }
}

const fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ģ' | 'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ґ' => 'г',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_size_of_letters_do_not_count() {
        assert_eq!(folded("ŻÓŁĆ Gęślą-JAŹŃ"), "zolc gesla-jazn");
        // Written as letter and mark.
        assert_eq!(folded("Zo\u{301}ł"), "zol");
        assert_eq!(folded("Ґалаґан Ірина"), "галаган ірина");
        assert_eq!(words("  Kowalska,Łucja \t W-4K7Q2X "), ["kowalska", "lucja", "w-4k7q2x"]);
        assert_eq!(words(" , "), Vec::<String>::new());
    }

    #[test]
    fn a_text_names_somebody_by_whole_words_in_any_order() {
        assert!(alike("Anna Nowa", "NOWA Anna, ur. 2010") && !alike("Anna Nowa", "Joanna Nowacka"));
        assert!(!alike("Anna Nowa", "Anna") && !alike("Nowa", "Anna Nowa") && alike("nowa", "Nowa"));
    }
}
