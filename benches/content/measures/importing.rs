//! Publishing while twenty thousand people are taken from a list, each with a group and a one-time link.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::process::Command;

use super::{Figure, milliseconds};
use crate::{databases::Copy, plan::Size, servers::Server, table::percentile};

const PEOPLE: i64 = 20_000;

/// Between two posts.
const INTERVAL: Duration = Duration::from_millis(200);

pub async fn measure(program: &Path, copy: &Copy, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    if !takes_lists(program).await? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (list, links) = (folder.path().join("people.csv"), folder.path().join("links.csv"));
    fs::write(&list, people(size))?;
    let mut server = Server::start(program, copy, &[]).await?;
    let import = import(program, copy, &list, &links);
    tokio::pin!(import);
    let (mut times, mut turns) = (Vec::new(), tokio::time::interval(INTERVAL));
    let took = loop {
        tokio::select! {
            took = &mut import => break took?,
            _ = turns.tick() => {
                let publishing = server.publish(None, json!("everyone"));
                tokio::pin!(publishing);
                // The one goes on while the other does.
                tokio::select! {
                    posted = &mut publishing => times.push((milliseconds(posted?) * 1000.0) as u32),
                    took = &mut import => break took?,
                }
            }
        }
    };
    server.stop()?;
    let most = times.iter().max().map_or(f64::NAN, |us| f64::from(*us) / 1000.0);
    figures.push(("20,000 people are imported, s".into(), took.as_secs_f64()));
    figures.push(("a post while people are imported, the median, ms".into(), percentile(&mut times, 0.5)));
    figures.push(("a post while people are imported, 99 %, ms".into(), percentile(&mut times, 0.99)));
    figures.push(("a post while people are imported, the slowest, ms".into(), most));
    Ok(())
}

async fn takes_lists(program: &Path) -> io::Result<bool> {
    let mut help = Command::new(program);
    help.args(["user", "import", "--help"]).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(help.status().await?.success())
}

async fn import(program: &Path, copy: &Copy, list: &PathBuf, links: &PathBuf) -> io::Result<Duration> {
    let began = Instant::now();
    let mut import = Command::new(program);
    import.args(["--database", &copy.url(), "user", "import"]).arg(list).arg("--links").arg(links);
    let done = import.env("RUST_LOG", "error").stdout(Stdio::null()).status().await?;
    let made = fs::read_to_string(links)?.lines().count() as i64;
    if !done.success() || made < PEOPLE {
        return Err(io::Error::other(format!("the list was not taken: {done}, {made} links")));
    }
    Ok(began.elapsed())
}

/// The list: nobody of it is there yet.
fn people(size: Size) -> String {
    let mut list = "number,name,role,groups,external,ends\n".to_owned();
    for person in 0..PEOPLE {
        let group = 1 + person % size.groups();
        let _ = writeln!(list, "P{person},Newly {person},member,Group {group},,");
    }
    list
}
