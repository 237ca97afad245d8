//! What a database that was put back from a copy has forgotten: who was disabled since may sign in again, a token
//! that was revoked works. So sessions and one-time links are not in a copy; the first start says how old it is,
//! and whom and what it lets in; and where the old file is still there, the differences are named.

use std::{collections::HashMap, fmt::Write, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::{
    clock,
    db::{Db, sqlite},
    domain::restores::{compare::compare, side::Side},
    entities::{counter, links, lists, nodes, reveals, sessions, setup_links, tokens, users},
};

mod cards;
mod compare;
mod schema;
mod side;

/// Links for walls, and cards that are pinged, are listed up to here: there may be thousands.
const MAX_LISTED: usize = 200;

/// Takes what must not come back out of a copy that was just made, and notes when it was taken.
///
/// # Errors
/// Those of the database.
pub async fn prepare(copy: &impl ConnectionTrait, taken_ms: i64) -> Result<(), DbErr> {
    // What is deleted is overwritten, too: copies lie where backups lie.
    copy.execute_unprepared("PRAGMA secure_delete = ON").await?;
    sessions::Entity::delete_many().exec(copy).await?;
    links::Entity::delete_many().exec(copy).await?;
    setup_links::Entity::delete_many().exec(copy).await?;
    nodes::Entity::delete_many().exec(copy).await?;
    reveals::Entity::delete_many().exec(copy).await?;
    lists::Entity::delete_many().exec(copy).await?;
    let taken = counter::Entity::update_many().col_expr(counter::Column::CopiedMs, Expr::value(taken_ms));
    taken.exec(copy).await.map(|_| ())
}

/// What whoever starts the server has to be told, if the database was put back since the last start. It is told
/// until `was_told`.
///
/// # Errors
/// Those of the database.
pub async fn notice(db: &Db, zone: &TimeZone) -> Result<Option<Notice>, DbErr> {
    let Some(taken_ms) = counter::Entity::find().one(&db.read).await?.and_then(|row| row.copied_ms) else {
        return Ok(None);
    };
    let taken = moment(taken_ms, zone);
    let mut text = if db.is_shared() {
        format!(
            "The database was restored, or a replica took over. Its newest entry is of {taken}.\n\
             Who was signed in then still is, and one-time links that were good then are good.\n"
        )
    } else {
        format!(
            "The database was restored from a copy of {taken}.\n\
             Nobody is signed in, and the one-time links that were made are gone.\n"
        )
    };
    text += "What was changed after that is as it was: disabling, passwords, roles, groups, revoked tokens. \
             Please check.\nThese people can sign in:\n";
    let users = users::Entity::find()
        .filter(users::Column::Disabled.eq(false))
        .order_by_asc(users::Column::NameKey)
        .all(&db.read)
        .await?;
    for user in &users {
        // A String takes whatever is written to it.
        let _ = writeln!(text, "  {:<24} {}", user.name, user.role.word());
    }
    let tokens = working_tokens(db, &users).await?;
    text += if tokens.is_empty() { "No token works.\n" } else { "These tokens work:\n" };
    for (token, owner) in &tokens {
        let _ = writeln!(text, "  {:<24} of {owner}: {}", token.name, scopes(token));
    }
    let (walls, pinged) = cards::working(&db.read).await?;
    list(&mut text, "These links for walls work:", &walls);
    list(&mut text, "These cards have an address for pings that works:", &pinged);
    if !db.is_shared() {
        text += "Where the file that it replaced is still there, `tidings restore --against FILE` names what differs.\n";
    }
    let (walls, pings) = (walls.len(), pinged.len());
    Ok(Some(Notice { taken_ms, text, users: users.len(), tokens: tokens.len(), walls, pings }))
}

/// Adds a line for each, up to so many.
fn list(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    *text += heading;
    *text += "\n";
    for line in lines.iter().take(MAX_LISTED) {
        let _ = writeln!(text, "  {line}");
    }
    if lines.len() > MAX_LISTED {
        let _ = writeln!(text, "  and {} more", lines.len() - MAX_LISTED);
    }
}

/// How old the database is, and whom and what it lets in.
#[derive(Debug)]
pub struct Notice {
    taken_ms: i64,
    /// Lines for whoever started the server.
    pub text: String,
    users: usize,
    tokens: usize,
    walls: usize,
    pings: usize,
}

impl Notice {
    /// Once it is printed: it goes to the program's own log, in short, and is not given again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn was_told(self, db: &Db) -> Result<(), DbErr> {
        tracing::warn!(
            copied = clock::rfc3339(self.taken_ms),
            people = self.users,
            tokens = self.tokens,
            walls = self.walls,
            pings = self.pings,
            "The database was restored: check who can sign in and which tokens work, as standard output lists them"
        );
        counter::Entity::update_many()
            .col_expr(counter::Column::CopiedMs, Expr::value(None::<i64>))
            .filter(counter::Column::CopiedMs.eq(self.taken_ms))
            .exec(&db.write)
            .await
            .map(|_| ())
    }
}

/// What was so in the SQLite file `old` and is different in `db` now, in lines; none if nothing is.
///
/// # Errors
/// When there is no such file, when it is no database of Tidings, and those of the database.
pub async fn differences(old: &Path, db: &Db) -> Result<Vec<String>, DbErr> {
    let cannot = |why: String| DbErr::Custom(format!("cannot read {}: {why}", old.display()));
    if let Err(error) = std::fs::metadata(old) {
        return Err(cannot(error.to_string()));
    }
    let then = sqlite::open_to_read(old, 1).await.map_err(|error| cannot(error.to_string()))?;
    let before = Side::read(&then).await;
    // It was only read: nothing is lost however its closing goes.
    let _ = then.close().await;
    let before = before.map_err(|error| cannot(error.to_string()))?;
    Ok(compare(&before, &Side::read(&db.read).await?))
}

/// Those that are good and whose owner can sign in, with the owner's name.
async fn working_tokens<'a>(
    db: &Db,
    users: &'a [users::Model],
) -> Result<Vec<(tokens::Model, &'a str)>, DbErr> {
    let names: HashMap<i64, &str> = users.iter().map(|user| (user.id, user.name.as_str())).collect();
    let good = tokens::Entity::find()
        .filter(tokens::Column::RevokedMs.is_null())
        .filter(tokens::Column::ExpiresMs.is_null().or(tokens::Column::ExpiresMs.gt(clock::now_ms())))
        .order_by_asc(tokens::Column::Id)
        .all(&db.read)
        .await?;
    let owned = good.into_iter().filter_map(|token| {
        let owner = *names.get(&token.user_id)?;
        Some((token, owner))
    });
    Ok(owned.collect())
}

fn scopes(token: &tokens::Model) -> crate::domain::tokens::Scopes {
    crate::domain::tokens::Scopes { publish: token.publish, stream: token.stream, cards: token.cards }
}

fn moment(ms: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    at.strftime("%-d %B %Y, %H:%M %Z").to_string()
}
