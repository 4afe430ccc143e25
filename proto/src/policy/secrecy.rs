//! Professional secrecy: what a sender keeps closed although the row would let it pass.

use super::Row;
use super::table::{RawSets, categories, kinds};
use crate::vocab::{BasisClass, BasisCode, Category, InstitutionKind, SecrecyRegime};
use serde::Deserialize;
use std::collections::BTreeSet;

/// One rule of secrecy. It binds the sender only; the recipient's gate does not ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secrecy {
    /// Which secrecy it is.
    pub regime: SecrecyRegime,
    /// Who is bound.
    pub senders: BTreeSet<InstitutionKind>,
    /// What is closed.
    pub categories: BTreeSet<Category>,
    /// Whether a consent opens it.
    pub consent_opens: bool,
    /// The legal bases that open it.
    pub opened_by: BTreeSet<BasisCode>,
}

impl Secrecy {
    fn opens(&self, class: BasisClass, basis: Option<BasisCode>) -> bool {
        match class {
            BasisClass::NoPersonalData | BasisClass::VitalInterest => true,
            BasisClass::Consent => self.consent_opens,
            BasisClass::Statutory => basis.is_some_and(|basis| self.opened_by.contains(&basis)),
        }
    }

    /// Whether the rule can ever close anything that the row lets pass.
    pub(super) fn concerns(&self, row: &Row) -> bool {
        !row.duty
            && matches!(row.class, BasisClass::Statutory | BasisClass::Consent)
            && !self.senders.is_disjoint(&row.senders)
            && !self.categories.is_disjoint(&row.ceiling)
    }
}

/// What stays closed. A kind of institution is bound by one regime, see [`read`].
pub(super) fn closed(
    rules: &[Secrecy],
    sender: InstitutionKind,
    class: BasisClass,
    basis: Option<BasisCode>,
    categories: &BTreeSet<Category>,
) -> Option<(SecrecyRegime, BTreeSet<Category>)> {
    let mut found: Option<(SecrecyRegime, BTreeSet<Category>)> = None;
    for rule in rules.iter().filter(|rule| rule.senders.contains(&sender) && !rule.opens(class, basis)) {
        let concerned = rule.categories.intersection(categories).copied().peekable();
        let (_, closed) = found.get_or_insert_with(|| (rule.regime, BTreeSet::new()));
        closed.extend(concerned);
    }
    found.filter(|(_, closed)| !closed.is_empty())
}

/// An entry of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSecrecy {
    regime: SecrecyRegime,
    senders: Vec<String>,
    categories: Vec<String>,
    opened_by: Vec<String>,
}

/// Reads the rules. No kind of institution is bound by two regimes, because one recorded release could not open both; no
/// category of a regime stands in two rules for the same sender.
pub(super) fn read(raw: &[RawSecrecy], sets: &RawSets) -> Result<Vec<Secrecy>, String> {
    let mut out: Vec<Secrecy> = Vec::new();
    for entry in raw {
        let fault = |what: &str| format!("secrecy {}: {what}", entry.regime);
        let mut opened_by = BTreeSet::new();
        for code in entry.opened_by.iter().filter(|code| *code != CONSENT) {
            let basis = BasisCode::parse(code).map_err(|_| fault(&format!("unknown basis {code}")))?;
            if !matches!(basis.class(), BasisClass::Statutory | BasisClass::VitalInterest) {
                return Err(fault("it is opened by CONSENT or by a statute"));
            }
            opened_by.insert(basis);
        }
        let rule = Secrecy {
            regime: entry.regime,
            senders: kinds(&entry.senders, sets).map_err(|what| fault(&what))?,
            categories: categories(&entry.categories, sets).map_err(|what| fault(&what))?,
            consent_opens: entry.opened_by.iter().any(|code| code == CONSENT),
            opened_by,
        };
        if rule.senders.is_empty() || rule.categories.is_empty() {
            return Err(fault("it binds somebody to something"));
        }
        let clash = |other: &&Secrecy| {
            !other.senders.is_disjoint(&rule.senders)
                && (other.regime != rule.regime || !other.categories.is_disjoint(&rule.categories))
        };
        if let Some(other) = out.iter().find(clash) {
            return Err(fault(&format!("it binds somebody whom {} binds already", other.regime)));
        }
        out.push(rule);
    }
    Ok(out)
}

/// In `opened_by`: a consent of the person.
pub(super) const CONSENT: &str = "CONSENT";
