//! Whoever verifies a row sees all of it, in words.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_proto::policy::Policy;

use super::*;
use crate::cli::talk::Talk;

fn printed(lang: Lang, row: &RowView) -> Vec<String> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    whole_row(&mut Talk::new(lang, false, &mut out, &mut err), row);
    assert!(err.is_empty());
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

/// The codes of a value; texts of their own are one.
fn parts(covered: &Covered) -> Vec<&str> {
    if !covered.value.is_empty() && matches!(covered.name.as_str(), "act" | "source" | "due") {
        return vec![covered.value.as_str()];
    }
    // What is empty has no parts.
    covered.value.split([':', ',']).filter(|part| !part.is_empty()).collect()
}

#[test]
fn every_part_of_the_canonical_text_of_every_row_is_shown_in_every_language() {
    for row in Policy::shipped().rows() {
        let canonical = Policy::shipped().canonical(row);
        let view = RowView::of(row, &[]);
        assert_eq!(canonical.lines().count(), view.covered.len() + 1, "{}", row.id);
        for lang in Lang::ALL {
            let texts = Texts::new(*lang);
            let lines = printed(*lang, &view);
            assert_eq!(lines.len(), view.covered.len() + 2, "{}", row.id);
            for (line, covered) in lines.iter().skip(1).zip(&view.covered) {
                assert!(canonical.contains(&format!("\n{}={}\n", covered.name, covered.value)), "{covered:?}");
                let heading = texts.find(&format!("part-{}", covered.name)).unwrap();
                assert!(line.starts_with(&format!("    {heading}: ")), "{line}");
                for part in parts(covered) {
                    let shown = match part {
                        "true" => texts.say("yes"),
                        "false" => texts.say("no"),
                        code => code.to_owned(),
                    };
                    assert!(line.contains(&shown), "{lang:?} {}: {part} is not in {line}", row.id);
                }
            }
            assert!(lines.last().unwrap().ends_with(&view.digest), "{}", row.id);
        }
    }
}

#[test]
fn every_code_has_its_name_before_it() {
    let names = ["id", "act", "source", "role_matrix", "feedback", "for_gdp", "duty"];
    for row in Policy::shipped().rows() {
        for covered in RowView::of(row, &[]).covered {
            for lang in Lang::ALL.iter().filter(|_| !names.contains(&covered.name.as_str())) {
                let shown = value(&Texts::new(*lang), &covered);
                for part in parts(&covered).into_iter().filter(|part| !part.contains(' ')) {
                    let named = format!(" ({part})");
                    assert!(shown.contains(&named), "{lang:?} {}: no name of {part} in {shown}", row.id);
                }
            }
        }
    }
}

#[test]
fn a_form_a_says_what_used_to_be_missing() {
    let row = RowView::of(Policy::shipped().row("NK_A_DISPATCH").unwrap(), &[]);
    let text = printed(Lang::Pl, &row).join("\n");
    for part in [
        "rola: osoba doznająca przemocy domowej (SUFFERING): uzależnienia (ADDICTION), ",
        "ciąża (PREGNANCY); druga osoba: szkoła i klasa (EDU_PLACE)",
        "dla grupy diagnostyczno-pomocowej: tak",
        "osoba, której dotyczy: nie widzi (never)",
        "termin odpowiedzi: koniec 3. dnia roboczego (WORKING_DAYS 3)",
        "nadawca (SENDER): posiedzenie grupy (SITTING), koniec 5. dnia roboczego (WORKING_DAYS 5)",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let text = printed(Lang::Pl, &RowView::of(Policy::shipped().row("INFO_REPLY.CONSENT").unwrap(), &[])).join("\n");
    assert!(text.contains("tajemnica: tajemnica szkoły lub poradni (SCHOOL): wiąże "), "{text}");
    assert!(text.contains("nigdy do: "), "{text}");
}

/// The whole of it is in what programs get, and can be checked against the digest there.
#[test]
fn json_holds_the_text_of_which_the_digest_is_made() {
    for row in Policy::shipped().rows() {
        let json = serde_json::to_value(RowView::of(row, &[])).unwrap();
        let lines = json.pointer("/covered").unwrap().as_array().unwrap();
        let get = |line: &serde_json::Value, key| line.get(key).unwrap().as_str().unwrap().to_owned();
        let body: String = lines.iter().map(|line| format!("{}={}\n", get(line, "name"), get(line, "value"))).collect();
        assert_eq!(format!("wiez/v1/policy-row\n{body}"), Policy::shipped().canonical(row));
    }
}
