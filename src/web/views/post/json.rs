//! What became of a post, as programs read it.

use serde::Serialize;

use crate::{clock, domain::posts::Post};

/// That an alert is over.
#[derive(Debug, Serialize)]
pub struct Resolution {
    at: String,
    note: Option<String>,
}

/// That a post was said again.
#[derive(Debug, Serialize)]
pub struct Repeats {
    count: i64,
    first_at: String,
    last_at: String,
}

/// That a post was taken back; only its author's programs read it.
#[derive(Debug, Serialize)]
pub struct Withdrawal {
    at: String,
    reason: Option<String>,
}

impl Resolution {
    /// None, as long as the post is no alert that is over.
    pub fn of(post: &Post) -> Option<Self> {
        let at = post.resolved_ms.map(clock::rfc3339)?;
        Some(Self { at, note: post.resolved_note.clone() })
    }
}

impl Repeats {
    /// None, if it was said once.
    pub fn of(post: &Post) -> Option<Self> {
        let last_at = post.repeated_ms.map(clock::rfc3339)?;
        Some(Self { count: post.repeats, first_at: clock::rfc3339(post.published_ms), last_at })
    }
}

impl Withdrawal {
    /// None, as long as the post was not taken back.
    pub fn of(post: &Post) -> Option<Self> {
        let at = post.withdrawn_ms.map(clock::rfc3339)?;
        Some(Self { at, reason: post.withdrawn_reason.clone() })
    }
}
