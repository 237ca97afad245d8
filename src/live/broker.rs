//! "The log has grown": from whoever wrote to the log to the tail task. A nudge carries nothing, and a lost
//! one costs latency, never a post.

use std::sync::Arc;

use tokio::sync::Notify;

/// How the tail task hears of news; cheap to clone. There is one process, so a wake-up in memory does.
#[derive(Clone, Debug, Default)]
pub struct Broker {
    nudged: Arc<Notify>,
}

impl Broker {
    /// The log has grown: called after the commit, never before.
    pub fn nudge(&self) {
        self.nudged.notify_one();
    }

    /// Waits for a nudge; one that came since the last call counts.
    pub async fn nudged(&self) {
        self.nudged.notified().await;
    }
}
