//! Where the data is, as operators write it.

use std::{
    fmt::{self, Formatter},
    path::PathBuf,
    str::FromStr,
};

use crate::config::ServerUrl;

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Database {
    /// One file, for one server.
    Sqlite(PathBuf),
    /// For one node or several.
    Postgres(ServerUrl),
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("sqlite", path)) if path.split('/').next().is_some_and(|folder| folder.contains('@')) => {
                Err("an SQLite database has no user and no host: sqlite://PATH (a path that begins so: ./…)"
                    .into())
            }
            Some(("sqlite", path)) if !path.is_empty() && !path.contains('?') => {
                Ok(Self::Sqlite(path.into()))
            }
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {
                ServerUrl::postgres(text).map(Self::Postgres)
            }
            _ => Err("a database is given as sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME".into()),
        }
    }
}
