//! The judgement after the repair: nothing vanished, and everybody knows the truth.

use wiez_node::outbox::{Item, State};
use wiez_node::referral::Side;
use wiez_proto::refusal::Reason;

use crate::member::Member;
use crate::promises::{Broken, Promise, hold};
use crate::world::World;

impl World {
    /// Checks what has to be true when everything works again.
    pub(crate) fn judge(&self) -> Result<(), Broken> {
        for member in &self.members {
            let open = member.unsettled();
            hold(open.is_empty() && !member.has_controls(), Promise::EverythingSettles, || {
                format!("{} still waits: {open:#?} alarms {:?}", member.id(), member.alarms)
            })?;
            hold(member.alarms.is_empty(), Promise::NoFalseAlarm, || format!("{:?}", member.alarms))?;
        }
        let open = self.hub.open_mail();
        hold(open.is_empty(), Promise::EverythingSettles, || format!("the hub still holds {open:?}"))?;
        for (hash, header) in self.promises.accepted() {
            hold(self.promises.was_seen(&header.recipient, hash), Promise::NothingVanishes, || {
                format!("{hash} from {} never came to {}", header.sender, header.recipient)
            })?;
        }
        self.members.iter().try_for_each(|member| self.truth(member))?;
        self.members.iter().try_for_each(|member| self.agreement(member))
    }

    /// What a sender believes about each of its messages is so.
    fn truth(&self, member: &Member) -> Result<(), Broken> {
        let restored = self.promises.was_restored(member.id());
        for item in member.disk.items.values() {
            let held = item.hash.is_some_and(|hash| self.promises.was_held(&item.recipient, &hash));
            let taken = self.promises.id_was_taken(member.id(), &item.message_id);
            let good = match item.state {
                State::Received => held,
                // A restored sender may offer again what a lost life had sent.
                State::Refused | State::Blocked | State::Expired => !taken || restored || known(item),
                State::Uncertain => true,
                State::Queued | State::Sealed | State::Accepted => false,
            };
            hold(good, Promise::SenderKnowsTheTruth, || {
                format!("{} believes {item:?}; taken: {taken}, these bytes held: {held}", member.id())
            })?;
        }
        Ok(())
    }

    /// What the provider said and what arrived is what the referrer heard, in the same order.
    fn agreement(&self, referrer: &Member) -> Result<(), Broken> {
        for thread in referrer.threads(Side::Referrer) {
            let Some(ours) = referrer.disk.cases.get(&(thread, false)) else { continue };
            let Some(provider) = self.members.iter().find(|member| *member.id() == ours.peer) else { continue };
            let Some(theirs) = provider.disk.cases.get(&(thread, true)) else { continue };
            if self.promises.was_restored(referrer.id()) || self.promises.was_restored(provider.id()) {
                continue;
            }
            let arrived = provider.arrived(theirs, |id| self.promises.id_was_taken(provider.id(), id));
            hold(arrived == ours.heard, Promise::BothSidesAgree, || {
                format!("{} said {arrived:?}, {} heard {:?}", provider.id(), referrer.id(), ours.heard)
            })?;
        }
        Ok(())
    }
}

/// The hub knows the message id, so the message had been accepted before.
fn known(item: &Item) -> bool {
    item.reason == Some(Reason::IdReused)
}
