//! What several stories begin with.

use anyhow::Result;
use wiez_node::consent::Giver;
use wiez_proto::vocab::{Authority, Category, GiverRole};
use wiez_tests::World;
use wiez_tests::acts::named;

/// What the OPS tells about the child.
pub(crate) const CHILD: &[(Category, &str)] =
    &[(Category::IdName, "Zofia Wrona"), (Category::EduProgress, "frekwencja 61%")];

/// What a consent lets go to a school or a centre.
pub(crate) const GIVE: &[Category] = &[Category::IdName, Category::EduProgress, Category::PlanTasks];

/// The small region, and a consent at the OPS that names school and centre.
pub(crate) async fn region_with_consent(seed: u64) -> Result<(World, String)> {
    let world = World::small(seed).await?;
    let consent = world.consent("ops", &[named("sp3").give(GIVE), named("pcpr").give(GIVE)]).await?;
    Ok((world, consent))
}

/// An adult who signed alone.
pub(crate) fn adult() -> Giver {
    Giver {
        role: GiverRole::SelfGiver,
        born: None,
        own_statement: false,
        authority: Authority::Unknown,
        conflict: false,
    }
}
