//! What can be sent to open a case, and on which rows of the policy table between which institutions.

use wiez_proto::directory::Entry;
use wiez_proto::policy::{Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind};

use super::super::fields::Fields;

/// What a worker wants to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Topic {
    /// A referral under a consent.
    Referral,
    /// A question about somebody.
    Info,
    /// The same, of the police.
    Police,
    /// The same, of a probation officer.
    Probation,
    /// Somebody may need help.
    Signal,
    /// Somebody is in danger.
    Alert,
    /// The form "Niebieska Karta – A".
    BlueCard,
    /// Notice of a crime.
    Crime,
    /// Notice to the guardianship court.
    Court,
}

impl Topic {
    /// Everything but the referral, in the order in which it is offered.
    pub(super) const OTHERS: [Self; 8] = [
        Self::Info,
        Self::Signal,
        Self::Alert,
        Self::BlueCard,
        Self::Crime,
        Self::Court,
        Self::Police,
        Self::Probation,
    ];

    /// Its kind of message.
    pub(super) const fn kind(self) -> MessageKind {
        match self {
            Self::Referral => MessageKind::Referral,
            Self::Info => MessageKind::InfoRequest,
            Self::Police => MessageKind::PoliceQuery,
            Self::Probation => MessageKind::KuratorQuery,
            Self::Signal => MessageKind::Signal,
            Self::Alert => MessageKind::Alert,
            Self::BlueCard => MessageKind::NkA,
            Self::Crime => MessageKind::CrimeNotice,
            Self::Court => MessageKind::CourtNotice,
        }
    }

    /// The topic of a form; without its field a referral.
    ///
    /// # Errors
    /// `FIELD_INVALID` for a kind that opens nothing.
    pub(super) fn of(fields: &Fields) -> Result<Self, Refusal> {
        let code = fields.get("rodzaj");
        let mut all = Self::OTHERS.into_iter().chain([Self::Referral]);
        if code.is_empty() {
            return Ok(Self::Referral);
        }
        all.find(|topic| topic.kind().code() == code)
            .ok_or_else(|| Refusal::new(Reason::FieldInvalid).with("field", "rodzaj"))
    }

    /// Whether it asks for information.
    pub(super) const fn asks(self) -> bool {
        matches!(self, Self::Info | Self::Police | Self::Probation)
    }

    /// Whether a statute or a danger demands it, so that nothing here may keep it from leaving.
    pub(super) const fn demanded(self) -> bool {
        matches!(self, Self::Signal | Self::Alert | Self::BlueCard | Self::Crime | Self::Court)
    }

    /// The rows on which an institution can send it to anybody.
    pub(super) fn rows(self, me: &Entry) -> Vec<&'static Row> {
        let kinds = kinds(me);
        rows(self.kind()).filter(|row| kinds.iter().any(|kind| row.senders.contains(kind))).collect()
    }

    /// The rows on which an institution can send it to another one.
    pub(super) fn between(self, me: &Entry, peer: &Entry) -> Vec<&'static Row> {
        let to = kinds(peer);
        self.rows(me).into_iter().filter(|row| to.iter().any(|kind| row.recipients.contains(kind))).collect()
    }
}

fn rows(kind: MessageKind) -> impl Iterator<Item = &'static Row> {
    Policy::shipped().rows().iter().filter(move |row| row.kind == kind)
}

fn kinds(entry: &Entry) -> Vec<InstitutionKind> {
    std::iter::once(entry.kind).chain(entry.also_acts_as.iter().copied()).collect()
}

/// Legal bases of rows on which no consent is needed, in the order of the table.
pub(super) fn bases(rows: &[&Row]) -> Vec<BasisCode> {
    let lawful = rows.iter().filter(|row| row.class != BasisClass::Consent && row.class != BasisClass::NoPersonalData);
    let mut out: Vec<BasisCode> = vec![];
    for basis in lawful.flat_map(|row| row.bases.iter().copied()) {
        if !out.contains(&basis) {
            out.push(basis);
        }
    }
    out
}

/// The basis that is usual for a topic: for a signal the own tasks of social assistance, else the first of the table.
pub(super) fn usual(topic: Topic, fitting: &[BasisCode]) -> Option<BasisCode> {
    let own = Some(BasisCode::Ups100).filter(|basis| topic == Topic::Signal && fitting.contains(basis));
    own.or_else(|| fitting.first().copied())
}

/// Headings under which categories stand in a form, and what stands there.
const GROUPS: &[(&str, &[Category])] = &[
    (
        "w-new-group-person",
        &[
            Category::IdName,
            Category::Age,
            Category::Contact,
            Category::Address,
            Category::IdPesel,
            Category::Guardian,
            Category::Lang,
        ],
    ),
    ("w-new-group-school", &[Category::EduPlace, Category::EduProgress, Category::EduOpinion]),
    (
        "w-new-group-family",
        &[
            Category::FamilySit,
            Category::FamilyComp,
            Category::Kinship,
            Category::Marital,
            Category::Foster,
            Category::CourtFamily,
        ],
    ),
    ("w-new-group-means", &[Category::Material, Category::Benefits, Category::Housing, Category::Employment]),
    (
        "w-new-group-health",
        &[
            Category::Health,
            Category::Disability,
            Category::HealthMental,
            Category::Pregnancy,
            Category::Addiction,
            Category::Violence,
            Category::Incident,
        ],
    ),
    ("w-new-group-work", &[Category::Assessment, Category::PlanTasks, Category::Logistics]),
];

/// What rows let through, under headings; `w-new-group-other` holds what has no heading of its own.
pub(super) fn groups(rows: &[&Row]) -> Vec<(&'static str, Vec<Category>)> {
    let may = |category: &Category| rows.iter().any(|row| row.ceiling.contains(category));
    let mut out: Vec<(&'static str, Vec<Category>)> =
        GROUPS.iter().map(|(name, all)| (*name, all.iter().copied().filter(may).collect())).collect();
    let known = |category: &Category| GROUPS.iter().any(|(_, all)| all.contains(category));
    let rest = Category::ALL.iter().copied().filter(|one| may(one) && !known(one)).collect();
    out.push(("w-new-group-other", rest));
    out.retain(|(_, all): &(&str, Vec<Category>)| !all.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_of_a_row_stands_under_one_heading() {
        let rows: Vec<&Row> = Policy::shipped().rows().iter().collect();
        let mut all: Vec<Category> = groups(&rows).into_iter().flat_map(|(_, all)| all).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        let let_through = |category: &&Category| rows.iter().any(|row| row.ceiling.contains(category));
        let most = Category::ALL.iter().filter(let_through).count();
        assert_eq!((all.len(), count), (most, most), "{all:?}");
    }
}
