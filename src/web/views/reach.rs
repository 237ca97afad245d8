//! The line that says whom a post would reach.

use crate::domain::posts::Reach;

/// In a sentence.
pub fn in_words(reach: Reach) -> String {
    match reach {
        Reach::Of { people: 0, .. } => "Reaches nobody yet.".into(),
        Reach::Of { people: 1, .. } => "Reaches 1 person.".into(),
        Reach::Of { people, live: None } => format!("Reaches {people} people."),
        Reach::Of { people, live: Some(live) } => format!("Reaches {people} people, {}.", with_page(live)),
        Reach::Many { live } => format!("Reaches more than 1,000 people, {}.", with_page(live)),
        Reach::AtMost(0) => "Reaches nobody yet.".into(),
        Reach::AtMost(1) => "Reaches 1 person at most.".into(),
        Reach::AtMost(people) => format!("Reaches up to {people} people."),
    }
}

fn with_page(live: usize) -> String {
    match live {
        0 => "few or none with a page open now".into(),
        live => format!("about {live} with a page open now"),
    }
}
