//! What a route is made of: a method, an address, who may use it, and the handler.
//!
//! `web::routes` lists them. The router is built from that list, and so is the test that walks every route as
//! everybody (`tests/accounts/routes.rs`). It is the handler's signature that lets people in; the list says
//! what it is held to.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, Request, Response, Route, RouteMethod,
    endpoint::BoxEndpoint,
    error::{MethodNotAllowedError, ResponseError},
    http::{Method, StatusCode},
};

use crate::web::{api, middleware::timeout};

/// Under this, programs are answered: with problems instead of pages, and without cookies.
const API: &str = "/api/v1";

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
}

/// One line of the list.
pub struct Line {
    /// How it is asked.
    pub method: Method,
    /// What it is found under, in poem's words: `:id` is any one segment, `*path` all that follow.
    pub path: &'static str,
    /// By whom.
    pub who: Who,
    handler: BoxEndpoint<'static>,
}

/// An extension of requests for the head of an answer alone: the handler takes them for GET.
#[derive(Clone, Copy, Debug)]
pub struct HeadOnly;

/// The address takes other methods, which the answer names (RFC 9110, section 15.5.6).
#[derive(Debug, thiserror::Error)]
#[error("the address takes {0}")]
pub struct OtherMethods(pub Arc<str>);

impl ResponseError for OtherMethods {
    fn status(&self) -> StatusCode {
        StatusCode::METHOD_NOT_ALLOWED
    }
}

/// A page or a file.
pub fn get(path: &'static str, who: Who, handler: impl Endpoint<Output = Response> + 'static) -> Line {
    Line { method: Method::GET, path, who, handler: handler.around(timeout::give_up).boxed() }
}

/// A stream. It may wait for its turn at the tables as long as it takes, and is never refused for that.
pub fn live_stream(
    path: &'static str,
    who: Who,
    handler: impl Endpoint<Output = Response> + 'static,
) -> Line {
    Line { method: Method::GET, path, who, handler: handler.boxed() }
}

/// A form, or a program's request.
pub fn post(path: &'static str, who: Who, handler: impl Endpoint<Output = Response> + 'static) -> Line {
    Line { method: Method::POST, path, who, handler: handler.around(timeout::give_up).boxed() }
}

/// The router of these lines.
pub fn router(lines: Vec<Line>) -> Route {
    let (programs, people): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.path.starts_with(API));
    by_path(people, "").nest(API, api::endpoint(by_path(programs, API)))
}

/// Lines of one path, which follow each other, become one entry of the router.
fn by_path(lines: Vec<Line>, prefix: &str) -> Route {
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
        .fold(Route::new(), |route, (path, taken, methods)| route.at(path, only(taken, methods)))
}

fn only(taken: String, methods: RouteMethod) -> impl Endpoint<Output = Response> {
    let taken: Arc<str> = taken.into();
    methods.around(move |endpoint: Arc<RouteMethod>, mut request: Request| {
        let taken = taken.clone();
        if request.method() == Method::HEAD {
            request.extensions_mut().insert(HeadOnly);
        }
        async move {
            endpoint.call(request).await.map_err(|error| match error.is::<MethodNotAllowedError>() {
                true => OtherMethods(taken).into(),
                false => error,
            })
        }
    })
}
