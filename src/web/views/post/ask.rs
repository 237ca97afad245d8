//! What a post asks of its readers, as templates show it.

use jiff::tz::TimeZone;

use super::words::meaning_class;
use crate::{
    clock::Moment,
    domain::posts::{
        Draft, Post,
        answers::{self, Offer},
        coordinators,
    },
};

/// What a post asks of its readers, and what its viewer did about it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Whether it still asks.
    pub open: bool,
    pub due: Option<Moment>,
    /// Since when its viewer has acknowledged it. An event's HTML, which is the same for all, leaves it to the page.
    pub acknowledged: Option<Moment>,
    /// Whether they can take it back.
    pub may_take_back: bool,
    /// What it offers as answers.
    pub offers: Vec<Offer>,
    /// Whether who needs help is to say by which number they can be called.
    pub telephone: bool,
    /// Whether others than its author see what is said, too.
    pub has_coordinators: bool,
    /// What they answered.
    pub answered: Option<String>,
    /// Who answered in their place.
    pub answered_by: Option<String>,
    /// Who helps them.
    pub taken_by: Option<String>,
    /// An answer that comes back, of which something is wrong.
    pub typed: Typed,
}

/// An answer as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub note: String,
    pub telephone: String,
    /// What is wrong with it.
    pub problems: Vec<String>,
}

impl Ask {
    /// The offers, each with its meaning as a class.
    pub fn choices(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.offers.iter().map(|offer| (offer.text.as_str(), meaning_class(offer.kind)))
    }

    pub(super) fn of(post: &Post, zone: &TimeZone) -> Self {
        Self {
            open: post.is_asking(),
            due: post.due_ms.map(|ms| Moment::of(ms, zone)),
            acknowledged: None,
            may_take_back: false,
            offers: answers::of(post),
            telephone: post.telephone,
            has_coordinators: coordinators::of(post).is_some(),
            answered: None,
            answered_by: None,
            taken_by: None,
            typed: Typed::default(),
        }
    }

    /// Of a draft that asks something.
    pub(super) fn of_draft(draft: &Draft, zone: &TimeZone) -> Self {
        Self {
            open: true,
            due: draft.due_ms.map(|ms| Moment::of(ms, zone)),
            acknowledged: None,
            may_take_back: false,
            offers: draft.answers.clone(),
            telephone: draft.telephone,
            has_coordinators: draft.coordinators.is_some(),
            answered: None,
            answered_by: None,
            taken_by: None,
            typed: Typed::default(),
        }
    }
}
