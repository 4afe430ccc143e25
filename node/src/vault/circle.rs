//! Who holds the keys of a new case or consent record, and who of them sees it.

use std::collections::{BTreeMap, BTreeSet};

use wiez_proto::envelope::SealingPublic;

use crate::account::{AccessRole, AccountId, Receives};

/// An account that holds keys now.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Whose.
    pub id: AccountId,
    /// What it may do here.
    pub role: AccessRole,
    /// Which new cases come to it.
    pub receives: Option<Receives>,
    /// Who stands in for it.
    pub substitute: Option<AccountId>,
    /// Whether it is noted as away.
    pub away: bool,
    /// The public half of its key.
    pub public: SealingPublic,
}

/// How a case or a consent record began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It came from another institution.
    Arrived,
    /// Somebody here opened it.
    Opened(AccountId),
    /// Somebody here recorded a consent, which is the institution's and which colleagues use too.
    Recorded,
}

/// Who gets the keys, and whether they see it.
///
/// What arrived goes to whom such cases come and to their substitutes; what somebody opened to that person and the
/// substitute; a consent record to everybody who works with content. The substitute of a substitute who is away gets it
/// too, and so on. `hidden` cases concern somebody's safety: they come to persons named for it. Where nobody is named the
/// kierownicy are. Every kierownik holds the keys, so that a case can be given to somebody when its worker leaves, and
/// sees ordinary cases; a hidden one only when named for it, or when nobody else who is here would see it.
#[must_use]
pub fn circle(members: &[Member], hidden: bool, begun: Begun) -> BTreeMap<AccountId, bool> {
    let receives = |member: &&Member| match member.receives {
        Some(Receives::Both) => true,
        Some(Receives::Safety) => hidden,
        Some(Receives::Ordinary) => !hidden,
        None => false,
    };
    let author = |id: AccountId| members.iter().filter(move |member| member.id == id);
    let mut named: Vec<&Member> = match begun {
        Begun::Arrived => members.iter().filter(receives).collect(),
        Begun::Opened(id) => author(id).collect(),
        Begun::Recorded => members.iter().collect(),
    };
    let chiefs = || members.iter().filter(|member| member.role == AccessRole::Kierownik);
    if named.is_empty() {
        named = chiefs().collect();
    }
    let mut all: BTreeMap<AccountId, bool> = chiefs().map(|chief| (chief.id, !hidden || receives(&chief))).collect();
    for member in named {
        all.insert(member.id, true);
        all.extend(stand_ins(members, member).into_iter().map(|id| (id, true)));
    }
    let here = |id: &AccountId| members.iter().any(|member| member.id == *id && !member.away);
    if !all.iter().any(|(id, sees)| *sees && here(id)) {
        all.extend(chiefs().map(|chief| (chief.id, true)));
    }
    all
}

/// The substitute of somebody, and of a substitute who is away, until one is here.
fn stand_ins(members: &[Member], of: &Member) -> BTreeSet<AccountId> {
    let mut found = BTreeSet::new();
    let mut next = of.substitute;
    while let Some(member) = next.and_then(|id| members.iter().find(|member| member.id == id)) {
        // A circle of substitutes who are all away ends here.
        if !found.insert(member.id) {
            break;
        }
        next = member.substitute.filter(|_| member.away);
    }
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use wiez_proto::env::Env;
    use wiez_proto::envelope::SealingKey;

    use super::*;

    fn member(id: u8, role: AccessRole, receives: Option<Receives>, substitute: Option<u8>) -> Member {
        let public = SealingKey::generate(&Env::stepped(0, 1)).unwrap().public().clone();
        let name = |id| AccountId::new([id; 16]);
        Member { id: name(id), role, receives, substitute: substitute.map(name), away: false, public }
    }

    fn seen(members: &[Member], hidden: bool, begun: Begun) -> Vec<(u8, bool)> {
        circle(members, hidden, begun).iter().map(|(id, sees)| (id.bytes()[0], *sees)).collect()
    }

    #[test]
    fn a_case_goes_to_whom_it_comes_and_the_substitute_and_every_kierownik_keeps_the_keys() {
        use AccessRole::{Kierownik, Koordynator, Pracownik};
        let staff = [
            member(1, Kierownik, None, None),
            member(2, Koordynator, Some(Receives::Ordinary), Some(3)),
            member(3, Pracownik, None, None),
            member(4, Pracownik, Some(Receives::Safety), None),
            // A substitute who left does not come back by being named.
            member(5, Pracownik, None, Some(9)),
        ];
        let opened = |id| Begun::Opened(AccountId::new([id; 16]));
        assert_eq!(seen(&staff, false, Begun::Arrived), [(1, true), (2, true), (3, true)]);
        assert_eq!(seen(&staff, true, Begun::Arrived), [(1, false), (4, true)]);
        assert_eq!(seen(&staff, false, opened(5)), [(1, true), (5, true)]);
        assert_eq!(seen(&staff, true, opened(5)), [(1, false), (5, true)]);
        assert_eq!(seen(&staff, true, opened(1)), [(1, true)]);
        assert_eq!(seen(&staff, false, Begun::Recorded), [1, 2, 3, 4, 5].map(|id| (id, true)));
    }

    #[test]
    fn a_case_of_somebodys_safety_reaches_somebody_who_is_here() {
        use AccessRole::{Kierownik, Pracownik};
        let away = |member: Member| Member { away: true, ..member };
        let chief = || member(1, Kierownik, None, None);
        let anna = || away(member(2, Pracownik, Some(Receives::Safety), Some(3)));
        let jan = member(3, Pracownik, None, Some(4));
        let ewa = member(4, Pracownik, None, Some(2));
        // A substitute who is here acts, and nobody beyond.
        let staff = [chief(), anna(), jan.clone(), ewa.clone()];
        assert_eq!(seen(&staff, true, Begun::Arrived), [(1, false), (2, true), (3, true)]);
        // The substitute is away too: that one's substitute, and not the kierownik.
        let staff = [chief(), anna(), away(jan.clone()), ewa.clone()];
        assert_eq!(seen(&staff, true, Begun::Arrived), [(1, false), (2, true), (3, true), (4, true)]);
        // All three stand in for each other and are away, or nobody stands in: the kierownik, away or not.
        let staff = [away(chief()), anna(), away(jan), away(ewa)];
        assert_eq!(seen(&staff, true, Begun::Arrived), [(1, true), (2, true), (3, true), (4, true)]);
        let staff = [chief(), anna()];
        assert_eq!(seen(&staff, true, Begun::Arrived), [(1, true), (2, true)]);
        assert_eq!(seen(&staff, true, Begun::Opened(AccountId::new([2; 16]))), [(1, true), (2, true)]);
    }

    #[test]
    fn where_nobody_is_named_the_kierownik_is() {
        use AccessRole::{Kierownik, Pracownik};
        let staff = [member(1, Kierownik, None, None), member(2, Pracownik, None, None)];
        assert_eq!(seen(&staff, false, Begun::Arrived), [(1, true)]);
        assert_eq!(seen(&staff, true, Begun::Arrived), [(1, true)]);
        // Of a single worker everything is seen.
        assert_eq!(seen(&staff[..1], true, Begun::Arrived), [(1, true)]);
        assert_eq!(seen(&[], true, Begun::Arrived), []);
    }
}
