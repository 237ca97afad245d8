//! One-time links, by which an admin invites somebody, or lets them set a new password: 256 random bits, shown
//! once, good for 72 hours and for one use. What is stored is the SHA-256. A link lives no longer than its
//! maker's right to make one; the server's own shell always has it. Whatever takes a `db` fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    clock, db, digest,
    domain::{
        search::{self, Kind, Named, PAGE_SIZE, Portion, Search},
        users::{self, Numbered, Role},
    },
    entities::{links, users as user_table},
    ids::UserId,
};

pub use crate::entities::links::Model as Link;

const GOOD_FOR_MS: i64 = 72 * 60 * 60 * 1000;

/// Which: the id of a row of `links`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkId(pub i64);

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To make an account with this role, under this name or, when none is given, one of the invited's choice.
    Invitation(Role, Option<String>),
    /// To set a new password for this user.
    Password(UserId),
}

impl Link {
    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        match self.user_id {
            Some(user) => Purpose::Password(UserId(user)),
            // Without a role, which nothing writes, it is good for the least. A name of earlier days that nobody
            // may have today is for the invited to choose.
            None => {
                let name = self.name.as_deref().and_then(|name| users::parse_name(name).ok());
                Purpose::Invitation(self.role.unwrap_or(Role::Member), name)
            }
        }
    }
}

/// Makes a link; its secret, which nobody can find out later.
pub async fn add(db: &impl ConnectionTrait, maker: UserId, purpose: Purpose) -> Result<String, DbErr> {
    let secret = new_secret();
    let (role, name, user) = match purpose {
        Purpose::Invitation(role, name) => (Some(role), name, None),
        Purpose::Password(user) => (None, None, Some(user.0)),
    };
    let row = links::ActiveModel {
        hash: Set(hash(&secret)),
        role: Set(role),
        name: Set(name),
        user_id: Set(user),
        made_by: Set(maker.0),
        created_ms: Set(clock::now_ms()),
        expires_ms: Set(clock::now_ms() + GOOD_FOR_MS),
        ..Default::default()
    };
    let link = links::Entity::insert(row).exec_with_returning(db).await?;
    search::add(db, &found_by(db, &link).await?).await?;
    Ok(secret)
}

/// Makes a link for each of these users, by which they set a password; their secrets, in the same order. Without a
/// maker, the server's own shell makes them.
pub async fn add_all(
    db: &impl ConnectionTrait,
    maker: Option<UserId>,
    users: &[Numbered],
) -> Result<Vec<String>, DbErr> {
    let secrets: Vec<_> = users.iter().map(|_| new_secret()).collect();
    let rows = users.iter().zip(&secrets).map(|(user, secret)| links::ActiveModel {
        hash: Set(hash(secret)),
        user_id: Set(Some(user.id.0)),
        made_by: Set(maker.unwrap_or(user.id).0),
        by_shell: Set(maker.is_none()),
        created_ms: Set(clock::now_ms()),
        expires_ms: Set(clock::now_ms() + GOOD_FOR_MS),
        ..Default::default()
    });
    let made = links::Entity::insert_many(rows).exec_with_returning(db).await?;
    let names: HashMap<_, _> = users.iter().map(|user| (user.id.0, &user.name)).collect();
    let found_by = made.iter().filter_map(|link| {
        let name = names.get(&link.user_id?)?.to_string();
        Some(Named { kind: Kind::Link, id: link.id, name })
    });
    search::add_all(db, &found_by.collect::<Vec<_>>()).await?;
    Ok(secrets)
}

/// The users for whom there is a good link to set a password.
pub fn whom_good_ones_are_for() -> SelectStatement {
    Query::select()
        .column(links::Column::UserId)
        .from(links::Entity)
        .and_where(links::Column::UserId.is_not_null())
        .cond_where(is_good())
        .to_owned()
}

/// The link with this secret, if it is good. Looking at it spends nothing: programs that guard people's mail
/// look at every link.
pub async fn find(db: &impl ConnectionTrait, secret: &str) -> Result<Option<Link>, DbErr> {
    links::Entity::find().filter(links::Column::Hash.eq(hash(secret))).filter(is_good()).one(db).await
}

/// The link of that id, if it is good.
pub async fn find_by_id(db: &impl ConnectionTrait, id: LinkId) -> Result<Option<Link>, DbErr> {
    links::Entity::find_by_id(id.0).filter(is_good()).one(db).await
}

/// Uses the link up, if it is good. Of two who try at once, one succeeds.
pub async fn spend(db: &impl ConnectionTrait, secret: &str) -> Result<Option<Link>, DbErr> {
    let hash = hash(secret);
    let spent = links::Entity::update_many()
        .col_expr(links::Column::SpentMs, Expr::value(clock::now_ms()))
        .filter(links::Column::Hash.eq(hash.as_str()))
        .filter(is_good())
        .exec(db)
        .await?;
    if spent.rows_affected == 0 {
        return Ok(None);
    }
    forget(db, links::Entity::find().filter(links::Column::Hash.eq(hash)).one(db).await?).await
}

/// The link, which is found by its name no more.
async fn forget(db: &impl ConnectionTrait, link: Option<Link>) -> Result<Option<Link>, DbErr> {
    if let Some(link) = &link {
        search::remove(db, &found_by(db, link).await?).await?;
    }
    Ok(link)
}

async fn found_by(db: &impl ConnectionTrait, link: &Link) -> Result<Named, DbErr> {
    let name = match link.user_id {
        Some(user) => users::find(db, UserId(user)).await?.map(|user| user.name),
        None => link.name.clone(),
    };
    Ok(Named { kind: Kind::Link, id: link.id, name: name.unwrap_or_default() })
}

/// Makes a link good for nothing; the link, unless it was so already.
pub async fn withdraw(db: &impl ConnectionTrait, id: LinkId) -> Result<Option<Link>, DbErr> {
    let spent = links::Entity::update_many()
        .col_expr(links::Column::SpentMs, Expr::value(clock::now_ms()))
        .filter(links::Column::Id.eq(id.0))
        .filter(links::Column::SpentMs.is_null())
        .exec(db)
        .await?;
    if spent.rows_affected == 0 {
        return Ok(None);
    }
    forget(db, links::Entity::find_by_id(id.0).one(db).await?).await
}

/// Makes every link good for nothing that would set a password for one of these users.
pub async fn withdraw_all_for(db: &impl ConnectionTrait, users: &[UserId]) -> Result<(), DbErr> {
    links::Entity::update_many()
        .col_expr(links::Column::SpentMs, Expr::value(clock::now_ms()))
        .filter(links::Column::UserId.is_in(users.iter().map(|user| user.0)))
        .filter(links::Column::SpentMs.is_null())
        .exec(db)
        .await
        .map(|_| ())
}

/// A page of the links that are good, the newest first. They are found by the name of whom they are for.
pub async fn list(db: &impl ConnectionTrait, search: &Search) -> Result<Portion<Link>, DbErr> {
    let found = search::find(db, Kind::Link, search, PAGE_SIZE, Some(is_listed(search::row_id()))).await?;
    if found.rows.is_empty() {
        return Ok(found.map(|_| Vec::new()));
    }
    let these = links::Entity::find().filter(links::Column::Id.is_in(found.rows.iter().copied()));
    let these = these.order_by_desc(links::Column::Id).all(db).await?;
    Ok(found.map(|_| these))
}

fn is_listed(id: Expr) -> Expr {
    let mut good = Query::select();
    good.expr(Expr::value(1)).from(links::Entity).cond_where(is_good());
    Expr::exists(good.and_where(Expr::col((links::Entity, links::Column::Id)).eq(id)).to_owned())
}

/// Forgets the links that were over at `cut`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64, count: u64) -> Result<u64, DbErr> {
    let end = links::Column::ExpiresMs;
    db::delete_first::<links::Entity>(db, end, end.lte(cut), count).await
}

/// When the link was over that has been over for the longest, or will be next.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Ok(links::Entity::find()
        .order_by_asc(links::Column::ExpiresMs)
        .one(db)
        .await?
        .map(|link| link.expires_ms))
}

/// Neither spent nor over, and made by somebody who could make it now, or by the shell.
fn is_good() -> Condition {
    // The maker alone is looked up, not everybody who could be one.
    let maker = Query::select()
        .expr(Expr::value(1))
        .from(user_table::Entity)
        .and_where(
            Expr::col((user_table::Entity, user_table::Column::Id))
                .equals((links::Entity, links::Column::MadeBy)),
        )
        .and_where(user_table::Column::Role.eq(Role::Admin))
        .cond_where(users::who_may_sign_in())
        .to_owned();
    Condition::all()
        .add(links::Column::SpentMs.is_null())
        .add(links::Column::ExpiresMs.gt(clock::now_ms()))
        // One that would be good for longer was made when the clock was ahead.
        .add(links::Column::ExpiresMs.lte(clock::now_ms() + GOOD_FOR_MS + clock::MAX_DIFFERENCE_MS))
        .add(Expr::exists(maker).or(links::Column::ByShell.eq(true)))
}

fn new_secret() -> String {
    let random: [u8; 32] = rand::random();
    digest::hex(&random)
}

fn hash(secret: &str) -> String {
    digest::sha256_hex(secret)
}
