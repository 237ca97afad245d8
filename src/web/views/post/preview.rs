//! A post that is not published yet, as it would look.

use jiff::tz::TimeZone;

use super::{
    Ask, PostView,
    words::{self, severity_class, severity_words},
};
use crate::{
    clock::Moment,
    domain::posts::{Audience, Draft, Kind, Published},
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

    /// How a post would be shown if it was edited at this moment to say what the draft says, for this audience.
    pub fn edited(
        found: &Published,
        draft: &Draft,
        audience: Audience,
        now_ms: i64,
        zone: &TimeZone,
    ) -> Self {
        let (post, now) = (&found.post, Self::of(found, zone));
        let is_other = (draft.kind, draft.severity) != (post.kind, post.severity)
            || draft.title != post.title
            || draft.body != post.body;
        Self {
            audience: words::audience(audience),
            audience_for_author: words::audience_for_author(audience),
            published: now.published,
            version: now.version,
            edited: if is_other { Some(Moment::of(now_ms, zone)) } else { now.edited },
            // Only an alert can be over.
            over: now.over.filter(|_| draft.kind == Kind::Alert),
            repeats: now.repeats,
            escalated: now.escalated,
            old: now.old,
            ask: now.ask,
            ..Self::preview(draft, &found.author, now_ms, zone)
        }
    }
}
