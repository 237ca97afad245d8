//! `tidings migrate`: brings the database's schema up to date.

use crate::{cli::Failure, config::Config, db::Db};

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    Db::open(&config.database).await?.close().await;
    Ok(())
}
