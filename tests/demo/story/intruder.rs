//! Step eight: an intruder is put out in mid-stream, and everybody verifies the log.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tonic::Status;
use wiez_node::api::{Answer, Request};
use wiez_node::quarantine;
use wiez_proto::directory::Standing;
use wiez_proto::id::hex;
use wiez_proto::log::verify::{Checked, verify_export};
use wiez_proto::refusal::Reason;
use wiez_proto::vocab::InstitutionKind;
use wiez_proto::wire::v1;
use wiez_tests::member::{Basis, Member, Peer, content, next};
use wiez_tests::session::{Collecting, Depositing, told};
use wiez_tests::tasks::{Stopwatch, within};

use super::Story;
use crate::telling::Page;

const INTRUDER: &str = "intruz";
/// Longest time in which an open stream may go on.
const SOON: Duration = Duration::from_secs(10);

impl Story<'_> {
    pub(super) async fn intruder(&mut self, page: &mut Page) -> Result<()> {
        let intruder = self.world.join_raw(INTRUDER, InstitutionKind::Kultura, "Próbny intruz").await?;
        let session = intruder.connect().await?;
        let (mut mail, mut post) = (session.collecting(0).await?, session.depositing(4).await?);
        self.nonsense(&intruder, &session.head().await?, &mut post).await?;
        page.line(page.pick(
            "intruz ma ważny certyfikat i otwarte strumienie; śmieć, który wysłał, odłożyła bramka MOSiR",
            "it has a good certificate and open streams; the gate of MOSiR put its nonsense aside",
        ));

        let watch = Stopwatch::start();
        self.world.set_standing(INTRUDER, Standing::Suspended).await?;
        let why = within(SOON, ended(&mut mail, &mut post)).await.context("its streams go on")?;
        ensure!(why == Reason::Suspended.as_str(), "the stream ended with {why:?}");
        let took = page.time("cut_off_ms", watch.elapsed());
        let Err(refused) = intruder.connect().await?.head().await else { bail!("the hub still answers it") };
        let status = refused.downcast_ref::<Status>().context("no status")?;
        let reason = told(status).reason;
        ensure!(reason == Reason::Suspended.as_str(), "the hub says {reason:?}");
        page.tell(
            format!("oba strumienie zerwane po {took}; nowe wywołanie: {reason}"),
            format!("both streams ended after {took}; a new call: {reason}"),
        );
        self.verify(page).await
    }

    /// The intruder deposits something that its class of basis does not allow; only the recipient can see that.
    async fn nonsense(&self, intruder: &Member, checkpoint: &str, post: &mut Depositing) -> Result<()> {
        let env = self.world.env();
        let members = self.world.hub()?.members();
        let victim = members.get(&"mosir".parse()?).context("MOSiR is no member")?.entry.clone();
        let to = Peer { id: victim.institution, signing: victim.signing_key, sealing: victim.sealing_key };
        let draft = intruder.draft(&to.id, next(None), Basis::NoPersonalData);
        let envelope = intruder.seal(&to, &draft, content(env, None, checkpoint, 600))?;
        let request = v1::DepositRequest { envelope: Some(envelope.to_wire()) };
        post.outgoing.send(request).await.context("the stream has ended")?;
        let answer = within(SOON, post.incoming.message()).await.context("no answer")??.context("the stream ended")?;
        ensure!(matches!(answer.outcome, Some(v1::deposit_response::Outcome::Accepted(_))), "{answer:?}");
        let world = &self.world;
        world
            .until("MOSiR put the nonsense aside", async || {
                let held = quarantine::list(world.node("mosir")?).await?;
                Ok(held.iter().any(|held| held.sender.as_str() == INTRUDER))
            })
            .await
    }

    /// Hub, every node and an exported file agree; one flipped bit is found.
    async fn verify(&self, page: &mut Page) -> Result<()> {
        let world = &self.world;
        let keys = world.hub_keys()?.region_keys.log;
        let (mut file, mut checked) = (Vec::new(), Checked::default());
        world
            .until("hub and nodes agree on the log", async || {
                file.clear();
                world.hub()?.export(&mut file).await?;
                checked = verify_export(file.as_slice(), Some(&keys))?.1;
                let head = keys.verify(&world.hub()?.head().checkpoint)?;
                let mut same = head.size == checked.size;
                for id in world.ids() {
                    let Answer::Log(seen) = world.ask(&id, &Request::LogVerify).await? else { bail!("no log") };
                    ensure!(!seen.alarmed, "{id} raises an alarm");
                    same &= (seen.size, seen.root.as_str()) == (head.size, hex(&head.root).as_str());
                }
                Ok(same)
            })
            .await?;
        let leaves = page.count("leaves", checked.size);
        let nodes = world.ids().len();
        let middle = file.len() / 2;
        *file.get_mut(middle).context("an empty export")? ^= 1;
        ensure!(verify_export(file.as_slice(), Some(&keys)).is_err(), "a flipped bit was not found");
        page.tell(
            format!("dziennik: {leaves} wpisów; hub i {nodes} węzłów przeliczyło to samo, podpisy poprawne"),
            format!("log: {leaves} leaves; the hub and {nodes} nodes recomputed the same, signatures good"),
        );
        page.line(page.pick(
            "jeden przestawiony bit w kopii dziennika: znaleziony",
            "one flipped bit in a copy of the log: found",
        ));
        Ok(())
    }
}

/// Waits until the hub has ended both streams; returns the reason that it gave.
async fn ended(mail: &mut Collecting, post: &mut Depositing) -> String {
    let why = loop {
        if let Err(error) = mail.next().await {
            break error.downcast_ref::<Status>().map(|status| told(status).reason);
        }
    };
    while let Ok(Some(_)) = post.incoming.message().await {}
    why.unwrap_or_default()
}
