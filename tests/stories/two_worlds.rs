//! Two worlds with the same seed and the same family, one with a Blue Card procedure about the same people: whatever
//! the family may come to see is the same in both, byte by byte, with nothing normalised.

mod card;
mod family;
mod pages;
mod stage;

use anyhow::{Result, ensure};

use self::card::Card;
use self::family::Family;
use self::stage::{HOUR_MS, Said, Stage};

const OPS: &str = "n-ops-wier";
const SCHOOL: &str = "n-sp3-wier";
const CENTRE: &str = "n-pcpr-nad";
const POLICE: &str = "n-kpp-nad";
const TEAM: &str = "n-zi-wier";
/// A team whose node is off: what is filed there expires.
const DEAF: &str = "n-zi-strad";
const CAST: &[&str] = &[OPS, SCHOOL, CENTRE, POLICE, TEAM, DEAF];
/// The centre's own number for the family, in the consent-based case and in the procedure.
const SUBJECT: &str = "OPS/2026/114";
const ROUNDS: usize = 12;
const MONTH_MS: i64 = 31 * 24 * HOUR_MS;

/// Plays one world; returns all that a family may come to see of it.
async fn world(with_card: bool) -> Result<Vec<Said>> {
    let mut stage = Stage::open(501, CAST).await?;
    for at in [OPS, SCHOOL] {
        pages::employed(&stage, at).await?;
    }
    stage.take_down(DEAF).await?;
    let (mut family, mut card) = (Family::default(), with_card.then(Card::default));
    for round in 0..ROUNDS {
        if let Some(card) = &mut card {
            card.play(&stage, round).await?;
        }
        family.play(&mut stage, round).await?;
        stage.turn().await?;
        if [4, 8].contains(&round) {
            family.look(&mut stage).await?;
        }
    }
    family.look(&mut stage).await?;
    stage.pass(MONTH_MS).await?;
    stage.bring_up(DEAF).await?;
    stage.turn().await?;
    family.look(&mut stage).await?;
    if with_card {
        card::happened(&stage).await?
    } else {
        card::never_happened(&stage).await?
    }
    Ok(stage.said)
}

/// What is compared has something to say.
fn telling(said: &[Said]) -> Result<()> {
    for (asked, part) in [
        ("referral send", "CONSENT_SCOPE"),
        ("referral send", "CONSENT_WITHDRAWN"),
        ("referral send", "W-"),
        ("info reply", "REPLY_SCOPE"),
        ("consent show", "wycofan"),
        ("consent list", "Z-"),
        ("n-ops-wier: case list", "OPS/2026/114"),
        ("n-pcpr-nad: owed", "W-"),
        ("subject export OPS/2026/114", "frekwencja 61%"),
        ("n-sp3-wier: subject export n-ops-wier:OPS/2026/114", "Zajęcia wyrównawcze"),
        ("n-ops-wier: ewa /skrzynka", "Skrzynka"),
        ("n-ops-wier: anna /osoba/druk", "OPS/2026/114"),
    ] {
        let there = said
            .iter()
            .any(|one| one.asked.contains(asked) && (one.ended.out.contains(part) || one.ended.err.contains(part)));
        ensure!(there, "{asked} never says {part}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_there_is_a_blue_card_changes_no_byte_of_what_the_family_sees() -> Result<()> {
    let (plain, with_card) = tokio::try_join!(Box::pin(world(false)), Box::pin(world(true)))?;
    telling(&plain)?;
    for (plain, with_card) in plain.iter().zip(&with_card) {
        assert_eq!(plain, with_card);
    }
    assert_eq!(plain.len(), with_card.len());
    Ok(())
}
