//! A board as templates show it.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use jiff::tz::TimeZone;

use crate::{
    clock,
    domain::cards::{Board, Card, Concern, Recent},
    live::audience::Viewer,
    text,
    web::views::card::CardView,
};

/// A board with its cards, section by section.
#[derive(Clone, Debug)]
pub struct BoardView {
    pub slug: String,
    pub name: String,
    pub sections: Vec<SectionView>,
    pub count: usize,
    /// The title of the card that needs somebody most, if one does.
    pub worst: Option<String>,
}

/// A section of a board; without a heading for what stands in none.
#[derive(Clone, Debug)]
pub struct SectionView {
    /// As it begins the places of its cards.
    pub number: String,
    pub heading: String,
    pub cards: Vec<CardView>,
}

/// A board in the list of boards.
#[derive(Clone, Debug)]
pub struct BoardRow {
    pub slug: String,
    pub name: String,
    pub count: usize,
    pub concern: Concern,
    /// The title of the card that needs somebody most, if one does.
    pub worst: Option<String>,
}

impl BoardView {
    /// The board with those of these cards that the viewer may see, and what they were lately, by key.
    pub fn of<'a>(
        board: &Board,
        cards: impl IntoIterator<Item = &'a Card>,
        recents: &HashMap<Box<str>, Recent>,
        viewer: &Viewer,
        zone: &TimeZone,
    ) -> Self {
        let is_seen = |card: &&Card| card.audience.as_deref().is_none_or(|only| only.includes(viewer));
        let mut placed: Vec<_> =
            cards.into_iter().filter(is_seen).map(|card| (board.layout.place(&card.key), card)).collect();
        placed.sort_by(|(place, card), (other_place, other)| {
            (place, &card.key).cmp(&(other_place, &other.key))
        });
        let mut sections: Vec<SectionView> = Vec::new();
        for (place, card) in &placed {
            let mut view = CardView::of(card, *place, zone);
            if let Some(recent) = recents.get(&*card.key) {
                view.show_recent(card, recent);
            }
            let number = view.section().to_owned();
            match sections.last_mut() {
                Some(section) if section.number == number => section.cards.push(view),
                _ => {
                    let heading = place.heading.to_owned();
                    sections.push(SectionView { number, heading, cards: vec![view] });
                }
            }
        }
        Self {
            slug: board.slug.to_string(),
            name: board.name.to_string(),
            sections,
            count: placed.len(),
            worst: worst(placed.iter().map(|(_, card)| *card)).1,
        }
    }
}

impl BoardView {
    /// As it stands on a wall, where nobody follows a link.
    pub fn unlinked(mut self) -> Self {
        for section in &mut self.sections {
            section.cards = section.cards.drain(..).map(CardView::unlinked).collect();
        }
        self
    }
}

impl BoardRow {
    /// A board with the cards on it that somebody may see.
    pub fn of((board, cards): (Arc<Board>, Vec<Arc<Card>>)) -> Self {
        let (concern, worst) = worst(cards.iter().map(|card| &**card));
        let (slug, name) = (board.slug.to_string(), board.name.to_string());
        Self { slug, name, count: cards.len(), concern, worst }
    }

    /// How its worst card is, in a word.
    pub fn word(&self) -> String {
        match self.concern {
            Concern::None => text::say("concern-none"),
            Concern::Old => text::say("concern-old"),
            Concern::Stalled => text::say("concern-stalled"),
            Concern::Warning => text::say("concern-warning"),
            Concern::Critical => text::say("concern-critical"),
        }
    }

    /// The same as a class.
    pub fn class(&self) -> &'static str {
        match self.concern {
            Concern::None => "ok",
            Concern::Old => "old",
            Concern::Stalled => "stalled",
            Concern::Warning => "warning",
            Concern::Critical => "critical",
        }
    }
}

/// How much somebody should look, and at which card first.
fn worst<'a>(cards: impl Iterator<Item = &'a Card>) -> (Concern, Option<String>) {
    let now = clock::now_ms();
    // The first of those that are equally bad.
    let worst = cards.map(|card| (card.concern(now), card)).min_by_key(|(concern, _)| Reverse(*concern));
    match worst {
        Some((concern, card)) if concern > Concern::None => (concern, Some(card.title.to_string())),
        _ => (Concern::None, None),
    }
}
