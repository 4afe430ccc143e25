//! Tables that contradict themselves are refused, each key is in the digest, and the canonical text is frozen.

use super::set;
use crate::policy::{Due, Never, Owes, Party2, Policy, Requirement, Row, SubjectSees, digest};
use crate::refusal::Reason;
use crate::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind, Owed};
use std::collections::BTreeSet;

/// A small table with everything that a statutory row can say.
const STATUTORY: &str = r#"
[[matrix]]
name = "UPPD_9C"
role = "SUFFERING"
categories = ["ID_NAME", "HEALTH", "EDU_PLACE"]
review = ["EDU_PLACE"]

[[matrix]]
name = "UPPD_9C"
role = "HOUSEHOLD"
categories = ["ID_NAME"]

[[matrix]]
name = "UPPD_9C"
role = "USING"
categories = ["ID_NAME", "HEALTH"]

[[matrix]]
name = "UPPD_9C"
role = "EVENT"
categories = ["INCIDENT", "VIOLENCE"]

[[secrecy]]
regime = "SCHOOL"
senders = ["SZKOLA"]
categories = ["EDU_PROGRESS"]
opened_by = ["CONSENT", "UPS_105"]

[[secrecy]]
regime = "MEDICAL"
senders = ["POZ"]
categories = ["HEALTH"]
opened_by = ["COURT_ORDER", "VITAL"]

[[row]]
id = "NK_A"
kind = "NK_A"
senders = ["SZKOLA", "POZ", "POLICJA"]
recipients = ["ZI"]
class = "STATUTORY"
bases = ["UPPD_9D"]
consent = "FORBIDDEN"
categories = ["ID_NAME", "VIOLENCE", "INCIDENT", "HEALTH"]
never = [{ to = ["ZI"], categories = ["HEALTH"] }]
due = "WORKING_DAYS 5"
clock_from = "STARTED"
expects = ["ACK_HUMAN"]
feedback = true
owes = [
  { by = "RECIPIENT", what = "DISPATCH", due = "WORKING_DAYS 3" },
  { by = "SENDER", what = "FORMAL_REF", due = "WORKING_DAYS 5" },
]
requires = ["FORMAL_REF"]
role_matrix = "UPPD_9C"
duty = true
subject_sees = "never"
act = "UPPD art. 9d"
source = "Dz.U. 2023 poz. 1870 § 7"

[[row]]
id = "NK_MOVE"
kind = "NK_MOVE"
senders = ["ZI", "POZ"]
recipients = ["ZI"]
class = "STATUTORY"
bases = ["UPPD_9C"]
consent = "FORBIDDEN"
categories = ["ID_NAME", "HEALTH"]
role_matrix = "UPPD_9C"
for_gdp = true
subject_sees = "never"
act = "UPPD art. 9c"
source = "none"

[[row]]
id = "INFO_REQUEST.UPS_105"
kind = "INFO_REQUEST"
senders = ["OPS"]
recipients = ["ANY"]
class = "STATUTORY"
bases = ["UPS_105"]
consent = "FORBIDDEN"
categories = ["ID_NAME"]
due = "CALENDAR_DAYS 7"
requires = ["CASE_REF", "JUSTIFICATION"]
subject_sees = "yes"
act = "UPS art. 105"
source = "7 days"

[[row]]
id = "INFO_REQUEST.COURT_ORDER"
kind = "INFO_REQUEST"
senders = ["OPS"]
recipients = ["ANY"]
class = "STATUTORY"
bases = ["COURT_ORDER"]
consent = "FORBIDDEN"
categories = ["CRIMINAL", "HEALTH_MENTAL"]
review = ["HEALTH_MENTAL"]
requires = ["ORDER_REF"]
subject_sees = "yes"
act = "order"
source = "as ordered"

[[row]]
id = "ALERT.VITAL"
kind = "ALERT"
senders = ["ANY"]
recipients = ["SZPITAL"]
class = "VITAL_INTEREST"
bases = ["VITAL"]
consent = "FORBIDDEN"
categories = ["LOCATION_SAFE", "HEALTH_MENTAL", "REPORTER"]
requires = ["JUSTIFICATION"]
duty = true
subject_sees = "never"
act = "RODO"
source = "none"
"#;

#[test]
fn rows_of_one_class_are_told_apart_by_their_basis() {
    let policy = Policy::parse(STATUTORY).unwrap();
    let find = |basis| policy.find_basis(MessageKind::InfoRequest, InstitutionKind::Ops, InstitutionKind::Zk, basis);
    assert_eq!(find(BasisCode::Ups105).unwrap().id, "INFO_REQUEST.UPS_105");
    assert_eq!(find(BasisCode::CourtOrder).unwrap().id, "INFO_REQUEST.COURT_ORDER");
    assert_eq!(find(BasisCode::Kur9).unwrap_err().reason, Reason::Basis);
    assert_eq!(find(BasisCode::C6a).unwrap_err().reason, Reason::Basis);
}

/// The text that other implementations must reproduce byte for byte.
#[test]
fn the_canonical_text_is_frozen() {
    let policy = Policy::parse(STATUTORY).unwrap();
    let text = "wiez/v1/policy-row\nid=NK_A\nkind=NK_A\nsenders=POLICJA,POZ,SZKOLA\nrecipients=ZI\nclass=STATUTORY\n\
        bases=UPPD_9D\nconsent=FORBIDDEN\ncategories=HEALTH,ID_NAME,INCIDENT,VIOLENCE\nnever=ZI:HEALTH\nreview=\n\
        due=WORKING_DAYS 5\nclock_from=STARTED\nexpects=ACK_HUMAN\nfeedback=true\nowes=RECIPIENT:DISPATCH:WORKING_DAYS 3\n\
        owes=SENDER:FORMAL_REF:WORKING_DAYS 5\nowes=RECIPIENT:FEEDBACK_RECEIPT:WORKING_DAYS 1\n\
        owes=RECIPIENT:FEEDBACK_14:CALENDAR_DAYS 14\nrequires=FORMAL_REF\nrole_matrix=UPPD_9C\n\
        matrix=EVENT:INCIDENT,VIOLENCE:\nmatrix=HOUSEHOLD:ID_NAME:\nmatrix=SUFFERING:EDU_PLACE,HEALTH,ID_NAME:EDU_PLACE\n\
        matrix=USING:HEALTH,ID_NAME:\nfor_gdp=false\nduty=true\nsubject_sees=never\nact=UPPD art. 9d\n\
        source=Dz.U. 2023 poz. 1870 § 7\n";
    let row = policy.row("NK_A").unwrap();
    assert_eq!(digest::canonical(row, policy.matrix("UPPD_9C"), policy.secrecy_rules()), text);
    assert_eq!(row.digest().as_slice(), ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref());

    let row = policy.row("NK_MOVE").unwrap();
    let text = digest::canonical(row, policy.matrix("UPPD_9C"), policy.secrecy_rules());
    assert!(text.contains("\nclock_from=\nexpects=\nfeedback=false\nrequires=\nrole_matrix=UPPD_9C\n"), "{text}");
    assert!(text.contains("\nsecrecy=MEDICAL:POZ:HEALTH:COURT_ORDER,VITAL\nfor_gdp=true\nduty=false\n"), "{text}");
}

/// Every field of a row changes its digest.
#[test]
fn each_changed_field_changes_the_digest() {
    let policy = Policy::parse(STATUTORY).unwrap();
    let row = policy.row("NK_A").unwrap();
    let edits: [fn(&mut Row); 25] = [
        |row| row.id.push('X'),
        |row| row.kind = MessageKind::NkMove,
        |row| row.senders = [InstitutionKind::Sport].into(),
        |row| row.recipients = [InstitutionKind::Sport].into(),
        |row| row.class = BasisClass::VitalInterest,
        |row| row.bases.push(BasisCode::Uppd9c),
        |row| row.consent = crate::policy::ConsentRule::Required,
        |row| row.ceiling = set(&[Category::Foster]),
        |row| row.never.clear(),
        |row| row.never.push(Never { to: [InstitutionKind::Zi].into(), categories: set(&[Category::IdName]) }),
        |row| row.review = set(&[Category::Health]),
        |row| row.due = Some(Due::WorkingDays(6)),
        |row| row.clock_from_started = false,
        |row| row.expects.clear(),
        |row| row.feedback = false,
        |row| row.owes.clear(),
        |row| row.owes.push(Owes { by: Party2::Sender, what: Owed::Sitting, due: Due::WorkingDays(5) }),
        |row| row.requires = [Requirement::OrderRef].into(),
        |row| row.requires.clear(),
        |row| row.role_matrix = None,
        |row| row.for_gdp = true,
        |row| row.subject_sees = SubjectSees::Yes,
        |row| row.act.push('.'),
        |row| row.source.push('.'),
        |row| row.duty = false,
    ];
    let of = |row: &Row| digest::of(row, policy.matrix("UPPD_9C"), policy.secrecy_rules());
    let mut digests: BTreeSet<[u8; 32]> = edits
        .iter()
        .map(|edit| {
            let mut changed = row.clone();
            edit(&mut changed);
            of(&changed)
        })
        .collect();
    assert_eq!(of(row), row.digest());
    digests.insert(row.digest());
    assert_eq!(digests.len(), edits.len() + 1);
}

/// A change beside the row – in a set, a closed list, a rule of secrecy, what feedback means – changes the row's digest too,
/// and nobody else's.
#[test]
fn what_a_row_refers_to_is_in_its_digest() {
    let before = Policy::parse(STATUTORY).unwrap();
    for (from, to, rows) in [
        (
            "categories = [\"ID_NAME\", \"HEALTH\", \"EDU_PLACE\"]",
            "categories = [\"AGE\", \"ID_NAME\", \"HEALTH\", \"EDU_PLACE\"]",
            "NK_A NK_MOVE",
        ),
        ("review = [\"EDU_PLACE\"]", "review = []", "NK_A NK_MOVE"),
        (
            "categories = [\"INCIDENT\", \"VIOLENCE\"]",
            "categories = [\"INCIDENT\", \"VIOLENCE\", \"LOGISTICS\"]",
            "NK_A NK_MOVE",
        ),
        ("opened_by = [\"COURT_ORDER\", \"VITAL\"]", "opened_by = [\"COURT_ORDER\"]", "NK_MOVE"),
        (
            "senders = [\"POZ\"]\ncategories = [\"HEALTH\"]",
            "senders = [\"POZ\", \"PZP\"]\ncategories = [\"HEALTH\"]",
            "NK_MOVE",
        ),
        ("opened_by = [\"CONSENT\", \"UPS_105\"]", "opened_by = [\"UPS_105\"]", ""),
        ("feedback = true", "feedback = false", "NK_A"),
        ("clock_from = \"STARTED\"\n", "", "NK_A"),
        ("for_gdp = true\n", "", "NK_MOVE"),
        ("due = \"WORKING_DAYS 3\" }", "due = \"WORKING_DAYS 4\" }", "NK_A"),
        ("due = \"CALENDAR_DAYS 7\"", "due = \"CALENDAR_DAYS 8\"", "INFO_REQUEST.UPS_105"),
    ] {
        let (before_rows, after) = (before.rows(), Policy::parse(&edited(from, to)).unwrap());
        let changed: Vec<&str> = before_rows
            .iter()
            .filter(|row| after.row(&row.id).unwrap().digest() != row.digest())
            .map(|row| row.id.as_str())
            .collect();
        assert_eq!(changed.join(" "), rows, "{to}");
    }
}

fn edited(from: &str, to: &str) -> String {
    assert!(STATUTORY.contains(from), "{from}");
    STATUTORY.replacen(from, to, 1)
}

#[test]
fn rows_that_contradict_themselves_are_refused() {
    for (from, to) in [
        ("id = \"NK_A\"", "id = \"NK_A\"\nsurprise = 1"),
        ("id = \"NK_A\"", "id = \"INFO_REQUEST.UPS_105\""),
        ("id = \"NK_A\"", "id = \"\""),
        ("\"SZKOLA\", \"POZ\"", "\"SZKOLKA\""),
        ("\"SZKOLA\", \"POZ\"", "\"@nobody\""),
        ("[\"ZI\"]\nclass", "[]\nclass"),
        ("bases = [\"UPPD_9D\"]", "bases = [\"C6A\"]"),
        ("bases = [\"UPPD_9D\"]", "bases = []"),
        ("consent = \"FORBIDDEN\"", "consent = \"REQUIRED\""),
        ("consent = \"FORBIDDEN\"", "consent = \"OPTIONAL\""),
        ("categories = [\"ID_NAME\", \"VIOLENCE\", \"INCIDENT\", \"HEALTH\"]", "categories = []"),
        ("\"INCIDENT\", \"HEALTH\"]", "\"INCIDENT\", \"RELIGION\"]"),
        ("due = \"WORKING_DAYS 5\"", "due = \"SOON\""),
        ("due = \"WORKING_DAYS 5\"", "due = \"WORKING_DAYS 5\"\nreview = [\"FOSTER\"]"),
        ("requires = [\"FORMAL_REF\"]", "requires = [\"LUCK\"]"),
        ("act = \"UPPD art. 9d\"", "act = \"UPPD\\nid=X\""),
        ("bases = [\"COURT_ORDER\"]", "bases = [\"UPS_105\"]"),
        ("subject_sees = \"yes\"\nact = \"order\"\n", "act = \"order\"\n"),
        ("subject_sees = \"yes\"", "subject_sees = \"perhaps\""),
        ("subject_sees = \"yes\"", "subject_sees = true"),
    ] {
        assert!(Policy::parse(&edited(from, to)).is_err(), "{to}");
    }
}

/// The keys of duties, clocks, roles and secrecy, each with the word that the error says.
#[test]
fn contradictions_between_keys_are_named() {
    for (from, to, said) in [
        (
            "subject_sees = \"never\"\nact = \"UPPD art. 9d\"",
            "subject_sees = \"yes\"\nact = \"x\"",
            "hidden from the family",
        ),
        (
            "subject_sees = \"never\"\nact = \"UPPD art. 9c\"",
            "subject_sees = \"yes\"\nact = \"x\"",
            "hidden from the family",
        ),
        ("requires = [\"FORMAL_REF\"]\n", "", "formal letter"),
        ("  { by = \"SENDER\", what = \"FORMAL_REF\", due = \"WORKING_DAYS 5\" },\n", "", "formal letter"),
        ("by = \"SENDER\", what = \"FORMAL_REF\"", "by = \"RECIPIENT\", what = \"FORMAL_REF\"", "formal letter"),
        ("by = \"SENDER\"", "by = \"NOBODY\"", "NOBODY"),
        ("what = \"DISPATCH\"", "what = \"MONEY\"", "Owed"),
        ("what = \"DISPATCH\"", "what = \"ANSWER\"", "follows from other fields"),
        ("what = \"DISPATCH\"", "what = \"FORMAL_REF\"", "twice"),
        ("due = \"WORKING_DAYS 3\" }", "due = \"BY_URGENCY\" }", "BY_URGENCY"),
        ("clock_from = \"STARTED\"", "clock_from = \"NOON\"", "NOON"),
        ("due = \"WORKING_DAYS 5\"\nclock_from", "clock_from", "needs a deadline"),
        (
            "duty = true\nsubject_sees = \"never\"\nact = \"UPPD art. 9d\"",
            "for_gdp = true\nsubject_sees = \"never\"\nact = \"x\"",
            "group",
        ),
        ("role_matrix = \"UPPD_9C\"\nduty", "role_matrix = \"UPPD_9E\"\nduty", "matrix"),
        ("\"INCIDENT\", \"HEALTH\"]", "\"INCIDENT\", \"FOSTER\"]", "matrix"),
        ("\"INCIDENT\", \"HEALTH\"]", "\"INCIDENT\", \"LOCATION_SAFE\"]", "shelter"),
        ("review = [\"HEALTH_MENTAL\"]\n", "", "mental health"),
        ("requires = [\"JUSTIFICATION\"]\nduty", "duty", "justified"),
        (
            "categories = [\"CRIMINAL\", \"HEALTH_MENTAL\"]",
            "categories = [\"REPORTER\", \"HEALTH_MENTAL\"]",
            "reporter",
        ),
        ("role = \"USING\"", "role = \"NEIGHBOUR\"", "unknown role"),
        ("role = \"USING\"", "role = \"HOUSEHOLD\"", "listed twice"),
        (
            "[[matrix]]\nname = \"UPPD_9C\"\nrole = \"EVENT\"\ncategories = [\"INCIDENT\", \"VIOLENCE\"]\n",
            "",
            "role is missing",
        ),
        ("review = [\"EDU_PLACE\"]", "review = [\"FOSTER\"]", "review is part of it"),
        ("senders = [\"SZKOLA\"]\n", "senders = [\"POZ\"]\n", "binds already"),
        ("regime = \"SCHOOL\"", "regime = \"SECRET\"", "SecrecyRegime"),
        ("opened_by = [\"CONSENT\"", "opened_by = [\"C6A\"", "opened by CONSENT"),
        ("opened_by = [\"CONSENT\"", "opened_by = [\"MONEY\"", "unknown basis"),
        ("senders = [\"SZKOLA\"]\n", "senders = []\n", "somebody to something"),
    ] {
        let error = Policy::parse(&edited(from, to)).unwrap_err().to_string();
        assert!(error.contains(said), "{to}: {error}");
    }
    let unused = STATUTORY.replace("role_matrix = \"UPPD_9C\"\n", "");
    assert!(Policy::parse(&unused).unwrap_err().to_string().contains("no row names it"));
}

#[test]
fn consent_rows_that_contradict_themselves_are_refused() {
    let shipped = include_str!("../../../policy.toml");
    let of_row = |id: &str, from: &str, to: &str| {
        let start = shipped.find(&format!("id = \"{id}\"")).unwrap();
        let (head, tail) = shipped.split_at(start);
        assert!(tail.contains(from), "{from}");
        Policy::parse(&format!("{head}{}", tail.replacen(from, to, 1)))
    };
    assert!(of_row("INFO_REQUEST.CONSENT", "due =", "due =").is_ok());
    for (id, from, to) in [
        ("INFO_REQUEST.CONSENT", "[\"@consentable\"]", "[\"@consentable\", \"CRIMINAL\"]"),
        ("INFO_REQUEST.CONSENT", "[\"@authorities\", \"@no_cases\"]", "[\"@no_cases\"]"),
        ("INFO_REQUEST.CONSENT", "subject_sees = \"yes\"", "subject_sees = \"never\""),
        ("INFO_REQUEST.CONSENT", "subject_sees = \"yes\"", "subject_sees = \"yes\"\nduty = true"),
        ("INFO_REQUEST.CONSENT", "subject_sees = \"yes\"", "subject_sees = \"yes\"\nrequires = [\"CASE_REF\"]"),
        ("INFO_REQUEST.CONSENT", "subject_sees = \"yes\"", "subject_sees = \"yes\"\nclock_from = \"STARTED\""),
        ("INFO_REQUEST.CONSENT", "review = [\"HEALTH_MENTAL\"]", ""),
        ("INFO_REQUEST.CONSENT", "consent = \"REQUIRED\"", "consent = \"FORBIDDEN\""),
        ("CONSULT_ANON", "categories = [\"NONE\"]", "categories = [\"LOGISTICS\"]"),
        ("CONSULT_ANON", "subject_sees = \"yes\"", "subject_sees = \"never\"\nduty = true"),
    ] {
        assert!(of_row(id, from, to).is_err(), "{id} {to}");
    }
}
