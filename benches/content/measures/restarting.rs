//! Starting anew with the same people: when the log is empty, and when it has a thousand posts for the largest group.

use std::{io, path::Path};

use futures_util::future::try_join_all;
use sea_orm::ConnectionTrait;

use super::{Figure, group, milliseconds};
use crate::{databases::Copy, servers::Server, table::median};

const POSTS: usize = 1000;

/// Starts, of which the median counts.
const STARTS: usize = 7;

pub async fn measure(program: &Path, copy: &Copy, figures: &mut Vec<Figure>) -> io::Result<()> {
    let db = copy.open().await?;
    // All but the newest, by which a start tells whether the log lost its end.
    let empty = "DELETE FROM events WHERE id < (SELECT last_id FROM counter)";
    db.execute_unprepared(empty).await.map_err(io::Error::other)?;
    db.close().await.map_err(io::Error::other)?;
    let [empty_ms, empty_mb] = start(program, copy).await?;
    let mut server = Server::start(program, copy, &[]).await?;
    for _ in 0..POSTS / 50 {
        try_join_all((0..50).map(|_| server.publish(None, group(1)))).await?;
    }
    server.stop()?;
    let [full_ms, full_mb] = start(program, copy).await?;
    figures.extend([
        ("a start with an empty log, ms".into(), empty_ms),
        ("a start after 1,000 posts for a group, ms".into(), full_ms),
        ("the one ÷ the other, time".into(), full_ms / empty_ms),
        ("memory with an empty log, MB".into(), empty_mb),
        ("memory after 1,000 posts for a group, MB".into(), full_mb),
        ("the one ÷ the other, memory".into(), full_mb / empty_mb),
    ]);
    Ok(())
}

/// How many milliseconds it takes, and how many MB.
async fn start(program: &Path, copy: &Copy) -> io::Result<[f64; 2]> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let mut server = Server::start(program, copy, &[]).await?;
        times.push(milliseconds(server.start));
        memory.push(server.memory()?);
        server.stop()?;
    }
    Ok([median(times), median(memory)])
}
