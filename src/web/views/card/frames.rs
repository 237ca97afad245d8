//! A board's cards as streams get them.

use bytes::Bytes;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;

use crate::{
    domain::cards::{Card, Place, Recent},
    live::{
        sse::{self, Name},
        state::frame::Frame,
    },
    web::views::card::{CardView, body},
};

#[derive(Serialize)]
struct PageFrame<'a> {
    board: &'a str,
    all: bool,
    rev: i64,
    cards: Vec<PageCard<'a>>,
    gone: &'a [Box<str>],
}

#[derive(Serialize)]
struct PageCard<'a> {
    key: &'a str,
    rev: i64,
    section: &'a str,
    html: String,
}

/// A board's cards as pages get them.
pub fn page_frame(frame: &Frame<'_>, zone: &TimeZone) -> Bytes {
    html_frame(frame, |card, place| CardView::of(card, place, zone))
}

/// A board's cards as screens on walls get them.
pub fn wall_frame(frame: &Frame<'_>, zone: &TimeZone) -> Bytes {
    html_frame(frame, |card, place| CardView::of(card, place, zone).unlinked())
}

fn html_frame(frame: &Frame<'_>, view_of: impl Fn(&Card, Place<'_>) -> CardView) -> Bytes {
    let card = |(card, place): &(&'_ Card, Place<'_>), recent: &Option<&Recent>| {
        let mut view = view_of(card, *place);
        if let Some(recent) = recent {
            view.show_recent(card, recent);
        }
        view.fragment().unwrap_or_else(|error| {
            tracing::error!(%error, card.key = %card.key, "A card could not be rendered");
            String::new()
        })
    };
    let Frame { board, all, rev, cards, recents, gone } = frame;
    let cards = cards
        .iter()
        .zip(recents)
        .map(|(placed, recent)| PageCard {
            key: &placed.0.key,
            rev: placed.0.rev,
            section: placed.1.heading,
            html: card(placed, recent),
        })
        .collect();
    sse::event(Name::Cards, None, &PageFrame { board, all: *all, rev: *rev, cards, gone })
}

/// A board's cards as programs get them.
pub fn program_frame(frame: &Frame<'_>) -> Bytes {
    let Frame { board, all, rev, cards, gone, .. } = frame;
    let cards: Vec<_> = cards.iter().map(|(card, _)| body(card, board)).collect();
    let data = json!({ "board": board, "all": all, "rev": rev, "cards": cards, "gone": gone });
    sse::event(Name::Cards, None, &data)
}
