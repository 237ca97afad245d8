//! Who coordinates a post may do for it what its author may, as long as they are in the group.

use reqwest::Method;
use serde_json::json;

use super::acknowledging::asks;
use super::changes::asks as calls;
use crate::support::{Draft, Person, Program, TestApp, eventually, makes_group, tags};

/// An alert for one person, with these coordinators.
fn coordinated(title: &str, to: &str, name: &str) -> Draft {
    Draft::alert("warning", title).to(&[to]).with("acknowledge", "on").with("coordinators", name)
}

impl Person {
    /// What each address of a post that is for who may act on it answers.
    async fn may_act_on(&self, post: i64) -> Vec<u16> {
        let mut answers = Vec::new();
        for part in ["edit", "roster", "roster.csv", "record", "record.json", "withdrawal"] {
            answers.push(self.gets(&format!("/admin/posts/{post}/{part}")).await.status);
        }
        answers
    }

    /// The titles of what stands in their list of posts.
    async fn lists_posts(&self, query: &str) -> Vec<String> {
        let page = self.gets(&format!("/admin/posts{query}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        let rows = page.text.split("<tr data-post=").skip(1);
        let title = |row: &str| row.split("</a>").next().unwrap().rsplit('>').next().unwrap().to_owned();
        rows.map(title).collect()
    }
}

#[tokio::test]
async fn who_coordinates_a_post_may_do_for_it_what_its_author_may_until_they_leave() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben, cay) = (app.member("ann").await, app.member("ben").await, app.member("cay").await);
    makes_group(&boss, "Safety", &["ann"]).await;

    let post = pat.publishes(coordinated("Leave building C", "cay", "safety")).await;

    assert_eq!(ann.may_act_on(post).await, [200; 6]);
    assert_eq!(ben.may_act_on(post).await, [404; 6]);
    assert_eq!(cay.may_act_on(post).await, [404; 6], "a reader");
    assert_eq!(boss.may_act_on(post).await, [404; 6], "an admin has no other right");
    let page = ann.gets(&format!("/posts/{post}")).await;
    assert!(page.text.contains("Leave building C") && page.text.contains("/coordinators\""), "{page:?}");
    assert_eq!(ben.gets(&format!("/posts/{post}")).await.status, 404);
    assert!(!cay.gets(&format!("/posts/{post}")).await.text.contains("Safety"), "readers do not see who");
    assert!(cay.gets(&format!("/posts/{post}")).await.text.contains("coordinators see by name"));
    assert!(ann.reads_feed().await.posts.is_empty(), "she is no reader");
    let path = format!("/posts/{post}/acknowledgement");
    assert_eq!(ann.posts(&path, &[]).await.status, 404, "nor is she asked");

    let edit = [("version", "1"), ("kind", "alert"), ("severity", "warning"), ("title", "Leave building D")];
    let edited = ann.posts(&format!("/admin/posts/{post}"), &edit).await;
    assert_eq!(edited.status, 303, "{edited:?}");
    let strike = format!("/admin/posts/{post}/revisions/1/striking");
    assert_eq!(ann.posts(&strike, &[("reason", "A wrong house")]).await.status, 303);
    assert!(ann.gets(&format!("/posts/{post}/revisions")).await.text.contains("A wrong house"));
    let reminded = ann.posts(&format!("/admin/posts/{post}/reminder"), &[("key", "one")]).await;
    assert!(reminded.location().ends_with("?reminded=1"), "{reminded:?}");
    assert_eq!(
        ann.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "all out")]).await.status,
        303
    );
    assert_eq!(ann.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await.status, 303);

    app.runs(&["group", "leave", "Safety", "ann"], "").await;
    assert_eq!(ann.may_act_on(post).await, [404; 6]);
    assert_eq!(ann.gets(&format!("/posts/{post}")).await.status, 404);
    app.runs(&["group", "join", "Safety", "ann"], "").await;
    assert_eq!(ann.may_act_on(post).await, [200; 6]);
    assert_eq!(
        ann.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "over")]).await.status,
        303
    );
    assert_eq!(ann.gets(&format!("/posts/{post}")).await.status, 200, "they keep it, marked");
    let audit = boss.gets("/admin/audit?name=ann").await.text;
    for act in ["Post edited", "Post withdrawn", "Alert over", "Readers reminded"] {
        assert!(audit.contains(act), "{act}");
    }
    boss.posts(&format!("{}/removal", makes_group(&boss, "Other", &["ann"]).await), &[]).await;
    assert_eq!(ann.may_act_on(post).await[1], 200);
}

#[tokio::test]
async fn a_removed_group_coordinates_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let ann = app.member("ann").await;
    let group = makes_group(&boss, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "boss", "Safety")).await;
    assert_eq!(ann.may_act_on(post).await, [200; 6]);

    boss.posts(&format!("{group}/removal"), &[]).await;

    assert_eq!(ann.may_act_on(post).await, [404; 6]);
    assert!(ann.lists_posts("").await.is_empty());
}

#[tokio::test]
async fn what_one_coordinates_stands_in_ones_list_of_posts_in_its_place() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, ann) = (app.publisher("pat").await, app.publisher("ann").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    makes_group(&boss, "Fire", &["ann", "pat"]).await;
    pat.publishes(coordinated("One", "boss", "Safety")).await;
    ann.publishes(Draft::news("Two")).await;
    pat.publishes(coordinated("Three", "boss", "Fire")).await;
    let four = pat.publishes(coordinated("Four", "boss", "ann")).await;
    pat.publishes(coordinated("Not hers", "boss", "pat")).await;

    assert_eq!(ann.lists_posts("").await, ["Four", "Three", "Two", "One"]);
    assert_eq!(pat.lists_posts("").await, ["Not hers", "Four", "Three", "One"], "each once");
    let page = ann.gets("/admin/posts").await.text;
    assert_eq!(page.matches("you coordinate it").count(), 3, "{page}");
    ann.posts(&format!("/admin/posts/{four}/resolution"), &[]).await;
    assert_eq!(ann.lists_posts("?state=over").await, ["Four"]);
    assert_eq!(ann.lists_posts("?state=open").await, ["Three", "One"]);
}

#[tokio::test]
async fn a_post_is_handed_over_in_one_step_to_a_group_to_somebody_or_to_nobody() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    makes_group(&boss, "Empty", &[]).await;
    let post = pat.publishes(coordinated("Leave building C", "boss", "Safety")).await;
    let path = format!("/admin/posts/{post}/coordinators");

    for (name, why) in [("Nowhere", "is called"), ("Empty", "may sign in")] {
        let refused = ann.posts(&path, &[("coordinators", name)]).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.text.contains(&format!("value=\"{name}\"")) && refused.text.contains(why), "{name}");
    }
    assert_eq!(ben.posts(&path, &[("coordinators", "ben")]).await.status, 404);
    let handed = ann.posts(&path, &[("coordinators", "ben")]).await;
    assert_eq!((handed.status, handed.location()), (303, "/admin/posts?done=handed-over"));
    assert_eq!((ann.may_act_on(post).await[1], ben.may_act_on(post).await[1]), (404, 200));
    assert_eq!(ben.posts(&path, &[("coordinators", "Safety")]).await.status, 303);
    assert_eq!((ann.may_act_on(post).await[1], ben.may_act_on(post).await[1]), (200, 404));
    let handed = pat.posts_and_sees(&path, &[("coordinators", "")]).await;
    assert!(handed.text.contains("Handed over"), "{handed:?}");
    assert_eq!(ann.may_act_on(post).await[1], 404);
    let audit = boss.gets("/admin/audit?act=post-hand-over").await.text;
    for to in ["to ben", "to Safety", "to nobody"] {
        assert!(audit.contains(to), "{to}");
    }
    let page = pat.gets(&format!("/posts/{post}")).await.text;
    assert!(!page.contains("post-edited"), "its readers are told nothing of it");
}

#[tokio::test]
async fn programs_name_coordinators_and_hand_over() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    makes_group(&boss, "Safety", &["ann"]).await;
    let program = Program::of(&app, "boss", "publish").await;
    let mut alert = json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone" });

    alert["coordinators"] = json!("Nowhere");
    let refused = program.sends(&alert).await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"]["coordinators"].is_string(), "{refused:?}");
    alert["coordinators"] = json!("Safety");
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    assert_eq!(ann.may_act_on(post).await[1], 200);
    let path = format!("/api/v1/posts/{post}");
    let answer = calls(&program, Method::PATCH, &path, json!({ "coordinators": "" })).await;
    assert_eq!((answer.status, &answer.json()["version"]), (200, &json!(1)), "{answer:?}");
    assert_eq!(ann.may_act_on(post).await[1], 404);
}

#[tokio::test]
async fn an_open_roster_is_told_to_who_coordinates_and_not_once_they_have_left() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, cay, dee) = (app.member("ann").await, app.member("cay").await, app.member("dee").await);
    makes_group(&boss, "Safety", &["ann", "boss"]).await;
    let post =
        pat.publishes(asks("Leave building C").to(&["cay", "dee"]).with("coordinators", "Safety")).await;
    let mut open = ann.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    let mut other = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    other.says_hello().await;

    cay.has_seen(post, "one").await;
    while open.next("roster").await.data["acknowledged"] != 1 {}
    app.runs(&["group", "leave", "Safety", "ann"], "").await;
    dee.has_seen(post, "two").await;

    while other.next("roster").await.data["acknowledged"] != 2 {}
    boss.publishes(Draft::news("After")).await;
    loop {
        let event = open.next_event().await.unwrap();
        assert_ne!(event.name, "roster", "{event:?}");
        if event.name == "post" {
            break;
        }
    }
}

#[tokio::test]
async fn the_admins_are_told_once_of_each_time_that_nobody_coordinates_an_alert_any_more() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat*").await;
    app.member("ann").await;
    app.member("ben").await;
    makes_group(&boss, "Safety_1", &["ann", "ben"]).await;
    pat.publishes(coordinated("Secret", "ben", "Safety_1")).await;
    let told = async || {
        let page = boss.gets("/").await;
        let rows = tags(&page.text, "<li").filter(|tag| tag.contains("id=\"post-")).count();
        assert!(!page.text.contains("Secret"), "what it says is not for admins");
        (rows, page.text)
    };

    app.runs(&["user", "disable", "ann"], "").await;
    assert_eq!(told().await.0, 0, "ben is there");
    app.runs(&["group", "leave", "Safety_1", "ben"], "").await;
    let text = eventually("told", async || Some(told().await).filter(|told| told.0 == 1)).await.1;
    assert!(text.contains("Nobody coordinates an alert by pat* any more"), "{text}");
    assert!(text.contains("its coordinators were Safety_1:"), "{text}");
    app.runs(&["group", "join", "Safety_1", "ben"], "").await;
    // That somebody is there again is found at the next look, and only then can it be so a second time.
    let noted = async || {
        let noted = "SELECT count(*) FROM posts WHERE uncoordinated_ms IS NOT NULL";
        let noted: i64 = app.asks_database(noted).await.try_get_by_index(0).unwrap();
        (noted == 0).then_some(())
    };
    eventually("it is noted that somebody is there again", noted).await;
    app.runs(&["user", "disable", "ben"], "").await;
    eventually("told again", async || Some(told().await).filter(|told| told.0 == 2)).await;
}

#[tokio::test]
async fn an_admin_may_require_coordinators_for_critical_alerts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, _ann) = (app.publisher("pat").await, app.member("ann").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    let program = Program::of(&app, "pat", "publish").await;
    let critical = || Draft::alert("critical", "Leave building C");
    pat.publishes(critical()).await;
    let warning = pat.publishes(Draft::alert("warning", "Wet floor")).await;

    assert_eq!(pat.gets("/admin/organisation").await.status, 403);
    assert!(boss.gets("/admin/organisation").await.has_ticked("coordinators", "optional"), "off by default");
    for _ in 0..2 {
        let saved = boss.posts_and_sees("/admin/organisation", &[("coordinators", "critical")]).await;
        assert!(saved.has_ticked("coordinators", "critical") && saved.text.contains("Saved."), "{saved:?}");
    }

    let refused = pat.sends(&critical()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("A critical alert needs coordinators"), "{refused:?}");
    assert!(refused.text.contains("value=\"Leave building C\""), "{refused:?}");
    let alert = json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone" });
    let refused = program.sends(&alert).await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"]["coordinators"].is_string(), "{refused:?}");
    let edit = [("version", "1"), ("kind", "alert"), ("severity", "critical"), ("title", "Wet floor")];
    let path = format!("/admin/posts/{warning}");
    assert_eq!(pat.posts(&path, &edit).await.status, 422, "nor does it become critical");
    let edit = [&edit[..], &[("coordinators", "Safety")]].concat();
    assert_eq!(pat.posts(&path, &edit).await.status, 303);
    let handed = pat.posts(&format!("{path}/coordinators"), &[("coordinators", "")]).await;
    assert_eq!(handed.status, 422, "nor is it handed over to nobody");
    pat.publishes(critical().with("coordinators", "Safety")).await;
    pat.publishes(Draft::alert("warning", "Another")).await;
    boss.posts("/admin/organisation", &[("coordinators", "optional")]).await;
    pat.publishes(critical()).await;
    let audit = boss.gets("/admin/audit?act=organisation-change").await.text;
    assert_eq!(audit.matches("no post needs coordinators").count(), 1);
    assert_eq!(
        audit.matches("a critical alert needs coordinators").count(),
        1,
        "what is as it was is no act"
    );
}

/// Whether the menu of their pages leads to their posts.
async fn has_posts_in_menu(person: &Person) -> bool {
    let page = person.gets("/").await.text;
    let menu = page.split("<nav class=\"menu\"").nth(1).unwrap().split("</nav>").next().unwrap();
    menu.contains("href=\"/admin/posts\"")
}

#[tokio::test]
async fn members_find_in_the_menu_what_they_coordinate() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let group = makes_group(&boss, "Safety", &["ann"]).await;
    assert!(!has_posts_in_menu(&ann).await);
    let page = ben.gets("/admin/posts").await.text;
    assert!(
        page.contains("href=\"/admin/posts\" aria-current=\"page\""),
        "whoever is there sees where they are"
    );

    let post = pat.publishes(coordinated("Leave building C", "boss", "Safety")).await;

    assert_eq!((has_posts_in_menu(&ann).await, has_posts_in_menu(&ben).await), (true, false));
    assert!(!has_posts_in_menu(&pat).await, "publishers have them beside the form");
    for path in
        [format!("/posts/{post}"), format!("/admin/posts/{post}/edit"), format!("/admin/posts/{post}/roster")]
    {
        let page = ann.gets(&path).await.text;
        assert!(page.contains("href=\"/admin/posts\" aria-current=\"page\""), "{path}");
        let page = pat.gets(&path).await.text;
        let section = if path.starts_with("/posts") { "/" } else { "/admin/posts/new" };
        assert!(page.contains(&format!("href=\"{section}\" aria-current=\"page\"")), "{path}: {page}");
    }
    ann.posts(&format!("/admin/posts/{post}/coordinators"), &[("coordinators", "ben")]).await;
    assert_eq!((has_posts_in_menu(&ann).await, has_posts_in_menu(&ben).await), (false, true));
    pat.posts(&format!("/admin/posts/{post}/coordinators"), &[("coordinators", "Safety")]).await;
    assert_eq!((has_posts_in_menu(&ann).await, has_posts_in_menu(&ben).await), (true, false));
    boss.posts(&format!("{group}/removal"), &[]).await;
    assert!(!has_posts_in_menu(&ann).await);
    app.runs(&["user", "role", "pat", "member"], "").await;
    let pat = app.signs_in("pat").await;
    assert!(has_posts_in_menu(&pat).await, "who wrote something keeps it");
}

#[tokio::test]
async fn who_may_edit_a_post_is_suggested_names_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, cay) = (app.member("ann").await, app.member("cay").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "cay", "Safety")).await;
    let path = format!("/admin/posts/{post}/suggestions?q=ca");
    let reach = format!("/admin/posts/{post}/reach");
    let chosen = [("audience", "chosen"), ("recipients", "cay")];

    assert!(
        ann.gets(&format!("/admin/posts/{post}/edit")).await.text.contains(path.split('?').next().unwrap())
    );
    let found = ann.gets(&path).await.json();
    assert_eq!(found["found"], json!([{ "name": "cay", "is_group": false }]), "{found}");
    assert!(ann.posts(&reach, &chosen).await.json()["text"].as_str().unwrap().contains("1 person"));
    assert_eq!(ann.gets("/admin/people/suggestions?q=ca").await.status, 403, "for this post alone");
    for other in [&cay, &boss] {
        assert_eq!(other.gets(&path).await.status, 404);
        assert_eq!(other.posts(&reach, &chosen).await.status, 404);
    }
    pat.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "")]).await;
    assert_eq!(ann.gets(&path).await.status, 404, "there is nothing to edit");
}

#[tokio::test]
async fn who_coordinates_from_outside_is_told_when_the_post_has_changed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let ann = app.member("ann").await;
    app.member("cay").await;
    makes_group(&boss, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "cay", "Safety")).await;
    let page = ann.gets(&format!("/posts/{post}")).await.text;
    assert!(page.contains(&format!("board=\"roster:{post}\"")), "{page}");
    assert!(!pat.gets(&format!("/posts/{post}")).await.text.contains("board=\""), "the log tells the others");
    let mut open = ann.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    assert_eq!(open.next("roster").await.data["version"], 1);

    let edit = [("version", "1"), ("kind", "alert"), ("severity", "warning"), ("title", "Leave building D")];
    assert_eq!(pat.posts(&format!("/admin/posts/{post}"), &edit).await.status, 303);
    let told = open.next_event().await.unwrap();
    assert_eq!((told.name.as_str(), &told.data["version"]), ("roster", &json!(2)), "{told:?}");
    assert!(!told.data.to_string().contains("building"), "what it says is on the page alone");
    pat.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "")]).await;
    let told = open.next_event().await.unwrap();
    assert_eq!((&told.data["version"], &told.data["outstanding"]), (&json!(3), &json!(0)), "{told:?}");
    pat.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await;
    assert_eq!(open.next("roster").await.data["outstanding"], 1);
    app.runs(&["user", "disable", "cay"], "").await;
    assert_eq!(open.next("roster").await.data["outstanding"], 0, "nobody can be asked");
}

#[tokio::test]
async fn of_two_who_hand_over_at_once_one_comes_after_the_other() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben, cay) = (app.member("ann").await, app.member("ben").await, app.member("cay").await);
    for round in 0..8 {
        let post = pat.publishes(coordinated("Leave building C", "boss", "ann")).await;
        let path = format!("/admin/posts/{post}/coordinators");
        let (to_ben, to_cay) = ([("coordinators", "ben")], [("coordinators", "cay")]);
        let (by_ann, by_pat) = tokio::join!(ann.posts(&path, &to_ben), pat.posts(&path, &to_cay));

        assert_eq!(by_pat.status, 303, "the author may do so at any time");
        let acts = async |person: &Person| person.gets(&format!("/admin/posts/{post}/roster")).await.status;
        let now = (acts(&ann).await, acts(&ben).await, acts(&cay).await);
        assert_eq!(now.0, 404, "she has handed it over, or lost it");
        match by_ann.status {
            // Hers came first, and the author's after it; or after it, where it was not hers any more.
            303 | 404 => assert_eq!((now.1, now.2), (404, 200), "round {round}"),
            other => panic!("{other}: {by_ann:?}"),
        }
        let audit = boss.gets(&format!("/admin/audit?act=post-hand-over&about=post+{post}")).await.text;
        assert!(audit.contains("to cay"), "{audit}");
    }
}
