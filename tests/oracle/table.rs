//! The oracle's own policy table, typed from statute summaries by hand, one entry a row, in words a lawyer can check.
//!
//! Nothing here is read from or shared with `policy.toml`: only the codes themselves are common vocabulary.

mod consent;
mod court;
mod duties;
mod social;
mod team;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind, PersonRole, SecrecyRegime};

pub(crate) type Kinds = BTreeSet<InstitutionKind>;
pub(crate) type Categories = BTreeSet<Category>;

/// Everybody who works with cases: all kinds but ROPS, which takes part without case data, and GDP, which is not enrolled.
pub(crate) const CASES: &str = "OPS CUS PCPR ZI GKRPA OIK SOW POW OA DPS SDS WTZ DDP PWD SZKOLA PRZEDSZKOLE PPP MOW_MOS \
    POZ PZP CZP PTU SZPITAL POLICJA SAD_ROD KURATOR PROK ZK SM PUP UG STAROSTWO PZOON KULTURA SPORT NGO PES KOSCIOL";

/// Really everybody.
pub(crate) const ANY: &str = "ROPS GDP OPS CUS PCPR ZI GKRPA OIK SOW POW OA DPS SDS WTZ DDP PWD SZKOLA PRZEDSZKOLE PPP \
    MOW_MOS POZ PZP CZP PTU SZPITAL POLICJA SAD_ROD KURATOR PROK ZK SM PUP UG STAROSTWO PZOON KULTURA SPORT NGO PES KOSCIOL";

/// Who fills in a Niebieska Karta: social assistance, education, health (with the alcohol commission), Police.
pub(crate) const FILLERS: &str = "OPS CUS PCPR OIK SOW POW OA DPS SDS WTZ DDP PWD SZKOLA PRZEDSZKOLE PPP MOW_MOS \
    GKRPA POZ PZP CZP PTU SZPITAL PZOON POLICJA";

/// Whose workers sit in a diagnostic-and-help group (art. 9a UPPD).
pub(crate) const MEMBERS: &str = "OPS CUS PCPR OIK SOW POW OA DPS SDS WTZ DDP PWD SZKOLA PRZEDSZKOLE PPP MOW_MOS \
    GKRPA POZ PZP CZP PTU SZPITAL PZOON POLICJA KURATOR PROK NGO";

/// Who can rescue.
pub(crate) const RESCUE: &str = "POLICJA SZPITAL OPS CUS ZI OIK SOW";

/// Everything that a consent can carry: not criminal data, shelters, reporters, religion, sexuality, origin.
pub(crate) const CONSENTABLE: &str = "ID_NAME ID_PESEL AGE ADDRESS CONTACT GUARDIAN FAMILY_COMP FAMILY_SIT MARITAL KINSHIP \
    MATERIAL BENEFITS HOUSING EMPLOYMENT EDU_PLACE EDU_PROGRESS EDU_OPINION HEALTH HEALTH_MENTAL DISABILITY PREGNANCY \
    ADDICTION VIOLENCE INCIDENT COURT_FAMILY FOSTER LANG ASSESSMENT PLAN_TASKS LOGISTICS";

/// A consent that names little, for cases that go beyond it.
pub(crate) const NARROW: &str = "ID_NAME CONTACT ADDRESS EDU_PROGRESS HEALTH PLAN_TASKS LOGISTICS";

/// Special, criminal, or to be kept at any price: sensitivity 3 and more.
pub(crate) const SENSITIVE: &str = "EDU_OPINION HEALTH HEALTH_MENTAL DISABILITY PREGNANCY ADDICTION VIOLENCE INCIDENT \
    CRIMINAL ORIGIN RELIGION SEXUAL LOCATION_SAFE REPORTER";

/// One row: who may send what to whom, why, within which limits, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: MessageKind,
    pub(crate) from: Kinds,
    pub(crate) to: Kinds,
    pub(crate) class: BasisClass,
    pub(crate) bases: BTreeSet<BasisCode>,
    pub(crate) holds: Categories,
    pub(crate) never: Vec<(Kinds, Categories)>,
    pub(crate) review: Categories,
    pub(crate) fields: BTreeSet<&'static str>,
    pub(crate) by_role: bool,
    pub(crate) duty: bool,
    pub(crate) hidden: bool,
    pub(crate) for_group: bool,
    pub(crate) due: &'static str,
    pub(crate) from_start_of_procedure: bool,
    pub(crate) answers: BTreeSet<MessageKind>,
    pub(crate) feedback: bool,
    /// Who owes what within which time, such as `RECIPIENT DISPATCH WORKING_DAYS 3`.
    pub(crate) owes: BTreeSet<&'static str>,
}

/// Begins a row; what is not said is: nothing.
fn row(name: &'static str, kind: &str) -> Row {
    Row {
        name,
        kind: MessageKind::parse(kind).unwrap(),
        from: Kinds::new(),
        to: Kinds::new(),
        class: BasisClass::NoPersonalData,
        bases: BTreeSet::new(),
        holds: Categories::new(),
        never: Vec::new(),
        review: Categories::new(),
        fields: BTreeSet::new(),
        by_role: false,
        duty: false,
        hidden: false,
        for_group: false,
        due: "",
        from_start_of_procedure: false,
        answers: BTreeSet::new(),
        feedback: false,
        owes: BTreeSet::new(),
    }
}

impl Row {
    fn from(mut self, kinds: &str) -> Self {
        self.from = institutions(kinds);
        self
    }

    fn to(mut self, kinds: &str) -> Self {
        self.to = institutions(kinds);
        self
    }

    fn not_from(mut self, kinds: &str) -> Self {
        let out = institutions(kinds);
        self.from.retain(|kind| !out.contains(kind));
        self
    }

    fn not_to(mut self, kinds: &str) -> Self {
        let out = institutions(kinds);
        self.to.retain(|kind| !out.contains(kind));
        self
    }

    /// Codes, dates and opaque references only.
    fn no_personal_data(self) -> Self {
        self.on(BasisClass::NoPersonalData, "NO_PD").holds("NONE")
    }

    /// Under a consent of art. 6 or, for special categories, art. 9 RODO.
    fn under_consent(self) -> Self {
        self.consent_for(CONSENTABLE).reviewed("HEALTH_MENTAL")
    }

    /// The same for some categories only.
    fn consent_for(self, codes: &str) -> Self {
        self.on(BasisClass::Consent, "C6A C9A").holds(codes)
    }

    fn also_on(mut self, basis: &str) -> Self {
        self.bases.insert(BasisCode::parse(basis).unwrap());
        self
    }

    fn statute(self, bases: &str) -> Self {
        self.on(BasisClass::Statutory, bases)
    }

    fn vital(self) -> Self {
        self.on(BasisClass::VitalInterest, "VITAL")
    }

    fn on(mut self, class: BasisClass, bases: &str) -> Self {
        self.class = class;
        self.bases = bases.split_whitespace().map(|code| BasisCode::parse(code).unwrap()).collect();
        self
    }

    fn holds(mut self, codes: &str) -> Self {
        self.holds.extend(categories(codes));
        self
    }

    fn never(mut self, codes: &str, to: &str) -> Self {
        self.never.push((institutions(to), categories(codes)));
        self
    }

    fn reviewed(mut self, codes: &str) -> Self {
        self.review.extend(categories(codes));
        self
    }

    fn requires(mut self, fields: &'static str) -> Self {
        self.fields.extend(fields.split_whitespace());
        self
    }

    /// Facts about persons are limited by the person's role.
    const fn by_role(mut self) -> Self {
        self.by_role = true;
        self
    }

    /// Never blocked: it goes, is flagged, is reviewed. What is a duty is never shown to the person concerned.
    const fn duty(mut self) -> Self {
        self.duty = true;
        self.hidden = true;
        self
    }

    const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    const fn for_group(mut self) -> Self {
        self.for_group = true;
        self
    }

    const fn due(mut self, rule: &'static str) -> Self {
        self.due = rule;
        self
    }

    const fn counted_from_start(mut self) -> Self {
        self.from_start_of_procedure = true;
        self
    }

    fn answered_by(mut self, kinds: &str) -> Self {
        self.answers = kinds.split_whitespace().map(|code| MessageKind::parse(code).unwrap()).collect();
        self
    }

    /// The reporter is told at receipt, after 14 days and at closing (which has no date of its own).
    fn feedback(mut self) -> Self {
        self.feedback = true;
        self.owes("RECIPIENT FEEDBACK_RECEIPT WORKING_DAYS 1").owes("RECIPIENT FEEDBACK_14 CALENDAR_DAYS 14")
    }

    fn owes(mut self, debt: &'static str) -> Self {
        self.owes.insert(debt);
        self
    }

    /// The formal letter may follow later; its clock stays open until it is entered.
    fn formal_letter(self, debt: &'static str) -> Self {
        self.requires("FORMAL_REF").owes(debt)
    }
}

/// Reads a list of institution kinds.
pub(crate) fn institutions(codes: &str) -> Kinds {
    codes.split_whitespace().map(|code| InstitutionKind::parse(code).unwrap()).collect()
}

/// Reads a list of categories.
pub(crate) fn categories(codes: &str) -> Categories {
    codes.split_whitespace().map(|code| Category::parse(code).unwrap()).collect()
}

/// Every row.
pub(crate) fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        [consent::rows(), duties::rows(), team::rows(), court::rows(), social::rows()].into_iter().flatten().collect()
    })
}

/// What the closed list of art. 9c UPPD allows about a person of this role; without a role: about the event.
pub(crate) fn allowed_of(role: Option<PersonRole>) -> Categories {
    categories(match role {
        Some(PersonRole::Suffering) => team::SUFFERING,
        Some(PersonRole::Household) => team::HOUSEHOLD,
        Some(PersonRole::Using) => team::USING,
        None => team::EVENT,
    })
}

/// What of it a second person has to confirm.
pub(crate) fn doubtful_of(role: Option<PersonRole>) -> Categories {
    categories(if role == Some(PersonRole::Suffering) { team::DOUBTFUL_OF_SUFFERING } else { "" })
}

/// A professional secrecy: who keeps it, about what, and what opens it without a recorded release.
pub(crate) struct Secrecy {
    pub(crate) regime: SecrecyRegime,
    pub(crate) keepers: &'static str,
    pub(crate) about: &'static str,
    pub(crate) consent_opens: bool,
    pub(crate) opened_by: &'static str,
}

/// The three secrecies that the sender's gate keeps. Facts not opened need a release by patient, statute or court.
pub(crate) const SECRECIES: &[Secrecy] = &[
    // Prawa pacjenta art. 13-14, zawody lekarza art. 40: a consent to share is no release.
    Secrecy {
        regime: SecrecyRegime::Medical,
        keepers: "POZ PZP CZP PTU SZPITAL PZOON",
        about: "HEALTH HEALTH_MENTAL DISABILITY PREGNANCY ADDICTION",
        consent_opens: false,
        opened_by: "COURT_ORDER UPPD_9C UPPD_9D VITAL",
    },
    // Results and behaviour at school.
    Secrecy {
        regime: SecrecyRegime::School,
        keepers: "SZKOLA PRZEDSZKOLE PPP MOW_MOS PWD",
        about: "EDU_PROGRESS",
        consent_opens: true,
        opened_by: "UPS_105 UWR_16 KUR_9 COURT_ORDER",
    },
    // Opinions of the clinic: fewer may ask for them.
    Secrecy {
        regime: SecrecyRegime::School,
        keepers: "SZKOLA PRZEDSZKOLE PPP MOW_MOS PWD",
        about: "EDU_OPINION",
        consent_opens: true,
        opened_by: "KUR_9 COURT_ORDER",
    },
    // Criminal data of the Police; no consent carries them anyway.
    Secrecy {
        regime: SecrecyRegime::Police,
        keepers: "POLICJA",
        about: "CRIMINAL",
        consent_opens: false,
        opened_by: "UPPD_9C UPPD_9D KUR_9 COURT_ORDER",
    },
];
