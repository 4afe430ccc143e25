//! What every page has around its content: title, connection in words, navigation, languages, the form keys.

use wiez_proto::vocab::Lang;

use super::Web;
use super::ask::Ask;
use super::asset::{SCRIPT, SCRIPT_PATH, STYLE, STYLE_PATH, version};
use crate::account::AccessRole;
use crate::status;
use crate::text::Texts;

/// A place in the navigation.
pub(super) struct Place {
    /// Where it leads.
    pub(super) path: &'static str,
    /// What it is called.
    pub(super) name: String,
    /// Whether this page is it.
    pub(super) here: bool,
}

/// The frame of one page.
pub(super) struct Frame<'a> {
    pub(super) t: &'a Texts,
    pub(super) title: String,
    pub(super) institution: &'a str,
    /// The connection in words.
    pub(super) connection: String,
    pub(super) user: String,
    /// What whoever is signed in types to sign in.
    pub(super) login: String,
    pub(super) places: Vec<Place>,
    /// Whether somebody is signed in and the session is open.
    pub(super) signed: bool,
    pub(super) csrf: String,
    pub(super) once: String,
    pub(super) erring: bool,
    pub(super) style: String,
    pub(super) script: String,
    /// Seconds until the session locks itself; 0 without one.
    pub(super) locks_s: i64,
    /// What whoever runs the node has to do soon.
    pub(super) warnings: Vec<String>,
    /// Where the language links lead: this page, unless it is the answer to a form.
    pub(super) place: String,
    /// The query of this page, ready to have more added.
    pub(super) query: String,
}

/// Places of the navigation for who reads content; and for who runs the node.
const READER: &[(&str, &str)] = &[
    ("/skrzynka", "w-nav-inbox"),
    ("/nowe", "w-nav-new"),
    ("/sprawy", "w-nav-cases"),
    ("/osobne", "w-nav-apart"),
    ("/zgody", "w-nav-consents"),
    ("/katalog", "w-nav-directory"),
    ("/ludzie", "w-nav-people"),
    ("/stan", "w-nav-status"),
];
const OTHERS: &[(&str, &str)] =
    &[("/katalog", "w-nav-directory"), ("/ludzie", "w-nav-people"), ("/stan", "w-nav-status")];

impl<'a> Frame<'a> {
    /// The frame of a page for whoever asks.
    pub(super) fn new(ask: &'a Ask, title: &str) -> Self {
        let mut frame = Self::bare(ask.web(), ask.lang(), title);
        // What looks like an address is said to nobody, not even as text of a link of our own.
        let query = ask.query().without(&["jezyk"]).plain().encoded();
        frame.query = if query.is_empty() { query } else { format!("{query}&") };
        let Some(session) = ask.session().filter(|session| !session.locked) else { return frame };
        let t = frame.t;
        frame.signed = true;
        frame.user.clone_from(&session.account.name);
        frame.login.clone_from(&session.account.login);
        frame.csrf.clone_from(&session.csrf);
        frame.once = ask.once();
        frame.locks_s = session.locks_at_ms().saturating_sub(ask.now_ms()).max(0) / 1000;
        if session.account.role.runs_node() {
            let found = status::warnings(ask.node(), Some(&ask.web().pages));
            let line = |check: &status::Check| format!("{}: {}. {}", check.name(t), check.found(t), check.todo(t));
            frame.warnings = found.iter().map(line).collect();
        }
        let list = if session.account.role.reads_content() { READER } else { OTHERS };
        let here = |path: &str| ask.path() == path;
        frame.places = list.iter().map(|(path, key)| Place { path, name: t.say(key), here: here(path) }).collect();
        if session.account.role == AccessRole::Iod {
            // Requests of persons for their data come to the data-protection officer.
            frame.places.push(Place { path: "/osoba", name: t.say("w-nav-subject"), here: here("/osoba") });
        }
        frame
    }

    /// The frame of a page for whom nothing is known about.
    pub(super) fn bare(web: &'a Web, lang: Lang, title: &str) -> Self {
        let t = web.texts(lang);
        let since = web.node.progress.connected_since();
        let connection = since.map_or_else(|| t.say("w-offline"), |_| t.say("w-online"));
        Self {
            t,
            title: t.say(title),
            institution: &web.node.me().name,
            connection,
            user: String::new(),
            login: String::new(),
            places: vec![],
            signed: false,
            csrf: String::new(),
            once: String::new(),
            erring: false,
            style: format!("{STYLE_PATH}?v={:x}", const { version(STYLE) }),
            script: format!("{SCRIPT_PATH}?v={:x}", const { version(SCRIPT) }),
            locks_s: 0,
            warnings: vec![],
            place: String::new(),
            query: String::new(),
        }
    }

    /// Marks the page as one that reports an error.
    pub(super) fn problem(mut self) -> Self {
        self.erring = true;
        self
    }

    /// Leaves the warnings out, on the page that is about them.
    pub(super) fn calm(mut self) -> Self {
        self.warnings.clear();
        self
    }

    /// Lets the language links lead to a page that can be asked for, where this one answers a form.
    pub(super) fn at(mut self, place: &str) -> Self {
        place.clone_into(&mut self.place);
        self
    }

    /// Puts another title, such as one with the number of a case.
    pub(super) fn titled(mut self, title: String) -> Self {
        self.title = title;
        self
    }

    /// Marks a place of the navigation as the one to which the page belongs.
    pub(super) fn under(mut self, path: &str) -> Self {
        for place in &mut self.places {
            place.here = place.path == path;
        }
        self
    }

    /// The BCP 47 tag of the page.
    pub(super) fn tag(&self) -> &'static str {
        self.t.lang().tag()
    }

    /// The other languages: tag and own name.
    pub(super) fn others(&self) -> Vec<(&'static str, &'static str)> {
        let all = [("pl", "Polski"), ("en", "English"), ("uk", "Українська")];
        all.into_iter().filter(|(tag, _)| *tag != self.tag()).collect()
    }
}
