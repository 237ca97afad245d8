//! Why a post came to more people than it was for, as it tells them.

use jiff::tz::TimeZone;

use crate::{
    clock::Moment,
    domain::posts::escalation::{self, Unless},
    text,
};

/// Why, and since when.
#[derive(Clone, Debug)]
pub struct Escalated {
    pub at: Moment,
    /// Of the text that says it, without who they are.
    pub key: &'static str,
}

impl Escalated {
    pub(super) fn of(escalated: escalation::Escalated, zone: &TimeZone) -> Self {
        let key = match escalated.unless {
            Unless::Any => text::key("post-escalated-any"),
            Unless::Half => text::key("post-escalated-half"),
            Unless::All => text::key("post-escalated-all"),
        };
        Self { at: Moment::of(escalated.at_ms, zone), key }
    }
}
