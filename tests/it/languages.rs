//! In which language a page is: the one that its reader chose, else their browser's, else English. What programs and
//! commands are told is English.

use reqwest::{Method, header::ACCEPT_LANGUAGE};

use crate::support::{Draft, Stream, TestApp};

#[tokio::test]
async fn a_visitor_reads_the_language_that_their_browser_asks_for() {
    let app = TestApp::start().await;
    let page = |accepted: &'static str, path: &'static str| {
        let request =
            reqwest::Client::new().get(format!("{}{path}", app.url)).header(ACCEPT_LANGUAGE, accepted);
        async move { request.send().await.unwrap().text().await.unwrap() }
    };

    for (accepted, tag, words) in [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden"),
        ("fr;q=0.9, de;q=0.1", "de", "Anmelden"),
        ("en;q=0.5, de;q=0.4", "en", "Sign in"),
        ("fr", "en", "Sign in"),
        ("\"><script>", "en", "Sign in"),
    ] {
        let shown = page(accepted, "/login").await;
        assert!(shown.contains(&format!("<html lang=\"{tag}\" dir=\"ltr\"")), "{accepted}: {shown}");
        assert!(
            shown.contains(words) && shown.contains(&format!("/js/texts-{tag}.js\"")),
            "{accepted}: {shown}"
        );
    }
    assert!(page("de", "/nothing").await.contains("Hier ist nichts"));
    let problem = page("de", "/api/v1/posts").await;
    assert!(
        problem.contains("\"title\"") && !problem.contains("Sie "),
        "programs are told in English: {problem}"
    );
}

#[tokio::test]
async fn the_guide_for_programs_is_in_the_language_of_its_reader_and_its_code_is_as_it_is() {
    let app = TestApp::start().await;
    let guide = async |accepted: &str| {
        let request =
            reqwest::Client::new().get(format!("{}/api", app.url)).header(ACCEPT_LANGUAGE, accepted);
        request.send().await.unwrap().text().await.unwrap()
    };
    let code = |page: &str| {
        let samples = page.split("<pre").skip(1).map(|rest| rest.split_once("</pre>").unwrap().0.to_owned());
        samples.collect::<Vec<_>>()
    };

    let (english, german) = (guide("en").await, guide("de").await);

    assert!(english.contains("<h1>For programs</h1>") && german.contains("<h1>Für Programme</h1>"));
    assert!(code(&english).len() > 8);
    assert_eq!(code(&english), code(&german));
    for page in [english, german] {
        assert!(!page.contains('`'), "what stands between backticks is code: {page}");
        assert!(page.contains(r#"<a href="/api/v1/openapi.json">OpenAPI 3.1</a>"#));
        let scope = r#"<code dir="ltr">publish</code>"#;
        assert!(page.contains(scope) && page.contains("<td lang=\"en\">"), "{page}");
    }
}

#[tokio::test]
async fn who_chose_a_language_reads_it_until_they_choose_their_browsers() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    assert!(ann.gets("/").await.text.contains("<html lang=\"en\""));

    let chosen = ann.posts_and_sees("/account/preferences", &[("language", "de")]).await;
    assert!(chosen.text.contains("Ihre Wahl wurde gespeichert."), "{chosen:?}");
    assert!(ann.gets("/").await.text.contains("Noch nichts"));
    let refused = ann.posts("/account/password", &[("current-password", "x"), ("password", "short")]).await;
    assert!(refused.text.contains("Verwenden Sie mindestens 8 Zeichen."), "{refused:?}");

    let unknown = ann.posts("/account/preferences", &[("language", "tlh")]).await;
    assert!(unknown.status == 422 && unknown.text.contains("Wählen Sie eine Sprache"), "{unknown:?}");

    ann.posts_and_sees("/account/preferences", &[("language", "")]).await;
    assert!(ann.gets("/").await.text.contains("Nothing yet"));
}

#[tokio::test]
async fn what_is_wrong_with_a_post_is_said_in_the_language_of_its_form() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.posts("/account/preferences", &[("language", "de")]).await;
    let untitled = [("kind", "news"), ("title", ""), ("body", ""), ("audience", "everyone")];

    let refused = boss.posts("/admin/posts", &untitled).await;
    assert!(refused.status == 422 && refused.text.contains("Geben Sie einen Titel ein."), "{refused:?}");
    let post = boss.publishes(Draft::news("Fahrrad")).await;
    let refused =
        boss.posts(&format!("/admin/posts/{post}"), &[("version", "1"), untitled[0], untitled[1]]).await;
    assert!(refused.status == 422 && refused.text.contains("Geben Sie einen Titel ein."), "{refused:?}");
}

#[tokio::test]
async fn names_within_sentences_keep_their_direction_to_themselves() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let made = boss.posts("/admin/groups", &[("name", "Night shift")]).await;
    let address = format!("{}/removal", made.location().split('?').next().unwrap());

    let page = boss.request(Method::GET, &address).send().await.unwrap().text().await.unwrap();

    assert!(page.contains("“\u{2068}Night shift\u{2069}”"), "{page}");
}

#[tokio::test]
async fn a_post_comes_to_every_stream_in_the_language_of_its_page() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut english = Stream::of(ann.request(Method::GET, "/stream?lang=en").send().await.unwrap());
    let mut german = Stream::of(ann.request(Method::GET, "/stream?lang=de").send().await.unwrap());
    english.says_hello().await;
    german.says_hello().await;

    boss.publishes(Draft::alert("critical", "Leave the building")).await;

    for (stream, words) in [(&mut english, "Critical alert"), (&mut german, "Kritischer Alarm")] {
        let post = stream.next("post").await;
        assert!(post.data["html"].as_str().unwrap().contains(words), "{words}: {}", post.data);
    }
}
