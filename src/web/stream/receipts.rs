//! What a stream tells somebody of what they have read.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    app::App,
    clock, db,
    domain::posts::{
        ToldAgain,
        receipts::{self, News, ReadState},
    },
    live::{
        sse::{self, Name},
        stream::source::ReadReceipts,
    },
};

#[derive(Serialize)]
struct Data {
    /// Whether what was told before counts no more: whatever is not named here is read.
    all: bool,
    unread: usize,
    /// As of which event `unread` is.
    through: String,
    rev: i64,
    posts: BTreeMap<i64, Post>,
}

#[derive(Serialize)]
struct Post {
    read: bool,
    acknowledged: Acknowledged,
    /// Which of the post's answers they gave, from 0.
    answer: Option<i32>,
    /// Who gave it in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<String>,
    /// Who helps them.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_by: Option<String>,
    /// When they were last reminded of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reminded: Option<String>,
    snoozed_until: Option<String>,
    /// Of what has come back: since when it had waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    snoozed_since: Option<String>,
}

/// Since when it is, or `false`.
#[derive(Serialize)]
#[serde(untagged)]
enum Acknowledged {
    At(String),
    No(bool),
}

/// Reads the receipts of whoever listens, as a whole event.
pub fn of(app: &App) -> ReadReceipts {
    let (db, queue) = (app.db.clone(), app.receipt_queue.downgrade());
    let told_again = ToldAgain::default();
    Box::new(move |viewer, cursor, since| {
        let (db, queue, told_again) = (db.clone(), queue.clone(), told_again.clone());
        Box::pin(async move {
            let _permit = db.stream_permit().await;
            let told = db::with_timeout(told_again.as_of(&db.read, cursor.epoch, viewer.as_of)).await?;
            let news = receipts::news(&db.read, &viewer, since, told.as_deref());
            let news = db::with_timeout(news).await?;
            if let Some(through) = news.settles {
                queue.settle(viewer.user, through);
            }
            let News { rev, is_whole, unread, posts, .. } = news;
            let posts = posts.into_iter().map(|(post, state)| (post, Post::of(&state))).collect();
            let data = Data { all: is_whole, unread, through: cursor.to_string(), rev, posts };
            Ok((sse::event(Name::Receipts, None, &data), rev))
        })
    })
}

impl Post {
    fn of(state: &ReadState) -> Self {
        let told = |ms: Option<i64>| ms.map(clock::rfc3339);
        let (snoozed_until, snoozed_since) = (told(state.snoozed_until_ms), told(state.snoozed_ms));
        let acknowledged = told(state.acknowledged_ms).map_or(Acknowledged::No(false), Acknowledged::At);
        let reminded = told(state.reminded_ms);
        Self {
            read: state.is_read,
            acknowledged,
            answer: state.answer,
            answered_by: state.answered_by.clone(),
            taken_by: state.taken_by.clone(),
            reminded,
            snoozed_until,
            snoozed_since,
        }
    }
}
