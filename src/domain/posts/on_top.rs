//! What stands on top of somebody's list: what asks something of them until they have done it; what they have not read of what
//! is open and urgent, critical alerts first; what has come back to them after they snoozed it; and below that what is pinned. It stands there alone, and nowhere else in the
//! list; all else stands in its place.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    clock,
    domain::{
        posts::{
            Post, Published, Severity, asking, pins,
            receipts::{Unread, UnreadPost, snoozes::Snoozed},
            shared_lists::SharedLists,
        },
        users::User,
    },
    live::audience::Viewer,
};

/// An alert is loud for a day; `assets/js/loudness.js` has the same limit.
pub const LOUD_MS: i64 = 24 * 60 * 60 * 1000;

/// More would leave nothing of the list on the first page.
const MAX_ON_TOP: usize = 20;

/// The numbers of the posts on top.
#[derive(Clone, Debug, Default)]
pub struct OnTop {
    /// What asks something, is urgent or has come back, newest first.
    pub urgent: Vec<i64>,
    /// Below that, what is pinned, newest first.
    pub pinned: Vec<i64>,
}

/// What stands on top of this viewer's list.
///
/// # Errors
/// Those of the database.
pub async fn on_top(
    db: &impl ConnectionTrait,
    user: &User,
    viewer: &Viewer,
    unread: &Unread,
    snoozed: &[Snoozed],
    shared: &SharedLists,
) -> Result<OnTop, DbErr> {
    let since_ms = clock::now_ms() - LOUD_MS;
    let mut numbers = asking::open_numbers(db, user, viewer, shared).await?;
    let others = unread.posts.iter().filter(|post| is_urgent(post, since_ms) || post.snoozed_ms.is_some());
    for post in others {
        if !numbers.contains(&post.number) {
            numbers.push(post.number);
        }
    }
    numbers.truncate(MAX_ON_TOP);
    numbers.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
    let mut pinned = pins::pinned(shared, viewer, snoozed);
    pinned.retain(|number| !numbers.contains(number));
    Ok(OnTop { urgent: numbers, pinned })
}

/// When what of it is urgent changes with time alone, in Unix milliseconds.
pub fn turns_ms(unread: &Unread) -> i64 {
    let now_ms = clock::now_ms();
    let ends = unread.posts.iter().map(|post| post.published_ms + LOUD_MS);
    ends.filter(|end| *end > now_ms).min().unwrap_or(i64::MAX)
}

impl OnTop {
    /// Puts its posts, which are among these, in front.
    pub fn arrange(&self, posts: &mut [Published]) {
        // `assets/js/post-list.js` puts what arrives into the same order.
        posts.sort_by_key(|one| match self.place(one.post.number) {
            Some("") => urgency(&one.post),
            Some(_) => 3,
            None => 4,
        });
    }

    /// All of them, in their order.
    pub fn numbers(&self) -> impl Iterator<Item = i64> {
        self.urgent.iter().chain(&self.pinned).copied()
    }

    /// As what the post of this number stands on top, as an attribute says it; none, if it does not.
    pub fn place(&self, number: i64) -> Option<&'static str> {
        match (self.urgent.contains(&number), self.pinned.contains(&number)) {
            (true, _) => Some(""),
            (false, true) => Some("pin"),
            (false, false) => None,
        }
    }
}

/// Where a post stands among those that are urgent: critical alerts that go on, all else that is real, drills.
fn urgency(post: &Post) -> u8 {
    match post.drill {
        true => 2,
        false if post.severity == Some(Severity::Critical) && post.resolved_ms.is_none() => 0,
        false => 1,
    }
}

fn is_urgent(post: &UnreadPost, since_ms: i64) -> bool {
    post.severity >= Some(Severity::Warning) && !post.is_over && post.published_ms > since_ms
}
