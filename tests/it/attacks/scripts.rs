//! Script, hidden in whatever people may type, for others to run.

use std::collections::BTreeSet;

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp, attribute, tags},
};

/// Each would set `hit`, were it to run: elements, handlers, addresses, broken and nested markup, other encodings.
const VECTORS: [&str; 40] = [
    "<script>hit=1</script>",
    "<ScRiPt >hit=1</sCrIpT >",
    "<script/x>hit=1</script>",
    "<scr<script>ipt>hit=1</scr</script>ipt>",
    "<<script>hit=1//<</script>",
    "</title><script>hit=1</script>",
    "</textarea><script>hit=1</script>",
    "--><script>hit=1</script><!--",
    "]]><script>hit=1</script>",
    "<img src=x onerror=hit=1>",
    "<img src=x onerror=hit=1//",
    "<IMG/SRC=x/ONERROR=hit=1>",
    "<img src=\"x\"\"onerror=hit=1>",
    "<svg onload=hit=1>",
    "<svg/onload=hit=1>",
    "<svg><animate onbegin=hit=1 attributeName=x>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit=1>",
    "<body onload=hit=1>",
    "<input autofocus onfocus=hit=1>",
    "<details open ontoggle=hit=1>x",
    "<video><source onerror=hit=1>",
    "<marquee onstart=hit=1>x",
    "<iframe src=javascript:parent.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<object data=javascript:hit=1>",
    "<embed src=javascript:hit=1>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content=0;javascript:hit=1>",
    "<style>@import '//evil.example'</style>",
    "<form action=javascript:hit=1><button>x",
    "<noscript><p title=\"</noscript><img src=x onerror=hit=1>\">",
    "\" autofocus onfocus=\"hit=1",
    "' onmouseover='hit=1",
    "`onclick=hit=1`",
    "{{constructor.constructor('hit=1')()}}",
    "${hit=1}",
    "&lt;img src=x onerror=hit=1&gt;",
    "\u{ff1c}script\u{ff1e}hit=1",
    "+ADw-script+AD4-hit=1",
];

/// The same for text that may be Markdown.
const MARKDOWN: [&str; 14] = [
    "[x](javascript:hit=1)",
    "[x](JaVaScRiPt:hit=1)",
    "[x](&#106;avascript:hit=1)",
    "[x](java&Tab;script:hit=1)",
    "[x](<java\nscript:hit=1>)",
    "[x](\u{1}javascript:hit=1)",
    "[x](data:text/html,<script>hit=1</script>)",
    "[x](vbscript:hit=1)",
    "<javascript:hit=1>",
    "![x](x\"onerror=\"hit=1)",
    "![x\"onerror=\"hit=1](https://evil.example/x)",
    "[x](https://evil.example/\"onmouseover=\"hit=1)",
    "[x]: javascript:hit=1\n\n[x]",
    "```\"onfocus=\"hit=1\n</code></pre><script>hit=1</script>\n```",
];

#[tokio::test(flavor = "multi_thread")]
async fn stored_xss_through_title_body_and_every_name() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Admin).await;
    for vector in VECTORS {
        let name: String = vector.chars().take(64).collect();
        let fields = [("username", &*name), ("password", "a long good password"), ("role", "member")];
        assert_eq!(boss.posts("/admin/people", &fields).await.status, 303, "{name}");
        assert_eq!(boss.posts("/admin/groups", &[("name", &*name)]).await.status, 303, "{name}");
        let token = [("name", vector), ("owner", &*name), ("scope", "stream"), ("groups", &*name)];
        assert_eq!(boss.posts("/admin/tokens", &token).await.status, 303, "{name}");
        let invited: String = format!("2 {vector}").chars().take(64).collect();
        let invitation = [("name", &*invited), ("role", "member")];
        assert_eq!(boss.posts("/admin/invitations", &invitation).await.status, 303, "{name}");
    }
    let invited = boss
        .posts_and_sees("/admin/invitations", &[("name", "<img src onerror=hit=1>"), ("role", "member")])
        .await;
    let invited = invited.text.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let invited = invited.strip_prefix(&app.url).unwrap().to_owned();
    let ann = Browser::signs_in(&app, "ann").await;

    // Half of the way live, half by a reload: both make HTML of it.
    for vector in VECTORS.iter().chain(&MARKDOWN) {
        let title = vector.replace('\n', " ").replace('\u{1}', "");
        boss.publishes(Draft::news(&title).body(vector)).await;
    }
    let last = boss.publishes(Draft::news("The last").to(&[VECTORS[0], VECTORS[9], "ann"])).await;
    ann.until(&format!("document.querySelector('[data-post=\"{last}\"]')")).await;
    is_harmless(&ann).await;
    for path in [
        "/",
        &format!("/posts/{last}"),
        "/admin/people",
        "/admin/people/3",
        "/admin/posts/new",
        "/admin/posts/new?kind=news&audience=groups",
        "/admin/tokens",
        "/admin/groups",
        "/admin/groups/1",
        "/admin/invitations",
        "/admin/audit",
        "/admin/audit?act=token-add",
    ] {
        ann.goes(path).await;
        ann.is("live").await;
        is_harmless(&ann).await;
    }
    ann.goes(&invited).await;
    is_harmless(&ann).await;

    let feed = boss.reads_feed().await;
    let own: BTreeSet<&str> = tags(&feed.text, "<script").collect();
    assert_eq!(own.len(), 2, "the page's script, and its texts: {own:?}");
    for tag in tags(&feed.text, "<") {
        let scheme = attribute(tag, "href").split(':').next().unwrap();
        assert!(!["javascript", "data", "vbscript"].contains(&scheme.to_lowercase().as_str()), "{tag}");
    }
    ann.closes_without_complaint().await;
}

async fn is_harmless(browser: &Browser) {
    assert_eq!(browser.asks("typeof hit").await, "undefined");
    let handlers = "[...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames()) \
        .filter((name) => name.startsWith('on') || name === 'style' || name === 'srcdoc')";
    assert_eq!(browser.asks(handlers).await, serde_json::json!([]));
    let foreign = "[...document.body.querySelectorAll('script, style, iframe, object, embed, svg, math, img, base, link, meta')] \
        .filter((element) => !element.closest('.flag, .masthead')).map((element) => element.outerHTML)";
    assert_eq!(browser.asks(foreign).await, serde_json::json!([]));
    let schemes = "[...document.links].map((link) => link.protocol) \
        .filter((scheme) => !['http:', 'https:', 'mailto:', 'tel:'].includes(scheme))";
    assert_eq!(browser.asks(schemes).await, serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn script_that_got_into_a_page_all_the_same() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;

    // As if the sanitiser had failed: what script of the page's own could be made to do, the policies refuse.
    for attempt in [
        "document.body.innerHTML = '<img src=x onerror=hit=1>'",
        "document.body.insertAdjacentHTML('beforeend', '<svg onload=hit=1>')",
        "eval('hit=1')",
        "new Function('hit=1')()",
        "setTimeout('hit=1')",
        "trustedTypes.createPolicy('another', { createHTML: (text) => text })",
        "trustedTypes.createPolicy('tidings', { createHTML: (text) => text })",
        "document.head.append(Object.assign(document.createElement('script'), { src: 'https://evil.example/' }))",
    ] {
        // Not at once: what the driver itself runs may do more than a page's script.
        let later = format!(
            "setTimeout(() => {{ try {{ {attempt}; done('done') }} catch (error) {{ done(error.name) }} }})"
        );
        let refused = ann.asks_later(&later).await;
        assert!(["TypeError", "EvalError"].contains(&refused.as_str().unwrap()), "{attempt}: {refused}");
    }
    let inline = "const script = document.createElement('script'); script.append('hit=1'); document.body.append(script); done(typeof hit)";
    assert_eq!(ann.asks_later(inline).await, "undefined");
    let elsewhere = "fetch('https://127.0.0.2:1/').then(() => done('sent'), () => 0); \
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective))";
    assert_eq!(ann.asks_later(elsewhere).await, "connect-src");
    assert_eq!(ann.asks("typeof hit").await, "undefined");
}
