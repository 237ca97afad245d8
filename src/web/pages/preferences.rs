//! How one's pages are, and how one is told: the forms of the page of preferences, but for those of quiet.

use poem::{Response, handler, web::Data};

use crate::{
    app::App,
    domain::{
        preferences::{self, Telling},
        telling::Sounds,
    },
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm, query::Query},
        respond::notice::{self, Notices},
        views::preferences::{self as view, LooksForm, Sent},
    },
};

const NOTICES: Notices = &[
    ("saved", text::key("notice-preferences")),
    ("quiet", text::key("notice-quiet")),
    ("quiet-ended", text::key("notice-quiet-ended")),
    ("left-out", text::key("notice-left-out")),
    ("not-left-out", text::key("notice-not-left-out")),
];

/// `GET /account/preferences`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let page = view::page(&current).with_notice(notice::find(&query, NOTICES));
    view::show(&app, &current, page, Sent::default()).await
}

/// `POST /account/preferences`: how pages look, and by what a post counts as read. A field that is not there stays as it is.
#[handler]
pub async fn save(current: CurrentUser, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    let form = LooksForm::sent(&fields, &current.user);
    let chosen = match form.parse() {
        Ok(chosen) => chosen,
        Err(problems) => {
            let page = view::page(&current).with_problems(problems);
            return view::show(&app, &current, page, Sent { looks: Some(form), ..Sent::default() }).await;
        }
    };
    preferences::save(&app.db.write, current.user.user_id(), &chosen).await?;
    Ok(view::saved("saved"))
}

/// `POST /account/preferences/telling`: whether notifications have titles, and of what there is a sound.
#[handler]
pub async fn save_telling(
    current: CurrentUser,
    app: Data<&App>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let with_titles = !fields.one("titles").is_empty();
    let chosen = Telling { with_titles, sounds: Sounds::of_words(&fields.all("sounds")) };
    preferences::save_telling(&app.db.write, current.user.user_id(), &chosen).await?;
    Ok(view::saved("saved"))
}
