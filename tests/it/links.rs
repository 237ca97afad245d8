//! One-time links: an invitation becomes one account, a link for a new password sets one password, once.

mod misuse;

use crate::support::{Page, Person, Role, TestApp, new_word};

/// The path of the link that the page shows once.
pub fn link(app: &TestApp, made: &Page) -> String {
    assert_eq!(made.status, 200, "{made:?}");
    let shown = made.text.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let path = shown.strip_prefix(&app.url).unwrap();
    assert!(path.starts_with("/link?token=") && path.len() == 12 + 64, "{path}");
    path.to_owned()
}

async fn invites(app: &TestApp, admin: &Person, name: &str, role: &str) -> String {
    link(app, &admin.posts_and_sees("/admin/invitations", &[("name", name), ("role", role)]).await)
}

async fn offers_password(app: &TestApp, admin: &Person, id: i64) -> String {
    link(app, &admin.posts_and_sees(&format!("/admin/people/{id}/link"), &[]).await)
}

/// Sends the form that stands behind a link, from any browser.
async fn uses(visitor: &Person, link: &str, name: &str, password: &str) -> Page {
    let token = link.split_once('=').unwrap().1;
    visitor.posts("/link", &[("token", token), ("username", name), ("password", password)]).await
}

#[tokio::test]
async fn whom_an_admin_invites_makes_their_own_account() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (named, free) =
        (invites(&app, &boss, "Ann", "publisher").await, invites(&app, &boss, "", "member").await);
    let (anns, beas) = (new_word(), new_word());

    let page = app.visitor().gets(&named).await;
    assert!(page.status == 200 && page.text.contains("Welcome, <bdi>Ann</bdi>"), "{page:?}");
    let used = uses(&app.visitor(), &named, "", &anns).await;
    assert_eq!((used.status, used.location()), (303, "/login?done=password"), "{used:?}");
    assert!(app.visitor().gets(used.location()).await.text.contains("Your password is set."));
    for (name, password, why) in [
        ("", beas.as_str(), "name"),
        ("BOSS", &beas, "name"),
        ("bea", "short", "password"),
        ("b\nea", &beas, "name"),
    ] {
        let page = uses(&app.visitor(), &free, name, password).await;
        assert_eq!(page.status, 422, "{name:?}");
        assert!(page.text.contains(&format!("id=\"{why}-problem\"")), "{page:?}");
        assert!(!page.text.contains(&beas), "a password is never shown");
    }
    assert_eq!(uses(&app.visitor(), &free, "bea", &beas).await.status, 303, "mistakes do not use it up");

    app.remembers("ann", &anns);
    app.remembers("bea", &beas);
    let (ann, bea) = (app.signs_in("ann").await, app.signs_in("bea").await);
    assert_eq!(ann.gets("/admin/posts/new").await.status, 200, "a publisher, as she was invited");
    assert_eq!(ann.gets("/admin/people").await.status, 403);
    assert_eq!(bea.gets("/admin/posts/new").await.status, 403);
    let log = boss.gets("/admin/audit.csv?act=account-add").await.text;
    assert!(
        log.contains("\"publisher, invited by boss\"") && log.contains("\"member, invited by boss\""),
        "{log}"
    );
}

#[tokio::test]
async fn a_link_for_a_new_password_sets_it_and_ends_the_sessions() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let link = offers_password(&app, &boss, 2).await;
    assert!(ann.is_signed_in().await, "nothing is changed before it is used");
    let new = new_word();

    assert_eq!(uses(&app.visitor(), &link, "", "short").await.status, 422);
    assert_eq!(uses(&app.visitor(), &link, "", &new).await.status, 303);

    assert_eq!(stream.says_bye().await, "revoked");
    assert!(!ann.is_signed_in().await);
    assert_eq!(
        app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status,
        422,
        "the old one"
    );
    app.remembers("ann", &new);
    app.signs_in("ann").await;
    assert!(boss.is_signed_in().await);
    let log = boss.gets("/admin/audit.csv?act=password").await.text;
    assert!(log.contains("\"by a link of boss\""), "{log}");
}

#[tokio::test]
async fn mail_scanners_that_look_at_a_link_do_not_use_it_up() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let link = invites(&app, &boss, "ann", "member").await;

    for _ in 0..3 {
        assert_eq!(app.visitor().gets(&link).await.status, 200);
        let head = app.visitor().request(reqwest::Method::HEAD, &link).send().await.unwrap();
        assert!(head.status() == 200 || head.status() == 405);
    }

    assert_eq!(uses(&app.visitor(), &link, "", &new_word()).await.status, 303);
}

#[tokio::test]
async fn two_who_use_an_invitation_at_once_make_one_account() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for turn in 0..3 {
        let link = invites(&app, &boss, "", "member").await;
        let (one, other) = (format!("one {turn}"), format!("other {turn}"));
        let (a, b, password) = (app.visitor(), app.visitor(), new_word());

        let (a, b) = tokio::join!(uses(&a, &link, &one, &password), uses(&b, &link, &other, &password));

        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410]);
        let people = boss.gets("/admin/people").await.text;
        assert!(
            people.contains(&format!("<bdi>{one}</bdi>")) ^ people.contains(&format!("<bdi>{other}</bdi>"))
        );
    }
}

#[tokio::test]
async fn an_expired_invitation() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let link = invites(&app, &boss, "ann", "member").await;
    let hours_pass = async |hours: i64| {
        app.sql(&format!("UPDATE links SET expires_ms = expires_ms - {hours} * 3600 * 1000")).await;
    };

    hours_pass(71).await;
    assert_eq!(app.visitor().gets(&link).await.status, 200);
    hours_pass(1).await;

    let page = app.visitor().gets(&link).await;
    assert!(page.status == 410 && page.text.contains("Ask an admin for another one."), "{page:?}");
    assert_eq!(uses(&app.visitor(), &link, "", &new_word()).await.status, 410);
    assert!(boss.gets("/admin/invitations").await.text.contains("No links are open"));
}

#[tokio::test]
async fn a_link_ends_when_it_is_withdrawn_or_its_maker_may_make_none_any_more() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let bea = app.admin("bea").await;
    app.signs_up("ann", Role::Member).await;
    let withdrawn = invites(&app, &boss, "x", "member").await;
    assert!(boss.gets("/admin/invitations").await.text.contains("<bdi>x</bdi>"));
    assert_eq!(boss.posts("/admin/invitations/1/withdrawal", &[]).await.status, 303);
    let backdoor = invites(&app, &bea, "", "admin").await;
    let (earlier, later) = (offers_password(&app, &boss, 3).await, offers_password(&app, &boss, 3).await);

    assert_eq!(app.visitor().gets(&withdrawn).await.status, 410);
    assert_eq!(app.visitor().gets(&earlier).await.status, 410, "a later one takes its place");
    assert_eq!(app.visitor().gets(&later).await.status, 200);

    assert_eq!(boss.posts("/admin/people/2/role", &[("role", "member")]).await.status, 303);
    assert_eq!(
        uses(&app.visitor(), &backdoor, "eve", &new_word()).await.status,
        410,
        "its maker is no admin"
    );
    for ending in ["password", "disable"] {
        let link = offers_password(&app, &boss, 3).await;
        match ending {
            "password" => {
                let new = new_word();
                assert_eq!(boss.posts("/admin/people/3/password", &[("password", &new)]).await.status, 303);
            }
            _ => assert_eq!(app.runs(&["user", "disable", "ann"], "").await.code, Some(0)),
        }
        assert_eq!(uses(&app.visitor(), &link, "", &new_word()).await.status, 410, "{ending}");
    }
}

#[tokio::test]
async fn nobodys_name_is_their_password_by_a_link_either() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("Zoë Berger", Role::Member).await;
    let links = [
        (offers_password(&app, &boss, 2).await, "", "ZOE\u{308}  berger"),
        (invites(&app, &boss, "Zoë Bergerová", "member").await, "", "zoëbergerová"),
        (invites(&app, &boss, "", "member").await, "Ana Bergerová", "ANA\u{a0}BERGEROVÁ"),
    ];

    for (link, name, password) in links {
        let page = uses(&app.visitor(), &link, name, password).await;
        assert!(page.status == 422 && page.text.contains("Do not use the name"), "{name:?}: {page:?}");
        assert_eq!(uses(&app.visitor(), &link, name, "just right 8").await.status, 303, "{name:?}");
    }
}
