//! Tests of the shipped table, of the mechanism with statutory rows, and of the overlay.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use super::*;
use jiff::civil::Date;

mod contradictions;
mod mutated;
mod roles;
mod settled;

fn shipped() -> Policy {
    Policy::parse(include_str!("../../policy.toml")).unwrap()
}

fn set(codes: &[Category]) -> BTreeSet<Category> {
    codes.iter().copied().collect()
}

#[test]
fn the_shipped_table_parses_and_is_what_is_served() {
    let policy = shipped();
    assert_eq!(Policy::shipped().rows(), policy.rows());
    let kinds: BTreeSet<&str> = policy.rows().iter().map(|row| row.kind.code()).collect();
    let expected = [
        "ACK_HUMAN",
        "ALERT",
        "CONSENT_WITHDRAWN",
        "CONSENT_WITHDRAWN_ANSWER",
        "CONSULT_ANON",
        "COURT_NOTICE",
        "CRIME_NOTICE",
        "FEEDBACK_MIN",
        "GATE_REFUSAL",
        "INFO_REFUSAL",
        "INFO_REPLY",
        "INFO_REQUEST",
        "KURATOR_QUERY",
        "MEDIATION_NOTE",
        "MEDIATION_REQUEST",
        "NK_A",
        "NK_A_DISPATCH",
        "NK_B_RECORD",
        "NK_MOVE",
        "NK_NOTE",
        "POLICE_QUERY",
        "REFERRAL",
        "REFERRAL_FORWARD",
        "REFERRAL_STATUS",
        "REPLY_ANON",
        "SIGNAL",
        "TRANSFER_CASE",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn every_row_has_a_comment_above_it() {
    let lines: Vec<&str> = include_str!("../../policy.toml").lines().collect();
    for pair in lines.windows(2) {
        if let [above, "[[row]]" | "[[matrix]]" | "[[secrecy]]"] = pair {
            assert!(above.starts_with("# "), "{above}");
        }
    }
}

#[test]
fn digests_differ_and_find_their_row() {
    let policy = shipped();
    let digests: BTreeSet<[u8; 32]> = policy.rows().iter().map(Row::digest).collect();
    assert_eq!(digests.len(), policy.rows().len());
    for row in policy.rows() {
        assert_eq!(policy.by_digest(&row.digest()), Some(row));
        assert_eq!(policy.row(&row.id), Some(row));
    }
    assert_eq!(policy.by_digest(&[0; 32]), None);
}

#[test]
fn refusals_come_in_order() {
    use InstitutionKind as K;
    let policy = shipped();
    let find =
        |kind, from, to, class| policy.find(kind, from, to, class).map(|row| row.id.as_str()).map_err(|r| r.reason);
    let consent = BasisClass::Consent;
    for (kind, from, to, class, expected) in [
        (MessageKind::Referral, K::Ops, K::Szkola, consent, Ok("REFERRAL.CONSENT")),
        (MessageKind::Referral, K::Ops, K::Pcpr, consent, Ok("REFERRAL.CONSENT")),
        (MessageKind::InfoRequest, K::Poz, K::Szkola, consent, Ok("INFO_REQUEST.CONSENT")),
        (MessageKind::InfoReply, K::Szkola, K::Poz, consent, Ok("INFO_REPLY.CONSENT")),
        (MessageKind::ReferralStatus, K::Szkola, K::Ops, BasisClass::NoPersonalData, Ok("REFERRAL_STATUS")),
        (MessageKind::ReferralStatus, K::Szkola, K::Ops, consent, Ok("REFERRAL_STATUS.CONSENT")),
        (MessageKind::ReferralStatus, K::Ppp, K::Szkola, BasisClass::NoPersonalData, Ok("REFERRAL_STATUS.FORWARDER")),
        (MessageKind::ReferralForward, K::Szkola, K::Ppp, consent, Ok("REFERRAL_FORWARD.CONSENT")),
        (MessageKind::ConsultAnon, K::Policja, K::Rops, BasisClass::NoPersonalData, Ok("CONSULT_ANON")),
        (MessageKind::NkA, K::Szkola, K::Zi, BasisClass::Statutory, Ok("NK_A")),
        (MessageKind::NkA, K::Szkola, K::Zi, consent, Err(Reason::Basis)),
        (MessageKind::NkPlan, K::Zi, K::Szkola, BasisClass::Statutory, Err(Reason::Kind)),
        (MessageKind::InfoReply, K::Ops, K::Policja, consent, Err(Reason::PoliceConsent)),
        (MessageKind::Referral, K::Ops, K::SadRod, consent, Err(Reason::PoliceConsent)),
        (MessageKind::Referral, K::Cus, K::Rops, consent, Err(Reason::Pair)),
        (MessageKind::Referral, K::Szkola, K::Ops, consent, Err(Reason::Pair)),
        (MessageKind::InfoRequest, K::Sport, K::Szkola, consent, Err(Reason::Pair)),
        (MessageKind::InfoRequest, K::Poz, K::Szkola, BasisClass::NoPersonalData, Err(Reason::Basis)),
        (MessageKind::Referral, K::Ops, K::Szkola, BasisClass::Statutory, Err(Reason::Basis)),
        (MessageKind::InfoRequest, K::Sport, K::Ops, BasisClass::Statutory, Err(Reason::Pair)),
        (MessageKind::ConsultAnon, K::Ops, K::Szkola, consent, Err(Reason::Basis)),
    ] {
        assert_eq!(find(kind, from, to, class), expected, "{kind} {from} {to} {class}");
    }
}

#[test]
fn no_consent_row_reaches_an_authority_or_carries_what_consent_cannot() {
    for row in shipped().rows().iter().filter(|row| row.class == BasisClass::Consent) {
        assert!(
            !row.recipients
                .iter()
                .any(|k| k.refuses_consent() || matches!(k, InstitutionKind::Rops | InstitutionKind::Gdp))
        );
        assert!(row.ceiling.iter().all(|c| c.consentable()), "{}", row.id);
        let judged = row.judge_categories(
            InstitutionKind::Ops,
            &set(&[Category::Criminal, Category::Reporter, Category::Logistics]),
        );
        assert_eq!(judged.unwrap_err().details.get("categories").unwrap(), "CRIMINAL, REPORTER");
    }
}

#[test]
fn ceilings_by_recipient_and_review() {
    use InstitutionKind as K;
    let policy = shipped();
    let row = policy.row("REFERRAL.CONSENT").unwrap();
    let judge = |to, cats: &[Category]| row.judge_categories(to, &set(cats)).map_err(|r| r.reason);
    assert_eq!(judge(K::Ptu, &[Category::Addiction]), Ok(()));
    for to in InstitutionKind::ALL
        .iter()
        .filter(|k| matches!(k.area(), Some(crate::vocab::Area::Edu | crate::vocab::Area::Kul)))
    {
        assert_eq!(judge(*to, &[Category::Addiction]), Err(Reason::Category), "{to}");
    }
    assert_eq!(judge(K::Szkola, &[Category::IdName, Category::Contact, Category::EduPlace]), Ok(()));
    assert_eq!(judge(K::Ngo, &[Category::IdPesel]), Err(Reason::Category));
    assert_eq!(judge(K::Ppp, &[Category::HealthMental]), Err(Reason::ReviewRequired));
    assert_eq!(judge(K::Ppp, &[Category::HealthMental, Category::Addiction]), Err(Reason::Category));
    assert_eq!(row.judge_ceiling(K::Ppp, &set(&[Category::HealthMental])), Ok(()));
    let anonymous = policy.row("CONSULT_ANON").unwrap();
    assert_eq!(anonymous.judge_categories(K::Ops, &set(&[])), Ok(()));
    assert_eq!(anonymous.judge_categories(K::Ops, &set(&[Category::None])), Ok(()));
    assert_eq!(anonymous.judge_categories(K::Ops, &set(&[Category::Logistics])).unwrap_err().reason, Reason::Category);
}

#[test]
fn the_hubs_own_rule() {
    use InstitutionKind as K;
    let allowed = |class, from, to| class_allowed(class, from, to).map_err(|r| r.reason);
    for &from in InstitutionKind::ALL {
        for &to in InstitutionKind::ALL {
            assert_eq!(allowed(BasisClass::NoPersonalData, from, to), Ok(()));
            let consent = allowed(BasisClass::Consent, from, to);
            let closed = [from, to].iter().any(|k| matches!(k, K::Rops | K::Gdp));
            if to.refuses_consent() {
                assert_eq!(consent, Err(Reason::PoliceConsent));
            } else {
                assert_eq!(consent.is_err(), closed, "{from} {to}");
            }
        }
    }
    assert_eq!(allowed(BasisClass::Statutory, K::Szkola, K::Policja), Ok(()));
    assert_eq!(allowed(BasisClass::VitalInterest, K::Ops, K::Szpital), Ok(()));
    assert_eq!(allowed(BasisClass::VitalInterest, K::Ops, K::Sport), Err(Reason::ClassForbidden));
    assert_eq!(allowed(BasisClass::Statutory, K::Ops, K::Rops), Err(Reason::ClassForbidden));
}

#[test]
fn an_empty_policy_refuses_everything() {
    let empty = Policy::default();
    let refusal =
        empty.find(MessageKind::ConsultAnon, InstitutionKind::Ops, InstitutionKind::Poz, BasisClass::NoPersonalData);
    assert_eq!(refusal.unwrap_err().reason, Reason::Kind);
}

#[test]
fn a_verification_counts_for_one_text_only() {
    let policy = shipped();
    let row = policy.row("REFERRAL.CONSENT").unwrap();
    let mut overlay = Overlay::empty();
    assert!(!overlay.is_verified(row) && overlay.is_verified(policy.row("CONSULT_ANON").unwrap()));
    assert_eq!(overlay.judge(row).unwrap_err().details.get("row").unwrap(), "REFERRAL.CONSENT");
    overlay.verify(row, "Anna Wzór", Date::constant(2026, 11, 2)).unwrap();
    assert!(overlay.is_verified(row));
    overlay.note = Some("demo, not legal advice".to_owned());
    let again = Overlay::parse(&overlay.to_toml()).unwrap();
    assert_eq!(again, overlay);

    let changed = include_str!("../../policy.toml").replace("service levels by urgency", "service levels, by urgency");
    let changed = Policy::parse(&changed).unwrap();
    assert!(!again.is_verified(changed.row("REFERRAL.CONSENT").unwrap()));
    assert!(again.is_verified(changed.row("GATE_REFUSAL").unwrap()));
}

/// An overlay as demo and tests use it, with every row.
#[test]
fn every_row_can_be_verified() {
    let policy = shipped();
    let mut overlay = Overlay::empty();
    for row in policy.rows() {
        overlay.verify(row, "demo, not legal advice", Date::constant(2026, 11, 2)).unwrap();
    }
    let again = Overlay::parse(&overlay.to_toml()).unwrap();
    assert!(policy.rows().iter().all(|row| again.is_verified(row) && again.judge(row).is_ok()));
    assert!(policy.rows().len() > 35);
}

#[test]
fn a_broken_overlay_is_refused() {
    let mut overlay = Overlay::empty();
    let policy = shipped();
    let row = policy.row("REFERRAL.CONSENT").unwrap();
    assert!(overlay.verify(row, "  ", Date::constant(2026, 11, 2)).is_err());
    assert!(overlay.verify(row, "A\u{1b}[2J", Date::constant(2026, 11, 2)).is_err());
    overlay.verify(row, "A", Date::constant(2026, 11, 2)).unwrap();
    let text = overlay.to_toml();
    for broken in [
        text.replace("2026-11-02", "yesterday"),
        text.replace("by = ", "bye = "),
        format!("{text}x = 1\n"),
        text.replace("digest = \"", "digest = \"0"),
    ] {
        assert_eq!(Overlay::parse(&broken).unwrap_err().reason, Reason::ConfigInvalid, "{broken}");
    }
    assert_eq!(Overlay::parse("").unwrap(), Overlay::empty());
}
