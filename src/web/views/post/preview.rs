//! A post that is not published yet, as it would look.

use jiff::tz::TimeZone;

use super::{
    Ask, PostView,
    words::{self, severity_class, severity_words},
};
use crate::{
    clock::Moment,
    domain::posts::{Draft, Kind},
};

impl PostView {
    /// How a draft would be shown if its author published it at this moment.
    pub fn preview(draft: &Draft, author: &str, now_ms: i64, zone: &TimeZone) -> Self {
        Self {
            id: 0,
            number: 0,
            alert: draft.kind == Kind::Alert,
            severity: severity_class(draft.severity),
            flag: severity_words(draft.severity),
            drill: draft.drill,
            title: draft.title.clone(),
            html: draft.html.clone(),
            long: false,
            author: author.into(),
            title_parts: Vec::new(),
            author_parts: Vec::new(),
            audience: words::audience(draft.audience),
            audience_for_author: words::audience_for_author(draft.audience),
            published: Moment::of(now_ms, zone),
            version: 1,
            edited: None,
            over: None,
            withdrawn: None,
            expires: draft.expires_ms.map(|ms| Moment::of(ms, zone)),
            expired: None,
            pinned: draft.pinned_until_ms.map(|ms| Moment::of(ms, zone)),
            repeats: None,
            escalated: None,
            url: String::new(),
            unread: false,
            own: false,
            old: false,
            ask: draft.acknowledge.then(|| Ask::of_draft(draft, zone)),
            on_top: None,
            day: None,
            snoozed_until: None,
            snoozed_since: None,
        }
    }
}
