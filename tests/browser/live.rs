//! News that arrive while people look.

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    what_an_admin_posts_by_the_form_appears_before_a_member_without_a_reload,
    a_live_row_is_the_row_that_a_reload_shows,
    a_reader_who_has_scrolled_down_is_not_moved,
    a_browsers_own_parser_reads_what_the_encoder_writes,
    a_preview_is_made_by_the_server_and_publishing_works_from_it,
}

async fn what_an_admin_posts_by_the_form_appears_before_a_member_without_a_reload() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let boss = Browser::signs_in(&app, "boss").await;
    ann.asks("window.neverReloaded = true").await;

    boss.clicks("nav a[href='/admin/posts/new']").await;
    boss.chooses("kind", "alert").await;
    boss.chooses("severity", "critical").await;
    boss.types("title", "Leave building C by the north stairs now").await;
    boss.types("body", "Do **not** use the lifts.").await;
    boss.chooses("audience", "everyone").await;
    boss.clicks(".actions button:not([formaction])").await;
    boss.until("location.pathname.startsWith('/posts/')").await;

    ann.until("document.querySelectorAll('li[data-post]').length === 1").await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    let row = ann.text("li[data-post]").await;
    assert!(
        row.contains("Leave building C by the north stairs now") && row.contains("not use the lifts"),
        "{row}"
    );
    assert!(row.to_lowercase().contains("critical"), "{row}");
    assert_eq!(ann.asks("document.querySelector('li[data-post] .prose strong').textContent").await, "not");
    let spoken = "document.querySelector('#spoken-alerts').textContent.includes('Leave building C')";
    ann.until(spoken).await;
    assert_eq!(ann.asks("document.querySelector('.empty-state')").await, serde_json::Value::Null);
    boss.closes_without_complaint().await;
    ann.closes_without_complaint().await;
}

async fn a_live_row_is_the_row_that_a_reload_shows() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut posts = vec![];
    for draft in [
        Draft::news("Bicycles").body("Forty **new** stands.\n\n- with roofs\n- dry"),
        Draft::alert("warning", "Low water").to(&["ann"]),
        Draft::news("<script>alert(1)</script>")
            .body("<img src=x onerror=alert(1)> [x](javascript:alert(1))"),
    ] {
        posts.insert(0, boss.publishes(draft).await);
    }
    // What is urgent stands on top.
    posts.swap(0, 1);

    ann.shows(&posts).await;
    let words = "[...document.querySelectorAll('li[data-post]')].map((row) => row.textContent.replace(/\\s+/g, ' ').trim())";
    let live = ann.asks(words).await;
    ann.reloads().await;
    ann.is("live").await;

    ann.shows(&posts).await;
    assert_eq!(ann.asks(words).await, live);
    ann.closes_without_complaint().await;
}

async fn a_reader_who_has_scrolled_down_is_not_moved() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mut posts = vec![];
    for number in 0..25 {
        posts.insert(
            0,
            boss.publishes(Draft::news(&format!("Number {number}")).body("Some lines.\n\nOf text.")).await,
        );
    }
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let middle = posts[15];
    ann.asks(&format!("document.getElementById('post-{middle}').scrollIntoView({{ behavior: 'instant' }})"))
        .await;
    let place = format!("document.getElementById('post-{middle}').getBoundingClientRect().top");
    ann.until("scrollY > 300").await;
    let before = ann.asks(&place).await.as_f64().unwrap();

    let new = [boss.publishes(Draft::news("One")).await, boss.publishes(Draft::alert("info", "Two")).await];

    ann.until("document.querySelector('.new-posts-button')?.textContent.trim() === '2 new posts'").await;
    ann.sees(".new-posts-button").await;
    let after = ann.asks(&place).await.as_f64().unwrap();
    // Firefox keeps a place to the pixel, and no closer.
    assert!((after - before).abs() < 1.5, "moved from {before} to {after}");
    assert_eq!(ann.posts().await, posts, "the list waits");
    ann.clicks(".new-posts-button").await;
    posts.splice(0..0, new.into_iter().rev());
    ann.shows(&posts).await;
    ann.until("scrollY < 5").await;
    ann.until("document.querySelector('.new-posts').hidden").await;
    ann.closes_without_complaint().await;
}

async fn a_browsers_own_parser_reads_what_the_encoder_writes() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let cursor = ann.asks("document.querySelector('[data-cursor]').dataset.cursor").await;
    let nasty = [
        "data: x",
        "id: 1",
        "event: bye",
        ": comment",
        "a\u{2028}b\u{2029}cd",
        "\\n\\r \\u0000 \"quoted\"",
        "</script><!--",
        "\u{feff}bom",
        "👩‍👩‍👧‍👦 \u{202e}txet",
        "retry: 1",
    ];
    let mut sent = vec![];
    for text in nasty {
        let body = format!("{text}\n\ndata: forged\n\nevent: bye\ndata: {{}}\n\n{text}");
        let post = boss.publishes(Draft::news(text).body(&body)).await;
        sent.push(serde_json::json!([post, text]));
    }

    let count = sent.len();
    let read = ann
        .asks_later(&format!(
            "const got = []; const source = new EventSource('/stream?after=' + {cursor});
            source.addEventListener('bye', () => done('bye'));
            source.addEventListener('message', () => done('message'));
            source.addEventListener('post', ({{ data }}) => {{
                const post = JSON.parse(data);
                got.push([post.post, post.title]);
                if (got.length === {count}) {{ source.close(); done(got); }}
            }});"
        ))
        .await;

    assert_eq!(read, serde_json::Value::Array(sent));
    ann.closes_without_complaint().await;
}

async fn a_preview_is_made_by_the_server_and_publishing_works_from_it() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let boss = Browser::signs_in(&app, "boss").await;

    boss.goes("/admin/posts/new").await;
    boss.chooses("audience", "chosen").await;
    boss.picks("find", "an", "ann").await;
    boss.types("title", "For Ann").await;
    boss.types("body", "It is **here**.").await;
    boss.clicks(".actions button[value='preview']").await;
    boss.until("document.querySelector('#preview strong')?.textContent === 'here'").await;
    assert_eq!(
        boss.asks("document.querySelector('.chosen [name=recipients][value=ann]') !== null").await,
        true
    );
    boss.clicks(".actions button:not([formaction])").await;
    boss.until("location.pathname.startsWith('/posts/')").await;

    let ann = app.signs_in("ann").await;
    assert_eq!(ann.reads_feed().await.posts.len(), 1);
    boss.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_form_has_the_focus_and_leads_to_fields_in_open_folds() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let boss = Browser::signs_in(&app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.is("live").await;
    let words = |fold: &str| format!("document.querySelector('.{fold} > summary').innerText.trim()");
    assert_eq!(boss.asks(&words("coordinators")).await, "Coordinated by its author alone");
    assert_eq!(boss.asks(&words("exceptions")).await, "Without exceptions");
    boss.types("title", "Soup").await;
    let fills_in = "(() => {
        const { elements } = document.querySelector('.post-form');
        elements.acknowledge.checked = true;
        elements.remind_every.value = '2';
        elements.expires.value = elements.due.value = '2001-12-24T08:00';
        elements.coordinators.value = 'Nobody of that name';
        return document.querySelectorAll('.post-form details[open]').length;
    })()";
    assert_eq!(boss.asks(fills_in).await, 0);
    assert_eq!(boss.asks(&words("coordinators")).await, "Coordinated by others, too");

    // The browser keeps it from being sent: it shows why, also in a fold.
    boss.clicks(".publish").await;
    boss.until("document.activeElement.id === 'remind-every' && document.activeElement.checkVisibility()")
        .await;
    boss.types("remind_every", "5").await;
    boss.asks("document.querySelector('.asking').open = false").await;
    boss.clicks(".publish").await;

    boss.until("document.activeElement.matches('.problems')").await;
    for field in ["due", "expires"] {
        boss.clicks(&format!(".problems a[href='#{field}']")).await;
        boss.until(&format!(
            "document.activeElement.id === '{field}' && document.activeElement.checkVisibility()"
        ))
        .await;
    }
    boss.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_one_line_and_takes_the_room_that_it_needs() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let boss = Browser::signs_in(&app, "boss").await;
    let metrics = serde_json::json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": false });
    boss.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    boss.goes("/admin/posts/new").await;
    boss.is("live").await;
    let height = "document.querySelector('#title').offsetHeight";
    let text_height = "document.querySelector('#body').offsetHeight";
    let (one, text) = (boss.asks(height).await.as_i64().unwrap(), boss.asks(text_height).await);
    assert!((44..=52).contains(&one), "as high as a field: {one}");

    let long = "The kitchen closes at three, and bottled water stands at both receptions until six";
    boss.types("title", long).await;

    let is_whole = "(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight + 1)(document.querySelector('#title'))";
    boss.until(&format!("{height} >= {} && {is_whole}", one + 20)).await;
    assert_eq!(boss.asks(text_height).await, text);
    let pastes = "(() => { const title = document.querySelector('#title'); title.select();
        return document.execCommand('insertText', false, 'Low\\nwater'); })()";
    boss.asks(pastes).await;
    boss.until("document.querySelector('#title').value === 'Low water'").await;
    boss.presses("title", "\u{e007}").await;
    boss.until("document.querySelector('#preview .post-title')?.textContent.trim() === 'Low water'").await;
    assert_eq!(app.signs_in("boss").await.reads_feed().await.posts, [] as [i64; 0]);
    boss.closes_without_complaint().await;
}
