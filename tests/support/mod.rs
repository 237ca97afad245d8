//! The words the tests are written in: a `TestApp` is the real binary on a real port with a database of its
//! own, a `Person` is somebody's browser, a `Stream` is one open `/stream`.

mod app;
mod cards;
mod certificate;
mod clock;
mod crowd;
mod database;
mod disk;
mod draft;
mod earlier;
mod full_disk;
mod groups;
mod pages;
mod person;
mod plans;
mod preload;
mod program;
mod raw;
mod secure;
mod server;
mod services;
mod stream;
mod walls;

use std::time::Duration;

pub use app::{Role, TestApp};
pub use cards::{keys, value};
pub use certificate::Certificate;
pub use clock::TestClock;
pub use crowd::{has_people, name_of};
pub use database::{TestDatabase, shared_cluster};
pub use disk::{FailingDisk, SmallDisk};
pub use draft::Draft;
pub use earlier::turns_back;
pub use full_disk::outlives_a_full_disk;
pub use groups::makes_group;
pub use pages::{Feed, Page, attribute, tags, unescape};
pub use person::{Person, post_at};
pub use plans::{plan, scanned, statements};
pub use program::{Program, news};
pub use raw::Raw;
pub use secure::{Http2, shakes_hands};
pub use server::{Answer, Server, quiet_port, run};
pub use services::{PgBouncer, Postgres, Redis};
pub use stream::{Event, Parser, Stream};
pub use walls::{makes_wall, wall_address};

/// A test gives up on anything that takes longer. It is much longer than what is promised, since a busy machine breaks
/// no promise.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks again and again until the answer is there.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    eventually_within(TIMEOUT, what, ask).await
}

/// The same, of what may take longer.
pub async fn eventually_within<T, F: Future<Output = Option<T>>>(
    limit: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = tokio::time::Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A word nobody has used before in this run.
pub fn new_word() -> String {
    (0..20).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect()
}
