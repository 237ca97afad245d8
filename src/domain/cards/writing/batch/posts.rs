//! The posts that progresses publish when they are done or have failed: in the transaction that says so, so that a kill
//! neither loses one nor doubles it. Everything here fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Query,
};

use crate::{
    domain::{
        audit::Actor,
        cards::{Board, Card, Reading},
        change::Change,
        groups,
        posts::{self, Author, Draft, PublishError, escaped},
        tokens, users,
    },
    entities::{groups as group_table, memberships, users as user_table},
    ids::{GroupId, TokenId},
    live::state::{Audience, Stage},
};

/// So many people are named in a post at most, and so many left out.
const MAX_NAMED: usize = 1000;

/// A progress that came to an end of which a post is to tell.
pub(super) struct End {
    card: Card,
    stage: Stage,
    /// Who may see that.
    audience: Audience,
    /// Whether external people who are named or in a group are meant, too.
    has_external: bool,
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
        let (card, stage, of_board) = (now.clone(), progress.state, &board.audience);
        let Some(own) = now.audience.as_deref() else {
            return Some(Self { card, stage, audience: of_board.clone(), has_external: true });
        };
        let has_external = [own, of_board].iter().all(|one| one.external || !one.everyone);
        Some(Self { card, stage, audience: own.and(of_board), has_external })
    }
}

/// Publishes a post for each. One that may not be, or is for nobody, is left out, and the log says so.
pub(super) async fn publish(change: &mut Change, ends: &[End]) -> Result<(), DbErr> {
    // All of them before the first post: from then on nobody may be waited for.
    let groups: BTreeSet<_> = ends.iter().flat_map(|end| &end.audience.groups).copied().collect();
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
    let Some(named) = addressed(&change.tx, end).await? else {
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
    let lines = [text, card.note.as_deref()].into_iter().flatten().map(|line| escaped(line) + "\n\n");
    lines.collect::<String>() + &format!("[What the card says](/cards/{})", card.key)
}

/// Whom a post is for, as a form has it: the names of those who may see now how it ended. None if it is for too many by name.
async fn addressed(tx: &impl ConnectionTrait, end: &End) -> Result<Option<posts::Fields>, DbErr> {
    let audience = &end.audience;
    let these = |ids: &BTreeSet<i64>| user_table::Column::Id.is_in(ids.iter().copied()).into();
    let mut except = names(tx, these(&audience.except)).await?;
    if audience.everyone {
        let external = audience.external;
        let word = "everyone".into();
        return Ok(Some(posts::Fields { audience: word, external, except, ..Default::default() }));
    }
    let mut meant = Condition::any().add(user_table::Column::Id.is_in(audience.people.iter().copied()));
    if audience.admins {
        meant = meant.add(user_table::Column::Role.eq(users::Role::Admin));
    }
    if !end.has_external {
        meant = Condition::all().add(meant).add(user_table::Column::External.eq(false));
        except.extend(names(tx, external_members(&audience.groups)).await?);
    }
    let recipients = names(tx, meant).await?;
    if recipients.len().max(except.len()) > MAX_NAMED {
        return Ok(None);
    }
    let groups = group_table::Entity::find()
        .select_only()
        .column(group_table::Column::Name)
        .filter(group_table::Column::Id.is_in(audience.groups.iter().copied()))
        .filter(group_table::Column::RemovedNumber.is_null());
    let (groups, word) = (groups.into_tuple().all(tx).await?, "chosen".into());
    Ok(Some(posts::Fields { audience: word, recipients, groups, except, ..Default::default() }))
}

/// External people who are in one of these groups now.
fn external_members(groups: &BTreeSet<i64>) -> Condition {
    let members = Query::select()
        .column(memberships::Column::UserId)
        .from(memberships::Entity)
        .and_where(memberships::Column::GroupId.is_in(groups.iter().copied()))
        .and_where(memberships::Column::ToNumber.is_null())
        .to_owned();
    let is_external = user_table::Column::External.eq(true);
    Condition::all().add(is_external).add(user_table::Column::Id.in_subquery(members))
}

/// The names of those of these people who may sign in: one more than may be named, at most.
async fn names(tx: &impl ConnectionTrait, these: Condition) -> Result<Vec<String>, DbErr> {
    let rows = user_table::Entity::find().select_only().column(user_table::Column::Name);
    let rows = rows.filter(these).filter(users::who_may_sign_in()).limit(MAX_NAMED as u64 + 1);
    rows.into_tuple().all(tx).await
}
