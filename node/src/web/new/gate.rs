//! The ways out of a refusal of the gate, as buttons of one form: beside a new form, and in a case that is held.

use std::collections::BTreeSet;

use form_urlencoded::Serializer;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::Category;

use super::super::ask::{Answer, Ask, go};
use crate::casework::act::LeftOut;
use crate::casework::{self, CaseView};
use crate::consent;
use crate::referral::Side;
use crate::text::Texts;

/// One button: where its form goes then, and what it says there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Way {
    pub(in crate::web) name: String,
    pub(in crate::web) action: String,
    pub(in crate::web) field: &'static str,
    pub(in crate::web) value: String,
    /// Whether it is the first choice.
    pub(in crate::web) first: bool,
}

/// What helps.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fix {
    /// The same without these, by code and by name.
    Without(String, String),
    /// A wider consent.
    Wider(String),
    /// A consent, where none counts.
    Consent,
    /// A statute or another consent.
    Otherwise,
    /// Another institution.
    Recipient,
    /// The same again, when something changed elsewhere.
    Again,
    /// The same again, under the consent that was just signed.
    Under(String),
}

fn is(refusal: &Refusal, reasons: &[Reason]) -> bool {
    reasons.contains(&refusal.reason)
}

/// The codes that a refusal names, as a form leaves them out, and their names. What says itself what the message is
/// about, such as the service of a referral, cannot be left out.
fn named(t: &Texts, refusal: &Refusal, said: Option<&BTreeSet<&str>>) -> Option<(String, String)> {
    let codes = refusal.details.get("without").or_else(|| refusal.details.get("categories").filter(|_| said.is_some()));
    let all: Vec<LeftOut> = codes?.split(',').filter_map(|code| code.trim().parse().ok()).collect();
    let may = |one: &LeftOut| said.is_none_or(|said| said.is_empty() || said.contains(one.category.code()));
    if !all.iter().all(may) {
        return None;
    }
    if all.is_empty() {
        return None;
    }
    let codes: Vec<String> = all.iter().map(LeftOut::to_string).collect();
    let names: Vec<&str> = all.iter().map(|one| one.category.label(t.lang())).collect();
    Some((codes.join(","), names.join(", ")))
}

/// What helps against a refusal; `lawful` for what rests on a statute, where no consent is asked for.
fn fixes(t: &Texts, refusal: &Refusal, lawful: bool, said: Option<&BTreeSet<&str>>) -> Vec<Fix> {
    use Reason as R;
    let mut out = vec![];
    let parts = [R::ConsentScope, R::ConsentNotExplicit, R::Category, R::Secrecy, R::ReporterLeak, R::ReviewRequired];
    let parts = named(t, refusal, said).filter(|_| is(refusal, &parts));
    let codes = refusal.details.get("categories").map(|codes| codes.replace(' ', "")).unwrap_or_default();
    out.extend(parts.map(|(codes, names)| Fix::Without(codes, names)));
    let narrow = is(refusal, &[R::ConsentScope, R::ConsentNotExplicit]);
    let none = [
        R::ConsentMissing,
        R::ConsentExpired,
        R::ConsentWithdrawn,
        R::ConsentRecipient,
        R::ConsentPurpose,
        R::ConsentNotYetValid,
        R::Giver,
    ];
    let none = is(refusal, &none);
    if narrow && !lawful {
        out.push(Fix::Wider(codes));
    }
    let wrong = [R::ParentsInConflict, R::PoliceConsent, R::Basis, R::Category, R::Pair, R::ConsentNotApplicable];
    if narrow || none || is(refusal, &wrong) {
        out.push(Fix::Otherwise);
    }
    if none && !lawful {
        out.push(Fix::Consent);
    }
    if is(refusal, &[R::RecipientUnknown, R::RecipientRevoked, R::RecipientSelf, R::KeyChanged, R::Pair, R::Kind]) {
        out.push(Fix::Recipient);
    }
    out
}

/// The buttons beside a new form.
pub(super) fn of_form(t: &Texts, refusal: &Refusal, lawful: bool) -> Vec<Way> {
    let way = |fix: Fix| match fix {
        Fix::Without(codes, names) => {
            Some((t.fill("w-fix-without", &[("what", &names)]), "/nowe/wyslij", "bez", codes))
        }
        Fix::Wider(codes) => Some((t.say("w-fix-wider"), "/nowe/zgoda", "kategorie", codes)),
        Fix::Consent => Some((t.say("w-fix-consent"), "/nowe/zgoda", "kategorie", String::new())),
        Fix::Otherwise => Some((t.say("w-fix-otherwise"), "/nowe/popraw", "pole", "podstawa".to_owned())),
        Fix::Recipient => Some((t.say("w-fix-recipient"), "/nowe/popraw", "pole", "do".to_owned())),
        Fix::Again | Fix::Under(_) => None,
    };
    let ways = fixes(t, refusal, lawful, None).into_iter().filter_map(way);
    made(ways.map(|(name, action, field, value)| (name, action.to_owned(), field, value)).collect())
}

/// The buttons in a case that is held; `said` names the facts of its message, nothing where it has none; `signed` is the
/// consent that was just signed for it.
pub(in crate::web) fn of_case(
    t: &Texts,
    number: &str,
    refusal: &Refusal,
    lawful: bool,
    said: &BTreeSet<&str>,
    signed: Option<String>,
) -> Vec<Way> {
    // Under a consent that ended the same goes nowhere.
    let ended = is(refusal, &[Reason::ConsentWithdrawn, Reason::ConsentExpired]) && !lawful;
    let at = |what: &str| format!("/sprawy/{number}/{what}");
    let way = |fix: Fix| match fix {
        Fix::Without(codes, names) => (t.fill("w-fix-without", &[("what", &names)]), at("wyslij-bez"), "bez", codes),
        Fix::Wider(codes) => (t.say("w-fix-wider"), at("zgoda"), "kategorie", codes),
        Fix::Consent => (t.say("w-fix-consent"), at("zgoda"), "kategorie", String::new()),
        Fix::Otherwise => (t.say("w-fix-otherwise"), at("podstawa"), "pole", "podstawa".to_owned()),
        Fix::Recipient => (t.say("w-fix-recipient"), at("podstawa"), "pole", "do".to_owned()),
        Fix::Again => (t.say("w-fix-again"), at("wyslij-bez"), "bez", String::new()),
        Fix::Under(consent) => (t.fill("w-fix-under", &[("number", &consent)]), at("wyslij-bez"), "zgoda", consent),
    };
    let again = Some(Fix::Again).filter(|_| signed.is_none() && !ended);
    let under = signed.filter(|_| !lawful).map(Fix::Under);
    made(under.into_iter().chain(fixes(t, refusal, lawful, Some(said))).chain(again).map(way).collect())
}

fn made(ways: Vec<(String, String, &'static str, String)>) -> Vec<Way> {
    let first = |(at, (name, action, field, value))| Way { name, action, field, value, first: at == 0 };
    ways.into_iter().enumerate().map(first).collect()
}

/// The address of a new consent, filled in as far as it is known.
pub(super) fn consent_path(person: &str, to: &str, categories: &str, back: &str) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in [("sprawa", person), ("do", to), ("kategorie", categories), ("powrot", back)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    format!("/zgody/nowa?{}", query.finish())
}

/// The consent that was just signed for a held case, where it is about the same case number.
pub(in crate::web) async fn signed(ask: &Ask, view: &CaseView) -> Result<Option<String>, Refusal> {
    let number = ask.query().get("podpisana");
    if number.is_empty() || view.line.side != Side::Referrer {
        return Ok(None);
    }
    let line = consent::show(ask.node(), Some(&ask.worker()?), number).await?.line;
    Ok(Some(line.number).filter(|_| line.subject_ref == view.line.subject_ref))
}

/// From a held case to a consent that would let it go.
pub(in crate::web) async fn consent(ask: Ask) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let codes: Vec<&str> = ask.fields().codes::<Category>("kategorie")?.into_iter().map(Category::code).collect();
    let line = &view.line;
    go(&consent_path(&line.subject_ref, line.peer.as_str(), &codes.join(","), &line.number))
}

/// From a held case to a form with the same content, to choose another basis or institution.
pub(in crate::web) async fn otherwise(ask: Ask) -> Answer {
    let view = casework::show(ask.node(), &ask.worker()?, ask.param("number")).await?;
    let field = if ask.fields().get("pole") == "do" { "do" } else { "podstawa" };
    go(&format!("/nowe?sprawa={}&pole={field}", view.line.number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiez_proto::vocab::Lang;

    fn actions(refusal: &Refusal, lawful: bool) -> Vec<String> {
        of_form(&Texts::pages(Lang::Pl), refusal, lawful).into_iter().map(|way| way.action).collect()
    }

    #[test]
    fn each_reason_has_the_ways_that_help() {
        let scope = Refusal::new(Reason::ConsentScope).with_codes("categories", ["HEALTH"]);
        assert_eq!(actions(&scope, false), ["/nowe/zgoda", "/nowe/popraw"], "nothing can be left out");
        let without = actions(&scope.clone().with("without", "HEALTH"), false);
        assert_eq!(without.first().map(String::as_str), Some("/nowe/wyslij"));
        let in_case = |said: &[&str]| {
            of_case(&Texts::pages(Lang::Pl), "W-1", &scope, false, &said.iter().copied().collect(), None)
        };
        assert_eq!((in_case(&["HEALTH"]).len(), in_case(&["goal"]).len()), (4, 3));
        let missing = Refusal::new(Reason::ConsentMissing);
        assert_eq!(actions(&missing, false), ["/nowe/popraw", "/nowe/zgoda"], "another basis before a consent");
        assert_eq!(actions(&Refusal::new(Reason::ConsentNotApplicable), true), ["/nowe/popraw"]);
        let role = Refusal::new(Reason::Category).with("categories", "HEALTH").with("without", "HOUSEHOLD:HEALTH");
        let ways = of_form(&Texts::pages(Lang::Pl), &role, true);
        assert_eq!(ways.first().map(|way| way.value.as_str()), Some("HOUSEHOLD:HEALTH"));
        assert_eq!(actions(&Refusal::new(Reason::RecipientRevoked), false), ["/nowe/popraw"]);
        let held = |refusal: &Refusal, signed: Option<&str>| {
            let signed = signed.map(str::to_owned);
            of_case(&Texts::pages(Lang::Pl), "W-1", refusal, false, &BTreeSet::new(), signed)
        };
        let sends = |ways: Vec<Way>| -> Vec<(&'static str, String)> {
            let sends = ways.into_iter().filter(|way| way.action == "/sprawy/W-1/wyslij-bez");
            sends.map(|way| (way.field, way.value)).collect()
        };
        assert_eq!(sends(held(&missing, None)), [("bez", String::new())]);
        let signed = ("zgoda", "Z-9".to_owned());
        assert_eq!(
            sends(held(&missing, Some("Z-9"))),
            std::slice::from_ref(&signed),
            "under the new consent and no other"
        );
        let withdrawn = Refusal::new(Reason::ConsentWithdrawn);
        assert_eq!(sends(held(&withdrawn, None)), [], "the same goes nowhere");
        assert_eq!(sends(held(&withdrawn, Some("Z-9"))), [signed]);
    }

    #[test]
    fn a_consent_is_asked_for_with_what_is_known() {
        let path = consent_path("OPS/2026/1 a", "sp3-nad", "HEALTH", "nowe");
        assert_eq!(path, "/zgody/nowa?sprawa=OPS%2F2026%2F1+a&do=sp3-nad&kategorie=HEALTH&powrot=nowe");
    }
}
