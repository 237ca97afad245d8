//! All boards, for admins: those too that they may not look at themselves.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use crate::{
    app::App,
    domain::{
        boards::{self, Board},
        groups,
    },
    live::state::Audience,
    text,
    web::{
        error::Error,
        extract::{access::Admin, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            section::Section,
        },
    },
};

#[derive(Template)]
#[template(path = "all_boards.html")]
struct AllBoardsPage {
    page: Page,
    boards: Vec<BoardRow>,
}

struct BoardRow {
    slug: String,
    name: String,
    /// Who may see it, in words and without names.
    audience: String,
    above_feed: bool,
}

const NOTICES: Notices = &[("removed", text::key("notice-board-removed"))];

/// `GET /admin/boards`: in their order; there are at most a hundred.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let mut boards = boards::list(&app.db.read).await?;
    let named = boards.iter().flat_map(|board| &board.audience.groups).copied().collect();
    let there = groups::those_there(&app.db.read, &named).await?;
    for board in &mut boards {
        board.audience.groups.retain(|group| there.contains(group));
    }
    let boards = boards.into_iter().map(BoardRow::of).collect();
    let page = Page::of(&admin.0.user, Section::AllBoards).with_notice(notice::find(&query, NOTICES));
    page::show(StatusCode::OK, &AllBoardsPage { page, boards })
}

impl BoardRow {
    fn of(board: Board) -> Self {
        Self {
            slug: board.slug.to_string(),
            name: board.name.to_string(),
            audience: in_words(&board.audience),
            above_feed: board.above_feed,
        }
    }
}

/// Whom it is for, as a line: “Admins, 2 groups, but not 1 person”.
fn in_words(audience: &Audience) -> String {
    let counted = |count: usize, key| (count > 0).then(|| text::of(key).with("count", count).unmarked());
    let said = |is_so: bool, key| is_so.then(|| text::say(key));
    let meant: Vec<_> = [
        said(audience.everyone, text::key("for-everyone")),
        said(audience.external, text::key("for-external")),
        said(audience.admins, text::key("for-admins")),
        counted(audience.groups.len(), text::key("for-groups")),
        counted(audience.people.len(), text::key("for-people")),
        counted(audience.except.len(), text::key("for-except")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let line = if meant.is_empty() { text::say("for-nobody") } else { meant.join(", ") };
    let mut rest = line.chars();
    rest.next().map(char::to_uppercase).into_iter().flatten().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_board_is_for_is_said_without_names() {
        let crew = Audience { groups: [1, 2].into(), ..Audience::default() };
        let all = Audience { everyone: true, external: true, except: [7].into(), ..Audience::default() };
        for (audience, words) in [
            (Audience::default(), "Nobody"),
            (Audience::of_owner(crate::ids::UserId(3)), "Admins, 1 person"),
            (crew, "2 groups"),
            (all, "Everyone, external people, but not 1 person"),
        ] {
            assert_eq!(in_words(&audience), words);
        }
    }
}
