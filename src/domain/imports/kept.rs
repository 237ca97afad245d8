//! A list that was brought by a page: kept until it was taken, so that what is done is what was shown, whichever node is
//! asked. The links that it makes are sealed for the session that takes it, as whatever is shown once. Whatever takes a
//! `db` fails as the database does.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use tower_sessions::session::Id;

use crate::{
    clock, digest,
    domain::{
        imports::Done,
        reveals::{self, SecretKind},
    },
    entities::lists,
    ids::UserId,
};

pub use crate::entities::lists::Model as KeptList;

/// A list that nobody took by then is forgotten, and so is what became of one that was.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// Whoever takes a list says so more often; after this, nobody does any more.
const SILENCE: Duration = Duration::from_secs(30);

/// How often whoever takes a list says so.
pub const BEAT_INTERVAL: Duration = Duration::from_secs(1);

/// Links wait so long for whoever made them.
const LINKS_GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// What became of a kept list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListState {
    /// It is there, to be looked at.
    Shown,
    /// Somebody takes it.
    Running,
    /// Whoever took it stopped in the middle.
    Stopped,
    /// It was taken, or given up.
    Ended,
}

impl KeptList {
    /// What became of it.
    pub fn state(&self) -> ListState {
        match (self.begun_ms, self.beat_ms, self.ended_ms) {
            (_, _, Some(_)) => ListState::Ended,
            (None, ..) => ListState::Shown,
            (Some(_), Some(beat), _) if beat > clock::ago_ms(SILENCE) => ListState::Running,
            _ => ListState::Stopped,
        }
    }

    /// How much of it was done.
    pub fn done(&self) -> Done {
        let count = |count: i64| usize::try_from(count).unwrap_or_default();
        let [added, changed, disabled, links] =
            [self.added, self.changed, self.disabled, self.links].map(count);
        Done { added, changed, disabled, links }
    }
}

/// Keeps a list for the page that shows what it would change; its key. Others of the same admin, which were not taken,
/// are forgotten.
pub async fn keep(db: &impl ConnectionTrait, maker: UserId, text: String) -> Result<String, DbErr> {
    sweep(db).await?;
    let earlier =
        Condition::all().add(lists::Column::MadeBy.eq(maker.0)).add(lists::Column::BegunMs.is_null());
    lists::Entity::delete_many().filter(earlier).exec(db).await?;
    let random: [u8; 16] = rand::random();
    let key = digest::hex(&random);
    let row = lists::ActiveModel {
        key: Set(key.clone()),
        made_by: Set(maker.0),
        text: Set(text),
        created_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    lists::Entity::insert(row).exec_without_returning(db).await?;
    Ok(key)
}

/// The list of that key.
pub async fn find(db: &impl ConnectionTrait, key: &str) -> Result<Option<KeptList>, DbErr> {
    let young = lists::Column::CreatedMs.gt(clock::ago_ms(KEEP));
    lists::Entity::find_by_id(key).filter(young).one(db).await
}

/// Begins to take a list, unless somebody does so. Of two who try at once, one does.
pub async fn begin(db: &impl ConnectionTrait, key: &str) -> Result<bool, DbErr> {
    let nobody_does = Condition::any()
        .add(lists::Column::BeatMs.is_null())
        .add(lists::Column::BeatMs.lte(clock::ago_ms(SILENCE)));
    let begun = lists::Entity::update_many()
        .col_expr(lists::Column::BegunMs, Expr::value(clock::now_ms()))
        .col_expr(lists::Column::BeatMs, Expr::value(clock::now_ms()))
        .filter(lists::Column::Key.eq(key))
        .filter(lists::Column::EndedMs.is_null())
        .filter(nobody_does);
    Ok(begun.exec(db).await?.rows_affected > 0)
}

/// Says that somebody takes the list, and how much was done.
pub async fn beat(db: &impl ConnectionTrait, key: &str, done: Done) -> Result<(), DbErr> {
    let noted = lists::ActiveModel { beat_ms: Set(Some(clock::now_ms())), ..counted(done) };
    update(db, key, noted).await
}

/// Says that the list was taken, or why it was given up.
pub async fn end(
    db: &impl ConnectionTrait,
    key: &str,
    done: Done,
    failure: Option<String>,
) -> Result<(), DbErr> {
    let ended = lists::ActiveModel {
        text: Set(String::new()),
        ended_ms: Set(Some(clock::now_ms())),
        failure: Set(failure),
        ..counted(done)
    };
    update(db, key, ended).await
}

/// Keeps some links for the page that offers them to this session.
pub(super) async fn add_links(
    db: &impl ConnectionTrait,
    session: &Id,
    key: &str,
    lines: &str,
) -> Result<(), DbErr> {
    let Some(list) = lists::Entity::find_by_id(key).one(db).await? else { return Ok(()) };
    let part = part(key, list.parts);
    reveals::keep_as(db, SecretKind::Links, session, &part, lines, LINKS_GOOD_FOR).await?;
    let counted = lists::Entity::update_many()
        .col_expr(lists::Column::Parts, Expr::col(lists::Column::Parts).add(1))
        .filter(lists::Column::Key.eq(key));
    counted.exec(db).await.map(|_| ())
}

/// The links of this session, as lines of name, number and secret with tabs between; they are forgotten with that.
pub async fn take_links(db: &impl ConnectionTrait, session: &Id, list: &KeptList) -> Result<String, DbErr> {
    let mut lines = String::new();
    for number in 0..list.parts {
        let taken = reveals::take(db, SecretKind::Links, session, &part(&list.key, number)).await?;
        lines.extend(taken);
    }
    Ok(lines)
}

/// Forgets the lists that are too old.
pub async fn sweep(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let old = lists::Entity::delete_many().filter(lists::Column::CreatedMs.lte(clock::ago_ms(KEEP)));
    old.exec(db).await.map(|_| ())
}

fn part(key: &str, number: i64) -> String {
    format!("{key}:{number}")
}

fn counted(done: Done) -> lists::ActiveModel {
    let count = |count: usize| Set(i64::try_from(count).unwrap_or(i64::MAX));
    lists::ActiveModel {
        added: count(done.added),
        changed: count(done.changed),
        disabled: count(done.disabled),
        links: count(done.links),
        ..Default::default()
    }
}

async fn update(db: &impl ConnectionTrait, key: &str, change: lists::ActiveModel) -> Result<(), DbErr> {
    let this = lists::Entity::update_many().set(change).filter(lists::Column::Key.eq(key));
    this.exec(db).await.map(|_| ())
}
