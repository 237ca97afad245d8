//! What every client goes through.

use crate::{
    door::Door,
    listener::Listener,
    support::{Program, TestApp},
};

/// What a client is started with.
pub struct Call {
    pub stream: String,
    pub token: String,
    /// The id of the last event that was seen; empty at first.
    pub after: String,
}

/// Whether a client that is cut comes back by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Comeback {
    ByItself,
    /// It ends, and is started again with the id of the last event that was seen.
    Restarted,
}

/// A client receives, is cut, and goes on: when the network fails, and when the server is killed.
pub async fn goes_on(comeback: Comeback, starts: impl AsyncFnMut(Call) -> Listener) {
    goes_on_at(&mut TestApp::start_with(&["--heartbeat", "1s"]).await, comeback, starts).await;
}

/// The same with a server that is there already.
pub async fn goes_on_at(
    app: &mut TestApp,
    comeback: Comeback,
    mut starts: impl AsyncFnMut(Call) -> Listener,
) {
    app.admin("boss").await;
    let program = Program::of(app, "boss", "publish,stream").await;
    program.publishes("Before anybody listens").await;
    let door = Door::to(app).await;
    let mut start = async |after: &str| {
        let call = Call {
            stream: format!("{}/api/v1/stream", door.url),
            token: program.token.clone(),
            after: after.to_owned(),
        };
        starts(call).await
    };
    let mut client = start("").await;
    assert_eq!(client.hears().await.expect("it listens").name, "hello");

    let first = program.publishes("First\u{2028}Ünïcödé").await;
    assert_eq!(hears_posts(&mut client, 1).await, [first]);

    for is_killed in [false, true] {
        door.shuts();
        if is_killed {
            app.kill().await;
            app.restart().await;
        }
        let missed = [program.publishes("Missed").await, program.publishes("Missed, too").await];
        if comeback == Comeback::Restarted {
            while client.hears().await.is_some() {}
        }
        door.opens();
        if comeback == Comeback::Restarted {
            client = start(&client.last_id).await;
        }
        assert_eq!(client.hears().await.expect("it comes back").data["resumed"], true);
        let fresh = program.publishes("Live again").await;
        assert_eq!(hears_posts(&mut client, 3).await, [missed[0], missed[1], fresh]);
    }
}

/// The next posts; anything else but a ping is a mistake.
async fn hears_posts(client: &mut Listener, count: usize) -> Vec<i64> {
    let mut posts = vec![];
    while posts.len() < count {
        let event = client.hears().await.expect("a post");
        assert_eq!(event.name, "post", "{event:?}");
        assert_eq!(event.id.as_deref(), event.data["event"].as_str());
        posts.push(event.post());
    }
    posts
}
