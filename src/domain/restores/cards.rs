//! Boards and cards of two databases: whom they are for, and the links and addresses that work without an account.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, ExprTrait, QuerySelect,
    sea_query::{Expr, Query},
};

use crate::{
    domain::restores::schema,
    entities::{boards, cards, pings, walls},
};

/// What one of the two databases holds.
#[derive(Debug, Default)]
pub(super) struct Cards {
    /// By name for programs, and when it was made.
    boards: BTreeMap<(String, i64), Board>,
    /// Whom cards are for, by key and when they were made.
    cards: BTreeMap<(String, i64), Option<String>>,
    /// By the hash of the secret.
    walls: BTreeMap<String, Wall>,
    /// The cards' keys, by the hash of the secret.
    pings: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Board {
    name: String,
    audience: String,
}

#[derive(Debug)]
struct Wall {
    name: String,
    board: String,
    is_open: bool,
}

impl Cards {
    /// The older file may lack the tables.
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let mut all = Self::default();
        let mut names = BTreeMap::new();
        if schema::has(db, "boards", "audience").await? {
            use boards::Column::{Audience, Id, MadeMs, Name, Slug};
            let rows = boards::Entity::find().select_only().columns([Id, Slug, MadeMs, Name, Audience]);
            for (id, slug, made_ms, name, audience) in
                rows.into_tuple::<(i64, String, i64, String, String)>().all(db).await?
            {
                names.insert(id, name.clone());
                all.boards.insert((slug, made_ms), Board { name, audience });
            }
        }
        if schema::has(db, "cards", "audience").await? {
            use cards::Column::{Audience, Key, MadeMs};
            let rows = cards::Entity::find().select_only().columns([Key, MadeMs, Audience]);
            let rows = rows.into_tuple::<(String, i64, Option<String>)>().all(db).await?;
            all.cards = rows.into_iter().map(|(key, made_ms, audience)| ((key, made_ms), audience)).collect();
        }
        if schema::has(db, "walls", "cookie_hash").await? {
            use walls::Column::{BoardId, CookieHash, Name, SecretHash};
            let rows = walls::Entity::find().select_only().columns([SecretHash, Name, BoardId, CookieHash]);
            for (hash, name, board, cookie) in
                rows.into_tuple::<(String, String, i64, Option<String>)>().all(db).await?
            {
                let board = names.get(&board).cloned().unwrap_or_default();
                all.walls.insert(hash, Wall { name, board, is_open: cookie.is_some() });
            }
        }
        if schema::has(db, "pings", "hash").await? {
            all.pings = addresses(db).await?.into_iter().collect();
        }
        Ok(all)
    }

    /// What was so then and is different now, a line each.
    pub(super) fn compare(then: &Self, now: &Self) -> Vec<String> {
        let mut lines = vec![];
        for (id, before) in &then.boards {
            let name = &before.name;
            match now.boards.get(id) {
                Some(after) if before.name != after.name => {
                    lines.push(format!("the board “{name}” is called “{}”", after.name));
                }
                Some(_) => {}
                None => lines.push(format!("the board “{name}” is not there")),
            }
            if now.boards.get(id).is_some_and(|after| before.audience != after.audience) {
                lines.push(format!("the board “{name}” was for others than it is"));
            }
        }
        let came = now.boards.iter().filter(|(id, _)| !then.boards.contains_key(id));
        lines.extend(came.map(|(_, board)| format!("the board “{}” was not there, and is", board.name)));
        let of_others =
            then.cards.iter().filter(|(id, before)| now.cards.get(id).is_some_and(|after| after != *before));
        lines.extend(of_others.map(|((key, _), _)| format!("the card {key} was for others than it is")));
        lines.extend(secrets(then, now));
        lines
    }
}

/// Of the links and addresses, in the order of the words: hashes have none.
fn secrets(then: &Cards, now: &Cards) -> Vec<String> {
    let gone = then.walls.iter().filter_map(|(hash, before)| wall(before, now.walls.get(hash)));
    let mut lines: Vec<_> = gone.collect();
    let came = now.walls.iter().filter(|(hash, _)| !then.walls.contains_key(*hash));
    lines.extend(came.map(|(_, wall)| format!("{} was not there, and works", wall.words())));
    let address = |key: &String| format!("an address for pings of the card {key}");
    let gone = then.pings.iter().filter(|(hash, _)| !now.pings.contains_key(*hash));
    lines.extend(gone.map(|(_, key)| format!("{} worked, and does not", address(key))));
    let came = now.pings.iter().filter(|(hash, _)| !then.pings.contains_key(*hash));
    lines.extend(came.map(|(_, key)| format!("{} did not work, and does", address(key))));
    lines.sort();
    lines
}

impl Wall {
    fn words(&self) -> String {
        format!("the link for the wall “{}” of the board “{}”", self.name, self.board)
    }
}

fn wall(before: &Wall, after: Option<&Wall>) -> Option<String> {
    match after {
        None => Some(format!("{} worked, and is not there", before.words())),
        Some(after) if before.is_open && !after.is_open => {
            Some(format!("{} was open on a screen, and can be opened by another", before.words()))
        }
        Some(_) => None,
    }
}

/// What works without an account: links for walls with their boards, and the cards that are pinged. It fails as the database
/// does.
pub(super) async fn working(db: &impl ConnectionTrait) -> Result<(Vec<String>, Vec<String>), DbErr> {
    let all = Cards::read(db).await?;
    let mut walls: Vec<_> =
        all.walls.values().map(|wall| format!("{:<24} of {}", wall.name, wall.board)).collect();
    let mut pinged: Vec<_> = all.pings.into_values().collect();
    walls.sort();
    pinged.sort();
    Ok((walls, pinged))
}

/// The hashes of the addresses by which cards are pinged, with the cards' keys.
async fn addresses(db: &impl ConnectionTrait) -> Result<Vec<(String, String)>, DbErr> {
    let rows = Query::select()
        .column((pings::Entity, pings::Column::Hash))
        .column((cards::Entity, cards::Column::Key))
        .from(pings::Entity)
        .inner_join(
            cards::Entity,
            Expr::col((cards::Entity, cards::Column::Id)).equals((pings::Entity, pings::Column::CardId)),
        )
        .to_owned();
    let rows = db.query_all(&rows).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}
