//! Posts: from what was typed to a row, and who may see which. Whatever takes a `db` fails as the database
//! does.

use std::collections::{BTreeSet, HashSet};

use sea_orm::{
    ActiveEnum,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use crate::{
    clock,
    domain::{
        groups::{self, Group},
        users::{self},
    },
    entities::{post_groups, posts, recipients, users as user_table},
    ids::{GroupId, UserId},
    live::{
        audience::visible_to,
        log::posts::{recipients_of, with_authors},
    },
    names,
};

pub use crate::entities::posts::{Audience, Kind, Model as Post, Severity};
pub use crate::live::log::posts::Published;
pub use draft::{Draft, Fields, Problems};

pub mod alerts;
pub mod draft;
pub mod markdown;
pub mod publishing;

impl Post {
    /// What it is and whom it is for, without what it says.
    pub fn summary(&self) -> String {
        let severity = self.severity.map(|severity| severity.to_value());
        let what = severity.unwrap_or_else(|| self.kind.to_value());
        format!("{what} for {}", self.audience.to_value())
    }
}

/// Why a draft did not become a post.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something in it is not right.
    #[error("the draft has problems")]
    Problems(Box<Problems>),
    /// It is for others than the groups that it may be for.
    #[error("it may only be for certain groups")]
    OtherGroups,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Has a post say another time, for a demo, whose days are made up. Fails as the database does.
pub async fn backdate(db: &impl ConnectionTrait, post: &Post, at_ms: i64) -> Result<(), DbErr> {
    posts::Entity::update_many()
        .col_expr(posts::Column::PublishedMs, Expr::value(at_ms))
        .filter(posts::Column::Id.eq(post.id))
        .exec(db)
        .await
        .map(|_| ())
}

/// Stores the post and, unless it is for everyone, who gets it. Part of the transaction that also writes the log.
///
/// # Errors
/// A recipient whom nobody knows (or who is disabled), a group that is not there or that nobody is in, an
/// audience other than the groups in `only`, and those of the database.
pub async fn publish(
    db: &impl ConnectionTrait,
    author: UserId,
    only: Option<&[GroupId]>,
    draft: &Draft,
    key: Option<&str>,
) -> Result<Post, PublishError> {
    if let Some(only) = only
        && !is_for_none_but(db, only, draft).await?
    {
        return Err(PublishError::OtherGroups);
    }
    let Recipients { people, groups } = resolve(db, draft).await?;
    let row = posts::ActiveModel {
        author_id: Set(author.0),
        kind: Set(draft.kind),
        severity: Set(draft.severity),
        title: Set(draft.title.clone()),
        body: Set(draft.body.clone()),
        html: Set(draft.html.clone()),
        audience: Set(draft.audience),
        key: Set(key.map(str::to_owned)),
        published_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    let post = posts::Entity::insert(row).exec_with_returning(db).await?;
    for people in people.chunks(1000) {
        let rows =
            people.iter().map(|user| recipients::ActiveModel { post_id: Set(post.id), user_id: Set(user.0) });
        recipients::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    for group in groups {
        let row = post_groups::ActiveModel {
            post_id: Set(post.id),
            group_id: Set(group.id),
            name: Set(group.name),
        };
        post_groups::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(post)
}

/// A group that is not there counts as one that is none of these, so that nobody learns which there are.
async fn is_for_none_but(db: &impl ConnectionTrait, only: &[GroupId], draft: &Draft) -> Result<bool, DbErr> {
    if draft.audience != Audience::Groups {
        return Ok(false);
    }
    let (groups, unknown) = groups::find_by_names(db, &draft.names).await?;
    Ok(unknown.is_empty() && groups.iter().all(|group| only.contains(&group.group_id())))
}

/// Which posts of a feed; every filter that is given must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// With an id below this one.
    pub before: Option<i64>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this severity.
    pub severity: Option<Severity>,
}

/// The newest posts that the viewer may see, newest first, at most `count`.
pub async fn feed(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: Filter,
    count: u64,
) -> Result<Vec<Published>, DbErr> {
    let wanted = Condition::all()
        .add(visible_to(viewer))
        .add_option(filter.before.map(|before| posts::Column::Id.lt(before)))
        .add_option(filter.kind.map(|kind| posts::Column::Kind.eq(kind)))
        .add_option(filter.severity.map(|severity| posts::Column::Severity.eq(severity)));
    let newest = posts::Entity::find().filter(wanted).order_by_desc(posts::Column::Id);
    with_authors(db, newest.limit(count).all(db).await?).await
}

/// One post; `None` when there is none of this id that the viewer may see.
pub async fn find(db: &impl ConnectionTrait, viewer: UserId, id: i64) -> Result<Option<Published>, DbErr> {
    let post = posts::Entity::find_by_id(id).filter(visible_to(viewer)).one(db).await?;
    Ok(with_authors(db, post.into_iter().collect()).await?.pop())
}

/// The post that this author's form with this one-time key made.
pub async fn find_by_key(
    db: &impl ConnectionTrait,
    author: UserId,
    key: &str,
) -> Result<Option<Post>, DbErr> {
    posts::Entity::find()
        .filter(posts::Column::AuthorId.eq(author.0))
        .filter(posts::Column::Key.eq(key))
        .one(db)
        .await
}

/// The names of a post's recipients, in order.
pub async fn recipient_names(db: &impl ConnectionTrait, post: i64) -> Result<Vec<String>, DbErr> {
    let received = Query::select()
        .column(recipients::Column::UserId)
        .from(recipients::Entity)
        .and_where(recipients::Column::PostId.eq(post))
        .to_owned();
    let people = user_table::Entity::find()
        .select_only()
        .column(user_table::Column::Name)
        .filter(user_table::Column::Id.in_subquery(received));
    users::in_order(people).into_tuple().all(db).await
}

/// The names that the post's groups had when it was published, in order.
pub async fn group_names(db: &impl ConnectionTrait, post: i64) -> Result<Vec<String>, DbErr> {
    let of_post = post_groups::Entity::find().filter(post_groups::Column::PostId.eq(post));
    let rows = of_post.all(db).await?;
    let mut names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
    names.sort_by_cached_key(|name| names::sort_key(name));
    Ok(names)
}

/// Whether this post is what publishing the draft would make, whoever joined or left its groups meanwhile.
///
/// # Errors
/// Those of `publish`.
pub async fn is_made_of(db: &impl ConnectionTrait, post: &Post, draft: &Draft) -> Result<bool, PublishError> {
    if !draft.reads_like(post) {
        return Ok(false);
    }
    let meant = resolve(db, draft).await?;
    if draft.audience == Audience::Groups {
        let of_post = post_groups::Entity::find().filter(post_groups::Column::PostId.eq(post.id));
        let stored: BTreeSet<_> = of_post.all(db).await?.into_iter().map(|row| row.group_id).collect();
        return Ok(stored == meant.groups.iter().map(|group| group.id).collect());
    }
    let stored = recipients_of(db, vec![post.id]).await?.remove(&post.id).unwrap_or_default();
    Ok(stored.into_iter().collect::<HashSet<_>>() == meant.people.into_iter().collect())
}

/// Whom an audience comes to at this moment, and by which groups.
#[derive(Default)]
struct Recipients {
    people: Vec<UserId>,
    groups: Vec<Group>,
}

/// Everybody who is meant, once each, or what is wrong with the names.
async fn resolve(db: &impl ConnectionTrait, draft: &Draft) -> Result<Recipients, PublishError> {
    match draft.audience {
        Audience::Everyone => Ok(Recipients::default()),
        Audience::People => {
            let (found, unknown) = users::find_by_names(db, &draft.names).await?;
            all_known("Nobody here is called", &unknown)?;
            Ok(Recipients { people: found.iter().map(users::User::user_id).collect(), groups: Vec::new() })
        }
        Audience::Groups => {
            let (groups, unknown) = groups::find_by_names(db, &draft.names).await?;
            all_known("There is no group called", &unknown)?;
            let people = groups::people_in(db, groups.iter().map(Group::group_id)).await?;
            if people.is_empty() {
                return Err(problem("Nobody is in there yet.".into()));
            }
            Ok(Recipients { people, groups })
        }
    }
}

fn all_known(what: &str, unknown: &[String]) -> Result<(), PublishError> {
    match unknown {
        [] => Ok(()),
        [name] => Err(problem(format!("{what} {name}."))),
        [name, more @ ..] => {
            Err(problem(format!("{what} {name}, and {} more of the names are unknown.", more.len())))
        }
    }
}

fn problem(with_audience: String) -> PublishError {
    PublishError::Problems(Box::new(Problems { audience: Some(with_audience), ..Default::default() }))
}
