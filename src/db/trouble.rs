//! What keeps a database from doing something, in words for the person who asked for it.

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::DatabaseError, postgres::PgDatabaseError},
};

const BUSY: &str = "The database is busy with something else.";
const FULL: &str = "The disk is full.";
const READ_ONLY: &str = "The database cannot be written to.";
const BAD_DISK: &str = "The disk does not take what is written to it.";
const AWAY: &str = "The database does not answer.";

/// What kept the database from doing something, in words for the person who asked for it.
pub fn trouble(error: &DbErr) -> &'static str {
    if matches!(error, DbErr::ConnectionAcquire(_)) {
        return "The database is busy, or does not answer.";
    }
    let Some(told) = told(error) else { return AWAY };
    let code = told.code().unwrap_or_default();
    if told.try_downcast_ref::<PgDatabaseError>().is_some() { postgres(&code) } else { sqlite(&code) }
}

/// What went wrong, for the operator: our own words without a name before them.
pub fn in_words(error: &DbErr) -> String {
    match error {
        DbErr::Custom(words) => words.clone(),
        other => other.to_string(),
    }
}

/// By SQLite's primary result code (<https://sqlite.org/rescode.html>).
fn sqlite(code: &str) -> &'static str {
    match code.parse::<u32>().map(|extended| extended & 0xff) {
        Ok(5 | 6) => BUSY,
        Ok(8) => READ_ONLY,
        Ok(13) => FULL,
        Ok(10) => BAD_DISK,
        _ => AWAY,
    }
}

/// By PostgreSQL's SQLSTATE (its documentation's appendix A).
fn postgres(code: &str) -> &'static str {
    match code {
        // A lock that was not to be had, a statement that took too long, a deadlock, too many connections.
        "55P03" | "57014" | "40P01" | "53300" => BUSY,
        // A replica, or a server that was told to write nothing.
        "25006" => READ_ONLY,
        "53100" => FULL,
        "58030" => BAD_DISK,
        _ => AWAY,
    }
}

/// What the database itself said.
fn told(error: &DbErr) -> Option<&dyn DatabaseError> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner))
    | DbErr::Conn(RuntimeErr::SqlxError(inner))) = error
    else {
        return None;
    };
    match inner.as_ref() {
        sqlx::Error::Database(told) => Some(told.as_ref()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_both_databases_are_told_apart() {
        assert_eq!(sqlite("5"), BUSY);
        assert_eq!(sqlite("2570"), BAD_DISK);
        assert_eq!(postgres("53100"), FULL);
        assert_eq!(postgres("25006"), READ_ONLY);
        assert_eq!(postgres("57P01"), AWAY);
    }
}
