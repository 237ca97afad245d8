//! What scripts are answered when they send a form of a post: nothing, or what is wrong, field by field.

use reqwest::Method;

use crate::support::{Draft, Page, Person, TestApp};

async fn sends(person: &Person, path: &str, fields: &[(&str, &str)]) -> Page {
    let request = person.request(Method::POST, path).header("Accept", "application/json").form(fields);
    Page::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_script_that_edits_resolves_or_withdraws_is_told_that_it_is_done_or_what_is_wrong() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.publisher("ann").await;
    let post = boss.publishes(Draft::alert("info", "Water")).await;
    let edit = format!("/admin/posts/{post}");
    let [resolution, reopening, withdrawal] =
        ["resolution", "resolution/removal", "withdrawal"].map(|noun| format!("{edit}/{noun}"));
    let fields = |title: &'static str, version: &'static str| {
        [("kind", "alert"), ("severity", "info"), ("title", title), ("version", version)]
    };
    let long = "x".repeat(501);

    for (path, fields, wrong) in [
        (&edit, fields("", "1").to_vec(), "title"),
        (&edit, [&fields("Water", "1")[..], &[("expires", "2020-01-01T08:00")]].concat(), "expires"),
        (
            &edit,
            [&fields("Water", "1")[..], &[("audience", "chosen"), ("recipients", "nobody")]].concat(),
            "audience",
        ),
        (&edit, fields("Water", "7").to_vec(), "form"),
        (&resolution, vec![("note", &*long)], "note"),
        (&withdrawal, vec![("reason", &*long)], "reason"),
    ] {
        let refused = sends(&boss, path, &fields).await;
        assert_eq!(
            (refused.status, refused.header("content-type")),
            (422, "application/problem+json"),
            "{path}"
        );
        let problems = &refused.json()["problems"];
        assert!(problems[wrong].as_str().is_some_and(|why| !why.is_empty()), "{path}: {problems}");
        assert_eq!(problems.as_object().unwrap().len(), 1, "{problems}");
    }
    assert_eq!(sends(&ann, &edit, &fields("Hers", "1")).await.status, 404);
    for (path, fields) in [
        (&edit, fields("Water again", "1").to_vec()),
        (&edit, fields("Water again", "2").to_vec()),
        (&resolution, vec![("note", "")]),
        (&reopening, vec![]),
        (&withdrawal, vec![("reason", "")]),
        (&withdrawal, vec![("reason", "")]),
    ] {
        let done = sends(&boss, path, &fields).await;
        assert_eq!((done.status, done.text.as_str()), (204, ""), "{path}");
    }
    for (path, fields) in [(&edit, &fields("Late", "5")[..]), (&resolution, &[]), (&reopening, &[])] {
        let late = sends(&boss, path, fields).await;
        assert!(late.status == 422 && late.json()["problems"]["form"].is_string(), "{path}: {late:?}");
    }
}
