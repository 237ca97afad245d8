//! The link of a wall: who gets it, and for which screen it is good.

use reqwest::Method;

use super::{makes_board_for, with_board};
use crate::support::{Page, TestApp, eventually, makes_wall, wall_address};

async fn count(app: &TestApp, table: &str) -> i64 {
    app.asks_database(&format!("SELECT count(*) FROM {table}")).await.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_link_is_good_for_the_first_screen_that_opens_it_and_its_secret_leaves_the_address() {
    let (app, boss, _program) = with_board().await;
    let link = makes_wall(&boss, "plant", &[]).await;
    let secret = link.rsplit('/').next().unwrap().to_owned();
    assert_eq!(secret.len(), 64);
    // Whoever asks for the head of it alone uses nothing up.
    let head = app.visitor().request(Method::HEAD, &link).send().await.unwrap();
    assert_eq!(head.status(), 204);

    let screen = app.visitor();
    let opened = screen.gets(&link).await;

    assert_eq!(opened.status, 303, "{opened:?}");
    let path = opened.location().to_owned();
    assert!(path.starts_with("/walls/") && !path.contains(&secret), "{path}");
    let cookie = opened.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let shown = screen.gets(&path).await;
    assert!(shown.status == 200 && shown.text.contains("71.5"), "{shown:?}");
    assert!(shown.header("set-cookie").contains("wall-"), "the cookie is kept for longer each time");
    assert!(!shown.text.contains(&secret) && !shown.text.contains("boss"), "{shown:?}");
    // The same screen may be switched on with the same address; no other one may.
    assert_eq!(screen.gets(&link).await.location(), path);
    let other = app.visitor();
    for address in [&link, &path, &"/wall/nothing".to_owned(), &"/walls/99999999999999999999".to_owned()] {
        let refused = other.gets(address).await;
        assert!([410, 404].contains(&refused.status) && !refused.text.contains("71.5"), "{refused:?}");
        assert_eq!(refused.header("set-cookie"), "");
    }
    assert_eq!(other.streams_from(&format!("{path}/stream"), &[]).await.status, 204);
    let value = cookie.split('=').nth(1).unwrap().split(';').next().unwrap().to_owned();
    let row = app.asks_database("SELECT secret_hash || cookie_hash FROM walls").await;
    let kept: String = row.try_get_by_index(0).unwrap();
    assert!(!kept.contains(&secret) && !kept.contains(&value));
    assert!(!app.logs().contains(&secret) && !app.logs().contains(&value));
    // It is nobody's session.
    assert!(!screen.is_signed_in().await);
    assert_eq!(screen.gets("/boards/plant").await.status, 303);
    assert_eq!(screen.streams_from("/stream", &[]).await.status, 204);
}

#[tokio::test]
async fn of_two_screens_that_open_a_link_at_once_one_gets_it() {
    let (app, boss, _program) = with_board().await;
    let link = makes_wall(&boss, "plant", &[]).await;
    let (one, other) = (app.visitor(), app.visitor());

    let (first, second) = tokio::join!(one.gets(&link), other.gets(&link));

    let mut both = [first.status, second.status];
    both.sort_unstable();
    assert_eq!(both, [303, 410]);
}

#[tokio::test]
async fn a_board_that_is_not_for_everyone_is_put_on_a_wall_only_with_the_password() {
    let (app, boss, _program) = with_board().await;
    let later = "UPDATE sessions SET confirmed_ms = confirmed_ms - 901000";
    let form = [("name", "Hall"), ("look", "dark")];
    app.sql(later).await;
    assert_eq!(boss.posts("/admin/boards/plant/walls", &form).await.status, 303, "for everyone");
    makes_board_for(&boss, "admins").await;

    let asked = boss.posts("/admin/boards/plant/walls", &form).await;
    let replaced = boss.posts("/admin/boards/plant/walls/1/replacement", &[]).await;

    assert_eq!((asked.status, replaced.status), (422, 422), "{asked:?}");
    assert_eq!((asked.field("name"), asked.field("look")), ("Hall".into(), "dark".into()));
    assert_eq!(count(&app, "walls").await, 1);
    let password = app.password_of("boss");
    let with_it = [form[0], form[1], ("confirm-password", password.as_str())];
    let made = boss.posts_and_sees("/admin/boards/plant/walls", &with_it).await;
    let wall = app.opens_wall(&wall_address(&made)).await;
    assert!(wall.shows().await.text.contains("71.5"));
}

#[tokio::test]
async fn the_page_lists_links_with_when_their_screens_were_seen_and_gives_new_addresses() {
    let (app, boss, _program) = with_board().await;
    let link = makes_wall(&boss, "plant", &[("look", "light")]).await;
    let list = async || boss.gets("/admin/boards/plant/walls").await.text;
    assert!(list().await.contains("Hall B") && list().await.contains("Not opened yet"));
    let wall = app.opens_wall(&link).await;
    assert!(wall.shows().await.text.contains("data-look=\"light\""));
    let seen =
        async || (!list().await.contains("Opened") && !list().await.contains("Not opened")).then_some(());
    eventually("the screen was seen", seen).await;
    let mut stream = wall.opens_stream().await;
    assert!(list().await.contains("Live now"));

    let again = boss.posts_and_sees(&format!("/admin/boards/plant{}/replacement", wall.path), &[]).await;

    assert_eq!(stream.next("cards").await.data["all"], true);
    assert_eq!(stream.says_bye().await, "revoked");
    assert_eq!(wall.shows().await.status, 410, "what the screen had is good for nothing");
    assert_eq!(wall.screen.gets(&link).await.status, 410);
    let new = app.opens_wall(&wall_address(&again)).await;
    assert!(new.path != wall.path && new.shows().await.text.contains("data-look=\"light\""));
    assert_eq!(count(&app, "walls").await, 1);
    let audit = boss.gets("/admin/audit").await.text;
    for words in ["Wall link created", "Wall link opened", "Wall link ended", "wall Hall B"] {
        assert!(audit.contains(words), "{words}: {audit}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_link_is_said_and_nothing_that_was_typed_is_lost() {
    let (app, boss, _program) = with_board().await;
    let send =
        async |fields: &[(&str, &str)]| -> Page { boss.posts("/admin/boards/plant/walls", fields).await };

    let nameless = send(&[("name", " "), ("look", "dark"), ("posts", "on")]).await;
    let other = send(&[("name", "Hall"), ("look", "pink"), ("groups", "Nobody")]).await;

    assert_eq!((nameless.status, other.status), (422, 422));
    assert!(nameless.has_ticked("look", "dark") && nameless.has_ticked("posts", "on"), "{nameless:?}");
    assert!(other.field("name") == "Hall" && other.text.contains("There is no group called Nobody."));
    for _ in 0..20 {
        makes_wall(&boss, "plant", &[]).await;
    }
    let many = send(&[("name", "Hall"), ("look", "")]).await;
    assert!(many.status == 422 && many.text.contains("at most 20 links"), "{many:?}");
    assert_eq!(count(&app, "walls").await, 20);
    for path in ["/admin/boards/nothing/walls", "/admin/boards/plant/walls/999/removal"] {
        assert_eq!(boss.gets(path).await.status, 404, "{path}");
    }
    assert_eq!(boss.posts("/admin/boards/plant/walls/999/replacement", &[]).await.status, 404);
}
