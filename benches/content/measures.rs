//! What is measured on one size of content: each figure has a name, the same on every size.

use std::{
    io,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use serde_json::json;

use crate::{
    databases::Copy,
    plan::{FIRST_NUMBER, Reader, Size, Whom},
    servers::Server,
};

pub mod importing;
mod publishing;
pub mod restarting;
pub mod returning;
mod searching;
pub mod sweeping;

/// A page is asked for so often, after the first three times.
const TIMES: usize = 15;

/// One figure: its name, and how much it is.
pub type Figure = (String, f64);

/// Everything, but for what changes most of the content.
pub async fn all(server: &Server, copy: &Copy, size: Size) -> io::Result<Vec<Figure>> {
    let mut figures = vec![
        ("start, ms".into(), milliseconds(server.start)),
        ("memory after the start, MB".into(), server.memory()?),
    ];
    feeds(server, &mut figures).await?;
    searching::measure(server, copy, size, &mut figures).await?;
    lists(server, size, &mut figures).await?;
    audit(server, size, &mut figures).await?;
    streams(server, copy, size, &mut figures).await?;
    publishing::measure(server, size, &mut figures).await?;
    figures.push(("memory at the end, MB".into(), server.memory()?));
    Ok(figures)
}

async fn feeds(server: &Server, figures: &mut Vec<Figure>) -> io::Result<()> {
    for reader in [Reader::Light, Reader::Typical, Reader::Heavy, Reader::Newcomer] {
        let name = reader.name();
        page(server, reader, &format!("feed, {name}"), "/", figures).await?;
        let mut path = "/".to_owned();
        for _ in 0..9 {
            let shown = server.get(reader, &path).await?;
            let Some(older) = link_with(&shown.text, "before=") else { break };
            path = older;
        }
        page(server, reader, &format!("feed, {name}, tenth page"), &path, figures).await?;
        let api = median_of(async || Ok(server.get_api(reader, "/api/v1/posts").await?.took)).await?;
        figures.push((format!("API list, {name}, ms"), api));
    }
    let feed = server.get(Reader::Typical, "/").await?;
    let post =
        feed.text.split("data-post=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    page(server, Reader::Typical, "post", &format!("/posts/{post}"), figures).await
}

async fn lists(server: &Server, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    let name = size.person(size.people / 2);
    let last = name.split(' ').next_back().unwrap_or_default().to_lowercase();
    for (what, path) in [
        ("People", "/admin/people".to_owned()),
        ("People, found", format!("/admin/people?q={last}")),
        ("a person", format!("/admin/people/{}", size.people / 2)),
        ("groups", "/admin/groups".to_owned()),
        ("the largest group", "/admin/groups/1".to_owned()),
        ("tokens", "/admin/tokens".to_owned()),
        ("invitations", "/admin/invitations".to_owned()),
        ("post form", "/admin/posts/new".to_owned()),
        ("picker", format!("/admin/people/suggestions?q={}", last.chars().take(3).collect::<String>())),
    ] {
        page(server, Reader::Boss, what, &path, figures).await?;
    }
    Ok(())
}

async fn audit(server: &Server, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    let name = form_urlencoded::byte_serialize(size.person(size.people / 2).as_bytes()).collect::<String>();
    let first = server.get(Reader::Boss, "/admin/audit").await?;
    let today = first.text.split("datetime=\"").nth(1).and_then(|rest| rest.get(..10)).unwrap_or_default();
    let year = today.get(..4).and_then(|year| year.parse::<i32>().ok()).unwrap_or_default();
    // Within what there is.
    let day = format!("{}{}", year - 1, today.get(4..).unwrap_or_default());
    for (what, path) in [
        ("audit", "/admin/audit".to_owned()),
        ("audit, of a name", format!("/admin/audit?name={name}")),
        ("audit, of a frequent name", "/admin/audit?name=boss".to_owned()),
        ("audit, of an action", "/admin/audit?act=role".to_owned()),
        ("audit, refused", "/admin/audit?outcome=refused".to_owned()),
        ("audit, of a name and an action", format!("/admin/audit?name={name}&act=role")),
        ("audit, of a day", format!("/admin/audit?from={day}&to={day}")),
        ("audit, of a name on a day", format!("/admin/audit?name=boss&from={day}&to={day}")),
    ] {
        page(server, Reader::Boss, what, &path, figures).await?;
    }
    let table = server.get(Reader::Boss, "/admin/audit.csv?name=boss&act=publish").await?;
    let rows = table.text.lines().count().saturating_sub(1).max(1);
    figures
        .push(("audit, table of a name, µs a row".into(), milliseconds(table.took) * 1000.0 / rows as f64));
    Ok(())
}

/// From a thousand posts back, and from as far as events reach.
async fn streams(server: &Server, copy: &Copy, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    let db = copy.open().await?;
    let row = one_row(&db, "SELECT epoch, (SELECT min(id) FROM events) FROM counter").await?;
    let epoch: String = row.try_get_by_index(0).map_err(io::Error::other)?;
    let oldest: i64 = row.try_get_by_index(1).map_err(io::Error::other)?;
    db.close().await.map_err(io::Error::other)?;
    let head = FIRST_NUMBER + size.posts;
    let last =
        (1..=size.posts).rev().find(|post| matches!(size.whom(*post), Whom::Everyone)).unwrap_or_default();
    for reader in [Reader::Light, Reader::Heavy] {
        let from = oldest.max(head - 1000);
        let cursor = format!("{epoch}-{from}");
        let took = server.catch_up(reader, &cursor, FIRST_NUMBER + last).await?;
        let each = milliseconds(took) * 1000.0 / (head - from) as f64;
        figures.push((format!("stream, {}, µs an event", reader.name()), each));
    }
    let took = server.catch_up(Reader::Typical, &format!("{epoch}-{oldest}"), oldest + 1).await?;
    figures.push(("stream from the oldest event, first ones, ms".into(), milliseconds(took)));
    Ok(())
}

async fn one_row(db: &DatabaseConnection, question: &str) -> io::Result<QueryResult> {
    let question = Statement::from_string(db.get_database_backend(), question);
    let row = db.query_one_raw(question).await.map_err(io::Error::other)?;
    row.ok_or_else(|| io::Error::other("no row"))
}

/// The median time of a page, and its size.
async fn page(
    server: &Server,
    reader: Reader,
    what: &str,
    path: &str,
    figures: &mut Vec<Figure>,
) -> io::Result<()> {
    let first = server.get(reader, path).await?;
    if first.status != 200 {
        eprintln!("{path}: {}", first.status);
        return Ok(());
    }
    figures.push((format!("{what}, kB"), first.text.len() as f64 / 1000.0));
    figures
        .push((format!("{what}, ms"), median_of(async || Ok(server.get(reader, path).await?.took)).await?));
    Ok(())
}

async fn median_of(mut ask: impl AsyncFnMut() -> io::Result<Duration>) -> io::Result<f64> {
    let mut times = Vec::new();
    let began = Instant::now();
    for time in 0..TIMES + 3 {
        let took = ask().await?;
        if time >= 3 || took > Duration::from_secs(1) {
            times.push(milliseconds(took));
        }
        // A page that takes seconds is not asked for again and again.
        if began.elapsed() > Duration::from_secs(10) && !times.is_empty() {
            break;
        }
    }
    Ok(crate::table::median(times))
}

pub fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

/// The address of the first link that has this in it.
fn link_with(text: &str, part: &str) -> Option<String> {
    let mut links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.find(|link| link.contains(part)).map(|link| link.replace("&amp;", "&").replace("&#38;", "&"))
}

/// A group as the API has it.
fn group(number: i64) -> serde_json::Value {
    json!({ "groups": [format!("Group {number}")] })
}
