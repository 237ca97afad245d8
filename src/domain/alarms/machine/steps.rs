//! The steps of one alarm: it is raised, it is over, it changes too often.

use crate::{
    domain::alarms::machine,
    entities::alarms::{Model as Alarm, State},
    live::state::{About, Flapping},
};

/// Of the times of an alarm's changes, so many are kept.
const MAX_CHANGES: usize = 32;

impl Alarm {
    /// What it is about.
    pub(in crate::domain::alarms) fn about(&self) -> About {
        match self.cause.as_str() {
            machine::SILENCE => About::Silence,
            machine::FAILURE => About::Failure,
            _ => About::Threshold,
        }
    }

    /// Whether it is to be told of as something that goes on.
    pub(in crate::domain::alarms) fn is_open(&self) -> bool {
        self.state == State::Raised || self.flapping
    }

    /// Whether it is raised and nobody was told, since a worse one was.
    pub(super) fn is_hidden(&self) -> bool {
        self.state == State::Raised && self.post_id.is_none() && self.due_ms.is_none()
    }

    /// Raises it if it has lasted long enough, or puts that off until a pause is over.
    pub(in crate::domain::alarms) fn ripen(
        &mut self,
        now_ms: i64,
        paused_until_ms: Option<i64>,
        window: Flapping,
    ) {
        let Some(due_ms) = self.due_ms.filter(|due| self.state == State::Pending && *due <= now_ms) else {
            return;
        };
        match paused_until_ms {
            Some(until_ms) if until_ms > now_ms => self.due_ms = Some(until_ms),
            _ => self.raise(due_ms.max(self.since_ms), window),
        }
    }

    pub(super) fn raise(&mut self, at_ms: i64, window: Flapping) {
        let is_again = self.ended_ms.is_some_and(|ended| at_ms - ended <= window.milliseconds());
        if self.post_id.is_some() && is_again {
            self.repeats += 1;
        } else {
            (self.post_id, self.grouped, self.repeats) = (None, false, 1);
        }
        (self.state, self.raised_ms, self.note) = (State::Raised, Some(at_ms), None);
        self.changed(at_ms, window);
    }

    /// It is over, if it was not. What was never raised goes without a word.
    pub(super) fn end(&mut self, at_ms: i64, window: Flapping, note: String) {
        match self.state {
            State::Ended => {}
            State::Pending => {
                self.state = State::Ended;
                // That it was over before may not have been told yet.
                self.due_ms = self.calm_ms(window).or(self.post_id.map(|_| at_ms));
            }
            State::Raised => {
                let was_hidden = self.is_hidden();
                (self.state, self.ended_ms, self.note) = (State::Ended, Some(at_ms), Some(note));
                self.changed(at_ms, window);
                if was_hidden {
                    self.due_ms = None;
                }
            }
        }
    }

    /// Takes a change in: each is due to be told, but for those of an alarm that changes too often.
    fn changed(&mut self, at_ms: i64, window: Flapping) {
        let mut changes = self.changes();
        changes.push(at_ms);
        changes.retain(|change| at_ms - change <= window.milliseconds());
        let old = changes.len().saturating_sub(MAX_CHANGES);
        changes.drain(..old);
        let is_many = changes.len() >= window.changes as usize;
        self.changes = serde_json::to_string(&changes).expect("numbers always serialise");
        let was_flapping = self.flapping;
        self.flapping |= is_many;
        self.due_ms = if was_flapping { self.calm_ms(window) } else { Some(at_ms) };
    }

    /// When it was raised and over lately.
    pub(in crate::domain::alarms) fn changes(&self) -> Vec<i64> {
        serde_json::from_str(&self.changes).unwrap_or_default()
    }

    /// When it is calm again, if it changes too often; Unix time in milliseconds.
    pub(in crate::domain::alarms) fn calm_ms(&self, window: Flapping) -> Option<i64> {
        let last = self.changes().last().copied()?;
        self.flapping.then(|| last.saturating_add(window.milliseconds()))
    }
}

impl Flapping {
    fn milliseconds(self) -> i64 {
        i64::from(self.minutes) * 60_000
    }
}
