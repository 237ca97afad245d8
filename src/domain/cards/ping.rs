//! A ping: all that is said by whoever can only call an address. What it means depends on the card that it belongs to.

use std::time::Duration;

use crate::live::state::{Condition, Progress, Reading, Stage, Status};

/// Bytes that are kept of what comes with a ping.
pub const MAX_BODY: usize = 10 * 1024;

/// The same end that is told again within so many milliseconds is one end: clients ask again when an answer got lost.
const REPEATED_WITHIN_MS: i64 = 30_000;

/// What is told of a card by calling its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// What the address says.
    pub signal: Signal,
    /// When it came; Unix time in milliseconds.
    pub at_ms: i64,
    /// What came with it, as plain text.
    pub body: Option<String>,
}

/// What an address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Work begins.
    Start,
    /// All is well.
    Ok,
    /// It is not.
    Fail,
    /// A command ended with this exit code.
    Exit(u8),
}

impl Signal {
    /// What the last part of an address says, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "start" => Some(Self::Start),
            "fail" => Some(Self::Fail),
            code if code.bytes().all(|byte| byte.is_ascii_digit()) => code.parse().ok().map(Self::Exit),
            _ => None,
        }
    }

    /// Whether something is over with it.
    pub fn is_end(self) -> bool {
        self != Self::Start
    }

    fn is_good(self) -> bool {
        matches!(self, Self::Ok | Self::Exit(0))
    }
}

/// Whether a card that says this can be pinged.
pub fn is_for(reading: &Reading) -> bool {
    matches!(reading, Reading::Progress(_) | Reading::Status(_))
}

impl Ping {
    /// What is kept of what came with it, if it says something of that: an end without a word takes away what the end before
    /// it said.
    pub(super) fn output(&self) -> Option<Option<String>> {
        (self.signal.is_end() || self.body.is_some()).then(|| self.body.clone())
    }

    /// Has the card say what this means.
    pub(super) fn tell(&self, reading: &mut Reading) {
        match reading {
            Reading::Progress(progress) if self.signal.is_end() => self.end(progress),
            Reading::Progress(progress) => self.begin(progress),
            Reading::Status(status) => self.set(status),
            Reading::Value(_) | Reading::Unknown => {}
        }
    }

    /// Each start begins a run of its own.
    fn begin(&self, progress: &mut Progress) {
        progress.set_state(Stage::Waiting, self.at_ms);
        progress.set_state(Stage::Running, self.at_ms);
        (progress.percent, progress.step, progress.text) = (None, None, None);
    }

    fn end(&self, progress: &mut Progress) {
        let state = if self.signal.is_good() { Stage::Done } else { Stage::Failed };
        let since_end = progress.ended_ms.map(|ended| self.at_ms.saturating_sub(ended));
        let is_repeated =
            progress.state == state && since_end.is_some_and(|since| since < REPEATED_WITHIN_MS);
        if is_repeated {
            return;
        }
        // Nobody told that it began.
        if progress.state.is_over() {
            (progress.started_ms, progress.ended_ms) = (None, None);
        }
        progress.set_state(state, self.at_ms);
        let took = progress.started_ms.map(|started| self.at_ms.saturating_sub(started));
        progress.text = self.words(took).map(Into::into);
    }

    fn set(&self, status: &mut Status) {
        if self.signal == Signal::Start {
            (status.started_ms, status.took_ms) = (Some(self.at_ms), None);
            return;
        }
        status.took_ms = status.started_ms.take().map(|started| self.at_ms.saturating_sub(started));
        let state = if self.signal.is_good() { Condition::Ok } else { Condition::Critical };
        status.set(state, self.at_ms);
    }

    /// What the address said beyond that it is over.
    fn words(&self, took: Option<i64>) -> Option<String> {
        match (self.signal, took.map(duration)) {
            (Signal::Exit(code), Some(took)) => Some(format!("Exit code {code} after {took}")),
            (Signal::Exit(code), None) => Some(format!("Exit code {code}")),
            (_, Some(took)) => Some(format!("After {took}")),
            (_, None) => None,
        }
    }
}

/// A time in milliseconds as people read it: `2h 5m`.
pub fn duration(ms: i64) -> String {
    let ms = u64::try_from(ms).unwrap_or_default();
    // Whole seconds, but of what took none.
    let rounded = if ms < 1000 { Duration::from_millis(ms) } else { Duration::from_secs(ms / 1000) };
    humantime::format_duration(rounded).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(pings: &[(Signal, i64)]) -> Progress {
        let mut reading = Reading::Progress(Box::default());
        for (signal, at_ms) in pings {
            Ping { signal: *signal, at_ms: *at_ms, body: None }.tell(&mut reading);
        }
        let Reading::Progress(progress) = reading else { panic!("it is a progress") };
        *progress
    }

    #[test]
    fn an_address_ends_in_start_fail_or_an_exit_code() {
        for (text, signal) in [
            ("start", Signal::Start),
            ("fail", Signal::Fail),
            ("0", Signal::Exit(0)),
            ("255", Signal::Exit(255)),
        ] {
            assert_eq!(Signal::parse(text), Some(signal));
        }
        for text in ["", "256", "-1", "+1", "1.0", "Start", "ok", "1 ", "99999999999"] {
            assert_eq!(Signal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn each_start_begins_a_run_and_an_end_without_one_is_a_run_of_its_own() {
        let ended = progress(&[(Signal::Start, 1000), (Signal::Start, 5000), (Signal::Exit(3), 8000)]);
        assert_eq!((ended.state, ended.started_ms, ended.ended_ms), (Stage::Failed, Some(5000), Some(8000)));
        assert_eq!(ended.text.as_deref(), Some("Exit code 3 after 3s"));

        let again = progress(&[(Signal::Start, 1000), (Signal::Ok, 2000), (Signal::Ok, 86_400_000)]);
        assert_eq!((again.started_ms, again.ended_ms, again.text), (None, Some(86_400_000), None));
    }

    #[test]
    fn an_end_that_is_told_again_at_once_is_one_end() {
        let told_twice = progress(&[(Signal::Start, 1000), (Signal::Ok, 2000), (Signal::Ok, 12_000)]);
        assert_eq!((told_twice.started_ms, told_twice.ended_ms), (Some(1000), Some(2000)));

        let failed = progress(&[(Signal::Ok, 2000), (Signal::Fail, 3000)]);
        assert_eq!((failed.state, failed.ended_ms), (Stage::Failed, Some(3000)));
    }

    #[test]
    fn how_long_it_took_is_said_in_words() {
        let words = [0, 340, 1999, 61_000, 3_725_000].map(duration);
        assert_eq!(words, ["0s", "340ms", "1s", "1m 1s", "1h 2m 5s"]);
    }
}
