//! Links in the wrong hands: used again, guessed, read in a log, or sent with what their forms do not have.

use sea_orm::{ConnectionTrait, Statement};

use super::{invites, link, offers_password, uses};
use crate::support::{Role, TestApp, new_word};

#[tokio::test]
async fn a_replayed_invitation_and_a_replayed_link_for_a_password() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let (invitation, password) =
        (invites(&app, &boss, "", "admin").await, offers_password(&app, &boss, 2).await);
    let (first, second) = (new_word(), new_word());

    for (link, name) in [(&invitation, "bea"), (&password, "ann")] {
        assert_eq!(uses(&app.visitor(), link, name, &first).await.status, 303);
        assert_eq!(uses(&app.visitor(), link, name, &second).await.status, 410, "{name}");
        assert_eq!(uses(&app.visitor(), link, "eve", &second).await.status, 410, "{name}");
        assert_eq!(app.visitor().gets(link).await.status, 410, "{name}");
        assert_eq!(app.visitor().tries_to_sign_in(name, &second).await.status, 422, "{name}");
        assert_eq!(app.visitor().tries_to_sign_in(name, &first).await.status, 303, "{name}");
    }
    assert!(!boss.gets("/admin/people").await.text.contains("<bdi>eve</bdi>"));
}

#[tokio::test]
async fn a_guessed_link() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let link = invites(&app, &boss, "ann", "member").await;
    let database = app.opens_database().await;
    let hash = Statement::from_string(database.get_database_backend(), "SELECT hash FROM links");
    let row = database.query_one_raw(hash).await.unwrap().unwrap();
    let stored: String = row.try_get_by_index(0).unwrap();

    let zeros = "0".repeat(64);
    for guess in ["", "x", &zeros, &stored, "' OR 1=1 --", &link.to_uppercase()[12..]] {
        assert_eq!(app.visitor().gets(&format!("/link?token={guess}")).await.status, 410, "{guess}");
        assert_eq!(
            uses(&app.visitor(), &format!("/link?token={guess}"), "eve", &new_word()).await.status,
            410
        );
    }
    assert_ne!(stored, link[12..], "the table tells nobody the secret");
    assert_eq!(app.visitor().gets("/link").await.status, 410);
}

#[tokio::test]
async fn mass_assignment_in_the_forms_of_links() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let made = boss
        .posts_and_sees(
            "/admin/invitations",
            &[("name", "bea"), ("role", "member"), ("user_id", "1"), ("expires_ms", "9e15")],
        )
        .await;
    let (named, password) = (link(&app, &made), offers_password(&app, &boss, 2).await);
    let new = new_word();

    for link in [&named, &password] {
        let token = link.split_once('=').unwrap().1;
        let smuggled = [
            ("token", token),
            ("username", "boss"),
            ("name", "boss"),
            ("role", "admin"),
            ("user_id", "1"),
            ("password", new.as_str()),
        ];
        assert_eq!(app.visitor().posts("/link", &smuggled).await.status, 303);
    }

    assert!(boss.is_signed_in().await, "the password of boss is what it was");
    for name in ["ann", "bea"] {
        app.remembers(name, &new);
        assert_eq!(app.signs_in(name).await.gets("/admin/people").await.status, 403, "{name} is a member");
    }
}

#[tokio::test]
async fn idor_on_the_ids_of_links_and_people() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let link = invites(&app, &boss, "x", "member").await;

    for path in [
        "/admin/invitations",
        "/admin/invitations/1/withdrawal",
        "/admin/people/1/link",
        "/admin/people/2/link",
    ] {
        let fields = [("name", "eve"), ("role", "admin")];
        assert_eq!(ann.posts(path, &fields).await.status, 403, "{path}");
        let asked = app.visitor().posts(path, &fields).await;
        assert_eq!((asked.status, asked.field("action").as_str()), (422, path), "to sign in first");
    }
    assert_eq!(ann.gets("/admin/invitations").await.status, 403);
    for nothing in ["/admin/people/99/link", "/admin/people/x/link"] {
        assert_eq!(boss.posts(nothing, &[]).await.status, 404, "{nothing}");
    }
    assert_eq!(boss.posts("/admin/invitations/99/withdrawal", &[]).await.status, 303);
    let own = boss.posts("/admin/people/1/link", &[]).await;
    assert_eq!(
        (own.status, own.location()),
        (303, "/account"),
        "one's own password asks for the one there is"
    );
    assert_eq!(app.visitor().gets(&link).await.status, 200, "nothing of it touched the link");
}

#[tokio::test]
async fn no_link_stands_in_a_log_or_on_a_second_page() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let link = invites(&app, &boss, "ann", "member").await;
    app.visitor().gets(&link).await;
    uses(&app.visitor(), &link, "", &new_word()).await;
    uses(&app.visitor(), &link, "", &new_word()).await;

    let secret = &link[12..];
    for path in ["/admin/invitations", "/admin/audit", "/admin/audit.csv"] {
        assert!(!boss.gets(path).await.text.contains(secret), "{path}");
    }
    assert!(!app.logs().contains(secret));
    for (act, times) in [("link-add", 1), ("account-add", 2)] {
        let log = boss.gets(&format!("/admin/audit.csv?act={act}")).await.text;
        assert_eq!(log.lines().count() - 1, times, "{log}");
    }
}

#[tokio::test]
async fn stored_xss_through_the_names_of_the_invited() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for vector in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"] {
        let made = boss.posts_and_sees("/admin/invitations", &[("name", vector), ("role", "member")]).await;
        let path = link(&app, &made);
        let wrong = boss.posts("/admin/invitations", &[("name", vector), ("role", vector)]).await;
        let token = path.split_once('=').unwrap().1;
        let again = app.visitor().posts("/link", &[("token", token), ("username", vector)]).await;
        for text in [made.text, wrong.text, again.text, app.visitor().gets(&path).await.text] {
            assert!(!text.contains("<script>") && !text.contains("<img"), "{text}");
        }
    }
}
