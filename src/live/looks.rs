//! Looks of a task at its table: whoever wants to know what is there now waits for one that began after they asked,
//! and shares it with all others who wait.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sea_orm::DbErr;
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

/// How long a stream that opens waits for a look.
const LOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// The looks of one task.
#[derive(Debug, Default)]
pub(in crate::live) struct Looks {
    /// Somebody waits for one.
    wanted: Notify,
    /// Those that have begun, and the last one that has ended.
    begun: AtomicU64,
    looked: watch::Sender<Look>,
}

/// The newest look that is over.
#[derive(Clone, Copy, Debug, Default)]
struct Look {
    number: u64,
    was_good: bool,
}

impl Looks {
    /// Waits for a look that begins after this call.
    ///
    /// # Errors
    /// When the table could not be looked at.
    pub(in crate::live) async fn next(&self) -> Result<(), DbErr> {
        let mut looked = self.looked.subscribe();
        // Not the look that is under way: it may have read before what was committed just now.
        let next = self.begun.load(Ordering::SeqCst) + 1;
        self.wanted.notify_one();
        match timeout(LOOK_TIMEOUT, looked.wait_for(|last| last.number >= next)).await {
            Ok(Ok(last)) if last.was_good => Ok(()),
            _ => Err(DbErr::Custom("the table was not looked at in time".into())),
        }
    }

    /// Runs one, and tells those who wait for it.
    pub(in crate::live) async fn run<T>(
        &self,
        look: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let looked = look.await;
        self.looked.send_replace(Look { number, was_good: looked.is_ok() });
        looked
    }

    /// Ready when somebody waits for one.
    pub(in crate::live) async fn wanted(&self) {
        self.wanted.notified().await;
    }
}
