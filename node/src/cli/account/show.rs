//! Shows what was answered about accounts, sessions and the trail.

use crate::account::{Account, Password};
use crate::api::{AccountAnswer, SheetView};
use crate::trail::Entry;

use super::super::talk::Talk;

/// Shows an answer to a person, or as JSON to a program.
pub(super) fn show(talk: &mut Talk<'_>, answer: &AccountAnswer) {
    if talk.json {
        talk.value(answer);
        return;
    }
    match answer {
        AccountAnswer::Done => talk.told("done", &[]),
        // Tokens and tickets go into files and forms, not to people.
        AccountAnswer::Session { .. } | AccountAnswer::FactorAsked { .. } => talk.told("signed-in", &[]),
        AccountAnswer::Accounts(accounts) => accounts.iter().for_each(|one| account(talk, one)),
        AccountAnswer::FirstPassword { account: of, password } => {
            talk.told("first-password", &[("login", &of.login)]);
            talk.line(password.text());
        }
        AccountAnswer::Codes(codes) => {
            talk.told("codes-once", &[]);
            secrets(talk, codes);
        }
        AccountAnswer::Secret(secret) => {
            talk.line(secret.text());
            talk.hint("next-totp", &[]);
        }
        AccountAnswer::Sheets { account: of, sheets } => {
            account(talk, of);
            talk.told("sheets-once", &[]);
            sheets.iter().for_each(|one| sheet(talk, one));
        }
        AccountAnswer::Left(left) => {
            account(talk, &left.account);
            talk.told("left", &[("login", &left.account.login)]);
        }
        AccountAnswer::Moved(count) => {
            let text = talk.texts.count("cases-moved", *count);
            talk.line(&text);
        }
        AccountAnswer::Head(head) => {
            talk.told("trail-good", &[("size", &head.seq.to_string())]);
            talk.line(&head.to_string());
        }
        AccountAnswer::Trail(entries) if entries.is_empty() => talk.told("nothing", &[]),
        AccountAnswer::Trail(entries) => entries.iter().for_each(|one| entry(talk, one)),
    }
}

fn secrets(talk: &mut Talk<'_>, secrets: &[Password]) {
    secrets.iter().for_each(|secret| talk.line(secret.text()));
}

fn sheet(talk: &mut Talk<'_>, sheet: &SheetView) {
    let title = talk.texts.fill("sheet-title", &[("n", &sheet.number.to_string()), ("set", &sheet.set)]);
    talk.line("");
    talk.line(&title);
    secrets(talk, &sheet.lines);
}

fn account(talk: &mut Talk<'_>, account: &Account) {
    let lang = talk.lang();
    let state = talk.texts.say(&format!("account-{}", code(&account.state)));
    let keys = talk.texts.say(&format!("keys-{}", code(&account.keys)));
    let receives = account.receives.map(|one| format!(", {}", talk.texts.say(&format!("receives-{}", one.code()))));
    let away = if account.away { format!(", {}", talk.texts.say("away")) } else { String::new() };
    let key = account.fingerprint.as_ref().map(|code| format!(", {code}")).unwrap_or_default();
    let factor = account.factor.map(|kind| format!(", {}", kind.code())).unwrap_or_default();
    talk.line(&format!(
        "{:<16}  {}  ({}, {})  {state}, {keys}{key}{factor}{}{away}",
        account.login,
        account.name,
        account.role.label(lang),
        account.worker_role.label(lang),
        receives.unwrap_or_default()
    ));
}

fn entry(talk: &mut Talk<'_>, entry: &Entry) {
    let did = talk.texts.say(&format!("did-{}", entry.act.code()));
    let at = talk.texts.moment(entry.at_ms);
    talk.line(&format!("{:>7}  {at}  {}  {did}  {}  {}", entry.seq, entry.worker, entry.number, entry.about));
}

/// The code of a state, as JSON writes it.
fn code(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
