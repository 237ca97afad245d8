//! Of what somebody wants to hear a sound.

use crate::domain::{
    posts::{Kind, Post, Severity},
    users::User,
};

/// What has a sound of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// News.
    News,
    /// An alert of that severity.
    Alert(Severity),
}

/// Those that somebody wants to hear, as words one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sounds(String);

impl Sound {
    /// All that there are.
    pub const ALL: [Self; 4] = [
        Self::News,
        Self::Alert(Severity::Info),
        Self::Alert(Severity::Warning),
        Self::Alert(Severity::Critical),
    ];

    /// That of a post.
    pub fn of(post: &Post) -> Self {
        match (post.kind, post.severity) {
            (Kind::Alert, Some(severity)) => Self::Alert(severity),
            _ => Self::News,
        }
    }

    /// As forms and scripts say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Alert(Severity::Info) => "info",
            Self::Alert(Severity::Warning) => "warning",
            Self::Alert(Severity::Critical) => "critical",
        }
    }
}

impl Sounds {
    /// Those of these words; others are passed over.
    pub fn of_words(words: &[String]) -> Self {
        let known = Sound::ALL.iter().map(|sound| sound.word());
        Self(known.filter(|word| words.iter().any(|sent| sent == word)).collect::<Vec<_>>().join(" "))
    }

    /// Whether they want to hear this one.
    pub fn has(&self, sound: Sound) -> bool {
        self.0.split(' ').any(|word| word == sound.word())
    }

    /// The words, with a space between two.
    pub fn words(&self) -> &str {
        &self.0
    }
}

impl User {
    /// Of what they want to hear a sound.
    pub fn sounds(&self) -> Sounds {
        Sounds(self.sounds.clone())
    }
}
