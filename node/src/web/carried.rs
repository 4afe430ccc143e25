//! What was typed into a form of a session that is over: the login page carries it, and whoever saw the form has it
//! again as a draft. Nothing of it is sent, and the node keeps none of it meanwhile.

use super::ask::Ask;
use super::fields::Fields;
use super::guard::{MAX_BODY_BYTES, plain};
use super::new::desk;

/// Before the name of each carried field.
const MARK: &str = "t.";
/// Most that is carried, in bytes of the posted form; name and password have to fit beside it.
const MOST_BYTES: usize = MAX_BODY_BYTES - 4096;
/// Fields that nobody typed, and passwords.
const PASSING: &[&str] = &["csrf", "raz", "widziano", "held", "pole", "dodaj", "haslo"];

/// What travels with the login page.
pub(super) struct Carried {
    /// The page on which it was typed.
    pub(super) page: String,
    /// The login of whoever saw the form.
    pub(super) whose: String,
    /// What was typed.
    pub(super) fields: Fields,
}

impl Carried {
    /// Of a form that was sent too late; none where its page keeps no drafts or it is too large.
    pub(super) fn of_form(ask: &Ask) -> Option<Self> {
        let fields = ask.fields().without(PASSING);
        let page = page_of(ask.path(), &fields)?;
        let marked: Fields = fields.pairs().map(|(name, value)| (format!("{MARK}{name}"), value.to_owned())).collect();
        let fits = marked.encoded().len() <= MOST_BYTES;
        fits.then(|| Self { page, whose: ask.whose().to_owned(), fields })
    }

    /// Of a login page that was sent.
    pub(super) fn of_login(ask: &Ask) -> Option<Self> {
        let typed = ask.fields().pairs();
        let typed = typed.filter_map(|(name, value)| Some((name.strip_prefix(MARK)?.to_owned(), value.to_owned())));
        let fields: Fields = typed.collect();
        let page = page_of(ask.fields().get("dokad"), &fields)?;
        Some(Self { page, whose: ask.whose().to_owned(), fields })
    }

    /// Gives it back as a draft to whoever saw the form, and says on which page; nobody else gets it.
    pub(super) fn give(self, ask: &Ask, token: &str, login: &str) -> Option<String> {
        if self.whose != login {
            return None;
        }
        ask.web().desks.set_draft(token, ask.now_ms(), &self.page, self.fields);
        Some(self.page)
    }
}

/// Under which page lies what is typed into a form that is sent to a path, or that stands there; none where no drafts
/// are kept.
pub(super) fn page_of(path: &str, fields: &Fields) -> Option<String> {
    let mut parts = path.strip_prefix('/').filter(|_| plain(path))?.split('/');
    match (parts.next()?, parts.next(), parts.next(), parts.next()) {
        ("nowe", _, None, None) => Some(desk(fields).to_owned()),
        ("zgody", Some(_), _, None) => Some(path.to_owned()),
        ("sprawy", Some(number), Some(form), None) => {
            let page = match form {
                "pytanie" | "odrzuc" | "oczekuje" | "zakoncz" | "uzupelnij" => "odpowiedz",
                "zaproponuj" => "przekaz",
                "odmow" | "potwierdz" | "informuj" | "zawiadomienie" | "pismo" => "odpisz",
                own => own,
            };
            Some(format!("/sprawy/{number}/{page}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_the_page_on_which_it_stands() {
        let of = |path: &str| page_of(path, &Fields::default());
        for (form, page) in [
            ("/nowe/sprawdz", "/nowe"),
            ("/nowe", "/nowe"),
            ("/sprawy/W-1/odrzuc", "/sprawy/W-1/odpowiedz"),
            ("/sprawy/W-1/odpowiedz", "/sprawy/W-1/odpowiedz"),
            ("/sprawy/W-1/pismo", "/sprawy/W-1/odpisz"),
            ("/sprawy/W-1/przekaz", "/sprawy/W-1/przekaz"),
            ("/zgody/nowa", "/zgody/nowa"),
            ("/zgody/Z-1/druk", "/zgody/Z-1/druk"),
        ] {
            assert_eq!(of(form).as_deref(), Some(page));
        }
        assert_eq!(page_of("/nowe/sprawdz", &Fields::read(b"rodzaj=ALERT")).as_deref(), Some("/nowe/ustawowe"));
        for none in
            ["", "//evil.example", "https://evil.example", "/ludzie/nowe", "/haslo", "/sprawy/W-1", "/sprawy/W-1/a/b"]
        {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
