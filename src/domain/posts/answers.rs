//! What a post offers its readers as answers, and what they answered: from what was typed to what is kept, or to what is wrong
//! with it.

use serde::{Deserialize, Serialize};

use crate::{
    domain::posts::{Post, unseen},
    text,
};

/// So many answers are offered at most: each is a button.
pub const MAX_ANSWERS: usize = 6;

/// Characters of an answer on its button.
const MAX_TEXT: usize = 60;

/// Characters of what is said beside an answer.
const MAX_NOTE: usize = 500;

/// Characters of a telephone number, as people write them.
const MAX_TELEPHONE: usize = 40;

/// One of the answers that a post offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// As its button says it.
    pub text: String,
    /// What it means.
    pub kind: Meaning,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Meaning {
    /// That all is well.
    Fine,
    /// Neither that all is well nor that somebody is to help.
    #[default]
    Neutral,
    /// That somebody is to help.
    Help,
}

/// What somebody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which of the offers, from 0.
    pub index: i32,
    /// The words of the offer.
    pub text: String,
    /// What they said beside it.
    pub note: Option<String>,
    /// By which they can be called.
    pub telephone: Option<String>,
    /// Whether it means that somebody is to help.
    pub needs_help: bool,
}

/// What is wrong with an answer, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerProblems {
    /// What is wrong with which it is.
    pub answer: Option<String>,
    /// What is wrong with what is said beside it.
    pub note: Option<String>,
    /// What is wrong with the number.
    pub telephone: Option<String>,
}

/// What this post offers; nothing, if it does not ask.
pub fn of(post: &Post) -> Vec<Offer> {
    post.answers.as_deref().and_then(|stored| serde_json::from_str(stored).ok()).unwrap_or_default()
}

/// Which of the answers that this post offers mean that somebody is to help, from 0.
pub(super) fn of_help(post: &Post) -> Vec<i32> {
    let of_help = of(post).into_iter().enumerate().filter(|(_, offer)| offer.kind == Meaning::Help);
    of_help.filter_map(|(index, _)| i32::try_from(index).ok()).collect()
}

/// As it is stored; none, if nothing is offered.
pub(super) fn stored(offers: &[Offer]) -> Option<String> {
    (!offers.is_empty()).then(|| serde_json::to_string(offers).expect("words always serialise"))
}

/// Reads the offers as they were typed; where nothing was, there is none.
///
/// # Errors
/// What is wrong with them.
pub(super) fn parse_offers(texts: &[String], kinds: &[String]) -> Result<Vec<Offer>, String> {
    let meaning = |kind: &String| match kind.as_str() {
        "fine" => Some(Meaning::Fine),
        "help" => Some(Meaning::Help),
        "" | "neutral" => Some(Meaning::Neutral),
        _ => None,
    };
    let kinds: Option<Vec<_>> = kinds.iter().map(meaning).collect();
    let kinds = kinds.ok_or_else(|| text::say("draft-answer-kind"))?;
    if texts.len() > MAX_ANSWERS {
        return Err(text::of("draft-answers").with("most", MAX_ANSWERS).say());
    }
    let mut offers: Vec<Offer> = Vec::new();
    for (place, typed) in texts.iter().enumerate() {
        let text = typed.trim();
        if unseen::is_unseen_text(text) {
            continue;
        }
        if text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
            return Err(text::of("draft-answer-long").with("most", MAX_TEXT).say());
        }
        if offers.iter().any(|other| other.text == text) {
            return Err(text::say("draft-answer-twice"));
        }
        let kind = kinds.get(place).copied().unwrap_or(Meaning::Neutral);
        offers.push(Offer { text: text.to_owned(), kind });
    }
    if offers.len() == 1 { Err(text::say("draft-answer-one")) } else { Ok(offers) }
}

/// Reads an answer to this post. Whoever needs help is to say by which number they can be called, if the post asks for one.
///
/// # Errors
/// What is wrong with it, by field.
pub fn parse(post: &Post, answer: &str, note: &str, telephone: &str) -> Result<Answer, AnswerProblems> {
    let offers = of(post);
    let mut problems = AnswerProblems::default();
    let index = answer.trim().parse::<usize>().ok();
    let offer = index.and_then(|index| offers.get(index));
    if offer.is_none() {
        problems.answer = Some(text::say("answer-which"));
    }
    let line = |typed: &str, most: usize| {
        let line = typed.trim();
        let is_good = line.chars().count() <= most && !line.chars().any(char::is_control);
        is_good.then(|| (!unseen::is_unseen_text(line)).then(|| line.to_owned()))
    };
    let note = line(note, MAX_NOTE);
    if note.is_none() {
        problems.note = Some(text::of("answer-note-long").with("most", MAX_NOTE).say());
    }
    let telephone = line(telephone, MAX_TELEPHONE);
    let needs_number = post.telephone && offer.is_some_and(|offer| offer.kind == Meaning::Help);
    let has_number = telephone
        .as_ref()
        .is_some_and(|typed| typed.as_ref().is_none_or(|typed| typed.chars().any(|c| c.is_numeric())));
    if !has_number || (needs_number && telephone.as_ref().is_none_or(Option::is_none)) {
        problems.telephone = Some(text::say("answer-telephone"));
    }
    match (index, offer, problems == AnswerProblems::default()) {
        (Some(index), Some(offer), true) => Ok(Answer {
            index: i32::try_from(index).unwrap_or_default(),
            text: offer.text.clone(),
            note: note.flatten(),
            telephone: telephone.flatten(),
            needs_help: offer.kind == Meaning::Help,
        }),
        _ => Err(problems),
    }
}

/// Reads an answer that somebody else gives in a person's place: who has no screen may have no telephone either.
///
/// # Errors
/// What is wrong with it, by field.
pub fn parse_for_other(
    post: &Post,
    answer: &str,
    note: &str,
    telephone: &str,
) -> Result<Answer, AnswerProblems> {
    let asks_no_number = Post { telephone: false, ..post.clone() };
    let parsed = parse(&asks_no_number, answer, note, telephone);
    // It is not about the number of who reads it.
    parsed.map_err(|problems| AnswerProblems {
        telephone: problems
            .telephone
            .map(|_| text::of("answer-for-telephone-bad").with("most", MAX_TELEPHONE).say()),
        ..problems
    })
}

impl AnswerProblems {
    /// Each problem, by the name of its field.
    pub fn by_field(self) -> impl Iterator<Item = (&'static str, String)> {
        let fields = [("answer", self.answer), ("note", self.note), ("telephone", self.telephone)];
        fields.into_iter().filter_map(|(field, problem)| Some((field, problem?)))
    }

    /// What is wrong, whatever field it is about.
    pub fn sentences(self) -> Vec<String> {
        self.by_field().map(|(_, problem)| problem).collect()
    }
}

impl Answer {
    /// As the record has it.
    pub(super) fn in_words(&self) -> String {
        let parts = [Some(&self.text), self.note.as_ref(), self.telephone.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}
