//! Of which ends of a progress a post is to tell, as programs say it.

use serde::Deserialize;

use crate::{
    domain::cards::{Fields, Keeper},
    live::state::{Audience, Progress, Publish, Reading, Stage},
};

/// `done`, `failed`, or both in a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = r#"`publish` is "done", "failed", or a list of them"#)]
pub enum Ends {
    /// One of them.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Ends {
    /// The ends, each once.
    fn parse(&self) -> Result<Vec<Stage>, String> {
        let words = match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::Several(words) => words,
        };
        let mut ends = Vec::new();
        for (word, stage) in [("done", Stage::Done), ("failed", Stage::Failed)] {
            ends.extend(words.iter().any(|one| one == word).then_some(stage));
        }
        match words.iter().all(|word| ["done", "failed"].contains(&word.as_str())) {
            true => Ok(ends),
            false => {
                Err("A progress publishes a post when it is `done`, when it has `failed`, or both.".into())
            }
        }
    }
}

impl Fields<Audience> {
    pub(super) fn set_publish(&self, progress: &mut Progress) -> Result<(), String> {
        let Some(given) = &self.publish else { return Ok(()) };
        let when = given.as_ref().map(Ends::parse).transpose()?.unwrap_or_default();
        progress.publish = (!when.is_empty()).then_some(Publish { when, token: None });
        Ok(())
    }

    /// Notes who asked for posts, if that was said.
    pub(in crate::domain::cards) fn note_token(&self, reading: &mut Reading, keeper: &Keeper) {
        let Reading::Progress(progress) = reading else { return };
        let Some(publish) = &mut progress.publish else { return };
        if self.publish.is_some() {
            publish.token = keeper.token.map(|token| token.0);
        }
    }
}
