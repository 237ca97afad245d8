//! Finding posts by their words, and by who wrote them. The words are made here, of posts and of what is looked for alike,
//! and both databases keep the same ones. What is found is a part of the viewer's own list, in its order: what others may see
//! changes nothing of it. Whatever takes a `db` fails as the database does.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};

use crate::{
    domain::posts::{Author, Draft, Post},
    entities::{users, word_filling},
    ids::UserId,
    live::log::posts::{SERVER, with_authors},
    names::spelling,
};

pub use self::{contents::Contents, query::Query, walk::among};

mod contents;
pub mod filling;
mod html;
mod index;
mod query;
pub(super) mod walk;
mod words;

/// Keeps the words of a post that is new, or was written anew.
pub(super) async fn put(db: &impl ConnectionTrait, post: &Post) -> Result<(), DbErr> {
    let Some(published) = with_authors(db, vec![post.clone()]).await?.pop() else { return Ok(()) };
    index::put(db, post.number, &Contents::of_post(&published)).await
}

/// The words that a draft will have as a post.
pub(super) async fn of_draft(
    db: &impl ConnectionTrait,
    author: &Author,
    draft: &Draft,
) -> Result<Contents, DbErr> {
    let Some(writer) = author.writer() else { return Ok(Contents::of(&draft.title, SERVER, &draft.html)) };
    let writer = users::Entity::find_by_id(writer.0).one(db).await?;
    let name = writer.map(|writer| writer.name).unwrap_or_default();
    Ok(Contents::of(&draft.title, &name, &draft.html))
}

/// Keeps the words of the post of this number.
pub(super) async fn put_contents(
    db: &impl ConnectionTrait,
    number: i64,
    contents: &Contents,
) -> Result<(), DbErr> {
    index::put(db, number, contents).await
}

/// A post's HTML, with the words that were looked for marked in its texts.
pub fn marked_html(query: &Query, html: &str) -> String {
    html::marked(html, |text| query.hits(text))
}

/// A plain text part by part: whether it is what was looked for, and what it says.
pub fn marked_text(query: &Query, text: &str) -> Vec<(bool, String)> {
    let text = spelling::composed(text);
    let parts = html::parts(&text, 0, &query.hits(&text));
    parts.into_iter().map(|(is_hit, part)| (is_hit, part.to_owned())).collect()
}

/// Has the words of everything that somebody wrote be kept anew, soon: they have another name.
pub(in crate::domain) async fn refill(db: &impl ConnectionTrait, author: UserId) -> Result<(), DbErr> {
    let row = word_filling::ActiveModel { author_id: Set(author.0), below: Set(i64::MAX) };
    let again = OnConflict::column(word_filling::Column::AuthorId)
        .update_column(word_filling::Column::Below)
        .to_owned();
    word_filling::Entity::insert(row).on_conflict(again).exec_without_returning(db).await.map(|_| ())
}
