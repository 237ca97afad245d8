//! Choosing whom a post is for, without scripts: the form goes to the server and back, and forgets nobody.

use crate::support::{Draft, Page, Person, Role, TestApp, has_people, makes_group, name_of};

async fn sends(person: &Person, draft: &Draft) -> Page {
    let page = person.posts("/admin/posts/draft", &draft.fields()).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text.len() < 60_000, "{} bytes", page.text.len());
    page
}

/// What the page says of whom the post reaches.
fn reach(page: &Page) -> String {
    let line = page.text.split("<post-reach").nth(1).unwrap().split("</post-reach>").next().unwrap();
    line.split_once('>').unwrap().1.to_owned()
}

fn offers(page: &Page, field: &str, name: &str) -> bool {
    page.text.contains(&format!("<input type=\"checkbox\" name=\"{field}\" value=\"{name}\""))
}

#[tokio::test]
async fn three_of_two_thousand_are_found_chosen_and_taken_away_and_the_text_stays() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 2_000).await;
    let boss = app.signs_in("boss").await;
    makes_group(&boss, "Night shift", &["boss"]).await;
    let empty = boss.gets("/admin/posts/new").await;
    assert!(empty.text.len() < 60_000 && !empty.text.contains(&name_of(7)), "{} bytes", empty.text.len());
    let mut draft = Draft::news("Half").body("half written").to(&[]).with("key", &empty.field("key"));

    for (typed, number) in [("ANNA mull 112", 1_120), ("112 ben", 1_121), ("zoe muller 1929", 1_929)] {
        let page = sends(&boss, &draft.clone().with("then", "find").with("find", typed)).await;
        assert!(offers(&page, "recipients", &name_of(number)), "{typed}: {}", page.text);
        assert!(!page.has_chosen("recipients", &name_of(number)), "nobody is chosen unasked");
        assert_eq!((page.field("find").as_str(), page.typed_body().as_str()), (typed, "half written"));
        draft = draft.and("recipients", &name_of(number));
    }
    let page = sends(&boss, &draft.clone().with("then", "find").with("find", "night")).await;

    assert!(offers(&page, "groups", "Night shift"), "people and groups are found together");
    assert!([1_120, 1_121, 1_929].iter().all(|number| page.has_chosen("recipients", &name_of(*number))));
    assert_eq!(reach(&page), "Reaches 3 people.");
    let taken = format!("recipients:{}", name_of(1_121));
    assert!(page.text.contains(&format!("name=\"without\" value=\"{taken}\"")), "each has a button");
    let page = sends(&boss, &draft.clone().with("without", &taken)).await;
    assert!(
        !page.has_chosen("recipients", &name_of(1_121)) && page.has_chosen("recipients", &name_of(1_120))
    );
    assert_eq!((reach(&page).as_str(), page.typed_body().as_str()), ("Reaches 2 people.", "half written"));
    let refused = boss.sends(&draft.clone().with("title", "")).await;
    assert!(refused.status == 422 && refused.has_chosen("recipients", &name_of(1_929)));
    let post = boss.publishes(draft).await;
    let reached =
        app.asks_database("SELECT count(*) FROM users WHERE name LIKE '% 1120' OR name LIKE '% 1929'").await;
    assert_eq!(reached.try_get_by_index::<i64>(0).unwrap(), 2);
    assert!(
        boss.gets(&format!("/posts/{post}")).await.text.contains(&format!("<bdi>{}</bdi>", name_of(1_120)))
    );
}

#[tokio::test]
async fn the_line_of_whom_it_reaches_does_not_tell_on_one_person() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let names: Vec<_> = (0..14).map(|number| format!("member{number:02}")).collect();
    let mut streams = Vec::new();
    for (number, name) in names.iter().enumerate() {
        app.signs_up(name, Role::Member).await;
        if number < 8 {
            streams.push(app.signs_in(name).await.opens_stream().await);
        }
    }
    makes_group(&boss, "Night shift", &names[..13].iter().map(String::as_str).collect::<Vec<_>>()).await;
    makes_group(&boss, "One", &["member00"]).await;
    let some = |count: usize| names[..count].iter().map(String::as_str).collect::<Vec<_>>();
    let line = async |draft: Draft| {
        let answer = boss.posts("/admin/posts/reach", &draft.fields()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["text"].as_str().unwrap().to_owned()
    };

    for (draft, words) in [
        (Draft::news("x").to(&[]), "Reaches nobody yet."),
        (Draft::news("x").to(&some(1)), "Reaches 1 person."),
        (Draft::news("x").to(&some(9)), "Reaches 9 people."),
        (Draft::news("x").to(&some(10)), "Reaches 10 people, about 10 with a page open now."),
        (
            Draft::news("x").to(&some(14)),
            "Reaches 14 people, about 10 with a page open now. About 4 will not see this until they open one.",
        ),
        (Draft::news("x").to(&some(3)).and("except", &names[0]), "Reaches 2 people."),
        (
            Draft::news("x").to(&[]).and("groups", "Night shift"),
            "Reaches 13 people, about 10 with a page open now. About 3 will not see this until they open one.",
        ),
        // Who is in a group is not told by what they add to it, or take from it, alone or with another group.
        (Draft::news("x").to(&some(1)).and("groups", "Night shift"), "Reaches up to 14 people."),
        (Draft::news("x").to(&["member13"]).and("groups", "Night shift"), "Reaches up to 14 people."),
        (
            Draft::news("x").to(&[]).and("groups", "Night shift").and("except", &names[0]),
            "Reaches up to 13 people.",
        ),
        (
            Draft::news("x").to(&[]).and("groups", "Night shift").and("except", "member13"),
            "Reaches up to 13 people.",
        ),
        (
            Draft::news("x").to(&[]).and("groups", "Night shift").and("groups", "One"),
            "Reaches up to 14 people.",
        ),
        (
            Draft::news("x"),
            "Reaches 15 people, about 10 with a page open now. About 5 will not see this until they open one.",
        ),
        (Draft::news("x").and("except", &names[0]), "Reaches up to 15 people."),
    ] {
        assert_eq!(line(draft.clone()).await, words, "{draft:?}");
    }
    let member = app.signs_in(&names[13]).await;
    assert_eq!(member.posts("/admin/posts/reach", &Draft::news("x").fields()).await.status, 403);
    assert_eq!(member.gets("/admin/people/suggestions?q=mem").await.status, 403);
}

#[tokio::test]
async fn before_sending_the_form_says_what_is_sent_to_how_many_and_who_may_not_notice() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 20).await;
    let boss = app.signs_in("boss").await;
    let until = jiff::Timestamp::now().as_millisecond() + 3_600_000;
    app.sql(&format!(
        "INSERT INTO quiet (user_id, mutes_news, mutes_below, until_ms) SELECT id, id <= 6, \
         CASE WHEN id <= 12 THEN 'critical' END, CASE WHEN id > 12 THEN {until} END FROM users WHERE id > 1"
    ))
    .await;
    let asked = async |draft: &Draft| boss.posts("/admin/posts/reach", &draft.fields()).await.json();

    let news = asked(&Draft::news("x")).await;
    assert_eq!(news["button"], "Publish to 21 people");
    let said = news["text"].as_str().unwrap();
    assert!(said.contains("About 5 have muted such posts. About 10 are in quiet hours."), "{said}");
    let warning = asked(&Draft::alert("warning", "x")).await;
    assert_eq!(warning["button"], "Send warning to 21 people");
    assert!(warning["text"].as_str().unwrap().contains("About 10 have muted such posts."), "{warning}");
    let critical = asked(&Draft::alert("critical", "x")).await;
    assert_eq!(critical["button"], "Send critical alert to 21 people");
    let said = critical["text"].as_str().unwrap();
    assert!(!said.contains("muted") && !said.contains("quiet"), "everybody is told: {said}");
    let one = asked(&Draft::alert("info", "x").to(&["boss"])).await;
    assert_eq!(
        (&one["button"], &one["text"]),
        (&"Send alert to 1 person".into(), &"Reaches 1 person.".into())
    );
    let form = boss.gets("/admin/posts/new").await;
    assert!(form.text.contains("button=\"Publish to 21 people\""), "{}", form.text);
    assert!(form.text.contains(">Publish now</button>"), "without a script it cannot know what is chosen");
    let alert = [("kind", "alert"), ("severity", "critical"), ("title", "Fire"), ("audience", "everyone")];
    let looked = boss.posts("/admin/posts/draft", &[&alert[..], &[("then", "preview")]].concat()).await;
    assert!(looked.text.contains(">Send critical alert to 21 people</button>"), "{}", looked.text);
    let refused =
        boss.posts("/admin/posts", &[("kind", "news"), ("title", ""), ("audience", "everyone")]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains(">Publish to 21 people</button>"),
        "what was sent is known: {}",
        refused.text
    );
}

#[tokio::test]
async fn suggestions_are_for_whoever_may_post_and_name_nobody_who_cannot_sign_in() {
    let app = TestApp::start().await;
    let bea = app.publisher("bea").await;
    for name in ["anna", "annabel", "Hannah"] {
        app.signs_up(name, Role::Member).await;
    }
    app.runs(&["user", "disable", "annabel"], "").await;

    let found = bea.gets("/admin/people/suggestions?q=ANN").await.json();

    assert_eq!(found["found"], serde_json::json!([{ "name": "anna", "is_group": false }]), "{found}");
    assert_eq!(found["has_more"], false);
    assert!(!found.to_string().contains("argon2"));
}
