//! The address by which a card is pinged, on the card's page: for its owner and administrators.

use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::Moment,
    domain::{cards::Card, pings, users},
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm, session::AskingSession},
        pages::cards,
        respond::{notice, page, question::Question, reveal::Reveal, section::Section},
    },
};

/// What stands in the place of an address that is not shown any more.
const PLACEHOLDER: &str = "ADDRESS";

/// What the card's page says of its address.
pub struct PingView {
    /// The address, when it was just made.
    pub shown: Reveal<String>,
    /// When it was made, if there is one.
    pub made: Option<Moment>,
    /// What is to be called in the lines to copy.
    pub called: String,
}

/// What is said of the card's address to whom that is for; none where there can be none.
///
/// # Errors
/// Those of the database.
pub async fn view(app: &App, card: &Card, shown: Reveal<String>) -> Result<Option<PingView>, Error> {
    if !can_be_pinged(app, card).await? {
        return Ok(None);
    }
    let made = pings::of_card(&app.db.read, card.id).await?;
    let made = made.map(|made| Moment::of(made.made_ms, &app.config.time_zone));
    let called = match &shown {
        Reveal::Now(address) => address.clone(),
        _ => PLACEHOLDER.to_owned(),
    };
    Ok(Some(PingView { shown, made, called }))
}

/// `POST /cards/{key}/ping`: makes an address, and on to the page that shows it, once. An earlier one ends.
#[handler]
pub async fn create(
    current: CurrentUser,
    app: Data<&App>,
    asking: AskingSession,
    Path(key): Path<String>,
    _sent: SmallForm,
) -> Result<Response, Error> {
    let (card, _) = cards::find_theirs(&app, &current, &key).await?;
    if !can_be_pinged(&app, &card).await? {
        return Err(Error::NotFound);
    }
    let reference = pings::add_to_show(&app.changes, &current.by(), &card, &asking.id).await?;
    Ok(page::see_other(&format!("/cards/{key}?made={reference}#pings")))
}

/// `GET /cards/{key}/ping/removal`: asks, and names what goes with it.
#[handler]
pub async fn ask(current: CurrentUser, app: Data<&App>, Path(key): Path<String>) -> Result<Response, Error> {
    let (card, _) = cards::find_theirs(&app, &current, &key).await?;
    pings::of_card(&app.db.read, card.id).await?.ok_or(Error::NotFound)?;
    let title = text::of("question-ping").with("card", &*card.title).say();
    let action = format!("/cards/{key}/ping/removal");
    Question::new(title, text::say("question-ping-button"), action, format!("/cards/{key}"))
        .consequence(text::say("question-ping-1"))
        .consequence(text::say("question-ping-2"))
        .ask(&current.user, Section::Boards)
}

/// `POST /cards/{key}/ping/removal`.
#[handler]
pub async fn remove(
    current: CurrentUser,
    app: Data<&App>,
    Path(key): Path<String>,
    _sent: SmallForm,
) -> Result<Response, Error> {
    let (card, _) = cards::find_theirs(&app, &current, &key).await?;
    pings::remove(&app.changes, &current.by(), &card).await?;
    Ok(notice::lead_to(&format!("/cards/{key}"), "ping-removed"))
}

/// Whether there is something to ping, and its owner may keep cards.
async fn can_be_pinged(app: &App, card: &Card) -> Result<bool, Error> {
    let owner = users::find(&app.db.read, card.owner).await?;
    Ok(pings::is_for(card) && owner.as_ref().is_some_and(pings::may_be_pinged))
}
