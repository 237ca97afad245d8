//! What somebody snoozes leaves their list, and comes back when its time is over: on every device, once, whatever the server
//! did meanwhile.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use reqwest::Method;

use crate::support::{Draft, Event, Feed, Page, Person, Stream, TestApp};

/// So many seconds from now, as a field of a form has it, by the clock of UTC.
fn at(seconds: i64) -> String {
    let then = Timestamp::now().checked_add(seconds.seconds()).unwrap();
    then.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

impl Person {
    async fn snoozes(&self, post: i64, until: &str) -> Page {
        self.acts(&format!("/posts/{post}/snooze"), &[("until", until)]).await
    }

    async fn finds_listed(&self, query: &str) -> Vec<i64> {
        Feed::of(self.gets(&format!("/?{query}")).await).posts
    }
}

impl Stream {
    /// The next receipts in which this field of a post says something.
    pub async fn tells(&mut self, post: i64, field: &str) -> Event {
        loop {
            let event = self.next("receipts").await;
            if event.data["posts"][post.to_string()][field].is_string() {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn a_snoozed_post_leaves_the_list_and_comes_back_unread_and_on_top() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Timetable")).await;
    let other = boss.publishes(Draft::news("Lunch")).await;
    let (mut telephone, mut laptop) = (ann.opens_stream().await, ann.opens_stream().await);

    assert_eq!(ann.snoozes(post, &at(3)).await.status, 204);
    for stream in [&mut telephone, &mut laptop] {
        let told = stream.tells(post, "snoozed_until").await.data;
        assert_eq!((&told["unread"], &told["posts"][post.to_string()]["read"]), (&1.into(), &true.into()));
    }
    assert_eq!((ann.finds_listed("").await, ann.reads_unread().await), (vec![other], vec![other]));
    assert_eq!(
        (ann.session().await["unread"].clone(), ann.finds_listed("snoozed=1").await),
        (1.into(), vec![post])
    );
    assert!(ann.gets("/?snoozed=1").await.text.contains("Snoozed until <time"));
    assert_eq!(ann.finds_listed("q=timetable").await, [post], "a search finds it");
    assert_eq!(ann.finds_listed("snoozed=1&q=lunch").await, [0; 0]);
    // Neither looking at it nor marking what is there brings it back, or makes it read.
    ann.opens(post, &[("Sec-Fetch-Dest", "document")]).await;
    ann.marks_all(&ann.gets("/").await).await;
    assert_eq!(ann.finds_listed("snoozed=1").await, [post]);

    for stream in [&mut telephone, &mut laptop] {
        let told = stream.tells(post, "snoozed_since").await.data;
        assert_eq!((&told["unread"], &told["posts"][post.to_string()]["read"]), (&1.into(), &false.into()));
    }
    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [post, other]);
    let row = feed.row(post);
    assert!(row.contains("Snoozed since <time") && row.contains(" data-on-top"), "{row}");
    assert_eq!((ann.reads_unread().await, ann.finds_listed("snoozed=1").await), (vec![post], vec![]));
    ann.marks(post, true).await;
    let feed = ann.reads_feed().await;
    assert!(feed.posts == [other, post] && !feed.text.contains("Snoozed since"), "{}", feed.text);
}

#[tokio::test]
async fn what_was_due_while_no_server_ran_is_there_on_the_first_page() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Timetable")).await;
    boss.publishes(Draft::news("Lunch")).await;
    assert_eq!(ann.snoozes(post, "tomorrow").await.status, 204);

    app.kill().await;
    app.sql("UPDATE receipts SET snoozed_until_ms = 1 WHERE snoozed_until_ms IS NOT NULL").await;
    app.restart().await;

    let ann = app.signs_in("ann").await;
    assert_eq!(ann.reads_feed().await.posts[0], post);
    assert_eq!(ann.session().await["unread"], 2);
}

#[tokio::test]
async fn a_snooze_can_be_moved_and_ended_without_a_script() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Timetable")).await;
    let address = format!("/posts/{post}/snooze");

    let page = ann.gets(&address).await;
    assert!(page.text.contains("value=\"tomorrow\"") && page.text.contains("value=\"week\""), "{page:?}");
    let said = ann.posts_and_sees(&address, &[("until", "tomorrow")]).await;
    assert!(said.text.contains("You find it under"), "{said:?}");
    let first = ann.gets(&address).await.text;
    // On a Sunday, next week begins tomorrow.
    let later = at(3 * 24 * 60 * 60);
    assert_eq!(ann.posts(&address, &[("until", &later)]).await.status, 303);
    let second = ann.gets(&address).await.text;
    let until = |page: &str| page.split("Snoozed until").nth(1).unwrap()[..60].to_owned();
    assert_ne!(until(&first), until(&second));
    assert_eq!((ann.finds_listed("").await, ann.finds_listed("snoozed=1").await), (vec![], vec![post]));

    let said = ann.posts_and_sees(&format!("{address}/removal"), &[]).await;
    assert!(said.text.contains("The post is back in your feed."), "{said:?}");
    assert_eq!((ann.finds_listed("").await, ann.finds_listed("snoozed=1").await), (vec![post], vec![]));
    // Nothing is snoozed any more, so nothing is brought back.
    ann.marks(post, true).await;
    ann.posts(&format!("{address}/removal"), &[]).await;
    assert!(ann.reads_unread().await.is_empty());
}

#[tokio::test]
async fn what_is_urgent_waits_for_minutes_and_nothing_for_ever() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let post = boss.publishes(Draft::news("For Ann").to(&["ann"])).await;
    let critical = boss.publishes(Draft::alert("critical", "Leave")).await;

    for (until, problem) in [
        ("", "Enter a day and a time."),
        ("never", "Enter a day and a time."),
        ("2020-01-01T08:00", "This time is over."),
        ("2999-01-01T08:00", "within the next year"),
    ] {
        let told = ann.snoozes(post, until).await;
        let words = told.json()["problems"]["until"].as_str().unwrap().to_owned();
        assert!(told.status == 422 && words.contains(problem), "{until}: {told:?}");
        let page = ann.posts(&format!("/posts/{post}/snooze"), &[("until", until)]).await;
        assert!(page.status == 422 && page.text.contains(problem), "{until}: {page:?}");
        let typed = if until.contains('T') { until } else { "" };
        assert!(page.text.contains(&format!("name=\"until\" value=\"{typed}\"")), "{page:?}");
    }
    for (until, status) in [("tomorrow", 422), (&*at(16 * 60), 422), ("15min", 204), (&*at(14 * 60), 204)] {
        assert_eq!(ann.snoozes(critical, until).await.status, status, "{until}");
    }
    assert!(!ann.gets(&format!("/posts/{critical}/snooze")).await.text.contains("value=\"tomorrow\""));
    assert_eq!(boss.snoozes(post, "tomorrow").await.status, 422, "one's own is never unread");
    assert_eq!(ben.snoozes(post, "tomorrow").await.status, 404);
    for (method, path) in [(Method::GET, "snooze"), (Method::POST, "snooze/removal")] {
        let asked = ben.request(method, &format!("/posts/{post}/{path}")).send().await.unwrap();
        assert_eq!(asked.status(), 404, "{path}");
    }
    // An alert that is over can wait.
    boss.posts(&format!("/admin/posts/{critical}/resolution"), &[("note", "")]).await;
    assert_eq!(ann.snoozes(critical, "tomorrow").await.status, 204);
}

#[tokio::test]
async fn no_more_is_snoozed_than_lists_are_asked_without() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut posts = Vec::new();
    for number in 0..102 {
        posts.push(boss.publishes(Draft::news(&format!("News {number}"))).await);
    }
    for post in &posts[..100] {
        assert_eq!(ann.snoozes(*post, "tomorrow").await.status, 204);
    }

    assert_eq!(ann.snoozes(posts[100], "tomorrow").await.status, 422);
    assert_eq!(ann.snoozes(posts[0], "week").await.status, 204, "what is snoozed can be moved");
    assert_eq!(ann.reads_whole_feed().await, [posts[101], posts[100]]);
    let first = ann.gets("/?snoozed=1").await;
    assert!(first.text.contains("/?snoozed=1&#38;before="), "in pages: {}", first.text);
}
