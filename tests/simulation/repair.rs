//! The repair after a run: no fault any more, until nothing moves.

use std::time::Duration;

use wiez_proto::directory::Standing;
use wiez_proto::env::Env;
use wiez_proto::id::InstitutionId;

use crate::cast::START_MS;
use crate::promises::Broken;
use crate::wire::{GONE, LANES, Up};
use crate::world::World;

impl World {
    /// Everything works from here on: clocks agree, everybody is connected and admitted.
    pub(crate) fn repair(&mut self) -> Result<(), Broken> {
        self.trace.push_str("repair\n");
        self.hub.busy = 0;
        let clocks = self.members.iter().map(|member| &member.env).chain([&self.hub.env]);
        let latest = clocks.clone().map(Env::now_ms).max().unwrap_or(START_MS);
        for clock in clocks {
            clock.advance(Duration::from_millis(u64::try_from(latest - clock.now_ms()).unwrap_or(0)));
        }
        for member in &self.members {
            self.hub.set_standing(&member.id().clone(), Standing::Active);
        }
        while let Some((from, up)) = self.network.next_ghost(&self.chance) {
            self.hub.take(&from, GONE, up);
        }
        for round in 0..150 {
            if round % 10 == 0 {
                (0..self.members.len()).for_each(|who| self.cut(who));
                self.network.exorcise();
            }
            self.round()?;
            let quiet = self.hub.is_still() && self.hub.open_mail().is_empty() && self.network.is_still();
            if quiet && self.members.iter().all(|member| member.unsettled().is_empty() && !member.has_controls()) {
                return Ok(());
            }
            self.advance(Duration::from_secs(if round < 40 { 30 } else { 3 * 3600 }));
            self.tick()?;
        }
        Ok(())
    }

    /// Moves everything that can move until nothing does.
    fn round(&mut self) -> Result<(), Broken> {
        for _ in 0..200 {
            for who in 0..self.members.len() {
                self.connect(who);
                let ups = self.members[who].push();
                self.flow(who, ups);
            }
            let answers = self.hub.commit();
            self.answer(answers);
            // Once more without work, for what the clock ends.
            self.hub.commit();
            for who in 0..self.members.len() {
                let id = self.members[who].id().clone();
                while let Some(answer) = self.hub.pump(&id) {
                    self.answer([answer]);
                }
                for lane in LANES {
                    while let Some(down) = self.network.next_down(&id, lane) {
                        let ups = self.members[who].take(down);
                        self.flow(who, ups);
                    }
                }
            }
            self.watch()?;
            if self.still() {
                break;
            }
        }
        for who in 0..self.members.len() {
            let up = self.members[who].mirror();
            self.flow(who, vec![up]);
        }
        self.watch()
    }

    fn still(&mut self) -> bool {
        let mut moved = !self.network.is_still() || !self.hub.is_still();
        for who in 0..self.members.len() {
            let ups = self.members[who].push();
            moved |= !ups.is_empty();
            self.flow(who, ups);
        }
        !moved
    }

    /// Carries what a node says to the hub without loss.
    fn flow(&mut self, who: usize, ups: Vec<Up>) {
        let id: InstitutionId = self.members[who].id().clone();
        ups.into_iter().for_each(|up| self.network.send_up(&id, up));
        for lane in LANES {
            while let Some((session, up)) = self.network.next_up(&id, lane) {
                let answer = self.hub.take(&id, session, up);
                self.answer(answer);
            }
        }
    }
}
