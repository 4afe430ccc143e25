//! The decision table of the acceptance scenarios, one test for each row, through two real nodes and the hub.
//!
//! Reasons are those of the table without `D_`. Where the project's later decisions differ from the table they stand,
//! and a comment says so. `HUMAN_REVIEW` is a refusal `BASIS_UNVERIFIED` or `REVIEW_REQUIRED` that somebody else can
//! lift; `ALLOW_AUDIT` goes at once and is looked at within a day, at both institutions.

mod card;
pub(crate) mod crime;
mod given;
pub(crate) mod mediation;
mod minors;
mod moving;
mod wrong;

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use wiez_node::review::Stage;
use wiez_proto::limits;
use wiez_proto::vocab::{Category, Flag, Owed};
use wiez_tests::World;
use wiez_tests::acts::message;

/// Checks `ALLOW_AUDIT` at one institution: the message carries exactly these flags, stands apart from the family's
/// other cases, and is to be looked at within a day; the review tells categories and never what was written.
pub(crate) async fn audited(world: &World, at: &str, case: &str, kind: &str, flags: &[Flag]) -> Result<()> {
    let shown = world.show(at, case).await?;
    ensure!(shown.line.apart, "{at} would show {case} to the family");
    let expected: BTreeSet<Flag> = flags.iter().copied().collect();
    let message = message(&shown, kind)?;
    ensure!(message.flags == expected, "{at}: {:?} instead of {expected:?}", message.flags);
    let review = world.review(at, case, Stage::After).await?;
    ensure!(message.review.as_deref() == Some(review.id.as_str()), "{message:?}");
    ensure!(review.flags == expected && review.kind == kind && review.apart, "{review:?}");
    ensure!(review.due_ms == review.created_ms + limits::REVIEW_WITHIN_MS, "{review:?}");
    let owed = world.obligation(at, case, Owed::Review).await?;
    ensure!(owed.due_ms == review.due_ms, "{owed:?}");
    let told = serde_json::to_string(&review)?;
    for field in message.fields.iter().filter(|field| Category::parse(&field.name).is_ok()) {
        ensure!(!told.contains(&field.text), "the review tells {}", field.name);
    }
    Ok(())
}
