//! Doing what a plan says. Leavers first: they are not to wait. Each portion is a transaction, after which others get
//! their turn.

use std::io;

use jiff::tz::TimeZone;
use sea_orm::{Condition, DbErr};

use crate::{
    db,
    domain::{
        access::{AccountError, accounts, many},
        audit::{Action, Actor, Detail, Entry, facts},
        change::Changes,
        groups::{self, GroupError},
        imports::{
            Done, HandOver, links,
            list::ListedRow,
            members,
            plan::{Change, Fact, Leaver, Plan},
        },
        portions::Portions,
        posts::search,
        sessions,
        users::{self, DisabledBy},
    },
    text,
};

/// There are few who manage people: so many are changed in one transaction.
const MANAGERS: usize = 20;

/// Why a list was not taken to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Somebody else changed people meanwhile.
    #[error(
        "Somebody else changed people at the same time. What was done is kept: do it again for the rest."
    )]
    Overtaken,
    /// Nobody could manage people any more.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The links could not be written; those that were not are not kept.
    #[error("The links cannot be written: {0}. What was done is kept: do it again for the rest.")]
    Unwritten(#[from] io::Error),
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// A list that is taken.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// By which whatever is recorded is done.
    pub changes: &'a Changes,
    /// Who takes the list.
    pub by: &'a Actor,
    /// The people that the list has.
    pub rows: &'a [ListedRow],
    /// Whose days the last days are.
    pub zone: &'a TimeZone,
}

impl Import<'_> {
    /// Does what the plan says, which was made of this list, and hands the new links over. `tell` hears after every
    /// portion how much was done.
    ///
    /// # Errors
    /// Whatever kept it from the rest. What was done stays done.
    pub async fn apply(
        self,
        plan: &Plan,
        hand_over: &mut HandOver<'_>,
        tell: impl Fn(Done),
    ) -> Result<Done, ImportError> {
        let mut done = Done::default();
        self.make_groups(&plan.new_groups).await?;
        // Who manages people goes last: who does so from now on may have to come first.
        let (managers, leavers): (Vec<_>, Vec<_>) = plan.disabled.iter().partition(|leaver| leaver.is_admin);
        let (demoted, changed): (Vec<_>, Vec<_>) =
            plan.changed.iter().partition(|change| change.is_of_admin());
        let mut portions = Portions::of(&leavers);
        while let Some(some) = portions.next() {
            self.disable(some).await?;
            done.disabled += some.len();
            tell(done);
            portions.rest().await;
        }
        let mut portions = Portions::of(&changed);
        while let Some(some) = portions.next() {
            self.change(some).await?;
            done.changed += some.len();
            tell(done);
            portions.rest().await;
        }
        let mut portions = Portions::of(&plan.added);
        while let Some(rows) = portions.next() {
            self.add(rows).await?;
            done.added += rows.len();
            tell(done);
            portions.rest().await;
        }
        for some in demoted.chunks(MANAGERS) {
            self.change(some).await?;
            done.changed += some.len();
        }
        for some in managers.chunks(MANAGERS) {
            self.disable(some).await?;
            done.disabled += some.len();
        }
        members::settle(self).await?;
        done.links = links::make(self, hand_over, |links| tell(Done { links, ..done })).await?;
        Ok(done)
    }

    async fn make_groups(self, names: &[String]) -> Result<(), DbErr> {
        for name in names {
            match groups::add(self.changes, self.by, name).await {
                // Somebody else made it meanwhile.
                Ok(_) | Err(GroupError::NameTaken) => {}
                Err(GroupError::Database(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn disable(self, leavers: &[&Leaver]) -> Result<(), ImportError> {
        let mut change = self.changes.begin().await?;
        let mut admins = None;
        if leavers.iter().any(|leaver| leaver.is_admin) {
            admins = Some(accounts::count_admins_alone(&change).await?);
        }
        let users: Vec<_> = leavers.iter().map(|leaver| leaver.user.clone()).collect();
        many::disable(&mut change, self.by, Action::Disable, &users, DisabledBy::List, Condition::all())
            .await?;
        if let Some(before) = admins {
            accounts::some_admin_remains(&change.tx, before).await?;
        }
        if change.is_empty() { Ok(change.undo().await?) } else { Ok(change.commit().await?) }
    }

    async fn change(self, some: &[&Change]) -> Result<(), ImportError> {
        let some: Vec<_> = some.iter().filter(|one| one.facts != [Fact::Groups]).collect();
        if some.is_empty() {
            return Ok(());
        }
        let mut change = self.changes.begin().await?;
        let mut admins = None;
        if some.iter().any(|one| one.is_of_admin()) {
            admins = Some(accounts::count_admins_alone(&change).await?);
        }
        let (mut demoted, mut other) = (Vec::new(), Vec::new());
        let of_externals = some.iter().filter(|one| one.facts.contains(&Fact::External));
        let of_externals: Vec<_> = of_externals.map(|one| one.user.id).collect();
        let mut entries = Vec::new();
        for one in some {
            let written = users::set_as_listed(&change.tx, &one.user, listed(&one.row), is_let_in(one)).await;
            written.map_err(overtaken)?;
            if one.facts.contains(&Fact::Name) {
                search::refill(&change.tx, one.user.id).await?;
            }
            entries.extend(one.facts.iter().filter_map(|fact| self.entry(one, *fact)));
            if one.facts.iter().any(|fact| matches!(fact, Fact::Role(_))) {
                demoted.push(one.user.id);
            } else if one.facts.iter().any(|fact| matches!(fact, Fact::External | Fact::Ends)) {
                other.push(one.user.id);
            }
        }
        users::externals::follow(&change.tx, of_externals).await?;
        if let Some(before) = admins {
            accounts::some_admin_remains(&change.tx, before).await?;
        }
        change.record_all(entries).await?;
        sessions::end_all_of(&change.tx, &demoted).await?;
        many::lose_streams(&mut change, demoted.into_iter().chain(other));
        Ok(change.commit().await?)
    }

    /// The entry of one fact; putting into groups writes its own.
    fn entry(self, change: &Change, fact: Fact) -> Option<Entry> {
        let Change { user, row, .. } = change;
        let (action, detail): (_, Detail) = match fact {
            Fact::Number => (Action::SetNumber, row.number.as_str().into()),
            Fact::Name => (Action::RenameAccount, text::of("audit-now").with("name", &row.name).into()),
            Fact::Role(_) => (Action::SetRole, facts::role(row.role).into()),
            Fact::External => (Action::SetExternal, facts::external(row.external).into()),
            Fact::Ends => (Action::SetEnd, facts::last_day(row.ends_ms, self.zone)),
            Fact::Enabled => (Action::Enable, Detail::default()),
            Fact::Groups => return None,
        };
        Some(Entry::done(self.by, action, &user.name).detail(detail))
    }

    async fn add(self, rows: &[ListedRow]) -> Result<(), ImportError> {
        let mut change = self.changes.begin().await?;
        users::add_listed(&change.tx, rows.iter().map(listed)).await.map_err(overtaken)?;
        let entries = rows.iter().map(|row| {
            let entry = Entry::done(self.by, Action::AddAccount, &row.name).detail(facts::role(row.role));
            entry.detail(text::of("audit-from-a-list"))
        });
        change.record_all(entries.collect()).await?;
        Ok(change.commit().await?)
    }
}

fn is_let_in(change: &Change) -> bool {
    change.facts.contains(&Fact::Enabled)
}

fn listed(row: &ListedRow) -> users::Listed<'_> {
    let ListedRow { number, name, role, external, ends_ms, .. } = row;
    users::Listed { number, name, role: *role, external: *external, ends_ms: *ends_ms }
}

/// A name or a number that somebody else took since the plan was made.
fn overtaken(error: DbErr) -> ImportError {
    if db::is_taken(&error) { ImportError::Overtaken } else { error.into() }
}
