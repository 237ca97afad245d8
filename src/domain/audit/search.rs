//! Looking through the audit log, the newest first. It is in the order of the times that entries have, and of the writing
//! where these are the same: so a period is one part of every list, however the clocks went.
//!
//! Each combination of filters is a few branches, and each branch is a part of one index that is in this order: a page
//! costs what it shows, however long the log is and however rare what is looked for.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, Iterable, QueryFilter,
    QueryOrder,
    sea_query::{Expr, Order, Query, SelectStatement, UnionType},
};

use crate::{
    domain::audit::{Action, Outcome, Record},
    entities::audit,
};

/// Which entries; every filter that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By, or about, whoever or whatever has one of these names, as `find_names` found them.
    pub names: Option<Vec<String>>,
    /// Only entries of this action.
    pub action: Option<Action>,
    /// Only entries with this outcome.
    pub outcome: Option<Outcome>,
    /// Not before this time, in Unix milliseconds.
    pub from_ms: Option<i64>,
    /// Before this time, in Unix milliseconds.
    pub until_ms: Option<i64>,
}

/// Where an entry stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at_ms: i64,
    id: i64,
}

impl Place {
    /// The place of this entry.
    pub fn of(record: &Record) -> Self {
        Self { at_ms: record.at_ms, id: record.id }
    }

    /// Before every entry of this time.
    fn start(at_ms: i64) -> Self {
        Self { at_ms, id: i64::MIN }
    }
}

/// The place of the entry of that id, or of the nearest one written before it.
pub async fn place(db: &impl ConnectionTrait, id: i64) -> Result<Place, DbErr> {
    let nearest = audit::Entity::find().filter(audit::Column::Id.lte(id)).order_by_desc(audit::Column::Id);
    Ok(nearest.one(db).await?.map_or(Place::start(i64::MIN), |entry| Place { at_ms: entry.at_ms, id }))
}

/// Whether an entry has this time, in Unix milliseconds, or a later one.
pub async fn has_later(db: &impl ConnectionTrait, at_ms: i64) -> Result<bool, DbErr> {
    let filter = Filter { from_ms: Some(at_ms), ..Default::default() };
    Ok(!places(db, &filter, None, 1).await?.is_empty())
}

/// The newest entries, newest first: at most `count` of those that stand before a place.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<Place>,
    count: u64,
) -> Result<Vec<Record>, DbErr> {
    let places = places(db, filter, before, count).await?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    audit::Entity::find()
        .filter(audit::Column::Id.is_in(places.iter().map(|place| place.id)))
        .order_by_desc(audit::Column::AtMs)
        .order_by_desc(audit::Column::Id)
        .all(db)
        .await
}

/// Where these entries stand, which indexes alone tell.
pub(super) async fn places(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<Place>,
    count: u64,
) -> Result<BTreeSet<Place>, DbErr> {
    let names: Vec<_> = match &filter.names {
        Some(names) => names.iter().map(|name| Some(name.as_str())).collect(),
        None => vec![None],
    };
    let mut newest = BTreeSet::new();
    for name in names {
        for row in db.query_all(&newest_of(filter, name, before, count)).await? {
            newest.insert(Place { at_ms: row.try_get_by_index(0)?, id: row.try_get_by_index(1)? });
        }
        while newest.len() as u64 > count {
            newest.pop_first();
        }
    }
    Ok(newest)
}

/// The places of the newest entries of one name, or of all: the newest of each branch, united.
fn newest_of(filter: &Filter, name: Option<&str>, before: Option<Place>, count: u64) -> SelectStatement {
    let period = period(filter, before);
    let mut branches = branches(filter, name).into_iter().map(|branch| {
        let newest = Query::select()
            .columns(PLACE)
            .from(audit::Entity)
            .cond_where(branch.into_iter().chain(period.clone()).fold(Condition::all(), Condition::add))
            .order_by(audit::Column::AtMs, Order::Desc)
            .order_by(audit::Column::Id, Order::Desc)
            .limit(count)
            .to_owned();
        // SQLite takes no limit in a part of a union.
        Query::select().columns(PLACE).from_subquery(newest, "branch").to_owned()
    });
    let mut united = branches.next().unwrap_or_default();
    united
        .unions(branches.map(|branch| (UnionType::All, branch)))
        .order_by(audit::Column::AtMs, Order::Desc)
        .order_by(audit::Column::Id, Order::Desc)
        // What somebody does to themselves is in two branches.
        .limit(count.saturating_mul(2))
        .to_owned()
}

const PLACE: [audit::Column; 2] = [audit::Column::AtMs, audit::Column::Id];

/// What must hold in each branch besides the period: the columns of an index that stand before the time.
fn branches(filter: &Filter, name: Option<&str>) -> Vec<Vec<Expr>> {
    let whose = match name {
        Some(name) => vec![vec![audit::Column::WhoKey.eq(name)], vec![audit::Column::AboutKey.eq(name)]],
        None => vec![vec![]],
    };
    let acts = acts(filter);
    let with_acts =
        |whose: Vec<Expr>| acts.iter().map(move |act| [&whose[..], act].concat()).collect::<Vec<_>>();
    whose.into_iter().flat_map(with_acts).collect()
}

/// Of actions and outcomes, every pair that is asked for; nothing, if neither is.
fn acts(filter: &Filter) -> Vec<Vec<Expr>> {
    if filter.action.is_none() && filter.outcome.is_none() {
        return vec![vec![]];
    }
    let actions = filter.action.map_or_else(|| Action::iter().collect(), |action| vec![action]);
    let outcomes =
        filter.outcome.map_or_else(|| Outcome::iter().collect::<Vec<_>>(), |outcome| vec![outcome]);
    let pairs = actions.into_iter().flat_map(|action| outcomes.iter().map(move |outcome| (action, *outcome)));
    pairs
        .map(|(action, outcome)| vec![audit::Column::Act.eq(action), audit::Column::Outcome.eq(outcome)])
        .collect()
}

/// From when on, and before which place: one end each, so that the index is entered there.
fn period(filter: &Filter, before: Option<Place>) -> Vec<Expr> {
    let end = [before, filter.until_ms.map(Place::start)].into_iter().flatten().min();
    let end = end.map(|end| {
        let place = Expr::tuple(PLACE.map(Expr::col));
        place.lt(Expr::tuple([end.at_ms, end.id].map(Expr::value)))
    });
    let start = filter.from_ms.map(|from| audit::Column::AtMs.gte(from));
    start.into_iter().chain(end).collect()
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, Statement, StatementBuilder};

    use super::*;
    use crate::{config::Database, db::Db};

    async fn empty() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        (folder, db)
    }

    async fn plan(db: &Db, query: &SelectStatement) -> Vec<String> {
        let mut explained = StatementBuilder::build(query, &DbBackend::Sqlite);
        explained.sql = format!("EXPLAIN QUERY PLAN {}", explained.sql);
        let rows = db.read.query_all_raw(explained).await.expect("a plan");
        rows.iter().map(|row| row.try_get_by_index(3).expect("a line")).collect()
    }

    #[tokio::test]
    async fn every_combination_of_filters_is_parts_of_indexes_in_their_order() {
        let (_folder, db) = empty().await;
        let (action, outcome) = (Some(Action::Publish), Some(Outcome::Refused));
        for (name, action, outcome, index, parts) in [
            (None, None, None, "audit_time (", 1),
            (None, action, None, "audit_act (act=? AND outcome=? AND ", 2),
            (None, None, outcome, "audit_act (act=? AND outcome=? AND ", Action::iter().count()),
            (None, action, outcome, "audit_act (act=? AND outcome=? AND ", 1),
            (Some("ann"), None, None, "audit_{} ({}_key=? AND ", 2),
            (Some("ann"), action, None, "audit_{}_act ({}_key=? AND act=? AND outcome=? AND ", 4),
            (Some("ann"), action, outcome, "audit_{}_act ({}_key=? AND act=? AND outcome=? AND ", 2),
        ] {
            let filter =
                Filter { action, outcome, from_ms: Some(1), until_ms: Some(2), ..Default::default() };
            let plan = plan(&db, &newest_of(&filter, name, Some(Place { at_ms: 1, id: 1 }), 50)).await;

            let reads: Vec<_> = plan.iter().filter(|line| line.contains("audit")).collect();
            assert_eq!(reads.len(), parts, "{plan:#?}");
            for read in reads {
                let is_of = |who: &str| {
                    read.starts_with(&format!(
                        "SEARCH audit USING COVERING INDEX {}",
                        index.replace("{}", who)
                    ))
                };
                assert!(is_of("who") || is_of("about"), "{plan:#?}");
                // Both ends of the period are in the index, too.
                assert!(read.contains("at_ms>? AND at_ms<?"), "{read}");
            }
        }
    }

    #[tokio::test]
    async fn a_period_has_its_entries_however_the_clock_went() {
        let (_folder, db) = empty().await;
        for at_ms in [10, 11, 99, 12, 3, 13] {
            let entry = format!(
                "INSERT INTO audit (at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) \
                 VALUES ({at_ms}, 'sign-in', 'done', 'ann', 'ann', 'page', 'ann', 'ann', '', 1)"
            );
            db.write.execute_raw(Statement::from_string(DbBackend::Sqlite, entry)).await.expect("an entry");
        }
        let times = async |from_ms, until_ms, before, count| -> Vec<i64> {
            let filter = Filter { names: Some(vec!["ann".into()]), from_ms, until_ms, ..Default::default() };
            let page = page(&db.read, &filter, before, count).await.expect("a page");
            page.iter().map(|entry| entry.at_ms).collect()
        };

        assert_eq!(times(None, None, None, 10).await, [99, 13, 12, 11, 10, 3]);
        assert_eq!(times(Some(11), Some(13), None, 10).await, [12, 11]);
        assert_eq!(times(None, Some(11), None, 10).await, [10, 3]);
        let second = place(&db.read, 6).await.expect("a place");
        assert_eq!(times(None, None, Some(second), 2).await, [12, 11], "and so on from each");
        let beyond = place(&db.read, 1000).await.expect("a place");
        assert_eq!(times(None, None, Some(beyond), 1).await, [13], "the nearest that is there");
        assert_eq!(times(None, None, Some(place(&db.read, 0).await.expect("a place")), 10).await, [0; 0]);
    }
}
