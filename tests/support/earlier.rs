//! Databases as earlier versions left them.

use migrations::{Migrator, MigratorTrait};
use sea_orm::DatabaseConnection;

/// The newest migration of the version before audiences were rows of their own.
const BEFORE_AUDIENCES: &str = "m20261126_000061_copies";

/// Takes a database back to what the version before audiences were rows of their own had made of it.
pub async fn turns_back(database: &DatabaseConnection) {
    let newer = Migrator::migrations().iter().rev().take_while(|one| one.name() != BEFORE_AUDIENCES).count();
    Migrator::down(database, Some(newer.try_into().unwrap())).await.unwrap();
}
