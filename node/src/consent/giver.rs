//! Decides whether the person who signed may consent for the person concerned.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wiez_proto::calendar;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Authority, GiverRole};

/// From this birthday a minor's own statement is needed beside the representative's.
const OWN_STATEMENT_AGE: i16 = 13;
/// From this birthday nobody consents for a person who has full legal capacity.
const ADULT_AGE: i16 = 18;

/// Who gave a consent, and what is known about the right to give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Giver {
    /// In what role.
    pub role: GiverRole,
    /// Birthday of a minor concerned; none for an adult.
    pub born: Option<Date>,
    /// Whether the minor stated the same.
    pub own_statement: bool,
    /// Parental authority of a parent who signed alone.
    pub authority: Authority,
    /// Whether a conflict between the parents was recorded; the family court decides then.
    pub conflict: bool,
}

impl Giver {
    /// Whether the consent counts at a moment. It can stop to count on a birthday.
    ///
    /// One parent with authority is enough until a conflict is recorded.
    ///
    /// # Errors
    /// `GIVER`, or `PARENTS_IN_CONFLICT`.
    pub fn may_consent(&self, now_ms: i64) -> Result<(), Refusal> {
        let no = |why: &str| Err(Refusal::new(Reason::Giver).with("why", why));
        let age = self.born.map(|born| age(born, calendar::day_of(now_ms)));
        let child = age.is_some_and(|age| age < ADULT_AGE);
        match self.role {
            GiverRole::SelfGiver if child => return no("minor"),
            GiverRole::SelfGiver | GiverRole::CuratorLegal if !child => return Ok(()),
            GiverRole::SelfGiver | GiverRole::CuratorLegal => return no("role"),
            GiverRole::Parent if !self.authority.may_decide() => return no("authority"),
            GiverRole::Parent | GiverRole::BothParents | GiverRole::Guardian | GiverRole::FosterWithCourt => {}
        }
        if !child {
            return no("adult");
        }
        if self.conflict {
            return Err(Refusal::new(Reason::ParentsInConflict));
        }
        if age.is_some_and(|age| age >= OWN_STATEMENT_AGE) && !self.own_statement {
            return no("own_statement");
        }
        Ok(())
    }
}

/// Full years on a day; a birthday counts from its first minute.
fn age(born: Date, day: Date) -> i16 {
    let years = day.year() - born.year();
    if (day.month(), day.day()) < (born.month(), born.day()) { years - 1 } else { years }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: Date) -> i64 {
        calendar::start_of_day(day)
    }

    fn parent(born: Date) -> Giver {
        Giver {
            role: GiverRole::Parent,
            born: Some(born),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        }
    }

    fn reason(giver: &Giver, day: Date) -> Option<Reason> {
        giver.may_consent(at(day)).err().map(|refusal| refusal.reason)
    }

    #[test]
    fn birthdays_change_who_may_consent() {
        let giver = parent(Date::constant(2013, 6, 1));
        assert_eq!(reason(&giver, Date::constant(2026, 5, 31)), None);
        assert_eq!(reason(&giver, Date::constant(2026, 6, 1)), Some(Reason::Giver));
        let stated = Giver { own_statement: true, ..giver };
        assert_eq!(reason(&stated, Date::constant(2026, 6, 1)), None);
        assert_eq!(reason(&stated, Date::constant(2031, 5, 31)), None);
        assert_eq!(reason(&stated, Date::constant(2031, 6, 1)), Some(Reason::Giver));
    }

    #[test]
    fn a_parent_needs_authority_and_no_conflict() {
        let day = Date::constant(2026, 1, 1);
        let giver = parent(Date::constant(2020, 1, 1));
        for authority in [Authority::Deprived, Authority::Suspended, Authority::Unknown] {
            assert_eq!(reason(&Giver { authority, ..giver.clone() }, day), Some(Reason::Giver));
        }
        assert_eq!(reason(&Giver { authority: Authority::Limited, ..giver.clone() }, day), None);
        assert_eq!(reason(&Giver { conflict: true, ..giver }, day), Some(Reason::ParentsInConflict));
    }

    #[test]
    fn an_adult_consents_alone_and_a_child_does_not() {
        let day = Date::constant(2026, 1, 1);
        let own = Giver { role: GiverRole::SelfGiver, born: None, ..parent(day) };
        assert_eq!(reason(&own, day), None);
        assert_eq!(reason(&Giver { born: Some(Date::constant(2012, 1, 1)), ..own.clone() }, day), Some(Reason::Giver));
        // A parent cannot consent for somebody who is not known to be a minor.
        assert_eq!(reason(&Giver { role: GiverRole::Parent, ..own }, day), Some(Reason::Giver));
    }
}
