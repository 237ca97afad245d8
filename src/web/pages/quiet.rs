//! What one does not want to be told of, and when: the forms of the page of preferences that say so.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use poem::{Response, handler, web::Data};

use crate::{
    app::App,
    clock,
    domain::quiet,
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::problems::Problems,
        views::{
            preferences::{self as view, Sent},
            quiet::{self as quiet_view, QuietForm},
        },
    },
};

/// Who says “until” once may forget it.
const LONGEST: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// `POST /account/preferences/quiet`: what is muted, and the quiet hours.
#[handler]
pub async fn save(current: CurrentUser, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    let user = current.user.user_id();
    let form = QuietForm::sent(&fields, &quiet::groups_of(&app.db.read, user).await?);
    let rules = match form.parse() {
        Ok(rules) => rules,
        Err(problems) => {
            let page = view::page(&current).with_problems(problems);
            return view::show(&app, &current, page, Sent { quiet: Some(form), ..Sent::default() }).await;
        }
    };
    quiet::save(&app.changes, user, &rules).await?;
    Ok(view::saved("saved"))
}

/// `POST /account/quiet`: for once, until then.
#[handler]
pub async fn begin(current: CurrentUser, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    let typed = fields.one("until");
    let until = quiet_view::parse_moment(&typed, &view::zone_of(&app, &current.user));
    let until = match parse_until(until) {
        Ok(until) => until,
        Err(problem) => {
            let page = view::page(&current).with_problems(Problems::one("until", problem));
            return view::show(&app, &current, page, Sent { until: Some(typed), ..Sent::default() }).await;
        }
    };
    quiet::set_until(&app.db.write, current.user.user_id(), Some(until.as_millisecond())).await?;
    Ok(view::saved("quiet"))
}

/// `POST /account/quiet/removal`: not until then after all.
#[handler]
pub async fn end(current: CurrentUser, app: Data<&App>, _sent: SmallForm) -> Result<Response, Error> {
    quiet::set_until(&app.db.write, current.user.user_id(), None).await?;
    Ok(view::saved("quiet-ended"))
}

/// `POST /account/quiet/exception`: leaves out the quiet hours of that day, for once.
#[handler]
pub async fn leave_out(current: CurrentUser, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    // No page of ours offers another.
    let day: Date = fields.one("day").parse().map_err(|_| Error::NotFound)?;
    quiet::set_skipped(&app.db.write, current.user.user_id(), Some(day)).await?;
    Ok(view::saved("left-out"))
}

/// `POST /account/quiet/exception/removal`: they hold after all.
#[handler]
pub async fn keep(current: CurrentUser, app: Data<&App>, _sent: SmallForm) -> Result<Response, Error> {
    quiet::set_skipped(&app.db.write, current.user.user_id(), None).await?;
    Ok(view::saved("not-left-out"))
}

fn parse_until(until: Option<Timestamp>) -> Result<Timestamp, String> {
    let until = until.ok_or_else(|| text::say("quiet-no-moment"))?;
    if until <= clock::now() {
        return Err(text::say("quiet-past"));
    }
    if until.as_millisecond() > clock::in_ms(LONGEST) {
        return Err(text::say("quiet-too-long"));
    }
    Ok(until)
}
