//! The one-time link by which the first administrator is made: 256 random bits, printed at start, good for an
//! hour, and gone once there is an administrator. Its hash is kept in the database, so that whichever node is
//! asked knows it; each start prints another one. Whatever takes a `db` fails as the database does.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{clock, digest, entities::setup_links};

const GOOD_FOR_MS: i64 = 60 * 60 * 1000;

/// Makes a link; the token to print.
pub async fn open(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    let over = setup_links::Column::ExpiresMs.lte(clock::now_ms());
    setup_links::Entity::delete_many().filter(over).exec(db).await?;
    let secret: [u8; 32] = rand::random();
    let token = digest::hex(&secret);
    let link =
        setup_links::ActiveModel { hash: Set(hash(&token)), expires_ms: Set(clock::now_ms() + GOOD_FOR_MS) };
    setup_links::Entity::insert(link).exec_without_returning(db).await?;
    Ok(token)
}

/// Whether this is the token of a link that is still good. It is looked up by its hash, so that the time it
/// takes tells nothing of the token.
pub async fn admits(db: &impl ConnectionTrait, token: &str) -> Result<bool, DbErr> {
    let link = setup_links::Entity::find_by_id(hash(token)).one(db).await?;
    Ok(link.is_some_and(|link| link.expires_ms > clock::now_ms()))
}

/// There is an administrator: every link is gone.
pub async fn close(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    setup_links::Entity::delete_many().exec(db).await.map(|_| ())
}

fn hash(token: &str) -> String {
    digest::sha256_hex(token)
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::Expr;

    use super::*;
    use crate::{config::Database, db::Db};

    #[tokio::test]
    async fn a_link_is_good_until_it_is_closed_or_an_hour_old() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database").write;
        let admits = async |token| admits(&db, token).await.expect("an answer");
        let (one, another) = (open(&db).await.expect("a link"), open(&db).await.expect("a link"));

        assert!(admits(&one).await && admits(&another).await && !admits("a third").await);

        let an_hour_later = setup_links::Entity::update_many()
            .col_expr(setup_links::Column::ExpiresMs, Expr::value(clock::now_ms()))
            .filter(setup_links::Column::Hash.eq(hash(&one)));
        an_hour_later.exec(&db).await.expect("it passes");
        assert!(!admits(&one).await && admits(&another).await);

        close(&db).await.expect("it is closed");
        assert!(!admits(&another).await);
    }
}
