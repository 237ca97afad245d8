//! The tasks of all connections: waited for when the server stops, and cut when they take too long.

use std::time::Duration;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Starts and ends the tasks of connections; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnectionTasks {
    tasks: TaskTracker,
    kill: CancellationToken,
}

impl ConnectionTasks {
    /// Runs the task until it ends or is cut.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        // What can cut it would hold it three times, as it moves it twice.
        self.tasks.spawn(self.kill.clone().run_until_cancelled_owned(Box::pin(task)));
    }

    /// Runs a task that is never cut, and has an end of its own.
    pub(super) fn spawn_uncut(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Waits until all tasks have ended, and cuts those that have not after `timeout`.
    pub(super) async fn finish(&self, timeout: Duration) {
        self.tasks.close();
        if tokio::time::timeout(timeout, self.tasks.wait()).await.is_err() {
            tracing::warn!(connections = self.tasks.len(), "Cut the connections that were still open");
            self.kill.cancel();
            self.tasks.wait().await;
        }
    }
}
