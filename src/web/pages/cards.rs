//! One card on a page of its own.

use askama::Template;
use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};
use sea_orm::DbErr;

use crate::{
    app::App,
    clock::{self, Moment},
    domain::{
        alarms::{
            self,
            pauses::{self, Wish},
        },
        boards,
        cards::{self, Board, Card, CardKey, output},
        posts,
        reveals::SecretKind,
    },
    live::audience::Viewer,
    tables, text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm, query::Query, session::AskingSession},
        pages::cards::pings::PingView,
        respond::{
            download,
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            reveal::{self, Reveal},
            section::Section,
        },
        views::{
            card::CardView,
            history::{self, ChartView},
            pause::PauseForm,
            post,
        },
    },
};

pub mod pings;

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage {
    page: Page,
    card: CardView,
    board_name: String,
    board_slug: String,
    /// What it was, drawn.
    charts: Vec<ChartView>,
    /// Whether nothing more is kept.
    is_full: bool,
    /// What was written last behind it, for whom that is.
    output: Option<OutputView>,
    /// The address by which it is pinged, for whom that is.
    ping: Option<PingView>,
    /// The alerts about it that the viewer may see: address and title.
    alerts: Vec<(String, String)>,
    /// For its owner and administrators, if it raises alarms.
    form: Option<PauseForm>,
}

const NOTICES: Notices = &[("ping-removed", text::key("notice-ping-removed"))];

struct OutputView {
    text: String,
    at: Moment,
}

/// `GET /cards/{key}`, and `GET /cards/{key}.csv`: 404 for who may not see it, or not its board.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    asking: AskingSession,
    headers: &HeaderMap,
    query: Query,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    // A key may end in `.csv` itself.
    if let Some((card, board)) = find(&app, &viewer, &name).await? {
        let shown = reveal::secret(&app, SecretKind::Ping, asking, &query.one("made")).await?;
        let shown = shown.map(|secret| format!("{}/ping/{secret}", page::origin(&app, headers)));
        let page = Page::of(&current.user, Section::Boards).with_notice(notice::find(&query, NOTICES));
        return show_page(&app, &current, page, (&card, &board), shown).await;
    }
    let key = name.strip_suffix(".csv").ok_or(Error::NotFound)?;
    let (card, _) = find(&app, &viewer, key).await?.ok_or(Error::NotFound)?;
    let kept = app.history.read(&app.db.read, &card, clock::now_ms()).await?;
    Ok(download::whole(&format!("{key}.csv"), tables::CONTENT_TYPE, history::csv(&card, &kept)))
}

/// `POST /cards/{key}/pause`: it raises no alarms for so long.
#[handler]
pub async fn pause_alarms(
    current: CurrentUser,
    app: Data<&App>,
    Path(key): Path<String>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (card, board) = find_theirs(&app, &current, &key).await?;
    match pauses::until_after(&fields.one("minutes")) {
        Ok(until_ms) => set_pause(&app, &current, &card, Some(until_ms)).await,
        Err(problem) => {
            let page = Page::of(&current.user, Section::Boards);
            let page = page.with_problems(Problems::one("minutes", problem));
            show_page(&app, &current, page, (&card, &board), Reveal::Nothing).await
        }
    }
}

/// `POST /cards/{key}/pause/removal`: it raises alarms again.
#[handler]
pub async fn resume_alarms(
    current: CurrentUser,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let (card, _) = find_theirs(&app, &current, &key).await?;
    set_pause(&app, &current, &card, None).await
}

async fn set_pause(
    app: &App,
    current: &CurrentUser,
    card: &Card,
    until_ms: Option<i64>,
) -> Result<Response, Error> {
    let key = CardKey::parse(&card.key).ok_or(Error::NotFound)?;
    let wish = Wish { by: &current.by(), name: &current.user.name, until_ms };
    pauses::set_card(&app.changes, &wish, &key).await?.ok_or(Error::NotFound)?;
    Ok(page::see_other(&format!("/cards/{key}")))
}

/// The card of this name and its board, if they may see both and change it.
async fn find_theirs(app: &App, current: &CurrentUser, name: &str) -> Result<(Card, Board), Error> {
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    let (card, board) = find(app, &viewer, name).await?.ok_or(Error::NotFound)?;
    if is_theirs(current, &card) { Ok((card, board)) } else { Err(Error::Forbidden) }
}

/// The card of this name and its board, if the viewer may see both.
async fn find(app: &App, viewer: &Viewer, name: &str) -> Result<Option<(Card, Board)>, DbErr> {
    let Some(key) = CardKey::parse(name) else { return Ok(None) };
    let Some(card) = cards::find(&app.db.read, &key).await? else { return Ok(None) };
    let board = boards::find_by_id(&app.db.read, card.board).await?;
    Ok(board.filter(|board| card.is_seen_by(board, viewer)).map(|board| (card, board)))
}

/// Whether they are the card's owner or an administrator.
fn is_theirs(current: &CurrentUser, card: &Card) -> bool {
    current.user.is_admin() || card.owner == current.user.user_id()
}

async fn show_page(
    app: &App,
    current: &CurrentUser,
    page: Page,
    (card, board): (&Card, &Board),
    made: Reveal<String>,
) -> Result<Response, Error> {
    let (is_theirs, mut output, mut ping) = (is_theirs(current, card), None, None);
    if is_theirs {
        output = output::find(&app.db.read, card.id).await?;
        ping = pings::view(app, card, made).await?;
    }
    let (now, zone) = (clock::now_ms(), &app.config.time_zone);
    let kept = app.history.read(&app.db.read, card, now).await?;
    let mut view = CardView::of(card, board.layout.place(&card.key), zone);
    if let Some(recent) = app.state.recents(board.id).get(&card.key) {
        view.show_recent(card, recent);
    }
    let mut alerts = Vec::new();
    for id in alarms::posts::of_card(&app.db.read, card.id).await? {
        let found = posts::find(&app.db.read, current.user.user_id(), id).await?;
        alerts.extend(found.map(|found| (post::address(&found.post), found.post.title)));
    }
    let may_pause = is_theirs && card.rules.is_some();
    let address = format!("/cards/{}", card.key);
    let shown = CardPage {
        page,
        alerts,
        form: may_pause.then(|| PauseForm::of(&address, card.pause.as_deref(), zone)),
        card: view,
        board_name: board.name.to_string(),
        board_slug: board.slug.to_string(),
        charts: history::charts(card, &kept, now, zone),
        is_full: app.history.is_full(),
        output: output.map(|output| OutputView { text: output.text, at: Moment::of(output.at_ms, zone) }),
        ping,
    };
    page::show(shown.page.problems.status(), &shown)
}
