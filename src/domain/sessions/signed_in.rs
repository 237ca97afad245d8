//! Who comes with a session. It, whose it is, and as of which numbers that is so are read in one statement, for every page
//! asks for them: a right that was lost a moment ago is lost here.

use std::{collections::HashMap, sync::LazyLock};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, ExprTrait, FromQueryResult, IdenStatic, Iterable,
    Statement,
    sea_query::{Expr, PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder},
};
use serde_json::Value;

use crate::{
    clock,
    config::Lifetime,
    db::Db,
    domain::{
        sessions::{self, SHARED, Session},
        users::{self, User},
    },
    entities::{counter, readers, sessions as session_table, users as user_table},
    ids::SessionKey,
    live::cursor::Epoch,
};

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who it is, as they are now.
    pub user: User,
    /// When they last typed their password in the session, in Unix milliseconds.
    pub confirmed_ms: i64,
    /// Whether others use the computer, too.
    pub is_shared: bool,
    /// When this was so.
    pub as_of: AsOf,
}

/// As of which numbers something of one person is so: as long as they are the same, nothing of theirs was published, and
/// nothing happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    log: LogNumber,
    user: i64,
    /// Up to where the person has read, and the revs of what they did last; none as long as nobody knows.
    read: Option<Read>,
}

/// The newest event, and of which timeline it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogNumber {
    epoch: Option<Epoch>,
    id: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Read {
    through: i64,
    marked_rev: i64,
    rev: i64,
}

impl AsOf {
    /// Where the log was.
    pub fn log(self) -> LogNumber {
        self.log
    }

    /// Up to where the person has read, if that is known.
    pub fn reader(self) -> Option<readers::Model> {
        let Read { through, marked_rev, rev } = self.read?;
        Some(readers::Model { user_id: self.user, read_through: through, marked_rev, rev })
    }
}

/// Who comes with this session; nobody, when it is over, or its user may not sign in any more. Fails as the database does.
pub async fn signed_in(db: &Db, lifetime: Lifetime, key: &SessionKey) -> Result<Option<SignedIn>, DbErr> {
    let Some(found) = find(&db.read, key).await? else { return Ok(None) };
    if !is_ahead(&found.0) {
        return SignedIn::of(found);
    }
    sessions::settle(&db.write, lifetime, std::slice::from_ref(key)).await?;
    find(&db.write, key).await?.map_or(Ok(None), SignedIn::of)
}

/// Whether it was used in the future, by a clock that was ahead.
pub(super) fn is_ahead(session: &Session) -> bool {
    session.last_seen_ms > clock::now_ms() + clock::MAX_DIFFERENCE_MS
}

async fn find(db: &impl ConnectionTrait, key: &SessionKey) -> Result<Option<(Session, User, AsOf)>, DbErr> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Postgres { &*POSTGRES } else { &*SQLITE };
    let values = [key.as_str().into(), clock::now_ms().into()];
    let asked = Statement::from_sql_and_values(backend, sql, values);
    let Some(row) = db.query_one_raw(asked).await? else { return Ok(None) };
    let epoch: String = row.try_get("", "epoch")?;
    let log = LogNumber { epoch: epoch.parse().ok(), id: row.try_get("", "number")? };
    let read = match row.try_get::<Option<i64>>("", "rev")? {
        Some(rev) => {
            let (through, marked_rev) = (row.try_get("", "read_through")?, row.try_get("", "marked_rev")?);
            Some(Read { through, marked_rev, rev })
        }
        None => None,
    };
    let user = User::from_query_result(&row, "u_")?;
    let as_of = AsOf { log, user: user.id, read };
    Ok(Some((Session::from_query_result(&row, "s_")?, user, as_of)))
}

impl SignedIn {
    fn of((session, user, as_of): (Session, User, AsOf)) -> Result<Option<Self>, DbErr> {
        if !users::may_sign_in(&user) {
            return Ok(None);
        }
        let data: HashMap<String, Value> =
            serde_json::from_str(&session.data).map_err(|error| DbErr::Json(error.to_string()))?;
        let is_shared = data.get(SHARED) == Some(&Value::Bool(true));
        Ok(Some(Self { user, confirmed_ms: session.confirmed_ms, is_shared, as_of }))
    }
}

// The words are the same for every page: only the values differ.
static SQLITE: LazyLock<String> = LazyLock::new(|| statement().build(SqliteQueryBuilder).0);
static POSTGRES: LazyLock<String> = LazyLock::new(|| statement().build(PostgresQueryBuilder).0);

fn statement() -> SelectStatement {
    let session = |column| Expr::col((session_table::Entity, column));
    let user = |column| Expr::col((user_table::Entity, column));
    let mut asked = Query::select();
    for column in session_table::Column::iter() {
        asked.expr_as(session(column), format!("s_{}", column.as_str()));
    }
    for column in user_table::Column::iter() {
        asked.expr_as(user(column), format!("u_{}", column.as_str()));
    }
    asked
        .column((counter::Entity, counter::Column::Epoch))
        .expr_as(Expr::col((counter::Entity, counter::Column::LastId)), "number")
        .columns(
            [readers::Column::ReadThrough, readers::Column::MarkedRev, readers::Column::Rev]
                .map(|column| (readers::Entity, column)),
        )
        .from(counter::Entity)
        .from(session_table::Entity)
        .inner_join(
            user_table::Entity,
            user(user_table::Column::Id).equals((session_table::Entity, session_table::Column::UserId)),
        )
        .left_join(
            readers::Entity,
            user(user_table::Column::Id).equals((readers::Entity, readers::Column::UserId)),
        )
        .and_where(session_table::Column::Key.eq(""))
        .and_where(session_table::Column::ExpiresMs.gt(0_i64));
    asked
}
