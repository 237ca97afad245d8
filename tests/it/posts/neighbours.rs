//! The posts beside one, and the way back to the list.

use crate::support::{Draft, Person, TestApp, makes_group};

/// The posts that its page leads to: the newer one, and the older one.
async fn beside(person: &Person, post: i64) -> [Option<i64>; 2] {
    let page = person.gets(&format!("/posts/{post}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    ["prev", "next"].map(|rel| {
        let link = page.text.split(&format!("<a rel=\"{rel}\" href=\"/posts/")).nth(1)?;
        Some(link.split('"').next().unwrap().parse().unwrap())
    })
}

#[tokio::test]
async fn beside_a_post_stand_those_beside_it_in_ones_own_list() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    makes_group(&boss, "Crew", &["ann"]).await;
    let one = boss.publishes(Draft::news("One")).await;
    let hers = boss.publishes(Draft::news("For Bea").to(&["bea"])).await;
    let crew = boss.publishes(Draft::news("Crew").with("audience", "groups").and("groups", "Crew")).await;
    let two = boss.publishes(Draft::alert("info", "<b>Two</b>")).await;
    let but_ann = boss.publishes(Draft::news("Not for Ann").and("except", "ann")).await;
    let last = boss.publishes(Draft::news("Last")).await;

    for (person, list) in [
        (&ann, vec![one, crew, two, last]),
        (&bea, vec![one, hers, two, but_ann, last]),
        (&boss, vec![one, hers, crew, two, but_ann, last]),
    ] {
        for (at, post) in list.iter().enumerate() {
            let newer = list.get(at + 1).copied();
            let older = at.checked_sub(1).map(|before| list[before]);
            assert_eq!(beside(person, *post).await, [newer, older], "{} at {post}", person.name);
        }
    }
    assert!(ann.gets(&format!("/posts/{last}")).await.text.contains("&#60;b&#62;Two"));
}

#[tokio::test]
async fn a_posts_page_leads_back_to_the_part_of_the_list_that_one_came_from() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("One")).await;

    for (from, list) in
        [("/?before=120&kind=news", "/?before=120&amp;kind=news"), ("/account", "/"), ("/", "/")]
    {
        let request = boss.request(reqwest::Method::GET, &format!("/posts/{post}"));
        let answer = request.header("Referer", format!("{}{from}", boss.url)).send().await.unwrap();
        let text = answer.text().await.unwrap().replace("&#38;", "&amp;");
        assert!(text.contains(&format!("<a class=\"to-list\" href=\"{list}\">")), "{from}: {text}");
    }
}
