//! Accounts that end: on their last day, or after it, whoever was there to see it.

use std::time::{SystemTime, UNIX_EPOCH};

use super::page_of;
use crate::audit::table;
use crate::support::{Draft, Person, Program, Role, TestApp, eventually, news};

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// Lets their account end so much later, in milliseconds, behind the server's back; when that is.
async fn lets_end(app: &TestApp, name: &str, later: i64) -> i64 {
    let end = now_ms() + later;
    app.sql(&format!("UPDATE users SET ends_ms = {end} WHERE name = '{name}'")).await;
    end
}

/// Whether the audit log says so, and once: by whom, via what.
async fn is_written_down(boss: &Person, name: &str) -> Option<()> {
    let rows = table(boss, "?act=account-end").await;
    let of_them: Vec<_> = rows.iter().filter(|row| row[7] == name).collect();
    assert!(of_them.len() <= 1, "{rows:?}");
    of_them.first().map(|row| assert_eq!((row[4].as_str(), row[5].as_str()), ("", "server")))
}

#[tokio::test]
async fn at_its_end_an_account_is_good_for_nothing_and_its_streams_end() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.publisher("ann").await);
    let program = Program::of(&app, "ann", "publish,stream").await;
    let end = lets_end(&app, "ann", 3000).await;
    let (mut page, mut programs) = (ann.opens_stream().await, program.opens_stream().await);
    let post = ann.publishes(Draft::news("Until the end")).await;
    assert_eq!((page.next_post().await, programs.next_post().await), (post, post));

    assert_eq!((page.says_bye().await, programs.says_bye().await), ("expired".into(), "expired".into()));

    assert!(now_ms() >= end, "not before");
    assert!(!ann.is_signed_in().await);
    assert_eq!(ann.streams_from("/stream", &[]).await.status, 204);
    assert_eq!(
        (program.gets("/api/v1/posts").await.status, program.sends(&news("x")).await.status),
        (401, 401)
    );
    assert_eq!(app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status, 422);
    eventually("it is written down", async || is_written_down(&boss, "ann").await).await;
    let list = boss.gets("/admin/people").await.text;
    assert!(list.contains("Disabled"), "{list}");
}

#[tokio::test]
async fn an_account_that_ended_while_no_server_ran_is_over_at_the_next_start() {
    let mut app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    app.kill().await;
    lets_end(&app, "ann", -60_000).await;

    app.restart().await;

    assert!(!ann.is_signed_in().await);
    assert_eq!(app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status, 422);
    eventually("it is written down", async || is_written_down(&boss, "ann").await).await;
}

#[tokio::test]
async fn an_admin_sets_the_last_day_through_which_the_account_works() {
    // Half a day ahead of UTC: the day is over before it is there.
    let app = TestApp::start_with(&["--time-zone", "Etc/GMT-12"]).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let page = page_of(&boss, "ann").await;
    let (end, mut stream) = (format!("{page}/end"), ann.opens_stream().await);

    let saved = boss.posts_and_sees(&end, &[("ends", "2199-12-31")]).await;

    assert!(saved.field("ends") == "2199-12-31" && saved.text.contains("Last day: "), "{saved:?}");
    let kept = app.asks_database("SELECT ends_ms FROM users WHERE name = 'ann'").await;
    // Midnight after the 31st there is noon of it in UTC.
    assert_eq!(kept.try_get_by_index::<i64>(0).unwrap(), 7_258_075_200_000);
    assert_eq!(stream.says_bye().await, "revoked", "so that it ends in time");
    assert!(ann.is_signed_in().await, "and comes back");
    ann.opens_stream().await;
    for (typed, says) in [
        ("2020-01-01", "This day is over"),
        ("31.12.2199", "like 2026-12-31"),
        ("2199-02-30", "like 2026-12-31"),
    ] {
        let refused = boss.posts(&end, &[("ends", typed)]).await;
        assert_eq!((refused.status, refused.field("ends").as_str()), (422, typed));
        assert!(refused.text.contains(says), "{refused:?}");
    }
    assert_eq!(boss.posts_and_sees(&end, &[("ends", "")]).await.field("ends"), "");
    let rows = table(&boss, "?act=account-last-day").await;
    let told: Vec<_> = rows.iter().map(|row| (row[4].as_str(), row[7].as_str(), row[8].as_str())).collect();
    assert_eq!(told, [("boss", "ann", "2199-12-31"), ("boss", "ann", "no last day")]);
}

#[tokio::test]
async fn enabled_again_an_account_that_ended_has_no_last_day_any_more() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for (name, by_page) in [("ann", true), ("bea", false)] {
        app.signs_up(name, Role::Member).await;
        lets_end(&app, name, -60_000).await;
        let page = page_of(&boss, name).await;
        assert!(boss.gets(&page).await.text.contains("the last day of their account is over"));

        if by_page {
            assert_eq!(boss.posts(&format!("{page}/access"), &[("access", "enabled")]).await.status, 303);
        } else {
            eventually("it is written down", async || is_written_down(&boss, name).await).await;
            assert_eq!(app.runs(&["user", "enable", name], "").await.code, Some(0));
        }

        assert_eq!(boss.gets(&page).await.field("ends"), "");
        app.signs_in(name).await;
    }
}

#[tokio::test]
async fn somebody_who_manages_people_has_no_last_day() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.admin("ann").await);
    let (bosss, anns) = (page_of(&boss, "boss").await, page_of(&boss, "ann").await);
    let day = [("ends", "2199-12-31")];

    assert_eq!(ann.posts(&format!("{bosss}/end"), &day).await.status, 303, "there is another");

    let refused = boss.posts(&format!("{anns}/end"), &day).await;
    assert!(refused.status == 422 && refused.text.contains("only admin"), "{refused:?}");
    let refused = boss.posts(&format!("{anns}/access"), &[("access", "disabled")]).await;
    assert_eq!(refused.status, 422, "who is left would end");
}
