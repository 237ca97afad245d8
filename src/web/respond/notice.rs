//! What a page says after a form was taken: the address that the form leads to names it, as in `?done=removed`.

use poem::{
    Response,
    http::{HeaderMap, StatusCode},
};

use crate::{
    text,
    web::{extract::query::Query, respond::page},
};

/// The notices that a page knows: the word that names it, and the key of its text.
pub type Notices = &'static [(&'static str, &'static str)];

/// Leads to the page at `address`, which says what was done.
pub fn lead_to(address: &str, done: &str) -> Response {
    page::see_other(&format!("{address}?done={done}"))
}

/// The notice that a page's address names; a word that the page does not know says nothing.
pub fn find(query: &Query, known: Notices) -> Option<String> {
    let done = query.one("done");
    known.iter().find(|(word, _)| *word == done).map(|(_, key)| text::say(key))
}

/// What an act is answered with that was done: to a script nothing, else the page at this address, which says this.
pub fn done(headers: &HeaderMap, address: &str, notice: &str) -> Response {
    if page::wants_json(headers) { StatusCode::NO_CONTENT.into() } else { lead_to(address, notice) }
}
