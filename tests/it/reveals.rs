//! What is shown once: on the page that a form leads to, to whoever sent it, and never again.

use reqwest::Method;

use crate::support::{Page, Person, Role, TestApp};

const SECRET: &str = "<code class=\"secret\">";

/// What the page shows this once.
fn shown(page: &Page) -> Option<String> {
    assert_eq!(page.status, 200, "{page:?}");
    let shown = page.text.split(SECRET).nth(1)?.split('<').next().unwrap();
    Some(shown.rsplit('=').next().unwrap().to_owned())
}

/// Sends the form; the address it leads to.
async fn made(admin: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let page = admin.posts(path, fields).await;
    assert_eq!(page.status, 303, "{page:?}");
    assert!(!page.text.contains(SECRET));
    page.location().to_owned()
}

#[tokio::test]
async fn reloading_what_a_form_made_makes_no_other_and_shows_it_no_more() {
    let app = TestApp::start_after("export RUST_LOG=debug", &[]).await;
    let (boss, bea) = (app.admin("boss").await, app.admin("bea").await);
    app.signs_up("ann", Role::Member).await;
    let elsewhere = app.signs_in("boss").await;
    let token = [("name", "jobs"), ("owner", "boss"), ("scope", "stream")];

    for (path, fields, table) in [
        ("/admin/invitations", &[("name", "zoe"), ("role", "member")][..], "links"),
        ("/admin/people/3/link", &[], "links"),
        ("/admin/tokens", &token, "tokens"),
    ] {
        let rows = async || -> i64 {
            let row = app.asks_database(&format!("SELECT count(*) FROM {table}")).await;
            row.try_get_by_index(0).unwrap()
        };
        let before = rows().await;
        let address = made(&boss, path, fields).await;
        let kept = app.asks_database("SELECT sealed FROM reveals").await;
        let kept: String = kept.try_get_by_index(0).unwrap();

        // Nobody else is shown it, nor does anybody else use it up: not by the same address.
        assert_eq!(shown(&bea.gets(&address).await), None, "{path}");
        assert_eq!(shown(&elsewhere.gets(&address).await), None, "{path}: another browser");
        assert_eq!(app.visitor().gets(&address).await.status, 303);
        boss.request(Method::HEAD, &address).send().await.unwrap();
        let secret = shown(&boss.gets(&address).await).unwrap_or_else(|| panic!("{path}"));
        let again = boss.gets(&address).await;

        assert_eq!(shown(&again), None, "{path}");
        assert!(again.text.contains("was shown once, and is not kept"), "{path}: {again:?}");
        assert_eq!(rows().await, before + 1, "{path}");
        let bytes: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!kept.contains(&bytes) && !kept.contains(&secret), "{path}");
        assert!(!app.logs().contains(&secret), "{path}");
        let left: i64 = app.asks_database("SELECT count(*) FROM reveals").await.try_get_by_index(0).unwrap();
        assert_eq!(left, 0, "{path}");
    }
}

#[tokio::test]
async fn what_nobody_came_to_see_in_five_minutes_is_shown_no_more_nor_after_signing_out() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let invitation = [("name", "zoe"), ("role", "member")];

    let late = made(&boss, "/admin/invitations", &invitation).await;
    app.sql("UPDATE reveals SET expires_ms = expires_ms - 300000").await;
    assert_eq!(shown(&boss.gets(&late).await), None);

    let other = made(&boss, "/admin/invitations", &[("name", "zoe"), ("role", "member")]).await;
    boss.signs_out().await;
    boss.tries_to_sign_in("boss", &app.password_of("boss")).await;
    assert_eq!(shown(&boss.gets(&other).await), None, "it was for the session that is over");
    let nonsense = boss.gets("/admin/tokens?made=nonsense").await;
    assert!(shown(&nonsense).is_none() && nonsense.text.contains("was shown once"));
}
