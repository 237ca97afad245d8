//! Which posts a program asks for, and where the next of them are.

use serde::Deserialize;

use crate::{
    app::App,
    domain::{
        posts::{Filter, Kind, Severity, search},
        users,
    },
    ids::UserId,
    web::{
        api::{fields::word, limit::Limit, posts::MAX_PAGE_SIZE},
        problem::Problem,
        views::feed,
    },
};

/// The address of a list, behind its `?`.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    before: Option<i64>,
    pub(super) limit: Option<Limit<MAX_PAGE_SIZE>>,
    kind: Option<Kind>,
    severity: Option<Severity>,
    q: Option<String>,
    from: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

impl ListQuery {
    pub(super) async fn filter(&self, app: &App) -> Result<Filter, Problem> {
        let (db, zone) = (&app.db.read, &app.config.time_zone);
        let malformed = |name: &str| Problem::Malformed(format!("`{name}` is a day like 2026-12-31"));
        let day = |name: &str, typed: &Option<String>| {
            typed.as_deref().map(|typed| feed::day(typed).ok_or_else(|| malformed(name))).transpose()
        };
        let (since, until) = (day("since", &self.since)?, day("until", &self.until)?);
        let author = match self.from.as_deref() {
            None => None,
            Some(name) => {
                Some(users::find_by_name(db, name).await?.map_or(UserId::NOBODY, |user| user.user_id()))
            }
        };
        Ok(Filter {
            before: self.before,
            kind: self.kind,
            severity: self.severity,
            author,
            since_ms: since.and_then(|day| feed::begin(day, zone)),
            until_ms: until.and_then(|day| feed::end(day, zone)),
            query: search::Query::parse(self.q.as_deref().unwrap_or_default()),
            without: Vec::new(),
        })
    }

    pub(super) fn next(&self, before: i64, limit: u64) -> String {
        let mut next = form_urlencoded::Serializer::new(String::new());
        next.append_pair("before", &before.to_string()).append_pair("limit", &limit.to_string());
        let typed = [("q", &self.q), ("from", &self.from), ("since", &self.since), ("until", &self.until)];
        let fields =
            [("kind", self.kind.map(|kind| word(&kind))), ("severity", self.severity.map(|one| word(&one)))];
        let typed = typed.into_iter().map(|(name, value)| (name, value.clone()));
        for (name, value) in fields.into_iter().chain(typed) {
            next.extend_pairs(value.map(|value| (name, value)));
        }
        format!("/api/v1/posts?{}", next.finish())
    }
}
