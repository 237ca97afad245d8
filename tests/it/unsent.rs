//! What was typed when its sender turns out to be signed out: kept through signing in, and never done by it.

use reqwest::Method;

use crate::support::{Draft, Page, Person, Role, TestApp, attribute, new_word, tags, unescape};
use crate::users::page_of;

#[tokio::test]
async fn a_post_that_is_sent_after_the_session_ended_is_kept_through_signing_in() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Publisher).await;
    let body = "First \"line\"\n\n  <b>second</b> & 'third'\n";

    for ending in ["here", "elsewhere", "disabled", "expired"] {
        let bea = app.signs_in("bea").await;
        let draft = Draft::alert("warning", "A \"good\" <title>").body(body).to(&["ann", "boss"]);
        let draft = made_for(draft, &bea).await;
        match ending {
            "here" => bea.signs_out().await,
            "elsewhere" => {
                let page = page_of(&boss, "bea").await;
                assert_eq!(boss.posts(&format!("{page}/sessions/revocation"), &[]).await.status, 303);
            }
            "disabled" => {
                app.runs(&["user", "disable", "bea"], "").await;
                app.runs(&["user", "enable", "bea"], "").await;
            }
            _ => app.sql("UPDATE sessions SET expires_ms = 1 WHERE user_id <> 1").await,
        }

        let asked = bea.sends(&draft).await;
        assert_eq!(asked.status, 422, "{ending}: {asked:?}");
        assert!(asked.text.contains("You were signed out; your post is not published yet"), "{ending}");
        let wrong = signs_in_at(&asked, &bea, "bea", &new_word()).await;
        assert_eq!(wrong.status, 422, "{ending}");
        let back = signs_in_at(&wrong, &bea, "bea", &app.password_of("bea")).await;

        assert!(back.text.contains("You were signed out; your post is not published yet"), "{back:?}");
        assert_eq!(back.field("title"), "A \"good\" <title>", "{ending}");
        assert_eq!(back.typed_body().replace("\r\n", "\n"), body, "{ending}");
        assert!(back.has_ticked("kind", "alert") && back.has_ticked("severity", "warning"));
        assert!(back.has_chosen("recipients", "ann") && back.has_chosen("recipients", "boss"));
        assert!(!back.has_chosen("recipients", "bea"), "{ending}");
        assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0], "{ending}: signing in publishes nothing");
        assert!(bea.is_signed_in().await);
    }
    let bea = app.signs_in("bea").await;
    bea.publishes(made_for(Draft::news("The button was pressed"), &bea).await).await;
}

#[tokio::test]
async fn a_preview_that_is_asked_for_after_the_session_ended_is_kept_too() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let draft = made_for(Draft::news("Half").body("written"), &boss).await.with("then", "preview");
    boss.signs_out().await;

    let asked = boss.posts("/admin/posts/draft", &draft.fields()).await;
    let back = signs_in_at(&asked, &boss, "boss", &app.password_of("boss")).await;

    assert_eq!((back.field("title").as_str(), back.typed_body().as_str()), ("Half", "written"));
}

#[tokio::test]
async fn somebody_else_who_signs_in_does_not_get_it() {
    let app = TestApp::start().await;
    let (boss, eve) = (app.admin("boss").await, app.publisher("eve").await);
    let draft = made_for(Draft::news("Not for Eve").body("nor this"), &boss).await;
    boss.signs_out().await;

    let asked = boss.sends(&draft).await;
    let eves = signs_in_at(&asked, &boss, "eve", &app.password_of("eve")).await;

    assert_eq!((eves.status, eves.location()), (303, "/"), "{eves:?}");
    assert!(!eves.text.contains("Not for Eve"));
    // Nor is it published as hers, when the page that is still open is sent once more.
    let sent = boss.sends(&draft).await;
    assert_eq!(sent.status, 409, "{sent:?}");
    assert!(!sent.text.contains("Not for Eve") && !sent.text.contains("nor this"));
    assert_eq!(eve.reads_feed().await.posts, [] as [i64; 0]);
    assert_eq!(eve.sends(&draft).await.status, 409);
}

#[tokio::test]
async fn every_form_is_kept_and_no_page_repeats_a_password() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let page = page_of(&boss, "ann").await;
    let (new, old) = (new_word(), app.password_of("boss"));
    let me = person(&boss.gets("/admin/people").await);

    for (path, fields) in [
        (format!("{page}/role"), vec![("role", "publisher")]),
        (format!("{page}/password"), vec![("password", new.as_str())]),
        ("/admin/people".into(), vec![("username", "eve"), ("password", &new), ("role", "admin")]),
        ("/admin/groups".into(), vec![("name", "Team")]),
        ("/admin/tokens".into(), vec![("name", "jobs"), ("owner", "boss"), ("scope", "stream")]),
        ("/admin/invitations".into(), vec![("name", "fay"), ("role", "admin")]),
        ("/account/password".into(), vec![("current-password", old.as_str()), ("password", &new)]),
    ] {
        let boss = app.signs_in("boss").await;
        boss.signs_out().await;
        let sent = [&fields[..], &[("person", me.as_str())]].concat();

        let asked = boss.posts(&path, &sent).await;
        assert_eq!(asked.status, 422, "{path}");
        let back = signs_in_at(&asked, &boss, "boss", &old).await;

        assert_eq!(back.status, 422, "{path}: {back:?}");
        for page in [&asked, &back] {
            assert!(!page.text.contains(&new) && !page.text.contains(&old), "{path}");
        }
        assert!(back.text.contains(&format!("action=\"{path}\"")) && back.text.contains("not done yet"));
        for (name, value) in &fields {
            let value = if name.ends_with("password") { "" } else { value };
            assert_eq!(back.field(name), value, "{path} {name}");
        }
    }
    let people = boss.gets("/admin/people").await.text;
    assert!(
        !people.contains(">eve<") && people.matches("Publisher").count() <= 2,
        "nothing was done by itself"
    );
    app.signs_in("ann").await;
}

#[tokio::test]
async fn what_is_kept_is_done_when_the_button_is_pressed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (me, new) = (person(&boss.gets("/admin/people").await), new_word());
    boss.signs_out().await;
    let fields = [("person", me.as_str()), ("username", "eve"), ("password", &new), ("role", "publisher")];

    let asked = boss.posts("/admin/people", &fields).await;
    let back = signs_in_at(&asked, &boss, "boss", &app.password_of("boss")).await;
    let mut fields = inputs(&back);
    fields.retain(|(name, _)| name != "password");
    fields.push(("password".into(), new.clone()));
    let done = boss.posts("/admin/people", &borrowed(&fields)).await;

    assert_eq!(done.status, 303, "{done:?}");
    app.remembers("eve", &new);
    app.signs_in("eve").await;
}

#[tokio::test]
async fn the_longest_post_is_kept_and_a_longer_form_is_refused() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let long = "ü\"<\n".repeat(64 * 1024 / 5);
    let mut draft = made_for(Draft::news("Long").body(&long), &boss).await.to(&["boss"]);
    for _ in 0..2000 {
        draft = draft.and("recipients", "somebody with a long name");
    }
    boss.signs_out().await;

    let asked = boss.sends(&draft).await;
    let back = signs_in_at(&asked, &boss, "boss", &app.password_of("boss")).await;
    let over = app.visitor().sends(&Draft::news("Over").body(&"x".repeat(520 * 1024))).await;
    let name = "n".repeat(17 * 1024);
    let sign_in =
        app.visitor().posts("/login", &[("username", &*name), ("password", "x"), ("action", "/")]).await;

    assert_eq!(back.typed_body().replace("\r\n", "\n"), long);
    assert_eq!((over.status, sign_in.status), (413, 413));
}

#[tokio::test]
async fn csrf_no_other_site_can_have_something_kept() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.signs_out().await;

    for path in ["/admin/posts", "/login"] {
        let fields = [("title", "Forged"), ("action", "/admin/posts"), ("kept:title", "Forged")];
        let forged =
            boss.bare_request(Method::POST, path).form(&fields).header("Origin", "http://evil.example");
        let page = Page::read(forged.send().await.unwrap()).await;
        assert_eq!(page.status, 403);
        assert!(!page.text.contains("Forged"), "{path}");
    }
    for elsewhere in ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""] {
        let fields = [
            ("username", "boss"),
            ("password", &*app.password_of("boss")),
            ("action", elsewhere),
            ("kept:a", "b"),
        ];
        let page = app.visitor().posts("/login", &fields).await;
        assert_eq!((page.status, page.location()), (303, "/"), "{elsewhere}: nothing leads there");
    }
}

/// As the form says for whom it was made.
async fn made_for(draft: Draft, person: &Person) -> Draft {
    let form = person.gets("/admin/posts/new").await;
    draft.with("person", &form.field("person")).with("key", &form.field("key"))
}

fn person(page: &Page) -> String {
    page.field("person")
}

/// Fills in the page for signing in, with all that it carries.
async fn signs_in_at(page: &Page, person: &Person, name: &str, password: &str) -> Page {
    let mut fields = inputs(page);
    fields.retain(|(field, _)| field != "username" && field != "password");
    fields.extend([("username".into(), name.into()), ("password".into(), password.into())]);
    person.posts("/login", &borrowed(&fields)).await
}

/// The fields of a page that has one form, as a browser sends them: line breaks become CR and LF.
fn inputs(page: &Page) -> Vec<(String, String)> {
    let value = |tag| unescape(attribute(tag, "value")).replace("\r\n", "\n").replace('\n', "\r\n");
    let named = tags(&page.text, "<input").filter(|tag| tag.contains(" name=\""));
    named.map(|tag| (attribute(tag, "name").to_owned(), value(tag))).collect()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
