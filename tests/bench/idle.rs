//! Members that are connected, collect, and do nothing: what each costs the hub.

use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use wiez_proto::enrolment::Invitation;
use wiez_proto::env::Env;
use wiez_proto::wire::v1::collect_response::Message;
use wiez_tests::member::Member;
use wiez_tests::session::{Collecting, Session};
use wiez_tests::tasks::pause;

use crate::figures::{Idle, number};
use crate::hub::Measured;

/// Handshakes at once.
const AT_ONCE: usize = 16;
/// How long nothing happens before memory is read.
const REST: Duration = Duration::from_secs(3);

/// Lets everybody join, then connects everybody.
pub(crate) async fn measure(env: &Env, hub: &Measured, invitations: &[Invitation]) -> Result<Idle> {
    pause(REST).await;
    let empty = hub.resident()?;
    let joined = stream::iter(invitations).map(|invitation| Member::join(env, invitation, hub.address));
    let members: Vec<Member> = joined.buffer_unordered(AT_ONCE).try_collect().await?;
    pause(REST).await;
    let alone = hub.resident()?;
    let start = env.elapsed();
    let connected = stream::iter(&members).map(connect).buffer_unordered(AT_ONCE);
    let streams: Vec<(Session, Collecting)> = connected.try_collect().await?;
    let took = env.elapsed().saturating_sub(start);
    pause(REST).await;
    let together = hub.resident()?;
    let (before, since) = (hub.cpu()?, env.elapsed());
    pause(REST * 2).await;
    let idle = (hub.cpu()? - before) / env.elapsed().saturating_sub(since).as_secs_f64();
    let nodes = number(streams.len() as u64);
    Ok(Idle {
        nodes: streams.len(),
        kib_per_connection: number(together.saturating_sub(alone)) / nodes,
        kib_per_member: number(alone.saturating_sub(empty)) / nodes,
        idle_cpu_percent: idle * 100.0,
        connected_per_second: nodes / took.as_secs_f64(),
    })
}

async fn connect(member: &Member) -> Result<(Session, Collecting)> {
    let session = member.connect().await.with_context(|| format!("{member:?} connects"))?;
    let mut collecting = session.collecting(0).await?;
    // Until everything that waited was handed out, the connection is not idle.
    while !matches!(collecting.next().await?, Message::CaughtUp(_)) {}
    Ok((session, collecting))
}
