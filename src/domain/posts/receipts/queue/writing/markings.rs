//! Marking as read what a list shows, and undoing it.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use super::Desk;
use crate::{
    clock,
    db::Transaction,
    domain::posts::{
        Filter,
        receipts::{
            queue::Which,
            unread::{self, is_put_back},
        },
    },
    entities::{markings, posts, readers, receipts},
    ids::UserId,
    live::audience::Viewer,
};

/// What a person marked at once.
pub(super) struct Marking {
    /// Which of the jobs it is.
    pub(super) job: usize,
    user: UserId,
    /// What was unread before.
    posts: Vec<i64>,
    /// Up to which number everything was marked, if no filter was open.
    through: Option<i64>,
}

impl Desk {
    /// Marks as read what the filter lists, of what was told up to this number.
    pub(super) async fn mark(
        &mut self,
        tx: &Transaction,
        job: usize,
        user: UserId,
        filter: &Filter,
        through: i64,
    ) -> Result<(), DbErr> {
        let viewer = Viewer::load(tx, user).await?;
        let unread = unread::unread(tx, &viewer).await?;
        let through = through.min(viewer.as_of);
        let listed = unread.listed(tx, filter).await?;
        let listed: Vec<_> = listed.into_iter().filter(|post| post.told <= through).collect();
        let is_filtered = filter.is_narrow();
        if is_filtered {
            for post in &listed {
                self.put(user, Which { id: post.id, number: post.number }, false);
            }
        } else {
            self.reach(user, through);
        }
        self.changed.insert(user.0);
        let posts = listed.iter().map(|post| post.id).collect();
        self.markings.push(Marking { job, user, posts, through: (!is_filtered).then_some(through) });
        Ok(())
    }

    /// Puts back what a marking took, but for what was read or put back by itself since. Whether there is such a marking.
    pub(super) async fn undo(&mut self, tx: &Transaction, user: UserId, marking: i64) -> Result<bool, DbErr> {
        let marking = markings::Entity::find_by_id(marking).filter(markings::Column::UserId.eq(user.0));
        let Some(marking) = marking.one(tx).await? else { return Ok(false) };
        let taken = marking.post_ids();
        let since: BTreeSet<i64> = receipts::Entity::find()
            .select_only()
            .column(receipts::Column::PostId)
            .filter(receipts::Column::UserId.eq(user.0))
            .filter(receipts::Column::PostId.is_in(taken.iter().copied()))
            .filter(receipts::Column::Rev.gt(marking.rev))
            .into_tuple()
            .all(tx)
            .await?
            .into_iter()
            .collect();
        let numbers = posts::Entity::find()
            .select_only()
            .columns([posts::Column::Id, posts::Column::Number])
            .filter(posts::Column::Id.is_in(taken))
            .into_tuple::<(i64, i64)>();
        for (id, number) in numbers.all(tx).await? {
            if !since.contains(&id) {
                self.put(user, Which { id, number }, true);
            }
        }
        Ok(true)
    }
}

impl Marking {
    /// Writes it; its id.
    pub(super) async fn write(self, tx: &Transaction, rev: i64) -> Result<i64, DbErr> {
        let user = self.user;
        readers::Entity::update_many()
            .col_expr(readers::Column::MarkedRev, Expr::value(rev))
            .filter(readers::Column::UserId.eq(user.0))
            .exec(tx)
            .await?;
        if let Some(through) = self.through {
            // What was put back before counts as told.
            receipts::Entity::update_many()
                .col_expr(receipts::Column::IsUnread, Expr::value(false))
                .col_expr(receipts::Column::ReadAt, Expr::value(through))
                .col_expr(receipts::Column::Rev, Expr::value(rev))
                .filter(receipts::Column::UserId.eq(user.0))
                .filter(is_put_back())
                .filter(receipts::Column::Number.lte(through))
                .exec(tx)
                .await?;
        }
        let row = markings::Model::of(user, rev, &self.posts, clock::now_ms());
        Ok(markings::Entity::insert(row).exec(tx).await?.last_insert_id)
    }
}
