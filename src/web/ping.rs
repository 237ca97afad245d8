//! `/ping/{secret}`: what can only call an address reports with it. No cookie is read and none is set; the secret in the
//! address is the right, and the answer comes before what was said is on disk, within a second of it.

use poem::{
    FromRequest, Request, RequestBody, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};
use sea_orm::DbErr;

use crate::{
    app::App,
    clock, db,
    domain::{
        audit::{Action, Actor, Entry},
        cards::{CardKey, Ping, Signal, ping::MAX_BODY},
        pings,
    },
    text,
    web::extract::{body, client::Client},
};

/// What is longer is not read to its end: the connection is closed after the answer.
const MAX_READ: u64 = 1024 * 1024;

/// What came with a ping, as text.
#[derive(Debug)]
pub struct PingBody(Option<String>);

impl<'a> FromRequest<'a> for PingBody {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let bytes = body::read_beginning(request, body, MAX_BODY, MAX_READ).await;
        let text = String::from_utf8_lossy(&bytes);
        // A character that was cut in two.
        let text = if bytes.len() == MAX_BODY { text.trim_end_matches('\u{fffd}') } else { &text };
        Ok(Self((!text.trim().is_empty()).then(|| text.to_owned())))
    }
}

/// `GET`, `HEAD` and `POST /ping/{secret}`: all is well.
#[handler]
pub async fn report(app: Data<&App>, from: Client, Path(secret): Path<String>, body: PingBody) -> Response {
    take(&app, from, &secret, Some(Signal::Ok), body).await
}

/// The same for `/ping/{secret}/start`, `…/fail` and `…/{exit code}`.
#[handler]
pub async fn report_signal(
    app: Data<&App>,
    from: Client,
    Path((secret, signal)): Path<(String, String)>,
    body: PingBody,
) -> Response {
    take(&app, from, &secret, Signal::parse(&signal), body).await
}

async fn take(app: &App, from: Client, secret: &str, signal: Option<Signal>, body: PingBody) -> Response {
    match answer(app, from, secret, signal, body).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "A ping could not be taken");
            let mut answer = say(StatusCode::SERVICE_UNAVAILABLE, "Not at the moment. Try again.");
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
            answer
        }
    }
}

async fn answer(
    app: &App,
    Client(from): Client,
    secret: &str,
    signal: Option<Signal>,
    PingBody(body): PingBody,
) -> Result<Response, DbErr> {
    let Some((card, keeper)) = db::with_timeout(pings::find(&app.db.read, secret)).await? else {
        app.failures.record(
            Entry::refused(&Actor::stranger(from), Action::Ping, "")
                .detail(text::of("audit-unknown-address")),
        );
        app.sign_in.after_unknown_secret(from).await;
        return Ok(say(StatusCode::NOT_FOUND, "Nothing is pinged by this address."));
    };
    let Some(signal) = signal else {
        let why = "After the secret comes nothing, start, fail, or an exit code from 0 to 255.";
        return Ok(say(StatusCode::BAD_REQUEST, why));
    };
    let Some(key) = CardKey::parse(&card.key).filter(|_| pings::is_for(&card)) else {
        return Ok(say(
            StatusCode::CONFLICT,
            "The card shows a value now: only a progress or a status is pinged.",
        ));
    };
    app.ping_queue.take(key, keeper, Ping { signal, at_ms: clock::now_ms(), body });
    Ok(say(StatusCode::OK, "OK"))
}

fn say(status: StatusCode, text: &str) -> Response {
    Response::builder().status(status).content_type("text/plain; charset=utf-8").body(format!("{text}\n"))
}
