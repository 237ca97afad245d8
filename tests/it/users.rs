//! The people, as admins see and change them.

mod commands;
mod ends;
mod external;

use crate::support::{Draft, Person, Program, TestApp, attribute, eventually, new_word, tags};

#[tokio::test]
async fn a_member_cannot_use_what_is_for_admins() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let bosss_page = page_of(&boss, "boss").await;
    let pages = ["/admin/posts/new", "/admin/people", bosss_page.as_str()];

    for page in pages {
        assert_eq!((ann.gets(page).await.status, boss.gets(page).await.status), (403, 200), "{page}");
    }
    let forms = ["/admin/posts", "/admin/posts/draft", "/admin/people"].map(str::to_owned).into_iter();
    for path in forms.chain(["role", "access", "password"].map(|what| format!("{bosss_page}/{what}"))) {
        let fields = [
            ("kind", "news"),
            ("title", "x"),
            ("audience", "everyone"),
            ("username", "eve"),
            ("role", "member"),
            ("password", "just right 8"),
            ("access", "disabled"),
        ];
        assert_eq!(ann.posts(&path, &fields).await.status, 403, "{path}");
    }
    assert!(boss.is_signed_in().await);
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
}

#[tokio::test]
async fn a_publisher_posts_by_page_and_program_and_manages_nobody() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let pat = app.publisher("pat").await;

    let by_page = pat.publishes(Draft::news("By page")).await;
    let by_program = Program::of(&app, "pat", "publish").await.publishes("By program").await;

    assert_eq!(ann.reads_feed().await.posts, [by_program, by_page]);
    let has = |text: &str, path: &str| text.contains(&format!("href=\"{path}\""));
    let (pats, anns) = (pat.reads_feed().await.text, ann.reads_feed().await.text);
    assert!(has(&pats, "/admin/posts/new") && !has(&pats, "/admin/people"), "the menu has what she may do");
    assert!(!has(&anns, "/admin/posts/new"));
    assert!(boss.gets("/admin/people").await.text.contains("Publisher"));

    boss.posts(&format!("{}/role", page_of(&boss, "pat").await), &[("role", "member")]).await;
    let pat = app.signs_in("pat").await;
    assert_eq!(pat.sends(&Draft::news("Too late")).await.status, 403);
}

#[tokio::test]
async fn an_admin_adds_a_person_who_can_sign_in() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let password = new_word();

    let page = boss
        .posts("/admin/people", &[("username", "ann"), ("password", &password), ("role", "member")])
        .await;

    assert_eq!(page.status, 303, "{page:?}");
    assert_eq!(page.location().split('?').next().unwrap(), page_of(&boss, "ann").await);
    app.remembers("ann", &password);
    let ann = app.signs_in("ann").await;
    assert_eq!(ann.gets("/admin/people").await.status, 403, "as the member she was made");
    assert!(boss.gets("/admin/people").await.text.contains("ann"));
}

#[tokio::test]
async fn the_people_page_tells_who_is_live() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let row_of_ann = async || {
        let page = boss.gets("/admin/people").await.text;
        page.split("<tr").find(|row| row.contains("<bdi>ann</bdi>")).unwrap().to_owned()
    };
    assert!(!row_of_ann().await.contains("Live now"));

    let stream = ann.opens_stream().await;

    eventually("ann is live", async || row_of_ann().await.contains("Live now").then_some(())).await;
    drop(stream);
    eventually("ann is gone", async || (!row_of_ann().await.contains("Live now")).then_some(())).await;
}

#[tokio::test]
async fn mistakes_about_a_person_come_back_with_what_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (good, long, longest) = (new_word(), "n".repeat(65), "é".repeat(64));
    let (too_long, just_right) = ("p".repeat(257), "p".repeat(256));

    for (name, password, role) in [
        ("", good.as_str(), "member"),
        (&long, &good, "member"),
        ("line\nbreak", &good, "member"),
        ("nul\0", &good, "member"),
        ("tab\t", &good, "member"),
        ("ann", "1234567", "member"),
        ("ann", &too_long, "member"),
        ("ann", "", "member"),
        ("ann", &good, "emperor"),
        ("ann", &good, ""),
    ] {
        let page =
            boss.posts("/admin/people", &[("username", name), ("password", password), ("role", role)]).await;
        assert_eq!(page.status, 422, "{name:?} {password:?} {role:?}");
        assert!(name.chars().any(char::is_control) || page.field("username") == name, "{name:?}: {page:?}");
        assert!(password.is_empty() || !page.text.contains(password), "a password is never shown");
    }
    for (name, password) in [(longest.as_str(), "just right 8"), ("ann", &just_right)] {
        let page = boss
            .posts("/admin/people", &[("username", name), ("password", password), ("role", "member")])
            .await;
        assert_eq!(page.status, 303, "{name:?}: {page:?}");
        assert_eq!(app.visitor().tries_to_sign_in(name, password).await.status, 303, "{name:?}");
    }
}

#[tokio::test]
async fn a_wrong_command_about_a_person_says_so_and_changes_nothing() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let good = new_word();

    for (arguments, input) in [
        (&["user", "add", "bea", "--role", "member"][..], "short"),
        (&["user", "add", "bea", "--role", "member"], ""),
        (&["user", "add", "bea", "--role", "emperor"], &good),
        (&["user", "add", "", "--role", "member"], &good),
        (&["user", "add", "ann", "--role", "admin"], &good),
        (&["user", "passwd", "ann"], "short"),
        (&["user", "passwd", "nobody"], &good),
        (&["user", "disable", "nobody"], ""),
    ] {
        let answer = app.runs(arguments, input).await;
        assert!(answer.code.is_some_and(|code| code != 0), "{arguments:?}: {answer:?}");
        assert!(answer.err.to_lowercase().contains("error: "), "{arguments:?}: {answer:?}");
        assert!(!answer.err.contains("panicked"), "{arguments:?}: {answer:?}");
    }
    assert!(ann.is_signed_in().await);
}

/// The path of a person's page, from the link in the list of people.
pub async fn page_of(admin: &Person, name: &str) -> String {
    let list = admin.gets("/admin/people").await.text;
    let link = tags(&list, "<a").find(|tag| {
        attribute(tag, "href").starts_with("/admin/people/")
            && list.contains(&format!("{tag}><bdi>{name}</bdi>"))
    });
    attribute(link.unwrap_or_else(|| panic!("{name} is not in the list")), "href").to_owned()
}
