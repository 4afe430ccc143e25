//! What every page has around its content: title, connection in words, navigation, languages, the form keys.

use wiez_proto::vocab::Lang;

use super::Web;
use super::ask::Ask;
use super::asset::{SCRIPT, SCRIPT_PATH, STYLE, STYLE_PATH, version};
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
}

/// Places of the navigation for who reads content; and for who runs the node.
const READER: &[(&str, &str)] = &[
    ("/skrzynka", "w-nav-inbox"),
    ("/osobne", "w-nav-apart"),
    ("/katalog", "w-nav-directory"),
    ("/stan", "w-nav-status"),
];
const OTHERS: &[(&str, &str)] = &[("/katalog", "w-nav-directory"), ("/stan", "w-nav-status")];

impl<'a> Frame<'a> {
    /// The frame of a page for whoever asks.
    pub(super) fn new(ask: &'a Ask, title: &str) -> Self {
        let mut frame = Self::bare(ask.web(), ask.lang(), title);
        let Some(session) = ask.session().filter(|session| !session.locked) else { return frame };
        let t = frame.t;
        frame.signed = true;
        frame.user.clone_from(&session.account.name);
        frame.csrf.clone_from(&session.csrf);
        frame.once = ask.once();
        frame.locks_s = session.locks_at_ms().saturating_sub(ask.now_ms()).max(0) / 1000;
        let list = if session.account.role.reads_content() { READER } else { OTHERS };
        let here = |path: &str| ask.path() == path;
        frame.places = list.iter().map(|(path, key)| Place { path, name: t.say(key), here: here(path) }).collect();
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
            places: vec![],
            signed: false,
            csrf: String::new(),
            once: String::new(),
            erring: false,
            style: format!("{STYLE_PATH}?v={:x}", const { version(STYLE) }),
            script: format!("{SCRIPT_PATH}?v={:x}", const { version(SCRIPT) }),
            locks_s: 0,
        }
    }

    /// Marks the page as one that reports an error.
    pub(super) fn problem(mut self) -> Self {
        self.erring = true;
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
