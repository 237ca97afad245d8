//! Which entries of the audit log are asked for.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use sea_orm::ActiveEnum;

use crate::{
    domain::audit::{Action, Filter, Outcome},
    web::extract::query::Query,
};

/// The filters, as they were typed.
pub struct Typed {
    pub name: String,
    pub act: String,
    pub outcome: String,
    pub from: String,
    pub to: String,
    pub before: Option<i64>,
}

impl Typed {
    pub fn of(query: &Query) -> Self {
        Self {
            name: query.one("name"),
            act: query.one("act"),
            outcome: query.one("outcome"),
            from: query.one("from"),
            to: query.one("to"),
            before: query.number("before"),
        }
    }

    /// # Errors
    /// What is wrong with them.
    pub fn filter(&self, zone: &TimeZone) -> Result<Filter, &'static str> {
        let act = given(&self.act).map(|act| Action::try_from_value(&act.to_owned())).transpose();
        let outcome = given(&self.outcome).map(|outcome| Outcome::try_from_value(&outcome.to_owned()));
        let from = given(&self.from).map(|day| midnight(day, zone, 0)).transpose();
        // The last day counts until its end.
        let until = given(&self.to).map(|day| midnight(day, zone, 1)).transpose();
        Ok(Filter {
            name: given(&self.name).map(str::to_owned),
            action: act.map_err(|_| "Choose from the list what is to be shown.")?,
            outcome: outcome.transpose().map_err(|_| "Choose from the list what came of it.")?,
            from_ms: from.map_err(|_| NO_DAY)?,
            until_ms: until.map_err(|_| NO_DAY)?,
        })
    }

    /// As they stand behind an address.
    pub fn query(&self) -> String {
        let filters = [
            ("name", &self.name),
            ("act", &self.act),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let filters = filters.into_iter().filter(|(_, typed)| !typed.is_empty());
        form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish()
    }
}

const NO_DAY: &str = "A day is written like 2026-11-24.";

/// What was typed into a filter, if anything was.
fn given(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

/// When a day begins, or one that many days later, in Unix milliseconds.
fn midnight(day: &str, zone: &TimeZone, later: i64) -> Result<i64, jiff::Error> {
    let day = day.parse::<Date>()?.checked_add(later.days())?;
    Ok(day.to_zoned(zone.clone())?.timestamp().as_millisecond())
}
