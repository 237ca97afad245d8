use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};
use tempfile::TempDir;

use super::*;
use crate::{
    config::Database,
    db::Db,
    entities::{
        audiences,
        posts::{self, Kind},
    },
    live::{
        Log,
        audience::{Scope, Urgency, Viewer},
        log::{Pull, table},
        viewers::Listening,
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
    let slot = table::take_numbers(&tx, 1).await.expect("a number").remove(0);
    let post = posts::ActiveModel {
        number: Set(slot.id),
        author_id: Set(ANN.0),
        kind: Set(Kind::News),
        title: Set("News".into()),
        body: Set("News".into()),
        html: Set("News".into()),
        audience: Set(posts::Audience::Everyone),
        published_ms: Set(0),
        ..Default::default()
    };
    let post = post.insert(&tx).await.expect("a post");
    let everyone = audiences::ActiveModel {
        number: Set(slot.id),
        scope: Set(Scope::Everyone),
        subject: Set(0),
        urgency: Set(Urgency::News),
        from_number: Set(slot.id),
        to_number: Set(None),
        ..Default::default()
    };
    audiences::Entity::insert(everyone).exec_without_returning(&tx).await.expect("an audience");
    table::append(&tx, vec![(slot, NewEvent::Post(post.id))]).await.expect("an event");
    tx.commit().await.expect("it commits");
}

/// Writes an event as a newer build might.
async fn writes_from_the_future(db: &Db) {
    let tx = db.begin().await.expect("a transaction");
    let lost = LostRight { whose: ANN.into(), right: None, farewell: Farewell::Revoked };
    let slot = table::take_numbers(&tx, 1).await.expect("a number").remove(0);
    table::append(&tx, vec![(slot, NewEvent::Rights(lost))]).await.expect("an event");
    tx.execute_unprepared(
        "UPDATE events SET kind = 'from-the-future', reason = NULL WHERE id = (SELECT max(id) FROM events)",
    )
    .await
    .expect("it is another kind");
    tx.commit().await.expect("it commits");
}

/// The person, as somebody who listens.
async fn ann(log: &Log) -> Arc<Listening> {
    let ann = log.viewers().of(ANN.into());
    log.read_viewer(&ann).await.expect("she is there");
    ann
}

fn is_passed_over(events: &[Arc<Event>], ann: &Viewer) {
    let seen: Vec<_> = events.iter().map(|event| event.variant_for(ann, 0).map(|told| told.change)).collect();
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

    let listening = ann(&log).await;
    let Some(Pull::Events { events, through, .. }) = log.after_in_memory(&empty, &listening, None) else {
        panic!("memory has them")
    };
    let ann = Viewer::load(&db.read, ANN).await.expect("she is there");
    is_passed_over(&events, &ann);
    assert_eq!(through, log.head());

    let page = table::page_for(&db.read, &ann, empty.id, through.id, 9, usize::MAX).await;
    let (events, cut_at) = page.expect("the table has them");
    is_passed_over(&events, &ann);
    assert_eq!(cut_at, None);
    assert!(table::has_more_for(&db.read, &ann, empty.id, 2).await.expect("the table counts"));
    assert!(!table::has_more_for(&db.read, &ann, empty.id, 3).await.expect("the table counts"));
}

#[tokio::test]
async fn a_right_of_a_newer_build_concerns_nobody_here() {
    let (_folder, db) = database().await;
    let empty = Log::open(db.clone()).await.expect("a log").head();
    writes_from_the_future(&db).await;
    let as_a_right = "UPDATE events SET kind = 'rights', right_key = 'badge:7'";
    db.write.execute_unprepared(as_a_right).await.expect("it is changed");

    let log = Log::open(db).await.expect("the log can be read");

    let ann = ann(&log).await;
    let Some(Pull::Events { events, through, .. }) = log.after_in_memory(&empty, &ann, None) else {
        panic!("memory has it")
    };
    assert!(events.is_empty());
    assert_eq!(through, log.head());
}
