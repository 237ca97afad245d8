//! Following the log.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::{
    posts::expiry::expires,
    support::{Draft, Program, Stream, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_cut_goes_on_where_it_was() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let mut stream = program.opens_stream().await;
    let first = program.publishes("First").await;
    assert_eq!(stream.next_post().await, first);
    let cursor = stream.cursor.clone();
    drop(stream);

    let missed = [program.publishes("Second").await, program.publishes("Third").await];
    app.kill().await;
    app.restart().await;

    let mut again = program.follows(&cursor).await;
    assert_eq!(again.next_posts(2).await, missed);
    let fresh = program.publishes("Fourth").await;
    assert_eq!(again.next_post().await, fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_paged_without_limit_where_a_page_is_sent_back_to_its_list() {
    const MANY: usize = 1030;
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let start = boss.reads_feed().await.cursor;
    for batch in 0..MANY.div_ceil(32) {
        let titles: Vec<_> = (0..32.min(MANY - batch * 32)).map(|n| format!("{batch} {n}")).collect();
        join_all(titles.iter().map(|title| program.publishes(title))).await;
    }

    // From memory, and after a restart partly from the table.
    for _ in 0..2 {
        let mut stream = program.follows(&start).await;
        let posts = stream.next_posts(MANY).await;
        assert_eq!(posts.iter().collect::<std::collections::HashSet<_>>().len(), MANY);

        let mut page = boss.streams_from("/stream", &[("Last-Event-ID", &start)]).await;
        assert_eq!(page.says_hello().await.data["resumed"], false);
        page.next("reset").await;
        app.kill().await;
        app.restart().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_of_everything_that_becomes_of_a_post() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("ann").await;
    let ann = Program::of(&app, "ann", "stream").await;
    let post = boss.publishes(Draft::alert("info", "Water").with("body", "*now*")).await;
    let mut stream = ann.opens_stream().await;
    let form = |fields: &'static [(&'static str, &'static str)]| {
        [&[("kind", "alert"), ("severity", "warning"), ("title", "Water main"), ("zone", "UTC")][..], fields]
            .concat()
    };
    let edit = String::new();
    let [pin, unpin, resolve, reopen] =
        ["/pin", "/pin/removal", "/resolution", "/resolution/removal"].map(str::to_owned);

    for (path, fields, changes) in [
        (&edit, form(&[("version", "1")]), "edited"),
        (&pin, vec![("until", "2999-12-24T08:00")], "pinned"),
        (&unpin, vec![], "unpinned"),
        (&resolve, vec![], "resolved"),
        (&reopen, vec![], "reopened"),
        (&edit, form(&[("version", "6"), ("audience", "chosen"), ("recipients", "boss")]), "narrowed"),
        (&edit, form(&[("version", "7"), ("audience", "everyone")]), ""),
        (&edit, form(&[("version", "8"), ("again", "on")]), ""),
    ] {
        let answer = boss.posts(&format!("/admin/posts/{post}{path}"), &fields).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let event = stream.next_news().await;
        assert_eq!(event.post(), post);
        match changes {
            "" => assert_eq!(event.name, "post", "{event:?}"),
            change => assert_eq!((event.name.as_str(), &event.data["change"]), ("change", &json!(change))),
        }
        assert_eq!(event.data.get("body").is_some(), changes != "narrowed", "{event:?}");
    }
    expires(&app, post).await;
    assert_eq!(stream.next("change").await.data["change"], "expired");
    let other = boss.publishes(Draft::news("Other")).await;
    assert_eq!(stream.next_post().await, other);
    boss.posts(&format!("/admin/posts/{other}/withdrawal"), &[]).await;
    assert_eq!(stream.next("change").await.data["change"], "withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_follows_the_roster_of_what_it_published_and_of_nothing_else() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let other = Program::of(&app, "boss", "publish,stream").await;
    let ask = json!({ "kind": "news", "title": "Seen?", "audience": "everyone", "acknowledge": true });
    let own = program.sends(&ask).await.json()["id"].as_i64().unwrap();
    let by_hand = boss.publishes(Draft::news("By hand").with("acknowledge", "on")).await;
    let watch = format!("/api/v1/stream?watch=roster:{own},roster:{by_hand},roster:999");
    let watches = async |program: &Program| {
        let mut stream = Stream::of(program.request(Method::GET, &watch).send().await.unwrap());
        stream.says_hello().await;
        stream
    };
    let (mut stream, mut others) = (watches(&program).await, watches(&other).await);

    let first = stream.next("roster").await;
    assert_eq!((&first.data["post"], &first.data["outstanding"]), (&json!(own), &json!(1)));
    let is_gone = async |stream: &mut Stream, post| {
        assert_eq!(stream.next("roster").await.data, json!({ "post": post, "gone": true }));
    };
    is_gone(&mut others, own).await;
    for stream in [&mut stream, &mut others] {
        is_gone(stream, by_hand).await;
        is_gone(stream, 999).await;
    }
    for post in [own, by_hand] {
        ann.acts(&format!("/posts/{post}/acknowledgement"), &[]).await;
    }

    let told = stream.next("roster").await;
    assert_eq!((&told.data["post"], &told.data["acknowledged"]), (&json!(own), &json!(1)));
    assert_eq!(
        (&told.data["people"][0]["name"], &told.data["people"][0]["state"]),
        (&json!("ann"), &json!("acknowledged"))
    );
    let last = other.publishes("Last").await;
    assert_eq!(others.next_of_any_kind().await.unwrap().post(), last, "and nothing of a roster before it");
}
