//! Every sentence of the command line and of the pages in Polish, English and Ukrainian, with plural forms.

use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;
use wiez_proto::calendar::warsaw;
use wiez_proto::vocab::Lang;

/// The files, one for each language; a test keeps their keys equal.
const fn source(lang: Lang) -> &'static str {
    lang.pick([include_str!("text/pl.ftl"), include_str!("text/en.ftl"), include_str!("text/uk.ftl")])
}

/// What only the pages say; a test keeps their keys equal too.
const fn pages(lang: Lang) -> &'static str {
    lang.pick([include_str!("../text/pl.ftl"), include_str!("../text/en.ftl"), include_str!("../text/uk.ftl")])
}

/// The sentences of one language.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads the sentences of a language.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self::of(lang, &[source(lang)])
    }

    /// Reads the sentences of a language, those of the pages included.
    #[must_use]
    pub fn pages(lang: Lang) -> Self {
        Self::of(lang, &[source(lang), pages(lang)])
    }

    fn of(lang: Lang, sources: &[&str]) -> Self {
        let tag: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Terminals show the marks that isolate the direction of text as garbage.
        bundle.set_use_isolating(false);
        for source in sources {
            let resource = match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) => resource,
                // A test proves that this does not happen; what can be read is better than nothing.
                Err((resource, _)) => resource,
            };
            if bundle.add_resource(resource).is_err() {
                tracing::error!(lang = lang.tag(), "a sentence is defined twice");
            }
        }
        Self { lang, bundle }
    }

    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A sentence without values; the key itself where there is none.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// A sentence, or nothing where there is none.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<String> {
        self.bundle.has_message(key).then(|| self.say(key))
    }

    /// A sentence with values.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), FluentValue::from((*value).to_owned()));
        }
        self.format(key, &args)
    }

    /// A sentence whose form depends on a number, `$n`.
    #[must_use]
    pub fn count(&self, key: &str, n: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        self.format(key, &args)
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, Some(args), &mut vec![]).into_owned()
    }

    /// A sentence whose form depends on a number, `$n`, with a value `$what`.
    #[must_use]
    pub fn count_of(&self, key: &str, n: usize, what: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        args.set("what", FluentValue::from(what.to_owned()));
        self.format(key, &args)
    }

    /// A moment as people here write it, in the time of Warsaw.
    #[must_use]
    pub fn moment(&self, ms: i64) -> String {
        let zoned = jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(warsaw());
        let form = self.lang.pick(["%d.%m.%Y, %H:%M", "%d %b %Y, %H:%M", "%d.%m.%Y, %H:%M"]);
        zoned.strftime(form).to_string()
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.lang.tag())
    }
}

#[cfg(test)]
mod tests;
