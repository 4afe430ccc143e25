//! The second factor: a printed sheet of one-time codes, an authenticator program, or none.

use askama::Template;
use axum::http::StatusCode;
use wiez_proto::refusal::Refusal;

use super::ask::{Answer, Ask, go, page, page_as};
use super::fault::{Told, status};
use super::fields::Fields;
use super::frame::Frame;
use super::people::me;
use super::words::date;
use crate::account::{Factor, FactorKind, login};

/// Where a new sheet is shown once.
const SHEET: &str = "/drugi-skladnik/arkusz";
/// The form.
const FORM: &str = "/drugi-skladnik/ustaw";

#[derive(Template)]
#[template(path = "factor.html")]
struct FactorPage<'a> {
    f: Frame<'a>,
    told: Option<Told>,
    done: bool,
    now: String,
    /// Whether there is one, which this role may go without.
    ends: bool,
    secret: String,
    /// The secret's square code as the path of a drawing; empty when it does not fit.
    square: String,
    side: usize,
}

/// Width of the empty border that readers of square codes need (ISO/IEC 18004, 6.3.8).
const BORDER: usize = 4;

/// Draws a text as a square code: a path of unit squares, and the length of a side.
fn square(text: &str) -> Option<(String, usize)> {
    let code = qrcode::QrCode::new(text.as_bytes()).ok()?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == qrcode::Color::Dark);
    let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + BORDER, at / width + BORDER)).collect();
    Some((path, width + 2 * BORDER))
}

fn shown(ask: &Ask, offered: &Factor, refusal: Option<&Refusal>) -> Answer {
    let (t, me) = (ask.texts(), me(ask)?);
    let f = Frame::new(ask, "w-factor-title");
    let secret = offered.secret_text().unwrap_or_default();
    let groups: Vec<String> =
        secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    let kind = match me.factor {
        None => "w-person-factor-none",
        Some(FactorKind::Sheet) => "w-person-factor-sheet",
        Some(FactorKind::Totp) => "w-person-factor-totp",
    };
    // The label names institution and login, as programs show them side by side.
    let uri = format!("otpauth://totp/Wiez:{}?secret={}&issuer=Wiez", me.login, secret.as_str());
    let (square, side) = square(&uri).unwrap_or_default();
    page_as(
        refusal.map_or(StatusCode::OK, |refusal| status(refusal.reason)),
        &FactorPage {
            f: if refusal.is_some() { f.problem() } else { f },
            told: refusal.map(|refusal| Told::of(refusal, ask.lang())),
            done: refusal.is_none() && ask.query().get("zrobione") == "ustawiono",
            now: t.say(kind),
            ends: me.factor.is_some() && !me.role.gives_keys(),
            secret: groups.join(" "),
            square,
            side,
        },
    )
}

/// The form, with a secret offered for a program.
pub(super) async fn form(ask: Ask) -> Answer {
    let offered = Factor::totp(ask.node().env());
    shown(&ask, &offered, None)
}

/// Asked for, the address of a form leads to its page.
pub(super) async fn back(_: Ask) -> Answer {
    go(FORM)
}

/// What was offered on the page that was sent; a new one when that cannot be read.
fn offered(ask: &Ask) -> Factor {
    Factor::of_secret_text(ask.fields().get("sekret")).unwrap_or_else(|| Factor::totp(ask.node().env()))
}

/// Makes a new sheet; it is shown once on the next page.
pub(super) async fn sheet(ask: Ask) -> Answer {
    match login::factor_sheet(ask.node(), ask.token(), &ask.password("haslo"), ask.source()).await {
        Ok(codes) => {
            let kept = Fields::default().with("kody", &codes.join(" "));
            ask.web().desks.set_draft(ask.token(), ask.now_ms(), SHEET, kept);
            go(SHEET)
        }
        Err(refusal) => shown(&ask, &offered(&ask), Some(&refusal)),
    }
}

/// Makes the program the second factor that showed the right code.
pub(super) async fn program(ask: Ask) -> Answer {
    let factor = offered(&ask);
    let (password, code) = (ask.password("haslo"), ask.fields().get("kod").to_owned());
    match login::factor_totp(ask.node(), ask.token(), &password, &factor, &code, ask.source()).await {
        Ok(()) => go("/drugi-skladnik/ustaw?zrobione=ustawiono"),
        Err(refusal) => shown(&ask, &factor, Some(&refusal)),
    }
}

/// Goes without.
pub(super) async fn off(ask: Ask) -> Answer {
    match login::factor_off(ask.node(), ask.token(), &ask.password("haslo"), ask.source()).await {
        Ok(()) => go("/drugi-skladnik/ustaw?zrobione=ustawiono"),
        Err(refusal) => shown(&ask, &offered(&ask), Some(&refusal)),
    }
}

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesPage<'a> {
    f: Frame<'a>,
    login: String,
    made: String,
    codes: Vec<String>,
}

/// Shows a new sheet once; asked for again, it leads to the form.
pub(super) async fn codes(ask: Ask) -> Answer {
    let login = me(&ask)?.login.clone();
    let kept = ask.draft();
    ask.forget(SHEET);
    let codes: Vec<String> = kept.get("kody").split_whitespace().map(str::to_owned).collect();
    if codes.is_empty() {
        return go(FORM);
    }
    page(&CodesPage { f: Frame::new(&ask, "w-factor-codes"), login, made: date(ask.now_ms()), codes })
}
