//! Who has seen a post: whom it reached, what each of them said, and who is told of it.

use serde_json::json;

use super::acknowledging::asks;
use crate::{
    groups::posts::for_groups,
    support::{
        Draft, Page, Person, Program, TestApp, has_people, makes_group, plan, scanned, statements, tags,
    },
};

impl Person {
    async fn reads_roster(&self, post: i64, query: &str) -> Page {
        let page = self.gets(&format!("/admin/posts/{post}/roster{query}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        page
    }
}

/// Who is listed, each with their state.
fn people(page: &Page) -> Vec<String> {
    let rows = page.text.split("<tr data-person=").skip(1);
    let row = |row: &str| {
        let state = row.split("data-state=\"").nth(1).unwrap().split('"').next().unwrap();
        let name = row.split("<bdi>").nth(1).unwrap().split('<').next().unwrap();
        format!("{name} {state}")
    };
    rows.map(row).collect()
}

/// What stands under a number's name.
fn number<'a>(page: &'a Page, name: &str) -> &'a str {
    let (_, rest) = page.text.split_once(&format!("data-number=\"{name}\">")).unwrap();
    rest.split("</dd>").next().unwrap()
}

#[tokio::test]
async fn an_author_sees_by_name_who_has_seen_what_asks_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(asks("Leave building C")).await;
    app.member("Late").await;

    ann.has_seen(post, "one").await;
    ben.marks(post, true).await;

    let page = boss.reads_roster(post, "").await;
    assert_eq!(people(&page), ["Ann acknowledged", "Ben outstanding"], "not who came later, nor the author");
    assert_eq!(number(&page, "recipients"), "2 people");
    assert_eq!((number(&page, "acknowledged"), number(&page, "outstanding")), ("1 person", "1 person"));
    assert!(number(&page, "read").contains("fewer than ten"), "{}", number(&page, "read"));
    assert_eq!(people(&boss.reads_roster(post, "?state=outstanding").await), ["Ben outstanding"]);
    assert_eq!(people(&boss.reads_roster(post, "?state=acknowledged").await), ["Ann acknowledged"]);
    assert_eq!(people(&boss.reads_roster(post, "?q=be").await), ["Ben outstanding"]);
    ann.takes_back(post, "two").await;
    assert_eq!(people(&boss.reads_roster(post, "").await), ["Ann outstanding", "Ben outstanding"]);
}

#[tokio::test]
async fn a_roster_is_its_authors_alone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, ann) = (app.publisher("pat").await, app.member("ann").await);
    let post = pat.publishes(asks("Leave building C")).await;

    for path in ["roster", "roster.csv"] {
        let path = format!("/admin/posts/{post}/{path}");
        assert_eq!(pat.gets(&path).await.status, 200);
        assert_eq!(boss.gets(&path).await.status, 404, "an admin has no other right");
        assert_eq!(ann.gets(&path).await.status, 404);
    }
    let other = boss.publishes(asks("Another")).await;
    assert_eq!(pat.gets(&format!("/admin/posts/{other}/roster")).await.status, 404);
}

#[tokio::test]
async fn whom_a_post_reached_stays_on_its_roster_and_who_may_not_sign_in_is_not_asked() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["Ann", "Ben", "Cay", "Dee"] {
        app.member(name).await;
    }
    makes_group(&boss, "Night shift", &["Ann", "Ben"]).await;
    app.runs(&["user", "disable", "Dee"], "").await;
    let before = boss.publishes(asks("For all")).await;
    app.member("Eve").await;
    let last = boss.publishes(asks("For all again")).await;
    app.runs(&["user", "disable", "Eve"], "").await;
    let post = boss.publishes(for_groups("For some", &["Night shift"]).with("acknowledge", "on")).await;
    let named =
        boss.publishes(asks("Named").to(&["Cay"]).and("groups", "Night shift").and("except", "Ben")).await;

    app.runs(&["user", "disable", "Ann"], "").await;
    app.runs(&["group", "leave", "Night shift", "Ben"], "").await;
    app.runs(&["group", "join", "Night shift", "Cay"], "").await;

    assert_eq!(people(&boss.reads_roster(post, "").await), ["Ann apart", "Ben outstanding"]);
    assert_eq!(number(&boss.reads_roster(post, "").await, "outstanding"), "1 person");
    assert_eq!(people(&boss.reads_roster(named, "").await), ["Ann apart", "Cay outstanding"]);
    assert_eq!(
        people(&boss.reads_roster(before, "").await),
        ["Ann apart", "Ben outstanding", "Cay outstanding"],
        "who was disabled then was not reached"
    );
    let page = boss.reads_roster(named, "").await;
    let group = page.text.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(people(&boss.reads_roster(named, &format!("?group={group}")).await), ["Ann apart"]);
    assert_eq!(
        people(&boss.reads_roster(last, "").await),
        ["Ann apart", "Ben outstanding", "Cay outstanding", "Eve apart"],
        "disabled right after it"
    );
    app.runs(&["user", "enable", "Ann"], "").await;
    assert_eq!(people(&boss.reads_roster(post, "?state=outstanding").await).len(), 2);
}

#[tokio::test]
async fn of_what_asks_nothing_and_of_reading_there_are_numbers_alone() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    has_people(&mut app, 12).await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(Draft::news("Plain")).await;

    ann.marks(post, true).await;

    let page = boss.reads_roster(post, "").await;
    assert_eq!((number(&page, "recipients"), number(&page, "read")), ("13 people", "1 person"));
    assert!(!page.text.contains("<table") && !page.text.contains("Ann"), "{}", page.text);
    assert_eq!(boss.gets(&format!("/admin/posts/{post}/roster.csv")).await.status, 404);
    ann.marks(post, false).await;
    assert_eq!(number(&boss.reads_roster(post, "").await, "read"), "0 people");
    ann.marks_all(&ann.gets("/").await).await;
    assert_eq!(number(&boss.reads_roster(post, "").await, "read"), "1 person");
}

#[tokio::test]
async fn an_export_has_everybody_no_formula_and_an_entry_in_the_audit_log() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    app.member("=Ben").await;
    let post = boss.publishes(asks("Leave building C")).await;
    ann.has_seen(post, "one").await;

    let table = boss.gets(&format!("/admin/posts/{post}/roster.csv")).await;

    assert!(table.header("content-type").starts_with("text/csv"), "{table:?}");
    let rows: Vec<_> = table.text.lines().collect();
    assert_eq!(
        rows[0],
        "\u{feff}\"name\",\"number\",\"state\",\"at\",\"answer\",\"note\",\"telephone\",\
         \"answered by\",\"taken by\",\"drill\""
    );
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.contains(&"\"'=Ben\",\"\",\"outstanding\",\"\",\"\",\"\",\"\",\"\",\"\",\"\""), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("\"Ann\",\"\",\"acknowledged\",\"20")), "{rows:?}");
    let few = boss.gets(&format!("/admin/posts/{post}/roster.csv?state=acknowledged")).await;
    assert_eq!(few.text.lines().count(), 2);
    let audit = boss.gets("/admin/audit?act=roster-export").await;
    assert_eq!(audit.text.matches(&format!("<a href=\"/posts/{post}\">")).count(), 2, "{}", audit.text);
}

#[tokio::test]
async fn a_program_reads_the_rosters_of_what_it_published() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, _ben) = (app.member("Ann").await, app.member("Ben").await);
    let program = Program::of(&app, "boss", "publish").await;
    let asked = json!({ "kind": "news", "title": "A", "audience": "everyone", "acknowledge": true });
    let post = program.sends(&asked).await.json()["id"].as_i64().unwrap();
    let by_page = boss.publishes(asks("By page")).await;
    ann.has_seen(post, "one").await;

    let roster = program.gets(&format!("/api/v1/posts/{post}/roster?limit=1")).await.json();

    assert_eq!((&roster["recipients"], &roster["acknowledged"]), (&json!(2), &json!(1)));
    assert_eq!((&roster["outstanding"], &roster["read"]), (&json!(1), &json!(null)));
    assert_eq!(
        (&roster["people"][0]["name"], &roster["people"][0]["state"]),
        (&json!("Ann"), &json!("acknowledged"))
    );
    let next = program.gets(roster["next"].as_str().unwrap()).await.json();
    assert_eq!((&next["people"][0]["name"], &next["next"]), (&json!("Ben"), &json!(null)));
    let waiting = program.gets(&format!("/api/v1/posts/{post}/roster?state=outstanding")).await.json();
    assert_eq!(waiting["people"].as_array().unwrap().len(), 1);
    assert_eq!(program.gets(&format!("/api/v1/posts/{by_page}/roster")).await.status, 404);
}

#[tokio::test]
async fn a_roster_of_thousands_is_paged_and_no_list_of_a_few_reads_them_all() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    app.admin("boss").await;
    has_people(&mut app, 3_000).await;
    let boss = app.signs_in("boss").await;
    let group = makes_group(&boss, "Night shift", &["boss"]).await;
    let group: i64 = group.rsplit('/').next().unwrap().parse().unwrap();
    app.sql(&format!(
        "INSERT INTO memberships (group_id, user_id, from_number) SELECT {group}, id, 1 FROM users WHERE id % 300 = 0"
    ))
    .await;
    let all = boss.publishes(asks("For all")).await;
    let few = boss.publishes(for_groups("For a few", &["Night shift"]).with("acknowledge", "on")).await;
    // Everybody has read something, so that it is worth not to look through it.
    app.sql(&format!(
        "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
         SELECT id, {all}, 1, 1, FALSE, id, 1 FROM users"
    ))
    .await;
    app.sql("ANALYZE").await;
    app.stop().await;
    app.restart().await;
    let boss = app.signs_in("boss").await;

    let page = boss.reads_roster(all, "").await;
    assert_eq!(people(&page).len(), 50);
    let next = tags(&page.text, "<a").find(|tag| tag.contains("rel=\"next\"")).unwrap();
    let next = next.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = boss.gets(&next).await;
    assert_eq!(people(&second).len(), 50);
    assert!(people(&page).iter().all(|one| !people(&second).contains(one)), "nobody twice");
    let table = boss.gets(&format!("/admin/posts/{all}/roster.csv?state=outstanding")).await;
    assert_eq!(table.text.lines().count(), 3_001, "all of them, each once");

    let before = app.logs().len();
    for query in
        ["", "?state=outstanding", "?state=acknowledged", "?state=apart", "?q=an", &format!("?group={group}")]
    {
        boss.reads_roster(few, query).await;
    }
    // How many have read something is a question about all of its people; PostgreSQL may join them to the table of users.
    let is_of_list = |sql: &String| sql.contains("audiences") && !sql.contains("read_through");
    let asked = statements(&app.logs()[before..]).into_iter().filter(is_of_list);
    for statement in asked {
        let plan = plan(&app, &statement).await;
        let grows = ["users", "receipts", "search_names", "posts", "post_acts"];
        for table in scanned(&plan) {
            assert!(!grows.contains(&table.as_str()), "{table} by {statement}\n{plan}");
        }
    }
}

#[tokio::test]
async fn an_open_roster_is_told_who_said_so_and_of_reading_nothing_by_name() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(asks("Leave building C")).await;
    let path = format!("/stream?watch=roster:{post}");
    let mut open = boss.streams_from(&path, &[]).await;
    open.says_hello().await;
    let mut other = ann.streams_from(&path, &[]).await;
    other.says_hello().await;

    ben.marks(post, true).await;
    ann.has_seen(post, "one").await;

    let told = loop {
        let told = open.next("roster").await.data;
        assert!(!told.to_string().contains("Ben"), "who only reads is not named: {told}");
        if told["acknowledged"] == 1 {
            break told;
        }
    };
    assert_eq!((&told["post"], &told["recipients"], &told["read"]), (&json!(post), &json!(2), &json!(null)));
    assert_eq!(
        (&told["people"][0]["name"], &told["people"][0]["state"]),
        (&json!("Ann"), &json!("acknowledged"))
    );
    ann.takes_back(post, "two").await;
    let told = open.next("roster").await.data;
    assert_eq!((&told["acknowledged"], &told["people"][0]["state"]), (&json!(0), &json!("outstanding")));
    ben.has_seen(post, "three").await;
    assert_eq!(open.next("roster").await.data["people"][0]["name"], "Ben");

    // Ann hears of what is hers; the roster is not.
    boss.publishes(Draft::news("After")).await;
    loop {
        let event = other.next_event().await.unwrap();
        assert_ne!(event.name, "roster", "{event:?}");
        if event.name == "post" {
            break;
        }
    }
}

#[tokio::test]
async fn whatever_else_wakes_a_stream_has_its_roster_counted_once_a_second_at_most() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(asks("Leave building C")).await;
    let mut open = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    let (before, began) = (app.logs().len(), std::time::Instant::now());

    for round in 0..20 {
        let key = format!("key {round}");
        let status =
            if round % 2 == 0 { ann.has_seen(post, &key).await } else { ann.takes_back(post, &key).await };
        assert_eq!(status, 204);
        boss.publishes(Draft::news("Meanwhile")).await;
    }

    let looks = app.logs()[before..].matches(r#"FROM \"readers\" ORDER BY \"readers\".\"rev\" DESC"#).count();
    let most = 4 + 2 * usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!((1..=most).contains(&looks), "{looks} looks");
}
