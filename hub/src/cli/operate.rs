//! Gives an order to the running hub, or opens its data when none runs.

use wiez_proto::env::LastResort;
use wiez_proto::refusal::Refusal;
use wiez_proto::wire::invalid;

use super::talk::Talk;
use super::{Institution, Session, show};
use crate::desk::{Answer, Order, To, give, perform};
use crate::keys::HubKeys;
use crate::running::{open, with_writer};

/// Carries out an order and prints the answer.
///
/// # Errors
/// What was refused, or why the data cannot be opened.
pub(super) async fn order(session: &Session, order: Order, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let answer = carry_out(session, order).await?;
    show::answer(&answer, talk);
    Ok(())
}

async fn carry_out(session: &Session, order: Order) -> Result<Answer, Refusal> {
    let config = &session.loaded.config;
    if let Some(answered) = give(&config.data_dir, &order).await {
        return answered;
    }
    let passphrase = session.loaded.passphrase()?;
    let keys = HubKeys::open(&config.data_dir, &passphrase)?;
    let (hub, driver) = open(&session.env, keys, config, LastResort::default()).await?;
    with_writer(driver, perform(&hub, order)).await
}

/// Orders about members. Revoking asks for the id a second time.
///
/// # Errors
/// `FIELD_INVALID` without that confirmation, else as [`order`].
pub(super) async fn institution(session: &Session, what: Institution, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let wanted = match what {
        Institution::List => Order::Institutions,
        Institution::Show { institution } => Order::Institution { institution },
        Institution::Suspend { institution } => Order::Standing { institution, standing: To::Suspended },
        Institution::Resume { institution } => Order::Standing { institution, standing: To::Active },
        Institution::Revoke { institution, confirm } => {
            if confirm.as_deref() != Some(institution.as_str()) {
                let words = talk.pick([
                    "Tego nie można cofnąć: zgody instytucji skończą się, a czekające do niej wiadomości zostaną skasowane. Powtórz z",
                    "This cannot be undone: the institution's consents end and mail that waits for it is erased. Repeat with",
                    "Це не можна скасувати: згоди установи закінчаться, а повідомлення, що її чекають, буде стерто. Повторіть із",
                ]);
                talk.say(&format!("{words} --confirm {institution}"));
                return Err(invalid("confirm"));
            }
            Order::Standing { institution, standing: To::Revoked }
        }
    };
    order(session, wanted, talk).await
}
