//! Who works at an institution of the region, under which login and password.

use anyhow::{Context, Result, bail};
use serde::Serialize;
use wiez_node::Node;
use wiez_node::account::login::{Opened, change_password, factor_sheet, login};
use wiez_node::account::office::{self, By, NewAccount};
use wiez_node::account::{AccessRole, Password, Reader, Source};
use wiez_node::session::SessionToken;
use wiez_node::vault::hand;
use wiez_proto::vocab::WorkerRole;
use wiez_tests::staff::PASSWORD;

/// One account as a script needs it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Person {
    /// What is typed to sign in.
    pub(crate) login: String,
    /// The password.
    pub(crate) password: String,
    /// The name on messages.
    pub(crate) name: String,
    /// One-time codes of a printed sheet, unused; empty without a second factor.
    pub(crate) codes: Vec<String>,
}

/// What is asked of a new account.
pub(crate) struct Wanted {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: AccessRole,
    pub(crate) worker_role: WorkerRole,
    /// Whether a printed sheet is the second factor.
    pub(crate) sheet: bool,
}

/// Makes an account as people do: somebody makes it, its owner signs in and sets a password, a kierownik gives it keys.
pub(crate) async fn employ(node: &Node, kierownik: &Reader, wanted: &Wanted) -> Result<Person> {
    let by = By::Worker(Box::new(office::get(node, kierownik.account()).await?));
    let new = NewAccount {
        login: wanted.login.to_owned(),
        name: wanted.name.to_owned(),
        role: wanted.role,
        worker_role: wanted.worker_role,
        uid: None,
    };
    let (account, first) = office::add(node, &by, &new).await?;
    let (first, own) = (Password::new(&first), Password::new(PASSWORD));
    let token = signed_in(node, wanted.login, &first).await?;
    change_password(node, token.text(), &first, &own, Source::Local(0)).await?;
    if wanted.role.reads_content() {
        let fingerprint = office::get(node, &account.id).await?.fingerprint.unwrap_or_default();
        hand::give(node, kierownik, &account.id, &fingerprint).await?;
    }
    let codes = match wanted.sheet {
        true => factor_sheet(node, token.text(), &own, Source::Local(0)).await?.to_vec(),
        false => vec![],
    };
    node.sessions().end(token.text());
    Ok(Person { login: wanted.login.to_owned(), password: PASSWORD.to_owned(), name: wanted.name.to_owned(), codes })
}

/// Signs somebody in who has no second factor.
pub(crate) async fn signed_in(node: &Node, who: &str, password: &Password) -> Result<SessionToken> {
    match login(node, who, password, Source::Local(0)).await.with_context(|| format!("{who} cannot sign in"))? {
        Opened::Session(token) => Ok(token),
        Opened::Factor(_) => bail!("{who} needs a second factor"),
    }
}
