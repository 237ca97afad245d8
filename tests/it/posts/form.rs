//! The form of a new post: what it refuses, what comes back with it, and that it posts once.

use crate::support::{Draft, Role, TestApp, new_word, post_at};

#[tokio::test]
async fn a_mistake_brings_the_form_back_with_everything_that_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    let (body, long) = ("First line\n\n  <b>second</b> & \"third\"\n", "t".repeat(201));
    let key = boss.gets("/admin/posts/new").await.field("key");
    let good = Draft::alert("warning", "A \"good\" <title>").body(body).to(&["ann"]).with("key", &key);

    for (mistake, draft) in [
        ("no title", good.clone().with("title", "")),
        ("only spaces", good.clone().with("title", "   ")),
        ("201 characters", good.clone().with("title", &long)),
        ("no severity", good.clone().without("severity")),
        ("nobody chosen", good.clone().without("recipients")),
        ("an unknown person", good.clone().with("recipients", "nobody")),
        ("no kind", good.clone().without("kind")),
        ("an unknown kind", good.clone().with("kind", "poem")),
        ("no audience", good.clone().without("audience")),
        ("an unknown audience", good.clone().with("audience", "martians")),
    ] {
        let page = boss.sends(&draft).await;

        assert_eq!(page.status, 422, "{mistake}");
        for (name, value) in draft.fields() {
            match name {
                "title" => assert_eq!(page.field("title"), value, "{mistake}"),
                "body" => assert_eq!(page.typed_body(), value, "{mistake}"),
                "recipients" => assert!(page.has_chosen(name, value), "{mistake}: {name} {value}"),
                "kind" | "severity" if !["poem"].contains(&value) => {
                    assert!(page.has_ticked(name, value), "{mistake}: {name} {value}")
                }
                "audience" if value != "martians" => {
                    assert!(page.has_ticked(name, value), "{mistake}: {name} {value}")
                }
                _ => {}
            }
        }
        assert!(!page.has_chosen("recipients", "bea"), "{mistake}");
        assert!(!page.field("key").is_empty(), "{mistake}: the one-time key is there for the next try");
    }
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    boss.publishes(good).await;
    boss.publishes(Draft::news(&"t".repeat(200))).await;
    boss.publishes(Draft::news(&"ü".repeat(200))).await;
}

#[tokio::test]
async fn a_double_click_posts_once() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = Draft::news("Twice").with("key", &key);
    let clicks: Vec<_> = (0..8)
        .map(|_| {
            let (boss, draft) = (boss.clone(), draft.clone());
            tokio::spawn(async move { boss.sends(&draft).await })
        })
        .collect();

    let mut posts = vec![];
    for click in clicks {
        let page = click.await.unwrap();
        assert_eq!(page.status, 303, "{page:?}");
        posts.push(post_at(page.location()));
    }

    posts.dedup();
    assert_eq!(boss.reads_feed().await.posts, posts, "one post, and every click leads to it");
}

#[tokio::test]
async fn the_one_time_key_is_for_one_content_of_one_person() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let bea = app.admin("bea").await;
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = Draft::news("First").body("text").with("key", &key);

    let first = boss.publishes(draft.clone()).await;
    let other = boss.sends(&draft.clone().with("title", "Second")).await;
    let beas = bea.publishes(draft.clone().with("title", "Bea's")).await;
    let reloaded = boss.publishes(draft).await;

    assert_eq!(reloaded, first);
    assert_eq!(
        (other.status, other.field("title").as_str(), other.typed_body().as_str()),
        (422, "Second", "text")
    );
    assert_ne!(other.field("key"), key, "the next try goes through");
    let second = boss.publishes(Draft::news("Second").with("key", &other.field("key"))).await;
    assert_eq!(boss.reads_feed().await.posts, [second, beas, first]);
}

#[tokio::test]
async fn equal_content_is_no_reason_to_refuse() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let one = boss.publishes(Draft::news("Fire drill")).await;
    let two = boss.publishes(Draft::news("Fire drill")).await;

    assert_eq!(boss.reads_feed().await.posts, [two, one]);
    let keys =
        [boss.gets("/admin/posts/new").await.field("key"), boss.gets("/admin/posts/new").await.field("key")];
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_preview_shows_the_post_and_saves_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let draft = Draft::alert("warning", "Low water").body("until **six**").to(&["ann"]);

    let page = boss.posts("/admin/posts/draft", &draft.clone().with("then", "preview").fields()).await;

    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text.contains("until <strong>six</strong>"), "as readers will see it");
    assert_eq!((page.field("title").as_str(), page.typed_body().as_str()), ("Low water", "until **six**"));
    assert!(page.has_ticked("kind", "alert") && page.has_ticked("severity", "warning"));
    assert!(page.has_ticked("audience", "chosen") && page.has_chosen("recipients", "ann"));
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    let post = boss.publishes(draft.with("key", &page.field("key"))).await;
    assert_eq!(stream.next_post().await, post, "the first that ann hears of it");
}

#[tokio::test]
async fn what_is_being_typed_is_shown_by_the_row_alone_and_nothing_is_written() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, pia) = (app.member("ann").await, app.publisher("pia").await);
    let draft = Draft::alert("critical", "<b>Low</b> \"water\"").body("until **six** <script>x</script>");
    let draft = draft.with("drill", "on").with("then", "beside");
    let beside = async |draft: &Draft| pia.posts("/admin/posts/draft", &draft.fields()).await;
    let log = boss.gets("/admin/audit").await.text.matches("<tr").count();

    let shown = beside(&draft).await;

    assert_eq!(shown.status, 200, "{shown:?}");
    assert!(!shown.text.contains("<html") && !shown.text.contains("<form"), "the row alone: {shown:?}");
    assert!(shown.text.contains("until <strong>six</strong>") && shown.text.contains("drill-mark"));
    assert!(shown.text.contains("data-severity=\"critical\"") && shown.text.contains("data-title=\"DRILL: "));
    assert!(!shown.text.contains("<b>") && !shown.text.contains("<script"), "{shown:?}");
    for (name, value) in [("title", ""), ("title", "\u{200b}"), ("title", &"t".repeat(201)), ("kind", "poem")]
    {
        let none = beside(&draft.clone().with(name, value)).await;
        assert_eq!((none.status, none.text.as_str()), (204, ""), "{name}: {value}");
    }
    assert_eq!(pia.reads_feed().await.posts, [] as [i64; 0], "nothing is published");
    assert_eq!(boss.gets("/admin/audit").await.text.matches("<tr").count(), log, "nor written down");

    let as_form = ann.posts("/admin/posts/draft", &draft.clone().with("then", "preview").fields()).await;
    let refused = ann.posts("/admin/posts/draft", &draft.fields()).await;
    assert_eq!((refused.status, as_form.status), (403, 403), "who may not publish");
}

#[tokio::test]
async fn a_form_over_its_limit_gets_413() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let big = boss.sends(&Draft::news("Big").body(&"x".repeat(520 * 1024))).await;
    let under = boss.sends(&Draft::news("Under").body(&"x".repeat(500 * 1024))).await;
    let name = new_word().repeat(1000);
    let sign_in = app.visitor().tries_to_sign_in(&name, "a good one").await;
    let person = boss
        .posts("/admin/people", &[("username", &name), ("password", "a good one"), ("role", "member")])
        .await;

    assert_eq!((big.status, under.status), (413, 422));
    assert_eq!((sign_in.status, person.status), (413, 413));
    boss.publishes(Draft::news("Fine")).await;
}

#[tokio::test]
async fn a_form_that_is_no_form_is_refused_kindly() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let send = async |kind: &str, body: Vec<u8>| {
        let request =
            boss.request(reqwest::Method::POST, "/admin/posts").header("Content-Type", kind).body(body);
        request.send().await.unwrap().status().as_u16()
    };

    for (kind, body) in [
        ("application/json", b"{}".to_vec()),
        ("application/x-www-form-urlencoded", b"title=%ff%fe&kind=news".to_vec()),
        ("application/x-www-form-urlencoded", b"%%%===&&&".to_vec()),
        ("application/x-www-form-urlencoded", vec![0xff; 100]),
        ("", vec![]),
    ] {
        let status = send(kind, body.clone()).await;
        assert!((400..500).contains(&status), "{kind} {body:?}: {status}");
    }
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
}
