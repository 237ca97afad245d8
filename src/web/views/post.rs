//! A post as templates show it: the same for every reader, so that the event's HTML is made once.

use askama::Template;
use jiff::tz::TimeZone;

pub use self::{
    ask::{Ask, Typed},
    escalated::Escalated,
    json::{Repeats, Resolution, Withdrawal},
    words::{meaning_class, severity_class, severity_words},
};

use crate::{
    clock::{self, Moment},
    domain::posts::{
        Kind, LOUD_MS, Post, Published,
        asking::OwnSaid,
        escalation,
        receipts::{TAKE_BACK_TIME, UnreadPost, snoozes::Snoozed},
        search::{self, Query},
    },
    ids::UserId,
    text,
};

mod ask;
mod escalated;
mod json;
mod preview;
mod words;

/// Bytes of HTML; more of it is cut off in the feed, where a link leads to the whole.
const LONG: usize = 2500;

/// What `_post.html` shows.
#[derive(Clone, Debug)]
pub struct PostView {
    /// 0 in a preview.
    pub id: i64,
    /// Where it stands in lists.
    pub number: i64,
    pub alert: bool,
    /// The severity as a class; empty for news.
    pub severity: &'static str,
    /// The severity in words; empty for news.
    pub flag: String,
    /// Whether it is a drill.
    pub drill: bool,
    /// Plain text.
    pub title: String,
    /// Sanitised when it was published.
    pub html: String,
    /// Whether the feed shows only its beginning.
    pub long: bool,
    pub author: String,
    /// Where the words that were looked for are marked, in place of the title and of the author's name.
    pub title_parts: Vec<(bool, String)>,
    pub author_parts: Vec<(bool, String)>,
    /// Whom it is for, without names.
    pub audience: String,
    /// The same in other words for its author, who is none of those it is for.
    pub audience_for_author: Option<String>,
    pub published: Moment,
    /// How often it has been written, so that a page knows which of two is newer.
    pub version: i64,
    pub edited: Option<Moment>,
    /// Of an alert that is over: since when, and what was said of it.
    pub over: Option<Over>,
    /// Of what was taken back, which only its author has: since when, and why.
    pub withdrawn: Option<Over>,
    /// Until when it is there; and since when that is over, so that only its author has it.
    pub expires: Option<Moment>,
    pub expired: Option<Moment>,
    /// Until when it is pinned to the top of lists.
    pub pinned: Option<Moment>,
    /// How often it was said, if more than once, and when last.
    pub repeats: Option<(i64, Moment)>,
    /// Why it came to more people than it was for.
    pub escalated: Option<Escalated>,
    /// The post's own page.
    pub url: String,
    /// Of its viewer: whether they have not read it, and whether they wrote it. An event's HTML, which is the same for all,
    /// leaves it to the page.
    pub unread: bool,
    pub own: bool,
    /// Of an alert: whether it was published longer than a day ago, so that it is no longer loud.
    pub old: bool,
    /// What it asks of its readers, if it does.
    pub ask: Option<Ask>,
    /// As what it stands on top of the list, and not in its place.
    pub on_top: Option<&'static str>,
    /// The heading above it, if it is the first of its day in a list.
    pub day: Option<String>,
    /// Of its viewer: until when they do not want to see it.
    pub snoozed_until: Option<Moment>,
    /// Of what has come back to them: since when they did not want to see it.
    pub snoozed_since: Option<Moment>,
}

/// That an alert is over, or that a post was taken back.
#[derive(Clone, Debug)]
pub struct Over {
    pub since: Moment,
    /// Plain text; empty if nothing was said.
    pub note: String,
}

#[derive(Template)]
#[template(path = "_post.html")]
struct Fragment<'a> {
    post: &'a PostView,
}

impl PostView {
    /// How a post is shown in the feed.
    pub fn of(published: &Published, zone: &TimeZone) -> Self {
        let Published { post, author } = published;
        Self {
            id: post.id,
            number: post.number,
            alert: post.kind == Kind::Alert,
            severity: severity_class(post.severity),
            flag: severity_words(post.severity),
            drill: post.drill,
            title: post.title.clone(),
            html: post.html.clone(),
            long: post.html.len() > LONG,
            author: author.clone(),
            title_parts: Vec::new(),
            author_parts: Vec::new(),
            audience: words::audience(post.audience),
            audience_for_author: words::audience_for_author(post.audience),
            published: Moment::of(post.published_ms, zone),
            version: post.version,
            edited: post.edited_ms.map(|ms| Moment::of(ms, zone)),
            over: post.resolved_ms.map(|ms| Over {
                since: Moment::of(ms, zone),
                note: post.resolved_note.clone().unwrap_or_default(),
            }),
            withdrawn: post.withdrawn_ms.map(|ms| Over {
                since: Moment::of(ms, zone),
                note: post.withdrawn_reason.clone().unwrap_or_default(),
            }),
            expires: post.expires_ms.map(|ms| Moment::of(ms, zone)),
            expired: post.expired_ms.map(|ms| Moment::of(ms, zone)),
            pinned: post.pinned_until_ms.map(|ms| Moment::of(ms, zone)),
            repeats: post.repeated_ms.map(|ms| (post.repeats, Moment::of(ms, zone))),
            escalated: escalation::of(post).map(|escalated| Escalated::of(escalated, zone)),
            url: address(post),
            unread: false,
            own: false,
            old: clock::now_ms() - post.published_ms > LOUD_MS,
            ask: post.acknowledge.then(|| Ask::of(post, zone)),
            on_top: None,
            day: None,
            snoozed_until: None,
            snoozed_since: None,
        }
    }

    /// The same for one viewer, of whose unread posts it may be one.
    pub fn seen_by(
        self,
        user: UserId,
        writer: Option<UserId>,
        unread: Option<&UnreadPost>,
        zone: &TimeZone,
    ) -> Self {
        let snoozed_since = unread.and_then(|unread| unread.snoozed_ms).map(|ms| Moment::of(ms, zone));
        Self { unread: unread.is_some(), own: writer == Some(user), snoozed_since, ..self }
    }

    /// The same, if the viewer does not want to see it until then.
    pub fn snoozed(self, snoozed: Option<&Snoozed>, zone: &TimeZone) -> Self {
        Self { snoozed_until: snoozed.map(|snoozed| Moment::of(snoozed.until_ms, zone)), ..self }
    }

    /// The same with what its viewer said of it. Whom it did not reach as a reader is asked nothing.
    pub fn said(self, said: Option<OwnSaid>, is_reached: bool, zone: &TimeZone) -> Self {
        let at_ms = said.as_ref().map(|said| said.at_ms);
        let offer = said.as_ref().and_then(|said| usize::try_from(said.answer?).ok());
        let (answered_by, taken_by) = said.map_or((None, None), |said| (said.by, said.taken_by));
        let done = |ask: Ask| Ask {
            acknowledged: at_ms.map(|ms| Moment::of(ms, zone)),
            may_take_back: at_ms.is_some_and(|ms| ms > clock::ago_ms(TAKE_BACK_TIME)),
            answered: offer.and_then(|offer| Some(ask.offers.get(offer)?.text.clone())),
            answered_by,
            taken_by,
            ..ask
        };
        // Its author is led to what the others said.
        let is_shown = is_reached || self.own || at_ms.is_some();
        Self { ask: self.ask.filter(|_| is_shown).map(done), ..self }
    }

    /// The same with an answer that comes back, if one does.
    pub fn with_typed(self, typed: Option<Typed>) -> Self {
        Self { ask: self.ask.map(|ask| Ask { typed: typed.unwrap_or_default(), ..ask }), ..self }
    }

    /// The same with the words that were looked for marked.
    pub fn marked_by(self, query: &Query) -> Self {
        if query.wanted().is_empty() {
            return self;
        }
        Self {
            title_parts: search::marked_text(query, &self.title),
            author_parts: search::marked_text(query, &self.author),
            html: search::marked_html(query, &self.html),
            ..self
        }
    }

    /// What it looks like: an alert that is over no longer looks like one of its severity.
    pub fn classes(&self) -> String {
        let drill = if self.drill { " drill" } else { "" };
        let look = match (self.alert, &self.over) {
            (false, _) if self.withdrawn.is_some() => " withdrawn".to_owned(),
            (true, _) if self.withdrawn.is_some() => " alert over withdrawn".to_owned(),
            (false, _) if self.expired.is_some() => " expired".to_owned(),
            (true, _) if self.expired.is_some() => " alert over expired".to_owned(),
            (false, _) => String::new(),
            (true, None) if self.old => format!(" alert {} old", self.severity),
            (true, None) => format!(" alert {}", self.severity),
            (true, Some(_)) => " alert over".to_owned(),
        };
        format!("{look}{drill}")
    }

    /// The feed's row, as the event carries it.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn fragment(&self) -> Result<String, askama::Error> {
        Fragment { post: self }.render()
    }
}

/// The title as it is told where nothing else says that it is a drill.
pub fn marked_title(post: &Post) -> String {
    title_as_told(&post.title, post.drill)
}

/// The same of a post that may not be there yet.
pub fn title_as_told(title: &str, is_drill: bool) -> String {
    match is_drill {
        true => text::of("drill-title").with("title", title).unmarked(),
        false => title.to_owned(),
    }
}

/// The address of a post's own page.
pub fn address(post: &Post) -> String {
    format!("/posts/{}", post.id)
}
