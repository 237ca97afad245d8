//! Lists of many: a page at a time, in the order of the language, and found by words of a name.

mod plans;

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, Statement};

use crate::support::{Page, Person, TestApp, attribute, has_people, makes_group, name_of, tags, unescape};

/// What a page may weigh, in bytes.
const MAX_PAGE: usize = 60_000;

const PAGE_SIZE: usize = 50;

/// The names in a list, in its order.
pub(crate) fn names(page: &Page) -> Vec<String> {
    let main = page.text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let list = main.split_once("<tbody>").or_else(|| main.split_once("<ul class=\"members\">"));
    let list =
        list.map_or("", |(_, list)| list.split("</tbody>").next().unwrap().split("</ul>").next().unwrap());
    let row = if main.contains("<tbody>") { "<th scope=\"row\">" } else { "<li" };
    let name = |row: &str| unescape(row.split("<bdi>").nth(1)?.split("</bdi>").next()?).into();
    list.split(row).skip(1).filter_map(name).collect()
}

/// The address of the next page.
fn next(page: &Page) -> Option<String> {
    let link = tags(&page.text, "<a").find(|tag| tag.contains("rel=\"next\""))?;
    Some(unescape(attribute(link, "href")))
}

async fn all_pages(person: &Person, address: &str) -> Vec<String> {
    let (mut found, mut address) = (Vec::new(), Some(address.to_owned()));
    while let Some(at) = address {
        let page = person.gets(&at).await;
        assert_eq!(page.status, 200, "{at}");
        assert!(page.text.len() <= MAX_PAGE, "{} bytes: {at}", page.text.len());
        let names = names(&page);
        assert!(names.len() <= PAGE_SIZE, "{at}");
        found.extend(names);
        address = next(&page);
    }
    found
}

/// All names of a table, in the order of their keys.
async fn in_order(app: &TestApp, table: &str) -> Vec<String> {
    let database = app.opens_database().await;
    let ask = format!("SELECT name FROM {table} ORDER BY sort_key, id");
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), ask)).await;
    rows.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test]
async fn every_list_comes_a_page_at_a_time_without_a_gap_and_nobody_twice() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 2_000).await;
    let boss = app.signs_in("boss").await;
    let group = makes_group(&boss, "Everybody", &[]).await;
    app.sql("INSERT INTO memberships (group_id, user_id, from_number) SELECT 1, id, 1 FROM users").await;
    app.sql("UPDATE groups SET members = (SELECT count(*) FROM users) WHERE id = 1").await;
    for number in 0..60 {
        makes_group(&boss, &format!("Group {number}"), &[]).await;
        let (name, role) = (format!("Newcomer {number}"), "member");
        assert_eq!(boss.posts("/admin/invitations", &[("name", &name), ("role", role)]).await.status, 303);
        let token = [("name", &*format!("Job {number}")), ("owner", "boss"), ("scope", "stream")];
        assert_eq!(boss.posts("/admin/tokens", &token).await.status, 303);
    }

    for (address, count, by_name) in [
        ("/admin/people", 2_001, true),
        (group.as_str(), 2_001, true),
        ("/admin/groups", 61, true),
        ("/admin/invitations", 60, false),
        ("/admin/tokens", 60, false),
    ] {
        let found = all_pages(&boss, address).await;
        assert_eq!(found.len(), count, "{address}");
        assert_eq!(found.iter().collect::<HashSet<_>>().len(), count, "{address}: nobody twice");
        if by_name {
            let table = if count == 61 { "groups" } else { "users" };
            assert_eq!(found, in_order(&app, table).await, "{address}");
        } else {
            assert!(found[0].ends_with("59"), "the newest first: {found:?}");
        }
        let some = all_pages(&boss, &format!("{address}?q=zoe")).await;
        assert_eq!(some.len(), if count == 2_001 { 200 } else { 0 }, "{address}");
    }
    for address in ["/admin/invitations?q=newcomer+7", "/admin/tokens?q=bo+7"] {
        let page = boss.gets(address).await;
        assert!(page.status == 200 && page.text.len() <= MAX_PAGE, "{} bytes: {address}", page.text.len());
    }
    assert_eq!(names(&boss.gets("/admin/tokens?q=bo+7").await), ["Job 7"], "by the owner's name, too");
    assert_eq!(names(&boss.gets("/admin/invitations?q=7+new").await), ["Newcomer 7"]);
}

#[tokio::test]
async fn people_are_found_by_words_in_any_order_without_case_and_accents() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 2_000).await;
    let boss = app.signs_in("boss").await;
    let group = makes_group(&boss, "Everybody", &["boss"]).await;
    app.sql("INSERT INTO memberships (group_id, user_id, from_number) SELECT 1, id, 1 FROM users WHERE name <> 'boss'")
        .await;

    for (typed, wanted) in [
        ("muller", "Müller"),
        ("MÜLL", "Müller"),
        ("gross", "Groß"),
        ("lukasz", "Łukasz"),
        ("obrien", "O’Brien"),
        ("boysen", "Schulze-Boysen"),
        ("dvorak", "Dvořák"),
    ] {
        let address = format!("/admin/people?q={typed}");
        let found = all_pages(&boss, &address).await;
        let count = (0..2_000).filter(|number| name_of(*number).contains(wanted)).count();
        assert!(found.len() == count && found.iter().all(|name| name.contains(wanted)), "{typed}: {found:?}");
    }
    for typed in ["muller+anna+112", "112+ann+mul", "an+112", "anna+m%C3%9CLL+1120"] {
        for address in ["/admin/people".to_owned(), group.clone()] {
            let found = names(&boss.gets(&format!("{address}?q={typed}")).await);
            assert!(found.contains(&name_of(1_120)), "{typed} at {address}: {found:?}");
            assert!(found.iter().all(|name| name.starts_with("Anna")), "{typed}: {found:?}");
        }
    }
    for typed in ["uller", "anna+zoe", "anna+xyz", "%00", "%2E", "%25", "_", "'", "%F0%9F%A6%8A"] {
        let page = boss.gets(&format!("/admin/people?q={typed}")).await;
        assert_eq!(page.status, 200, "{typed}");
        assert!(
            typed.starts_with('%') || names(&page).is_empty() || typed.len() == 1,
            "{typed}: {:?}",
            names(&page)
        );
    }
    let later = boss.gets("/admin/people?q=anna&after=00ff-1").await;
    assert!(later.text.contains("href=\"/admin/people?q=anna\""), "the way back keeps what was typed");
    assert_eq!(boss.gets("/admin/people?after=nonsense").await.status, 200);
}

#[tokio::test]
async fn what_has_another_name_is_found_by_that_alone_and_what_is_gone_not_at_all() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let found = async |list: &str, typed: &str| names(&boss.gets(&format!("{list}?q={typed}")).await);
    let group = makes_group(&boss, "Night shift", &[]).await;
    assert_eq!(found("/admin/groups", "shift").await, ["Night shift"]);

    boss.posts(&format!("{group}/name"), &[("name", "Évening watch")]).await;

    assert_eq!(found("/admin/groups", "watch+even").await, ["Évening watch"]);
    assert_eq!(found("/admin/groups", "night").await, [""; 0]);
    assert_eq!(names(&boss.gets("/admin/groups").await), ["Évening watch"]);
    boss.posts(&format!("{group}/removal"), &[]).await;
    assert_eq!(found("/admin/groups", "watch").await, [""; 0]);
    assert!(boss.gets("/admin/groups").await.text.contains("No groups yet"));
    let token = [("name", "Door bell"), ("owner", "boss"), ("scope", "stream")];
    boss.posts("/admin/tokens", &token).await;
    assert_eq!(found("/admin/tokens", "bell").await, ["Door bell"]);
    boss.posts("/admin/tokens/1/revocation", &[]).await;
    assert_eq!(found("/admin/tokens", "bell").await, [""; 0]);
    boss.posts("/admin/invitations", &[("name", "Greta"), ("role", "member")]).await;
    assert_eq!(found("/admin/invitations", "gre").await, ["Greta"]);
    boss.posts("/admin/invitations/1/withdrawal", &[]).await;
    assert_eq!(found("/admin/invitations", "gre").await, [""; 0]);
}

#[tokio::test]
async fn what_an_earlier_version_added_or_renamed_is_found_after_the_next_start() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    makes_group(&boss, "Night shift", &[]).await;
    has_people(&mut app, 3).await;
    app.stop().await;
    app.sql("UPDATE groups SET name = 'Day shift', name_key = 'day shift'").await;
    app.restart().await;

    let boss = app.signs_in("boss").await;
    let found = async |list: &str, typed: &str| names(&boss.gets(&format!("{list}?q={typed}")).await);
    assert_eq!(found("/admin/people", "emile").await, [""; 0]);
    assert_eq!(found("/admin/people", "chiara").await, [name_of(2)]);
    assert_eq!(found("/admin/groups", "day").await, ["Day shift"]);
    assert_eq!(found("/admin/groups", "night").await, [""; 0]);
}
