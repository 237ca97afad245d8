//! Whether somebody is to be told of a post at this moment, by a notification or a sound, and what may be said. What is shared
//! by all who get a post cannot say it, so whatever would ring asks first. Whatever takes a `db` fails as the database does.

use jiff::{Timestamp, tz::TimeZone};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        duty,
        posts::{self, Post, Severity, asking, receipts},
        quiet,
        users::User,
    },
    live::audience::{Audience, Viewer},
};

pub use self::sounds::{Sound, Sounds};

mod sounds;

/// What to do about a post.
#[derive(Debug)]
pub enum Telling {
    /// Nothing: they do not want to be told, or know it already.
    Quiet,
    /// Tell them.
    Tell {
        /// The post.
        post: Box<Post>,
        /// Whether they want its title to be shown wherever their screens are.
        with_title: bool,
        /// Whether they want to hear it.
        with_sound: bool,
    },
}

/// What to do about the post of this id; `None`, if there is none that they may see. The hours are those of the zone.
pub async fn of(
    db: &impl ConnectionTrait,
    user: &User,
    post: i64,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Telling>, DbErr> {
    let id = user.user_id();
    let Some(found) = posts::find(db, id, post).await? else { return Ok(None) };
    let post = found.post;
    let is_known = post.writer() == Some(id) || post.resolved_ms.is_some();
    // What was read and asks to be acknowledged is not done with.
    let is_done = is_known
        || (receipts::is_read(db, id, &post).await? && asking::asking(db, user, [&post]).await?.is_empty());
    if is_done {
        return Ok(Some(Telling::Quiet));
    }
    if post.severity != Some(Severity::Critical) && is_unwanted(db, user, &post, now, zone).await? {
        return Ok(Some(Telling::Quiet));
    }
    let with_sound = user.sounds().has(Sound::of(&post));
    Ok(Some(Telling::Tell { post: Box::new(post), with_title: user.tells_titles, with_sound }))
}

/// Whether they muted what this is, or do not want to be told anything now; but for warnings of groups in which they are on duty.
async fn is_unwanted(
    db: &impl ConnectionTrait,
    user: &User,
    post: &Post,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<bool, DbErr> {
    let quiet = quiet::of(db, user.user_id()).await?;
    let viewer = Viewer::load(db, user.user_id()).await?;
    let audience = Audience::load(db, [post.number]).await?.remove(&post.number).unwrap_or_default();
    let is_unwanted = quiet.until(now, zone).is_some() || quiet.rules.mute(post, &audience, &viewer);
    if !is_unwanted || post.severity != Some(Severity::Warning) {
        return Ok(is_unwanted);
    }
    let on_duty = duty::groups_on_duty(db, &viewer, now).await?;
    Ok(!audience.comes_by(&viewer, |group| on_duty.contains(&group)))
}
