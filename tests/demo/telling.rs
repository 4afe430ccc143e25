//! Tells the story: lines for people in Polish or English, or one JSON object for programs.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use wiez_proto::vocab::Lang;
use wiez_tests::staff::PASSWORD;
use wiez_tests::tasks::Stopwatch;

use crate::commands::Command;
use crate::pages::Link;
use crate::story::{STEPS, Step};

/// The text of a language; Polish, or English for everybody else.
pub(crate) const fn pick<'a>(lang: Lang, pl: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Pl => pl,
        Lang::En | Lang::Uk => en,
    }
}

/// One step as it went.
#[derive(Serialize)]
pub(crate) struct Page {
    step: u8,
    title: &'static str,
    held: bool,
    ms: u64,
    lines: Vec<String>,
    figures: BTreeMap<&'static str, Value>,
    #[serde(skip)]
    lang: Lang,
    #[serde(skip)]
    watch: Stopwatch,
}

impl Page {
    /// A step that begins now.
    pub(crate) fn new(lang: Lang, step: &Step) -> Self {
        Self {
            step: step.number,
            title: pick(lang, step.pl, step.en),
            held: false,
            ms: 0,
            lines: vec![],
            figures: BTreeMap::new(),
            lang,
            watch: Stopwatch::start(),
        }
    }

    /// The language of what is told.
    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of the language of what is told.
    pub(crate) const fn pick<'a>(&self, pl: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, pl, en)
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, text: impl Into<String>) {
        self.lines.push(text.into());
    }

    /// Adds a line in the language of what is told.
    pub(crate) fn tell(&mut self, pl: String, en: String) {
        self.lines.push(match self.lang {
            Lang::Pl => pl,
            Lang::En | Lang::Uk => en,
        });
    }

    /// Keeps something measured, for programs.
    pub(crate) fn figure(&mut self, name: &'static str, value: impl Into<Value>) {
        self.figures.insert(name, value.into());
    }

    /// Keeps a time, and says it for people.
    pub(crate) fn time(&mut self, name: &'static str, time: Duration) -> String {
        let ms = millis(time);
        self.figure(name, ms);
        if ms < 1000 { format!("{ms} ms") } else { seconds(self.lang, time) }
    }

    /// Keeps a count, and says it for people.
    pub(crate) fn count(&mut self, name: &'static str, count: u64) -> String {
        self.figure(name, count);
        grouped(count, self.lang)
    }

    /// Notes how it ended.
    pub(crate) fn end(&mut self, played: Result<()>) {
        self.ms = millis(self.watch.elapsed());
        self.held = played.is_ok();
        if let Err(error) = played {
            let told = pick(self.lang, "nie udało się", "this did not hold");
            self.lines.push(format!("{told}: {error:#}"));
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds with one decimal place.
pub(crate) fn seconds(lang: Lang, time: Duration) -> String {
    let text = format!("{:.1} s", time.as_secs_f64());
    if lang == Lang::Pl { text.replace('.', ",") } else { text }
}

/// A number with a separator between thousands.
fn grouped(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(if lang == Lang::Pl { '\u{a0}' } else { ',' });
        }
        out.push(digit);
    }
    out
}

/// Tells what happens, to people or programs.
pub(crate) struct Teller {
    lang: Lang,
    json: bool,
    watch: Stopwatch,
    pages: Vec<Page>,
}

impl Teller {
    /// Tells in a language, or as JSON.
    pub(crate) fn new(lang: Lang, json: bool) -> Self {
        Self { lang, json, watch: Stopwatch::start(), pages: vec![] }
    }

    /// The language.
    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of the language.
    pub(crate) const fn pick<'a>(&self, pl: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, pl, en)
    }

    /// A line for people.
    pub(crate) fn say(&self, text: &str) {
        if !self.json {
            self.write(text);
        }
    }

    fn write(&self, text: &str) {
        // When nobody reads any more, the exit code still tells.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Something went wrong outside the steps.
    pub(crate) fn trouble(&self, error: &anyhow::Error) {
        let _ = writeln!(std::io::stderr(), "demo: {error:#}");
    }

    /// The first lines.
    pub(crate) fn hello(&self) {
        self.say(self.pick(
            "Więź – pokaz na żywo. Wszystkie osoby i dane są zmyślone; to nie porada prawna.",
            "Więź – a live demo. Every person and fact is invented; nothing is legal advice.",
        ));
        self.say(
            self.pick(
                "Wyjście: Ctrl-C (nic nie zostaje na dysku).\n",
                "To leave: Ctrl-C (nothing stays on the disk).\n",
            ),
        );
    }

    /// The title of a step that begins.
    pub(crate) fn title(&self, page: &Page) {
        self.say(&format!("[{}/{}] {}", page.step, STEPS.len(), page.title));
    }

    /// What happened in a step.
    pub(crate) fn page(&mut self, page: Page) {
        for line in &page.lines {
            self.say(&format!("      {line}"));
        }
        self.pages.push(page);
    }

    fn held(&self) -> usize {
        self.pages.iter().filter(|page| page.held).count()
    }

    /// Whether every step was played and held.
    pub(crate) fn all_held(&self) -> bool {
        self.held() == STEPS.len()
    }

    /// The result.
    pub(crate) fn end(&self) {
        let (held, of, took) = (self.held(), STEPS.len(), self.watch.elapsed());
        if self.json {
            self.write(&json!({ "held": held, "of": of, "ms": millis(took), "steps": self.pages }).to_string());
            return;
        }
        let (done, between) = (self.pick("Gotowe", "Done"), self.pick("z", "of"));
        self.say(&format!("\n{done}: {held} {between} {of}   ({})", seconds(self.lang, took)));
    }

    /// What can be typed in a second terminal.
    pub(crate) fn commands(&self, commands: &[Command]) {
        if self.json {
            let lines: Vec<&str> = commands.iter().map(|command| command.line.as_str()).collect();
            self.write(&json!({ "commands": lines }).to_string());
            return;
        }
        for command in commands {
            if let Some(remark) = &command.remark {
                self.say(&format!("\n{remark}"));
            }
            self.say(&format!("  {}", command.line));
        }
        self.say(self.pick(
            "\nRegion działa dalej; Ctrl-C kończy i sprząta.",
            "\nThe region stays up; Ctrl-C ends it and cleans up.",
        ));
    }

    /// Where people can look on while the story is played.
    pub(crate) fn watch(&self, links: &[Link]) {
        let told = self.pick(
            "Na żywo w przeglądarce tego komputera; hasło wszystkich",
            "Live in a browser of this computer; everybody's password",
        );
        if !self.json {
            self.links(&format!("{told}: {PASSWORD}"), links);
            self.say("");
        }
    }

    /// Where people find what the story left.
    pub(crate) fn left(&self, links: &[Link]) {
        if self.json {
            self.write(&json!({ "pages": links }).to_string());
            return;
        }
        let told = self.pick(
            "Strony: każdy odnośnik z loginem; hasło wszystkich",
            "Pages: each link with its login; everybody's password",
        );
        self.links(&format!("\n{told}: {PASSWORD}"), links);
    }

    fn links(&self, above: &str, links: &[Link]) {
        self.say(above);
        for Link { what, url, login, .. } in links {
            self.say(&format!("  {what}\n    {url}   login: {login}"));
        }
    }

    /// Everybody goes home.
    pub(crate) fn leaving(&self) {
        self.say(self.pick("\nSprzątam…", "\nCleaning up…"));
    }
}
