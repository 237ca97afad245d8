//! What a roster shows: who did what, how many gave which answer, and the lists by state.

use jiff::tz::TimeZone;

use super::{behind, fields};
use crate::{
    clock::Moment,
    domain::posts::{
        answers::Offer,
        roster::{Entry, Filter, Numbers, RosterState, Seen},
    },
    text,
    web::views::post::meaning_class,
};

/// One of the recipients.
pub(super) struct PersonRow {
    pub(super) id: i64,
    pub(super) name: String,
    /// When it reached them, if that was later than others.
    pub(super) added: Option<Moment>,
    /// What they said, as a CSS class.
    pub(super) state: &'static str,
    pub(super) words: String,
    /// What the answer means, as a CSS class; empty without an answer.
    pub(super) meaning: &'static str,
    /// Whether they have read it; empty where that is not told.
    pub(super) seen: String,
    pub(super) note: String,
    pub(super) telephone: String,
    pub(super) at: Option<Moment>,
    /// Who answered in their place.
    pub(super) by: Option<String>,
    /// Who helps them, and since when.
    pub(super) taken: Option<(String, Moment)>,
}

/// How many gave one of the answers.
pub(super) struct AnswerCount {
    /// Which of the answers it is, from 0.
    pub(super) place: usize,
    pub(super) words: String,
    /// What the answer means, as a CSS class.
    pub(super) meaning: &'static str,
    pub(super) people: u64,
    pub(super) address: String,
    pub(super) is_current: bool,
}

/// A list of those of one state, or of all.
pub(super) struct StateLink {
    pub(super) address: String,
    pub(super) words: String,
    pub(super) is_current: bool,
}

/// The lists by state, each with how many it has.
pub(super) fn links(address: &str, filter: &Filter, numbers: &Numbers) -> Vec<StateLink> {
    let link = |state: Option<RosterState>, words: String| {
        let others = fields(&Filter { state, answer: None, ..filter.clone() });
        let behind = behind(&others, &filter.search.typed);
        let address = if behind.is_empty() { address.to_owned() } else { format!("{address}?{behind}") };
        StateLink { address, words, is_current: filter.state == state && filter.answer.is_none() }
    };
    let apart = numbers.recipients.saturating_sub(numbers.acknowledged + numbers.outstanding);
    let mut links = vec![
        link(None, text::of("roster-all").with("count", numbers.recipients).unmarked()),
        link(
            Some(RosterState::Outstanding),
            text::of("roster-outstanding").with("count", numbers.outstanding).unmarked(),
        ),
        link(
            Some(RosterState::Acknowledged),
            text::of("roster-acknowledged").with("count", numbers.acknowledged).unmarked(),
        ),
    ];
    if apart > 0 || filter.state == Some(RosterState::Apart) {
        links.push(link(Some(RosterState::Apart), text::of("roster-apart").with("count", apart).unmarked()));
    }
    links
}

/// How many gave each answer, the calls for help first.
pub(super) fn counts(address: &str, filter: &Filter, offers: &[Offer], tally: &[u64]) -> Vec<AnswerCount> {
    let count = |(place, (offer, people)): (usize, (&Offer, &u64))| {
        let answer = i32::try_from(place).ok();
        let behind = behind(&fields(&Filter { answer, state: None, ..filter.clone() }), &filter.search.typed);
        AnswerCount {
            place,
            words: offer.text.clone(),
            meaning: meaning_class(offer.kind),
            people: *people,
            address: format!("{address}?{behind}"),
            is_current: filter.answer == answer,
        }
    };
    let mut counts: Vec<_> = offers.iter().zip(tally).enumerate().map(count).collect();
    counts.sort_by_key(|count| count.meaning != "help");
    counts
}

impl PersonRow {
    pub(super) fn of(entry: Entry, offers: &[Offer], zone: &TimeZone) -> Self {
        let answer = entry.offer(offers);
        Self {
            meaning: answer.map_or("", |offer| meaning_class(offer.kind)),
            note: entry.note.unwrap_or_default(),
            telephone: entry.telephone.unwrap_or_default(),
            by: entry.by,
            id: entry.user.id,
            name: entry.user.name,
            state: entry.state.word(),
            words: answer.map_or_else(|| words(entry.state), |offer| offer.text.clone()),
            seen: entry.seen.map(seen_words).unwrap_or_default(),
            at: entry.at_ms.map(|ms| Moment::of(ms, zone)),
            added: entry.added_ms.map(|ms| Moment::of(ms, zone)),
            taken: entry.taken.map(|(name, ms)| (name, Moment::of(ms, zone))),
        }
    }
}

impl PersonRow {
    /// The number as telephones take it.
    pub(super) fn dialled(&self) -> String {
        self.telephone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

fn seen_words(seen: Seen) -> String {
    match seen {
        Seen { read: true, .. } => text::say("roster-person-read"),
        Seen { sent: true, .. } => text::say("roster-person-sent"),
        Seen { .. } => text::say("roster-person-unread"),
    }
}

/// A state in words.
fn words(state: RosterState) -> String {
    text::say(match state {
        RosterState::Acknowledged => text::key("roster-has-seen"),
        RosterState::Outstanding => text::key("roster-not-yet"),
        RosterState::Apart => text::key("roster-is-apart"),
    })
}
