//! What a browser loads before the feed is Live: few bytes, so that it is Live soon on a slow line, too.

use std::collections::BTreeMap;

use reqwest::Method;

use crate::support::{Person, TestApp, attribute, tags};

/// Bytes, compressed.
const MAX_SCRIPT: usize = 30_000;
const MAX_STYLE: usize = 18_000;

/// Files: each is a round trip more, where six of them go at a time.
const MAX_SCRIPTS: usize = 18;

/// What these modules import when they are loaded, and what that imports: by address, the bytes that go over the line.
async fn loaded(person: &Person, entries: Vec<String>) -> BTreeMap<String, usize> {
    let (mut found, mut waiting) = (BTreeMap::new(), entries);
    while let Some(address) = waiting.pop() {
        if found.contains_key(&address) {
            continue;
        }
        found.insert(address.clone(), size(person, &address).await);
        let source = person.gets(&address).await.text;
        let (folder, _) = address.rsplit_once('/').unwrap();
        let imported =
            source.lines().filter(|line| line.starts_with("import ") || line.starts_with("} from "));
        let names = imported.filter_map(|line| line.split("\"./").nth(1)?.split('"').next());
        waiting.extend(names.map(|name| format!("{folder}/{name}")));
    }
    found
}

async fn size(person: &Person, address: &str) -> usize {
    let request = person.request(Method::GET, address).header("Accept-Encoding", "gzip");
    let answer = request.send().await.unwrap();
    assert!(
        answer.status() == 200 && answer.headers()["content-encoding"] == "gzip",
        "{address}: {answer:?}"
    );
    answer.bytes().await.unwrap().len()
}

#[tokio::test]
async fn the_feed_is_live_after_thirty_kilobytes_of_scripts_and_eighteen_of_styles() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    for language in ["en", "de"] {
        let chosen = ann.posts("/account/preferences", &[("language", language)]).await;
        assert_eq!(chosen.status, 303);
        let page = ann.gets("/").await.text;

        let of = |start, name| tags(&page, start).map(move |tag| attribute(tag, name).to_owned());
        let mut entries: Vec<String> = of("<script", "src").collect();
        let preloaded = tags(&page, "<link").filter(|tag| tag.contains("modulepreload"));
        entries.extend(preloaded.map(|tag| attribute(tag, "href").to_owned()));
        // The stream is the worker's.
        let folder = entries[0].rsplit_once('/').unwrap().0;
        entries.push(format!("{folder}/stream-worker.js"));
        let scripts = loaded(&ann, entries.clone()).await;
        let styles: Vec<String> = tags(&page, "<link")
            .filter(|tag| tag.contains("stylesheet"))
            .map(|tag| attribute(tag, "href").into())
            .collect();

        let script: usize = scripts.values().sum();
        assert!(scripts.keys().any(|address| address.ends_with("/supervisor.js")), "{scripts:?}");
        assert!(script <= MAX_SCRIPT, "{script} bytes in {language}: {scripts:#?}");
        let is_named = |address: &&String| entries.contains(address);
        let found_late: Vec<_> = scripts.keys().filter(|address| !is_named(address)).collect();
        assert!(found_late.is_empty(), "each level of these is a round trip more: {found_late:?}");
        assert!(scripts.len() <= MAX_SCRIPTS, "{scripts:#?}");
        assert_eq!(styles.len(), 1, "{styles:?}");
        let style = size(&ann, &styles[0]).await;
        assert!(style <= MAX_STYLE, "{style} bytes of style");
    }
}
