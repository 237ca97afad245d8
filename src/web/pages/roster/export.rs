//! Who has seen a post, as a table for spreadsheets.

use bytes::Bytes;
use poem::{
    Response, handler,
    web::{Data, Path},
};
use sea_orm::DbErr;

use super::{filter, find};
use crate::{
    app::App,
    clock,
    db::Db,
    domain::{
        organisation::Receipts,
        posts::{
            Post, Published, answers,
            roster::{self, Filter, RosterState, View},
        },
    },
    tables,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::download,
    },
};

/// The columns of the table.
const HEAD: [&str; 11] = [
    "name",
    "number",
    "state",
    "at",
    "answer",
    "note",
    "telephone",
    "answered by",
    "taken by",
    "drill",
    "added",
];

/// Those beside, where who has read it is told by name.
const SEEN: [&str; 2] = ["sent", "read"];

/// People that are read in one go.
const CHUNK_SIZE: u64 = 500;

/// `GET /admin/posts/{id}/roster.csv`: everybody whom the filters let through, by name. That it was asked for stands in the
/// audit log before anything is sent.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let (Published { post, .. }, view) = find(&app, &current, id).await?;
    // Of who reads what asks nothing, there are numbers alone, unless the organisation chose names.
    if !roster::has_names(&app.db.read, &post).await? {
        return Err(Error::NotFound);
    }
    let filter = filter(&query);
    let of_state = filter.state.map_or("", RosterState::word);
    roster::note_export(&app.changes, &current.by(), &post, of_state).await?;
    let name = format!("roster-{id}{}.csv", if post.drill { "-drill" } else { "" });
    let is_by_name = roster::receipts_of(&app.db.read, &post).await? == Some(Receipts::Names);
    let start = Export { db: app.db.clone(), post, view, filter, is_first: true, is_by_name };
    Ok(download::file(&name, tables::CONTENT_TYPE, start, Export::next))
}

/// How far the table was written.
struct Export {
    db: Db,
    post: Post,
    /// How much of the roster is told.
    view: View,
    filter: Filter,
    is_first: bool,
    /// Whether who has read it is told by name.
    is_by_name: bool,
}

impl Export {
    async fn next(mut self) -> Result<(Bytes, Option<Self>), DbErr> {
        let found = roster::list(&self.db.read, &self.post, self.view, &self.filter, CHUNK_SIZE).await?;
        let (mut text, offers) = (String::new(), answers::of(&self.post));
        if self.is_first {
            text.push(tables::BYTE_ORDER_MARK);
            tables::push_row(
                &mut text,
                HEAD.into_iter().chain(self.is_by_name.then_some(SEEN).into_iter().flatten()),
            );
        }
        for entry in &found.rows {
            let number = entry.user.number.as_deref().unwrap_or_default();
            let at = entry.at_ms.map(clock::rfc3339).unwrap_or_default();
            let answer = entry.offer(&offers).map_or("", |offer| &offer.text);
            let said = [&entry.note, &entry.telephone].map(|said| said.as_deref().unwrap_or_default());
            let name = entry.user.name.as_str();
            let state = if self.post.acknowledge { entry.state.word() } else { "" };
            let drill = if self.post.drill { "drill" } else { "" };
            let by = entry.by.as_deref().unwrap_or_default();
            let taken = entry.taken.as_ref().map_or("", |(name, _)| name);
            let added = entry.added_ms.map(clock::rfc3339).unwrap_or_default();
            let row = [name, number, state, &at, answer, said[0], said[1], by, taken, drill, &added];
            let seen =
                entry.seen.map(|seen| [seen.sent, seen.read].map(|is_so| if is_so { "yes" } else { "no" }));
            tables::push_row(&mut text, row.into_iter().chain(seen.into_iter().flatten()));
        }
        self.filter.search.after = found.next;
        let has_more = self.filter.search.after.is_some();
        Ok((text.into(), has_more.then_some(Self { is_first: false, ..self })))
    }
}
