//! A pause of alarms as templates show it, with the form that makes one.

use askama::Template;
use jiff::tz::TimeZone;

use crate::{
    clock::{self, Moment},
    domain::cards::Pause,
    text,
};

/// What `_pause.html` shows.
#[derive(Clone, Debug)]
pub struct PauseView {
    pub until: Moment,
    /// Who said so; empty where nobody is named.
    pub by: String,
}

#[derive(Template)]
#[template(path = "_board_pause.html")]
struct PauseLine {
    pause: Option<PauseView>,
}

/// How long a pause may last, as the form offers it: in minutes, and in words.
pub const SPANS: [(u32, &str); 6] = [
    (30, text::key("pause-30-minutes")),
    (60, text::key("pause-hour")),
    (240, text::key("pause-4-hours")),
    (1_440, text::key("pause-day")),
    (10_080, text::key("pause-week")),
    (43_200, text::key("pause-30-days")),
];

impl PauseView {
    /// A pause, if it goes on.
    pub fn of(pause: Option<&Pause>, zone: &TimeZone) -> Option<Self> {
        let pause = pause.filter(|pause| pause.is_on(clock::now_ms()))?;
        Some(Self { until: Moment::of(pause.until_ms, zone), by: pause.by.to_string() })
    }

    /// The line above a board that says so, as HTML.
    pub fn line(self) -> String {
        let line = PauseLine { pause: Some(self) };
        line.render().unwrap_or_else(|error| {
            tracing::error!(%error, "A pause could not be rendered");
            String::new()
        })
    }

    /// The same, as it is shown to whoever passes by.
    pub fn unsigned(self) -> Self {
        Self { by: String::new(), ..self }
    }
}

/// The form by which alarms are paused, or raised again.
#[derive(Clone, Debug)]
pub struct PauseForm {
    /// The address that it is sent to.
    pub action: String,
    pub pause: Option<PauseView>,
    pub spans: [(u32, &'static str); 6],
}

impl PauseForm {
    /// Of what has this address.
    pub fn of(address: &str, pause: Option<&Pause>, zone: &TimeZone) -> Self {
        Self { action: format!("{address}/pause"), pause: PauseView::of(pause, zone), spans: SPANS }
    }
}
