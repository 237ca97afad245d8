//! What a future takes of a processor, as opposed to how long it takes.

use std::{pin::pin, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// What the future comes to, and the processor time of its polls. What it waits for, and what it starts, is not in it.
pub(super) async fn measured<F: Future>(future: F) -> (F::Output, Duration) {
    let (mut future, mut used) = (pin!(future), Duration::ZERO);
    let output = std::future::poll_fn(|context| {
        let before = of_this_thread();
        let polled = future.as_mut().poll(context);
        used += of_this_thread().saturating_sub(before);
        polled
    })
    .await;
    (output, used)
}

fn of_this_thread() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Neither is below 0.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn what_is_waited_for_is_not_counted_and_what_is_worked_for_is() {
        let (_, waited) = measured(tokio::time::sleep(Duration::from_millis(200))).await;
        let (_, worked) = measured(async {
            let began = of_this_thread();
            let deadline = Instant::now() + Duration::from_secs(30);
            while of_this_thread() - began < Duration::from_millis(50) && Instant::now() < deadline {
                std::hint::spin_loop();
            }
        })
        .await;
        assert!(
            waited < Duration::from_millis(40) && worked >= Duration::from_millis(50),
            "{waited:?} {worked:?}"
        );
    }
}
