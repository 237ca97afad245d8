//! Which part of the feed a page shows, as its address and its forms say it.

use form_urlencoded::Serializer;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    clock,
    domain::{
        posts::{Filter, Kind, Severity, search},
        users,
    },
    ids::UserId,
    text,
    web::extract::{form::SmallForm, query::Query},
};

/// Characters of what is typed into a field; what is searched has fewer.
const MAX_TYPED: usize = 500;

/// The fields of a list's address. What is not understood counts as absent.
#[derive(Clone, Debug, Default)]
pub struct FeedFilter {
    /// Only what the viewer has not read.
    pub unread: bool,
    /// Only what the viewer has snoozed.
    pub snoozed: bool,
    /// What is looked for, as it was typed.
    pub typed: String,
    /// Who is to have written it, as it was typed.
    pub from: String,
    since: Option<Date>,
    until: Option<Date>,
    before: Option<i64>,
    kind: Option<Kind>,
    severity: Option<Severity>,
}

impl FeedFilter {
    /// As a page's address says it.
    pub fn of(query: &Query) -> Self {
        Self { before: query.number("before"), ..Self::read(|name| query.one(name)) }
    }

    /// As the query of an address says it.
    pub fn of_query(query: &str) -> Self {
        Self::of(&Query::parse(query))
    }

    /// As a form says it.
    pub fn of_form(form: &SmallForm) -> Self {
        Self::read(|name| form.one(name))
    }

    fn read(field: impl Fn(&str) -> String) -> Self {
        let kind = match field("kind").as_str() {
            "news" => Some(Kind::News),
            "alert" => Some(Kind::Alert),
            _ => None,
        };
        let severity = match field("severity").as_str() {
            "info" => Some(Severity::Info),
            "warning" => Some(Severity::Warning),
            "critical" => Some(Severity::Critical),
            _ => None,
        };
        let typed = |name| -> String { field(name).trim().chars().take(MAX_TYPED).collect() };
        let (typed, from) = (typed("q"), typed("from"));
        let day = |name| day(&field(name));
        let (since, until) = (day("since"), day("until"));
        let snoozed = field("snoozed") == "1";
        let unread = field("unread") == "1" && !snoozed;
        Self { unread, snoozed, typed, from, since, until, before: None, kind, severity }
    }

    /// Which posts these are. Days are those of the zone. Fails as the database does.
    pub async fn filter(&self, db: &impl ConnectionTrait, zone: &TimeZone) -> Result<Filter, DbErr> {
        // A name that nobody has finds what one finds of somebody who wrote nothing.
        let author = match self.from.as_str() {
            "" => None,
            name => Some(users::find_by_name(db, name).await?.map_or(UserId::NOBODY, |user| user.user_id())),
        };
        Ok(Filter {
            before: self.before,
            kind: self.kind,
            severity: self.severity,
            author,
            since_ms: self.since.and_then(|day| begin(day, zone)),
            until_ms: self.until.and_then(|day| end(day, zone)),
            query: self.query(),
            without: Vec::new(),
        })
    }

    /// What is looked for.
    pub fn query(&self) -> search::Query {
        search::Query::parse(&self.typed)
    }

    /// Whether it is the beginning of a list.
    pub fn is_first(&self) -> bool {
        self.before.is_none()
    }

    /// Whether these are the newest of all, or of all that are unread.
    pub fn is_newest(&self) -> bool {
        self.is_first() && self.has_urgent_first()
    }

    /// Whether what is urgent stands on top of the list, and what is snoozed is not in it.
    pub fn has_urgent_first(&self) -> bool {
        !self.is_narrow() && !self.snoozed
    }

    /// Whether only some posts are shown, read or not.
    pub fn is_narrow(&self) -> bool {
        !self.typed.is_empty() || self.has_more_than_words()
    }

    /// Whether something beside words is asked for.
    pub fn has_more_than_words(&self) -> bool {
        let days = self.since.or(self.until);
        self.kind.is_some() || self.severity.is_some() || days.is_some() || !self.from.is_empty()
    }

    /// The value of a field; empty when it is not set.
    pub fn value(&self, name: &str) -> String {
        self.fields()
            .into_iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    /// The fields but for the place in the list, as forms send them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let kind = self.kind.map(|kind| if kind == Kind::News { "news" } else { "alert" }.to_owned());
        let severity = self.severity.map(|severity| severity_word(severity).to_owned());
        let typed = |typed: &String| Some(typed.clone()).filter(|typed| !typed.is_empty());
        let fields = [
            ("q", typed(&self.typed)),
            ("unread", self.unread.then(|| "1".to_owned())),
            ("snoozed", self.snoozed.then(|| "1".to_owned())),
            ("kind", kind),
            ("severity", severity),
            ("from", typed(&self.from)),
            ("since", self.since.map(|day| day.to_string())),
            ("until", self.until.map(|day| day.to_string())),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The same fields behind an address; empty, when the list is everything.
    pub fn behind(&self) -> String {
        Serializer::new(String::new()).extend_pairs(self.fields()).finish()
    }

    /// The address of the list, from its beginning, with these fields besides.
    pub fn address(&self, others: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.fields()).extend_pairs(others);
        let query = query.finish();
        if query.is_empty() { "/".into() } else { format!("/?{query}") }
    }

    /// The address of the list's beginning.
    pub fn beginning(&self) -> String {
        self.address(&[])
    }

    /// The address of the same, whether it was read or not, or of what was not alone.
    pub fn address_of(&self, unread: bool) -> String {
        Self { unread, snoozed: false, ..self.clone() }.address(&[])
    }

    /// The address of what of it is snoozed.
    pub fn address_of_snoozed(&self) -> String {
        Self { unread: false, snoozed: true, ..self.clone() }.address(&[])
    }

    /// What is asked for, in words.
    pub fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if !self.typed.is_empty() {
            told.push(text::of("find-set-words").with("words", &self.typed).say());
        }
        told.extend(self.kind.map(|kind| match kind {
            Kind::News => text::say("find-set-news"),
            Kind::Alert => text::say("find-set-alerts"),
        }));
        told.extend(self.severity.map(|severity| match severity {
            Severity::Info => text::say("severity-info"),
            Severity::Warning => text::say("severity-warning"),
            Severity::Critical => text::say("severity-critical"),
        }));
        if !self.from.is_empty() {
            told.push(text::of("find-set-from").with("name", &self.from).say());
        }
        let day =
            |key, day: Option<Date>| day.map(|day| text::of(key).with("day", clock::day_in_words(day)).say());
        told.extend(day(text::key("find-set-since"), self.since));
        told.extend(day(text::key("find-set-until"), self.until));
        told
    }
}

/// A day as browsers send it; none, if it is none.
pub fn day(typed: &str) -> Option<Date> {
    typed.trim().parse().ok()
}

/// When a day begins in the zone, in Unix milliseconds.
pub fn begin(day: Date, zone: &TimeZone) -> Option<i64> {
    Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
}

/// When the day after begins.
pub fn end(day: Date, zone: &TimeZone) -> Option<i64> {
    begin(day.checked_add(1.day()).ok()?, zone)
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}
