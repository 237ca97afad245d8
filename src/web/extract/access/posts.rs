//! The post that an address names, as whoever asks may see it or act on it. To them, what they may not is not there.

use super::CurrentUser;
use crate::{
    app::App,
    domain::{
        change::Change,
        posts::{self, Post, Published, managing},
    },
    web::error::Error,
};

impl CurrentUser {
    /// The post of this id, if they may see it.
    pub async fn post(&self, app: &App, id: i64) -> Result<Published, Error> {
        posts::find(&app.db.read, self.user.user_id(), id).await?.ok_or(Error::NotFound)
    }

    /// The post of this id, whatever became of it, if they may act on it.
    pub async fn managed_post(&self, app: &App, id: i64) -> Result<Published, Error> {
        managing::find(&app.db.read, &self.user, id).await?.ok_or(Error::NotFound)
    }

    /// The same, held until the change ends that begins here.
    pub async fn hold_post(&self, app: &App, id: i64) -> Result<(Change, Post), Error> {
        let change = app.changes.begin().await?;
        let post = managing::hold(&change, &self.user, id).await?.ok_or(Error::NotFound)?;
        Ok((change, post))
    }

    /// The post of this id, whatever became of it, if they may end it.
    pub async fn post_to_end(&self, app: &App, id: i64) -> Result<Published, Error> {
        managing::find_to_end(&app.db.read, &self.user, id).await?.ok_or(Error::NotFound)
    }

    /// The same, held until the change ends that begins here.
    pub async fn hold_post_to_end(&self, app: &App, id: i64) -> Result<(Change, Post), Error> {
        let change = app.changes.begin().await?;
        let post = managing::hold_to_end(&change, &self.user, id).await?.ok_or(Error::NotFound)?;
        Ok((change, post))
    }
}
