//! A local program talks to the socket of case workers: every line is answered by a reason, nothing panics, nothing leaves.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use wiez_node::api::SOCKET;
use wiez_node::casework::CaseKind;
use wiez_proto::vocab::BasisCode as B;
use wiez_tests::World;
use wiez_tests::lawful::{kacper, lawful, nk_a};

const SCHOOL: &str = "n-sp3-wier";
const TEAM: &str = "n-zi-wier";

/// One line there and one line back; a request of the right outline comes in a session.
async fn line(world: &World, text: &str) -> Result<Value> {
    let mut text = text.to_owned();
    if let Ok(Value::Object(mut fields)) = serde_json::from_str(&text) {
        fields.insert("session".to_owned(), world.party(SCHOOL)?.token().await?.into());
        text = Value::Object(fields).to_string();
    }
    let socket = world.party(SCHOOL)?.data_dir().join(SOCKET);
    let talk = async {
        let (read, mut write) = UnixStream::connect(socket).await?.into_split();
        write.write_all(text.as_bytes()).await?;
        write.write_all(b"\n").await?;
        let mut answer = String::new();
        BufReader::new(read).read_line(&mut answer).await?;
        anyhow::Ok(answer)
    };
    let answer = world.meanwhile("the socket answers", talk).await??;
    serde_json::from_str(&answer).with_context(|| format!("no answer to {:.200}", text))
}

/// A form as it may be typed, to be spoilt.
fn good() -> Value {
    json!({ "do": "report", "sections": [],
        "to": { "to": TEAM, "subject_ref": "SP3/1", "urgency": "U3_NORMAL", "statement": { "basis": "UPPD_9D" } },
        "matter": { "matter": "nk-a", "form": { "form_version": "2023", "incident": "Krzyki.",
            "persons": [{ "role": "SUFFERING", "facts": [{ "category": "ID_NAME", "text": "Anna" }] }] } } })
}

/// A change of one place in it.
fn spoilt(pointer: &str, value: Value) -> String {
    let mut out = good();
    match out.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            out.pointer_mut(parent).unwrap()[name] = value;
        }
    }
    out.to_string()
}

fn hostile() -> Vec<String> {
    let fact = |category: &str, text: &str| json!({ "category": category, "text": text });
    let person = json!({ "role": "USING", "facts": [] });
    let (facts, form) = ("/matter/form/persons/0/facts", "/matter/form");
    let day = |day: &str| spoilt("/to/statement/started_on", json!(day));
    let mut out = vec![
        "{".to_owned(),
        "null".to_owned(),
        "[".repeat(100_000),
        format!("{{\"do\":\"report\",\"to\":{}", "{\"to\":".repeat(10_000)),
        json!({ "do": "review-confirm", "id": "R-\u{0}'; drop table review; --" }).to_string(),
        json!({ "do": "review-reject", "id": "R-AAAAAA", "why": "\u{202e}x" }).to_string(),
        json!({ "do": "alarm-settle", "id": i64::MIN }).to_string(),
        json!({ "do": "people-declare", "uid": u64::MAX, "on": "2026-05-05" }).to_string(),
        json!({ "do": "sitting", "number": "W-000000", "held_on": "9999-12-31" }).to_string(),
        json!({ "do": "sitting", "number": "W-000000", "held_on": "-009999-01-01" }).to_string(),
        json!({ "do": "handed-b", "number": "W-000000", "given_on": "-009999-01-01" }).to_string(),
        json!({ "do": "formal-ref", "number": "W-000000", "letter": { "channel": "ADE", "number": "\u{1b}[2J", "date": "2026-05-05" } }).to_string(),
        json!({ "do": "dispatch", "on": { "members": [], "subject_ref": "", "urgency": "U3_NORMAL" } }).to_string(),
        json!({ "do": "owed", "apart": true, "more": 1 }).to_string(),
        json!({ "do": "move", "on": { "to": good()["to"], "new_teryt": "１６４００１１" } }).to_string(),
        spoilt(facts, json!(vec![fact("AGE", "9"); 65])),
        spoilt("/matter/form/persons", json!(vec![person; 17])),
        spoilt("/matter/form/persons/0/role", json!("VICTIM")),
        spoilt(facts, json!([fact("ID_NAME", &"x".repeat(16 * 1024 + 1))])),
        spoilt(facts, json!(vec![fact("ADDRESS", &"x".repeat(16 * 1024)); 13])),
        spoilt(facts, json!([fact("ID_NAME", "Anna\u{202e}anna")])),
        spoilt("/matter/form/form_version", json!("2023\n")),
        spoilt(&format!("{form}/file_hash"), json!("00")),
        spoilt("/to/statement/basis", json!("BREAK_GLASS")),
        spoilt("/to/statement/basis", json!("C6A")),
        spoilt("/to/statement/override_reason", json!("x".repeat(501))),
        spoilt("/to/statement/phoned", json!({ "who": "112", "at_ms": i64::MIN, "by": "x" })),
        spoilt("/to/subject_ref", json!("x".repeat(121))),
        spoilt("/to/to", json!("N-ZI-WIER'")),
        spoilt("/to/consent", json!("Z-\u{0}")),
        spoilt("/matter/matter", json!("nk-z")),
    ];
    out.extend(["0000-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "-009999-01-01", "2026-02-30", "x"].map(day));
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_line_is_answered_by_a_reason_and_nothing_leaves() -> Result<()> {
    let world = World::cast(575, &[SCHOOL, TEAM]).await?;
    let before = world.before(TEAM).await?;
    for text in hostile() {
        let answer = line(&world, &text).await?;
        let reason = answer["refused"]["reason"].as_str().with_context(|| format!("{answer}: {text:.300}"))?;
        assert!(reason != "INTERNAL", "{text:.300}");
        assert!(!answer.to_string().contains('\u{202e}'), "what was sent is not repeated: {answer}");
    }
    world.nothing_left(&before).await?;
    // A moment that no calendar knows is not shown as one, and stops no duty.
    for at_ms in [1, i64::MAX] {
        let sent =
            line(&world, &spoilt("/to/statement/phoned", json!({ "who": "112", "at_ms": at_ms, "by": "x" }))).await?;
        let number = sent["done"]["sent"]["number"].as_str().with_context(|| format!("{sent}"))?;
        assert!(world.show(SCHOOL, number).await?.messages.len() == 1);
    }
    // The oldest day that is taken: long overdue, and it goes.
    let sent = line(&world, &spoilt("/to/statement/started_on", json!("1900-01-01"))).await?;
    assert!(sent["done"]["sent"]["due_ms"].as_i64().is_some_and(|due| due < 0), "{sent}");
    world.report(SCHOOL, &lawful(TEAM, B::Uppd9d), &[], nk_a(kacper())).await?;
    world.until("all of it is there", async || Ok(world.came(TEAM, CaseKind::NiebieskaKarta).await?.len() == 4)).await
}

/// The most that a form may hold with the most that a statement may say passes hub and both gates.
#[tokio::test(flavor = "multi_thread")]
async fn the_largest_form_arrives_whole() -> Result<()> {
    let world = World::cast(576, &[SCHOOL, TEAM]).await?;
    let text = "ż".repeat(8 * 1024);
    let facts = json!(vec![json!({ "category": "ADDRESS", "text": text }); 11]);
    let mut form: Value = serde_json::from_str(&spoilt("/matter/form/persons/0/facts", facts))?;
    let empty = json!({ "role": "HOUSEHOLD", "facts": [] });
    form["matter"]["form"]["persons"].as_array_mut().context("persons")?.extend(vec![empty; 15]);
    let statement = &mut form["to"]["statement"];
    for name in ["case_ref", "officer", "order_ref"] {
        statement[name] = json!("ż".repeat(200));
    }
    for name in ["justification", "override_reason"] {
        statement[name] = json!("ż".repeat(500));
    }
    statement["formal_ref"] = json!({ "channel": "ADE", "number": "ż".repeat(200), "date": "2026-05-05" });
    statement["phoned"] = json!({ "who": "ż".repeat(200), "at_ms": 1, "by": "x" });
    let sent = line(&world, &form.to_string()).await?;
    assert!(sent["done"]["sent"]["number"].is_string(), "{sent:.600}");
    let case = world.arrives(TEAM, CaseKind::NiebieskaKarta, &[]).await?;
    let shown = world.show(TEAM, &case).await?;
    let whole = shown.messages[0].fields.iter().filter(|field| field.text.len() == 16 * 1024).count();
    assert_eq!(whole, 11);
    Ok(())
}
