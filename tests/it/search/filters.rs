//! What else is asked for: kinds, severities, authors, days, and what is unread; each with the others, in the address.

use super::{encoded, has_posts, link, words_are_kept};
use crate::support::{Draft, Feed, Role, TestApp};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// 10 June 2024, 00:00 in UTC.
const TENTH: i64 = 1_717_977_600_000;

#[tokio::test]
async fn filters_stand_in_the_address_and_combine() {
    let app = TestApp::start_with(&["--time-zone", "Europe/Vienna"]).await;
    let boss = app.admin("boss").await;
    let cat = app.publisher("Cat Berg").await;
    app.signs_up("ann", Role::Member).await;
    let ann = app.signs_in("ann").await;
    let mut posts = Vec::new();
    for day in 0..6 {
        let draft = match day % 3 {
            0 => Draft::news("Pump 1"),
            1 => Draft::alert("warning", "Pump 2"),
            _ => Draft::alert("critical", "Fan 3"),
        };
        let by = if day % 2 == 0 { &boss } else { &cat };
        posts.push(by.publishes(draft).await);
        // Half an hour after midnight in Vienna, which is a day earlier in UTC.
        let at = TENTH + day * DAY_MS - 90 * 60 * 1000;
        app.sql(&format!("UPDATE posts SET published_ms = {at} WHERE id = {}", posts[day as usize])).await;
    }
    let wanted = |days: &[usize]| -> Vec<i64> { days.iter().map(|day| posts[*day]).collect() };

    for list in ["short", "long"] {
        if list == "long" {
            has_posts(&app, -150..0, "Pump of old", "everyone", 0).await;
            words_are_kept(&app).await;
        }
        for (query, days) in [
            ("kind=alert", &[5, 4, 2, 1][..]),
            ("kind=alert&severity=warning", &[4, 1]),
            ("severity=critical&q=fan", &[5, 2]),
            ("kind=news&severity=critical", &[]),
            ("kind=alert&from=cat+berg", &[5, 1]),
            ("q=pump&kind=alert&from=CAT+BERG", &[1]),
            ("since=2024-06-12&until=2024-06-14", &[4, 3, 2]),
            ("since=2024-06-12&until=2024-06-12", &[2]),
            ("since=2024-06-14&from=boss", &[4]),
            ("since=2024-06-10&until=2024-06-13&q=pump&from=Cat+Berg", &[3, 1]),
            ("since=2024-06-14&until=2024-06-12", &[]),
            ("since=2999-01-01", &[]),
            ("from=nobody", &[]),
            ("from=ann", &[]),
            (
                "q=fan+-pump&since=2024-06-15&until=2024-06-15&kind=alert&severity=critical&from=cat+berg&unread=1",
                &[5],
            ),
            ("unread=1&kind=alert&q=pump", &[4, 1]),
        ] {
            assert_eq!(ann.lists(&format!("/?{query}")).await, wanted(days), "{query} in a {list} list");
        }
        let all = ann.lists("/?q=pump&since=nonsense&kind=x&severity=&from=&before=").await;
        assert!(all.starts_with(&wanted(&[4, 3, 1, 0])), "what is not understood counts as absent: {all:?}");
    }

    // Days are the reader's: there, each of them was published half a day before midnight.
    app.sql("UPDATE users SET time_zone = 'Pacific/Honolulu' WHERE name = 'ann'").await;
    assert_eq!(ann.lists("/?since=2024-06-12&until=2024-06-12").await, wanted(&[3]));

    let page = ann.gets("/?q=pump&kind=alert&from=Cat+Berg&since=2024-06-10").await;
    for shown in ["“pump”", ">Alerts<", "from Cat Berg", "since Monday 10 June 2024", "Show all posts"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert_eq!(
        (page.field("q"), page.field("from"), page.field("since")),
        ("pump".into(), "Cat Berg".into(), "2024-06-10".into())
    );
    assert!(page.text.contains("<option value=\"alert\" selected>"), "{}", page.text);
    let nothing = ann.gets("/?q=unicorn&kind=news").await;
    assert!(
        nothing.text.contains("Nothing found") && nothing.text.contains("Try fewer words"),
        "{}",
        nothing.text
    );
    assert!(nothing.text.contains("“unicorn”"), "{}", nothing.text);
}

#[tokio::test]
async fn only_what_the_open_search_lists_is_marked_as_read() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let pump = boss.publishes(Draft::news("Pump")).await;
    let fan = boss.publishes(Draft::news("Fan")).await;
    let other = boss.publishes(Draft::alert("info", "Pump, too")).await;
    let page = ann.gets("/?unread=1&q=pump").await;
    assert!(page.text.contains("Mark 2 as read"), "{}", page.text);
    assert_eq!(page.field("q"), "pump");

    let through = page.field("through");
    let fields = [("through", through.as_str()), ("q", "pump"), ("unread", "1")];
    let marked = ann.posts("/readings", &fields).await;

    assert!(marked.location().starts_with("/?q=pump&unread=1&marking="), "{marked:?}");
    assert_eq!(ann.reads_unread().await, [fan]);
    let undo = format!("/readings/{}/removal", marked.location().rsplit('=').next().unwrap());
    ann.posts(&undo, &[]).await;
    assert_eq!(ann.reads_unread().await, [other, fan, pump]);
    let fields = [("through", through.as_str()), ("from", "nobody"), ("since", "2020-01-01")];
    assert_eq!(ann.posts("/readings", &fields).await.status, 303);
    assert_eq!(ann.reads_unread().await, [other, fan, pump], "nobody wrote any of it");
}

#[tokio::test]
async fn many_that_are_unread_are_found_and_counted_by_their_words() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    has_posts(&app, -400..-200, "Filler one", "everyone", 0).await;
    has_posts(&app, -200..0, "Filler two", "everyone", 0).await;
    words_are_kept(&app).await;
    app.sql("UPDATE readers SET read_through = -10000").await;

    let page = ann.gets("/?unread=1&q=filler+two").await;

    assert!(page.text.contains("Mark 200 as read"), "{}", page.text);
    assert_eq!(Feed::of(ann.gets("/?unread=1&q=filler+two").await).posts.len(), 30);
    assert_eq!(ann.lists("/?unread=1&q=filler+-two").await.len(), 200);
    assert!(link(&page, "older-link").unwrap().contains(&encoded("filler two")), "{}", page.text);
}
