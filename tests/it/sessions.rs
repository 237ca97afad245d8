//! Where people are signed in, what ends a session, and what cannot bring one back.

use reqwest::Method;

use crate::support::{Page, Person, Program, Raw, Role, TestApp, attribute, eventually, new_word, tags};
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

#[tokio::test]
async fn an_open_stream_does_not_keep_a_session_alive_and_use_does() {
    let app = TestApp::start_with(&["--session-idle", "6s", "--heartbeat", "1s"]).await;
    let used = app.member("ann").await;
    let idle = app.signs_in("ann").await;
    let mut stream = idle.opens_stream().await;

    let bye = tokio::spawn(async move { stream.says_bye().await });
    while !bye.is_finished() {
        assert_eq!(used.gets("/account").await.status, 200, "made before the one that ends, and used");
        idle.session().await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }

    assert_eq!(bye.await.unwrap(), "expired");
    assert!(!idle.is_signed_in().await, "asking who is signed in is what scripts do: no use either");
}

#[tokio::test]
async fn however_much_it_is_used_a_session_ends() {
    let app = TestApp::start_with(&["--session-lifetime", "2s"]).await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;

    eventually("ann must sign in again", async || (ann.gets("/").await.status == 303).then_some(())).await;

    assert_eq!(stream.says_bye().await, "expired");
    app.signs_in("ann").await;
}

#[tokio::test]
async fn session_fixation_a_planted_session_never_becomes_somebody_elses() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let mallory = app.member("mallory").await;
    let planted = mallory.cookies();
    let ann = app.visitor().with_cookies(&planted);

    let page = ann.tries_to_sign_in("ann", &app.password_of("ann")).await;

    assert_eq!(page.status, 303);
    assert_ne!(ann.cookies(), planted);
    assert!(ann.session().await["user"].to_string().contains("ann"));
    assert!(!app.visitor().with_cookies(&planted).is_signed_in().await, "as nobody, ann least of all");
}

#[tokio::test]
async fn revived_session_a_request_under_way_does_not_bring_back_what_was_signed_out() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let new = new_word();

    for signs_out in [Signing::OutHere, Signing::OutFromElsewhere] {
        let (ann, elsewhere) = (app.signs_in("ann").await, app.signs_in("ann").await);
        let thief = ann.with_cookies(&ann.cookies());
        let old = app.password_of("ann");
        let fields = format!("current-password={old}&password={new}");
        let mut request = under_way(&app, &thief, "/account/password", fields.len()).await;

        match signs_out {
            Signing::OutHere => ann.signs_out().await,
            Signing::OutFromElsewhere => {
                assert_eq!(elsewhere.posts("/account/sessions/revocation", &[]).await.status, 303);
            }
        }
        request.says(&fields).await;
        let answer = request.reads_until("\r\n\r\n").await.to_lowercase();

        assert!(answer.contains("location: /login"), "{answer}");
        assert!(!thief.is_signed_in().await);
        if let Some((_, cookie)) = answer.split_once("set-cookie: ") {
            let cookie = cookie.split(';').next().unwrap();
            assert!(!app.visitor().with_cookies(cookie).is_signed_in().await, "{cookie}");
        }
        app.signs_in("ann").await;
    }
}

#[derive(Clone, Copy)]
enum Signing {
    OutHere,
    OutFromElsewhere,
}

#[tokio::test]
async fn mass_assignment_a_form_changes_what_it_shows_and_nothing_else() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let (bosss_password, mut anns) = (app.password_of("boss"), app.password_of("ann"));
    let more = [
        ("role", "admin"),
        ("id", "1"),
        ("user", "1"),
        ("user_id", "1"),
        ("username", "boss"),
        ("name", "boss"),
        ("disabled", "false"),
        ("confirmed_ms", "99999999999999"),
    ];

    let new = new_word();
    let change = [&more[..], &[("current-password", anns.as_str()), ("password", new.as_str())]].concat();
    assert_eq!(ann.posts("/account/password", &change).await.status, 303);
    anns = new;
    assert_eq!(ann.posts("/account/sessions/revocation", &more).await.status, 303);
    let sign_in = [&[("username", "ann"), ("password", anns.as_str())], &more[..]].concat();
    let again = app.visitor();
    assert_eq!(again.posts("/login", &sign_in).await.status, 303);

    for person in [&ann, &again] {
        let user = &person.session().await["user"];
        assert_eq!(user["name"], "ann", "still herself");
        assert_eq!(person.gets("/admin/people").await.status, 403, "and a member");
    }
    let page = page_of(&boss, "ann").await;
    let access = [&[("access", "enabled")], &more[..]].concat();
    assert_eq!(boss.posts(&format!("{page}/access"), &access).await.status, 303);
    assert_eq!(boss.posts(&format!("{page}/sessions/revocation"), &more).await.status, 303);
    let password = [&[("password", anns.as_str())], &more[..]].concat();
    assert_eq!(boss.posts(&format!("{page}/password"), &password).await.status, 303);
    app.remembers("ann", &anns);
    assert_eq!(app.signs_in("ann").await.gets("/admin/people").await.status, 403);
    let added = [("username", "eve"), ("password", anns.as_str()), ("role", "member"), ("disabled", "true")];
    assert_eq!(boss.posts("/admin/people", &[&added[..], &[("id", "1")]].concat()).await.status, 303);
    app.remembers("eve", &anns);
    app.signs_in("eve").await;
    assert_eq!(app.visitor().tries_to_sign_in("boss", &bosss_password).await.status, 303);
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

/// Sends the head of a form, and waits until the server has looked at who sends it and wants the rest.
pub async fn under_way(app: &TestApp, person: &Person, path: &str, length: usize) -> Raw {
    let mut raw = Raw::connects(app).await;
    let more = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n"
    );
    raw.says(&Raw::head(person, "POST", path, &more)).await;
    raw.reads_until("100 Continue").await;
    raw
}

/// The session's cookie as the answer to signing in sets it.
async fn signs_in_by(person: &Person, app: &TestApp, name: &str, shared: bool) -> String {
    let password = app.password_of(name);
    let mut fields = vec![("username", name), ("password", password.as_str())];
    fields.extend(shared.then_some(("shared", "on")));
    let answer = person.posts("/login", &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("set-cookie").to_owned()
}

#[tokio::test]
async fn on_a_shared_computer_a_session_ends_soon_and_leaves_nothing() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let (own, shared) = (app.visitor(), app.visitor());
    assert!(shared.gets("/login").await.text.contains("Shared computer"));

    assert!(signs_in_by(&own, &app, "ann", false).await.contains("Max-Age"));
    assert!(!signs_in_by(&shared, &app, "ann", true).await.contains("Max-Age"), "it goes with the windows");

    assert!(shared.gets("/").await.text.contains(" data-shared="));
    assert!(!own.gets("/").await.text.contains(" data-shared="));
    let ends_in_ten_minutes = "UPDATE sessions SET expires_ms = 1 \
         WHERE idle_ms = 600000 AND expires_ms - created_ms BETWEEN 600000 AND 660000";
    app.sql(ends_in_ten_minutes).await;
    assert_eq!((shared.gets("/").await.status, own.gets("/").await.status), (303, 200));

    // Use moves its end on, by as much.
    signs_in_by(&shared, &app, "ann", true).await;
    app.sql("UPDATE sessions SET last_seen_ms = last_seen_ms - 300000, expires_ms = expires_ms - 599000")
        .await;
    assert_eq!(shared.gets("/").await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(shared.gets("/").await.status, 200, "it would be over by now");

    assert_eq!(shared.posts("/session/use", &[]).await.status, 404, "a page in view is no use of it");
    let out = shared.posts("/logout", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let out = own.posts("/logout", &[]).await;
    assert_eq!(out.header("clear-site-data"), "");
}

#[tokio::test]
async fn the_operator_says_which_computers_are_shared_and_that_a_page_in_view_is_use() {
    let app = TestApp::start_with(&["--shared-networks", "127.0.0.0/8", "--view-is-use"]).await;
    app.signs_up("ann", Role::Member).await;
    let ann = app.visitor();
    let form = ann.gets("/login").await.text;
    assert!(form.contains("This is a shared computer") && !form.contains("name=\"shared\""), "{form}");

    assert!(!signs_in_by(&ann, &app, "ann", false).await.contains("Max-Age"));
    let page = ann.gets("/").await.text;
    assert!(page.contains(" data-shared=") && !page.contains("data-view-is-use"), "{page}");

    let app = TestApp::start_with(&["--view-is-use"]).await;
    let ben = app.member("ben").await;
    assert!(ben.gets("/").await.text.contains(" data-view-is-use="));
    assert_eq!(ben.posts("/session/use", &[]).await.status, 204);
}
