//! Which entries of the audit log are asked for.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sea_orm::ActiveEnum;

use crate::{
    app::App,
    domain::audit::{self, Action, Filter, MAX_NAMES, Outcome},
    text,
    web::{extract::query::Query, respond::problems::Refused},
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
    /// What is wrong with them, and those of the database.
    pub async fn filter(&self, app: &App) -> Result<Filter, Refused> {
        let filter = self.parse(&text::zone_or(&app.config.time_zone)).map_err(Refused::Because)?;
        let Some(name) = given(&self.name) else { return Ok(filter) };
        let names =
            audit::find_names(&app.db.read, name).await.map_err(|error| Refused::Failed(error.into()))?;
        if names.is_none() {
            return Err(Refused::Because(text::of("filter-names").with("most", MAX_NAMES).say()));
        }
        Ok(Filter { names, ..filter })
    }

    /// Whether a period is asked for.
    pub fn has_period(&self) -> bool {
        given(&self.from).or(given(&self.to)).is_some()
    }

    fn parse(&self, zone: &TimeZone) -> Result<Filter, String> {
        let act = given(&self.act).map(|act| Action::try_from_value(&act.to_owned())).transpose();
        let outcome = given(&self.outcome).map(|outcome| Outcome::try_from_value(&outcome.to_owned()));
        let from = given(&self.from).map(str::parse::<Date>).transpose().map_err(|_| text::say(NO_DAY))?;
        let to = given(&self.to).map(str::parse::<Date>).transpose().map_err(|_| text::say(NO_DAY))?;
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(text::say("filter-days"));
        }
        // The last day counts until its end.
        let end = to.map(|day| day.checked_add(1.day())).transpose().map_err(|_| text::say(NO_DAY))?;
        let midnight =
            |day: Option<Date>| day.map(|day| midnight(day, zone)).transpose().map_err(|_| text::say(NO_DAY));
        Ok(Filter {
            names: None,
            action: act.map_err(|_| text::say("filter-act"))?,
            outcome: outcome.transpose().map_err(|_| text::say("filter-outcome"))?,
            from_ms: midnight(from)?,
            until_ms: midnight(end)?,
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

const NO_DAY: &str = text::key("filter-day");

/// What was typed into a filter, if anything was.
fn given(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

/// When a day begins, in Unix milliseconds.
fn midnight(day: Date, zone: &TimeZone) -> Result<i64, jiff::Error> {
    Ok(day.to_zoned(zone.clone())?.timestamp().as_millisecond())
}

/// The day of a time in Unix milliseconds, as it is typed.
pub fn day(ms: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    at.to_zoned(zone.clone()).date().to_string()
}
