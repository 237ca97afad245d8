//! `tidings restore`: compares a database that was put back with the one that it replaced.

use std::path::PathBuf;

use crate::{
    cli::{Failure, output},
    config::{Config, Database},
    db::Db,
    domain::restores,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file that was replaced; it is only read
    #[arg(long, value_name = "FILE")]
    against: PathBuf,
}

/// Names what was so before the database was put back, and is different now.
pub(crate) async fn run(config: &Config, Arguments { against: old }: &Arguments) -> Result<(), Failure> {
    if let Database::Sqlite(file) = &config.database
        && let (Ok(one), Ok(other)) = (file.canonicalize(), old.canonicalize())
        && one == other
    {
        return Err(format!("{} is the database itself", old.display()).into());
    }
    let db = Db::open_existing(&config.database).await?;
    let found = restores::differences(old, &db).await;
    db.close().await;
    let lines = found?;
    let old = old.display();
    let text = if lines.is_empty() {
        format!("Nothing differs from {old}.\n")
    } else {
        let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
        format!("What was so in {old} and is different in {}:\n{lines}", config.database)
    };
    output::print(&text).map_err(|error| format!("cannot write: {error}").into())
}
