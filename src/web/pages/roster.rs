//! Who has seen a post: numbers first, then the people, for its author and its coordinators.

use askama::Template;
use form_urlencoded::Serializer;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::{
        organisation::Receipts,
        posts::{
            Kind, Published, answers, coordinators,
            roster::{self, Filter, Numbers, RosterState, View},
            roster_header,
        },
        search::PAGE_SIZE,
        users,
    },
    ids::{GroupId, UserId},
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            section::Section,
        },
        views::{list::ListView, post::PostView, post_form::new_key},
    },
};

pub mod calls;
mod escalation_view;
pub mod export;
pub mod follow_ups;
pub mod people;
pub mod record;
mod reminders_view;
mod rows;
pub mod sheet;

use self::{
    escalation_view::EscalationView,
    reminders_view::RemindersView,
    rows::{AnswerCount, PersonRow, StateLink, counts, links},
};

/// So many of those who need help stand on top; the list has all.
const MAX_HELP: u64 = 100;

const NOTICES: Notices = &[
    ("taken", text::key("notice-call-taken")),
    ("given-back", text::key("notice-call-given-back")),
    ("answered", text::key("notice-answered-for")),
    ("own-answer", text::key("answer-for-own")),
    ("reminders-stopped", text::key("notice-reminders-stopped")),
    ("escalation-stopped", text::key("notice-escalation-stopped")),
];

#[derive(Template)]
#[template(path = "roster.html")]
struct RosterPage {
    page: Page,
    post: PostView,
    numbers: Numbers,
    /// Who coordinates it.
    coordinators: Option<String>,
    /// The reminders by themselves, if there are any.
    reminders: Option<RemindersView>,
    escalation: EscalationView,
    /// As which it says what stands beside numbers and people.
    beside: String,
    /// Tells one pressing of “Remind” from another.
    key: String,
    /// What was answered, the calls for help first.
    tally: Vec<AnswerCount>,
    /// Who needs help, the longest waiting first.
    help: Vec<PersonRow>,
    /// Whether people may be answered for.
    may_answer: bool,
    /// Whether it is an alert that goes on.
    may_resolve: bool,
    /// Whether people are told by name: those who were asked to say something, or all where the organisation chose names.
    has_names: bool,
    /// Whether they were asked to say something.
    is_asked: bool,
    /// Whether who is in a closed group is left out.
    is_partial: bool,
    /// Whether the organisation lets authors see nothing of who has read it.
    is_told_nothing: bool,
    /// What the organisation lets authors see of who has read it, in a sentence.
    privacy: String,
    people: Vec<PersonRow>,
    filters: Vec<StateLink>,
    /// The state that is listed; empty for all.
    state: &'static str,
    groups: Vec<GroupChoice>,
    list: ListView,
    export: String,
}

struct GroupChoice {
    id: i64,
    name: String,
    chosen: bool,
}

/// `GET /admin/posts/{id}/roster`.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let (db, zone) = (&app.db.read, &app.config.time_zone);
    let (found, view) = find(&app, &current, id).await?;
    let post = &found.post;
    let filter = filter(&query);
    let numbers = roster::numbers(db, post, view).await?;
    let has_names = roster::has_names(db, post).await?;
    let receipts = roster::receipts_of(db, post).await?;
    let listed = match has_names {
        true => Some(roster::list(db, post, view, &filter, PAGE_SIZE).await?),
        false => None,
    };
    let groups = roster::groups(db, post, view).await?;
    let offers = answers::of(post);
    let tally = roster::tally(db, post, view).await?;
    let help = roster::needing_help(db, post, view, MAX_HELP).await?;
    let chosen = groups.iter().map(|group| GroupChoice {
        id: group.group_id,
        name: group.name.clone(),
        chosen: filter.group == Some(GroupId(group.group_id)),
    });
    let address = format!("/admin/posts/{id}/roster");
    let next = listed.as_ref().and_then(|listed| listed.next.as_ref());
    let list =
        ListView::of(&address, text::say("roster-find"), &filter.search, next).behind(&fields(&filter));
    let people = listed.into_iter().flat_map(|listed| listed.rows);
    let reminded = query.number("reminded");
    let reminded = reminded.map(|count| text::of("roster-reminded").with("count", count).unmarked());
    // Of two who take one call at once, the second is told who has it.
    let other = match query.number("has") {
        Some(other) => users::find(db, UserId(other)).await?.map(|user| user.name),
        None => None,
    };
    let has_it =
        |name: &String| help.iter().any(|entry| entry.taken.as_ref().is_some_and(|taken| taken.0 == *name));
    let other = other.filter(has_it).map(|name| text::of("call-taken").with("name", name).unmarked());
    let notice = reminded.or(other).or_else(|| notice::find(&query, NOTICES));
    let is_partial = view.hides_any(db, post).await?;
    let page = RosterPage {
        page: Page::of(&current.user, Section::Posts).with_notice(notice),
        key: new_key(),
        beside: roster_header::digest(db, post, &numbers).await?,
        coordinators: coordinators::name(db, post).await?,
        reminders: RemindersView::of(&app, post, &numbers).await?,
        escalation: EscalationView::of(&app, post, is_partial).await?,
        numbers,
        may_answer: post.is_asking() && post.answers.is_some(),
        may_resolve: post.kind == Kind::Alert && !post.is_over() && !post.is_gone(),
        has_names,
        is_asked: post.acknowledge,
        is_partial,
        is_told_nothing: receipts != Some(Receipts::Names) && receipts != Some(Receipts::Numbers),
        privacy: privacy(receipts, post.acknowledge),
        people: people.map(|entry| PersonRow::of(entry, &offers, zone)).collect(),
        help: help.into_iter().map(|entry| PersonRow::of(entry, &offers, zone)).collect(),
        tally: counts(&address, &filter, &offers, &tally),
        filters: links(&address, &filter, &numbers),
        state: filter.state.map_or("", RosterState::word),
        groups: chosen.collect(),
        list,
        export: format!("{address}.csv?{}", behind(&fields(&filter), &filter.search.typed)),
        post: PostView::of(&found, zone),
    };
    page::show(StatusCode::OK, &page)
}

/// A post that this person may act on, and how much of its roster they are told.
async fn find(app: &App, current: &CurrentUser, id: i64) -> Result<(Published, View), Error> {
    let found = current.managed_post(app, id).await?;
    let view = View::of(&app.db.read, &current.user, &found.post).await?;
    Ok((found, view))
}

fn filter(query: &Query) -> Filter {
    Filter {
        state: RosterState::of_word(&query.one("state")),
        answer: query.number("answer").and_then(|answer| i32::try_from(answer).ok()),
        group: query.number("group").map(GroupId),
        search: ListView::search(query),
        ..Filter::default()
    }
}

/// The fields of the address beside what is looked for.
fn fields(filter: &Filter) -> Vec<(&'static str, String)> {
    let state = filter.state.map(|state| ("state", state.word().to_owned()));
    let group = filter.group.map(|group| ("group", group.0.to_string()));
    let answer = filter.answer.map(|answer| ("answer", answer.to_string()));
    state.into_iter().chain(answer).chain(group).collect()
}

fn behind(fields: &[(&'static str, String)], typed: &str) -> String {
    let typed = Some(("q", typed)).filter(|(_, typed)| !typed.is_empty());
    let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
    Serializer::new(String::new()).extend_pairs(fields.chain(typed)).finish()
}

/// What an author sees of who has read a post.
fn privacy(receipts: Option<Receipts>, is_asking: bool) -> String {
    text::say(match (receipts, is_asking) {
        (None, _) => text::key("roster-forgotten"),
        (Some(Receipts::Names), _) => text::key("roster-all-names"),
        (Some(Receipts::Numbers), true) => text::key("roster-names"),
        (Some(Receipts::Numbers), false) => text::key("roster-no-names"),
        (Some(Receipts::Nothing), true) => text::key("roster-nothing-but-said"),
        (Some(Receipts::Nothing), false) => text::key("roster-nothing"),
    })
}
