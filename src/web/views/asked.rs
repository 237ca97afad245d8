//! What is answered to who did what a post asks.

use poem::{
    Response,
    http::{HeaderMap, StatusCode, Uri, header},
};

use crate::{
    domain::posts::Post,
    web::{
        extract::form::SmallForm,
        respond::page,
        views::{came_from, post::address},
    },
};

/// Characters by which what comes again is known.
const MAX_KEY: usize = 64;

/// By which what comes again is known, if its sender made something up.
pub fn key(fields: &SmallForm) -> Option<String> {
    let sent = fields.one("key");
    let is_key = (1..=MAX_KEY).contains(&sent.len()) && sent.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_key.then_some(sent)
}

/// A script gets 204; a form is led back to where it stood.
pub fn done(headers: &HeaderMap, post: &Post) -> Response {
    if page::wants_json(headers) {
        return StatusCode::NO_CONTENT.into();
    }
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok()?.parse::<Uri>().ok());
    let own = address(post);
    match from.is_some_and(|from| from.path() == own) {
        true => page::see_other(&own),
        false => page::see_other(&came_from::list_address(headers)),
    }
}
