//! What is written down, and with which outcome.

use reqwest::Method;

use super::table;
use crate::support::{self, Draft, Page, Program, Role, TestApp, eventually, new_word, tags};

/// What was done, as `act outcome who via about`.
fn told(row: &[String]) -> String {
    [&row[2], &row[3], &row[4], &row[5], &row[7]].map(String::as_str).join(" ").trim_end().to_owned()
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
