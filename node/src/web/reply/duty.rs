//! What an institution still owes in a case besides an answer: its word about a withdrawn consent, its formal letter.

use wiez_proto::refusal::Refusal;
use wiez_proto::statement::FormalRef;
use wiez_proto::vocab::{BasisClass, BasisCode, KeptOrDeleted};

use super::super::ask::{Answer, Ask};
use super::super::case::{unchanged, went};
use super::super::words::{Choice, choices};
use super::shown;
use crate::casework::act;
use crate::consent;

/// What became of content whose consent was withdrawn.
pub(super) fn answers(ask: &Ask, typed: &str) -> Vec<Choice> {
    choices(KeptOrDeleted::ALL.iter().map(|one| (one.code(), one.label(ask.lang()).to_owned())), typed)
}

/// On what content may be kept after that; never on a consent.
pub(super) fn bases(ask: &Ask, typed: &str) -> Vec<Choice> {
    let other = |basis: &&BasisCode| matches!(basis.class(), BasisClass::Statutory | BasisClass::VitalInterest);
    choices(BasisCode::ALL.iter().filter(other).map(|one| (one.code(), one.label(ask.lang()).to_owned())), typed)
}

async fn end(ask: &Ask, result: Result<(), Refusal>, done: &str) -> Answer {
    match result {
        Ok(()) => {
            ask.forget(&format!("/sprawy/{}/odpisz", ask.param("number")));
            went(&ask.param("number").to_ascii_uppercase(), done)
        }
        Err(refusal) => shown(ask, ask.fields(), Some(&refusal)).await,
    }
}

/// Answers the notice of a withdrawal.
pub(in crate::web) async fn notice(ask: Ask) -> Answer {
    let result = noticed(&ask).await;
    end(&ask, result, "zawiadomiono").await
}

async fn noticed(ask: &Ask) -> Result<(), Refusal> {
    unchanged(ask).await?;
    let fields = ask.fields();
    let (answer, basis) = (fields.code::<KeptOrDeleted>("odpowiedz")?, fields.code_or_none("podstawa")?);
    let basis = basis.filter(|_| answer == KeptOrDeleted::Kept);
    consent::answer(ask.node(), &ask.worker()?, ask.param("number"), answer, basis).await
}

/// Enters the formal letter.
pub(in crate::web) async fn letter(ask: Ask) -> Answer {
    let result = entered(&ask).await;
    end(&ask, result, "pismo").await
}

async fn entered(ask: &Ask) -> Result<(), Refusal> {
    let fields = ask.fields();
    let letter = FormalRef {
        channel: fields.code("kanal")?,
        number: fields.get("znak").to_owned(),
        date: fields.code("z_dnia")?,
    };
    act::formal_ref(ask.node(), &ask.worker()?, ask.param("number"), letter).await
}
