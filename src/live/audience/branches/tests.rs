//! The rule as it is in memory, in lists and in pulls, beside the rule written plainly.

use std::collections::HashMap;

use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestRunner};
use sea_orm::{ActiveValue::Set, EntityTrait};
use tempfile::TempDir;

use super::*;
use crate::{
    config::Database,
    db::Db,
    entities::memberships,
    ids::GroupId,
    live::audience::{Audience, Standing},
};

/// Numbers of the log go up to here.
const HEAD: i64 = 40;
const USERS: i64 = 4;
const GROUPS: i64 = 3;

type RowOf = (Scope, i64, i64, Option<i64>);

/// What posts are for, by their number: parts from then, or from later, to some time.
fn posts() -> impl Strategy<Value = HashMap<i64, Vec<RowOf>>> {
    let scopes =
        [Scope::Author, Scope::Everyone, Scope::External, Scope::Group, Scope::Person, Scope::Except];
    let row = (select(scopes.to_vec()), 1..=USERS, select(vec![0, 0, 1, 4, 9]), option::of(1..10_i64));
    proptest::collection::hash_map(1..=HEAD, vec(row, 1..5), 1..20).prop_map(|posts| {
        let of_post = |(number, rows): (i64, Vec<RowOf>)| {
            let row = |(scope, subject, later, lasting): RowOf| {
                let subject = match scope {
                    Scope::Everyone | Scope::External => 0,
                    Scope::Group => 1 + subject % GROUPS,
                    _ => subject,
                };
                let from = number + if scope == Scope::Author { 0 } else { later };
                (scope, subject, from, lasting.map(|lasting| from + lasting))
            };
            let mut rows: Vec<_> = rows.into_iter().map(row).collect();
            rows.sort_unstable();
            rows.dedup_by_key(|row| (row.0, row.1, row.2));
            (number, rows)
        };
        posts.into_iter().map(of_post).collect()
    })
}

/// When each user joined and left each group, one after the other.
fn memberships() -> impl Strategy<Value = Vec<(i64, i64, Vec<i64>)>> {
    let times = proptest::collection::btree_set(1..=HEAD, 0..5);
    let times = times.prop_map(|times| times.into_iter().collect());
    vec((1..=GROUPS, 1..=USERS, times), 0..8).prop_map(|mut all: Vec<(i64, i64, Vec<i64>)>| {
        all.sort_unstable();
        all.dedup_by_key(|one| (one.0, one.1));
        all
    })
}

/// The event of the last change of the post of this number; 0 if there was none.
fn changed(number: i64) -> i64 {
    if number % 3 == 0 { number + 1 + number % 7 } else { 0 }
}

/// The rule, written plainly.
fn may_see(rows: &[RowOf], viewer: &Viewer, at: i64) -> bool {
    let was_in = |group: i64, then: i64| {
        let memberships = viewer.memberships.iter();
        memberships.filter(|one| one.group.0 == group).any(|one| match one.to {
            Some(to) => one.from <= then && then < to,
            None => one.from <= then,
        })
    };
    let (mut wrote, mut meant, mut excepted) = (false, false, false);
    for (scope, subject, from, to) in rows {
        let holds = *from <= at && to.is_none_or(|to| at < to);
        if !holds {
            continue;
        }
        match scope {
            Scope::Author => wrote |= *subject == viewer.user.0,
            Scope::Everyone => meant |= !viewer.is_external,
            Scope::External => meant |= viewer.is_external,
            Scope::Person => meant |= *subject == viewer.user.0,
            Scope::Group => meant |= was_in(*subject, *from),
            Scope::Except => excepted |= *subject == viewer.user.0,
        }
    }
    wrote || (meant && !excepted)
}

fn viewer(user: i64, all: &[(i64, i64, Vec<i64>)]) -> Viewer {
    let theirs = all.iter().filter(|(_, member, _)| *member == user);
    let memberships = theirs.flat_map(|(group, _, times)| {
        let spans = times.chunks(2);
        spans.map(|span| Membership { group: GroupId(*group), from: span[0], to: span.get(1).copied() })
    });
    // The last of them is from outside.
    let is_external = user == USERS;
    Viewer {
        user: UserId(user),
        is_external,
        is_admin: false,
        screen: None,
        memberships: memberships.collect(),
        as_of: i64::MAX,
    }
}

async fn database() -> (TempDir, Db) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
    let people = (1..=USERS).map(|id| format!("({id}, 'u{id}', 'u{id}', '', 'member', FALSE, 0, FALSE)"));
    let people = people.collect::<Vec<_>>().join(", ");
    let columns = "(id, name, name_key, password_hash, role, disabled, created_ms, external)";
    for statement in [
        format!("INSERT INTO users {columns} VALUES {people}"),
        "INSERT INTO groups (id, name, name_key, created_ms) \
         VALUES (1, 'a', 'a', 0), (2, 'b', 'b', 0), (3, 'c', 'c', 0)"
            .into(),
    ] {
        db.write.execute_unprepared(&statement).await.expect("they are there");
    }
    (folder, db)
}

async fn fill(db: &Db, posts: &HashMap<i64, Vec<RowOf>>, all: &[(i64, i64, Vec<i64>)]) {
    for table in ["audiences", "memberships"] {
        db.write.execute_unprepared(&format!("DELETE FROM {table}")).await.expect("it is empty");
    }
    let rows = posts.iter().flat_map(|(number, rows)| rows.iter().map(move |row| (number, row)));
    let rows = rows.map(|(number, (scope, subject, from, to))| audiences::ActiveModel {
        number: Set(*number),
        scope: Set(*scope),
        subject: Set(*subject),
        urgency: Set(if number % 2 == 0 { Urgency::News } else { Urgency::Critical }),
        from_number: Set(*from),
        to_number: Set(*to),
        members_number: Set(None),
        widened_ms: Set(None),
        changed: Set(changed(*number)),
    });
    audiences::Entity::insert_many(rows).exec_without_returning(&db.write).await.expect("audiences");
    let rows = all.iter().flat_map(|(group, user, times)| {
        times.chunks(2).map(|span| memberships::ActiveModel {
            group_id: Set(*group),
            user_id: Set(*user),
            from_number: Set(span[0]),
            to_number: Set(span.get(1).copied()),
        })
    });
    for row in rows {
        memberships::Entity::insert(row).exec_without_returning(&db.write).await.expect("a membership");
    }
}

/// Memory, the lists and the pulls of one viewer say what the plain rule says.
async fn agrees(db: &Db, posts: &HashMap<i64, Vec<RowOf>>, viewer: &Viewer) {
    let loaded = Audience::load(&db.read, posts.keys().copied()).await.expect("audiences");
    let sees = |number: &i64, at| may_see(&posts[number], viewer, at);
    let mut expected: Vec<_> = posts.keys().copied().filter(|number| sees(number, i64::MAX)).collect();
    expected.sort_unstable_by(|a, b| b.cmp(a));
    let part = Part::default();
    let listed = newest_posts(&db.read, viewer, &part, 1000).await.expect("a list");
    assert_eq!(listed, expected, "{viewer:?} {posts:?}");
    // What was published after they were read may be for them by a membership that is not known.
    let earlier = Viewer { as_of: HEAD / 2, ..viewer.clone() };
    let listed = newest_posts(&db.read, &earlier, &part, 1000).await.expect("a list");
    assert_eq!(listed, expected.iter().copied().filter(|number| *number <= HEAD / 2).collect::<Vec<_>>());
    // A page of it, and one urgency of it, are parts of it.
    let before = expected.get(2).copied();
    let part = Part { before, urgencies: vec![Urgency::Critical] };
    let page = newest_posts(&db.read, viewer, &part, 2).await.expect("a page");
    let is_wanted = |number: &&i64| before.is_none_or(|before| **number < before) && *number % 2 != 0;
    assert_eq!(page, expected.iter().filter(is_wanted).take(2).copied().collect::<Vec<_>>());
    let after = 3;
    let pulled = next_events(&db.read, viewer, after, HEAD + 20, 1000).await.expect("a pull");
    for number in posts.keys() {
        let audience = &loaded[number];
        // Whoever had it is told what has become of it.
        if *number <= after && changed(*number) > after && sees(number, after) && sees(number, i64::MAX) {
            assert!(pulled.contains(&changed(*number)), "{number} {viewer:?} {posts:?}");
        }
        for event in after + 1..HEAD + 20 {
            let stays = (event..HEAD + 20).all(|at| sees(number, at)) && sees(number, i64::MAX);
            let standing = match (sees(number, event - 1), sees(number, event)) {
                (false, true) => stays.then_some(Standing::Gains),
                (true, true) => sees(number, after).then_some(Standing::Keeps),
                (true, false) => sees(number, after).then_some(Standing::Loses),
                (false, false) => None,
            };
            let told = audience.standing(viewer, event, after);
            assert_eq!(told, standing, "{number} {event} {viewer:?} {posts:?}");
            // Whoever gains or loses it with this very event is told of it.
            let changes = sees(number, event - 1) != sees(number, event);
            let is_told = standing.is_some_and(|standing| standing != Standing::Keeps);
            assert!(
                !(changes && is_told) || pulled.contains(&event),
                "{number} {event} {viewer:?} {posts:?}"
            );
        }
    }
}

#[test]
fn the_rule_is_the_same_in_memory_in_lists_and_in_pulls_as_written_plainly() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (_folder, db) = runtime.block_on(database());
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let tried = TestRunner::new(config).run(&(posts(), memberships()), |(posts, all)| {
        runtime.block_on(async {
            fill(&db, &posts, &all).await;
            for user in 1..=USERS {
                agrees(&db, &posts, &viewer(user, &all)).await;
            }
        });
        Ok(())
    });
    tried.expect("they agree");
}

#[tokio::test]
async fn who_is_in_two_thousand_groups_has_a_list_and_a_pull() {
    let (_folder, db) = database().await;
    for statement in [
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 2009) \
         INSERT INTO groups (id, name, name_key, created_ms) SELECT i, 'g' || i, 'g' || i, 0 FROM n",
        "INSERT INTO memberships (group_id, user_id, from_number) SELECT id, 1, 1 FROM groups WHERE id >= 10",
        "INSERT INTO audiences (number, scope, subject, urgency, from_number) \
         SELECT id, 'group', id, 'news', id FROM groups WHERE id >= 10",
    ] {
        db.write.execute_unprepared(statement).await.expect("it is written");
    }
    let ann = Viewer::load(&db.read, UserId(1)).await.expect("a viewer");
    let ann = Viewer { as_of: 5000, ..ann };

    let list = newest_posts(&db.read, &ann, &Part { before: Some(2000), ..Part::default() }, 3).await;
    let pull = next_events(&db.read, &ann, 100, 5000, 3).await;

    assert_eq!(list.expect("a list"), [1999, 1998, 1997]);
    assert_eq!(pull.expect("a pull"), [101, 102, 103]);
}

#[tokio::test]
async fn an_older_page_is_found_by_whom_posts_are_for_where_nearly_all_are_for_everyone() {
    let (_folder, db) = database().await;
    for statement in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
         INSERT INTO audiences (number, scope, subject, urgency, from_number) \
         SELECT i, 'everyone', 0, 'news', i FROM n UNION ALL SELECT i, 'author', 1 + i % 500, 'news', i FROM n",
        "ANALYZE",
    ] {
        db.write.execute_unprepared(statement).await.expect("it is written");
    }
    let viewer = Viewer {
        user: UserId(2),
        is_external: false,
        memberships: [].into(),
        is_admin: false,
        screen: None,
        as_of: 20_000,
    };

    for before in [None, Some(15_000)] {
        for wanted in (Part { before, urgencies: vec![] }).wanted(&viewer) {
            let query = unite(&list(&viewer, &[], &wanted), Order::Desc, 30);
            let mut plan = db.read.get_database_backend().build(&query);
            plan.sql = format!("EXPLAIN QUERY PLAN {}", plan.sql);
            let steps: Vec<String> = db
                .read
                .query_all_raw(plan)
                .await
                .expect("a plan")
                .iter()
                .map(|row| row.try_get("", "detail").expect("a step"))
                .collect();
            let searches = steps.iter().filter(|step| step.contains(" audiences "));
            for step in searches {
                assert!(
                    step.contains("audiences_list (scope=? AND subject=?")
                        || step.contains("audiences_later"),
                    "{steps:?}"
                );
            }
        }
    }
}
