//! `tidings backup`: a copy of the database in a new file, beside a running server too.

use std::path::PathBuf;

use crate::{
    cli::{Failure, signals::Signals},
    config::Config,
    db::Db,
    domain::backup,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Must not exist yet
    file: PathBuf,
}

pub(crate) async fn run(config: &Config, Arguments { file }: &Arguments) -> Result<(), Failure> {
    backup::check(&config.database, file)?;
    let db = Db::open_existing(&config.database).await?;
    let mut signals = Signals::listen()?;
    tokio::select! {
        done = backup::write(&db, file) => {
            db.close().await;
            Ok(done?)
        }
        // What was begun goes with its future.
        () = signals.wait() => Err("stopped before the copy was whole".into()),
    }
}
