//! A full house: persons with a consent each in the centre's database, and institutions in everybody's directory.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Span;
use wiez_node::consent::{Form, Giver, Pair, State};
use wiez_node::names;
use wiez_node::store::consent::{GrantRow, RecordRow, put_grant, put_name, put_record};
use wiez_proto::calendar::{day_of, end_of_day};
use wiez_proto::vocab::{Authority, Category, EvidenceKind, GiverRole, InstitutionKind, Purpose};
use wiez_tests::World;
use wiez_tests::member::Member;
use wiez_tests::tasks::number;

/// Institutions in the directory beside those with a node.
const NEIGHBOURS: usize = 195;
/// Persons at the centre.
const PERSONS: u64 = 10_000;
const TOWNS: &[&str] = &["Wierzbin", "Borowin", "Stradówka", "Czarnowiec", "Łąki", "Żabno", "Ćmielów", "Środa"];
const KINDS: &[(InstitutionKind, &str)] = &[
    (InstitutionKind::Szkola, "Szkoła Podstawowa nr"),
    (InstitutionKind::Ops, "Gminny Ośrodek Pomocy Społecznej nr"),
    (InstitutionKind::Poz, "Przychodnia nr"),
    (InstitutionKind::Kultura, "Dom Kultury nr"),
    (InstitutionKind::Sport, "Ośrodek Sportu nr"),
];
const FIRST: &[&str] =
    &["Łucja", "Żaneta", "Świętosław", "Ździsław", "Ćwirek", "Ola", "Hanna", "Iwo", "Rafał", "Józef"];
const LAST: &[&str] = &["Wrzosek", "Jeżyna", "Dąb", "Świerk", "Łąka", "Źródło", "Głóg", "Kalina", "Sójka", "Żuraw"];

/// Lets many institutions join without nodes: everybody has them in the directory.
pub(crate) async fn neighbours(world: &World) -> Result<()> {
    let dial = world.hub_running()?.local_addr();
    let mut invitations = Vec::new();
    for (nth, ((kind, what), town)) in KINDS.iter().cycle().zip(TOWNS.iter().cycle()).take(NEIGHBOURS).enumerate() {
        let name = format!("{what} {} – {town}", nth + 1);
        invitations.push(world.invite(&format!("n-{nth:03}"), *kind, &name).await?);
    }
    let joining = stream::iter(&invitations).map(|invitation| Member::join(world.env(), invitation, dial));
    let all = joining.buffered(4).try_collect::<Vec<_>>();
    world.meanwhile("the neighbours join", all).await??;
    Ok(())
}

/// How many persons there are; `WIEZ_PERSONS` for less while scripts are written.
fn persons_wanted() -> usize {
    usize::try_from(number("WIEZ_PERSONS", PERSONS)).unwrap_or_default()
}

/// The name of a person by number; no two are the same.
fn name(nth: usize) -> String {
    let of = |list: &[&str], at: usize| list.get(at % list.len().max(1)).copied().unwrap_or_default().to_owned();
    let (first, last) = (of(FIRST, nth), of(LAST, nth / FIRST.len()));
    if nth < FIRST.len() * LAST.len() { format!("{first} {last}") } else { format!("{first} {last}-{nth}") }
}

fn paper(nth: usize, now_ms: i64) -> Result<Form> {
    let today = day_of(now_ms);
    let pair = Pair {
        institution: "sp3".parse()?,
        give: BTreeSet::from([Category::IdName, Category::EduProgress, Category::PlanTasks, Category::FamilySit]),
        receive: BTreeSet::from([Category::EduProgress, Category::Logistics]),
        explicit: BTreeSet::new(),
    };
    Ok(Form {
        subject_ref: format!("OPS/2025/{nth}"),
        giver: Giver {
            role: GiverRole::Parent,
            born: Some("2017-02-03".parse()?),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(&nth.to_be_bytes()),
        evidence_place: "segregator 7".to_owned(),
        pairs: vec![pair],
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: today,
        valid_to: today.checked_add(Span::new().months(11))?,
        worker: "Anna Nowak".to_owned(),
    })
}

/// Fills the centre with persons in one transaction, each with a consent for the school.
pub(crate) async fn persons(world: &World) -> Result<()> {
    let (node, now_ms) = (world.node("ops")?, world.now_ms());
    let reader = world.party("ops")?.reader().await?;
    let mut tx = node.store().begin_as("pages.persons", &reader).await?;
    for nth in 0..persons_wanted() {
        let form = paper(nth, now_ms)?;
        let number = format!("Z-F{nth:05}");
        let Some(pair) = form.pairs.first() else { continue };
        let (grant, salt) = form.grant(node.id(), pair, now_ms, node.env());
        let signed = grant.sign(node.signing(), node.region())?;
        let valid_to_ms = end_of_day(form.valid_to);
        let row = RecordRow {
            number: number.clone(),
            state: State::Active,
            valid_to_ms,
            recorded_ms: now_ms,
            form: form.clone(),
        };
        put_record(&mut tx, &row).await?;
        put_name(&mut tx, &number, &form, &name(nth)).await?;
        let row = GrantRow {
            id: grant.id,
            record: Some(number),
            peer: pair.institution.to_string(),
            handle_out: grant.edge(node.id(), &pair.institution).map(|edge| edge.handle),
            handle_in: grant.edge(&pair.institution, node.id()).map(|edge| edge.handle),
            valid_to_ms,
            ended_ms: None,
            ended_by: None,
            logged: false,
            successor: None,
            signed,
        };
        put_grant(&mut tx, &row, Some(&salt), now_ms).await?;
    }
    tx.commit().await?;
    // The first sign-in opens every name once; what it leaves behind makes the next ones quick.
    let token = world.party("ops")?.token().await?;
    let session = node.sessions().enter(world.now_ms(), &token)?;
    names::fresh(node, &token, &session).await?;
    Ok(())
}
