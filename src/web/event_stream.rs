//! Opening a stream, for pages and programs alike: the place in the hub, the right once more, the answer.

use bytes::Bytes;
use poem::{Body, FromRequest, Request, RequestBody, Response, Result, http::header, web::Query};
use sea_orm::DbErr;
use serde::Deserialize;

use super::{client::Client, takeover::Takeover};
use crate::{
    app::App,
    live::{
        Cursor,
        event::PostEvent,
        follow::{Follower, Format},
        hub, wire,
    },
    rights::Right,
    users::UserId,
};

/// What a request for a stream says beside who asks: where it comes from, and the cursor to go on from.
#[derive(Debug)]
pub struct Asked {
    client: Client,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Parameters {
    after: Option<String>,
}

/// Why there is no stream.
#[derive(Debug)]
pub enum NotNow {
    /// The right to listen is gone.
    Lost,
    /// The hub has no place.
    Refused(hub::Refusal),
    /// The database does not answer.
    Away(DbErr),
}

impl<'a> FromRequest<'a> for Asked {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let Query(parameters) = Query::<Parameters>::from_request(request, body).await?;
        let header = request.headers().get("last-event-id");
        let header = header.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
        Ok(Self {
            client: Client::from_request(request, body).await?,
            // A reconnect sends both; the header is the newer.
            cursor: header.or(parameters.after),
        })
    }
}

/// Opens a stream and answers with it.
///
/// # Errors
/// Why there is none.
pub async fn start<E>(
    app: &App,
    user: UserId,
    right: Right,
    asked: Asked,
    format: Format<E>,
) -> Result<Response, NotNow>
where
    E: Fn(&Cursor, &PostEvent) -> Bytes + Send + Sync + 'static,
{
    let place = app.hub.register(user, right.clone(), asked.client.0, i64::MAX).map_err(NotNow::Refused)?;
    // Once more, now that the hub knows the stream: a right lost before this is seen here, one lost later
    // ends the stream.
    let ends_ms = right.ends_ms(&app.db.read).await.map_err(NotNow::Away)?;
    place.ends_at(ends_ms.ok_or(NotNow::Lost)?);
    let (log, db) = (app.log.clone(), app.db.clone());
    let follower = Follower::open(place, log, db, asked.cursor.as_deref(), format);
    let follower = follower.await.map_err(NotNow::Away)?;
    let mut answer = answer(Body::empty());
    answer.extensions_mut().insert(Takeover::new(move |socket, head| follower.run(socket, head)));
    Ok(answer)
}

/// A stream that ends at once, saying when to come back: what EventSource takes for a passing refusal.
pub fn come_back(why: &'static str) -> Response {
    let retry = wire::retry(rand::random_range(1000..5000));
    answer(Body::from([retry, wire::comment(why)].concat()))
}

fn answer(body: Body) -> Response {
    Response::builder()
        .content_type("text/event-stream; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store, no-transform")
        // Read by nginx: hand on what comes as it comes.
        .header("X-Accel-Buffering", "no")
        .header(header::CONNECTION, "close")
        .body(body)
}
