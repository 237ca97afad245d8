//! Programs that set cards, each over a connection of its own.

use std::{
    fmt::Write,
    io,
    time::{Duration, Instant},
};

use tokio::net::TcpStream;

use crate::{Plan, crowd, publishing::ask, servers::Server};

/// A request sets so many.
const TOGETHER: usize = 500;

/// Sets all cards once; each has the time as its value, in milliseconds.
pub async fn set_all(server: &Server, plan: Plan, epoch: Instant) -> io::Result<()> {
    let mut connection = TcpStream::connect(server.address).await?;
    let all: Vec<usize> = (0..plan.cards()).collect();
    for some in all.chunks(TOGETHER) {
        set(server, &mut connection, plan, some, epoch).await?;
    }
    Ok(())
}

/// Each program sets its part of the cards once a second.
pub async fn keep_setting(server: &Server, plan: Plan, epoch: Instant) -> io::Result<()> {
    let part = plan.cards() / plan.programs;
    let programs = (0..plan.programs).map(|number| async move {
        let mut connection = TcpStream::connect(server.address).await?;
        let mine: Vec<usize> = (number * part..(number + 1) * part).collect();
        // They do not all come at the same moment.
        tokio::time::sleep(Duration::from_millis(1000 * number as u64 / plan.programs as u64)).await;
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        for _ in 0..plan.seconds {
            seconds.tick().await;
            for some in mine.chunks(TOGETHER) {
                set(server, &mut connection, plan, some, epoch).await?;
            }
        }
        Ok::<_, io::Error>(())
    });
    for done in futures_util::future::join_all(programs).await {
        done?;
    }
    Ok(())
}

async fn set(
    server: &Server,
    connection: &mut TcpStream,
    plan: Plan,
    cards: &[usize],
    epoch: Instant,
) -> io::Result<()> {
    let now = epoch.elapsed().as_millis();
    let mut body = String::from("{\"cards\":[");
    for (index, card) in cards.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let board = card / plan.cards_on_each;
        let _ = write!(
            body,
            r#"{comma}{{"key":"card.{card}","board":"board-{board}","kind":"value","title":"Sensor {card}","unit":"°C","value":{now},"audience":"everyone"}}"#
        );
    }
    body.push_str("]}");
    let head = format!(
        "POST /api/v1/cards HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        server.address,
        crowd::get()?.publisher.token,
        body.len()
    );
    ask(connection, &(head + &body), "200").await?;
    Ok(())
}
