//! Which passwords there may be, and that each is the same however a keyboard composes it.

use argon2::{Argon2, password_hash::PasswordHasher};
use sea_orm::{ConnectionTrait, Statement};

use crate::support::{Draft, Program, Role, TestApp, eventually, makes_group, news};
use crate::users::page_of;

const COMPOSED: &str = "grün wie Zoë";
const DECOMPOSED: &str = "gru\u{308}n\u{a0}wie Zoe\u{308}";

#[tokio::test]
async fn a_password_is_the_same_on_every_keyboard_wherever_it_is_typed() {
    let app = TestApp::start().await;
    let mut boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let page = page_of(&boss, "ann").await;
    let signs_in =
        async |name: &str, password: &str| app.visitor().tries_to_sign_in(name, password).await.status == 303;

    for (set, others) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)] {
        assert_eq!(boss.posts(&format!("{page}/password"), &[("password", set)]).await.status, 303);
        assert!(signs_in("ann", set).await && signs_in("ann", others).await, "{set:?}");
        assert!(!signs_in("ann", "grun wie Zoe").await);
        assert_eq!(app.runs(&["user", "passwd", "boss"], set).await.code, Some(0));
        assert!(signs_in("boss", set).await && signs_in("boss", others).await, "{set:?}");
        app.remembers("boss", others);
        // Another password ended what was signed in.
        boss = app.signs_in("boss").await;
        let change = [("current-password", others), ("password", set)];
        assert_eq!(boss.posts("/account/password", &change).await.status, 303, "{set:?}");
        app.remembers("boss", set);
    }
}

#[tokio::test]
async fn a_hash_of_what_was_typed_as_it_was_typed_still_matches_and_is_made_anew() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    // These parameters are today's, too.
    let hash = Argon2::default().hash_password(DECOMPOSED.as_bytes()).unwrap().to_string();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let database = app.opens_database().await;
    let set = Statement::from_sql_and_values(
        database.get_database_backend(),
        "UPDATE users SET password_hash = $1",
        [hash.into()],
    );
    database.execute_raw(set).await.unwrap();
    database.close().await.unwrap();
    let signs_in = async |password: &str| app.visitor().tries_to_sign_in("ann", password).await.status;

    assert_eq!(signs_in(COMPOSED).await, 422, "nobody knows yet that it is the same");
    assert_eq!(signs_in(DECOMPOSED).await, 303);
    assert_eq!(signs_in(COMPOSED).await, 303, "from now on it is");
    assert_eq!(signs_in(DECOMPOSED).await, 303);
}

#[tokio::test]
async fn of_standard_input_one_line_is_the_password() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let sets = async |input: &str| app.runs(&["user", "passwd", "ann"], input).await;

    // The end of the line is added.
    for (input, password) in [("just right 8", "just right 8"), ("just right 9\r", "just right 9")] {
        let answer = sets(input).await;
        assert_eq!(answer.code, Some(0), "{input:?}: {answer:?}");
        assert_eq!(app.visitor().tries_to_sign_in("ann", password).await.status, 303, "{input:?}");
    }
    for untypable in
        ["just right 7\n", "just right 7\r\n\r", "just\nright 7", "\u{feff}just right 7", "just\0right 7"]
    {
        let answer = sets(untypable).await;
        assert_eq!(answer.code, Some(1), "{untypable:?}: {answer:?}");
        assert!(answer.err.contains("can be typed"), "{untypable:?}: {answer:?}");
    }
    assert_eq!(
        app.visitor().tries_to_sign_in("ann", "just right 9").await.status,
        303,
        "nothing was changed"
    );
}

#[tokio::test]
async fn nobodys_name_is_their_password() {
    let app = TestApp::start().await;
    let setup = app.setup_link().await;
    let token = setup.split_once("token=").unwrap().1;
    let named = "ZOE\u{308}  berger";
    let first = [("token", token), ("username", "Zoë Berger"), ("password", named)];
    assert_eq!(app.visitor().posts("/setup", &first).await.status, 422, "by the setup link");

    let boss = app.admin("boss").await;
    for (name, password) in [("Zoë Berger", named), ("Zoë Berger", "zoëberger"), (named, "Zoë Berger")] {
        let fields = [("username", name), ("password", password), ("role", "member")];
        let page = boss.posts("/admin/people", &fields).await;
        assert!(page.status == 422 && page.text.contains("Do not use the name"), "{page:?}");
        assert_eq!(app.runs(&["user", "add", name], password).await.code, Some(1));
    }
    app.signs_up("Zoë Berger", Role::Member).await;
    let page = page_of(&boss, "Zoë Berger").await;
    let set = boss.posts(&format!("{page}/password"), &[("password", named)]).await;
    assert_eq!(set.status, 422, "by an admin");
    assert_eq!(app.runs(&["user", "passwd", "zoë berger"], named).await.code, Some(1), "from the shell");
    let zoe = app.signs_in("Zoë Berger").await;
    let current = app.password_of("Zoë Berger");
    let own = zoe.posts("/account/password", &[("current-password", &current), ("password", named)]).await;
    assert_eq!(own.status, 422, "by oneself");
}

#[tokio::test]
async fn only_what_looks_at_a_password_reads_the_hash_of_one() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let group = makes_group(&boss, "Night shift", &["ann"]).await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let reads = || {
        app.logs().lines().filter(|line| line.contains("SELECT") && line.contains("password_hash")).count()
    };
    let by_signing_in = reads();
    assert!(by_signing_in > 0, "the log tells of statements: {}", app.logs());

    for page in ["/", "/account", "/admin/people", "/admin/invitations", "/admin/groups", "/admin/tokens"] {
        assert_eq!(boss.gets(page).await.status, 200, "{page}");
    }
    for page in ["/admin/posts/new", "/admin/audit", &group, &page_of(&boss, "ann").await] {
        assert_eq!(boss.gets(page).await.status, 200, "{page}");
    }
    boss.publishes(Draft::news("Hello").to(&["ann"])).await;
    assert_eq!(program.sends(&news("By a program")).await.status, 201);
    boss.opens_stream().await;

    assert_eq!(reads(), by_signing_in, "{}", app.logs());
    app.signs_in("ann").await;
    eventually("signing in reads one", async || (reads() > by_signing_in).then_some(())).await;
}
