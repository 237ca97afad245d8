//! What a roster says of the reminders that go out by themselves.

use super::Numbers;
use crate::{
    app::App,
    clock::Moment,
    domain::posts::{Post, reminders::schedule},
    web::error::Error,
};

/// The reminders of one post.
pub(super) struct RemindersView {
    pub(super) sent: i32,
    pub(super) times: i32,
    /// When the next is due; none, if no other is to come.
    pub(super) next: Option<Moment>,
    /// Whether one is being sent now.
    pub(super) is_under_way: bool,
}

impl RemindersView {
    /// None, if it was published without.
    pub(super) async fn of(app: &App, post: &Post, numbers: &Numbers) -> Result<Option<Self>, Error> {
        let Some(kept) = schedule::find(&app.db.read, post).await? else { return Ok(None) };
        let is_asking = post.is_asking() && numbers.outstanding > 0;
        let next_ms = kept.upcoming_ms().filter(|_| is_asking);
        Ok(Some(Self {
            sent: kept.sent,
            times: kept.times,
            next: next_ms.map(|ms| Moment::of(ms, &app.config.time_zone)),
            is_under_way: is_asking && kept.claimed_ms.is_some(),
        }))
    }

    /// Whether there is anything to be stopped.
    pub(super) fn may_be_stopped(&self) -> bool {
        self.next.is_some() || self.is_under_way
    }
}
