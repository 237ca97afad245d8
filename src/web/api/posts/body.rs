//! A post as programs read it.

use serde::Serialize;

use crate::{
    clock,
    domain::posts::{
        Audience, Kind, Published, Severity,
        answers::{self, Offer},
    },
    web::views::post::{self, Repeats, Resolution, Withdrawal},
};

/// A post as programs get it.
#[derive(Debug, Serialize)]
pub struct PostBody {
    id: i64,
    number: i64,
    kind: Kind,
    severity: Option<Severity>,
    title: String,
    body: String,
    author: String,
    audience: &'static str,
    url: String,
    published_at: String,
    version: i64,
    edited_at: Option<String>,
    acknowledge: bool,
    due: Option<String>,
    answers: Vec<Offer>,
    telephone: bool,
    drill: bool,
    resolution: Option<Resolution>,
    withdrawal: Option<Withdrawal>,
    expires: Option<String>,
    expired_at: Option<String>,
    pinned: Option<String>,
    repeats: Option<Repeats>,
}

impl From<Published> for PostBody {
    fn from(Published { post, author }: Published) -> Self {
        Self {
            url: post::address(&post),
            version: post.version,
            edited_at: post.edited_ms.map(clock::rfc3339),
            acknowledge: post.acknowledge,
            due: post.due_ms.map(clock::rfc3339),
            answers: answers::of(&post),
            telephone: post.telephone,
            drill: post.drill,
            resolution: Resolution::of(&post),
            withdrawal: Withdrawal::of(&post),
            expires: post.expires_ms.map(clock::rfc3339),
            expired_at: post.expired_ms.map(clock::rfc3339),
            pinned: post.pinned_until_ms.map(clock::rfc3339),
            repeats: Repeats::of(&post),
            id: post.id,
            number: post.number,
            kind: post.kind,
            severity: post.severity,
            title: post.title,
            body: post.body,
            author,
            audience: match post.audience {
                Audience::Everyone => "everyone",
                Audience::People => "people",
                Audience::Groups => "groups",
                Audience::Chosen => "chosen",
            },
            published_at: clock::rfc3339(post.published_ms),
        }
    }
}
