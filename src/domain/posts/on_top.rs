//! What stands on top of somebody's list: what they have not read of what is open and urgent, and what has come back to them
//! after they snoozed it. It stands there alone, and nowhere else in the list; what was read, is over or is older than a day
//! stands in its place.

use crate::{
    clock,
    domain::posts::{
        Severity,
        receipts::{Unread, UnreadPost},
    },
};

/// An alert is loud for a day; `assets/js/loudness.js` has the same limit.
pub const LOUD_MS: i64 = 24 * 60 * 60 * 1000;

/// More would leave nothing of the list on the first page.
const MAX_ON_TOP: usize = 20;

/// The numbers of the posts on top, newest first. They are among what is unread, and cost no question of their own.
pub fn on_top(unread: &Unread) -> Vec<i64> {
    let since_ms = clock::now_ms() - LOUD_MS;
    let on_top = unread.posts.iter().filter(|post| is_urgent(post, since_ms) || post.snoozed_ms.is_some());
    on_top.map(|post| post.number).take(MAX_ON_TOP).collect()
}

fn is_urgent(post: &UnreadPost, since_ms: i64) -> bool {
    post.severity >= Some(Severity::Warning) && !post.is_over && post.published_ms > since_ms
}
