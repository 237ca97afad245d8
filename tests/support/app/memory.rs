use std::time::Duration;

use super::TestApp;

impl TestApp {
    /// The memory that the server has taken, in bytes: not what it has read of its own file, which the system takes back when it
    /// wants to.
    pub fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid().as_raw_pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
    }

    /// The most memory that the server had taken at any moment of `work`, looked at every few milliseconds.
    pub async fn highest_memory_while(&self, work: impl Future<Output = ()>) -> usize {
        let mut work = std::pin::pin!(work);
        let mut highest = self.memory();
        while tokio::time::timeout(Duration::from_millis(5), &mut work).await.is_err() {
            highest = highest.max(self.memory());
        }
        highest.max(self.memory())
    }
}
