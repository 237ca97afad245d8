//! For whatever watches over the server. Both are public and tell nothing else.

use poem::{handler, http::StatusCode, web::Data};

use crate::app::App;

/// `GET /healthz`: the process is up.
#[handler]
pub fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers.
#[handler]
pub async fn ready(app: Data<&App>) -> (StatusCode, &'static str) {
    match app.db.answers().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "Not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
