//! Fields of messages and statements, named as on the wire; facts about persons by role and number.

use serde::{Deserialize, Serialize};
use wiez_proto::payload::{Body, InfoRequest, NkForm, NkPerson, Payload, Referral, Section};
use wiez_proto::statement::Statement;
use wiez_proto::vocab::PersonRole;

/// One field of a message's body, named as in `payload.proto`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name, such as `goal`; for a section, a fact or an answer the code of its category.
    pub name: String,
    /// Heading of a section.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The value.
    pub text: String,
    /// The part of the person whom the fact concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<PersonRole>,
    /// Which person of the form, from 1; 0 for what concerns none of them.
    #[serde(default, skip_serializing_if = "nobody")]
    pub person: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
const fn nobody(person: &u32) -> bool {
    *person == 0
}

fn field(name: &str, text: impl Into<String>) -> Field {
    Field { name: name.to_owned(), label: String::new(), text: text.into(), role: None, person: 0 }
}

impl From<&Section> for Field {
    fn from(section: &Section) -> Self {
        Self { label: section.label.clone(), ..field(section.category.code(), section.text.clone()) }
    }
}

/// Everything that a payload says; what is empty is left out.
pub(in crate::casework) fn fields(payload: &Payload) -> Vec<Field> {
    let mut out = body(payload.body());
    out.extend(payload.sections().iter().map(Field::from));
    out.retain(|field| !field.text.is_empty());
    out
}

/// Everything that a statement says; what is empty is left out.
pub(in crate::casework) fn statement(statement: &Statement) -> Vec<Field> {
    let letter = statement.formal_ref.as_ref();
    let call = statement.phoned.as_ref();
    let yes = |holds: bool| if holds { "YES" } else { "" };
    let mut out = vec![
        field("basis", statement.basis.code()),
        field("case_ref", statement.case_ref.clone()),
        field("officer", statement.officer.clone()),
        field("order_ref", statement.order_ref.clone()),
        field("justification", statement.justification.clone()),
        field("override_reason", statement.override_reason.clone()),
        field("for_gdp", yes(statement.for_gdp)),
        field("started_on", statement.started_on.map(|day| day.to_string()).unwrap_or_default()),
        field(
            "formal_ref",
            letter.map(|letter| format!("{} {} {}", letter.channel, letter.number, letter.date)).unwrap_or_default(),
        ),
        field("phoned", call.map(|call| call.who.clone()).unwrap_or_default()),
        field("phoned_at_ms", call.map(|call| call.at_ms.to_string()).unwrap_or_default()),
        field("phoned_by", call.map(|call| call.by.clone()).unwrap_or_default()),
    ];
    out.retain(|field| !field.text.is_empty());
    out
}

fn codes(list: impl IntoIterator<Item = &'static str>) -> String {
    list.into_iter().collect::<Vec<_>>().join(", ")
}

fn day(day: Option<jiff::civil::Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn body(body: &Body) -> Vec<Field> {
    match body {
        Body::ConsultAnon { topic, text } => vec![field("topic", topic.clone()), field("text", text.clone())],
        Body::ReplyAnon { text } => vec![field("text", text.clone())],
        Body::InfoRequest(request) | Body::PoliceQuery(request) | Body::KuratorQuery(request) => asked(request),
        Body::InfoReply(reply) => {
            let answers = reply.answers.iter().map(|answer| field(answer.category.code(), answer.text.clone()));
            answers.chain(reply.partial.then(|| field("partial", "YES"))).collect()
        }
        Body::InfoRefusal { reason, what_would_help } => {
            let help = codes(what_would_help.iter().map(|code| code.code()));
            vec![field("reason", reason.code()), field("what_would_help", help)]
        }
        Body::Referral(referral) => referred(referral),
        Body::ReferralStatus(report) => vec![
            field("status", report.status.code()),
            field("reason", report.decline_reason.map_or("", |reason| reason.code())),
            field("earliest_date", day(report.earliest_date)),
            field("outcome", report.outcome.map_or("", |outcome| outcome.code())),
            field("note", report.note.clone()),
        ],
        Body::ReferralForward(forward) => {
            let mut out = vec![
                field("original_sender", forward.original_sender.to_string()),
                field("original_message_id", forward.original_message_id.to_string()),
                field("original_envelope_hash", forward.original_envelope_hash.to_string()),
                field("why", forward.why.code()),
            ];
            out.extend(referred(&forward.referral));
            out
        }
        Body::FeedbackMin { code } => vec![field("code", code.code())],
        Body::ConsentWithdrawn { scope, .. } => vec![field("scope", scope.code())],
        // On which basis it was kept is recorded and never shown: the family sees this case, and UPPD_9C would
        // tell of a procedure as surely as a blank among other bases.
        Body::ConsentWithdrawnAnswer { answer, .. } => vec![field("answer", answer.code())],
        Body::GateRefusal { refusal, .. } => vec![field("reason", refusal.reason.as_str())],
        Body::Signal(_)
        | Body::Alert(_)
        | Body::NkA(_)
        | Body::NkADispatch(_)
        | Body::NkBRecord { .. }
        | Body::NkNote(_)
        | Body::NkMove(_)
        | Body::CrimeNotice(_)
        | Body::CourtNotice(_)
        | Body::TransferCase(_)
        | Body::MediationRequest(_)
        | Body::MediationNote(_)
        | Body::AckHuman { .. } => needing_no_consent(body),
    }
}

/// Fields of what needs no consent; of every other body none.
fn needing_no_consent(body: &Body) -> Vec<Field> {
    if let Body::Signal(signal) = body {
        let knows = if signal.family_knows { "YES" } else { "NO" };
        return vec![
            field("signal_reason", signal.reason.code()),
            field("family_knows", knows),
            field("what", signal.what.clone()),
        ];
    }
    if let Body::Alert(alert) = body {
        let (place, in_danger) = (alert.place.clone(), alert.in_danger.clone());
        return vec![field("what", alert.what.clone()), field("where", place), field("in_danger", in_danger)];
    }
    if let Body::CrimeNotice(notice) | Body::CourtNotice(notice) = body {
        return vec![field("what", notice.what.clone())];
    }
    if let Body::TransferCase(transfer) = body {
        return vec![field("new_teryt", transfer.new_teryt.clone()), field("open_items", transfer.open_items.clone())];
    }
    if let Body::MediationRequest(request) = body {
        return vec![
            field("dispute", request.dispute.code()),
            field("referral", request.referral.to_string()),
            field("service", request.service.code()),
            field("teryt", request.teryt.clone()),
        ];
    }
    if let Body::MediationNote(note) = body {
        let proposed = note.proposed.as_ref().map(ToString::to_string).unwrap_or_default();
        return vec![field("mediation", note.outcome.code()), field("proposed", proposed)];
    }
    if let Body::AckHuman { code } = body {
        return vec![field("ack", code.code())];
    }
    procedure(body)
}

/// Fields of the Blue Card procedure.
fn procedure(body: &Body) -> Vec<Field> {
    if let Body::NkA(form) = body {
        return formed(form);
    }
    if let Body::NkADispatch(dispatch) = body {
        let sitting = [field("meeting_on", day(dispatch.meeting_on)), field("place", dispatch.place.clone())];
        return formed(&dispatch.form).into_iter().chain(sitting).collect();
    }
    if let Body::NkMove(moved) = body {
        return formed(&moved.form).into_iter().chain([field("new_teryt", moved.new_teryt.clone())]).collect();
    }
    if let Body::NkNote(note) = body {
        let mut out = persons(&note.persons);
        out.extend([field("text", note.text.clone()), field("tasks", note.tasks.clone())]);
        return out;
    }
    if let Body::NkBRecord { given_on } = body {
        return vec![field("given_on", given_on.to_string())];
    }
    vec![]
}

fn formed(form: &NkForm) -> Vec<Field> {
    let mut out = vec![field("form_version", form.form_version.clone())];
    out.extend(persons(&form.persons));
    out.push(field("incident", form.incident.clone()));
    out.extend(form.event.iter().map(Field::from));
    out.push(field("file_hash", form.file_hash.map(|hash| hash.to_string()).unwrap_or_default()));
    out
}

fn persons(persons: &[NkPerson]) -> Vec<Field> {
    let numbered = (1_u32..).zip(persons);
    let facts = numbered.flat_map(|(person, named)| named.facts.iter().map(move |fact| (person, named.role, fact)));
    facts.map(|(person, role, fact)| Field { role: Some(role), person, ..Field::from(fact) }).collect()
}

fn asked(request: &InfoRequest) -> Vec<Field> {
    let questions = request.questions.iter().map(|question| field("question", question.clone()));
    let asked = codes(request.asked.iter().map(|category| category.code()));
    questions.chain([field("asked", asked), field("why_needed", request.why_needed.clone())]).collect()
}

fn referred(referral: &Referral) -> Vec<Field> {
    vec![
        field("service", referral.service.code()),
        field("goal", referral.goal.clone()),
        field("urgency", referral.urgency.code()),
        field("wished_by", day(referral.wished_by)),
        field("language", referral.language.clone()),
        field("accessibility", referral.accessibility.clone()),
    ]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use wiez_proto::vocab::{BasisCode, Category};

    #[test]
    fn facts_say_whom_they_concern_and_statements_only_what_they_hold() {
        let fact = |category, text: &str| Section { category, label: String::new(), text: text.to_owned() };
        let form = NkForm {
            form_version: "2023".to_owned(),
            persons: vec![
                NkPerson { role: PersonRole::Suffering, facts: vec![fact(Category::IdName, "Jan")] },
                NkPerson { role: PersonRole::Using, facts: vec![fact(Category::IdName, "Piotr")] },
            ],
            incident: "Krzyki w nocy.".to_owned(),
            event: vec![fact(Category::Reporter, "Anna")],
            file_hash: None,
        };
        let shown = fields(&Payload::new("SP3/7", vec![], Body::NkA(form)).unwrap());
        let told: Vec<_> = shown.iter().map(|field| (field.name.as_str(), field.role, field.person)).collect();
        let (suffering, using) = (Some(PersonRole::Suffering), Some(PersonRole::Using));
        let expected = [
            ("form_version", None, 0),
            ("ID_NAME", suffering, 1),
            ("ID_NAME", using, 2),
            ("incident", None, 0),
            ("REPORTER", None, 0),
        ];
        assert_eq!(told, expected);
        let said = statement(&Statement { case_ref: "KPP 7/26".to_owned(), ..Statement::of(BasisCode::PolReq) });
        assert_eq!(said, [field("basis", "POL_REQ"), field("case_ref", "KPP 7/26")]);
    }
}
