//! The kinds of events, each by the name that the table has for it: how one is written, loaded and sent. Nothing else
//! knows a kind by its name.
//!
//! A name that is not here was written by a newer build beside this one. Such an event is passed over: it is numbered
//! like any other, and clients are told to make their lists anew. So whatever a build of tomorrow says of a post must be
//! a kind of its own; `post` always means that one was published.

use bytes::Bytes;
use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    clock,
    entities::events,
    ids::UserId,
    live::{
        audience::Viewers,
        cursor::Cursor,
        event::{Change, Content, Event, LostRight, Variant},
        log::posts::{Posts, Published},
        sse::{self, Farewell},
    },
};

/// What is written to the log.
#[derive(Debug)]
pub enum NewEvent {
    /// The post of this id was published.
    Post(i64),
    /// Somebody lost the right to listen.
    Rights(LostRight),
}

const POST: &str = "post";
const RIGHTS: &str = "rights";

/// Those that not everybody is told of: a post's viewers are told, and nobody is told of rights.
pub(super) const NOT_FOR_ALL: [&str; 2] = [POST, RIGHTS];

/// What an event weighs beside its texts, in bytes: keys, times, addresses, the markup around them.
const FRAME_BYTES: usize = 1024;

/// The row of an event that is written.
pub(super) fn row(id: i64, nonce: i64, new: NewEvent) -> events::ActiveModel {
    let mut row = events::ActiveModel {
        id: Set(id),
        nonce: Set(nonce),
        kind: Set(String::new()),
        post_id: Set(None),
        user_id: Set(None),
        right_key: Set(None),
        reason: Set(None),
        created_ms: Set(clock::now_ms()),
    };
    match new {
        NewEvent::Post(post) => {
            row.kind = Set(POST.to_owned());
            row.post_id = Set(Some(post));
        }
        NewEvent::Rights(lost) => {
            row.kind = Set(RIGHTS.to_owned());
            row.user_id = Set(Some(lost.user.0));
            row.right_key = Set(lost.right.map(|right| right.to_string()));
            row.reason = Set(Some(lost.farewell.as_str().to_owned()));
        }
    }
    row
}

/// The post that is needed to load this event.
pub(super) fn post_of(row: &events::Model) -> Option<i64> {
    row.post_id.filter(|_| row.kind == POST)
}

/// The event of a row.
///
/// # Errors
/// When something is missing that its kind always has.
pub(super) fn event(row: events::Model, posts: &Posts) -> Result<Event, DbErr> {
    let id = row.id;
    let (content, variants, weight) = match row.kind.as_str() {
        POST => {
            let (published, viewers) =
                post_of(&row).and_then(|post| posts.get(post)).ok_or_else(|| broken(id))?;
            let weight = published.post.title.len() + published.post.html.len() + FRAME_BYTES;
            (Content::Post(published), vec![Variant::new(viewers, Change::Published)], weight)
        }
        RIGHTS => (lost_right(&row)?, vec![], 0),
        _ => (Content::Unknown, vec![Variant::new(Viewers::Everyone, Change::Unknown)], FRAME_BYTES),
    };
    Ok(Event { id, nonce: row.nonce, content, variants: variants.into(), weight })
}

/// A right that only a newer build knows is none by which anybody listens here.
fn lost_right(row: &events::Model) -> Result<Content, DbErr> {
    let user = UserId(row.user_id.ok_or_else(|| broken(row.id))?);
    let Ok(right) = row.right_key.as_deref().map(str::parse).transpose() else { return Ok(Content::Unknown) };
    let farewell = match row.reason.as_deref() {
        Some("signed-out") => Farewell::SignedOut,
        _ => Farewell::Revoked,
    };
    Ok(Content::LostRight(LostRight { user, right, farewell }))
}

/// The whole event as it goes out, its id included. How a post looks is for each kind of client to say.
pub(in crate::live) fn encode(
    content: &Content,
    change: Change,
    cursor: &Cursor,
    encode_post: impl FnOnce(&Cursor, &Published, Change) -> Bytes,
) -> Bytes {
    match content {
        Content::Post(published) => encode_post(cursor, published, change),
        Content::LostRight(_) | Content::Unknown => sse::reset(cursor),
    }
}

fn broken(id: i64) -> DbErr {
    DbErr::Custom(format!("event {id} of the log is not complete"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sea_orm::{ActiveModelTrait, ConnectionTrait};
    use tempfile::TempDir;

    use super::*;
    use crate::{
        config::Database,
        db::Db,
        entities::posts::{self, Audience, Kind},
        live::{
            Log,
            log::{Pull, table},
        },
    };

    const ANN: UserId = UserId(1);

    async fn database() -> (TempDir, Db) {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        db.write
            .execute_unprepared(
                "INSERT INTO users (id, name, name_key, password_hash, role, disabled, created_ms) \
                 VALUES (1, 'ann', 'ann', '', 'member', FALSE, 0)",
            )
            .await
            .expect("a person");
        (folder, db)
    }

    /// Publishes a post for everyone.
    async fn publishes(db: &Db) {
        let tx = db.begin().await.expect("a transaction");
        let post = posts::ActiveModel {
            author_id: Set(ANN.0),
            kind: Set(Kind::News),
            title: Set("News".into()),
            body: Set("News".into()),
            html: Set("News".into()),
            audience: Set(Audience::Everyone),
            published_ms: Set(0),
            ..Default::default()
        };
        let post = post.insert(&tx).await.expect("a post");
        table::append_all(&tx, vec![NewEvent::Post(post.id)]).await.expect("an event");
        tx.commit().await.expect("it commits");
    }

    /// Writes an event as a newer build might.
    async fn writes_from_the_future(db: &Db) {
        let tx = db.begin().await.expect("a transaction");
        let lost = LostRight { user: ANN, right: None, farewell: Farewell::Revoked };
        table::append_all(&tx, vec![NewEvent::Rights(lost)]).await.expect("an event");
        tx.execute_unprepared(
            "UPDATE events SET kind = 'from-the-future', reason = NULL WHERE id = (SELECT max(id) FROM events)",
        )
        .await
        .expect("it is another kind");
        tx.commit().await.expect("it commits");
    }

    fn is_passed_over(events: &[Arc<Event>]) {
        let seen: Vec<_> =
            events.iter().map(|event| event.variant_for(ANN).map(|told| told.change)).collect();
        assert_eq!(seen, [Change::Published, Change::Unknown, Change::Published].map(Some));
        let cursor = Cursor::at(crate::live::cursor::Epoch::random(), 2, 2);
        let frame = encode(&events[1].content, Change::Unknown, &cursor, |_, _, _| panic!("it is no post"));
        assert_eq!(frame, sse::reset(&cursor));
    }

    #[tokio::test]
    async fn a_kind_of_a_newer_build_is_passed_over_in_memory_and_in_the_table() {
        let (_folder, db) = database().await;
        let empty = Log::open(db.clone()).await.expect("a log").head();
        publishes(&db).await;
        writes_from_the_future(&db).await;
        publishes(&db).await;
        let log = Log::open(db.clone()).await.expect("a log with all three in memory");

        let Some(Pull::Events { events, through, .. }) = log.after_in_memory(&empty, ANN, None) else {
            panic!("memory has them")
        };
        is_passed_over(&events);
        assert_eq!(through, log.head());

        let page = table::page_for(&db.read, ANN, empty.id, through.id, 9, usize::MAX).await;
        let (events, is_all) = page.expect("the table has them");
        is_passed_over(&events);
        assert!(is_all);
        assert!(table::has_more_for(&db.read, ANN, empty.id, 2).await.expect("the table counts"));
        assert!(!table::has_more_for(&db.read, ANN, empty.id, 3).await.expect("the table counts"));
    }

    #[tokio::test]
    async fn a_right_of_a_newer_build_concerns_nobody_here() {
        let (_folder, db) = database().await;
        let empty = Log::open(db.clone()).await.expect("a log").head();
        writes_from_the_future(&db).await;
        let as_a_right = "UPDATE events SET kind = 'rights', right_key = 'wall:7'";
        db.write.execute_unprepared(as_a_right).await.expect("it is changed");

        let log = Log::open(db).await.expect("the log can be read");

        let Some(Pull::Events { events, through, .. }) = log.after_in_memory(&empty, ANN, None) else {
            panic!("memory has it")
        };
        assert!(events.is_empty());
        assert_eq!(through, log.head());
    }
}
