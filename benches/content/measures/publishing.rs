//! Publishing: for everyone, for the largest group, behind posts for it, and while people join a group.

use std::{io, time::Duration};

use futures_util::future::try_join_all;
use serde_json::json;

use super::{Figure, group, milliseconds};
use crate::{plan::Size, servers::Server, table::median};

const POSTS: usize = 30;

/// Posts for the largest group that an urgent one has to wait behind.
const BEFORE: usize = 120;

const JOINING: i64 = 5000;

pub async fn measure(server: &Server, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    for (whom, audience) in [("everyone", json!("everyone")), ("the largest group", group(1))] {
        let mut times = Vec::new();
        for _ in 0..POSTS {
            times.push(milliseconds(server.publish(None, audience.clone()).await?));
        }
        figures.push((format!("a post for {whom}, ms"), median(times)));
    }
    figures.push(("an urgent post behind 120 of a group, ms".into(), behind(server).await?));
    figures.push(("the longest wait while people join a group, ms".into(), joining(server, size).await?));
    Ok(())
}

async fn behind(server: &Server) -> io::Result<f64> {
    let group_posts = try_join_all((0..BEFORE).map(|_| server.publish(None, group(1))));
    let urgent = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        server.publish(Some("critical"), json!("everyone")).await
    };
    let (_, urgent) = tokio::try_join!(group_posts, urgent)?;
    Ok(milliseconds(urgent))
}

async fn joining(server: &Server, size: Size) -> io::Result<f64> {
    server.post("/admin/groups", &[("name", "Joined")]).await?;
    let address = format!("/admin/groups/{}/members", size.groups() + 1);
    let names: Vec<String> = (6..=size.people).take(JOINING as usize).map(|id| size.person(id)).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| ("people", name.as_str())).collect();
    let joins = server.post(&address, &fields);
    tokio::pin!(joins);
    let mut longest = Duration::ZERO;
    loop {
        let publishing = server.publish(None, json!("everyone"));
        tokio::pin!(publishing);
        tokio::select! {
            joined = &mut joins => {
                let joined = joined?;
                if joined.status != 303 {
                    return Err(io::Error::other(format!("they do not join: {}", joined.status)));
                }
                return Ok(milliseconds(longest.max(publishing.await?)));
            }
            took = &mut publishing => longest = longest.max(took?),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
