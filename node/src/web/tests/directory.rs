//! The directory: found by need, place and kind; the usual time to answer; 200 institutions within the budget.

use wiez_proto::directory::Standing;
use wiez_proto::id::{Hash, ThreadId};
use wiez_proto::policy::Policy;
use wiez_proto::vocab::{InstitutionKind, Urgency};

use super::Served;
use crate::casework::{CaseKind, File};
use crate::referral::{Event, Referral, Report, Timing, step};
use crate::store;
use crate::store::casework::CaseRow;

const DAY_MS: i64 = 86_400_000;

/// A referral of this clinic that was answered after some days.
pub(super) async fn answered(served: &Served, n: u8, to: &str, days: i64, hidden: bool) {
    let (node, now_ms) = (&served.here.node, served.here.env.now_ms());
    let (timing, sent_ms) = (Timing::new(None, node.settings().week), now_ms - days * DAY_MS);
    let draft = Referral::draft(Urgency::U3Normal, sent_ms, node.settings().week);
    let mut stand = step(&draft, &Event::Submit, sent_ms, timing).unwrap().0;
    let mut case = CaseRow {
        number: format!("W-CCCC{n:02}"),
        thread: ThreadId::new([n; 16]),
        peer: to.parse().unwrap(),
        kind: CaseKind::Referral,
        hidden,
        grant: None,
        created_ms: sent_ms,
        version: 1,
        file: File {
            subject_ref: String::new(),
            stand: stand.clone(),
            record: None,
            row: Hash::new(Policy::shipped().row("REFERRAL.CONSENT").unwrap().digest()),
            problem: None,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    };
    let mut tx = node.store().begin("test.answered").await.unwrap();
    store::casework::put(&mut tx, &case).await.unwrap();
    use wiez_proto::vocab::ReferralStatus as S;
    let events = [
        Event::Received,
        Event::Reported(Report::bare(S::Opened)),
        Event::Reported(Report::bare(S::Accepted)),
        Event::Reported(Report::bare(S::InProgress)),
    ];
    for (at, event) in events.iter().enumerate() {
        // The last report comes a month after the answer: it is the first answer that counts.
        let at_ms = if at == 3 { now_ms + 30 * DAY_MS } else { now_ms };
        stand = step(&stand, event, at_ms, timing).unwrap().0;
        case.file.stand = stand.clone();
        store::casework::set(&mut tx, &case).await.unwrap();
        case.version += 1;
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_usual_time_is_the_median_of_enough_ordinary_cases() {
    let served = Served::new().await;
    let mut anna = served.signed_in().await;
    for (n, days) in [1, 9, 3, 30].into_iter().enumerate() {
        answered(&served, u8::try_from(n).unwrap(), "sp3-nad", days, false).await;
    }
    answered(&served, 20, "sp3-nad", 60, true).await;
    let card = anna.get("/katalog/sp3-nad").await;
    assert!(card.body.contains("jeszcze nieznany"), "four cases and one apart tell nothing: {}", card.body);
    answered(&served, 21, "sp3-nad", 5, false).await;
    let card = anna.get("/katalog/sp3-nad").await;
    assert!(card.body.contains("<dd>5 dni</dd>"), "{}", card.body);
    let list = anna.get("/katalog").await;
    assert!(list.body.contains("<td>5 dni</td>") && list.body.contains("jeszcze nieznany"), "{}", list.body);
    served.here.env.advance(std::time::Duration::from_secs(91 * 86_400));
    let mut anna = served.signed_in().await;
    assert!(anna.get("/katalog/sp3-nad").await.body.contains("jeszcze nieznany"), "older than 90 days");
}

#[tokio::test]
async fn two_hundred_institutions_are_found_by_need_place_and_kind_within_the_budget() {
    let mut served = Served::new().await;
    let kinds = [InstitutionKind::Ops, InstitutionKind::Ppp, InstitutionKind::Sport, InstitutionKind::Policja];
    for n in 0..198 {
        served.here.meets(&format!("inst-{n:03}"), kinds[n % kinds.len()]);
    }
    served.here.stands("inst-000", Standing::Suspended);
    let mut anna = served.signed_in().await;
    let rows = |body: &str| body.matches("<tr>").count() - 1;
    let first = anna.get("/katalog").await;
    assert!(first.body.contains("200 instytucji") && rows(&first.body) == 20, "{}", first.body.len());
    assert!(first.body.len() <= 60 * 1024, "{}", first.body.len());
    assert!(
        first.body.contains("Nie ma połączenia z hubem. Katalog z:"),
        "the last copy is shown without a connection"
    );
    let found = anna.get("/katalog?szukaj=zajecia+SPORTOWE").await;
    assert!(found.body.contains("49 instytucji"), "by need, without Polish letters: {}", found.body);
    let found = anna.get("/katalog?sektor=EDU&szukaj=brzeski&powiat=1601&rodzaj=PPP").await;
    assert!(found.body.contains("50 instytucji") && found.body.contains("value=\"EDU\" selected"), "{}", found.body);
    assert!(found.body.contains("strona=2") && found.body.contains("sektor=EDU"), "the next page keeps the filters");
    assert!(
        found.body.contains("sektor=EDU&#38;szukaj=brzeski&#38;powiat=1601&#38;rodzaj=PPP&#38;jezyk=uk"),
        "and the language too"
    );
    let none = anna.get("/katalog?powiat=9999").await;
    assert!(none.body.contains("Nic nie pasuje") && !none.body.contains("<table"), "{}", none.body);
    let print = anna.get("/katalog?druk=tak").await;
    assert!(rows(&print.body) == 200 && print.body.len() <= 60 * 1024, "{} bytes", print.body.len());
    assert!(print.body.contains("zawieszona"));
    assert!(anna.get("/katalog/inst-000").await.body.contains("nie przyjmuje teraz spraw"));
}
