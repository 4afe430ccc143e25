//! Who sees what after keys were given, taken, lent and recovered; what a key opens is always looked at, not a table.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::id::{Hash, ThreadId};
use wiez_proto::policy::Policy;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{Urgency, WorkerRole};

use super::*;
use crate::account::Password;
use crate::account::first::recover;
use crate::account::login::{change_password, unlock};
use crate::account::office::{add, by_login, receive, reset, set_role, substitute};
use crate::account::recovery::Share;
use crate::account::tests::{HERE, ROOT, employed, give, led, own, reason, school, session, sign_in};
use crate::casework::{CaseKind, File};
use crate::node::tests::Offline;
use crate::referral::{Referral, Timing};
use crate::session::SessionToken;
use crate::store::casework::CaseRow;

/// A referral that arrives; of somebody's safety or not.
async fn case(school: &Offline, n: u8, hidden: bool) -> String {
    let (node, now_ms) = (&school.node, school.env.now_ms());
    let stand = Referral::arrived(Urgency::U3Normal, now_ms, Timing::new(None, node.settings().week));
    let number = format!("W-AAAAA{n}");
    let case = CaseRow {
        number: number.clone(),
        thread: ThreadId::new([n; 16]),
        peer: "zi-nad".parse().unwrap(),
        kind: CaseKind::Referral,
        hidden,
        grant: None,
        created_ms: now_ms,
        version: 1,
        file: File {
            subject_ref: format!("OPS/{n}"),
            stand,
            record: None,
            row: Hash::new(Policy::shipped().row("REFERRAL.CONSENT").unwrap().digest()),
            problem: None,
            about: None,
            replaced: None,
            clock_ms: None,
            formal: None,
        },
    };
    let mut tx = node.store().begin("test.case").await.unwrap();
    store::casework::put(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    number
}

fn reader(school: &Offline, token: &SessionToken) -> Reader {
    session(school, token).unwrap().reader().unwrap()
}

/// Which cases somebody can open with their own key; the list, the case and the key agree.
async fn opens(school: &Offline, token: &SessionToken) -> Vec<String> {
    let reader = reader(school, token);
    let mut view = school.node.store().view_as("test.opens", &reader).await.unwrap();
    let mut seen = vec![];
    for hidden in [false, true] {
        for row in store::casework::list(&mut view, CaseKind::ALL, hidden).await.unwrap() {
            let own = casework::load(&mut view, &row.number).await.unwrap().file.subject_ref;
            let named = vault::named(&mut view, &row.number).await.unwrap();
            assert!(!own.is_empty() && named.iter().any(|one| one.subject_ref == own), "{}", row.number);
            seen.push(row.number);
        }
    }
    for number in hand::all(&mut view).await.unwrap().iter().filter(|number| !seen.contains(number)) {
        assert_eq!(reason(casework::load(&mut view, number).await), Reason::NotFound);
    }
    seen.sort();
    seen
}

async fn holds(school: &Offline, login: &str, number: &str) -> bool {
    let id = by_login(&school.node, login).await.unwrap().id;
    let mut view = school.node.store().view("test.holds").await.unwrap();
    vault::held(&mut view, &id).await.unwrap().iter().any(|(name, _)| name == number)
}

/// Somebody with keys to whom such cases come.
async fn works(
    school: &Offline,
    chief: &SessionToken,
    login: &str,
    what: Option<Receives>,
) -> (AccountId, SessionToken) {
    let (account, token) = employed(school, login, AccessRole::Pracownik).await;
    give(school, chief, &account.id).await.unwrap();
    receive(&school.node, &by(school, chief), &account.id, what).await.unwrap();
    (account.id, token)
}

fn by(school: &Offline, token: &SessionToken) -> By {
    By::Worker(Box::new(session(school, token).unwrap().account))
}

#[tokio::test]
async fn a_reset_account_opens_nothing_until_a_kierownik_wraps_again_what_it_had() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (anna, before) = works(&school, &chief, "anowak", Some(Receives::Ordinary)).await;
    let number = case(&school, 1, false).await;
    assert_eq!(opens(&school, &before).await, [&*number]);
    let old = reader(&school, &before);
    let first = reset(&school.node, &ROOT, &anna).await.unwrap();
    let later = case(&school, 2, false).await;
    let token = sign_in(&school, "anowak", &first).await.unwrap();
    change_password(&school.node, token.text(), &Password::new(&first), &Password::new(&own("anowak")), HERE)
        .await
        .unwrap();
    assert_eq!(reason(session(&school, &token).unwrap().reader()), Reason::AccountKeyless);
    // Not even with the keys from before, which somebody may have kept.
    let mut view = school.node.store().view_as("test.old", &old).await.unwrap();
    assert_eq!(reason(vault::secret(&mut view, &number).await), Reason::NotFound);
    drop(view);
    give(&school, &chief, &anna).await.unwrap();
    assert_eq!(opens(&school, &token).await, [&*number], "what came meanwhile went to others");
    let mut view = school.node.store().view_as("test.old", &old).await.unwrap();
    assert!(vault::secret(&mut view, &number).await.is_err(), "the old pair opens nothing that was wrapped anew");
    drop(view);
    assert_eq!(opens(&school, &chief).await, [&*number, &*later]);
}

#[tokio::test]
async fn cases_of_somebody_who_leaves_go_on_in_one_step_and_hidden_ones_are_never_lost() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (anna, anna_token) = works(&school, &chief, "anowak", Some(Receives::Both)).await;
    let (jan, jan_token) = works(&school, &chief, "jkos", None).await;
    let (ordinary, hidden) = (case(&school, 1, false).await, case(&school, 2, true).await);
    assert_eq!(opens(&school, &anna_token).await, [&*ordinary, &*hidden]);
    assert_eq!(opens(&school, &chief).await, [&*ordinary], "the kierownik keeps the key and does not see it");
    assert!(holds(&school, "dyrektor", &hidden).await && opens(&school, &jan_token).await.is_empty());
    let chiefs = reader(&school, &chief);
    let same = leave(&school.node, &chiefs, &anna, Some(&anna)).await;
    assert!(same.is_err() && session(&school, &anna_token).is_ok(), "all or nothing");
    let (left, count) = leave(&school.node, &chiefs, &anna, Some(&jan)).await.unwrap();
    assert_eq!((left.account.state, count), (State::Left, 2));
    assert_eq!(reason(session(&school, &anna_token)), Reason::SessionEnded);
    assert_eq!(opens(&school, &jan_token).await, [&*ordinary, &*hidden]);
    assert!(!holds(&school, "anowak", &ordinary).await);
    // The administrator ends an account without any key; then every kierownik sees what nobody else does.
    office::leave(&school.node, &ROOT, &jan).await.unwrap();
    assert_eq!(opens(&school, &chief).await, [&*ordinary, &*hidden]);
    let (ewa, ewa_token) = works(&school, &chief, "ewilk", None).await;
    assert_eq!(reassign(&school.node, &reader(&school, &chief), &jan, &ewa).await.unwrap(), 2);
    assert_eq!(opens(&school, &ewa_token).await, [&*ordinary, &*hidden]);
}

#[tokio::test]
async fn somebody_excluded_has_no_such_case_whatever_happens_later() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (anna, anna_token) = works(&school, &chief, "anowak", Some(Receives::Ordinary)).await;
    let (jan, jan_token) = works(&school, &chief, "jkos", Some(Receives::Ordinary)).await;
    let (coordinator, coordinator_token) = employed(&school, "koord", AccessRole::Koordynator).await;
    give(&school, &chief, &coordinator.id).await.unwrap();
    let (one, two) = (case(&school, 1, false).await, case(&school, 2, false).await);
    let (node, chiefs) = (&school.node, reader(&school, &chief));
    let me = *chiefs.account();
    assert_eq!(reason(exclude(node, &chiefs, &one, &me, Why::Interest).await), Reason::SecondPerson);
    assert_eq!(reason(exclude(node, &reader(&school, &jan_token), &one, &anna, Why::Close).await), Reason::WorkerRole);
    exclude(node, &chiefs, &one.to_lowercase(), &anna, Why::Close).await.unwrap();
    assert_eq!(opens(&school, &anna_token).await, [&*two]);
    // Neither a colleague's leaving, nor absence, nor new keys, nor a coordinator bring it back.
    substitute(node, &by(&school, &chief), &jan, Some(anna)).await.unwrap();
    away(node, &chiefs, &jan, true).await.unwrap();
    assert_eq!(opens(&school, &anna_token).await, [&*two]);
    assert_eq!(reassign(node, &chiefs, &jan, &anna).await.unwrap(), 1);
    assert_eq!(opens(&school, &anna_token).await, [&*two]);
    set_role(node, &by(&school, &chief), &anna, AccessRole::Kierownik, WorkerRole::Pedagog).await.unwrap();
    give(&school, &chief, &anna).await.unwrap();
    // Keys that were taken from a session come back with the password.
    assert_eq!(reason(session(&school, &anna_token)), Reason::SessionLocked);
    unlock(node, anna_token.text(), &Password::new(&own("anowak")), HERE).await.unwrap();
    assert_eq!(opens(&school, &anna_token).await, [&*two]);
    admit(node, &chiefs, &one, &coordinator.id).await.unwrap();
    let coordinators = reader(&school, &coordinator_token);
    assert_eq!(reason(admit(node, &coordinators, &one, &anna).await), Reason::WorkerRole);
    assert_eq!(reason(admit(node, &reader(&school, &anna_token), &one, &anna).await), Reason::NotFound);
    let seen = circle(node, &chiefs, &one).await.unwrap();
    assert_eq!(
        seen.excluded.iter().map(|(who, out)| (who.id, out.reason.as_str())).collect::<Vec<_>>(),
        [(anna, "CLOSE")]
    );
    assert!(!seen.sees.iter().chain(&seen.others).any(|who| who.id == anna));
    admit(node, &chiefs, &one, &anna).await.unwrap();
    assert_eq!(opens(&school, &anna_token).await, [&*one, &*two]);
}

#[tokio::test]
async fn an_excluded_kierownik_brings_the_case_to_nobody_else_either() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (lead, _) = works(&school, &chief, "kier", None).await;
    let (node, me) = (&school.node, by(&school, &chief));
    set_role(node, &me, &lead, AccessRole::Kierownik, WorkerRole::Pedagog).await.unwrap();
    give(&school, &chief, &lead).await.unwrap();
    let lead_token = sign_in(&school, "kier", &own("kier")).await.unwrap();
    let (anna, anna_token) = works(&school, &chief, "anowak", Some(Receives::Ordinary)).await;
    let (one, two) = (case(&school, 1, false).await, case(&school, 2, false).await);
    let (chiefs, leads) = (reader(&school, &chief), reader(&school, &lead_token));
    exclude(node, &chiefs, &one, &lead, Why::Close).await.unwrap();
    // A second account of their own, however it comes by cases.
    let (puppet, _) = employed(&school, "kukla", AccessRole::Kierownik).await;
    give(&school, &lead_token, &puppet.id).await.unwrap();
    let puppet_token = sign_in(&school, "kukla", &own("kukla")).await.unwrap();
    assert_eq!(opens(&school, &puppet_token).await, [&*two]);
    let theirs = by(&school, &lead_token);
    substitute(node, &theirs, &anna, Some(puppet.id)).await.unwrap();
    away(node, &leads, &anna, true).await.unwrap();
    assert_eq!(opens(&school, &puppet_token).await, [&*two]);
    away(node, &leads, &anna, false).await.unwrap();
    assert_eq!(reassign(node, &leads, &anna, &puppet.id).await.unwrap(), 1);
    assert_eq!(
        (opens(&school, &puppet_token).await, opens(&school, &anna_token).await),
        (vec![two.clone()], vec![one.clone()])
    );
    // Nor does the password of a colleague, set and known by them.
    let first = reset(node, &theirs, &anna).await.unwrap();
    let token = sign_in(&school, "anowak", &first).await.unwrap();
    let (old, new) = (Password::new(&first), Password::new(&own("anowak")));
    change_password(node, token.text(), &old, &new, HERE).await.unwrap();
    give(&school, &lead_token, &anna).await.unwrap();
    assert!(opens(&school, &token).await.is_empty());
    // Who holds nothing of a case gives what there is; another kierownik admits.
    give(&school, &puppet_token, &anna).await.unwrap();
    assert!(opens(&school, &token).await.is_empty());
    assert_eq!(opens(&school, &chief).await, [&*one, &*two]);
    admit(node, &chiefs, &one, &anna).await.unwrap();
    // Given once more by who is excluded, what somebody has stays.
    give(&school, &lead_token, &anna).await.unwrap();
    assert_eq!(opens(&school, &token).await, [&*one]);
}

#[tokio::test]
async fn somebody_who_works_with_content_no_more_leaves_cases_and_absences_to_others() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (anna, _) = works(&school, &chief, "anowak", Some(Receives::Safety)).await;
    let (jan, jan_token) = works(&school, &chief, "jkos", Some(Receives::Ordinary)).await;
    let (ordinary, hidden) = (case(&school, 1, false).await, case(&school, 2, true).await);
    let (node, me, chiefs) = (&school.node, by(&school, &chief), reader(&school, &chief));
    substitute(node, &me, &jan, Some(anna)).await.unwrap();
    away(node, &chiefs, &jan, true).await.unwrap();
    assert_eq!(opens(&school, &chief).await, [&*ordinary]);
    set_role(node, &me, &anna, AccessRole::Administrator, WorkerRole::AdminIt).await.unwrap();
    assert_eq!(opens(&school, &chief).await, [&*ordinary, &*hidden], "nobody else would see it");
    let now = by_login(node, "jkos").await.unwrap();
    assert_eq!((now.substitute, now.away), (None, false));
    assert_eq!(session(&school, &jan_token).unwrap().account.substitute, None);
    // What a kierownik does not see is handed over, and not counted for them.
    let (ewa, _) = works(&school, &chief, "ewilk", Some(Receives::Safety)).await;
    let later = case(&school, 3, true).await;
    assert_eq!(reassign(node, &chiefs, &ewa, &jan).await.unwrap(), 0);
    assert_eq!(opens(&school, &jan_token).await, [&*ordinary, &*later]);
}

#[tokio::test]
async fn a_substitute_sees_the_cases_of_somebody_away_until_they_are_back() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (anna, anna_token) = works(&school, &chief, "anowak", Some(Receives::Ordinary)).await;
    let (ewa, _) = works(&school, &chief, "ewilk", Some(Receives::Ordinary)).await;
    let (jan, jan_token) = works(&school, &chief, "jkos", Some(Receives::Safety)).await;
    let (one, hidden) = (case(&school, 1, false).await, case(&school, 2, true).await);
    let (node, chiefs) = (&school.node, reader(&school, &chief));
    assert_eq!(reason(away(node, &chiefs, &anna, true).await), Reason::FieldMissing, "nobody stands in");
    for id in [anna, ewa] {
        substitute(node, &by(&school, &chief), &id, Some(jan)).await.unwrap();
        away(node, &chiefs, &id, true).await.unwrap();
    }
    assert!(by_login(node, "anowak").await.unwrap().away);
    assert_eq!(opens(&school, &jan_token).await, [&*one, &*hidden]);
    // What comes meanwhile comes to the substitute anyway; what two lent stays until both are back.
    let third = case(&school, 3, false).await;
    away(node, &chiefs, &ewa, false).await.unwrap();
    assert_eq!(opens(&school, &jan_token).await, [&*one, &*hidden, &*third]);
    away(node, &chiefs, &anna, false).await.unwrap();
    assert_eq!(opens(&school, &jan_token).await, [&*hidden, &*third]);
    assert_eq!(opens(&school, &anna_token).await, [&*one, &*third]);
    // Given for good it stays; another substitute ends the absence.
    away(node, &chiefs, &anna, true).await.unwrap();
    admit(node, &chiefs, &one, &jan).await.unwrap();
    substitute(node, &by(&school, &chief), &anna, Some(ewa)).await.unwrap();
    assert!(!by_login(node, "anowak").await.unwrap().away);
    assert_eq!(opens(&school, &jan_token).await, [&*one, &*hidden, &*third]);
    transfer(node, &chiefs, &one, &jan, &anna).await.unwrap();
    assert_eq!(opens(&school, &jan_token).await, [&*hidden, &*third]);
}

#[tokio::test]
async fn a_second_kierownik_gets_every_key_and_keeps_none_in_custody_afterwards() {
    let school = school().await;
    let (_, chief) = led(&school).await;
    let (anna, anna_token) = works(&school, &chief, "anowak", Some(Receives::Safety)).await;
    let (jan, jan_token) = works(&school, &chief, "jkos", None).await;
    let (ordinary, hidden) = (case(&school, 1, false).await, case(&school, 2, true).await);
    let me = by(&school, &chief);
    set_role(&school.node, &me, &jan, AccessRole::Kierownik, WorkerRole::Pedagog).await.unwrap();
    assert_eq!(reason(session(&school, &jan_token).unwrap().reader()), Reason::AccountKeyless, "given anew");
    give(&school, &chief, &jan).await.unwrap();
    let jan_token = sign_in(&school, "jkos", &own("jkos")).await.unwrap();
    assert_eq!(opens(&school, &jan_token).await, [&*ordinary]);
    assert!(holds(&school, "jkos", &hidden).await);
    set_role(&school.node, &me, &jan, AccessRole::Pracownik, WorkerRole::Pedagog).await.unwrap();
    assert!(!holds(&school, "jkos", &hidden).await);
    assert_eq!(opens(&school, &jan_token).await, [&*ordinary]);
    // Out of content: nothing that was wrapped stays.
    set_role(&school.node, &me, &anna, AccessRole::Iod, WorkerRole::Iod).await.unwrap();
    assert_eq!(reason(session(&school, &anna_token).unwrap().reader()), Reason::WorkerRole);
    let seen = count(&school.node, &reader(&school, &chief), &anna).await.unwrap();
    assert_eq!(seen, (true, 0), "known, so that it can be handed over, and in no count");
    assert_eq!(reassign(&school.node, &reader(&school, &chief), &anna, &jan).await.unwrap(), 1);
    assert_eq!(opens(&school, &jan_token).await, [&*ordinary, &*hidden]);
}

#[tokio::test]
async fn the_only_worker_leaves_and_two_sheets_open_the_old_cases_again() {
    let school = school().await;
    let (made, chief) = led(&school).await;
    let (ordinary, hidden) = (case(&school, 1, false).await, case(&school, 2, true).await);
    assert_eq!(opens(&school, &chief).await, [&*ordinary, &*hidden]);
    office::leave(&school.node, &ROOT, &made.account.id).await.unwrap();
    let later = case(&school, 3, false).await;
    let (_, first) = add(
        &school.node,
        &ROOT,
        &office::NewAccount {
            login: "nowa".to_owned(),
            name: "Osoba nowa".to_owned(),
            role: AccessRole::Pracownik,
            worker_role: WorkerRole::Dyrektor,
            uid: None,
        },
    )
    .await
    .unwrap();
    let token = sign_in(&school, "nowa", &first).await.unwrap();
    let change = |old: &str| (Password::new(old), Password::new(&own("nowa")));
    let (old, new) = change(&first);
    change_password(&school.node, token.text(), &old, &new, HERE).await.unwrap();
    let heir = by_login(&school.node, "nowa").await.unwrap().id;
    let [one, two, three] = made.sheets.map(|sheet| Share::read(&sheet.lines().join(" ")).unwrap());
    assert_eq!(reason(recover(&school.node, &ROOT, &heir, &one, &one).await), Reason::RecoverySheet);
    assert_eq!(reason(session(&school, &token).unwrap().reader()), Reason::AccountKeyless);
    recover(&school.node, &ROOT, &heir, &three, &two).await.unwrap();
    assert_eq!(opens(&school, &token).await, [&*ordinary, &*hidden, &*later]);
}
