//! The posts that progresses publish when they are done or have failed: in the transaction that says so, so that a kill
//! neither loses one nor doubles it. Everything here fails as the database does.

use std::collections::BTreeSet;

use sea_orm::DbErr;

use crate::{
    domain::{
        audit::Actor,
        cards::{Board, Card, Reading, addressees},
        change::Change,
        groups,
        posts::{self, Author, Draft, PublishError, escaped},
        tokens, users,
    },
    ids::{GroupId, TokenId},
    live::state::{Audience, Stage},
};

/// A progress that came to an end of which a post is to tell.
pub(super) struct End {
    card: Card,
    stage: Stage,
    /// Whoever is meant by all of these may see that.
    audiences: Vec<Audience>,
}

impl End {
    /// The end to be told of, if the card came to one just now.
    pub(super) fn between(before: Option<&Card>, now: &Card, board: &Board) -> Option<Self> {
        let ended = |card: &Card| match &card.reading {
            Reading::Progress(progress) => progress.ended_ms.filter(|_| progress.state.is_over()),
            _ => None,
        };
        let Reading::Progress(progress) = &now.reading else { return None };
        let is_asked = progress.publish.as_ref().is_some_and(|asked| asked.when.contains(&progress.state));
        if !is_asked || ended(now) == before.and_then(ended) {
            return None;
        }
        let audiences = now.audiences(board);
        Some(Self { card: now.clone(), stage: progress.state, audiences })
    }
}

/// Publishes a post for each. One that may not be, or is for nobody, is left out, and the log says so.
pub(super) async fn publish(change: &mut Change, ends: &[End]) -> Result<(), DbErr> {
    // All of them before the first post: from then on nobody may be waited for.
    let audiences = ends.iter().flat_map(|end| &end.audiences);
    let groups: BTreeSet<_> = audiences.flat_map(|one| &one.groups).copied().collect();
    groups::hold(&change.tx, groups.into_iter().map(GroupId)).await?;
    for end in ends {
        let refused = match prepare(change, end).await? {
            Ok((author, draft)) => match posts::publish(change, &author, &draft).await {
                Ok(_) => None,
                Err(PublishError::Database(error)) => return Err(error),
                Err(error) => Some(error.to_string()),
            },
            Err(why) => Some(why.to_owned()),
        };
        if let Some(why) = refused {
            tracing::warn!(card.key = %end.card.key, why, "A progress has ended, and its post was not published");
        }
    }
    Ok(())
}

/// In whose name a post is published, and what it says; or why there is none.
async fn prepare(change: &Change, end: &End) -> Result<Result<(Author, Draft), &'static str>, DbErr> {
    let owner = users::find(&change.tx, end.card.owner).await?;
    let Some(owner) = owner.filter(|owner| owner.may_post() && users::may_sign_in(owner)) else {
        return Ok(Err("its owner may not post"));
    };
    let Reading::Progress(progress) = &end.card.reading else { return Ok(Err("it is no progress")) };
    let token = progress.publish.as_ref().and_then(|asked| asked.token).map(TokenId);
    let only = match token {
        Some(token) => tokens::groups_of_id(&change.tx, token).await?,
        None => None,
    };
    let Some(named) = addressees::of(&change.tx, &end.audiences).await? else {
        return Ok(Err("it is for more people by name than a post may be"));
    };
    let fields = posts::Fields {
        kind: "news".into(),
        title: format!("{}: {}", end.card.title, if end.stage == Stage::Done { "done" } else { "failed" }),
        body: body(&end.card, progress.text.as_deref()),
        ..named
    };
    let Ok(draft) = Draft::parse(&fields) else { return Ok(Err("it is for nobody")) };
    let by = Actor::server_for(&owner);
    Ok(Ok((Author { user: owner.user_id(), by, only, token }, draft)))
}

fn body(card: &Card, text: Option<&str>) -> String {
    let lines = [text, card.note()].into_iter().flatten().map(|line| escaped(line) + "\n\n");
    lines.collect::<String>() + &format!("[What the card says](/cards/{})", card.key)
}
