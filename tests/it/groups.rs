//! Groups: made, filled, renamed and removed by admins.

mod commands;
pub mod posts;

use self::posts::for_groups;
use crate::support::{Person, Role, TestApp, makes_group};

/// The address that takes somebody out of a group.
async fn way_out(admin: &Person, page: &str, name: &str) -> String {
    let text = admin.gets(page).await.text;
    let row = text.split("<li").find(|row| row.contains(&format!("<bdi>{name}</bdi>"))).unwrap();
    row.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_group_is_renamed_and_removed_and_what_was_posted_to_it_stays() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let night = makes_group(&boss, "Night shift", &["ann"]).await;
    makes_group(&boss, "Day shift", &[]).await;
    let post = boss.publishes(for_groups("Hello", &["Night shift"])).await;

    for wrong in ["", "day SHIFT", "line\nbreak", &"n".repeat(65)] {
        assert_eq!(boss.posts("/admin/groups", &[("name", wrong)]).await.status, 422, "{wrong:?}");
        assert_eq!(boss.posts(&format!("{night}/name"), &[("name", wrong)]).await.status, 422, "{wrong:?}");
    }
    assert_eq!(boss.posts(&format!("{night}/name"), &[("name", "night shift")]).await.status, 303);
    for wrong in ["nobody", ""] {
        let page = boss.posts(&format!("{night}/members"), &[("people", wrong)]).await;
        assert_eq!(page.status, 422, "{wrong:?}");
    }
    assert_eq!(boss.posts(&format!("{night}/removal"), &[]).await.status, 303);

    assert_eq!(boss.gets(&night).await.status, 404);
    assert_eq!(boss.sends(&for_groups("x", &["Night shift"])).await.status, 422);
    assert_eq!(ann.reads_feed().await.posts, [post]);
    assert!(boss.gets(&format!("/posts/{post}")).await.text.contains("<bdi>Night shift</bdi>"));
    let log = boss.gets("/admin/audit.csv").await.text;
    for (act, times) in
        [("group-add", 2), ("group-join", 1), ("group-rename", 1), ("group-remove", 1), ("publish", 1)]
    {
        assert_eq!(log.matches(&format!("\"{act}\",\"done\"")).count(), times, "{act}: {log}");
    }
}

#[tokio::test]
async fn idor_on_the_ids_of_groups_and_their_members() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, eve) = (app.member("ann").await, app.member("eve").await);
    let night = makes_group(&boss, "Night shift", &["ann"]).await;
    let day = makes_group(&boss, "Day shift", &["eve"]).await;
    let out = way_out(&boss, &night, "ann").await;

    // Not for members, whoever's it is.
    for path in [&night, &day, &"/admin/groups".to_owned()] {
        assert_eq!(ann.gets(path).await.status, 403, "{path}");
    }
    let forms = ["name", "removal", "members"].map(|what| format!("{night}/{what}"));
    for path in forms.iter().chain([&out]) {
        let answer = ann.posts(path, &[("name", "Mine"), ("people", "ann")]).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    // What is in one group is not reached through another, and what is nowhere is not there.
    let through_another = out.replace(&night, &day);
    assert_eq!(boss.posts(&through_another, &[]).await.status, 303);
    for nothing in ["/admin/groups/99", "/admin/groups/-1", "/admin/groups/x"] {
        assert_eq!(boss.gets(nothing).await.status, 404, "{nothing}");
        assert_eq!(boss.posts(&format!("{nothing}/removal"), &[]).await.status, 404, "{nothing}");
    }
    assert_eq!(boss.posts(&format!("{night}/members/99/removal"), &[]).await.status, 404);

    let post = boss.publishes(for_groups("Hello", &["Night shift"])).await;
    assert_eq!(ann.reads_feed().await.posts, [post], "she is still in it");
    assert_eq!(eve.reads_feed().await.posts, [] as [i64; 0]);
}

#[tokio::test]
async fn mass_assignment_in_the_forms_of_groups() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    app.signs_up("eve", Role::Member).await;
    let smuggled = [
        ("name", "Night shift"),
        ("id", "77"),
        ("people", "ann"),
        ("members", "ann"),
        ("created_ms", "1"),
        ("user_id", "1"),
    ];
    let made = boss.posts("/admin/groups", &smuggled).await;
    let page = made.location().split('?').next().unwrap().to_owned();
    assert_ne!(page, "/admin/groups/77");
    let joins = [("people", "eve"), ("name", "Renamed"), ("group_id", "1"), ("role", "admin")];
    assert_eq!(boss.posts(&format!("{page}/members"), &joins).await.status, 303);
    let renames = [("name", "Night watch"), ("people", "ann"), ("id", "5")];
    assert_eq!(boss.posts(&format!("{page}/name"), &renames).await.status, 303);

    let text = boss.gets(&page).await.text;
    assert!(text.contains("<h1><bdi>Night watch</bdi></h1>"), "{text}");
    assert_eq!(
        text.matches("/removal\" method=\"post\"><button class=\"text-button\"").count(),
        1,
        "only eve is in it"
    );
    let post = boss.sends(&for_groups("x", &["Night watch"]).and("recipients", "ann")).await;
    assert_eq!(post.status, 303);
    assert_eq!(ann.reads_feed().await.posts, [] as [i64; 0], "names count for people alone");
    assert_eq!(app.signs_in("eve").await.gets("/admin/groups").await.status, 403);
}

#[tokio::test]
async fn stored_xss_through_the_names_of_groups() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for vector in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "<svg/onload=alert(1)>",
        "{{7*7}}",
        "javascript:alert(1)",
    ] {
        let page = makes_group(&boss, vector, &["boss"]).await;
        let post = boss.publishes(for_groups("Hello", &[vector])).await;
        for path in [page, "/admin/groups".into(), "/admin/posts/new".into(), format!("/posts/{post}")] {
            let text = boss.gets(&path).await.text;
            let escaped = !text.contains("<script>") && !text.contains("<img") && !text.contains("<svg");
            assert!(escaped && !text.contains("' onmouseover"), "{path}: {text}");
            assert!(!text.contains("href=\"javascript:"));
            assert!(!text.contains("value=\"\">"), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_undone_is_asked_first_and_names_what_goes_with_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let night = makes_group(&boss, "Night shift", &["ann", "boss"]).await;
    makes_group(&boss, "Day shift", &["ann"]).await;
    for (name, groups) in [("bell", &["Night shift"][..]), ("radio", &["Night shift", "Day shift"])] {
        let groups = groups.iter().flat_map(|group| ["--group", group]).collect::<Vec<_>>();
        let create = ["token", "create", name, "--user", "boss", "--scope", "publish"];
        assert_eq!(app.runs(&[&create[..], &groups].concat(), "").await.code, Some(0));
    }
    assert_eq!(boss.posts("/admin/invitations", &[("name", "Greta"), ("role", "member")]).await.status, 303);

    for (list, address, words, gone) in [
        (
            night.as_str(),
            format!("{night}/removal"),
            &[
                "Night shift",
                "It has 2 members",
                "“bell” may only post to this group",
                "“radio” may no longer",
                "cannot be undone",
            ][..],
            "Nothing is here",
        ),
        (
            "/admin/tokens",
            "/admin/tokens/1/revocation".into(),
            &[
                "bell",
                "acts on behalf of boss",
                "publish",
                "never used",
                "streams end at once",
                "cannot be undone",
            ],
            "",
        ),
        (
            "/admin/invitations",
            "/admin/invitations/1/withdrawal".into(),
            &["Greta", "as member until", "stops working"],
            "No links are open",
        ),
    ] {
        let page = boss.gets(list).await.text;
        assert!(page.contains(&format!("action=\"{address}\" method=\"get\"")), "the button asks: {page}");
        assert!(!page.contains(&format!("action=\"{address}\" method=\"post\"")), "{page}");
        let question = boss.gets(&address).await;
        assert_eq!(question.status, 200, "{question:?}");
        for words in words {
            assert!(question.text.contains(words), "{words}: {}", question.text);
        }
        assert!(
            question.text.contains(&format!("action=\"{address}\" method=\"post\"")),
            "{}",
            question.text
        );
        assert_eq!(boss.gets(list).await.status, 200, "asking does nothing");
        assert_eq!(ann.gets(&address).await.status, 403);

        assert_eq!(boss.posts(&address, &[]).await.status, 303);

        assert!(boss.gets(list).await.text.contains(gone), "{list}");
        assert_eq!(boss.gets(&address).await.status, 404, "there is nothing left to ask about");
    }
}

#[tokio::test]
async fn putting_in_who_is_in_already_changes_nothing_and_keeps_publishing_at_work() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let page = makes_group(&boss, "Night shift", &["boss"]).await;

    let again = boss.posts(&format!("{page}/members"), &[("people", "boss")]).await;

    assert_eq!(again.status, 303, "{again:?}");
    boss.publishes(for_groups("Hello", &["Night shift"])).await;
}
