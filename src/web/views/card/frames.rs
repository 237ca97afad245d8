//! A board's cards as streams get them.

use bytes::Bytes;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::{
    domain::{
        boards::Board,
        cards::{Card, Place, Recent},
    },
    live::{
        sse::{self, Name},
        state::frame::Frame,
    },
    web::views::{
        card::{CardBody, CardView, body},
        pause::PauseView,
    },
};

#[derive(Serialize)]
struct PageFrame<'a> {
    board: &'a str,
    all: bool,
    rev: i64,
    /// With all of its cards, what is said of the board itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<About<'a>>,
    cards: Vec<PageCard<'a>>,
    gone: &'a [Box<str>],
}

#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    /// That no card on it raises alarms, as HTML; empty if they do.
    pause: String,
}

#[derive(Serialize)]
struct PageCard<'a> {
    key: &'a str,
    rev: i64,
    section: &'a str,
    html: String,
}

#[derive(Serialize)]
struct ProgramFrame<'a> {
    board: &'a str,
    all: bool,
    rev: i64,
    cards: Vec<CardBody<'a>>,
    gone: &'a [Box<str>],
}

/// A board's cards as pages get them.
pub fn page_frame(frame: &Frame<'_>, zone: &TimeZone) -> Bytes {
    html_frame(frame, zone, |card, place| CardView::of(card, place, zone))
}

/// A board's cards as screens on walls get them.
pub fn wall_frame(frame: &Frame<'_>, zone: &TimeZone) -> Bytes {
    html_frame(frame, zone, |card, place| CardView::of(card, place, zone).unlinked())
}

fn html_frame(frame: &Frame<'_>, zone: &TimeZone, view_of: impl Fn(&Card, Place<'_>) -> CardView) -> Bytes {
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
    let Frame { board, of, all, rev, cards, recents, gone } = frame;
    let about = of.filter(|_| *all).map(|board| About::of(board, zone));
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
    sse::event(Name::Cards, None, &PageFrame { board, all: *all, rev: *rev, about, cards, gone })
}

impl<'a> About<'a> {
    fn of(board: &'a Board, zone: &TimeZone) -> Self {
        let pause = PauseView::of(board.pause.as_deref(), zone).map(PauseView::line);
        Self { name: &board.name, pause: pause.unwrap_or_default() }
    }
}

/// A board's cards as programs get them.
pub fn program_frame(frame: &Frame<'_>) -> Bytes {
    let Frame { board, all, rev, cards, gone, .. } = frame;
    let cards = cards.iter().map(|(card, _)| body(card, board)).collect();
    sse::event(Name::Cards, None, &ProgramFrame { board, all: *all, rev: *rev, cards, gone })
}
