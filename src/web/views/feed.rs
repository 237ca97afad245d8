//! Which part of the feed a page shows, as its address and its forms say it.

use form_urlencoded::Serializer;

use crate::{
    domain::posts::{Filter, Kind, Severity},
    web::extract::{form::SmallForm, query::Query},
};

/// The fields of a list's address. What is not understood counts as absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeedFilter {
    /// Only what the viewer has not read.
    pub unread: bool,
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
        Self { unread: field("unread") == "1", before: None, kind, severity }
    }

    /// Which posts these are.
    pub fn filter(&self) -> Filter {
        Filter { before: self.before, kind: self.kind, severity: self.severity }
    }

    /// Whether these are the newest of all, or of all that are unread.
    pub fn is_newest(&self) -> bool {
        self.before.is_none() && !self.is_of_kind()
    }

    /// Whether only some kind of posts is shown.
    pub fn is_of_kind(&self) -> bool {
        self.kind.is_some() || self.severity.is_some()
    }

    /// The fields but for the place in the list, as forms send them.
    pub fn fields(&self) -> Vec<(&'static str, &'static str)> {
        let kind = self.kind.map(|kind| if kind == Kind::News { "news" } else { "alert" });
        let severity = self.severity.map(|severity| match severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        });
        let unread = self.unread.then_some(("unread", "1"));
        let others = [kind.map(|kind| ("kind", kind)), severity.map(|severity| ("severity", severity))];
        unread.into_iter().chain(others.into_iter().flatten()).collect()
    }

    /// The address of the list, from its beginning, with these fields besides.
    pub fn address(&self, others: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.fields()).extend_pairs(others);
        let query = query.finish();
        if query.is_empty() { "/".into() } else { format!("/?{query}") }
    }
}
