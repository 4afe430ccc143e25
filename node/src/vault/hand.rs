//! Gives and takes access to cases: by somebody signed in who holds the keys, each in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::envelope::SealingKey;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Lang;

use super::{Member, open_recovery, wrap_to};
use crate::Node;
use crate::account::office::{self, By, Leaving};
use crate::account::{AccessRole, Account, AccountId, Act, Reader, Receives, State};
use crate::casework;
use crate::store::hand::{self, Excluded, Lent};
use crate::store::{self, Tx, vault};
use crate::trail::{self, Act as Did};

/// Why somebody is excluded from a case. Codes, because a sentence would tell about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The worker's own interest is touched.
    Interest,
    /// The worker is close to somebody whom the case is about.
    Close,
    /// The person whom it is about asked for it.
    Asked,
    /// Another reason, kept in the paper file.
    Other,
}

impl Why {
    /// Every reason.
    pub const ALL: &'static [Self] = &[Self::Interest, Self::Close, Self::Asked, Self::Other];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Interest => "INTEREST",
            Self::Close => "CLOSE",
            Self::Asked => "ASKED",
            Self::Other => "OTHER",
        }
    }

    /// The name that a person reads.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        lang.pick(match self {
            Self::Interest => ["konflikt interesów", "conflict of interest", "конфлікт інтересів"],
            Self::Close => ["bliska osoba lub znajomy", "relative or acquaintance", "близька особа або знайомий"],
            Self::Asked => [
                "prośba osoby, której sprawa dotyczy",
                "request of the person concerned",
                "прохання особи, якої стосується справа",
            ],
            Self::Other => {
                ["inny powód, opisany w teczce", "another reason, in the paper file", "інша причина, описана в теці"]
            }
        })
    }
}

impl std::str::FromStr for Why {
    type Err = Refusal;

    fn from_str(code: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.iter().copied().find(|why| why.code() == code);
        found.ok_or_else(|| wiez_proto::wire::invalid("reason"))
    }
}

/// Who sees one case, and who was excluded from it.
#[derive(Debug, Clone)]
pub struct Circle {
    /// Whether it concerns somebody's safety.
    pub hidden: bool,
    /// Accounts that see it.
    pub sees: Vec<Account>,
    /// Kierownicy who keep its key and do not see it.
    pub keeps: Vec<Account>,
    /// Who was excluded, by whom, when and why.
    pub excluded: Vec<(Account, Excluded)>,
    /// Accounts that could see it and do not.
    pub others: Vec<Account>,
}

/// Whether an account sees anything that could be handed over, and how many ordinary cases and consent records it sees
/// that whoever asks sees too. What stands apart is in no count.
///
/// # Errors
/// `INTERNAL`.
pub async fn count(node: &Node, reader: &Reader, id: &AccountId) -> Result<(bool, usize), Refusal> {
    hand::count(&mut *node.store().view_as("hand.count", reader).await?, id).await
}

/// Who asks, when the account may do this as it is now.
async fn doer(tx: &mut Tx, reader: &Reader, act: Act) -> Result<Account, Refusal> {
    let account = store::account::get(tx, reader.account()).await?.account;
    account.may(act)?;
    Ok(account)
}

/// Somebody who may be given cases.
async fn able(tx: &mut Tx, id: &AccountId) -> Result<(Account, Member), Refusal> {
    let account = store::account::get(tx, id).await?.account;
    account.reads()?;
    let member = vault::members(tx).await?.into_iter().find(|member| member.id == *id);
    Ok((account, member.ok_or_else(|| Refusal::new(Reason::AccountKeyless))?))
}

/// Wraps the key of something that whoever acts holds.
async fn wrap(node: &Node, tx: &mut Tx, name: &str, to: &Member, sees: bool) -> Result<(), Refusal> {
    let secret = vault::secret(tx, name).await?;
    vault::admit(tx, name, &to.id, sees, &wrap_to(node.env(), to, name, &secret)?).await
}

/// Consent records are the institution's, and their numbers begin so.
const CONSENT: &str = "Z-";

/// What an account is to hold: of a kierownik everything, of everybody else what they had and every consent record,
/// which is the institution's; of nobody what they are excluded from.
async fn due(tx: &mut Tx, account: &Account) -> Result<Vec<(String, bool)>, Refusal> {
    let had: BTreeMap<String, bool> = vault::held(tx, &account.id).await?.into_iter().collect();
    let out = hand::excluded_from(tx, &account.id).await?;
    if account.role != AccessRole::Kierownik {
        let consents = hand::all(tx).await?.into_iter().filter(|name| name.starts_with(CONSENT));
        let held: BTreeMap<String, bool> = consents.map(|name| (name, true)).chain(had).collect();
        return Ok(held.into_iter().filter(|(name, _)| !out.contains(name)).collect());
    }
    let (hidden, watched) = (hand::hidden(tx).await?, hand::watched(tx, &account.id).await?);
    let safety = matches!(account.receives, Some(Receives::Safety | Receives::Both));
    let sees = |name: &String| {
        let led = !hidden.contains(name) || safety || !watched.contains(name);
        led || had.get(name).copied().unwrap_or(false)
    };
    let all = hand::all(tx).await?.into_iter().filter(|name| !out.contains(name));
    Ok(all.map(|name| (name.clone(), sees(&name))).collect())
}

/// Where nobody with keys sees what an account sees, every kierownik who keeps the key does.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn adopt(tx: &mut Tx, id: &AccountId) -> Result<(), Refusal> {
    for (name, _) in vault::held(tx, id).await?.into_iter().filter(|(_, sees)| *sees) {
        hand::adopt(tx, &name).await?;
    }
    Ok(())
}

/// Confirms the key of an account that works with content, the one whose fingerprint was compared, and wraps to it what
/// the account is to hold. Only a signed-in kierownik with keys does it, and gives nothing of what the kierownik is
/// excluded from or holds no key of: that another kierownik gives, by admitting to the case.
///
/// # Errors
/// `WORKER_ROLE`, `NOT_FOUND`, `SECOND_PERSON` for one's own account, `ACCOUNT_CLOSED`, `ACCOUNT_KEYLESS` when the other
/// one signs in first and sets a password, `ACCOUNT_CHANGED` when that is another key by now.
pub async fn give(node: &Node, reader: &Reader, id: &AccountId, fingerprint: &str) -> Result<Account, Refusal> {
    let mut tx = node.store().begin_as("hand.give", reader).await?;
    let by = By::Worker(Box::new(doer(&mut tx, reader, Act::GiveKeys).await?));
    let account = office::confirm(node, &mut tx, &by, id, fingerprint).await?;
    let (_, member) = able(&mut tx, id).await?;
    let mine = vault::giveable(&mut tx, reader.account()).await?;
    let (given, kept): (Vec<_>, Vec<_>) =
        due(&mut tx, &account).await?.into_iter().partition(|(name, _)| mine.contains(name));
    for (name, sees) in given {
        wrap(node, &mut tx, &name, &member, sees).await?;
    }
    let theirs = vault::giveable(&mut tx, id).await?;
    for (name, sees) in kept.into_iter().filter(|(name, _)| !theirs.contains(name)) {
        // Without its key there is nothing to see; whoever keeps the key and is not excluded does.
        vault::expel(&mut tx, &name, id).await?;
        if sees {
            hand::adopt(&mut tx, &name).await?;
        }
    }
    tx.commit().await?;
    node.sessions().changed(&account);
    Ok(account)
}

/// Wraps everything to an account with the recovery key from paper.
///
/// # Errors
/// `RECOVERY_SHEET` when the key opens nothing here, `ACCOUNT_KEYLESS`, `DISK_FULL`, `INTERNAL`.
pub(crate) async fn recovered(node: &Node, tx: &mut Tx, account: &Account, key: &SealingKey) -> Result<(), Refusal> {
    let (_, member) = able(tx, &account.id).await?;
    let due: BTreeMap<String, bool> = due(tx, account).await?.into_iter().collect();
    for (name, kept) in vault::for_recovery(tx).await? {
        let secret = open_recovery(node.env(), key, &name, &kept)?;
        let sees = due.get(&name).copied().unwrap_or(false);
        vault::admit(tx, &name, &account.id, sees, &wrap_to(node.env(), &member, &name, &secret)?).await?;
    }
    Ok(())
}

/// Ends somebody's access to something; a kierownik keeps the key.
async fn release(tx: &mut Tx, name: &str, from: &Account) -> Result<(), Refusal> {
    hand::keep_lent(tx, name, &from.id).await?;
    if from.role == AccessRole::Kierownik && from.state == State::Active {
        hand::conceal(tx, name, &from.id).await
    } else {
        vault::expel(tx, name, &from.id).await.map(drop)
    }
}

/// Moves all that one account sees to another. What the other one or whoever does it is excluded from stays, and so do
/// ordinary cases with a kierownik, who sees all of them. How much it was, and how much of it whoever does it sees.
async fn moved(
    node: &Node,
    tx: &mut Tx,
    reader: &Reader,
    from: &Account,
    to: &AccountId,
) -> Result<(Account, usize, usize), Refusal> {
    if from.id == *to {
        return Err(wiez_proto::wire::invalid("successor"));
    }
    let (successor, member) = able(tx, to).await?;
    let (out, hidden) = (hand::excluded_from(tx, to).await?, hand::hidden(tx).await?);
    let mine = vault::giveable(tx, reader.account()).await?;
    let leads = from.role == AccessRole::Kierownik && from.state == State::Active;
    let seen: BTreeMap<String, bool> = vault::held(tx, reader.account()).await?.into_iter().collect();
    let (mut count, mut visible) = (0, 0);
    let goes = |name: &String| mine.contains(name) && !out.contains(name);
    for (name, _) in vault::held(tx, &from.id).await?.into_iter().filter(|(name, sees)| *sees && goes(name)) {
        wrap(node, tx, &name, &member, true).await?;
        hand::keep_lent(tx, &name, to).await?;
        if !leads || hidden.contains(&name) {
            release(tx, &name, from).await?;
        }
        count += 1;
        visible += usize::from(seen.get(&name) == Some(&true));
    }
    Ok((successor, count, visible))
}

/// Gives everything that one account sees to another, whether the first one works here or left. How much it was of what
/// whoever does it sees; the trail has the whole number, for the data-protection officer.
///
/// # Errors
/// As [`give`]; `FIELD_INVALID` (field `successor`) for the same account, `WORKER_ROLE` and `ACCOUNT_KEYLESS` when the
/// other one may not read.
pub async fn reassign(node: &Node, reader: &Reader, from: &AccountId, to: &AccountId) -> Result<usize, Refusal> {
    let mut tx = node.store().begin_as("hand.reassign", reader).await?;
    let by = By::Worker(Box::new(doer(&mut tx, reader, Act::GiveKeys).await?));
    let from = store::account::get(&mut tx, from).await?.account;
    take_back(&mut tx, &from.id).await?;
    let (successor, count, visible) = moved(node, &mut tx, reader, &from, to).await?;
    office::note(node, &mut tx, &by, Did::CasesMoved, &from, &format!("{} {count}", successor.login)).await?;
    tx.commit().await?;
    Ok(visible)
}

/// Somebody leaves: the cases go to another account, the key is revoked and wiped, in one step. Without a successor
/// every kierownik keeps the cases. How many were given.
///
/// # Errors
/// As [`reassign`].
pub async fn leave(
    node: &Node,
    reader: &Reader,
    from: &AccountId,
    to: Option<&AccountId>,
) -> Result<(Leaving, usize), Refusal> {
    let mut tx = node.store().begin_as("hand.leave", reader).await?;
    let by = By::Worker(Box::new(doer(&mut tx, reader, Act::GiveKeys).await?));
    let (left, changed) = office::end(node, &mut tx, &by, from).await?;
    let mut count = 0;
    if let Some(to) = to {
        let (successor, given, _) = moved(node, &mut tx, reader, &left.account, to).await?;
        count = given;
        office::note(node, &mut tx, &by, Did::CasesMoved, &left.account, &format!("{} {count}", successor.login))
            .await?;
    }
    adopt(&mut tx, from).await?;
    tx.commit().await?;
    office::told(node, from, &changed);
    Ok((left, count))
}

/// Ends what a substitute sees only because somebody is away.
///
/// # Errors
/// `DISK_FULL` or `INTERNAL`.
pub(crate) async fn take_back(tx: &mut Tx, id: &AccountId) -> Result<(), Refusal> {
    let lent = hand::lent_of(tx, id).await?;
    hand::forget_lent(tx, id).await?;
    let substitutes: BTreeSet<AccountId> = lent.iter().map(|one| one.substitute).collect();
    for substitute in &substitutes {
        // What another absence lent too stays until that one ends.
        let still: BTreeSet<String> = hand::lent_to(tx, substitute).await?.into_iter().map(|one| one.name).collect();
        for one in lent.iter().filter(|one| one.substitute == *substitute && !still.contains(&one.name)) {
            if one.held {
                hand::conceal(tx, &one.name, substitute).await?;
            } else {
                vault::expel(tx, &one.name, substitute).await?;
            }
        }
    }
    Ok(())
}

/// Lets the substitute see what somebody sees who is away, but for what the substitute or whoever does it is excluded
/// from.
async fn lend(node: &Node, tx: &mut Tx, reader: &Reader, from: &Account) -> Result<(), Refusal> {
    let missing = || Refusal::new(Reason::FieldMissing).with("field", "substitute");
    let (substitute, member) = able(tx, &from.substitute.ok_or_else(missing)?).await?;
    let has: BTreeMap<String, bool> = vault::held(tx, &substitute.id).await?.into_iter().collect();
    let before: BTreeMap<String, bool> =
        hand::lent_to(tx, &substitute.id).await?.into_iter().map(|lent| (lent.name, lent.held)).collect();
    let out = hand::excluded_from(tx, &substitute.id).await?;
    let mine = vault::giveable(tx, reader.account()).await?;
    let goes = |name: &String| mine.contains(name) && !out.contains(name);
    for (name, _) in vault::held(tx, &from.id).await?.into_iter().filter(|(name, sees)| *sees && goes(name)) {
        let own = has.get(&name).copied();
        // What another absence lent already is lent twice; what the substitute sees anyway is not lent.
        let held = match before.get(&name) {
            Some(held) => *held,
            None if own == Some(true) => continue,
            None => own.is_some(),
        };
        wrap(node, tx, &name, &member, true).await?;
        hand::lend(tx, &from.id, &Lent { name, substitute: substitute.id, held }).await?;
    }
    Ok(())
}

/// Notes that somebody is away, and lets the substitute see what that person sees until the person is back.
///
/// # Errors
/// `WORKER_ROLE`, `NOT_FOUND`, `ACCOUNT_CLOSED`, `FIELD_MISSING` (field `substitute`), `ACCOUNT_KEYLESS`.
pub async fn away(node: &Node, reader: &Reader, id: &AccountId, away: bool) -> Result<Account, Refusal> {
    let mut tx = node.store().begin_as("hand.away", reader).await?;
    let by = By::Worker(Box::new(doer(&mut tx, reader, Act::Receive).await?));
    let mut row = store::account::get(&mut tx, id).await?;
    if row.account.state == State::Left {
        return Err(Refusal::new(Reason::AccountClosed));
    }
    take_back(&mut tx, id).await?;
    if away {
        lend(node, &mut tx, reader, &row.account).await?;
    }
    row.account.away = away;
    store::account::put(&mut tx, &row).await?;
    let did = if away { Did::WentAway } else { Did::CameBack };
    office::note(node, &mut tx, &by, did, &row.account, "").await?;
    tx.commit().await?;
    node.sessions().changed(&row.account);
    Ok(row.account)
}

/// Who sees a case, for a kierownik who sees it.
///
/// # Errors
/// `NOT_FOUND`, `WORKER_ROLE`.
pub async fn circle(node: &Node, reader: &Reader, number: &str) -> Result<Circle, Refusal> {
    let mut view = node.store().view_as("hand.circle", reader).await?;
    store::account::get(&mut view, reader.account()).await?.account.may(Act::Assign)?;
    let case = casework::load(&mut view, number).await?;
    let accounts = store::account::list(&mut view).await?;
    let (holders, excluded) =
        (vault::holders(&mut view, &case.number).await?, hand::excluded(&mut view, &case.number).await?);
    let find = |id: &AccountId| accounts.iter().find(|one| one.id == *id && one.state != State::Left).cloned();
    let of = |sight: bool| holders.iter().filter(|(_, sees)| *sees == sight).filter_map(|(id, _)| find(id)).collect();
    let (sees, keeps): (Vec<Account>, Vec<Account>) = (of(true), of(false));
    let excluded: Vec<_> = excluded.into_iter().filter_map(|one| Some((find(&one.account)?, one))).collect();
    let inside = |one: &Account| {
        sees.iter().any(|other| other.id == one.id) || excluded.iter().any(|(other, _)| other.id == one.id)
    };
    let others = accounts.iter().filter(|one| one.reads().is_ok() && !inside(one)).cloned().collect();
    Ok(Circle { hidden: case.hidden, others, sees, keeps, excluded })
}

async fn told(node: &Node, tx: &mut Tx, by: &Account, did: Did, number: &str, about: &str) -> Result<(), Refusal> {
    trail::record(tx, node.env().now_ms(), &by.worker(), did, number, about).await
}

/// Excludes a worker from a case: it is not there for them any more.
///
/// # Errors
/// `NOT_FOUND`, `WORKER_ROLE`, `SECOND_PERSON` for oneself.
pub async fn exclude(node: &Node, reader: &Reader, number: &str, id: &AccountId, why: Why) -> Result<(), Refusal> {
    let mut tx = node.store().begin_as("hand.exclude", reader).await?;
    let me = doer(&mut tx, reader, Act::Exclude).await?;
    let case = casework::load(&mut tx, number).await?;
    if *id == me.id {
        return Err(Refusal::new(Reason::SecondPerson));
    }
    let them = store::account::get(&mut tx, id).await?.account;
    release(&mut tx, &case.number, &them).await?;
    let excluded = Excluded { account: *id, by: me.id, at_ms: node.env().now_ms(), reason: why.code().to_owned() };
    hand::exclude(&mut tx, &case.number, &excluded).await?;
    let about = format!("{} {}", them.login, why.code());
    told(node, &mut tx, &me, Did::CaseExcluded, &case.number, &about).await?;
    tx.commit().await
}

/// Lets a worker see a case. Whom a kierownik excluded only a kierownik admits again.
///
/// # Errors
/// `NOT_FOUND`, `WORKER_ROLE`, `ACCOUNT_KEYLESS`, `ACCOUNT_CLOSED`.
pub async fn admit(node: &Node, reader: &Reader, number: &str, id: &AccountId) -> Result<(), Refusal> {
    let mut tx = node.store().begin_as("hand.admit", reader).await?;
    let me = doer(&mut tx, reader, Act::Assign).await?;
    let case = casework::load(&mut tx, number).await?;
    let them = let_in(node, &mut tx, &me, &case.number, id).await?;
    told(node, &mut tx, &me, Did::CaseAdmitted, &case.number, &them.login).await?;
    tx.commit().await
}

async fn let_in(node: &Node, tx: &mut Tx, me: &Account, name: &str, id: &AccountId) -> Result<Account, Refusal> {
    let (them, member) = able(tx, id).await?;
    if hand::readmit(tx, name, id).await? {
        me.may(Act::Exclude)?;
    }
    wrap(node, tx, name, &member, true).await?;
    hand::keep_lent(tx, name, id).await?;
    Ok(them)
}

/// Gives one case from one worker to another.
///
/// # Errors
/// As [`admit`].
pub async fn transfer(
    node: &Node,
    reader: &Reader,
    number: &str,
    from: &AccountId,
    to: &AccountId,
) -> Result<(), Refusal> {
    if from == to {
        return Err(wiez_proto::wire::invalid("successor"));
    }
    let mut tx = node.store().begin_as("hand.transfer", reader).await?;
    let me = doer(&mut tx, reader, Act::Assign).await?;
    let case = casework::load(&mut tx, number).await?;
    let giver = store::account::get(&mut tx, from).await?.account;
    let taker = let_in(node, &mut tx, &me, &case.number, to).await?;
    if giver.role != AccessRole::Kierownik || case.hidden {
        release(&mut tx, &case.number, &giver).await?;
    }
    told(node, &mut tx, &me, Did::CasesMoved, &case.number, &format!("{} {}", giver.login, taker.login)).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests;
