//! A page of somebody's list, with all that is so of it for them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    db::Db,
    domain::{
        posts::{
            Listed, OnTop, Post, alerts,
            asking::{self, OwnSaid},
            feed, on_top,
            receipts::{
                self, Known, Unread,
                snoozes::{self, Snoozed},
            },
            shared_lists::SharedLists,
        },
        users::User,
    },
    entities::readers::Model as Reader,
    live::audience::{Viewer, branches::Part},
};

/// Posts on one page of a list.
pub const PAGE_SIZE: usize = 30;

/// About what a row has around the text of its post, in bytes.
const ROW_BYTES: usize = 1500;

/// A page of somebody's list.
#[derive(Debug)]
pub struct ListPage {
    /// Whose list it is.
    pub viewer: Viewer,
    /// What they have not read, wherever it stands.
    pub unread: Unread,
    /// What they do not want to see yet.
    pub snoozed: Vec<Snoozed>,
    /// What stands on top of the list.
    pub on_top: OnTop,
    /// The posts; on the first page, those on top first.
    pub listed: Listed,
    /// What they said of those that ask something, by post.
    pub said: HashMap<i64, OwnSaid>,
    /// Whether it is noted that they were shown its critical alerts.
    is_noted: AtomicBool,
    /// How it was written last, and for what.
    written: Mutex<Option<(String, Arc<str>)>>,
}

impl ListPage {
    /// The first, which has the newest, of somebody who has read so far. Fails as the database does.
    pub async fn first(
        db: &impl ConnectionTrait,
        user: &User,
        reader: Option<Reader>,
        shared: &SharedLists,
    ) -> Result<Self, DbErr> {
        let viewer = Viewer::load(db, user.user_id()).await?;
        let unread = receipts::unread_of(db, &viewer, reader, Known::of(shared)).await?;
        let snoozed = snoozes::snoozed(db, user.user_id()).await?;
        let on_top = on_top(db, user, &viewer, &unread, &snoozed, shared).await?;
        let without: Vec<_> = on_top.numbers().chain(snoozed.iter().map(|snoozed| snoozed.number)).collect();
        let mut numbers = feed::numbers(db, &viewer, &Part::default(), &without, PAGE_SIZE).await?;
        let next = feed::cut(&mut numbers, PAGE_SIZE);
        numbers.extend(on_top.numbers());
        let mut posts = feed::of_numbers(db, numbers).await?;
        on_top.arrange(&mut posts);
        let listed = Listed { posts, next, is_incomplete: false };
        Self::of(db, viewer, unread, snoozed, on_top, listed).await
    }

    /// Of these posts. Fails as the database does.
    pub async fn of(
        db: &impl ConnectionTrait,
        viewer: Viewer,
        unread: Unread,
        snoozed: Vec<Snoozed>,
        on_top: OnTop,
        listed: Listed,
    ) -> Result<Self, DbErr> {
        let said = asking::said(db, viewer.user, listed.asked()).await?;
        let (is_noted, written) = (AtomicBool::new(false), Mutex::new(None));
        Ok(Self { viewer, unread, snoozed, on_top, listed, said, is_noted, written })
    }

    /// Notes, once, that their reader was shown its critical alerts.
    pub async fn note_shown(&self, db: &Db, user: &User) {
        if self.is_noted.load(Ordering::Relaxed) {
            return;
        }
        let is_noted = alerts::note_shown(db, user, self.listed.posts.iter().map(|one| &one.post)).await;
        self.is_noted.store(is_noted, Ordering::Relaxed);
    }

    /// The page as it was written last, if that was for the same language, zone and time; or else as it is written now.
    pub fn written<E>(&self, like: String, write: impl FnOnce() -> Result<String, E>) -> Result<Arc<str>, E> {
        // Held to look or to keep: writing takes a while.
        let last = self.written.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, text)) = last.filter(|(last, _)| *last == like) {
            return Ok(text);
        }
        let text: Arc<str> = write()?.into();
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some((like, text.clone()));
        Ok(text)
    }

    /// About how much memory it takes, written.
    pub(super) fn bytes(&self) -> usize {
        let post = |post: &Post| {
            size_of_val(post) + post.title.len() + post.body.len() + 2 * post.html.len() + ROW_BYTES
        };
        let posts: usize = self.listed.posts.iter().map(|one| post(&one.post)).sum();
        let of_viewer = size_of_val(&*self.viewer.memberships) + size_of_val(self.snoozed.as_slice());
        size_of_val(self) + posts + of_viewer + size_of_val(self.unread.posts.as_slice())
    }
}
