//! Signing in and out, accounts and the trail on the command line.

mod show;
mod token;
mod typed;

pub(super) use self::token::{forget_if_over, token};

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wiez_proto::id::hex;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::WorkerRole;

use self::show::show;
use self::typed::Typed;
use super::local::read;
use super::talk::Talk;
use crate::account::office::NewAccount;
use crate::account::{AccessRole, Password, Receives};
use crate::api::{AccountAct, AccountAnswer, Answer, Request, call_in};
use crate::config::{Loaded, Surroundings};
use crate::trail::Head;
use crate::vault::hand::Why;

/// A recovery sheet is nine lines of five words.
const MAX_SHEET_BYTES: usize = 4096;

/// Where secrets are read from.
#[derive(Debug, Args)]
pub(super) struct Secrets {
    /// File with what is asked for, one a line, mode 0600 [default: asks at a terminal, else reads standard input]
    #[arg(long = "secrets", value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct New {
    /// What will be typed to sign in
    login: String,
    /// Name under which messages are sent
    #[arg(long)]
    name: String,
    /// Code of what the person does here, such as PRACOWNIK_SOCJALNY
    #[arg(long, value_name = "ROLE")]
    worker_role: WorkerRole,
    /// Numeric id of the local user it belongs to (id -u USER)
    #[arg(long)]
    uid: Option<u32>,
}

impl New {
    fn account(self, role: AccessRole) -> NewAccount {
        let Self { login, name, worker_role, uid } = self;
        NewAccount { login, name, role, worker_role, uid }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Makes the first kierownik with the paper code from joining; prints the recovery sheets
    First {
        #[command(flatten)]
        new: New,
        #[command(flatten)]
        secrets: Secrets,
    },
    /// Lists accounts
    List,
    /// Makes an account without keys and prints its first password
    Add {
        #[command(flatten)]
        new: New,
        /// PRACOWNIK, KOORDYNATOR, KIEROWNIK, ADMINISTRATOR or IOD
        #[arg(long, default_value = "PRACOWNIK")]
        role: AccessRole,
    },
    /// Sets your own password
    Password {
        #[command(flatten)]
        secrets: Secrets,
    },
    /// Sets your own second factor
    Factor {
        #[command(subcommand)]
        what: Factor,
    },
    /// Sets a new first password; the account loses its keys
    Reset {
        /// Login of the account
        login: String,
    },
    /// Locks an account and ends its sessions
    Lock {
        /// Login of the account
        login: String,
    },
    /// Opens a locked account again
    Unlock {
        /// Login of the account
        login: String,
    },
    /// Changes the role of an account
    Role {
        /// Login of the account
        login: String,
        /// PRACOWNIK, KOORDYNATOR, KIEROWNIK, ADMINISTRATOR or IOD
        role: AccessRole,
        /// Code of what the person does here [default: as before]
        #[arg(long, value_name = "ROLE")]
        worker_role: Option<WorkerRole>,
    },
    /// Gives keys to an account that set its password; only a kierownik does
    Keys {
        /// Login of the account
        login: String,
        /// Fingerprint that the account's owner sees at the page "Moje konto" or in `account list`, and reads to you
        fingerprint: String,
    },
    /// Names who receives new cases in somebody's place
    Substitute {
        /// Login of the account
        login: String,
        /// Login of the substitute [default: nobody]
        substitute: Option<String>,
    },
    /// Says which new cases come to somebody
    Receives {
        /// Login of the account
        login: String,
        /// ORDINARY, SAFETY or BOTH [default: no new cases]
        receives: Option<Receives>,
    },
    /// Notes that somebody is away: the substitute sees and does what that person would
    Away {
        /// Login of the account
        login: String,
        /// The person is back
        #[arg(long)]
        back: bool,
    },
    /// Ends the account of somebody who leaves; the key is revoked
    Leave {
        /// Login of the account
        login: String,
        /// Login of whoever takes over all cases [default: every kierownik keeps them]
        #[arg(long, value_name = "LOGIN")]
        successor: Option<String>,
    },
    /// Gives the cases of one account to another
    Reassign {
        /// Login of the account that has them
        login: String,
        /// Login of the account that takes them over
        successor: String,
        /// Only this case
        #[arg(long = "case", value_name = "NUMBER")]
        number: Option<String>,
    },
    /// Excludes somebody from a case, which is not there for them any more
    Exclude {
        /// Number of the case
        number: String,
        /// Login of the account
        login: String,
        /// INTEREST, CLOSE, ASKED or OTHER
        #[arg(long, value_name = "REASON")]
        why: Why,
    },
    /// Lets somebody see a case
    Admit {
        /// Number of the case
        number: String,
        /// Login of the account
        login: String,
    },
    /// Makes an account a kierownik with keys by two recovery sheets, when nobody is left who could
    Recover {
        /// Login of an account that set its password
        login: String,
        /// File with a sheet as it was typed from paper; twice
        #[arg(long = "sheet", value_name = "FILE", required = true, num_args = 1)]
        sheets: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Factor {
    /// Prints a sheet of 20 one-time codes, which take the place of an earlier one
    Sheet {
        #[command(flatten)]
        secrets: Secrets,
    },
    /// An authenticator program: without --secret offers one, with it takes the program's code
    Totp {
        /// The offered secret, once the program has it
        #[arg(long)]
        secret: Option<String>,
        #[command(flatten)]
        secrets: Secrets,
    },
    /// Goes without a second factor; a kierownik does not
    Off {
        #[command(flatten)]
        secrets: Secrets,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Computes the whole trail anew and prints its head; note it to find a trail rewritten later
    Verify {
        /// A head noted earlier, NUMBER:HASH
        #[arg(long)]
        head: Option<Head>,
    },
    /// Lists who did what, newest first
    List {
        /// Only of this case
        #[arg(long = "case", value_name = "NUMBER")]
        number: Option<String>,
        /// Only entries before this one
        #[arg(long, value_name = "ENTRY")]
        before: Option<u64>,
    },
}

/// What is said about oneself.
#[derive(Debug)]
pub(super) enum Own {
    Login { login: String, secrets: Secrets },
    Unlock { secrets: Secrets },
    Lock,
    Logout,
}

/// A command with where it is carried out.
pub(super) struct Desk<'a, 'b> {
    pub(super) loaded: &'a Loaded,
    pub(super) around: &'a Surroundings,
    pub(super) talk: &'a mut Talk<'b>,
    pub(super) no_input: bool,
}

impl Desk<'_, '_> {
    async fn ask(&self, act: AccountAct) -> Result<AccountAnswer, Refusal> {
        let token = token(self.loaded, self.around);
        let signs_in = matches!(act, AccountAct::Login { .. } | AccountAct::Second { .. } | AccountAct::First { .. });
        let session = token.as_ref().map(Password::text).filter(|_| !signs_in);
        let request = Request::Account { what: Box::new(act) };
        match call_in(&self.loaded.config.data_dir, session, &request).await {
            Ok(Answer::Account(answer)) => Ok(*answer),
            Ok(_) => Err(Refusal::new(Reason::Internal)),
            Err(refusal) => {
                forget_if_over(self.loaded, self.around, &refusal);
                Err(refusal)
            }
        }
    }

    fn typed(&mut self, secrets: &Secrets) -> Result<Typed, Refusal> {
        Typed::from(secrets.file.as_deref(), self.no_input)
    }

    async fn tell(&mut self, act: AccountAct) -> Result<(), Refusal> {
        let answer = self.ask(act).await?;
        show(self.talk, &answer);
        Ok(())
    }

    /// Signs in, unlocks, locks or signs out.
    pub(super) async fn own(mut self, what: Own) -> Result<(), Refusal> {
        match what {
            Own::Login { login, secrets } => self.login(login, &secrets).await,
            Own::Unlock { secrets } => {
                let password = self.typed(&secrets)?.ask(self.talk, "ask-password")?;
                self.tell(AccountAct::Unlock { password }).await
            }
            Own::Lock => self.tell(AccountAct::LockSession).await,
            Own::Logout => {
                self.tell(AccountAct::Logout).await?;
                token::forget(self.loaded, self.around);
                Ok(())
            }
        }
    }

    async fn login(&mut self, login: String, secrets: &Secrets) -> Result<(), Refusal> {
        let mut typed = self.typed(secrets)?;
        let password = typed.ask(self.talk, "ask-password")?;
        let mut answer = self.ask(AccountAct::Login { login, password }).await?;
        if let AccountAnswer::FactorAsked { ticket } = answer {
            let code = typed.ask(self.talk, "ask-code")?;
            answer = self.ask(AccountAct::Second { ticket, code }).await?;
        }
        let AccountAnswer::Session { token } = answer else { return Err(Refusal::new(Reason::Internal)) };
        token::keep(self.loaded, self.around, &token)?;
        self.talk.told("signed-in", &[]);
        Ok(())
    }

    /// Carries out a command about accounts.
    pub(super) async fn account(mut self, what: Account) -> Result<(), Refusal> {
        let act = match what {
            Account::First { new, secrets } => {
                let mut typed = self.typed(&secrets)?;
                let code = typed.ask(self.talk, "ask-paper-code")?;
                let password = typed.ask(self.talk, "ask-new-password")?;
                AccountAct::First { code, new: new.account(AccessRole::Kierownik), password }
            }
            Account::List => AccountAct::List,
            Account::Add { new, role } => AccountAct::Add { new: new.account(role) },
            Account::Password { secrets } => {
                let mut typed = self.typed(&secrets)?;
                let old = typed.ask(self.talk, "ask-password")?;
                AccountAct::Password { old, new: typed.ask(self.talk, "ask-new-password")? }
            }
            Account::Factor { what } => self.factor(what)?,
            Account::Reset { login } => AccountAct::Reset { login },
            Account::Lock { login } => AccountAct::Lock { login, locked: true },
            Account::Unlock { login } => AccountAct::Lock { login, locked: false },
            Account::Role { login, role, worker_role } => AccountAct::Role { login, role, worker_role },
            Account::Keys { login, fingerprint } => AccountAct::Keys { login, fingerprint },
            Account::Substitute { login, substitute } => AccountAct::Substitute { login, substitute },
            Account::Receives { login, receives } => AccountAct::Receives { login, receives },
            Account::Away { login, back } => AccountAct::Away { login, away: !back },
            Account::Leave { login, successor } => AccountAct::Leave { login, successor },
            Account::Reassign { login, successor, number } => AccountAct::Reassign { login, successor, number },
            Account::Exclude { number, login, why } => {
                AccountAct::Exclude { number, login, why: why.code().to_owned() }
            }
            Account::Admit { number, login } => AccountAct::Admit { number, login },
            Account::Recover { login, sheets } => {
                let sheet = |path: &PathBuf| {
                    let bytes = zeroize::Zeroizing::new(read(path, MAX_SHEET_BYTES)?);
                    Ok(Password::new(&String::from_utf8_lossy(&bytes)))
                };
                let sheets: Vec<Password> = sheets.iter().map(sheet).collect::<Result<_, Refusal>>()?;
                let sheets = sheets.try_into().map_err(|_| wiez_proto::wire::invalid("sheet"))?;
                AccountAct::Recover { login, sheets }
            }
        };
        self.tell(act).await
    }

    fn factor(&mut self, what: Factor) -> Result<AccountAct, Refusal> {
        Ok(match what {
            Factor::Sheet { secrets } => {
                AccountAct::FactorSheet { password: self.typed(&secrets)?.ask(self.talk, "ask-password")? }
            }
            Factor::Off { secrets } => {
                AccountAct::FactorOff { password: self.typed(&secrets)?.ask(self.talk, "ask-password")? }
            }
            Factor::Totp { secret: None, .. } => AccountAct::FactorOffer,
            Factor::Totp { secret: Some(secret), secrets } => {
                let mut typed = self.typed(&secrets)?;
                let password = typed.ask(self.talk, "ask-password")?;
                let code = typed.ask(self.talk, "ask-code")?;
                AccountAct::FactorTotp { password, secret: Password::new(&secret), code }
            }
        })
    }

    /// Carries out a command about the trail.
    pub(super) async fn audit(mut self, what: Audit) -> Result<(), Refusal> {
        self.tell(match what {
            Audit::Verify { head } => AccountAct::TrailVerify { noted: head },
            Audit::List { number, before } => AccountAct::Trail { before, number },
        })
        .await
    }
}

/// The name of what a data folder's session is kept in: no path stands in it.
fn folder_name(loaded: &Loaded) -> String {
    let dir = &loaded.config.data_dir;
    let whole = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.clone());
    let hash = wiez_proto::envelope::sha256(&[whole.as_os_str().as_encoded_bytes()]);
    format!("session-{}", hex(hash.get(..8).unwrap_or_default()))
}

#[cfg(test)]
mod tests;
