//! For whatever watches over the server. Both are public and tell nothing else.

use poem::{handler, http::StatusCode, web::Data};

use crate::{app::App, text};

/// `GET /healthz`: the process is up.
#[handler]
pub fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, and takes what is written.
#[handler]
pub async fn ready(app: Data<&App>) -> (StatusCode, String) {
    if let Err(error) = app.db.answers().await {
        tracing::warn!(%error, "Not ready: the database does not answer");
        return (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.\n".into());
    }
    match app.db.write.health().failure() {
        None => (StatusCode::OK, "ready\n".into()),
        Some(key) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", text::say(key))),
    }
}
