//! What may stand in a post, and how it is shown.

use std::time::{Duration, Instant};

use crate::support::{Draft, TestApp, post_at, unescape};

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

    boss.posts("/account/preferences", &[("language", "de")]).await;
    assert!(boss.sends(&draft).await.text.contains("mehr als 10.000 Absätze"), "in the author's language");
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
        assert!(page.text.contains("Enter a title"), "{title:?}");
    }
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
            // The one form is the page's own.
            let own = format!("<form class=\"reading\" action=\"/posts/{post}/reading\" method=\"post\">");
            let lower = shown.replacen(&own, "", 1).to_lowercase();
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
