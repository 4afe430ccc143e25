//! The one table of a new consent: institutions as columns, categories as rows, what goes and what comes as ticks.

use std::collections::BTreeSet;

use wiez_proto::directory::Standing;
use wiez_proto::id::InstitutionId;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, InstitutionKind};

use crate::consent::{MAX_PAIRS, Pair};
use crate::directory::{Directory, Peer};
use crate::web::fields::Fields;
use crate::web::words::{folded, holds};

/// Columns that the table begins with.
pub(super) const USUAL: usize = 4;
/// Institutions of one name part that are offered at once.
const OFFERED: usize = 4;

/// One institution of the table.
pub(super) struct Column {
    pub(super) id: InstitutionId,
    pub(super) name: String,
    /// Whether it is named on the sheet.
    pub(super) on: bool,
    pub(super) give: BTreeSet<Category>,
    pub(super) receive: BTreeSet<Category>,
}

/// One tick of a row.
pub(super) struct Cell {
    pub(super) value: String,
    pub(super) give: bool,
    pub(super) receive: bool,
}

/// One category.
pub(super) struct Line {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) cells: Vec<Cell>,
}

/// What may pass to and from a kind of institution when nobody ticks anything: ordinary categories only, as little as
/// such an institution needs to begin. Special ones are always ticked by hand.
fn usual(kind: InstitutionKind) -> (&'static [Category], &'static [Category]) {
    use Category as C;
    use InstitutionKind as K;
    match kind {
        K::Szkola | K::Przedszkole | K::MowMos | K::Pwd => {
            (&[C::IdName, C::Age, C::Contact, C::FamilySit], &[C::EduPlace, C::EduProgress, C::PlanTasks])
        }
        K::Ppp => (&[C::IdName, C::Age, C::Contact, C::EduPlace, C::EduProgress], &[C::PlanTasks, C::Assessment]),
        K::Poz | K::Pzp | K::Czp | K::Ptu | K::Szpital => {
            (&[C::IdName, C::Age, C::Contact, C::FamilySit], &[C::PlanTasks])
        }
        K::Gkrpa | K::Oik | K::Sow | K::Oa | K::Pow => {
            (&[C::IdName, C::Age, C::Contact, C::FamilyComp, C::FamilySit], &[C::PlanTasks, C::Assessment])
        }
        K::Ops | K::Cus | K::Pcpr | K::Rops | K::Zi | K::Gdp => (
            &[C::IdName, C::Age, C::Address, C::Contact, C::FamilyComp, C::FamilySit],
            &[C::Benefits, C::FamilySit, C::PlanTasks],
        ),
        K::Pup | K::Pes => (&[C::IdName, C::Contact, C::Employment], &[C::Employment, C::PlanTasks]),
        K::Kurator | K::Zk => {
            (&[C::IdName, C::Age, C::Address, C::Contact, C::FamilySit], &[C::CourtFamily, C::PlanTasks])
        }
        K::Ug | K::Starostwo => {
            (&[C::IdName, C::Address, C::Contact, C::Housing, C::FamilyComp], &[C::Housing, C::PlanTasks])
        }
        K::Dps | K::Sds | K::Wtz | K::Ddp | K::Pzoon => {
            (&[C::IdName, C::Age, C::Address, C::Contact], &[C::PlanTasks, C::Assessment])
        }
        K::Kultura | K::Sport | K::Ngo | K::Kosciol | K::Sm => (&[C::IdName, C::Age, C::Contact], &[C::PlanTasks]),
        K::Policja | K::Prok | K::SadRod => (&[], &[]),
    }
}

impl Column {
    fn fresh(peer: &Peer, on: bool) -> Self {
        let (give, receive) = usual(peer.entry.kind);
        Self {
            id: peer.entry.institution.clone(),
            name: peer.entry.name.clone(),
            on,
            give: give.iter().copied().collect(),
            receive: receive.iter().copied().collect(),
        }
    }

    fn typed(peer: &Peer, fields: &Fields) -> Self {
        let id = peer.entry.institution.clone();
        let ticks = |name: &str| {
            let own = fields.all(name).filter_map(|value| value.split_once(':'));
            own.filter(|(of, _)| *of == id.as_str()).filter_map(|(_, code)| Category::parse(code).ok()).collect()
        };
        let on = fields.all("inst").any(|value| value == id.as_str());
        Self { name: peer.entry.name.clone(), on, give: ticks("d"), receive: ticks("o"), id }
    }

    /// What the column says on the sheet.
    pub(super) fn pair(&self) -> Pair {
        let explicit = self.give.union(&self.receive).filter(|category| category.special()).copied().collect();
        Pair { institution: self.id.clone(), give: self.give.clone(), receive: self.receive.clone(), explicit }
    }
}

/// Whether a consent can name it at all.
fn open(peer: &Peer) -> bool {
    peer.standing == Standing::Active && !peer.entry.kind.refuses_consent()
}

/// The columns that a page begins with: those asked for, ticked; else the usual ones of this institution, then its
/// neighbours.
pub(super) fn begin(directory: &Directory, me: &Peerless<'_>, asked: &[&str], usual: &[String]) -> Vec<Column> {
    let get = |id: &str| id.parse().ok().and_then(|id| directory.get(&id)).filter(|peer| me.takes(peer));
    let mut columns: Vec<Column> = vec![];
    let mut add = |peer: &Peer, on: bool| {
        if columns.len() < USUAL.max(asked.len()) && columns.iter().all(|column| column.id != peer.entry.institution) {
            columns.push(Column::fresh(peer, on));
        }
    };
    asked.iter().take(MAX_PAIRS).filter_map(|id| get(id)).for_each(|peer| add(peer, true));
    usual.iter().filter_map(|id| get(id)).for_each(|peer| add(peer, false));
    let mut near: Vec<&Peer> = directory.peers().filter(|peer| me.takes(peer)).collect();
    near.sort_by_key(|peer| (peer.entry.teryt.get(..4) != me.teryt.get(..4), folded(&peer.entry.name)));
    near.into_iter().for_each(|peer| add(peer, false));
    columns
}

/// The columns of a form as they were sent.
pub(super) fn sent(directory: &Directory, me: &Peerless<'_>, fields: &Fields) -> Vec<Column> {
    let mut columns: Vec<Column> = vec![];
    for id in fields.all("kol").take(MAX_PAIRS * 2) {
        let peer = id.parse().ok().and_then(|id| directory.get(&id)).filter(|peer| me.takes(peer));
        if let Some(peer) = peer.filter(|peer| columns.iter().all(|column| column.id != peer.entry.institution)) {
            columns.push(Column::typed(peer, fields));
        }
    }
    columns
}

/// This institution, which never stands in its own table.
pub(super) struct Peerless<'a> {
    pub(super) id: &'a InstitutionId,
    pub(super) teryt: &'a str,
}

impl Peerless<'_> {
    fn takes(&self, peer: &Peer) -> bool {
        peer.entry.institution != *self.id && open(peer)
    }
}

/// The names of all institutions that a consent can name.
pub(super) fn names(directory: &Directory, me: &Peerless<'_>) -> Vec<String> {
    directory.peers().filter(|peer| me.takes(peer)).map(|peer| peer.entry.name.clone()).collect()
}

/// Adds the institution that somebody typed by its name: one that fits is ticked, of several the first few are shown.
/// True when it is clear which one is meant.
///
/// # Errors
/// `POLICE_CONSENT` for one that acts on statutes alone, `RECIPIENT_UNKNOWN` when none fits.
pub(super) fn add(
    directory: &Directory,
    me: &Peerless<'_>,
    columns: &mut Vec<Column>,
    typed: &str,
) -> Result<bool, Refusal> {
    let text = |peer: &&Peer| holds(&folded(&format!("{} {}", peer.entry.name, peer.entry.institution)), typed);
    let exact = |peer: &&Peer| folded(&peer.entry.name) == folded(typed) || peer.entry.institution.as_str() == typed;
    let all: Vec<&Peer> = directory.peers().filter(text).collect();
    let one: Vec<&Peer> = all.iter().copied().filter(exact).collect();
    let found = if one.len() == 1 { one } else { all };
    let fit: Vec<&Peer> = found.iter().copied().filter(|peer| me.takes(peer)).collect();
    if fit.is_empty() {
        let barred = found.iter().find(|peer| peer.entry.kind.refuses_consent());
        let reason = if barred.is_some() { Reason::PoliceConsent } else { Reason::RecipientUnknown };
        return Err(Refusal::new(reason).with("institution", typed));
    }
    let sure = fit.len() == 1;
    for peer in fit.into_iter().take(OFFERED) {
        match columns.iter_mut().find(|column| column.id == peer.entry.institution) {
            Some(column) => column.on |= sure,
            None => columns.push(Column::fresh(peer, sure)),
        }
    }
    Ok(sure)
}

/// The rows of the table, ordinary categories first.
pub(super) fn lines(columns: &[Column], lang: wiez_proto::vocab::Lang, special: bool) -> Vec<Line> {
    let open = |c: &&Category| c.consentable() && **c != Category::Logistics && c.special() == special;
    let line = |category: &Category| Line {
        code: category.code(),
        name: category.label(lang),
        cells: columns
            .iter()
            .map(|column| Cell {
                value: format!("{}:{}", column.id, category.code()),
                give: column.give.contains(category),
                receive: column.receive.contains(category),
            })
            .collect(),
    };
    Category::ALL.iter().filter(open).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ticked_by_itself_is_ordinary_and_consentable() {
        for kind in InstitutionKind::ALL {
            let (give, receive) = usual(*kind);
            assert_eq!(give.is_empty(), kind.refuses_consent(), "{kind}");
            assert!(give.iter().chain(receive).all(|c| c.consentable() && !c.special()), "{kind}");
        }
    }
}
