//! The addresses by which cards are pinged: whoever can call an address, and nothing else, reports with it. The secret in
//! one is shown once; what is stored is its SHA-256. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use tower_sessions::session::Id;

use crate::{
    clock, digest,
    domain::{
        audit::{Action, Actor, Entry},
        cards::{Card, Keeper, ping},
        change::{Change, Changes},
        reveals::{self, SecretKind},
        tokens,
        users::{self, User},
    },
    entities::{cards as card_table, pings},
    ids::{CardId, TokenId},
    live::audience::Viewer,
};

pub use self::queue::PingQueue;
pub use crate::entities::pings::Model as PingAddress;

mod queue;

/// Digits of the secret in an address.
const SECRET_LENGTH: usize = 48;

/// Makes an address by which a card is pinged; an earlier one is good for nothing from then on. Its secret, which nobody
/// can find out later.
pub async fn add(
    changes: &Changes,
    by: &Actor,
    card: &Card,
    token: Option<TokenId>,
) -> Result<String, DbErr> {
    let mut change = changes.begin().await?;
    let secret = write(&mut change, by, card, token).await?;
    change.commit().await?;
    Ok(secret)
}

/// Makes an address whose secret is kept for the page that shows it to this session; its reference.
pub async fn add_to_show(changes: &Changes, by: &Actor, card: &Card, session: &Id) -> Result<String, DbErr> {
    let mut change = changes.begin().await?;
    let secret = write(&mut change, by, card, None).await?;
    let reference = reveals::keep(&change.tx, SecretKind::Ping, session, &secret).await?;
    change.commit().await?;
    Ok(reference)
}

/// Removes the address by which a card is pinged; whether there was one.
pub async fn remove(changes: &Changes, by: &Actor, card: &Card) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    if pings::Entity::delete_by_id(card.id.0).exec(&change.tx).await?.rows_affected == 0 {
        change.undo().await?;
        return Ok(false);
    }
    change.record(Entry::done(by, Action::RemovePing, format!("card {}", card.key))).await?;
    change.commit().await?;
    Ok(true)
}

/// The address by which a card is pinged, without its secret.
pub async fn of_card(db: &impl ConnectionTrait, card: CardId) -> Result<Option<PingAddress>, DbErr> {
    pings::Entity::find_by_id(card.0).one(db).await
}

/// The card that is pinged by the address with this secret, and in whose name: as long as its owner may keep cards.
pub async fn find(db: &impl ConnectionTrait, secret: &str) -> Result<Option<(Card, Keeper)>, DbErr> {
    if secret.len() != SECRET_LENGTH || !secret.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let by_secret = pings::Entity::find().filter(pings::Column::Hash.eq(digest::sha256_hex(secret)));
    let Some(address) = by_secret.one(db).await? else { return Ok(None) };
    let card = card_table::Entity::find_by_id(address.card_id).one(db).await?.map(Card::from);
    let Some(card) = card else { return Ok(None) };
    let owner = users::find(db, card.owner).await?;
    let Some(owner) = owner.filter(may_be_pinged) else { return Ok(None) };
    let token = address.token_id.map(TokenId);
    let only = match token {
        Some(token) => tokens::groups_of_id(db, token).await?,
        None => None,
    };
    Ok(Some((card, Keeper { owner: as_keeper(&owner), by: Actor::server_for(&owner), only, token })))
}

/// Whether the cards of this owner can be pinged: as their programs, which keep them, would be let in.
pub fn may_be_pinged(owner: &User) -> bool {
    owner.may_post() && users::may_sign_in(owner)
}

/// Whether a card can be pinged at all.
pub fn is_for(card: &Card) -> bool {
    ping::is_for(&card.reading)
}

async fn write(
    change: &mut Change,
    by: &Actor,
    card: &Card,
    token: Option<TokenId>,
) -> Result<String, DbErr> {
    let random: [u8; SECRET_LENGTH / 2] = rand::random();
    let secret = digest::hex(&random);
    let row = pings::ActiveModel {
        card_id: Set(card.id.0),
        hash: Set(digest::sha256_hex(&secret)),
        token_id: Set(token.map(|token| token.0)),
        made_ms: Set(clock::now_ms()),
    };
    let mut replace = OnConflict::column(pings::Column::CardId);
    replace.update_columns([pings::Column::Hash, pings::Column::TokenId, pings::Column::MadeMs]);
    pings::Entity::insert(row).on_conflict(replace).exec_without_returning(&change.tx).await?;
    change.record(Entry::done(by, Action::AddPing, format!("card {}", card.key))).await?;
    Ok(secret)
}

/// What a ping asks of the owner: their groups say nothing of what they may report.
fn as_keeper(owner: &User) -> Viewer {
    Viewer {
        user: owner.user_id(),
        is_external: owner.external,
        is_admin: owner.is_admin(),
        memberships: Box::default(),
        screen: None,
        as_of: 0,
    }
}
