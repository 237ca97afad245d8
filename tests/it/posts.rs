//! From the form to the feed: what is accepted, what comes back, and how it is shown.

use std::time::{Duration, Instant};

use reqwest::Method;

use crate::support::{Draft, Person, Role, TestApp, new_word, post_at, unescape};

#[tokio::test]
async fn news_and_alerts_appear_newest_first() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;

    let news = boss.publishes(Draft::news("Bicycles").body("Forty **new** stands.")).await;
    let alert = boss.publishes(Draft::alert("critical", "Leave building C")).await;

    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [alert, news]);
    assert!(feed.row(news).contains("<strong>new</strong>"), "{}", feed.row(news));
    assert!(feed.row(alert).to_lowercase().contains("critical"), "the word, not only the colour");
    assert!(!feed.row(news).to_lowercase().contains("critical"));
    for person in [&ann, &boss] {
        let page = person.gets(&format!("/posts/{alert}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Leave building C"));
    }
}

#[tokio::test]
async fn times_are_in_utc_for_programs_and_in_the_towns_zone_for_people() {
    let app = TestApp::start_with(&["--time-zone", "Pacific/Kiritimati"]).await;
    let boss = app.admin("boss").await;

    let post = boss.publishes(Draft::news("What time is it?")).await;

    let feed = boss.reads_feed().await;
    let (_, time) = feed.row(post).split_once("datetime=\"").unwrap();
    let (stamp, text) = time.split_once("\">").unwrap();
    assert!(stamp.ends_with('Z'), "{stamp}");
    let hour: u32 = stamp[11..13].parse().unwrap();
    let shown = format!("{:02}:{}", (hour + 14) % 24, &stamp[14..16]);
    assert!(text.split("</time>").next().unwrap().contains(&shown), "{shown} in {text}");
}

#[tokio::test]
async fn the_severity_of_news_is_ignored_and_that_of_an_alert_is_needed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let news = boss.publishes(Draft::news("Quiet").with("severity", "critical")).await;
    let nonsense = boss.publishes(Draft::news("Quiet too").with("severity", "nonsense")).await;
    let without = boss.sends(&Draft::news("Loud").with("kind", "alert")).await;
    let unknown = boss.sends(&Draft::alert("deadly", "Loud")).await;

    let feed = boss.reads_feed().await;
    assert_eq!(feed.posts, [nonsense, news]);
    assert!(!feed.row(news).contains("critical"), "{}", feed.row(news));
    assert_eq!((without.status, unknown.status), (422, 422));
    for severity in ["info", "warning", "critical"] {
        boss.publishes(Draft::alert(severity, "Loud")).await;
    }
}

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
                "recipients" if value != "nobody" => {
                    assert!(page.has_ticked(name, value), "{mistake}: {name} {value}")
                }
                "kind" | "severity" if !["poem"].contains(&value) => {
                    assert!(page.has_ticked(name, value), "{mistake}: {name} {value}")
                }
                "audience" if value != "martians" => {
                    assert!(page.has_ticked(name, value), "{mistake}: {name} {value}")
                }
                _ => {}
            }
        }
        assert!(!page.has_ticked("recipients", "bea"), "{mistake}");
        assert!(!page.field("key").is_empty(), "{mistake}: the one-time key is there for the next try");
    }
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    boss.publishes(good).await;
    boss.publishes(Draft::news(&"t".repeat(200))).await;
    boss.publishes(Draft::news(&"ü".repeat(200))).await;
}

#[tokio::test]
async fn a_body_may_have_64_kib_and_not_one_byte_more() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let limit = 64 * 1024;
    let mut markdown = "> - **bold** [words](https://example.org) `code`\n".repeat(limit / 50);
    markdown.truncate(limit);
    let full = "x".repeat(limit);

    let post = boss.publishes(Draft::news("Full").body(&full)).await;
    boss.publishes(Draft::news("Nested").body(&markdown)).await;
    for hard in [">", "[", "*a _b ", "- ", "`", "|a", "<a "] {
        let start = Instant::now();
        boss.publishes(Draft::news("Hard to read").body(&hard.repeat(limit / hard.len()))).await;
        assert!(start.elapsed() < Duration::from_secs(10), "{hard:?} took {:?}", start.elapsed());
    }
    let over = boss.sends(&Draft::news("Over").body(&format!("{full}x"))).await;

    assert!(boss.gets(&format!("/posts/{post}")).await.text.contains(&full));
    assert_eq!((over.status, over.field("title").as_str()), (422, "Over"));
    assert_eq!(over.typed_body().len(), limit + 1, "nothing of it is lost");
}

#[tokio::test]
async fn a_text_that_would_become_more_than_a_page_can_bear_is_refused_and_kept() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    // 64 KiB that would be 262,000 cells: rows are filled up to the width of the table.
    let table = format!("{}\n{}\n{}", "|a".repeat(512), "|-".repeat(512), "|a\n".repeat(22_000));
    let draft = Draft::news("A table").body(&table[..64 * 1024]);

    for page in [
        boss.sends(&draft).await,
        boss.posts("/admin/posts/draft", &draft.clone().with("then", "preview").fields()).await,
    ] {
        assert!(page.text.len() < 256 * 1024, "{}", page.text.len());
        assert!(page.text.contains("would become more than 10,000"), "it says why");
        assert_eq!(
            (page.field("title").as_str(), page.typed_body().as_str()),
            ("A table", &table[..64 * 1024])
        );
    }
    assert_eq!(boss.sends(&draft).await.status, 422);
    let form = boss.gets("/admin/posts/new").await.text;
    assert!(form.contains("10,000 paragraphs"), "the form says so before");
    let rows = format!("|a|b|\n|:-|-:|\n{}", "|1|2|\n".repeat(1000));
    boss.publishes(Draft::news("A long one").body(&rows)).await;
}

#[tokio::test]
async fn what_is_written_keeps_its_links_its_columns_and_its_directions() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let body = "\u{feff}# Plan\n\nSee https://example.org/a_b, and\n\n[![Map](https://example.org/m.png)](https://example.org/)\n\n\
                |a|b|\n|:-:|-:|\n|1|2|\n\n- שלום\n- hello";

    let post = boss.publishes(Draft::news("Mixed").body(body)).await;

    let row = boss.reads_feed().await.row(post).to_owned();
    for part in [
        "<h3 dir=\"auto\">Plan</h3>",
        "<p dir=\"auto\">See <a href=\"https://example.org/a_b\"",
        ">https://example.org/a_b</a>, and</p>",
        "ugc\">Map</a></p>",
        "<th align=\"center\" dir=\"auto\">a</th>",
        "<td align=\"right\" dir=\"auto\">2</td>",
        "<li dir=\"auto\">שלום</li>",
    ] {
        assert!(row.contains(part), "{part}: {row}");
    }
    assert!(!row.contains("m.png") && !row.contains("style="), "{row}");
}

#[tokio::test]
async fn a_title_that_nobody_can_see_is_refused() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    for title in ["\u{200b}", "\u{3164}", "\u{2800}\u{2800}", "\u{feff}", "\u{ad} \u{2060}", "\u{34f}"] {
        let page = boss.sends(&Draft::news(title).body("kept")).await;
        assert_eq!((page.status, page.typed_body().as_str()), (422, "kept"), "{title:?}");
        assert!(page.text.contains("characters that can be seen"), "{title:?}");
    }
}

#[tokio::test]
async fn times_of_another_year_tell_the_year() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("Long ago")).await;
    let new = boss.publishes(Draft::news("Now")).await;
    app.sql(&format!("UPDATE posts SET published_ms = 1577934000000 WHERE id = {post}")).await;

    let feed = boss.reads_feed().await;

    assert!(feed.row(post).contains(">2 Jan 2020, 03:00</time>"), "{}", feed.row(post));
    let year = feed.row(new).split("datetime=\"").nth(1).unwrap()[..4].to_owned();
    assert!(!feed.row(new).contains(&format!("{year},")), "{}", feed.row(new));
}

#[tokio::test]
async fn line_breaks_and_nul_in_a_title_are_refused() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;

    for title in ["a\nb", "a\rb", "a\r\nb", "a\0b", "a\ndata: {}", "a\n\nevent: bye\ndata: {}"] {
        let page = boss.sends(&Draft::news(title).body("kept")).await;
        assert_eq!((page.status, page.typed_body().as_str()), (422, "kept"), "{title:?}");
    }
    let nul = boss.sends(&Draft::news("NUL below").body("a\0b\rc")).await;
    let post = boss.publishes(Draft::news("Plain")).await;

    let mut expected = vec![post];
    if nul.status == 303 {
        expected.insert(0, post_at(nul.location()));
    } else {
        assert_eq!(nul.status, 422, "a NUL in a body is shown safely or refused");
    }
    assert_eq!(stream.next_posts(expected.len()).await, expected);
}

#[tokio::test]
async fn whatever_is_typed_is_shown_as_text() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let nasty = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "</title></textarea></script><script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](data:text/html,<script>alert(1)</script>)",
        "[click](vbscript:x)",
        "<a href=\"x\" style=\"position:fixed\" onclick=\"x\">x</a>",
        "![x](https://elsewhere.example/pixel.png)",
        "<iframe src=/></iframe><object data=x></object><base href=//evil.example>",
        "<form action=//evil.example><input name=password></form>",
        "`<script>` & &lt;b&gt; &amp;",
        "{{ title }} {% raw %}",
    ];

    for text in nasty {
        let post = boss.publishes(Draft::news(text).body(text)).await;

        let page = ann.gets(&format!("/posts/{post}")).await.text;
        let event = stream.next("post").await;
        let feed = ann.reads_feed().await;
        assert_eq!(event.data["title"], text);
        let html = event.data["html"].as_str().unwrap();
        for (where_, shown) in [("page", article(&page)), ("feed", feed.row(post)), ("event", html)] {
            assert!(unescape(shown).contains(text), "{where_}: the title stands there as typed: {shown}");
            let lower = shown.to_lowercase();
            let tags: Vec<&str> =
                lower.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
            for bad in
                ["script", "img", "iframe", "object", "form", "input", "base", "style", "svg onload", "meta"]
            {
                assert!(!tags.iter().any(|tag| tag.starts_with(bad)), "{where_}: <{bad}> in {shown}");
            }
            for bad in [" onerror", " onclick", " onload", " style="] {
                assert!(!tags.iter().any(|tag| tag.contains(bad)), "{where_}: {bad} in {shown}");
            }
            let links = tags.iter().filter_map(|tag| tag.split_once("href=\"").map(|(_, href)| href));
            for link in links {
                assert!(link.starts_with('/') || link.starts_with("http"), "{where_}: {link}");
            }
        }
    }
}

/// The part of a page that shows a post.
fn article(page: &str) -> &str {
    page.split_once("<article").unwrap().1.split_once("</article>").unwrap().0
}

#[tokio::test]
async fn other_scripts_emoji_and_bidi_controls_arrive_unchanged() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;

    for title in [
        "Grüße 👩‍👩‍👧‍👦 🏳️‍🌈",
        "שלום עולם",
        "\u{202e}drowssap\u{202c} \u{2066}x",
        "नमस्ते 日本語",
        "a\u{2028}b\u{2029}c",
        "\u{feff}bom",
    ] {
        let post = boss.publishes(Draft::news(title)).await;

        let event = stream.next("post").await;
        assert_eq!((event.post(), event.data["title"].as_str().unwrap()), (post, title));
        let page = ann.gets(&format!("/posts/{post}")).await.text;
        assert!(page.contains(title), "{title:?}");
        assert!(
            article(&page).contains("dir=\"auto\"") || article(&page).contains("<bdi"),
            "kept apart from what is around it"
        );
    }
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
    assert!(page.has_ticked("audience", "people") && page.has_ticked("recipients", "ann"));
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    let post = boss.publishes(draft.with("key", &page.field("key"))).await;
    assert_eq!(stream.next_post().await, post, "the first that ann hears of it");
}

#[tokio::test]
async fn the_list_of_people_filters_without_script_and_forgets_no_choice() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "hannah", "bob"] {
        app.signs_up(name, Role::Member).await;
    }
    let draft =
        Draft::news("").body("half written").to(&["bob"]).with("then", "filter").with("filter", "ANN");

    let page = boss.posts("/admin/posts/draft", &draft.fields()).await;

    assert_eq!(page.status, 200);
    let listed = |name: &str| page.text.contains(&format!("value=\"{name}\""));
    assert!(listed("ann") && listed("hannah"), "part of a name is enough");
    assert!(page.has_ticked("recipients", "bob"), "who is ticked stays ticked");
    assert!(!page.has_ticked("recipients", "ann"));
    assert_eq!(page.typed_body(), "half written");
    assert_eq!(page.field("filter"), "ANN");
}

#[tokio::test]
async fn a_post_reaches_the_people_it_names_in_any_case_and_no_one_disabled() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    app.signs_up("off", Role::Member).await;
    app.runs(&["user", "disable", "off"], "").await;

    let post = boss.publishes(Draft::news("For Ann").to(&["ANN", "ann"])).await;
    let disabled = boss.sends(&Draft::news("For nobody").to(&["ann", "off"])).await;
    let unknown = boss.sends(&Draft::news("For nobody").to(&["ann", "nobody"])).await;

    assert_eq!(ann.reads_feed().await.posts, [post]);
    assert_eq!((disabled.status, unknown.status), (422, 422));
    assert!(unknown.text.contains("nobody"), "it says who is unknown");
    assert!(
        !ann.reads_feed().await.row(post).to_lowercase().contains("boss, ann"),
        "a row never names recipients"
    );
}

#[tokio::test]
async fn the_feed_is_paged_and_every_post_stands_on_one_page() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut published = vec![];
    for number in 0..75 {
        let draft = Draft::news(&format!("Number {number}"));
        let for_boss_only = number % 5 == 0;
        let post = boss.publishes(if for_boss_only { draft.to(&["boss"]) } else { draft }).await;
        if !for_boss_only {
            published.insert(0, post);
        }
    }

    let first = ann.reads_feed().await;

    assert_eq!(first.posts, published[..30], "30 a page, whatever else there is");
    assert_eq!(ann.reads_whole_feed().await, published);
    let last = published.last().unwrap();
    let none = ann.gets(&format!("/?before={last}")).await;
    assert_eq!(none.status, 200);
    for odd in [
        "/?before=0",
        "/?before=99999999999999",
        "/?before=-1",
        "/?before=x",
        "/?before=",
        "/?before=999999999999999999999",
    ] {
        let status = ann.gets(odd).await.status;
        assert!([200, 400, 404].contains(&status), "{odd}: {status}");
    }
}

#[tokio::test]
async fn a_post_that_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    for path in ["/posts/1", "/posts/0", "/posts/-1", "/posts/x", "/posts/99999999999999999999", "/nothing"] {
        let page = ann.gets(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains("<h1"), "{path}: a page of ours");
    }
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

/// The critical alerts that this person has not taken notice of, newest first.
async fn unnoticed(person: &Person) -> Vec<i64> {
    let answer = person.gets("/alerts").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["alerts"].as_array().unwrap().iter().map(|alert| alert["post"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_critical_alert_is_unnoticed_until_it_is_opened_put_away_or_looked_at_in_the_feed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let quiet = boss.publishes(Draft::alert("warning", "Only a warning")).await;
    let (one, two, three) = (
        boss.publishes(Draft::alert("critical", "One")).await,
        boss.publishes(Draft::alert("critical", "Two").to(&["ann"])).await,
        boss.publishes(Draft::alert("critical", "Three")).await,
    );
    assert_eq!(unnoticed(&ann).await, [three, two, one]);

    assert_eq!(ann.gets(&format!("/posts/{two}")).await.status, 200);
    assert_eq!(unnoticed(&ann).await, [three, one], "it was opened");
    let script =
        ann.request(Method::POST, &format!("/posts/{three}/dismissal")).header("Accept", "application/json");
    assert_eq!(script.send().await.unwrap().status(), 204);
    assert_eq!(unnoticed(&ann).await, [one], "it was put away");
    let form = ann.posts(&format!("/posts/{one}/dismissal"), &[]).await;
    assert_eq!((form.status, form.location()), (303, "/"));
    assert_eq!(ann.posts(&format!("/posts/{one}/dismissal"), &[]).await.status, 303, "and again");
    assert_eq!(ann.posts(&format!("/posts/{quiet}/dismissal"), &[]).await.status, 303);
    assert_eq!(unnoticed(&ann).await, [] as [i64; 0]);
    let four = boss.publishes(Draft::alert("critical", "Four")).await;
    let elsewhere = app.signs_in("ann").await;
    assert_eq!(unnoticed(&elsewhere).await, [four], "what was done in one browser is so in the other");
    assert_eq!(ann.gets(&format!("/?before={}", four + 1)).await.status, 200);
    assert_eq!(unnoticed(&ann).await, [four], "older posts are not the feed");
    ann.reads_feed().await;
    assert_eq!(unnoticed(&elsewhere).await, [] as [i64; 0], "the feed has it");
    assert_eq!(unnoticed(&boss).await, [four, three, two], "to each their own, three at a time");
}

#[tokio::test]
async fn an_alert_alarms_nobody_whom_it_is_not_for_and_not_for_ever() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    let post = boss.publishes(Draft::alert("critical", "For Ann").to(&["ann"])).await;
    let old = boss.publishes(Draft::alert("critical", "Of last week")).await;
    app.sql(&format!("UPDATE posts SET published_ms = published_ms - 604800000 WHERE id = {old}")).await;

    assert_eq!(unnoticed(&ann).await, [post]);
    assert_eq!(unnoticed(&bea).await, [] as [i64; 0]);
    assert!(!bea.gets("/alerts").await.text.contains("For Ann"));
    assert_eq!(bea.posts(&format!("/posts/{post}/dismissal"), &[]).await.status, 404);
    assert_eq!(unnoticed(&ann).await, [post], "nobody puts it away for her");
    boss.publishes(Draft::alert("critical", "Before she came")).await;
    app.sql("UPDATE posts SET published_ms = published_ms - 60000").await;
    let newcomer = app.member("carl").await;
    assert_eq!(unnoticed(&newcomer).await, [] as [i64; 0]);
    assert_eq!(app.visitor().gets("/alerts").await.json(), serde_json::json!({ "user": null, "alerts": [] }));
    let forged = bea.bare_request(Method::POST, "/posts/1/dismissal").header("Sec-Fetch-Site", "cross-site");
    assert_eq!(forged.send().await.unwrap().status(), 403);
}
