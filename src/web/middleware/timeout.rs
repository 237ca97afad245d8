//! No page is waited for for ever. A database whose network is cut neither answers nor refuses, and whoever
//! waits for it holds a connection to it, which is asked whether it still serves only when it is let go of.

use std::{sync::Arc, time::Duration};

use poem::{Endpoint, Request, Response, Result, error::ResponseError, http::StatusCode};

/// Longer than a form may take to arrive (30 s), and than publishing waits for the database in all, so that what was
/// typed can be shown again (`web::posts`).
const LONGEST: Duration = Duration::from_secs(90);

/// Nothing came of it.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {LONGEST:?}")]
pub struct TooLong;

impl ResponseError for TooLong {
    fn status(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

/// Middleware: gives up on an answer that takes too long to begin.
pub async fn give_up<E: Endpoint<Output = Response>>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    tokio::time::timeout(LONGEST, endpoint.call(request)).await.unwrap_or_else(|_| {
        tracing::warn!("A request was given up: {TooLong}");
        Err(TooLong.into())
    })
}

#[cfg(test)]
mod tests {
    use poem::{IntoResponse, endpoint::make, http::Method};

    use super::*;
    use crate::web::route::{self, Who::Anyone};

    fn takes(wait: Duration) -> impl Endpoint<Output = Response> {
        make(move |_| async move {
            tokio::time::sleep(wait).await;
            Ok::<_, poem::Error>("done".into_response())
        })
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_for_ever_is_given_up_and_what_takes_long_is_not_nor_a_stream_that_waits_its_turn() {
        let router = route::router(vec![
            route::get("/long", Anyone, takes(LONGEST - Duration::from_secs(1))),
            route::get("/for-ever", Anyone, takes(Duration::MAX)),
            route::post("/for-ever", Anyone, takes(Duration::MAX)),
            route::live_stream("/stream", Anyone, takes(LONGEST * 2)),
        ]);
        let status = async |method: Method, path: &'static str| {
            let answer = router.call(Request::builder().method(method).uri_str(path).finish()).await;
            answer.map_or_else(|error| error.status(), |answer| answer.into_response().status())
        };

        assert_eq!(status(Method::GET, "/long").await, StatusCode::OK);
        assert_eq!(status(Method::GET, "/for-ever").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(Method::POST, "/for-ever").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(Method::GET, "/stream").await, StatusCode::OK);
    }
}
