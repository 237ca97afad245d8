//! What streams of one kind have in common, in each language that somebody may listen in: what goes out is encoded once for
//! all who listen in the same.

use std::sync::Arc;

use bytes::Bytes;
use jiff::tz::TimeZone;

use crate::{
    app::App,
    assets,
    domain::{posts::Published, rights},
    live::{
        Cursor,
        event::{Change, Format},
        state::frame::Frame,
        stream::source::Source,
    },
    text::{self, Language},
    web::stream::{receipts, roster},
};

/// A client that has more than so many posts to come is better off loading its page anew.
const MAX_BACKLOG: usize = 1000;

/// How streams of one kind say what goes out. Times are told in the zone.
#[derive(Clone, Copy)]
pub(super) struct FrameKind {
    /// The format, in each language.
    pub(super) format: fn(Language) -> Format,
    /// What is said of a post.
    pub(super) encode: fn(&Cursor, &Published, Change, &TimeZone) -> Bytes,
    /// What is said of cards.
    pub(super) encode_cards: fn(&Frame<'_>, &TimeZone) -> Bytes,
    /// Whether receipts and rosters are told.
    pub(super) has_receipts: bool,
}

/// A source for each language.
#[derive(Clone, Debug)]
pub(super) struct ByLanguage([Arc<Source>; Language::COUNT]);

impl ByLanguage {
    pub(super) fn new(app: &App, kind: FrameKind) -> Self {
        let sources = Language::ALL.iter().map(|&language| Arc::new(source(app, kind, language)));
        Self(sources.collect::<Vec<_>>().try_into().expect("one for each language"))
    }

    /// That of the language in which this is asked.
    pub(super) fn source(&self) -> Arc<Source> {
        self.0[text::language() as usize].clone()
    }
}

fn source(app: &App, kind: FrameKind, language: Language) -> Source {
    let zone = app.config.time_zone.clone();
    let zone_of_cards = zone.clone();
    let encode = move |cursor: &Cursor, published: &Published, change| {
        text::in_language_of(language, || (kind.encode)(cursor, published, change, &zone))
    };
    let encode_cards = move |frame: &Frame<'_>| {
        text::in_language_of(language, || (kind.encode_cards)(frame, &zone_of_cards))
    };
    Source {
        log: app.log.clone(),
        state: app.state.clone(),
        right_end: rights::end_of(app.db.clone()),
        build: assets::build(),
        max_backlog: Some(MAX_BACKLOG),
        format: (kind.format)(language),
        encode: Box::new(encode),
        encode_cards: Box::new(encode_cards),
        read_receipts: kind.has_receipts.then(|| receipts::of(app)),
        read_roster: kind.has_receipts.then(|| roster::of(app)),
    }
}
