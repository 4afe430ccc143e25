//! The persons of the form "Niebieska Karta – A": a fact stands under the part that its person has, as the law lists it.

use wiez_proto::payload::Section;
use wiez_proto::policy::{Policy, Row};
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Category, Lang, PersonRole};

use super::super::fields::Fields;
use super::letter::left_out;
use crate::casework::act::{Fact, LeftOut, NkText, Person, Under};

/// Version of the statutory form.
const VERSION: &str = "2023";

/// One person of the form, as the page shows her.
pub(super) struct Block {
    pub(super) role: String,
    pub(super) name: String,
    pub(super) facts: Vec<Entered>,
}

/// One fact, as the page shows it.
pub(super) struct Entered {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) text: String,
}

fn field(at: usize, category: Category) -> String {
    format!("os{at}-{category}")
}

/// The persons of a form: at first who suffers and who uses violence, then one more for each that was added.
fn roles(fields: &Fields) -> Result<Vec<PersonRole>, Refusal> {
    let bad = |_| Refusal::new(Reason::FieldInvalid).with("field", "rola");
    let mut roles = fields.all("rola").map(PersonRole::parse).collect::<Result<Vec<_>, _>>().map_err(bad)?;
    if roles.is_empty() {
        roles = vec![PersonRole::Suffering, PersonRole::Using];
    }
    if let Some(more) = fields.code_or_none("dodaj")? {
        roles.push(more);
    }
    Ok(roles)
}

/// What may stand under a role on a row.
fn allowed(row: &Row, role: Option<PersonRole>) -> Vec<Category> {
    let matrix = row.role_matrix.as_ref().and_then(|name| Policy::shipped().matrix(name));
    let Some(listed) = matrix.and_then(|matrix| matrix.allowed(role)) else { return vec![] };
    Category::ALL.iter().copied().filter(|one| listed.contains(one) && row.ceiling.contains(one)).collect()
}

/// The persons as the page shows them, with what was typed.
///
/// # Errors
/// `FIELD_INVALID` for a part that nobody has.
pub(super) fn blocks(row: &Row, fields: &Fields, lang: Lang) -> Result<Vec<Block>, Refusal> {
    let blocks = roles(fields)?.into_iter().enumerate().map(|(at, role)| Block {
        role: role.code().to_owned(),
        name: role.label(lang).to_owned(),
        facts: allowed(row, Some(role))
            .into_iter()
            .map(|category| {
                let field = field(at, category);
                let text = fields.get(&field).to_owned();
                Entered { name: category.label(lang).to_owned(), text, field }
            })
            .collect(),
    });
    Ok(blocks.collect())
}

/// What may stand about the event; what happened has a field of its own.
pub(super) fn of_event(row: &Row) -> Vec<Category> {
    allowed(row, None).into_iter().filter(|category| *category != Category::Incident).collect()
}

/// The form; a person about whom nothing was typed is left out.
///
/// # Errors
/// `FIELD_INVALID`.
pub(super) fn form(fields: &Fields, incident: String, event: Vec<Section>) -> Result<NkText, Refusal> {
    let without = left_out(fields)?;
    let goes = |under: Under, category: Category| {
        ![under, Under::Everywhere].into_iter().any(|under| without.contains(&LeftOut { under, category }))
    };
    let mut persons = vec![];
    for (at, role) in roles(fields)?.into_iter().enumerate() {
        let text = |category: Category| fields.get(&field(at, category)).to_owned();
        let facts = Category::ALL.iter().copied().filter(|category| goes(Under::Role(role), *category));
        let facts = facts.map(|category| Fact { category, label: String::new(), text: text(category) });
        let facts: Vec<Fact> = facts.filter(|fact| !fact.text.is_empty()).collect();
        if !facts.is_empty() {
            persons.push(Person { role, facts });
        }
    }
    let event = event.into_iter().filter(|fact| goes(Under::Event, fact.category));
    let event = event.map(|fact| Fact { category: fact.category, label: fact.label, text: fact.text }).collect();
    Ok(NkText { form_version: VERSION.to_owned(), persons, event, incident, file_hash: None })
}
