//! Who is told next says nothing of what those said who are hidden.

use reqwest::Method;
use serde_json::json;

use super::{Case, SAFE};
use crate::{
    posts::{changes::asks as calls, escalation::comes_to_it},
    support::Program,
};

#[tokio::test]
async fn a_step_that_is_done_says_the_same_whoever_has_said_so() {
    let case = Case::begins().await;
    let Case { app, pat, ann, .. } = &case;
    let draft = || {
        let draft = case.draft(&["Support"]).with("escalate_to", "Crew");
        draft.with("escalate_after", "10").with("escalate_if", "any")
    };
    let posts = [pat.publishes(draft()).await, pat.publishes(draft()).await];
    let program = Program::of(app, "pat", "publish").await;
    let alert = json!({
        "kind": "alert", "severity": "critical", "title": "Fire", "audience": { "groups": ["Support"] },
        "acknowledge": true, "escalate_to": ["Crew"], "escalate_after": [10], "escalate_if": ["any"],
    });
    let by_program = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    assert_eq!(ann.answers(posts[0], SAFE, "", "").await.status, 303);
    assert_eq!(ann.posts(&format!("/posts/{by_program}/acknowledgement"), &[]).await.status, 303);
    comes_to_it(app).await;

    for post in posts {
        let text = pat.gets(&format!("/admin/posts/{post}/roster")).await.text;
        let steps = text.split("class=\"roster-steps\"").nth(1).unwrap().split("</ol>").next().unwrap();
        assert!(steps.contains("<bdi>Crew</bdi>: done at <time"), "{steps}");
        assert!(!text.contains("enough had said"), "{text}");
    }
    let path = format!("/api/v1/posts/{by_program}/roster");
    let steps = calls(&program, Method::GET, &path, json!(null)).await.json()["escalation"].clone();
    assert_eq!((&steps[0]["outcome"], steps[0]["done_at"].is_string()), (&json!(null), true), "{steps}");
}
