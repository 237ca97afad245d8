//! The audit log as a table for spreadsheets.

use bytes::Bytes;
use poem::{Response, handler, web::Data};
use sea_orm::ActiveEnum;

use super::filters::Typed;
use crate::{
    app::App,
    clock,
    db::Db,
    domain::audit::{self, Detail, Filter, Place, Record},
    tables,
    web::{
        error::Error,
        extract::{access::Admin, query::Query},
        respond::{download, page, problems::Refused},
    },
};

/// Entries that are read in one go.
const CHUNK_SIZE: u64 = 1000;

/// `GET /admin/audit.csv`: every entry that the filters let through, newest first.
#[handler]
pub async fn show(_: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let typed = Typed::of(&query);
    let filter = match typed.filter(&app).await {
        Ok(filter) => filter,
        // The page says what is wrong.
        Err(Refused::Because(_)) => return Ok(page::see_other(&format!("/admin/audit?{}", typed.query()))),
        Err(Refused::Failed(error)) => return Err(error),
    };
    let before = match typed.before {
        Some(id) => Some(audit::place(&app.db.read, id).await?),
        None => None,
    };
    let start = Export { db: app.db.clone(), filter, before, is_first: true };
    Ok(download::file("audit.csv", tables::CONTENT_TYPE, start, Export::next))
}

/// How far the table was written.
struct Export {
    db: Db,
    filter: Filter,
    before: Option<Place>,
    is_first: bool,
}

impl Export {
    async fn next(self) -> Result<(Bytes, Option<Self>), sea_orm::DbErr> {
        let records = audit::page(&self.db.read, &self.filter, self.before, CHUNK_SIZE).await?;
        let mut text = String::new();
        if self.is_first {
            text.push(tables::BYTE_ORDER_MARK);
            let titles =
                ["id", "time", "act", "outcome", "who", "via", "address", "about", "detail", "times"];
            tables::push_row(&mut text, titles);
        }
        for record in &records {
            let (id, times) = (record.id.to_string(), record.times.to_string());
            let (at, act, outcome) =
                (clock::rfc3339(record.at_ms), record.act.to_value(), record.outcome.to_value());
            let address = record.address.as_deref().unwrap_or_default();
            let Record { who, via, about, .. } = record;
            // Like the other columns, for programs: in English.
            let detail = Detail::of_stored(&record.detail).in_english();
            tables::push_row(
                &mut text,
                [&id, &at, &act, &outcome, who, via, address, about, &detail, &times],
            );
        }
        let last = records.last().filter(|_| records.len() as u64 == CHUNK_SIZE).map(Place::of);
        let rest = last.map(|id| Self { before: Some(id), is_first: false, ..self });
        Ok((text.into(), rest))
    }
}
