//! Prints configuration, limits and what an order answered.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use wiez_proto::limits;
use wiez_proto::refusal::Refusal;

use super::talk::Talk;
use crate::config::Loaded;
use crate::desk::{Answer, Row, To};

/// Prints every key, then every limit.
pub(super) fn config(loaded: &Loaded, origin: bool, talk: &mut Talk<'_>) {
    if talk.json() {
        let limits: Vec<_> = limits::TABLE
            .iter()
            .map(|limit| json!({ "name": limit.name, "value": limit.value, "unit": limit.unit, "why": limit.why }))
            .collect();
        return talk.value(&json!({ "keys": loaded.rows, "limits": limits }));
    }
    for row in &loaded.rows {
        let line = format!("{} = {}", row.key, row.value);
        talk.line(&if origin { format!("{line:<60} # {}", row.origin) } else { line });
    }
    let title = talk.pick([
        "Ograniczenia protokołu i wartości domyślne kluczy powyżej:",
        "Limits of the protocol, and the defaults of the keys above:",
        "Обмеження протоколу та типові значення ключів вище:",
    ]);
    talk.line("");
    talk.line(title);
    for limit in limits::TABLE {
        talk.line(&format!("{:<32} {:>12} {:<18} {}", limit.name, limit.value, limit.unit, limit.why));
    }
}

/// Says whether the configuration works; it was read by now.
///
/// # Errors
/// `CONFIG_INVALID` for a filter or a limit of open files that does not work.
pub(super) fn check(loaded: &Loaded, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    crate::observe::check(&loaded.config.diagnostics)?;
    let connections = crate::listen::connections_allowed(&loaded.config.listen)?;
    if talk.json() {
        talk.value(&json!({ "ok": true, "connections": connections }));
    } else {
        talk.say(talk.pick(["Konfiguracja jest poprawna.", "The configuration works.", "Конфігурація правильна."]));
    }
    Ok(())
}

/// Prints what an order answered.
pub(super) fn answer(answer: &Answer, talk: &mut Talk<'_>) {
    if talk.json() {
        return talk.value(answer);
    }
    match answer {
        Answer::Invitation { text, expires_ms } => invitation(text, *expires_ms, talk),
        Answer::Institutions(rows) => {
            for row in rows {
                let standing = standing(row.standing, talk);
                talk.line(&format!("{:<40} {:<10} {:<12} {}", row.institution.as_str(), row.kind, standing, row.name));
            }
            if rows.is_empty() {
                talk.say(talk.pick([
                    "Region nie ma jeszcze żadnej instytucji. Dalej: wiez-hub invite.",
                    "The region has no institution yet. Next: wiez-hub invite.",
                    "У регіоні ще немає жодної установи. Далі: wiez-hub invite.",
                ]));
            }
        }
        Answer::Institution(row) => institution(row, talk),
        Answer::Done => {
            talk.say(talk.pick([
                "Zrobione i zapisane w rejestrze.",
                "Done and recorded in the log.",
                "Зроблено і записано в реєстрі.",
            ]));
        }
        Answer::Status(value) => {
            if let Some(map) = value.as_object() {
                for (key, value) in map {
                    talk.line(&format!("{key:<32} {value}"));
                }
            }
        }
    }
}

fn standing(standing: To, talk: &Talk<'_>) -> &'static str {
    talk.pick(match standing {
        To::Active => ["czynna", "active", "активна"],
        To::Suspended => ["zawieszona", "suspended", "призупинена"],
        To::Revoked => ["usunięta", "revoked", "вилучена"],
    })
}

fn institution(row: &Row, talk: &mut Talk<'_>) {
    let since = time(row.since_ms);
    let standing = standing(row.standing, talk);
    let kinds = [std::slice::from_ref(&row.kind), &row.also_acts_as].concat().join(", ");
    let lines = [
        (["nazwa", "name", "назва"], row.name.as_str()),
        (["rodzaj", "kind", "вид"], kinds.as_str()),
        (["TERYT", "TERYT", "TERYT"], row.teryt.as_str()),
        (["telefon", "telephone", "телефон"], row.phone.as_str()),
        (["stan", "standing", "стан"], standing),
        (["od", "since", "з"], since.as_str()),
        (["klucz podpisu", "signing key", "ключ підпису"], row.signing_key_id.as_str()),
        (["certyfikat", "certificate", "сертифікат"], row.tls_sha256.as_str()),
    ];
    talk.line(row.institution.as_str());
    for (label, value) in lines {
        let label = talk.pick(label);
        talk.line(&format!("  {label:<16} {value}"));
    }
}

fn invitation(text: &str, expires_ms: i64, talk: &mut Talk<'_>) {
    let until = time(expires_ms);
    let letter = match talk.pick(["pl", "en", "uk"]) {
        "pl" => format!(
            "Powyżej: zaproszenie w jednej linii. To tajemnica: kto je zna, może raz dołączyć jako ta instytucja.\n\
             Ważne do {until}. Proszę przekazać je administratorowi instytucji osobiście albo telefonicznie umówionym\n\
             kanałem, nie na ogólny adres poczty. Administrator wpisuje u siebie: wiez-node join ZAPROSZENIE\n\
             Dalej: wiez-hub institution list"
        ),
        "uk" => format!(
            "Вище: запрошення одним рядком. Це таємниця: хто його знає, може один раз приєднатися як ця установа.\n\
             Дійсне до {until}. Передайте його адміністраторові установи особисто або узгодженим телефоном каналом,\n\
             не на загальну поштову адресу. Адміністратор вводить у себе: wiez-node join ЗАПРОШЕННЯ\n\
             Далі: wiez-hub institution list"
        ),
        _ => format!(
            "Above: the invitation as one line. It is a secret: whoever knows it may join once as this institution.\n\
             Valid until {until}. Please hand it to the institution's administrator in person or by a way agreed on\n\
             the telephone, not to a general mailbox. There the administrator types: wiez-node join INVITATION\n\
             Next: wiez-hub institution list"
        ),
    };
    talk.line(text);
    talk.say(&letter);
}

/// A moment as people in Poland read it.
fn time(ms: i64) -> String {
    let zone = TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(ms)
        .map_or_else(|_| "-".to_owned(), |at| at.to_zoned(zone).strftime("%d.%m.%Y %H:%M").to_string())
}
