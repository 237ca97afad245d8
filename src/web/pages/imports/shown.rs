//! What a list would change, as the page shows it: all the figures, and of each kind the first few by name.

use jiff::tz::TimeZone;

use crate::domain::imports::{self, ImportLine, Plan};

/// Of each kind, so many are named.
const MAX_LINES: usize = 100;

/// What a list would change.
pub struct ShownPlan {
    pub sections: Vec<ShownSection>,
    /// By which what is confirmed is known to be what was shown.
    pub fingerprint: String,
    /// How many of how many would be disabled, if those are many.
    pub many: Option<(usize, usize)>,
    pub is_empty: bool,
}

/// One kind of change.
pub struct ShownSection {
    pub title: String,
    pub lines: Vec<ImportLine>,
    /// How many more there are.
    pub more: usize,
    pub count: usize,
}

impl ShownPlan {
    /// The plan, with its days in this zone.
    pub fn of(plan: &Plan, zone: &TimeZone) -> Self {
        let sections = imports::sections(plan, zone).into_iter().map(|mut section| {
            let count = section.lines.len();
            section.lines.truncate(MAX_LINES);
            let more = count - section.lines.len();
            ShownSection { title: section.title, lines: section.lines, more, count }
        });
        Self {
            sections: sections.collect(),
            fingerprint: plan.fingerprint(),
            many: plan.disables_many().then_some((plan.disabled.len(), plan.numbered)),
            is_empty: plan.is_empty(),
        }
    }
}
