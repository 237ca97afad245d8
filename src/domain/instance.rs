//! Which Tidings this is: a short random name, kept in the database, so that all its nodes have the same. Its
//! cookies carry it: browsers send a host's cookies to every port of it, and two servers there must leave each
//! other's alone. Whatever takes a `db` fails as the database does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{db::Db, entities::instance};

const LENGTH: usize = 6;

/// The instance that this node is one of; cheap to clone.
#[derive(Clone, Debug)]
pub struct Instance {
    name: Arc<str>,
    older_beside: Arc<AtomicBool>,
}

impl Instance {
    /// The instance whose database this is; the first opening gives it its name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(db: &Db) -> Result<Self, DbErr> {
        let mut name = name(&db.write).await?;
        if name.is_empty() {
            // Another node may do so at the same time: both read what was written first.
            rename(&db.write, "", &random()).await?;
            name = self::name(&db.write).await?;
        }
        Ok(Self { name: name.into(), older_beside: Arc::default() })
    }

    /// Six random characters of `[a-z0-9]`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a node is at work beside this one whose build knows no names of instances, as it is while one after
    /// the other is replaced.
    pub fn has_older_beside(&self) -> bool {
        self.older_beside.load(Ordering::Relaxed)
    }

    /// Sets what `has_older_beside` says.
    pub fn set_older_beside(&self, is_there: bool) {
        self.older_beside.store(is_there, Ordering::Relaxed);
    }
}

/// Makes a copy of the database another instance, as soon as it is opened: it may run beside the first.
pub async fn forget(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let name = name(db).await?;
    rename(db, &name, "").await
}

/// Notes that the database was copied then, in Unix milliseconds.
pub async fn note_copy(db: &impl ConnectionTrait, at_ms: i64) -> Result<(), DbErr> {
    let noted = instance::Entity::update_many().col_expr(instance::Column::CopiedMs, Expr::value(at_ms));
    noted.exec(db).await.map(|_| ())
}

/// Whether the database was ever copied.
pub async fn was_copied(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(instance::Entity::find().one(db).await?.is_some_and(|row| row.copied_ms.is_some()))
}

async fn name(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    Ok(instance::Entity::find().one(db).await?.map(|row| row.name).unwrap_or_default())
}

async fn rename(db: &impl ConnectionTrait, from: &str, to: &str) -> Result<(), DbErr> {
    instance::Entity::update_many()
        .col_expr(instance::Column::Name, Expr::value(to))
        .filter(instance::Column::Name.eq(from))
        .exec(db)
        .await
        .map(|_| ())
}

fn random() -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..LENGTH).map(|_| char::from(LETTERS[rand::random_range(0..LETTERS.len())])).collect()
}
