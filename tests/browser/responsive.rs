//! Whether a page has time for who uses it, however much arrives.

use std::time::Duration;

use tokio::time::sleep;

use crate::browser::Browser;

/// No task may take longer, in milliseconds.
const MAX_TASK: f64 = 100.0;

/// A task takes long, too, when the machine has no time for it: what the page itself makes long is so each time.
const TRIES: usize = 3;

/// Has a page busy, up to three times, until none of its tasks took long. Only Chromium tells of them.
pub async fn stays_responsive(browser: &Browser, busy: impl AsyncFn(usize)) {
    browser
        .asks(
            "(() => { window.tasks = [];
                new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((task) => task.duration)))
                    .observe({ type: 'longtask' }); })()",
        )
        .await;
    for number in 0..TRIES {
        browser.asks("window.tasks = []").await;
        busy(number).await;
        // The observer is told a little later.
        sleep(Duration::from_millis(300)).await;
        let tasks: Vec<f64> = serde_json::from_value(browser.asks("window.tasks").await).unwrap();
        println!("Long tasks of {tasks:?} ms");
        if tasks.iter().all(|task| *task <= MAX_TASK) {
            return;
        }
    }
    panic!("each time a task took more than {MAX_TASK} ms");
}
