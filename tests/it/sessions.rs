//! Where people are signed in, what ends a session, and what cannot bring one back.

pub mod attacks;
mod lifetime;
mod shared;

use reqwest::Method;

use crate::support::{Page, Person, Program, Role, TestApp, attribute, eventually, new_word, tags};
use crate::users::page_of;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
    Gecko) Version/26.0 Mobile/15E148 Safari/604.1";

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_what_is_live() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let desk = signs_in_with(&app, "ann", FIREFOX).await;
    let phone = signs_in_with(&app, "ann", IPHONE).await;
    signs_in_with(&app, "ann", "<script>alert(1)</script>").await;

    let page = desk.gets("/account").await.text;

    let row = |words: &str| page.split("<li").find(|row| row.contains(words)).unwrap().to_owned();
    assert!(row("Firefox on Linux").contains("This browser"));
    assert!(!row("Safari on an iPhone").contains("This browser") && row("Safari on").contains("127.0.0.1"));
    assert!(!row("An unknown browser").contains("alert(1)"));
    assert!(!page.contains("Live now"));
    let stream = phone.opens_stream().await;
    let live = async || desk.gets("/account").await.text.contains("Live now");
    assert!(live().await);
    drop(stream);
    eventually("the phone is no longer live", async || (!live().await).then_some(())).await;
}

#[tokio::test]
async fn one_session_or_all_others_are_signed_out_from_here_with_their_streams() {
    let app = TestApp::start().await;
    let here = app.member("ann").await;
    let (first, second, third) =
        (app.signs_in("ann").await, app.signs_in("ann").await, app.signs_in("ann").await);
    let mut streams = [first.opens_stream().await, second.opens_stream().await];
    let mut mine = here.opens_stream().await;
    let program = Program::of(&app, "ann", "stream").await;
    let mut programs = program.opens_stream().await;
    let buttons = buttons_of(&here.gets("/account").await);
    assert_eq!(buttons.len(), 4, "three others, and all of them: {buttons:?}");

    // The rows stand in the order of use; which browser each is, nobody can tell from outside.
    assert_eq!(here.posts(&buttons[0], &[]).await.location(), "/account?done=signed-out");
    let left = [&first, &second, &third];
    let mut signed_in = 0;
    for person in left {
        signed_in += u32::from(person.is_signed_in().await);
    }
    assert_eq!(signed_in, 2);
    assert_eq!(here.posts("/account/sessions/revocation", &[]).await.status, 303);

    for stream in &mut streams {
        assert_eq!(stream.says_bye().await, "revoked");
    }
    for person in left {
        assert!(!person.is_signed_in().await);
    }
    let boss = app.admin("boss").await;
    let post = boss.publishes(crate::support::Draft::news("Still here")).await;
    assert_eq!((mine.next_post().await, programs.next_post().await), (post, post));
}

#[tokio::test]
async fn an_admin_signs_anybody_out() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (one, other) = (app.member("ann").await, app.signs_in("ann").await);
    let page = page_of(&boss, "ann").await;
    let mut stream = one.opens_stream().await;

    let buttons = buttons_of(&boss.gets(&page).await);
    assert_eq!(buttons.len(), 3, "{buttons:?}");
    assert_eq!(boss.posts(&buttons[0], &[]).await.status, 303);
    assert!(one.is_signed_in().await ^ other.is_signed_in().await);
    assert_eq!(boss.posts(&format!("{page}/sessions/revocation"), &[]).await.status, 303);

    assert_eq!(stream.says_bye().await, "revoked");
    assert!(!one.is_signed_in().await && !other.is_signed_in().await && boss.is_signed_in().await);
}

#[tokio::test]
async fn idor_nobody_ends_a_session_that_is_not_theirs_by_its_key() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let bea = app.member("bea").await;
    let anns = buttons_of(&boss.gets(&page_of(&boss, "ann").await).await).remove(0);
    let key = anns.split('/').nth(5).unwrap();
    let beas = page_of(&boss, "bea").await;

    for (who, path) in [
        (&bea, format!("/account/sessions/{key}/revocation")),
        (&boss, format!("/account/sessions/{key}/revocation")),
        (&boss, format!("{beas}/sessions/{key}/revocation")),
        (&boss, "/admin/people/99/sessions/revocation".into()),
    ] {
        assert_eq!(who.posts(&path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(bea.posts(&anns, &[]).await.status, 403);
    assert!(ann.is_signed_in().await);
    assert_eq!(boss.posts(&anns, &[]).await.status, 303, "and the right address works");
    assert!(!ann.is_signed_in().await);
}

#[tokio::test]
async fn changing_ones_password_needs_the_one_there_is_and_ends_every_session_but_a_new_one() {
    let app = TestApp::start().await;
    let (ann, other) = (app.member("ann").await, app.signs_in("ann").await);
    let (old, new) = (app.password_of("ann"), new_word());
    let (mut mine, mut theirs) = (ann.opens_stream().await, other.opens_stream().await);
    let before = ann.cookies();
    let change = async |current: &str, new: &str| {
        ann.posts("/account/password", &[("current-password", current), ("password", new)]).await
    };

    for (current, new) in [("", new.as_str()), (&new, &new), (&old, "short"), (&old, "password1"), (&old, "")]
    {
        let page = change(current, new).await;
        assert_eq!(page.status, 422, "{current:?} {new:?}");
        assert!(!page.text.contains(&old) && (new.is_empty() || !page.text.contains(&format!("\"{new}\""))));
    }
    assert!(other.is_signed_in().await);
    let page = change(&old, &new).await;

    assert_eq!((page.status, page.location()), (303, "/account?done=password"));
    assert!(ann.is_signed_in().await && ann.cookies() != before);
    assert!(!other.is_signed_in().await && !ann.with_cookies(&before).is_signed_in().await);
    assert_eq!((mine.says_bye().await, theirs.says_bye().await), ("revoked".into(), "revoked".into()));
    assert_eq!(app.visitor().tries_to_sign_in("ann", &old).await.status, 422);
    app.remembers("ann", &new);
    app.signs_in("ann").await;
}

async fn signs_in_with(app: &TestApp, name: &str, agent: &str) -> Person {
    let person = app.visitor();
    let fields = [("username", name), ("password", &app.password_of(name))];
    let request = person.request(Method::POST, "/login").header("User-Agent", agent).form(&fields);
    assert_eq!(Page::read(request.send().await.unwrap()).await.status, 303);
    person
}

/// Where the forms of a page that end sessions lead: one each, then all.
fn buttons_of(page: &Page) -> Vec<String> {
    let forms = tags(&page.text, "<form").map(|tag| attribute(tag, "action").to_owned());
    forms.filter(|action| action.contains("/sessions/")).collect()
}
