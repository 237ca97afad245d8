//! The page of somebody's preferences, which consists of several forms: the one that comes back is shown as it was sent, the
//! others as they would say what is so now.

use askama::Template;
use jiff::tz::TimeZone;
use poem::Response;

use crate::{
    app::App,
    clock,
    domain::{
        preferences::{self, Preferences},
        quiet,
        telling::Sound,
        users::{Density, Reads, TextSize, Theme, User},
    },
    text::{self, Language},
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::{
            notice,
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::{
            duty::DutyView,
            quiet::{QuietForm, QuietNow},
        },
    },
};

/// The address of the page of preferences.
pub const ADDRESS: &str = "/account/preferences";

#[derive(Template)]
#[template(path = "preferences.html")]
struct PreferencesPage {
    page: Page,
    looks: LooksForm,
    quiet: QuietForm,
    now: QuietNow,
    duties: Vec<DutyView>,
    /// Until when, as typed.
    until: String,
    tells_titles: bool,
    sounds: Vec<SoundChoice>,
    /// The name of the server's time zone, and of that by which quiet hours go.
    server_zone: String,
    zone: String,
    zones: &'static [String],
}

/// What has a sound of its own.
struct SoundChoice {
    word: &'static str,
    name: String,
    chosen: bool,
}

/// What was sent, of which something is wrong.
#[derive(Default)]
pub struct Sent {
    pub looks: Option<LooksForm>,
    pub quiet: Option<QuietForm>,
    pub until: Option<String>,
}

/// The form for how pages look and what counts as read.
pub struct LooksForm {
    /// The tag of a language; empty for the browser's.
    language: String,
    /// The name of a time zone; empty for the server's.
    zone: String,
    theme: String,
    text_size: String,
    density: String,
    reads: String,
}

/// Somebody's preferences, as a page.
pub fn page(current: &CurrentUser) -> Page {
    Page::of(&current.user, Section::Account)
}

/// The answer to a form that was taken.
pub fn saved(done: &str) -> Response {
    notice::lead_to(ADDRESS, done)
}

/// The zone by which somebody's quiet hours go.
pub fn zone_of(app: &App, user: &User) -> TimeZone {
    preferences::zone(user).unwrap_or_else(|| app.config.time_zone.clone())
}

/// Shows the page.
///
/// # Errors
/// Those of the database.
pub async fn show(app: &App, current: &CurrentUser, page: Page, sent: Sent) -> Result<Response, Error> {
    let (db, user) = (&app.db.read, &current.user);
    let (zone, now) = (zone_of(app, user), clock::now());
    let quiet = quiet::of(db, user.user_id()).await?;
    let groups = quiet::groups_of(db, user.user_id()).await?;
    let form = sent.quiet.unwrap_or_else(|| QuietForm::of(&quiet.rules, &groups));
    let sounds = user.sounds();
    let sound = |sound: Sound| SoundChoice {
        word: sound.word(),
        name: text::say(sound_key(sound)),
        chosen: sounds.has(sound),
    };
    let name_of = |zone: &TimeZone| zone.iana_name().unwrap_or("UTC").to_owned();
    let status = page.problems.status();
    let shown = PreferencesPage {
        page,
        looks: sent.looks.unwrap_or_else(|| LooksForm::of(user)),
        quiet: form,
        now: QuietNow::of(&quiet, now, &zone),
        duties: DutyView::of(app, user, &groups).await?,
        until: sent.until.unwrap_or_default(),
        tells_titles: user.tells_titles,
        sounds: Sound::ALL.into_iter().map(sound).collect(),
        server_zone: name_of(&app.config.time_zone),
        zone: name_of(&zone),
        zones: preferences::zones(),
    };
    page::show(status, &shown)
}

fn sound_key(sound: Sound) -> &'static str {
    use crate::domain::posts::Severity::{Critical, Info, Warning};
    match sound {
        Sound::News => text::key("sound-news"),
        Sound::Alert(Info) => text::key("sound-info"),
        Sound::Alert(Warning) => text::key("sound-warning"),
        Sound::Alert(Critical) => text::key("sound-critical"),
    }
}

impl LooksForm {
    fn of(user: &User) -> Self {
        Self {
            language: user.language.clone().unwrap_or_default(),
            zone: user.time_zone.clone().unwrap_or_default(),
            theme: user.theme.word().into(),
            text_size: user.text_size.word().into(),
            density: user.density.word().into(),
            reads: user.reads.word().into(),
        }
    }

    /// What was sent; a field that is not there stays as it is.
    pub fn sent(fields: &SmallForm, user: &User) -> Self {
        let now = Self::of(user);
        let sent = |name, otherwise| fields.all(name).into_iter().next().unwrap_or(otherwise);
        Self {
            language: sent("language", now.language),
            zone: sent("zone", now.zone),
            theme: sent("theme", now.theme),
            text_size: sent("text_size", now.text_size),
            density: sent("density", now.density),
            reads: sent("reads", now.reads),
        }
    }

    /// What it says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self) -> Result<Preferences, Problems> {
        let choose = || text::say("preferences-choose");
        let language = match self.language.as_str() {
            "" => Ok(None),
            tag => Language::of_tag(tag).map(Some).ok_or_else(|| text::say("preferences-choose-language")),
        };
        let mut problems = Problems::default();
        let parsed = (
            problems.check("language", language),
            problems.check("zone", preferences::parse_zone(&self.zone)),
            problems.check("theme", Theme::parse(&self.theme).ok_or_else(choose)),
            problems.check("text_size", TextSize::parse(&self.text_size).ok_or_else(choose)),
            problems.check("density", Density::parse(&self.density).ok_or_else(choose)),
            problems.check("reads", Reads::parse(&self.reads).ok_or_else(choose)),
        );
        let (Some(language), Some(zone), Some(theme), Some(text_size), Some(density), Some(reads)) = parsed
        else {
            return Err(problems);
        };
        Ok(Preferences { language, zone, theme, text_size, density, reads })
    }
}
