//! The audit log: who did what, from where, and what came of it, for admins alone, and unchangeable.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::support::{self, Draft, Page, Person, Program, Role, TestApp, eventually, new_word, tags};

/// The rows of the table, oldest first, without its titles; a cell is what stands between quotes.
async fn table(admin: &Person, query: &str) -> Vec<Vec<String>> {
    let page = admin.gets(&format!("/admin/audit.csv{query}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.header("content-type").starts_with("text/csv"));
    assert!(page.header("content-disposition").starts_with("attachment"));
    let lines = page.text.lines().skip(1);
    let cells = |line: &str| -> Vec<String> {
        line[1..line.len() - 1].split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
    };
    let mut rows: Vec<_> = lines.map(cells).collect();
    rows.reverse();
    rows
}

/// What was done, as `act outcome who via about`.
fn told(row: &[String]) -> String {
    [&row[2], &row[3], &row[4], &row[5], &row[7]].map(String::as_str).join(" ").trim_end().to_owned()
}

/// The statement that writes an entry from before this test.
fn old_entry(id: i64, at_ms: u128) -> String {
    format!(
        "INSERT INTO audit (id, at_ms, act, outcome, user_id, who, who_key, via, about, about_key, detail, times) \
         VALUES ({id}, {at_ms}, 'publish', 'done', 1, 'Old', 'old', 'page', 'post {id}', 'post {id}', '', 1)"
    )
}

#[tokio::test]
async fn what_people_programs_and_the_shell_do_is_written_down_and_no_secret_is() {
    let app = TestApp::start_with(&["--log-format", "json"]).await;
    let uid = rustix::process::getuid().as_raw();
    let boss = app.admin("boss").await;
    let (first, second) = (new_word(), new_word());
    boss.posts("/admin/people", &[("username", "ann"), ("password", &first), ("role", "member")]).await;
    let anns_page = boss.gets("/admin/people").await.text;
    let anns_page =
        tags(&anns_page, "<a").find(|tag| anns_page.contains(&format!("{tag}><bdi>ann<"))).unwrap();
    let anns_page = support::attribute(anns_page, "href");
    boss.posts(&format!("{anns_page}/role"), &[("role", "admin")]).await;
    boss.posts(&format!("{anns_page}/password"), &[("password", &second)]).await;
    boss.posts(&format!("{anns_page}/access"), &[("access", "disabled")]).await;
    boss.posts(&format!("{anns_page}/access"), &[("access", "enabled")]).await;
    let post = boss.publishes(Draft::news("Hello")).await;
    let program = Program::of(&app, "boss", "publish").await;
    let programs_post = program.publishes("From a program").await;
    boss.posts("/admin/tokens/1/revocation", &[]).await;
    boss.signs_out().await;

    let boss = app.signs_in("boss").await;
    let rows = table(&boss, "").await;
    let told: Vec<_> = rows.iter().map(|row| told(row)).collect();
    let expected = [
        format!("account-add done uid {uid} shell boss"),
        "sign-in done boss page boss".into(),
        "account-add done boss page ann".into(),
        "role done boss page ann".into(),
        "password done boss page ann".into(),
        "account-disable done boss page ann".into(),
        "account-enable done boss page ann".into(),
        format!("publish done boss page post {post}"),
        format!("token-add done uid {uid} shell boss"),
        format!("publish done boss token:1 post {programs_post}"),
        "token-revoke done boss page boss".into(),
        "sign-out done boss page boss".into(),
        "sign-in done boss page boss".into(),
    ];
    assert_eq!(told, expected);
    assert!(rows.iter().filter(|row| row[5] != "shell").all(|row| row[6] == "127.0.0.1"), "{rows:?}");

    // The program's own log has the same; the shell's lines went to the shell.
    let logs = app.logs();
    let lines: Vec<serde_json::Value> =
        logs.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> = lines.iter().filter(|line| line["target"] == "audit").collect();
    assert_eq!(said.len(), expected.len() - 2, "{logs}");
    assert!(
        said.iter().any(|line| line["act"] == "role" && line["about"] == "ann" && line["by.who"] == "boss")
    );

    let session = boss.cookies().split_once('=').unwrap().1.to_owned();
    let everything = format!("{}{}", app.logs(), rows.into_iter().flatten().collect::<String>());
    for secret in [&first, &second, &app.password_of("boss"), &program.token, &session] {
        assert!(!everything.contains(secret.as_str()), "a secret was written down");
    }
}

#[tokio::test]
async fn what_was_refused_is_written_down_too() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let typed = new_word();
    let visitor = app.visitor();
    visitor.tries_to_sign_in("ann", &new_word()).await;
    visitor.tries_to_sign_in(&typed, "a password typed into the field of the name").await;
    ann.gets("/admin/people").await;
    let forged = ann.bare_request(Method::POST, "/logout").header("Origin", "https://evil.example");
    assert_eq!(Page::read(forged.send().await.unwrap()).await.status, 403);
    let reader = Program::of(&app, "ann", "stream").await;
    assert_eq!(reader.sends(&support::news("x")).await.status, 403);
    assert_eq!(Program::with(&app, "tid_0000").gets("/api/v1/posts").await.status, 401);

    let rows = eventually("all of it is written", async || {
        let rows = table(&boss, "?outcome=refused").await;
        (rows.len() >= 6).then_some(rows)
    });
    let rows = rows.await;
    let mut told: Vec<_> = rows.iter().map(|row| told(row)).collect();
    told.sort();
    let expected = [
        "access refused ann page",
        "access refused ann token:1",
        "forgery refused  page",
        "sign-in refused  api",
        "sign-in refused  page",
        "sign-in refused  page ann",
    ];
    assert_eq!(told, expected);
    let all = format!("{rows:?}{}", app.logs());
    assert!(!all.contains(&typed), "a name that nobody has may be somebody's password");
    assert!(all.contains("GET /admin/people"));
}

#[tokio::test]
async fn what_is_done_to_sessions_groups_and_links_is_written_down() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, other) = (app.member("ann").await, app.signs_in("ann").await);
    let (old, new) = (app.password_of("ann"), new_word());

    assert_eq!(other.posts("/account/sessions/revocation", &[]).await.status, 303);
    assert!(!ann.is_signed_in().await);
    let mine = [("current-password", old.as_str()), ("password", new.as_str())];
    assert_eq!(other.posts("/account/password", &mine).await.status, 303);
    app.sql("UPDATE sessions SET confirmed_ms = 0").await;
    let (password, role) = (app.password_of("boss"), ("role", "publisher"));
    let wrong = [role, ("confirm-password", "not my password")];
    assert_eq!(boss.posts("/admin/people/2/role", &wrong).await.status, 422);
    let right = [role, ("confirm-password", password.as_str())];
    assert_eq!(boss.posts("/admin/people/2/role", &right).await.status, 303);
    assert_eq!(boss.posts("/admin/people/2/sessions/revocation", &[]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups", &[("name", "Night shift")]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups/1/members", &[("people", "ann")]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups/1/members/2/removal", &[]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups/1/name", &[("name", "Night watch")]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups/1/removal", &[]).await.status, 303);
    let invitation = [("name", "zoe"), ("role", "member")];
    assert_eq!(boss.posts("/admin/invitations", &invitation).await.status, 303);
    assert_eq!(boss.posts("/admin/invitations/1/withdrawal", &[]).await.status, 303);
    assert_eq!(app.visitor().gets("/link?token=nothing").await.status, 410);

    let rows = eventually("all of it is written", async || {
        let rows = table(&boss, "").await;
        let refused = |act: &str| rows.iter().any(|row| row[2] == act && row[3] == "refused");
        (refused("confirm") && refused("link-use")).then_some(rows)
    });
    let told: Vec<_> = rows.await.iter().map(|row| told(row)).collect();
    for wanted in [
        "session-end done ann page ann",
        "password done ann page ann",
        "confirm refused boss page boss",
        "confirm done boss page boss",
        "role done boss page ann",
        "session-end done boss page ann",
        "group-add done boss page Night shift",
        "group-join done boss page ann",
        "group-leave done boss page ann",
        "group-rename done boss page Night shift",
        "group-remove done boss page Night watch",
        "link-add done boss page zoe",
        "link-withdraw done boss page zoe",
        "link-use refused  page",
    ] {
        assert!(told.iter().any(|row| row == wanted), "{wanted}: {told:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_meets_the_disabling_of_its_person_is_written_down_as_what_became_of_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let access = async |word: &str| boss.posts("/admin/people/2/access", &[("access", word)]).await;
    let mut signed_in = 0;

    for _ in 0..20 {
        let visitors: Vec<_> = (0..4).map(|_| app.visitor()).collect();
        let tries = visitors.iter().map(|visitor| visitor.tries_to_sign_in("ann", &password));
        let (pages, disabled) = tokio::join!(futures_util::future::join_all(tries), access("disabled"));
        assert_eq!(disabled.status, 303);
        for page in pages {
            assert!([303, 422].contains(&page.status), "{page:?}");
            signed_in += usize::from(page.status == 303);
        }
        for visitor in visitors {
            assert!(!visitor.is_signed_in().await);
        }
        assert_eq!(access("enabled").await.status, 303);
    }

    let done = table(&boss, "?act=sign-in&outcome=done").await;
    assert_eq!(done.iter().filter(|row| row[7] == "ann").count(), signed_in);
}

#[tokio::test]
async fn a_flood_of_failures_is_a_few_entries_that_count_them() {
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;

    for _ in 0..40 {
        assert_eq!(ann.gets("/admin/people").await.status, 403);
    }
    // What was counted is written when the server stops, too.
    assert_eq!(app.stop().await, Some(0));
    app.restart().await;

    let boss = app.admin("boss").await;
    let rows = table(&boss, "?act=access").await;
    assert!(rows.len() <= 4, "{rows:?}");
    assert_eq!(rows.iter().map(|row| row[9].parse::<u32>().unwrap()).sum::<u32>(), 40);
}

#[tokio::test]
async fn a_change_that_fails_leaves_no_entry() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let before = table(&boss, "").await.len();

    let page = boss
        .posts("/admin/people", &[("username", "BOSS"), ("password", &new_word()), ("role", "member")])
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(boss.posts("/admin/people/1/access", &[("access", "disabled")]).await.status, 422);
    assert_eq!(boss.sends(&Draft::news("x").to(&["nobody"])).await.status, 422);

    assert_eq!(table(&boss, "").await.len(), before);
}

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
async fn tampering_with_the_audit_log_is_refused_by_the_database() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let before = table(&boss, "").await;
    let database = app.opens_database().await;

    let replaced = format!("{} ON CONFLICT (id) DO UPDATE SET who = 'somebody else'", old_entry(1, 1));
    let own = match database.get_database_backend() {
        DatabaseBackend::Postgres => "TRUNCATE audit".to_owned(),
        _ => old_entry(1, 1).replace("INSERT", "REPLACE"),
    };

    for attack in [
        "UPDATE audit SET who = 'somebody else'",
        "UPDATE audit SET times = 0 WHERE id = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        &replaced,
        &own,
    ] {
        let refused = database.execute_unprepared(attack).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{attack}: {refused}");
    }
    assert_eq!(table(&boss, "").await, before);
}

#[tokio::test]
async fn old_entries_go_when_their_time_has_come() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    for (id, days) in [(1001, 40), (1002, 20)] {
        app.sql(&old_entry(id, now - days * 24 * 60 * 60 * 1000)).await;
    }
    assert_eq!(table(&boss, "?name=old").await.len(), 2);

    app.stop().await;
    app.restart_with(&["--keep-audit", "30d"]).await;

    let rows = eventually("the old one goes", async || {
        let rows = table(&boss, "?name=old").await;
        (rows.len() == 1).then_some(rows)
    });
    assert_eq!(rows.await[0][0], "1002");
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
async fn only_admins_see_the_audit_log() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;

    for path in ["/admin/audit", "/admin/audit.csv"] {
        let statuses = (
            boss.gets(path).await.status,
            ann.gets(path).await.status,
            app.visitor().gets(path).await.status,
        );
        assert_eq!(statuses, (200, 403, 303), "{path}");
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
