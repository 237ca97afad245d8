//! Whoever posts to a closed group learns who is in it by no choice of who coordinates the post.

use serde_json::json;

use super::{Case, HELP, SAFE, everything, numbers};
use crate::support::{Person, Program, makes_group};

async fn hands_over(person: &Person, post: i64, to: &str) {
    let path = format!("/admin/posts/{post}/coordinators");
    assert_eq!(person.posts(&path, &[("coordinators", to)]).await.status, 303);
}

#[tokio::test]
async fn nobody_learns_who_is_in_it_by_naming_themself_or_an_accomplice() {
    let case = Case::begins().await;
    let Case { app, boss, pat, cora, ann, closed, .. } = &case;
    makes_group(boss, "Own", &["pat", "cora"]).await;
    let mut posts = Vec::new();
    for named in ["pat", "cora", "Own"] {
        posts.push(pat.publishes(case.draft(&["Support", "Crew"]).with("coordinators", named)).await);
    }
    let later = pat.publishes(case.draft(&["Support", "Crew"])).await;
    hands_over(pat, later, "Own").await;
    posts.push(later);
    let program = Program::of(app, "pat", "publish").await;
    let alert = json!({
        "kind": "alert", "severity": "warning", "title": "By a program", "acknowledge": true,
        "audience": { "groups": ["Crew", "Support"] }, "coordinators": "pat",
    });
    posts.push(program.sends(&alert).await.json()["id"].as_i64().unwrap());
    assert_eq!(ann.answers(posts[1], SAFE, "In the chapel", "").await.status, 303);

    for post in &posts {
        assert_eq!(numbers(pat, *post).await.1["recipients"], 2, "{post}");
        assert!(!everything(pat, *post, closed).await.contains("Zelda"));
    }
    for post in &posts[1..4] {
        assert_eq!(numbers(cora, *post).await.1["recipients"], 2, "{post}");
        assert!(!everything(cora, *post, closed).await.contains("Zelda"));
    }
    let roster = program.gets(&format!("/api/v1/posts/{}/roster", posts[4])).await.json();
    assert_eq!((&roster["recipients"], &roster["partial"]), (&json!(2), &json!(true)));
    assert!(!pat.gets("/admin/posts").await.text.contains("1 person has said so"), "nor by its list");
    assert_eq!(ann.answers(posts[2], HELP, "My leg", "+43 1 234").await.status, 303);
    for person in [pat, cora] {
        assert!(!person.gets("/").await.text.contains("My leg"), "nor by who needs help");
    }
    assert!(boss.gets("/").await.text.contains("My leg"));

    let post = case.publishes(&["Support", "Crew"]).await;
    assert_eq!(numbers(cora, post).await.1["recipients"], 3, "whom an admin named knows them");
    hands_over(cora, post, "Own").await;
    for person in [pat, cora] {
        assert_eq!(numbers(person, post).await.1["recipients"], 2, "and hands that on to nobody");
    }
}
