//! One person: password, lock, role, keys, substitute, new cases, absence and leaving, each to whom it is allowed.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::{Reason, Refusal};

use super::ask::{Answer, Ask, go, page_as};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::people::{by, keys, me, named, once, person, professions, receives, roles, state};
use super::words::{Choice, choices, moment};
use crate::account::office;
use crate::account::{AccessRole, Account, AccountId, Act, FactorKind, KeyState, Receives, State};
use crate::text::Texts;
use crate::vault::hand;

/// What somebody did a moment ago; each has its sentence.
const DONE: &[&str] = &[
    "zablokowano",
    "odblokowano",
    "zmieniono-role",
    "nadano-klucze",
    "zmieniono-zastepce",
    "zmieniono-przydzial",
    "nieobecnosc",
    "powrot",
    "odejscie",
    "przeniesiono",
];

/// What may be done to this account by whoever asks.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button of the page")]
struct Acts {
    reset: bool,
    lock: bool,
    unlock: bool,
    role: bool,
    keys: bool,
    substitute: bool,
    receives: bool,
    away: bool,
    back: bool,
    leave: bool,
    hand_over: bool,
}

impl Acts {
    fn of(me: &Account, them: &Account, sees: bool) -> Self {
        let may = |act| me.may(act).is_ok();
        let works = them.role.reads_content();
        let moves = may(Act::GiveKeys) && sees;
        if them.state == State::Left {
            return Self { hand_over: moves, ..Self::default() };
        }
        let other = me.id != them.id;
        // Of a data-protection officer a kierownik takes care, who knows of cases as well.
        let office = |act| may(if them.role == AccessRole::Iod { Act::GiveKeys } else { act });
        Self {
            reset: other && office(Act::ResetPassword),
            lock: other && them.state == State::Active && may(Act::LockAccount),
            unlock: other && them.state == State::Locked && may(Act::LockAccount),
            role: other && (may(Act::GiveKeys) || !works && office(Act::AddAccount)),
            keys: other && works && them.keys == KeyState::Waiting && may(Act::GiveKeys),
            substitute: works && may(Act::Substitute),
            receives: works && may(Act::Receive),
            away: works && !them.away && them.substitute.is_some() && may(Act::Receive),
            back: them.away && may(Act::Receive),
            leave: other && may(Act::EndAccount),
            hand_over: other && moves,
        }
    }

    fn any(&self) -> bool {
        self.reset || self.lock || self.unlock || self.role || self.keys || self.leave || self.hand_over || self.duty()
    }

    fn duty(&self) -> bool {
        self.substitute || self.receives || self.away || self.back
    }
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    done: Option<String>,
    login: String,
    name: String,
    role: String,
    profession: String,
    state: String,
    keys: String,
    /// To be compared by who gives keys, and read out by the account's owner.
    fingerprint: Option<String>,
    /// When the password was last reset, and by whom.
    reset: Option<String>,
    factor: String,
    substitute: String,
    receives: String,
    /// What both see, for whoever could hand it over; nobody else learns how much somebody has to do.
    cases: Option<String>,
    mine: bool,
    works: bool,
    left: bool,
    must_change: bool,
    acts: Acts,
    roles: Vec<Choice>,
    professions: Vec<Choice>,
    substitutes: Vec<Choice>,
    successors: Vec<Choice>,
    duties: Vec<Choice>,
}

fn chosen<'a>(typed: &'a str, now: &'a str) -> &'a str {
    if typed.is_empty() { now } else { typed }
}

/// Who could take over: works with content, has keys, is not this person.
fn others(all: &[Account], them: &Account, typed: &str) -> Vec<Choice> {
    let able = all.iter().filter(|one| one.id != them.id && one.reads().is_ok());
    choices(able.map(|one| (one.login.as_str(), format!("{} ({})", one.name, one.login))), typed)
}

fn duties(t: &Texts, now: Option<Receives>) -> Vec<Choice> {
    let all = std::iter::once(None).chain(Receives::ALL.iter().copied().map(Some));
    let code = |one: Option<Receives>| one.map_or("NONE", Receives::code);
    choices(all.map(|one| (code(one), receives(t, one))), code(now))
}

async fn shown(ask: &Ask, refusal: Option<Refusal>) -> Answer {
    let (t, me, them) = (ask.texts(), me(ask)?, person(ask).await?);
    let all = office::list(ask.node()).await?;
    let (sees, cases) = match reader(ask, Act::GiveKeys) {
        Ok(reader) => hand::count(ask.node(), &reader, &them.id).await.map(|(sees, n)| (sees, Some(n)))?,
        Err(_) => (false, None),
    };
    let typed = ask.fields();
    let substitute = them.substitute.and_then(|id| all.iter().find(|one| one.id == id));
    let now = substitute.map_or("", |one| one.login.as_str());
    let refusal = refusal.map(|refusal| named(t, refusal));
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| status(refusal.reason));
    let told = refusal.map(|refusal| Told::of(&refusal, ask.lang()));
    let f = Frame::new(ask, "w-person-title").under("/ludzie");
    let acts = Acts::of(me, &them, sees);
    let (mine, known) = (me.id == them.id, them.fingerprint.clone());
    let done = DONE.iter().find(|code| **code == ask.query().get("zrobione"));
    let content = me.may(Act::GiveKeys).is_ok();
    page_as(
        status,
        &PersonPage {
            f: if told.is_some() { f.problem() } else { f },
            done: done.filter(|_| told.is_none()).map(|code| t.say(&format!("w-done-{code}"))),
            told,
            login: them.login.clone(),
            name: them.name.clone(),
            role: them.role.label(ask.lang()).to_owned(),
            profession: them.worker_role.label(ask.lang()).to_owned(),
            state: state(t, &them),
            keys: if them.role.reads_content() { keys(t, &them) } else { t.say("w-people-no-content") },
            fingerprint: known.filter(|_| mine || acts.keys),
            reset: if acts.keys { last_reset(ask, &them).await? } else { None },
            factor: t.say(match them.factor {
                None => "w-person-factor-none",
                Some(FactorKind::Sheet) => "w-person-factor-sheet",
                Some(FactorKind::Totp) => "w-person-factor-totp",
            }),
            substitute: substitute.map_or_else(|| t.say("w-person-nobody"), |one| one.name.clone()),
            receives: receives(t, them.receives),
            cases: cases.map(|n| t.count("w-person-cases", n)),
            mine,
            works: them.role.reads_content(),
            left: them.state == State::Left,
            must_change: them.must_change,
            acts,
            roles: roles(ask.lang(), chosen(typed.get("rola"), them.role.code()), |one| {
                content || one == AccessRole::Administrator
            }),
            professions: professions(ask.lang(), chosen(typed.get("zawod"), them.worker_role.code())),
            substitutes: others(&all, &them, chosen(typed.get("zastepca"), now)),
            successors: others(&all, &them, chosen(typed.get("nastepca"), now)),
            duties: duties(t, them.receives),
        },
    )
}

/// The page of an account.
pub(super) async fn show(ask: Ask) -> Answer {
    shown(&ask, None).await
}

/// Asked for, the address of a form leads to its page.
pub(super) async fn back(ask: Ask) -> Answer {
    go(&format!("/ludzie/{}", person(&ask).await?.login))
}

async fn settled<T: Send>(ask: &Ask, result: Result<T, Refusal>, done: &str) -> Answer {
    match result {
        Ok(_) => go(&format!("/ludzie/{}?zrobione={done}", ask.param("login"))),
        Err(refusal) => shown(ask, Some(refusal)).await,
    }
}

/// Another account that a form names by its login; nobody where the field is empty.
async fn picked(ask: &Ask, name: &'static str, field: &'static str) -> Result<Option<AccountId>, Refusal> {
    let login = ask.fields().get(name);
    if login.is_empty() {
        return Ok(None);
    }
    let found = office::by_login(ask.node(), login).await;
    found.map(|account| Some(account.id)).map_err(|_| Refusal::new(Reason::FieldInvalid).with("field", field))
}

/// Sets a new first password and shows it once.
pub(super) async fn reset(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    match office::reset(ask.node(), &by, &them.id).await {
        Ok(first) => once(&ask, &them.login, &first),
        Err(refusal) => shown(&ask, Some(refusal)).await,
    }
}

/// Locks the account.
pub(super) async fn lock(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    settled(&ask, office::lock(ask.node(), &by, &them.id, true).await, "zablokowano").await
}

/// Opens it again.
pub(super) async fn unlock(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    settled(&ask, office::lock(ask.node(), &by, &them.id, false).await, "odblokowano").await
}

/// Changes role and profession.
pub(super) async fn role(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    let typed: &Fields = ask.fields();
    let wish = typed
        .code("rola")
        .map_err(|refusal| refusal.with("field", "role"))
        .and_then(|role| Ok((role, typed.code("zawod").map_err(|refusal| refusal.with("field", "worker_role"))?)));
    let changed = match wish {
        Ok((role, profession)) => office::set_role(ask.node(), &by, &them.id, role, profession).await,
        Err(refusal) => Err(refusal),
    };
    settled(&ask, changed, "zmieniono-role").await
}

/// When the password was last reset and by whom, as whoever gives keys should know.
async fn last_reset(ask: &Ask, them: &Account) -> Result<Option<String>, Refusal> {
    let entry = office::last_reset(ask.node(), them).await?;
    Ok(entry.map(|entry| {
        let at = moment(ask.texts(), ask.now_ms(), entry.at_ms);
        ask.texts().fill("w-person-last-reset", &[("at", &at), ("who", &entry.worker)])
    }))
}

/// Gives keys to the key whose fingerprint the page showed: all that the account had before, and everything for a
/// kierownik.
pub(super) async fn give(ask: Ask) -> Answer {
    let them = person(&ask).await?;
    let given = match reader(&ask, Act::GiveKeys) {
        Ok(reader) => hand::give(ask.node(), &reader, &them.id, ask.fields().get("odcisk")).await,
        Err(refusal) => Err(refusal),
    };
    settled(&ask, given, "nadano-klucze").await
}

/// Who asks, as somebody whose keys open cases; the role is looked at first.
fn reader(ask: &Ask, act: Act) -> Result<crate::account::Reader, Refusal> {
    let session = ask.session().ok_or_else(|| Refusal::new(Reason::SessionEnded))?;
    session.may(act)?;
    session.reader()
}

/// Names the substitute.
pub(super) async fn substitute(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    let changed = match picked(&ask, "zastepca", "substitute").await {
        Ok(other) => office::substitute(ask.node(), &by, &them.id, other).await,
        Err(refusal) => Err(refusal),
    };
    settled(&ask, changed, "zmieniono-zastepce").await
}

/// Says which new cases come to the person.
pub(super) async fn duty(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    let wish = match ask.fields().get("przydzial") {
        "NONE" => Ok(None),
        code => Receives::parse(code).map(Some),
    };
    let changed = match wish {
        Ok(receives) => office::receive(ask.node(), &by, &them.id, receives).await,
        Err(refusal) => Err(refusal),
    };
    settled(&ask, changed, "zmieniono-przydzial").await
}

async fn set_away(ask: &Ask, away: bool) -> Answer {
    let them = person(ask).await?;
    let changed = match reader(ask, Act::Receive) {
        Ok(reader) => hand::away(ask.node(), &reader, &them.id, away).await,
        Err(refusal) => Err(refusal),
    };
    settled(ask, changed, if away { "nieobecnosc" } else { "powrot" }).await
}

/// The person is away; the substitute acts.
pub(super) async fn away(ask: Ask) -> Answer {
    set_away(&ask, true).await
}

/// The person is back.
pub(super) async fn returned(ask: Ask) -> Answer {
    set_away(&ask, false).await
}

/// Ends the account. A kierownik hands the cases over in the same step; whoever has no keys leaves that to one.
pub(super) async fn leave(ask: Ask) -> Answer {
    let (by, them) = (by(&ask)?, person(&ask).await?);
    let left = match (picked(&ask, "nastepca", "successor").await, reader(&ask, Act::GiveKeys)) {
        (Err(refusal), _) => Err(refusal),
        (Ok(to), Ok(reader)) => hand::leave(ask.node(), &reader, &them.id, to.as_ref()).await.map(drop),
        // A successor gets the cases from who has keys; nobody is told that they got them otherwise.
        (Ok(Some(_)), Err(refusal)) => Err(refusal),
        (Ok(None), Err(_)) => office::leave(ask.node(), &by, &them.id).await.map(drop),
    };
    settled(&ask, left, "odejscie").await
}

/// Hands all cases over to somebody else.
pub(super) async fn hand_over(ask: Ask) -> Answer {
    let them = person(&ask).await?;
    let moved = match (picked(&ask, "nastepca", "successor").await, reader(&ask, Act::GiveKeys)) {
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
        (Ok(None), Ok(_)) => Err(Refusal::new(Reason::FieldMissing).with("field", "successor")),
        (Ok(Some(to)), Ok(reader)) => hand::reassign(ask.node(), &reader, &them.id, &to).await.map(drop),
    };
    settled(&ask, moved, "przeniesiono").await
}
