//! Accounts, sessions and the trail at the socket: what can be asked and what is answered.

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;

use super::call::Who;
use crate::Node;
use crate::account::first::{first, recover};
use crate::account::login::{self, Opened};
use crate::account::office::{self, By, Leaving, NewAccount};
use crate::account::recovery::Share;
use crate::account::{AccessRole, Account, AccountId, Act, Factor, Password, Reader, Receives, Source};
use crate::trail::{self, Entry, Head};
use crate::vault::hand;

/// What is asked about accounts. Others are named by their login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the function of the same name in account, session or trail")]
pub enum AccountAct {
    Login { login: String, password: Password },
    Second { ticket: Password, code: Password },
    Logout,
    LockSession,
    Unlock { password: Password },
    Password { old: Password, new: Password },
    FactorSheet { password: Password },
    FactorOffer,
    FactorTotp { password: Password, secret: Password, code: Password },
    FactorOff { password: Password },
    First { code: Password, new: NewAccount, password: Password },
    List,
    Add { new: NewAccount },
    Reset { login: String },
    Lock { login: String, locked: bool },
    Role { login: String, role: AccessRole, worker_role: Option<WorkerRole> },
    Keys { login: String, fingerprint: String },
    Substitute { login: String, substitute: Option<String> },
    Receives { login: String, receives: Option<Receives> },
    Away { login: String, away: bool },
    Leave { login: String, successor: Option<String> },
    Reassign { login: String, successor: String, number: Option<String> },
    Exclude { number: String, login: String, why: String },
    Admit { number: String, login: String },
    Recover { login: String, sheets: [Password; 2] },
    TrailVerify { noted: Option<Head> },
    Trail { before: Option<u64>, number: Option<String> },
}

/// One recovery sheet to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetView {
    /// Which of the three, from 1.
    pub number: u8,
    /// Two words that are the same on all three.
    pub set: String,
    /// Nine lines of five words.
    pub lines: Vec<Password>,
}

impl From<&Share> for SheetView {
    fn from(share: &Share) -> Self {
        let lines = share.lines().iter().map(|line| Password::new(line)).collect();
        Self { number: share.number(), set: share.set_name(), lines }
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each holds the value of the same name")]
pub enum AccountAnswer {
    Done,
    Session { token: Password },
    FactorAsked { ticket: Password },
    Accounts(Vec<Account>),
    FirstPassword { account: Account, password: Password },
    Codes(Vec<Password>),
    Secret(Password),
    Sheets { account: Account, sheets: Vec<SheetView> },
    Left(Leaving),
    Moved(usize),
    Head(Head),
    Trail(Vec<Entry>),
}

/// Answers for whoever is at the other end; signing in takes nobody in particular.
pub(super) async fn on_account(node: &Node, who: &Who, act: AccountAct) -> Result<AccountAnswer, Refusal> {
    use AccountAct as A;
    let from = Source::Local(who.uid);
    match act {
        A::Login { login, password } => Ok(match login::login(node, &login, &password, from).await? {
            Opened::Session(token) => AccountAnswer::Session { token: Password::new(token.text()) },
            Opened::Factor(ticket) => AccountAnswer::FactorAsked { ticket: Password::new(ticket.text()) },
        }),
        A::Second { ticket, code } => {
            let token = login::second(node, ticket.text(), code.text(), from).await?;
            Ok(AccountAnswer::Session { token: Password::new(token.text()) })
        }
        A::First { code, new, password } => {
            let made = first(node, code.text(), &new, &password, from).await?;
            let sheets = made.sheets.iter().map(SheetView::from).collect();
            Ok(AccountAnswer::Sheets { account: made.account, sheets })
        }
        A::Logout | A::LockSession | A::Unlock { .. } | A::Password { .. } => on_session(node, who, act).await,
        A::FactorSheet { .. } | A::FactorOffer | A::FactorTotp { .. } | A::FactorOff { .. } => {
            on_factor(node, who, act).await
        }
        A::TrailVerify { noted } => {
            let mut tx = seen(node, who, Act::VerifyTrail).await?;
            trail::verify(&mut tx, noted.as_ref()).await.map(AccountAnswer::Head)
        }
        A::Trail { before, number } => {
            drop(seen(node, who, Act::ReadTrail).await?);
            let session = node.sessions().enter(node.env().now_ms(), token(who)?)?;
            let entries = trail::read(node, &session, before, number.as_deref(), trail::PAGE_MAX).await?;
            Ok(AccountAnswer::Trail(entries))
        }
        A::Keys { .. }
        | A::Away { .. }
        | A::Leave { .. }
        | A::Reassign { .. }
        | A::Exclude { .. }
        | A::Admit { .. } => on_hand(node, who, act).await,
        A::List
        | A::Add { .. }
        | A::Reset { .. }
        | A::Lock { .. }
        | A::Role { .. }
        | A::Substitute { .. }
        | A::Receives { .. }
        | A::Recover { .. } => on_office(node, who, act).await,
    }
}

fn token(who: &Who) -> Result<&str, Refusal> {
    who.session.as_deref().ok_or_else(|| Refusal::new(Reason::SessionEnded))
}

async fn on_session(node: &Node, who: &Who, act: AccountAct) -> Result<AccountAnswer, Refusal> {
    let (token, from) = (token(who)?, Source::Local(who.uid));
    if let AccountAct::Unlock { password } = &act {
        login::unlock(node, token, password, from).await?;
    } else if let AccountAct::Password { old, new } = &act {
        login::change_password(node, token, old, new, from).await?;
    } else if act == AccountAct::Logout {
        login::logout(node, token).await?;
    } else {
        node.sessions().peek(node.env().now_ms(), token)?;
        node.sessions().lock(token);
    }
    Ok(AccountAnswer::Done)
}

async fn on_factor(node: &Node, who: &Who, act: AccountAct) -> Result<AccountAnswer, Refusal> {
    let (token, from) = (token(who)?, Source::Local(who.uid));
    if let AccountAct::FactorSheet { password } = &act {
        let codes = login::factor_sheet(node, token, password, from).await?;
        return Ok(AccountAnswer::Codes(codes.iter().map(|code| Password::new(code)).collect()));
    }
    if let AccountAct::FactorTotp { password, secret, code } = &act {
        let offered = Factor::of_secret_text(secret.text()).ok_or_else(|| Refusal::new(Reason::LoginFailed))?;
        login::factor_totp(node, token, password, &offered, code.text(), from).await?;
        return Ok(AccountAnswer::Done);
    }
    if let AccountAct::FactorOff { password } = &act {
        login::factor_off(node, token, password, from).await?;
        return Ok(AccountAnswer::Done);
    }
    node.sessions().enter(node.env().now_ms(), token)?;
    let secret = Factor::totp(node.env()).secret_text().unwrap_or_default();
    Ok(AccountAnswer::Secret(Password::new(&secret)))
}

/// Who changes accounts: somebody signed in; without a session, root or the owner of the data folder.
fn by(node: &Node, who: &Who) -> Result<By, Refusal> {
    match &who.session {
        Some(token) => Ok(By::Worker(Box::new(node.sessions().enter(node.env().now_ms(), token)?.account))),
        None if who.admin => Ok(By::Machine(who.uid)),
        None => Err(Refusal::new(Reason::SessionEnded)),
    }
}

async fn seen(node: &Node, who: &Who, act: Act) -> Result<crate::store::Tx, Refusal> {
    let by = by(node, who)?;
    let mut tx = node.store().begin("account.seen").await?;
    office::may(&mut tx, &by, act).await?;
    Ok(tx)
}

async fn named(node: &Node, login: &str) -> Result<AccountId, Refusal> {
    office::by_login(node, login).await.map(|account| account.id)
}

/// Who asks, as somebody whose keys open cases; the role is looked at first.
async fn reader(node: &Node, who: &Who, act: Act) -> Result<Reader, Refusal> {
    drop(seen(node, who, act).await?);
    node.sessions().enter(node.env().now_ms(), token(who)?)?.reader()
}

async fn on_hand(node: &Node, who: &Who, act: AccountAct) -> Result<AccountAnswer, Refusal> {
    let one = |account| AccountAnswer::Accounts(vec![account]);
    if let AccountAct::Keys { login, fingerprint } = &act {
        let reader = reader(node, who, Act::GiveKeys).await?;
        return hand::give(node, &reader, &named(node, login).await?, fingerprint).await.map(one);
    }
    if let AccountAct::Away { login, away } = &act {
        let reader = reader(node, who, Act::Receive).await?;
        return hand::away(node, &reader, &named(node, login).await?, *away).await.map(one);
    }
    if let AccountAct::Exclude { number, login, why } = &act {
        let reader = reader(node, who, Act::Exclude).await?;
        let id = named(node, login).await?;
        return hand::exclude(node, &reader, number, &id, why.parse()?).await.map(|()| AccountAnswer::Done);
    }
    if let AccountAct::Admit { number, login } = &act {
        let reader = reader(node, who, Act::Assign).await?;
        return hand::admit(node, &reader, number, &named(node, login).await?).await.map(|()| AccountAnswer::Done);
    }
    if let AccountAct::Reassign { login, successor, number } = &act {
        let (from, to) = (named(node, login).await?, named(node, successor).await?);
        let Some(number) = number else {
            let reader = reader(node, who, Act::GiveKeys).await?;
            return hand::reassign(node, &reader, &from, &to).await.map(AccountAnswer::Moved);
        };
        let reader = reader(node, who, Act::Assign).await?;
        return hand::transfer(node, &reader, number, &from, &to).await.map(|()| AccountAnswer::Moved(1));
    }
    let AccountAct::Leave { login, successor } = &act else { return Err(Refusal::new(Reason::Internal)) };
    let from = named(node, login).await?;
    let to = match successor {
        Some(login) => Some(named(node, login).await?),
        None => None,
    };
    match reader(node, who, Act::GiveKeys).await {
        Ok(reader) => hand::leave(node, &reader, &from, to.as_ref()).await.map(|(left, _)| AccountAnswer::Left(left)),
        // Whoever gives no keys ends the account; its cases stay with every kierownik.
        Err(refusal) if to.is_some() => Err(refusal),
        Err(_) => office::leave(node, &by(node, who)?, &from).await.map(AccountAnswer::Left),
    }
}

async fn on_office(node: &Node, who: &Who, act: AccountAct) -> Result<AccountAnswer, Refusal> {
    let by = by(node, who)?;
    let one = |account| AccountAnswer::Accounts(vec![account]);
    if let AccountAct::Add { new } = &act {
        let (account, first) = office::add(node, &by, new).await?;
        return Ok(AccountAnswer::FirstPassword { account, password: Password::new(&first) });
    }
    if let AccountAct::Reset { login } = &act {
        let id = named(node, login).await?;
        let first = office::reset(node, &by, &id).await?;
        let account = office::get(node, &id).await?;
        return Ok(AccountAnswer::FirstPassword { account, password: Password::new(&first) });
    }
    if let AccountAct::Lock { login, locked } = &act {
        return office::lock(node, &by, &named(node, login).await?, *locked).await.map(one);
    }
    if let AccountAct::Role { login, role, worker_role } = &act {
        let before = office::by_login(node, login).await?;
        return office::set_role(node, &by, &before.id, *role, worker_role.unwrap_or(before.worker_role))
            .await
            .map(one);
    }
    if let AccountAct::Substitute { login, substitute } = &act {
        let other = match substitute {
            Some(login) => Some(named(node, login).await?),
            None => None,
        };
        return office::substitute(node, &by, &named(node, login).await?, other).await.map(one);
    }
    if let AccountAct::Receives { login, receives } = &act {
        return office::receive(node, &by, &named(node, login).await?, *receives).await.map(one);
    }
    if let AccountAct::Recover { login, sheets: [sheet, other] } = &act {
        let (sheet, other) = (Share::read(sheet.text())?, Share::read(other.text())?);
        return recover(node, &by, &named(node, login).await?, &sheet, &other).await.map(one);
    }
    office::list(node).await.map(AccountAnswer::Accounts)
}
