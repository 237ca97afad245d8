//! Keeps beside people, groups, tokens and links by what their names are found (`names::beginnings`): written in the
//! transaction that names them. What an earlier version added beside this one is found from the next start on.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::OnConflict,
};

use crate::{
    entities::{groups, links, search_names, search_names::Kind, tokens, users},
    names::{self, sort_key},
};

/// Rows of one statement: each has four values, and SQLite takes 32,766.
const MAX_ROWS: usize = 5_000;

/// Something that has a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// What kind of row it is.
    pub kind: Kind,
    /// The id of its row.
    pub id: i64,
    /// What it is called; a token by its owner's name, too.
    pub name: String,
}

impl Named {
    /// Rows of a list are in the order of these: people and groups by their names, tokens and links by their age, the
    /// newest first.
    pub fn place(&self) -> Vec<u8> {
        match self.kind {
            Kind::User | Kind::Group => sort_key(&self.name),
            Kind::Token | Kind::Link => (i64::MAX - self.id).to_be_bytes().to_vec(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = search_names::ActiveModel> {
        let (kind, id, place) = (self.kind, self.id, self.place());
        // With the empty one, it is in the list of all.
        let beginnings = names::beginnings(&self.name).into_iter().chain([String::new()]);
        beginnings.map(move |beginning| search_names::ActiveModel {
            kind: Set(kind),
            beginning: Set(beginning),
            place: Set(place.clone()),
            id: Set(id),
        })
    }
}

/// From now on it is found by its name.
pub async fn add(db: &impl ConnectionTrait, named: &Named) -> Result<(), DbErr> {
    add_all(db, std::slice::from_ref(named)).await
}

/// The same of many: one statement for some hundreds.
pub async fn add_all(db: &impl ConnectionTrait, named: &[Named]) -> Result<(), DbErr> {
    let rows: Vec<_> = named.iter().flat_map(Named::rows).collect();
    for rows in rows.chunks(MAX_ROWS) {
        search_names::Entity::insert_many(rows.to_vec())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// It is found no more: it is gone, or has another name.
pub async fn remove(db: &impl ConnectionTrait, named: &Named) -> Result<(), DbErr> {
    let beginnings = names::beginnings(&named.name).into_iter().chain([String::new()]);
    search_names::Entity::delete_many()
        .filter(search_names::Column::Kind.eq(named.kind))
        .filter(search_names::Column::Beginning.is_in(beginnings))
        .filter(search_names::Column::Place.eq(named.place()))
        .filter(search_names::Column::Id.eq(named.id))
        .exec(db)
        .await
        .map(|_| ())
}

/// Adds what an earlier version did not, at every start.
pub(super) async fn fill(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    // Whoever renames somebody sees to it, so as many as there are people are all of them.
    if users::Entity::find().count(tx).await? != all_of(Kind::User).count(tx).await? {
        fill_kind(tx, Kind::User, names_of_users(tx).await?).await?;
    }
    fill_kind(tx, Kind::Group, names_of_groups(tx).await?).await?;
    fill_kind(tx, Kind::Token, names_of_tokens(tx).await?).await?;
    fill_kind(tx, Kind::Link, names_of_links(tx).await?).await
}

async fn fill_kind(
    tx: &DatabaseTransaction,
    kind: Kind,
    there: impl IntoIterator<Item = (i64, String)>,
) -> Result<(), DbErr> {
    let known = all_of(kind).select_only().columns([search_names::Column::Id, search_names::Column::Place]);
    let known: Vec<(i64, Vec<u8>)> = known.into_tuple().all(tx).await?;
    let mut known: HashMap<_, _> = known.into_iter().collect();
    let there = there.into_iter().map(|(id, name)| Named { kind, id, name });
    let new: Vec<_> = there.filter(|named| known.remove(&named.id) != Some(named.place())).collect();
    // What is left is gone; and what has another place was renamed. This looks at all rows of the kind, at a start.
    let gone = known.into_keys().chain(new.iter().map(|named| named.id));
    for gone in gone.collect::<Vec<_>>().chunks(MAX_ROWS) {
        let of_kind = search_names::Entity::delete_many().filter(search_names::Column::Kind.eq(kind));
        of_kind.filter(search_names::Column::Id.is_in(gone.iter().copied())).exec(tx).await?;
    }
    for new in new.chunks(MAX_ROWS) {
        add_all(tx, new).await?;
    }
    Ok(())
}

fn all_of(kind: Kind) -> sea_orm::Select<search_names::Entity> {
    let of_kind = search_names::Entity::find().filter(search_names::Column::Kind.eq(kind));
    of_kind.filter(search_names::Column::Beginning.eq(""))
}

async fn names_of_users(tx: &DatabaseTransaction) -> Result<Vec<(i64, String)>, DbErr> {
    let names = users::Entity::find().select_only().columns([users::Column::Id, users::Column::Name]);
    names.into_tuple().all(tx).await
}

async fn names_of_groups(tx: &DatabaseTransaction) -> Result<Vec<(i64, String)>, DbErr> {
    let names = groups::Entity::find()
        .filter(groups::Column::RemovedNumber.is_null())
        .select_only()
        .columns([groups::Column::Id, groups::Column::Name]);
    names.into_tuple().all(tx).await
}

async fn names_of_tokens(tx: &DatabaseTransaction) -> Result<Vec<(i64, String)>, DbErr> {
    let tokens = tokens::Entity::find().filter(tokens::Column::RevokedMs.is_null()).all(tx).await?;
    let owners = names_of_some(tx, tokens.iter().map(|token| token.user_id)).await?;
    let name = |token: tokens::Model| {
        let owner = owners.get(&token.user_id).map_or("", String::as_str);
        (token.id, format!("{} {owner}", token.name))
    };
    Ok(tokens.into_iter().map(name).collect())
}

async fn names_of_links(tx: &DatabaseTransaction) -> Result<Vec<(i64, String)>, DbErr> {
    let links = links::Entity::find().filter(links::Column::SpentMs.is_null()).all(tx).await?;
    let users = names_of_some(tx, links.iter().filter_map(|link| link.user_id)).await?;
    let name = |link: links::Model| {
        let user = link.user_id.and_then(|user| users.get(&user).cloned());
        (link.id, link.name.or(user).unwrap_or_default())
    };
    Ok(links.into_iter().map(name).collect())
}

async fn names_of_some(
    tx: &DatabaseTransaction,
    ids: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, String>, DbErr> {
    let (ids, mut names): (Vec<_>, _) = (ids.collect(), HashMap::new());
    for ids in ids.chunks(MAX_ROWS) {
        let some = users::Entity::find().filter(users::Column::Id.is_in(ids.iter().copied())).select_only();
        let some: Vec<(i64, String)> =
            some.columns([users::Column::Id, users::Column::Name]).into_tuple().all(tx).await?;
        names.extend(some);
    }
    Ok(names)
}
