//! Posts in many scripts, and what finds them: the same on both databases, whether a list is short, so that its posts are
//! read, or long, so that their words are looked up.

use super::{encoded, has_posts, words_are_kept};
use crate::support::{Draft, Page, Role, TestApp, makes_group, unescape};

const POSTS: [(&str, &str); 16] = [
    ("Zoë’s café is closed", "The **north** door of the café, too."),
    ("Straßenfest in der GRÜNEN Gasse", "Essen, Musik und *Spaß* für alle."),
    ("Fire drill at ten", "Leave by the north gate. This is a drill, not a fire."),
    ("Drill of firefighters", "They come at ten."),
    ("東京タワーの停電", "本日、東京で停電がありました。"),
    ("서울 지하철 공지", "오늘 운행이 지연됩니다."),
    ("🦊 in the yard", "Nobody feeds the 🦊, please. 👍🏽"),
    ("Host db-7.example is down", "Ask ops@host.example; its address is 10.0.0.7."),
    ("C++ and C# courses", "For who writes C++17 at work."),
    ("Łódź – Øresund", "ŁÓDŹ, lodz, Lo\u{301}dz\u{301}."),
    ("Οδός και λόγος", "ΟΔΟΣ."),
    ("AND OR NOT NEAR", "words:title * ^ \" ( ) { } col:x a:b"),
    ("Quotes", "She said “hello world” & <b>left</b>; it's O'Brien's."),
    ("Table", "| plan | day |\n|-|-|\n| alpha | beta |\n\n`code_word` and fire**works**"),
    ("Lift", "north lift, south lift, north lift"),
    ("1,5 km² of 3.2.1", "½ price: 5 € ±2"),
];

/// What is typed, and the titles that begin so, in the order of the list.
const QUERIES: &[(&str, &[&str])] = &[
    ("cafe", &["Zoë"]),
    ("CAFÉ Zoe", &["Zoë"]),
    ("cafe\u{301}", &["Zoë"]),
    ("caf", &["Zoë"]),
    ("afe", &[]),
    ("strasse", &["Straßen"]),
    ("STRAẞE", &["Straßen"]),
    ("grun spass", &["Straßen"]),
    ("grün Spaß", &["Straßen"]),
    ("north", &["Lift", "Fire", "Zoë"]),
    ("north -lift", &["Fire", "Zoë"]),
    ("north -\"north gate\"", &["Lift", "Zoë"]),
    ("\"fire drill\"", &["Fire"]),
    ("\"drill fire\"", &[]),
    ("\"north lift\"", &["Lift"]),
    ("\"south north\"", &[]),
    ("fire", &["Table", "Drill", "Fire"]),
    ("\"fire\"", &["Fire"]),
    ("fireworks", &["Table"]),
    ("drill ten -firefighters", &["Fire"]),
    ("東京", &["東京"]),
    ("京東", &[]),
    ("停電 東", &["東京"]),
    ("タワー", &["東京"]),
    ("서울", &["서울"]),
    ("지하", &["서울"]),
    ("🦊", &["🦊"]),
    ("🦊 -👍", &[]),
    ("👍", &["🦊"]),
    ("ops@host", &["Host"]),
    ("db-7", &["Host"]),
    ("10.0.0.7", &["Host"]),
    ("10.0.7", &[]),
    ("c++", &["C++"]),
    ("c#", &["C++"]),
    ("lodz", &["Łódź"]),
    ("ΛΌΓΟΣ οδοσ", &["Οδός"]),
    ("near", &["AND"]),
    ("AND OR", &["AND"]),
    ("col:x", &["AND"]),
    ("hello world", &["Quotes"]),
    ("“hello world”", &["Quotes"]),
    ("\"hello world", &["Quotes"]),
    ("o'brien", &["Quotes"]),
    ("\"b\"", &["Quotes", "AND"]),
    ("alpha beta", &["Table"]),
    ("\"plan day\"", &["Table"]),
    ("code_word", &["Table"]),
    ("km2", &["1,5"]),
    ("€", &["1,5"]),
    ("3.2.1", &["1,5"]),
    ("boss café", &["Zoë"]),
    ("nothing_of_that", &[]),
];

#[tokio::test]
async fn the_same_is_found_in_a_short_list_and_in_a_long_one_on_every_database() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    for (title, body) in POSTS {
        boss.publishes(Draft::news(title).body(body)).await;
    }
    let ann = app.signs_in("ann").await;
    let titles = |page: &Page| -> Vec<String> {
        let posts = page.text.split("<h2 class=\"post-title\"").skip(1);
        let title = |post: &str| {
            post.split("<a href=\"/posts/").nth(1)?.split_once('>').map(|(_, rest)| rest.to_owned())
        };
        let title = |post| {
            title(post).unwrap().split("</a>").next().unwrap().replace("<mark>", "").replace("</mark>", "")
        };
        posts.map(|post| unescape(&title(post))).collect()
    };

    for list in ["short", "long"] {
        if list == "long" {
            // Where a post stands in the log says nothing of the others: these come before all of them.
            has_posts(&app, -150..0, "Filler", "everyone", 0).await;
            words_are_kept(&app).await;
            // They took no number, so the first page is kept without them until something else happens.
            makes_group(&boss, "Crew", &[]).await;
            assert_eq!(ann.lists("/?q=filler").await.len(), 150);
        }
        for (typed, wanted) in QUERIES {
            let page = ann.searches(typed).await;
            let found = titles(&page);
            let is_wanted = found.len() == wanted.len()
                && found.iter().zip(*wanted).all(|(title, start)| title.starts_with(start));
            assert!(is_wanted, "{typed} in a {list} list: {found:?}, not {wanted:?}");
            let has_marks = page.text.contains("<mark>");
            assert_eq!(has_marks, !found.is_empty(), "{typed} in a {list} list");
        }
        // What has no words in it asks for nothing.
        for nothing in ["", "-", "\"", "…", "\"\" -\"\"", " \u{200b}"] {
            assert_eq!(ann.finds(nothing).await.len(), if list == "long" { 30 } else { 16 }, "{nothing:?}");
        }
        let without = ann.lists(&format!("/?q={}", encoded("-north -filler"))).await;
        assert_eq!(without.len(), POSTS.len() - 3, "in a {list} list");
    }
}
