//! The same for many at once: in as few statements as it takes, however many they are. Whoever calls sees that one
//! transaction has not too many.

use sea_orm::{ActiveEnum, ColumnTrait, Condition, ConnectionTrait, DbErr, sea_query::Query};

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        links, sessions,
        users::{DisabledBy, Named, tenure},
    },
    entities::users as user_table,
    ids::UserId,
    live::{event::LostRight, log::table::NewEvent, sse::Farewell},
};

/// Keeps these users from signing in, unless they are kept from it already, or `only` does not hold of them any more.
/// Their sessions end.
pub(in crate::domain) async fn disable(
    change: &mut Change,
    by: &Actor,
    action: Action,
    users: &[Named],
    why: DisabledBy,
    only: Condition,
) -> Result<(), DbErr> {
    let update = Query::update()
        .table(user_table::Entity)
        .value(user_table::Column::Disabled, true)
        .value(user_table::Column::DisabledBy, why.to_value())
        .cond_where(
            only.add(user_table::Column::Disabled.eq(false))
                .add(user_table::Column::Id.is_in(users.iter().map(|user| user.id.0))),
        )
        .returning(Query::returning().column(user_table::Column::Id))
        .to_owned();
    let mut done = Vec::new();
    for row in change.tx.query_all(&update).await? {
        done.push(row.try_get_by_index::<i64>(0)?);
    }
    let users: Vec<_> = users.iter().filter(|user| done.contains(&user.id.0)).collect();
    let done: Vec<_> = done.into_iter().map(UserId).collect();
    tenure::end(&change.tx, done.iter().copied()).await?;
    links::withdraw_all_for(&change.tx, &done).await?;
    change.record_all(users.iter().map(|user| Entry::done(by, action, &user.name)).collect()).await?;
    sessions::end_all_of(&change.tx, &done).await?;
    lose_streams(change, done);
    Ok(())
}

/// Ends the streams of these users; those who still may come back.
pub(in crate::domain) fn lose_streams(change: &mut Change, users: impl IntoIterator<Item = UserId>) {
    for user in users {
        change.append(NewEvent::Rights(LostRight {
            whose: user.into(),
            right: None,
            farewell: Farewell::Revoked,
        }));
    }
}
