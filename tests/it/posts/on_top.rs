//! What is open and urgent stands on top of the list until it is read, and only there.

use crate::support::{Draft, Feed, TestApp};

#[tokio::test]
async fn open_alerts_stand_on_top_until_they_are_read_over_or_a_day_old() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let critical = boss.publishes(Draft::alert("critical", "Leave")).await;
    let warning = boss.publishes(Draft::alert("warning", "Ice")).await;
    let old = boss.publishes(Draft::alert("warning", "Storm")).await;
    let info = boss.publishes(Draft::alert("info", "Drill")).await;
    let news = boss.publishes(Draft::news("News")).await;
    app.sql(&format!("UPDATE posts SET published_ms = published_ms - 86400000 WHERE id = {old}")).await;

    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [critical, warning, news, info, old]);
    for (post, is_on_top) in [(warning, true), (critical, true), (old, false), (info, false)] {
        assert_eq!(feed.row(post).contains(" data-on-top"), is_on_top, "{}", feed.row(post));
    }
    assert_eq!(ann.reads_unread().await, [critical, warning, news, info, old]);
    assert_eq!(ann.session().await["unread"], 5);
    assert_eq!(boss.reads_feed().await.posts, [news, info, old, warning, critical], "one's own are read");
    for query in ["kind=alert", "q=ice", "severity=critical"] {
        let found = Feed::of(ann.gets(&format!("/?{query}")).await);
        assert!(!found.text.contains(" data-on-top"), "{query}: a search has everything in its place");
    }

    ann.marks(critical, true).await;
    assert_eq!(ann.reads_feed().await.posts, [warning, news, info, old, critical]);
    let answer = boss.posts(&format!("/admin/posts/{warning}/resolution"), &[("note", "")]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(ann.reads_feed().await.posts, [news, info, old, warning, critical]);
}

#[tokio::test]
async fn what_asks_something_stays_on_top_until_it_is_done_whatever_else_is() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let asking = boss.publishes(Draft::news("Read the new rules").with("acknowledge", "on")).await;
    let others = [boss.publishes(Draft::news("One")).await, boss.publishes(Draft::news("Two")).await];
    let on_top = [asking, others[1], others[0]];
    assert_eq!(ann.reads_feed().await.posts, on_top);

    ann.marks(asking, true).await;
    assert_eq!(ann.reads_feed().await.posts, on_top, "reading it is not enough");
    let tomorrow = [("until", "tomorrow")];
    let answer = ann.posts(&format!("/posts/{asking}/snooze"), &tomorrow).await;
    assert_eq!(answer.status, 422, "nor can it be put off: {answer:?}");
    assert!(answer.text.contains("asks something of you"), "{answer:?}");
    assert_eq!(
        boss.reads_feed().await.posts,
        [others[1], others[0], asking],
        "it asks nothing of its author"
    );

    ann.acts(&format!("/posts/{asking}/acknowledgement"), &[]).await;
    assert_eq!(ann.reads_feed().await.posts, [others[1], others[0], asking]);
}

#[tokio::test]
async fn critical_alerts_stand_above_all_else_that_is_urgent_while_they_go_on() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let critical = boss.publishes(Draft::alert("critical", "Smoke").with("acknowledge", "on")).await;
    let warning = boss.publishes(Draft::alert("warning", "Low water")).await;
    let asking = boss.publishes(Draft::news("Read this").with("acknowledge", "on")).await;
    let drill = boss.publishes(Draft::alert("critical", "Only tried").with("drill", "on")).await;

    assert_eq!(ann.reads_feed().await.posts, [critical, asking, warning, drill]);
    boss.posts(&format!("/admin/posts/{critical}/resolution"), &[("note", "")]).await;
    assert_eq!(ann.reads_feed().await.posts, [asking, warning, drill, critical], "nobody is asked any more");
}

#[tokio::test]
async fn a_list_of_many_pages_has_every_post_once_with_some_of_them_on_top() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut posts = Vec::new();
    for number in 0..70 {
        let draft = match number % 10 {
            3 => Draft::alert("warning", "Ice"),
            _ => Draft::news("News"),
        };
        posts.push(boss.publishes(draft).await);
    }

    let whole = ann.reads_whole_feed().await;
    let unread = ann.reads_unread().await;

    let alerts: Vec<_> = posts.iter().skip(3).step_by(10).rev().copied().collect();
    assert_eq!(whole[..7], alerts);
    let mut sorted = whole.clone();
    sorted.sort_unstable();
    assert_eq!((sorted, &unread), (posts, &whole));
}
