//! What is shown once: the secret of a link or a token, between the form that made it and the one page that shows
//! it. It waits in the database, so that whichever node is asked has it; sealed, so that neither the database nor a
//! copy of it tells it: the key is made of the page's address and of the session's id, and the database has only
//! hashes of both. So it is shown once, within five minutes, and in the browser that asked for it alone. Whatever
//! takes a `db` fails as the database does.

use std::time::Duration;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use tower_sessions::session::Id;

use crate::{clock, db, digest, entities::reveals};

const GOOD_FOR: Duration = Duration::from_secs(5 * 60);

/// Whoever keeps a secret forgets so many others that are over, or fewer.
const SWEPT_TOGETHER: u64 = 100;

/// What is shown: a page finds what it asks for and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// The secret of a one-time link.
    Link,
    /// The secret of a program's token.
    Token,
    /// The secret of the address by which a card is pinged.
    Ping,
    /// The secrets of many one-time links, with whom they are for.
    Links,
    /// The secret of a wall's link.
    Wall,
}

/// Keeps a secret for the page that shows it to this session; what the page's address names it by.
pub async fn keep(
    db: &impl ConnectionTrait,
    kind: SecretKind,
    session: &Id,
    secret: &str,
) -> Result<String, DbErr> {
    let random: [u8; 32] = rand::random();
    let reference = digest::hex(&random);
    keep_as(db, kind, session, &reference, secret, GOOD_FOR).await?;
    Ok(reference)
}

/// Keeps a secret under a reference that is used for nothing else, for so long.
pub async fn keep_as(
    db: &impl ConnectionTrait,
    kind: SecretKind,
    session: &Id,
    reference: &str,
    secret: &str,
    good_for: Duration,
) -> Result<(), DbErr> {
    sweep(db, clock::now_ms(), SWEPT_TOGETHER).await?;
    let mut sealed = secret.as_bytes().to_vec();
    let key = sealing_key(kind, session, reference)?;
    // The key is for this one secret.
    key.seal_in_place_append_tag(nonce(), Aad::empty(), &mut sealed).map_err(broken)?;
    let row = reveals::ActiveModel {
        key: Set(row_key(kind, session, reference)),
        sealed: Set(digest::hex(&sealed)),
        expires_ms: Set(clock::in_ms(good_for)),
    };
    reveals::Entity::insert(row).exec_without_returning(db).await.map(|_| ())
}

/// The secret of that reference, which is forgotten with that. Of two who ask at once, one gets it.
pub async fn take(
    db: &impl ConnectionTrait,
    kind: SecretKind,
    session: &Id,
    reference: &str,
) -> Result<Option<String>, DbErr> {
    let row = row_key(kind, session, reference);
    let kept = reveals::Entity::find_by_id(&row).filter(reveals::Column::ExpiresMs.gt(clock::now_ms()));
    let Some(kept) = kept.one(db).await? else { return Ok(None) };
    if reveals::Entity::delete_by_id(&row).exec(db).await?.rows_affected == 0 {
        return Ok(None);
    }
    let mut sealed = bytes(&kept.sealed);
    let key = sealing_key(kind, session, reference)?;
    let secret = key.open_in_place(nonce(), Aad::empty(), &mut sealed).ok();
    Ok(secret.and_then(|secret| String::from_utf8(secret.to_vec()).ok()))
}

/// Forgets what nobody came to see by `cut`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64, count: u64) -> Result<u64, DbErr> {
    let end = reveals::Column::ExpiresMs;
    db::delete_first::<reveals::Entity>(db, end, end.lte(cut), count).await
}

fn row_key(kind: SecretKind, session: &Id, reference: &str) -> String {
    digest::hex(&digest("found by", kind, session, reference))
}

fn sealing_key(kind: SecretKind, session: &Id, reference: &str) -> Result<LessSafeKey, DbErr> {
    let key = digest("sealed with", kind, session, reference);
    UnboundKey::new(&CHACHA20_POLY1305, &key).map(LessSafeKey::new).map_err(broken)
}

/// The reference has 256 random bits, and the id 128 that are nowhere but in the browser: a hash is key enough.
fn digest(purpose: &str, kind: SecretKind, session: &Id, reference: &str) -> [u8; 32] {
    let parts = format!("tidings: {purpose}: {kind:?}: {session}: {reference}");
    Sha256::digest(parts).into()
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn broken(_: ring::error::Unspecified) -> DbErr {
    DbErr::Custom("what is shown once could not be sealed".into())
}

/// Of what is no hexadecimal, as much as is: then it does not open.
fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks_exact(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.map_while(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Database, db::Db};

    #[tokio::test]
    async fn a_secret_is_shown_once_in_time_to_its_session_and_is_not_in_the_table() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database").write;
        let (mine, other) = (Id::default(), Id::default());
        let keep = async || keep(&db, SecretKind::Token, &mine, "tid_geheim").await.expect("it is kept");
        let take = async |kind, session, reference: &str| {
            take(&db, kind, session, reference).await.expect("an answer")
        };

        let reference = keep().await;
        let row = reveals::Entity::find().one(&db).await.expect("an answer").expect("a row");
        let kept = format!("{row:?}{}", String::from_utf8_lossy(&bytes(&row.sealed)));
        assert!(!kept.contains("geheim") && !kept.contains(&reference) && !kept.contains(&mine.to_string()));
        assert_eq!(take(SecretKind::Token, &other, &reference).await, None, "somebody else's");
        assert_eq!(take(SecretKind::Link, &mine, &reference).await, None, "another page's");
        assert_eq!(take(SecretKind::Token, &mine, "").await, None);
        assert_eq!(take(SecretKind::Token, &mine, &reference).await.as_deref(), Some("tid_geheim"));
        assert_eq!(take(SecretKind::Token, &mine, &reference).await, None, "once");

        let late = keep().await;
        let over = sea_orm::sea_query::Expr::value(clock::now_ms());
        let passes = reveals::Entity::update_many().col_expr(reveals::Column::ExpiresMs, over);
        passes.exec(&db).await.expect("it passes");
        assert_eq!(take(SecretKind::Token, &mine, &late).await, None, "in time");
        keep().await;
        assert_eq!(reveals::Entity::find().all(&db).await.expect("rows").len(), 1, "and goes");
    }
}
