//! One transaction's worth of receipts. Whose they are is held until the commit, in one order on every node; what a marking
//! is about is found out then; and all of it is written at the end under one rev.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use self::{
    markings::Marking,
    rows::{MAX_ROWS, ReceiptRow},
};
use crate::{
    clock,
    db::{self, Transaction},
    domain::{
        change::{Change, Changes},
        posts::receipts::{
            Done, What,
            queue::{Job, Which, deeds::Deeds},
            snoozes,
        },
        users,
    },
    entities::{counter, readers, receipts},
    ids::UserId,
};

mod markings;
mod rows;

/// What is to be written.
#[derive(Default)]
struct Desk {
    /// By person and post.
    rows: BTreeMap<(i64, i64), ReceiptRow>,
    /// Whose there are, or will be, others.
    changed: BTreeSet<i64>,
    /// Up to where people have read.
    through: BTreeMap<i64, i64>,
    markings: Vec<Marking>,
    /// What was done about what posts ask.
    deeds: Deeds,
}

/// Writes these; what became of each.
pub(super) async fn write(changes: &Changes, jobs: &[Job]) -> Vec<Result<Done, DbErr>> {
    match db::with_timeout(commit(changes, jobs)).await {
        Ok(done) => done.into_iter().map(Ok).collect(),
        Err(error) => jobs.iter().map(|_| Err(error.clone())).collect(),
    }
}

async fn commit(changes: &Changes, jobs: &[Job]) -> Result<Vec<Done>, DbErr> {
    let mut change = changes.begin().await?;
    let tx = &change.tx;
    hold(tx, jobs.iter().map(|job| job.user.0).collect()).await?;
    let (head, now_ms) = (head(tx).await?, clock::now_ms());
    let deeds = Deeds::load(tx, jobs).await?;
    let (mut desk, mut done) = (Desk { deeds, ..Desk::default() }, vec![Done::Written; jobs.len()]);
    for (number, job) in jobs.iter().enumerate() {
        match &job.what {
            What::Read(post) => desk.put(job.user, *post, false),
            What::PutBack(post) => desk.put(job.user, *post, true),
            What::MarkAll(filter, through) => desk.mark(tx, number, job.user, filter, *through).await?,
            What::Undo(marking) => {
                if !desk.undo(tx, job.user, *marking).await? {
                    done[number] = Done::NotFound;
                }
            }
            What::Acknowledge(deed) => desk.deeds.acknowledge(job.user, deed),
            What::Answer(deed, answer) => desk.deeds.answer(job.user, deed, answer),
            What::AnswerFor(deed, answer) => {
                done[number] = desk.deeds.answer_for(job.user, deed, answer);
            }
            What::TakeBack(deed) => done[number] = desk.deeds.take_back(job.user, deed),
            What::Settle(through) => desk.reach(job.user, head.min(*through)),
            What::Snooze(post, until_ms) => {
                if snoozes::are_many(tx, job.user, post.id).await? {
                    done[number] = Done::TooMany;
                } else {
                    desk.snooze(job.user, *post, *until_ms);
                }
            }
            What::EndSnooze(post) => {
                let snoozed = snoozes::of_post(tx, job.user, post.id).await?;
                snoozed.into_iter().for_each(|row| desk.bring_back(&row));
            }
            What::EndSnoozes => {
                let due = snoozes::due(tx, job.user, now_ms).await?;
                due.iter().for_each(|row| desk.bring_back(row));
            }
        }
    }
    desk.read_acknowledged();
    if desk.is_empty() {
        change.undo().await?;
        return Ok(done);
    }
    desk.write(&mut change, head, &mut done).await?;
    change.commit().await?;
    Ok(done)
}

/// Holds what is known of these people; who is not known begins here.
pub(in crate::domain::posts) async fn hold(tx: &Transaction, people: BTreeSet<i64>) -> Result<(), DbErr> {
    let theirs = || {
        let theirs = readers::Entity::find().filter(readers::Column::UserId.is_in(people.iter().copied()));
        theirs.order_by_asc(readers::Column::UserId).lock_exclusive()
    };
    if theirs().all(tx).await?.len() < people.len() {
        users::readers::begin(tx, people.iter().map(|user| UserId(*user))).await?;
        theirs().all(tx).await?;
    }
    Ok(())
}

async fn head(tx: &Transaction) -> Result<i64, DbErr> {
    let last = counter::Entity::find().select_only().column(counter::Column::LastId);
    last.into_tuple().one(tx).await?.ok_or_else(|| DbErr::Custom("the counter has no row".into()))
}

impl Desk {
    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.through.is_empty() && self.deeds.is_empty()
    }

    /// What was acknowledged is read; who was answered for finds it unread again, and is told of it.
    fn read_acknowledged(&mut self) {
        for ((user, post), number) in self.deeds.changed() {
            self.changed.insert(user);
            let is_unread = self.deeds.by((user, post)).is_some();
            let row = ReceiptRow { number, is_unread, snoozed_until_ms: None, snoozed_ms: None };
            self.rows.entry((user, post)).or_insert(row);
        }
    }

    fn put(&mut self, user: UserId, post: Which, is_unread: bool) {
        let row = ReceiptRow { number: post.number, is_unread, snoozed_until_ms: None, snoozed_ms: None };
        self.write_down(user.0, post.id, row);
    }

    /// Until it comes back, it is as if it were read.
    fn snooze(&mut self, user: UserId, post: Which, until_ms: i64) {
        let (snoozed_until_ms, snoozed_ms) = (Some(until_ms), Some(clock::now_ms()));
        let row = ReceiptRow { number: post.number, is_unread: false, snoozed_until_ms, snoozed_ms };
        self.write_down(user.0, post.id, row);
    }

    /// It is unread, and says since when it was not to be seen.
    fn bring_back(&mut self, snoozed: &receipts::Model) {
        let receipts::Model { user_id, post_id, number, snoozed_ms, .. } = *snoozed;
        self.write_down(
            user_id,
            post_id,
            ReceiptRow { number, is_unread: true, snoozed_until_ms: None, snoozed_ms },
        );
    }

    fn write_down(&mut self, user: i64, post: i64, row: ReceiptRow) {
        self.changed.insert(user);
        self.rows.insert((user, post), row);
    }

    fn reach(&mut self, user: UserId, through: i64) {
        let known = self.through.entry(user.0).or_insert(through);
        *known = through.max(*known);
    }

    /// Writes all of it under one rev.
    async fn write(mut self, change: &mut Change, head: i64, done: &mut [Done]) -> Result<(), DbErr> {
        let anew = self.deeds.tell_calls(change).await?;
        let rev = if self.changed.is_empty() { None } else { Some(change.take_rev().await?) };
        let tx = &change.tx;
        if let Some(rev) = rev {
            rows::write(tx, &self.rows, &self.deeds, head, rev).await?;
            for some in Vec::from_iter(&self.changed).chunks(MAX_ROWS) {
                readers::Entity::update_many()
                    .col_expr(readers::Column::Rev, Expr::value(rev))
                    .filter(readers::Column::UserId.is_in(some.iter().map(|user| **user)))
                    .exec(tx)
                    .await?;
            }
            for marking in self.markings {
                let job = marking.job;
                done[job] = Done::Marked(marking.write(tx, rev).await?);
            }
        }
        self.deeds.record(change).await?;
        anew.finish(change).await?;
        let tx = &change.tx;
        for (through, people) in by_number(self.through) {
            readers::Entity::update_many()
                .col_expr(readers::Column::ReadThrough, Expr::value(through))
                .filter(readers::Column::UserId.is_in(people))
                .filter(readers::Column::ReadThrough.lt(through))
                .exec(tx)
                .await?;
        }
        Ok(())
    }
}

/// The people by number.
fn by_number(through: BTreeMap<i64, i64>) -> HashMap<i64, Vec<i64>> {
    let mut found = HashMap::<i64, Vec<i64>>::new();
    for (user, number) in through {
        found.entry(number).or_default().push(user);
    }
    found
}
