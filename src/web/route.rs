//! What a route is made of: a method, an address, who may use it, and the handler.
//!
//! `web::routes` lists them. The router is built from that list, and so is the test that walks every route as
//! everybody (`tests/it/routes.rs`). It is the handler's signature that lets people in; the list says
//! what it is held to.

use poem::{Endpoint, EndpointExt, Response, Route, RouteMethod, endpoint::BoxEndpoint, http::Method};

use crate::web::{
    api::{self, API},
    middleware::{methods, timeout},
};

/// Who may use a route. Each of the four roles may what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Visitors too; a page may still ask for a secret of its own, such as the first administrator's link.
    Anyone,
    /// Whoever is signed in.
    Member,
    /// Whoever may post.
    Publisher,
    /// Whoever may manage people, tokens and settings.
    Admin,
    /// A program whose token may publish, and whose owner may post.
    PublishToken,
    /// A program whose token may read and listen.
    StreamToken,
    /// A program whose token may keep cards, and whose owner may post.
    CardsToken,
}

/// One line of the list.
pub struct RouteLine {
    /// Where it is GET, HEAD is taken too.
    pub method: Method,
    /// What it is found under, in poem's words: `:id` is any one segment, `*path` all that follow.
    pub path: &'static str,
    /// Tested as every role and token by the walk through the routes.
    pub who: Who,
    handler: BoxEndpoint<'static>,
}

/// A page or a file.
pub fn get(path: &'static str, who: Who, handler: impl Endpoint<Output = Response> + 'static) -> RouteLine {
    RouteLine { method: Method::GET, path, who, handler: timed(handler) }
}

/// A stream. It may wait for its turn at the tables as long as it takes, and is never refused for that.
pub fn live_stream(
    path: &'static str,
    who: Who,
    handler: impl Endpoint<Output = Response> + 'static,
) -> RouteLine {
    RouteLine { method: Method::GET, path, who, handler: handler.boxed() }
}

/// A form, or a program's request.
pub fn post(path: &'static str, who: Who, handler: impl Endpoint<Output = Response> + 'static) -> RouteLine {
    RouteLine { method: Method::POST, path, who, handler: timed(handler) }
}

/// What a program sets.
pub fn put(path: &'static str, who: Who, handler: impl Endpoint<Output = Response> + 'static) -> RouteLine {
    RouteLine { method: Method::PUT, ..post(path, who, handler) }
}

/// What a program changes.
pub fn patch(path: &'static str, who: Who, handler: impl Endpoint<Output = Response> + 'static) -> RouteLine {
    RouteLine { method: Method::PATCH, ..post(path, who, handler) }
}

/// What a program takes away.
pub fn delete(
    path: &'static str,
    who: Who,
    handler: impl Endpoint<Output = Response> + 'static,
) -> RouteLine {
    RouteLine { method: Method::DELETE, ..post(path, who, handler) }
}

/// The handler, whose answer is not waited for for ever. It is boxed first, so that the compiler sees one middleware, not one
/// of each handler.
fn timed(handler: impl Endpoint<Output = Response> + 'static) -> BoxEndpoint<'static> {
    handler.boxed().around(timeout::give_up).boxed()
}

/// The router of these lines.
pub fn router(lines: Vec<RouteLine>) -> Route {
    let (programs, pages): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.path.starts_with(API));
    by_path(pages, "").nest(API, api::endpoint(by_path(programs, API)))
}

/// Lines of one path, which follow each other, become one entry of the router.
fn by_path(lines: Vec<RouteLine>, prefix: &str) -> Route {
    let mut entries: Vec<(&str, String, RouteMethod)> = Vec::new();
    for line in lines {
        let path = line.path.strip_prefix(prefix).unwrap_or(line.path);
        let (mut taken, methods) = match entries.pop_if(|(last, ..)| *last == path) {
            Some((_, taken, methods)) => (taken + ", ", methods),
            None => (String::new(), RouteMethod::new()),
        };
        // Whoever may GET may ask for the head of it, too.
        taken.push_str(if line.method == Method::GET { "GET, HEAD" } else { line.method.as_str() });
        entries.push((path, taken, methods.method(line.method, line.handler)));
    }
    entries
        .into_iter()
        .fold(Route::new(), |route, (path, taken, methods)| route.at(path, methods::named(taken, methods)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use poem::{IntoResponse, Request, endpoint::make, http::StatusCode};

    use super::*;
    use crate::web::{middleware::timeout::ANSWER_TIMEOUT, route::Who::Anyone};

    fn takes(wait: Duration) -> impl Endpoint<Output = Response> {
        make(move |_| async move {
            tokio::time::sleep(wait).await;
            Ok::<_, poem::Error>("done".into_response())
        })
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_for_ever_is_given_up_and_what_takes_long_is_not_nor_a_stream_that_waits_its_turn() {
        let endpoint = router(vec![
            get("/long", Anyone, takes(ANSWER_TIMEOUT - Duration::from_secs(1))),
            get("/for-ever", Anyone, takes(Duration::MAX)),
            post("/for-ever", Anyone, takes(Duration::MAX)),
            live_stream("/stream", Anyone, takes(ANSWER_TIMEOUT * 2)),
        ]);
        let status = async |method: Method, path: &'static str| {
            let answer = endpoint.call(Request::builder().method(method).uri_str(path).finish()).await;
            answer.map_or_else(|error| error.status(), |answer| answer.into_response().status())
        };

        assert_eq!(status(Method::GET, "/long").await, StatusCode::OK);
        assert_eq!(status(Method::GET, "/for-ever").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(Method::POST, "/for-ever").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(Method::GET, "/stream").await, StatusCode::OK);
    }
}
