//! Posts that are on disk when they are acknowledged: how many a second, and by how many commits.

use std::{
    fs::File,
    io::{self, Write},
    thread,
    time::{Duration, Instant},
};

use crate::{
    publisher::{Connection, text},
    servers::{Kind, Server, requests::Whom},
};

/// What it was.
#[derive(Clone, Copy, Debug)]
pub struct Durable {
    /// Which server of ours.
    pub kind: Kind,
    /// Clients that each wait for an answer before they post again.
    pub clients: usize,
    /// Acknowledged posts a second.
    pub rate: f64,
    /// Posts that share a commit, as SQLite counts commits.
    pub posts_per_commit: f64,
}

/// Measures with so many clients.
pub fn measure(kind: Kind, clients: usize, time: Duration) -> io::Result<Durable> {
    let server = kind.start()?;
    let (commits, start) = (server.commits()?, Instant::now());
    let posts = thread::scope(|scope| {
        let clients: Vec<_> =
            (0..clients).map(|_| scope.spawn(|| post_until(&server, start + time))).collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("a client does not panic"))
            .sum::<io::Result<u32>>()
    })?;
    let took = start.elapsed().as_secs_f64();
    let commits = server.commits()?.wrapping_sub(commits);
    Ok(Durable {
        kind,
        clients,
        rate: f64::from(posts) / took,
        posts_per_commit: f64::from(posts) / f64::from(commits),
    })
}

fn post_until(server: &Server, end: Instant) -> io::Result<u32> {
    let mut connection = Connection::open(server)?;
    let mut posts = 0;
    while Instant::now() < end {
        connection.send(server.publish_request(&text(posts, end, 200), Whom::Everyone)?.as_bytes())?;
        connection.answer()?.success()?;
        posts += 1;
    }
    Ok(posts)
}

/// How often a second this disk makes 4 kB durable: the most that one transaction per post could reach.
pub fn syncs_per_second() -> io::Result<f64> {
    let folder = tempfile::Builder::new().prefix("tidings-bench-").tempdir()?;
    let mut file = File::create(folder.path().join("synced"))?;
    let start = Instant::now();
    let mut syncs = 0;
    while start.elapsed() < Duration::from_secs(2) {
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / start.elapsed().as_secs_f64())
}
