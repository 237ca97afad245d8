//! The list of whom a post asks, to be printed: by group, with a box to tick for each answer.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::find;
use crate::{
    app::App,
    clock::{self, Moment},
    domain::{
        posts::{
            Audience, answers,
            roster::{self, Filter},
        },
        search::Search,
    },
    ids::GroupId,
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::post::PostView,
    },
};

/// People of one group on one page.
const PAGE_SIZE: u64 = 500;

#[derive(Template)]
#[template(path = "roster_sheet.html")]
struct SheetPage {
    page: Page,
    post: PostView,
    made: Moment,
    offers: Vec<String>,
    parts: Vec<SheetPart>,
    may_answer: bool,
}

/// The people of one group, or all.
struct SheetPart {
    /// The name of the group; empty for all.
    name: String,
    people: Vec<SheetRow>,
    /// The address of those of them who are on no page yet.
    next: Option<String>,
}

struct SheetRow {
    id: i64,
    name: String,
    /// For each of the answers, whether they gave it.
    ticks: Vec<bool>,
    note: String,
}

/// `GET /admin/posts/{id}/sheet`, with `?group=` and `?after=`. That it was asked for stands in the audit log before anything is
/// sent.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let (db, zone) = (&app.db.read, &app.config.time_zone);
    let (found, view) = find(&app, &current, id).await?;
    // What asks nothing has nothing to be ticked.
    if !found.post.acknowledge {
        return Err(Error::NotFound);
    }
    roster::note_export(&app.changes, &current.by(), &found.post, text::of("audit-sheet")).await?;
    let groups = roster::groups(db, &found.post, view).await?;
    let wanted = query.number("group");
    let mut meant: Vec<_> = groups.iter().map(|group| (Some(group.group_id), group.name.clone())).collect();
    // Who was named, or was meant with everyone, stands in no group of it.
    if found.post.audience != Audience::Groups {
        meant.push((None, String::new()));
    }
    let search = Search::of("", &query.one("after"));
    if wanted.is_some() || search.after.is_some() {
        meant.retain(|(group, _)| *group == wanted);
    }
    let offers: Vec<_> = answers::of(&found.post).into_iter().map(|offer| offer.text).collect();
    let mut parts = Vec::new();
    for (group, name) in meant {
        let filter = Filter { group: group.map(GroupId), search: search.clone(), ..Filter::default() };
        let listed = roster::list(db, &found.post, view, &filter, PAGE_SIZE).await?;
        let part = group.map(|group| format!("group={group}&")).unwrap_or_default();
        let next = listed.next.map(|next| format!("/admin/posts/{id}/sheet?{part}after={next}"));
        let people = listed.rows.into_iter().map(|entry| SheetRow {
            id: entry.user.id,
            name: entry.user.name,
            ticks: (0..offers.len()).map(|place| entry.answer == i32::try_from(place).ok()).collect(),
            note: entry.note.unwrap_or_default(),
        });
        parts.push(SheetPart { name, people: people.collect(), next });
    }
    let page = SheetPage {
        page: Page::of(&current.user, Section::Posts),
        made: Moment::of(clock::now_ms(), zone),
        offers,
        parts,
        may_answer: found.post.is_asking() && found.post.answers.is_some(),
        post: PostView::of(&found, zone),
    };
    page::show(StatusCode::OK, &page)
}

impl SheetPage {
    /// What its column says, if no answers are offered.
    fn seen(&self) -> String {
        text::say("roster-has-seen")
    }
}
