//! Pages that come back after a restart: all at once, each for ten posts. First the log in memory reaches back to where
//! they were, then it does not, since many posts for others came between.

use std::{
    io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
};

use super::{Figure, group};
use crate::{
    databases::Copy,
    fill,
    plan::Size,
    servers::{Server, event_id},
};

/// As many as one address is given ports for, and both sides descriptors.
const MAX_PAGES: usize = 19_000;

/// Descriptors of either side that are not pages.
const OWN_DESCRIPTORS: usize = 600;

const MISSED: usize = 10;

/// More than memory has after a start.
const BETWEEN: usize = 1100;

/// Pages whose stream has not begun yet; more would overflow the queue of what listens.
const OPENING: usize = 500;

/// Nobody waits longer.
const TIMEOUT: Duration = Duration::from_secs(300);

pub async fn measure(program: &Path, copy: &Copy, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    let pages = pages();
    let limits = [pages.to_string(), (pages + 100).to_string()];
    let options = [
        ["--max-streams", &limits[0]],
        ["--max-streams-per-user", &limits[0]],
        ["--max-connections-per-address", &limits[1]],
    ];
    let options = options.as_flattened();
    let mut server = Server::start(program, copy, options).await?;
    let far = head(copy).await?;
    for _ in 0..BETWEEN / 50 {
        try_join_all((0..50).map(|_| server.publish(None, group(size.groups())))).await?;
    }
    let near = head(copy).await?;
    try_join_all((0..MISSED).map(|_| server.publish(None, json!("everyone")))).await?;
    let (_, until) = head(copy).await?;
    server.stop()?;

    let outsiders = outsiders(size);
    let db = copy.open().await?;
    let people: Vec<_> = (0..pages).map(|page| outsiders[page % outsiders.len()]).collect();
    fill::pages(&db, &people).await.map_err(io::Error::other)?;
    db.close().await.map_err(io::Error::other)?;
    for (what, (epoch, from)) in [("for what memory has", near), ("from beyond memory", far)] {
        let mut server = Server::start(program, copy, options).await?;
        let took = come_back(&server, pages, &format!("{epoch}-{from}"), until).await?;
        figures.push((format!("{pages} pages come back {what}, s"), took.as_secs_f64()));
        figures.push((format!("memory with pages {what}, MB"), server.memory()?));
        server.stop()?;
    }
    Ok(())
}

fn pages() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // If it cannot be raised, opening fails and says so.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let most = maximum.map_or(usize::MAX, |limit| limit as usize);
    MAX_PAGES.min(most.saturating_sub(OWN_DESCRIPTORS))
}

/// Whom the posts between are not for.
fn outsiders(size: Size) -> Vec<i64> {
    let members = size.members(size.groups());
    (6..=size.people).filter(|person| members.binary_search(person).is_err()).collect()
}

/// The epoch and the newest event.
async fn head(copy: &Copy) -> io::Result<(String, i64)> {
    let db = copy.open().await?;
    let row = super::one_row(&db, "SELECT epoch, last_id FROM counter").await?;
    let (epoch, id) = (row.try_get_by_index(0), row.try_get_by_index(1));
    db.close().await.map_err(io::Error::other)?;
    Ok((epoch.map_err(io::Error::other)?, id.map_err(io::Error::other)?))
}

/// How long it takes until the last one has everything. All of them stay.
async fn come_back(server: &Server, pages: usize, cursor: &str, until: i64) -> io::Result<Duration> {
    let (began, opening) = (Instant::now(), Arc::new(Semaphore::new(OPENING)));
    let mut all = JoinSet::new();
    for page in 0..pages {
        let (address, request) = (server.address().to_owned(), server.page_request(page, cursor));
        let opening = opening.clone();
        all.spawn(async move {
            tokio::time::timeout(TIMEOUT, comes_back(address, request, until, &opening)).await
        });
    }
    let mut open = Vec::with_capacity(pages);
    while let Some(page) = all.join_next().await {
        open.push(page.map_err(io::Error::other)???);
    }
    Ok(began.elapsed())
}

/// One page, until it has what it missed, each post once.
async fn comes_back(
    address: String,
    request: String,
    until: i64,
    opening: &Semaphore,
) -> io::Result<TcpStream> {
    let turn = opening.acquire().await.map_err(io::Error::other)?;
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(request.as_bytes()).await?;
    let mut waiting = Vec::with_capacity(4096);
    if socket.read_buf(&mut waiting).await? == 0 {
        return Err(io::Error::other("a page was refused"));
    }
    drop(turn);
    let (mut posts, mut through) = (0, 0);
    loop {
        let whole = waiting.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        for line in String::from_utf8_lossy(&waiting[..whole]).lines() {
            match line {
                "event: reset" => return Err(io::Error::other("a page has to begin anew")),
                "event: post" => posts += 1,
                _ => through = event_id(line).unwrap_or(through),
            }
        }
        waiting.drain(..whole);
        if posts == MISSED && through >= until {
            return Ok(socket);
        }
        if posts > MISSED || socket.read_buf(&mut waiting).await? == 0 {
            return Err(io::Error::other(format!("a page has {posts} posts, through {through}")));
        }
    }
}
