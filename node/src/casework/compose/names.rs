//! Family names of this institution's own open cases, which no message without personal data may hold.

use std::collections::BTreeSet;

use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, MessageKind};

use crate::message::{Message, names as texts};
use crate::store::casework::open_content;
use crate::store::{Conn, statutory};

/// The names to look for in a message; none where it holds no word that could be one.
///
/// They come from what this institution itself wrote in cases that the writer sees, and never leave it. Names of cases
/// that stand apart are looked for only where somebody wrote a text and where the conversation stands
/// apart itself: otherwise a refusal of a visible message would tell of a hidden case.
///
/// # Errors
/// `INTERNAL`.
pub(super) async fn to_avoid(conn: &mut Conn, message: &Message, hidden: bool) -> Result<Vec<String>, Refusal> {
    let written = matches!(message.kind, MessageKind::ConsultAnon | MessageKind::ReplyAnon);
    // What the node says by itself holds no text that somebody wrote; and it can open no case.
    if conn.reader().is_none()
        || message.class != BasisClass::NoPersonalData
        || !(written || may_name(message.payload.subject_ref()))
    {
        return Ok(vec![]);
    }
    let mut names = BTreeSet::new();
    for row in statutory::naming(conn, hidden || written).await? {
        let message = match open_content(conn, &row).await {
            Ok(Some(message)) => message,
            // What is gone, or does not open with the writer's keys, keeps nothing from leaving.
            Ok(None) => continue,
            Err(refusal) if refusal.reason == Reason::NotFound => continue,
            Err(refusal) => return Err(refusal),
        };
        for text in texts(&message.payload) {
            let words = text.split(|c: char| !c.is_alphabetic());
            names.extend(words.filter(|word| word.chars().count() > 2).map(str::to_owned));
        }
    }
    Ok(names.into_iter().collect())
}

/// Whether a case number holds a word that could be a name. Abbreviations such as `OPS` and
/// digits cannot, so that most messages are spared the opening of every case.
fn may_name(number: &str) -> bool {
    number.split(|c: char| !c.is_alphabetic()).any(|word| {
        let letters = word.chars().count();
        letters > 4 || (letters > 2 && word.chars().any(char::is_lowercase))
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use wiez_proto::payload::Section;
    use wiez_proto::statement::Statement;
    use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, SignalReason, Urgency, WorkerRole};

    use super::*;
    use crate::casework::act::{self, Lawful, Matter, Question};
    use crate::node::tests::Offline;

    #[tokio::test]
    async fn a_colleague_without_the_keys_of_a_case_hears_nothing_of_it_and_can_work() {
        let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-02T09:00").await;
        here.meets("ops-nad", InstitutionKind::Ops);
        let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
        let jan = here.employs(1002, "Jan Lis", WorkerRole::Pedagog).await;
        let mut tx = here.node.store().begin("test.staff").await.unwrap();
        let staff = sqlx::query("update account set role = 'PRACOWNIK', receives = null");
        tx.exec(staff).await.unwrap();
        tx.commit().await.unwrap();
        let to = Lawful {
            to: "ops-nad".parse().unwrap(),
            subject_ref: "SP3/7".to_owned(),
            urgency: Urgency::U3Normal,
            statement: Statement::of(BasisCode::Ups100),
            release: None,
            consent: None,
        };
        let name = Section { category: Category::IdName, label: String::new(), text: "Zofia Kowalska".to_owned() };
        let what = "Przychodzi głodna.".to_owned();
        let matter = Matter::Signal { reason: SignalReason::SupportNeeded, family_knows: false, what };
        act::report(&here.node, &anna, &to, vec![name], matter).await.unwrap();
        let asks = |text: &str| Question { topic: "Wsparcie".to_owned(), text: text.to_owned() };
        let text = "Czy Zofia Kowalska może przyjść?";
        let own = act::consult(&here.node, &anna, &to.to, asks(text)).await.unwrap_err();
        assert_eq!(own.reason, Reason::PersonalDataFound, "{own}");
        act::consult(&here.node, &jan, &to.to, asks(text)).await.unwrap();
    }

    #[test]
    fn a_case_number_is_searched_only_when_it_could_hold_a_name() {
        for number in ["", "OPS/2026/114", "W-4K7Q2X", "PCPR-12", "8b"] {
            assert!(!may_name(number), "{number}");
        }
        for number in ["Kowalska 2026", "KOWALSKA/1", "nowak-3"] {
            assert!(may_name(number), "{number}");
        }
    }
}
