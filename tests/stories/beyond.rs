//! The clinic asks the school for more than the consent covers, and the school answers more than was asked.

use anyhow::Result;
use wiez_node::casework::CaseKind;
use wiez_node::consent::Giver;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::vocab::{Authority, Category as C, DeclineReason, GiverRole, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{field, named, reason, refusal};

/// Nadia is fourteen: her mother consents, and she states the same.
fn mother(own_statement: bool) -> Giver {
    Giver {
        role: GiverRole::Parent,
        born: Some(jiff::civil::date(2012, 3, 1)),
        own_statement,
        authority: Authority::Full,
        conflict: false,
    }
}

const NADIA: &[(C, &str)] = &[(C::IdName, "Nadia Polna")];

async fn c3(world: &World) -> Result<String> {
    let pair = named("sp3").give(&[C::IdName]).receive(&[C::IdName, C::EduProgress]);
    world.consent_of("poz", mother(true), &[pair]).await
}

fn scope(refusal: &Refusal) -> Option<&str> {
    refusal.details.get("categories").map(String::as_str)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinic_is_told_exactly_what_the_consent_does_not_cover() -> Result<()> {
    let world = World::small(30).await?;
    let silent = world.consent_of("poz", mother(false), &[named("sp3").receive(&[C::EduProgress])]).await;
    assert_eq!(reason(silent)?, Reason::Giver, "at fourteen the girl has a say of her own");
    let c3 = c3(&world).await?;

    let asked = [C::EduProgress, C::EduOpinion, C::FamilySit];
    let refused = refusal(world.inquire("poz", "sp3", &c3, &asked, NADIA).await)?;
    assert_eq!((refused.reason, scope(&refused)), (Reason::ConsentScope, Some("EDU_OPINION, FAMILY_SIT")));
    world.settle().await?;
    assert!(world.incoming("sp3", CaseKind::Info).await?.is_empty());

    let ours = world.inquire("poz", "sp3", &c3, &[C::EduProgress], NADIA).await?;
    let theirs = world.arrived("sp3", CaseKind::Info, &[]).await?;
    let line = world.case("sp3", &theirs).await?;
    assert!(line.due_rule.contains("WORKING_DAYS 5"), "{}", line.due_rule);
    assert_eq!(field(&world.show("sp3", &theirs).await?, "ID_NAME"), Some("Nadia Polna"));

    let more = [(C::EduProgress, "frekwencja 74%"), (C::EduOpinion, "opinia poradni")];
    let refused = refusal(world.reply("sp3", &theirs, &more).await)?;
    assert_eq!((refused.reason, scope(&refused)), (Reason::ReplyScope, Some("EDU_OPINION")));
    world.reply("sp3", &theirs, &more[..1]).await?;
    world.until_case("poz", &ours, S::Completed).await?;
    let shown = world.show("poz", &ours).await?;
    assert_eq!(field(&shown, "EDU_PROGRESS"), Some("frekwencja 74%"));
    assert_eq!(field(&shown, "EDU_OPINION"), None);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_school_can_decline_without_personal_data() -> Result<()> {
    let world = World::small(31).await?;
    let c3 = c3(&world).await?;
    let ours = world.inquire("poz", "sp3", &c3, &[C::EduProgress], NADIA).await?;
    let theirs = world.arrived("sp3", CaseKind::Info, &[]).await?;
    world.refuse_reply("sp3", &theirs, DeclineReason::ConsentInsufficient).await?;
    world.until_case("poz", &ours, S::Declined).await?;
    assert_eq!(field(&world.show("poz", &ours).await?, "reason"), Some("R_CONSENT_INSUFFICIENT"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wider_consent_lets_the_question_pass_and_its_sensitive_answer_waits_for_a_second_person() -> Result<()> {
    let world = World::small(32).await?;
    let pair = named("sp3").give(&[C::IdName]).receive(&[C::EduProgress, C::EduOpinion]);
    let c3b = world.consent_of("poz", mother(true), &[pair]).await?;
    world.inquire("poz", "sp3", &c3b, &[C::EduProgress, C::EduOpinion], NADIA).await?;
    let theirs = world.arrived("sp3", CaseKind::Info, &[]).await?;
    // The asker itself recorded the consent; what is sensitive needs a second person here.
    let answers = [(C::EduProgress, "frekwencja 74%"), (C::EduOpinion, "opinia poradni")];
    let refused = refusal(world.reply("sp3", &theirs, &answers).await)?;
    assert_eq!((refused.reason, scope(&refused)), (Reason::ReviewRequired, Some("EDU_OPINION")));
    world.reply("sp3", &theirs, &answers[..1]).await?;
    // The rest may still be declined, so that the asker is not left waiting.
    world.refuse_reply("sp3", &theirs, DeclineReason::ConsentInsufficient).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_basis_nothing_is_asked() -> Result<()> {
    let world = World::small(33).await?;
    let asked = world.inquire("poz", "sp3", "", &[C::EduProgress], NADIA).await;
    assert_eq!(reason(asked)?, Reason::ConsentMissing);
    let other = c3(&world).await?;
    let asked = world.inquire("poz", "pcpr", &other, &[C::EduProgress], NADIA).await;
    assert_eq!(reason(asked)?, Reason::ConsentRecipient, "the paper names the school only");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_question_that_names_somebody_is_stopped_and_a_clean_one_passes() -> Result<()> {
    let world = World::small(34).await?;
    for text in ["Nadia P., kl. 8b, opuszcza lekcje – co robić?", "PESEL 02070803628, co robić?"] {
        let refused = refusal(world.consult("poz", "sp3", "frekwencja", text).await)?;
        assert_eq!(refused.reason, Reason::PersonalDataFound, "{text}");
        assert!(!format!("{refused:?}").contains("Nadia"), "the refusal does not repeat what was found");
    }
    let ours = world.consult("poz", "sp3", "frekwencja", "Jak zgłaszać dłuższą nieobecność po szpitalu?").await?;
    let theirs = world.arrived("sp3", CaseKind::Consult, &[]).await?;
    assert!(field(&world.show("sp3", &theirs).await?, "text").is_some());
    let reply =
        wiez_node::api::Request::ConsultReply { number: theirs, text: "Przez dziennik elektroniczny.".to_owned() };
    world.ask("sp3", &reply).await?;
    world.until_case("poz", &ours, S::Completed).await?;
    assert_eq!(world.show("poz", &ours).await?.messages.len(), 2);
    Ok(())
}
