//! What keeps a database from doing something, in words for the person who asked for it.

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::DatabaseError, postgres::PgDatabaseError},
};

use crate::text;

const BUSY: &str = text::key("database-busy");
const FULL: &str = text::key("database-full");
const READ_ONLY: &str = text::key("database-read-only");
const BAD_DISK: &str = text::key("database-bad-disk");
const BROKEN: &str = text::key("database-broken");
const AWAY: &str = text::key("database-away");

/// What is said where SQLite's file, or one that lies beside it, is not the one that was opened.
pub(super) const FILE_GONE: &str =
    "The database's file was removed or replaced while the server was running.";

/// What is said of a commit that was answered and that no other connection sees.
pub(super) const NOT_KEPT: &str = "The database did not keep what was written.";

/// What kept the database from doing something, in words for the person who asked for it.
pub fn reason(error: &DbErr) -> String {
    text::say(reason_key(error))
}

fn reason_key(error: &DbErr) -> &'static str {
    match error {
        DbErr::ConnectionAcquire(_) => return text::key("database-crowded"),
        DbErr::Custom(words) if words == FILE_GONE => return text::key("database-gone"),
        DbErr::Custom(words) if words == NOT_KEPT => return text::key("database-not-kept"),
        _ => {}
    }
    let Some(told) = told(error) else { return AWAY };
    let code = told.code().unwrap_or_default();
    if told.try_downcast_ref::<PgDatabaseError>().is_some() { postgres(&code) } else { sqlite(&code) }
}

/// What keeps the database from taking anything that is written, in words; `None` of an error that is about one statement,
/// or about somebody else who writes.
pub(super) fn refuses_writes(error: &DbErr) -> Option<&'static str> {
    if let DbErr::Custom(words) = error {
        return [FILE_GONE, NOT_KEPT].into_iter().find(|known| words == known);
    }
    let words = match told(error) {
        Some(told) => match told.code().unwrap_or_default() {
            code if told.try_downcast_ref::<PgDatabaseError>().is_some() => postgres(&code),
            code => sqlite(&code),
        },
        None => return None,
    };
    [FULL, READ_ONLY, BAD_DISK, BROKEN].into_iter().find(|one| *one == words)
}

/// Whether the database refused one statement, and may well take the next.
pub fn is_of_statement(error: &DbErr) -> bool {
    told(error).is_some() && refuses_writes(error).is_none()
}

/// What went wrong, for the operator: our own words without a name before them.
pub fn full_reason(error: &DbErr) -> String {
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
        // An error of the disk, and a file beside the database that cannot be opened.
        Ok(10 | 14) => BAD_DISK,
        Ok(11 | 26) => BROKEN,
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
        "XX001" | "XX002" => BROKEN,
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

    #[test]
    fn a_full_disk_keeps_from_writing_and_a_mistake_does_not() {
        let gone = DbErr::Custom(FILE_GONE.into());
        assert_eq!((refuses_writes(&gone), reason(&gone).as_str()), (Some(FILE_GONE), FILE_GONE));
        assert_eq!(refuses_writes(&DbErr::RecordNotFound("a row".into())), None);
        assert_eq!(refuses_writes(&DbErr::Custom("something of our own".into())), None);
    }
}
