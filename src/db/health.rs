//! Whether the database takes what is written, as far as is known: noted by whoever writes, and found out again by a
//! write of our own each second while it does not. On SQLite also whether the file is still the one that was opened.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use tokio_util::sync::CancellationToken;

use crate::{
    db::{Db, open_files::OpenFiles, reason},
    entities::write_probe,
};

/// How often the file is looked at, and a database that takes nothing is tried again.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// Longer than the text of the longest post, as written and as shown: where this can be written, that can.
const PROBE_BYTES: usize = 192 * 1024;

/// What is known; cheap to clone.
#[derive(Clone, Debug)]
pub struct Health {
    // A std mutex: held to read or set a word, never over an await.
    failure: Arc<Mutex<Option<&'static str>>>,
    files: Option<Arc<OpenFiles>>,
}

impl Health {
    /// Nothing failed yet; `files` are SQLite's.
    pub(super) fn new(files: Option<OpenFiles>) -> Self {
        Self { failure: Arc::default(), files: files.map(Arc::new) }
    }

    /// What keeps the database from taking what is written, if anything does: the key of a text, or its own words.
    pub fn failure(&self) -> Option<&'static str> {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes on the result of a write, and remembers if it says that the database takes nothing.
    pub(super) fn observe<T>(&self, written: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &written
            && let Some(reason) = reason::refuses_writes(error)
            && self.replace(Some(reason)).is_none()
        {
            tracing::error!(%error, "The database does not take what is written");
        }
        written
    }

    /// Nothing may be written into a file that nobody will find again.
    ///
    /// # Errors
    /// When SQLite's file, or one that lies beside it, was removed or replaced.
    pub(super) fn require_file(&self) -> Result<(), DbErr> {
        if self.files.as_ref().is_none_or(|files| files.are_in_place()) {
            return Ok(());
        }
        self.observe(Err(DbErr::Custom(reason::FILE_GONE.into())))
    }

    /// Sets the failure and returns the one before.
    fn replace(&self, failure: Option<&'static str>) -> Option<&'static str> {
        std::mem::replace(&mut self.failure.lock().unwrap_or_else(PoisonError::into_inner), failure)
    }
}

impl Db {
    /// Looks after the database until `stop`: notices that SQLite's file is gone, and that one which took nothing
    /// takes what is written again.
    pub async fn watch(self, stop: CancellationToken) {
        let health = self.write.health();
        loop {
            tokio::select! {
                () = tokio::time::sleep(WATCH_INTERVAL) => {}
                () = stop.cancelled() => break,
            }
            let is_in_place = health.require_file().is_ok();
            if health.failure().is_none() || !is_in_place {
                continue;
            }
            match super::with_timeout(self.probe()).await {
                Ok(()) => {
                    health.replace(None);
                    tracing::info!("The database takes what is written again");
                }
                Err(error) => tracing::debug!(%error, "The database still does not take what is written"),
            }
        }
        tracing::debug!("The watch over the database has ended");
    }

    /// Writes as much as a long post takes.
    async fn probe(&self) -> Result<(), DbErr> {
        let bytes: Vec<u8> = std::iter::repeat_with(rand::random).take(PROBE_BYTES).collect();
        let tx = self.begin().await?;
        write_probe::Entity::update_many()
            .col_expr(write_probe::Column::Bytes, Expr::value(bytes))
            .filter(write_probe::Column::Id.eq(write_probe::ONLY))
            .exec(&tx)
            .await?;
        tx.commit().await
    }
}
