//! The page of the audit log: its filters, and its table for spreadsheets.

use reqwest::Method;
use sea_orm::ConnectionTrait;

use super::{old_entry, table};
use crate::support::{self, Draft, Page, Person, Role, TestApp, tags};

#[tokio::test]
async fn the_filters_show_what_was_asked_for_and_page_through_it() {
    let app = TestApp::start_with(&["--time-zone", "Europe/Vienna"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await;
    // 23:30 UTC on the 1st is 00:30 on the 2nd in Vienna.
    for (id, at_ms) in [(1001, 1_735_770_600_000), (1002, 1_735_774_200_000)] {
        app.sql(&old_entry(id, at_ms)).await;
    }

    let ids = async |query: &str| -> Vec<String> {
        table(&boss, query).await.into_iter().map(|row| row[0].clone()).collect()
    };
    assert_eq!(ids("?to=2025-01-01").await, ["1001"]);
    assert_eq!(ids("?from=2025-01-02&to=2025-01-02").await, ["1002"]);
    assert_eq!(ids("?name=POST%201001").await, ["1001"]);
    assert_eq!(ids("?name=old&act=publish").await.len(), 2);
    assert_eq!(ids("?name=old&act=sign-in").await.len(), 0);
    assert_eq!(ids("?name=ANN").await.len(), 2, "she was made, and signed in");
    for wrong in ["?from=yesterday", "?act=everything", "?outcome=maybe"] {
        assert_eq!(boss.gets(&format!("/admin/audit{wrong}")).await.status, 422, "{wrong}");
    }
    assert_eq!(
        boss.gets("/admin/audit?name=&act=&outcome=&from=&to=").await.status,
        200,
        "as the form sends it"
    );

    let database = app.opens_database().await;
    for _ in 0..60 {
        let row = "INSERT INTO audit (at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) \
                   VALUES (1, 'publish', 'done', 'many', 'many', 'page', '', '', '', 1)";
        database.execute_unprepared(row).await.unwrap();
    }
    let page = boss.gets("/admin/audit?name=many").await.text;
    assert_eq!(page.matches("<bdi>many</bdi>").count(), 50);
    let older =
        tags(&page, "<a").map(|tag| support::attribute(tag, "href")).find(|href| href.contains("before="));
    let older = boss.gets(&support::unescape(older.unwrap())).await.text;
    assert_eq!(older.matches("<bdi>many</bdi>").count(), 10);
    assert!(!older.contains("before="));
}

#[tokio::test]
async fn a_name_is_found_by_its_parts_and_one_that_is_whole_alone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["Zoë Müller", "Zoe Muhr", "Anna", "Anna Berg", "Annabel O’Brien"] {
        app.signs_up(name, Role::Member).await;
    }
    makes_group_called(&boss, "Night shift").await;
    let abouts = async |typed: &str| -> Vec<String> {
        let rows = table(&boss, &format!("?name={}", typed.replace(' ', "+"))).await;
        rows.into_iter().map(|row| row[7].clone()).collect()
    };

    assert_eq!(abouts("mull").await, ["Zoë Müller"]);
    assert_eq!(abouts("ZOE mu").await, ["Zoë Müller", "Zoe Muhr"]);
    assert_eq!(abouts("mu zo").await, ["Zoë Müller", "Zoe Muhr"], "in any order");
    assert_eq!(abouts("ann").await, ["Anna", "Anna Berg", "Annabel O’Brien"]);
    assert_eq!(abouts("anna").await, ["Anna"], "the whole name is that one's");
    assert_eq!(abouts("obri").await, ["Annabel O’Brien"]);
    assert_eq!(abouts("shift").await, ["Night shift"]);
    assert_eq!(abouts("üller").await, [""; 0], "words are found by how they begin");
    assert_eq!(abouts("nobody").await, [""; 0]);
    assert_eq!(abouts("–").await, [""; 0]);
    let none = boss.gets("/admin/audit?name=nobody").await;
    assert!(none.status == 200 && none.text.contains("No matching entries"), "{none:?}");
}

#[tokio::test]
async fn too_many_names_and_a_period_that_ends_before_it_begins_are_refused_with_what_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for number in 0..21 {
        makes_group_called(&boss, &format!("Shift {number} of many")).await;
    }

    let page = boss.gets("/admin/audit?name=many").await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("More than 20 names begin like this"), "{page:?}");
    assert!(page.text.contains(r#"value="many""#));
    assert_eq!(boss.gets("/admin/audit.csv?name=many").await.status, 303);
    assert_eq!(table(&boss, "?name=many+20").await.len(), 1);

    let query = "from=2026-02-01&to=2026-01-31&name=boss";
    let page = boss.gets(&format!("/admin/audit?{query}")).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("“From” is a later day than “To”"), "{page:?}");
    for typed in ["2026-02-01", "2026-01-31", "boss"] {
        assert!(page.text.contains(&format!(r#"value="{typed}""#)), "{typed}: {page:?}");
    }
    assert_eq!(boss.gets("/admin/audit?from=2026-02-01&to=2026-02-01").await.status, 200);
}

#[tokio::test]
async fn entries_of_a_clock_that_was_ahead_do_not_stand_before_all_others() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    assert!(!boss.gets("/admin/audit").await.text.contains("a clock that was ahead"));
    app.sql(&old_entry(5000, 4_102_444_800_000)).await;

    let page = boss.gets("/admin/audit").await.text;

    assert!(page.contains("a clock that was ahead") && !page.contains("post 5000"), "{page}");
    let link =
        tags(&page, "<a").map(|tag| support::attribute(tag, "href")).find(|href| href.contains("from="));
    let ahead = boss.gets(&support::unescape(link.unwrap())).await.text;
    assert!(ahead.contains("post 5000"), "{ahead}");
    assert_eq!(table(&boss, "").await.pop().unwrap()[7], "post 5000", "the table has everything");
}

#[tokio::test]
async fn stored_xss_and_formula_injection_through_the_audit_log() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let vectors =
        ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=HYPERLINK(\"x\")", "@SUM(1+1)"];
    for name in vectors {
        app.signs_up(name, Role::Member).await;
        let token = [("name", name), ("owner", name), ("scope", "stream")];
        assert_eq!(boss.posts("/admin/tokens", &token).await.status, 303, "{name}");
    }

    let page = boss.gets("/admin/audit").await.text;
    let filtered = boss.gets("/admin/audit?name=%22%3E%3Cscript%3Ealert(1)&act=%3Cscript%3E").await.text;
    for text in [page, filtered] {
        assert!(!text.contains("<script>") && !text.contains("<img"), "{text}");
    }
    let csv = boss.gets("/admin/audit.csv").await.text;
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\"") && csv.contains("\"'@SUM(1+1)\""), "{csv}");
    for (at, _) in csv.match_indices("\",\"").chain(csv.match_indices("\n\"")) {
        let cell = csv[at..].trim_start_matches(['"', ',', '\n']);
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[tokio::test]
async fn the_table_is_for_spreadsheets_in_every_country() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    makes_group_called(&boss, "Grüße; =1+1").await;

    let csv = boss.request(Method::GET, "/admin/audit.csv").send().await.unwrap().bytes().await.unwrap();

    let text = std::str::from_utf8(&csv).unwrap();
    assert!(text.starts_with("\u{feff}\"id\","), "Excel reads UTF-8 by its byte order mark alone: {text}");
    assert_eq!(text.matches('\u{feff}').count(), 1);
    assert!(text.contains("\"Grüße;' =1+1\""), "no formula where semicolons end cells: {text}");
    let wrong = boss.gets("/admin/audit.csv?from=yesterday").await;
    assert_eq!(
        (wrong.status, wrong.location()),
        (303, "/admin/audit?from=yesterday"),
        "where it says what is wrong"
    );
}

async fn makes_group_called(admin: &Person, name: &str) {
    assert_eq!(admin.posts("/admin/groups", &[("name", name)]).await.status, 303);
}

#[tokio::test]
async fn an_entry_is_said_in_the_language_of_whoever_reads_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let people = boss.gets("/admin/people").await.text;
    let ann = tags(&people, "<a")
        .map(|tag| support::attribute(tag, "href"))
        .find(|href| href.starts_with("/admin/people/") && href.ends_with('2'));
    boss.posts(&format!("{}/role", ann.unwrap()), &[("role", "publisher")]).await;
    let post = boss.publishes(Draft::news("Lift out of order")).await;
    let said = async |reader: &Person, language: &str| {
        let request = reader.request(Method::GET, "/admin/audit").header("Accept-Language", language);
        support::unescape(&Page::read(request.send().await.unwrap()).await.text)
    };

    let title = format!("<a href=\"/posts/{post}\"><bdi>Lift out of order</bdi></a>");
    let english = said(&boss, "en").await;
    assert!(english.contains("<bdi>ann</bdi>: <bdi>publisher</bdi>"), "{english}");
    assert!(english.contains(&format!("{title}: <bdi>News for everyone</bdi>")), "{english}");
    let german = said(&boss, "de").await;
    assert!(german.contains("<bdi>ann</bdi>: <bdi>Redaktion</bdi>"), "{german}");
    assert!(german.contains(&format!("{title}: <bdi>Meldung an alle</bdi>")), "{german}");
    let table = table(&boss, "?act=role").await;
    assert_eq!(table[0][8], "publisher", "the table is for programs, whatever language they ask in");
}

#[tokio::test]
async fn the_title_of_a_post_is_told_only_to_an_admin_who_may_see_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let other = app.admin("other").await;
    app.signs_up("ann", Role::Member).await;
    let post = boss.publishes(Draft::news("Between us").to(&["ann"])).await;

    let page = other.gets("/admin/audit?act=publish").await.text;
    assert!(!page.contains("Between us") && page.contains(&format!("post {post}")), "{page}");
    let page = boss.gets("/admin/audit?act=publish").await.text;
    assert!(page.contains("Between us"), "{page}");
}
