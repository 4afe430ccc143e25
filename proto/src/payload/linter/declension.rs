//! Writes down every form that a Polish surname takes.
//!
//! A surname is declined by its ending, as Polish grammar has it (M. Bańko, Wykłady z polskiej fleksji; the rules of the
//! Rada Języka Polskiego for names): like an adjective (`-ski`, `-cka`, `-ny`), like a masculine noun (`Nowak`, `Wróbel`)
//! or like a noun in `-a` and `-o` (`Wrona`, `Kościuszko`). Where an ending leaves two ways open, both are written down:
//! a form that nobody uses finds nothing.

mod adjective;
mod noun;
mod sounds;

/// One form of a surname.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    /// In lower case, with Polish letters.
    pub(super) text: String,
    /// Whether only a family is called so: `Wronowie` and `Wronów`, where the bird has `wrony` and `wron`.
    pub(super) family: bool,
}

/// Collects forms.
#[derive(Default)]
struct Forms(Vec<Form>);

impl Forms {
    /// One stem with each ending.
    fn add(&mut self, stem: &str, endings: &[&str]) {
        self.extend(stem, endings, false);
    }

    /// The same with endings that only a family has.
    fn add_family(&mut self, stem: &str, endings: &[&str]) {
        self.extend(stem, endings, true);
    }

    fn extend(&mut self, stem: &str, endings: &[&str], family: bool) {
        self.0.extend(endings.iter().map(|ending| Form { text: format!("{stem}{ending}"), family }));
    }
}

/// Every form of one surname, without a hyphen, in lower case. At most about 150, some of them twice.
pub(super) fn forms(name: &str) -> Vec<Form> {
    let mut forms = Forms::default();
    forms.add(name, &[""]);
    if !name.is_empty() && name.chars().all(sounds::is_latin) {
        adjective::decline(name, &mut forms);
        noun::decline(name, &mut forms);
    } else {
        cyrillic(name, &mut forms);
    }
    forms.0
}

/// How many letters at the start of a name every one of its forms keeps, marks aside: `Kwiecień` and `Kwietnia` share
/// four of eight, `Chrząszcz` and `Chrzęszcza` stop at the changing vowel.
pub(super) fn kept(name: &str) -> usize {
    let name = name.strip_suffix("ówna").or_else(|| name.strip_suffix("owa")).unwrap_or(name);
    let letters = name.chars().count();
    let nasal = name.chars().rev().position(|letter| letter == 'ą').map_or(4, |from_end| from_end + 1);
    letters.saturating_sub(nasal.max(4)).max(1)
}

/// Ukrainian names as their families write them: the ending is cut off and the common ones are tried.
fn cyrillic(name: &str, forms: &mut Forms) {
    const ENDINGS: [&str; 25] = [
        "", "а", "у", "ові", "еві", "ом", "ем", "і", "ї", "и", "ою", "ею", "ю", "я", "ий", "ого", "ому", "им", "ої",
        "ій", "их", "ими", "ів", "ам", "ах",
    ];
    let endings = ["ський", "цький", "ська", "цька"];
    let cut = if endings.iter().any(|ending| name.ends_with(ending)) {
        name.trim_end_matches("ий").trim_end_matches('а')
    } else {
        name.trim_end_matches(['а', 'о', 'я', 'й', 'ь'])
    };
    if cut.chars().count() >= 3 {
        forms.add(cut, &ENDINGS);
    }
}

#[cfg(test)]
mod tests;
