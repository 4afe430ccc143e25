//! Anybody can verify what happened: hub, nodes and the exported file agree, and one flipped bit is found.

use anyhow::Result;
use wiez_node::api::{Answer, Request};
use wiez_proto::id::hex;
use wiez_proto::log::verify::verify_export;
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{InstitutionKind, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::reason;
use wiez_tests::operator::flip_a_bit_of_a_node;

use crate::given::{CHILD, region_with_consent};

async fn export(world: &World) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    world.hub()?.export(&mut file).await?;
    Ok(file)
}

#[tokio::test(flavor = "multi_thread")]
async fn hub_and_node_and_file_agree_and_one_flipped_bit_is_found() -> Result<()> {
    let (mut world, consent) = region_with_consent(110).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    world.withdraw("ops", &consent).await?;
    world.settle().await?;
    world.settle().await?;

    let keys = world.hub_keys()?;
    let log = keys.region_keys.log.clone();
    let file = export(&world).await?;
    let (_, checked) = verify_export(file.as_slice(), Some(&log))?;
    for id in world.ids() {
        let Answer::Log(seen) = world.ask(&id, &Request::LogVerify).await? else { panic!("no log") };
        let head = log.verify(&world.hub()?.head().checkpoint)?;
        assert!(seen.size >= checked.size && !seen.alarmed, "{id}");
        assert_eq!((seen.size, seen.root), (head.size, hex(&head.root)), "{id}");
    }
    // Every single byte of the leaves counts: a handful of places all over the file.
    let text = file.len();
    for place in [text / 9, text / 5, text / 3, text / 2, text * 2 / 3, text * 9 / 10] {
        let mut bad = file.clone();
        bad[place] ^= 1;
        assert!(verify_export(bad.as_slice(), Some(&log)).is_err(), "byte {place} of {text}");
    }

    // The same bit in the hub's own database: its own export and a node that joins later find it.
    world.stop_hub().await?;
    let mut operator = world.operator().await?;
    operator.flip_a_bit(1).await?;
    operator.leave().await?;
    world.start_hub().await?;
    assert!(verify_export(export(&world).await?.as_slice(), Some(&log)).is_err());
    world.join("mdk", InstitutionKind::Kultura, "Młodzieżowy Dom Kultury").await?;
    world
        .until("the newcomer raises an alarm", async || {
            let alarms = world.node("mdk")?.alarms().await?;
            Ok(alarms.iter().any(|alarm| alarm.kind == Reason::LogInconsistent.as_str()))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_finds_a_flipped_bit_in_the_log_that_it_keeps() -> Result<()> {
    let (mut world, _) = region_with_consent(111).await?;
    world.settle().await?;
    world.ask("ops", &Request::LogVerify).await?;
    world.take_down("ops").await?;
    flip_a_bit_of_a_node(world.party("ops")?.data_dir(), 2).await?;
    world.bring_up("ops").await?;
    assert_eq!(reason(world.ask("ops", &Request::LogVerify).await)?, Reason::LogInconsistent);
    world.ask("sp3", &Request::LogVerify).await?;
    Ok(())
}
