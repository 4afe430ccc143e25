//! A confirmation and the list name one date.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::payload::Section;
use wiez_proto::policy::Policy;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisCode, Category, InstitutionKind, Urgency, WorkerRole};

use crate::casework::act::{self, Lawful, Matter};
use crate::casework::{self, CaseKind};
use crate::node::tests::Offline;

#[tokio::test]
async fn a_report_that_waits_has_the_date_of_the_law_wherever_it_is_named() {
    // A Sunday; the notice of a crime is answered within one working day, and normal urgency would give other dates.
    let mut here = Offline::new(InstitutionKind::Szkola, "2026-11-22T09:00").await;
    here.meets("kpp-nad", InstitutionKind::Policja);
    let anna = here.employs(1001, "Anna Nowak", WorkerRole::Pedagog).await;
    let row = Policy::shipped().row("CRIME_NOTICE").unwrap();
    let law = row.due.unwrap().deadline(here.env.now_ms(), Urgency::U3Normal, here.node.settings().week);
    for urgency in [Urgency::U1H24, Urgency::U3Normal, Urgency::U4Planned] {
        let to = Lawful {
            to: "kpp-nad".parse().unwrap(),
            subject_ref: "SP3/7".to_owned(),
            urgency,
            statement: Statement::of(BasisCode::Kpk304),
            release: None,
            consent: None,
        };
        let named = Section { category: Category::IdName, label: String::new(), text: "tekst".to_owned() };
        let matter = Matter::Crime { what: "opis".to_owned() };
        let sent = act::report(&here.node, &anna, &to, vec![named], matter).await.unwrap();
        let lines = casework::list(&here.node, &anna, CaseKind::ALL, true).await.unwrap();
        let line = lines.iter().find(|line| line.number == sent.number).unwrap();
        assert_eq!((sent.due_ms, line.due_ms, &line.due_rule), (law.due_ms, law.due_ms, &law.rule), "{urgency}");
    }
}
