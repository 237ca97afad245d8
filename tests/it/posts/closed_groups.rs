//! Closed groups: who is in one is named and counted to admins alone, and to whom they named to coordinate a post to it.

use reqwest::Method;
use serde_json::json;

use super::{answering::asks_who_is_safe, calls::id_of, changes::asks as calls};
use crate::support::{Draft, Person, Program, TestApp, makes_group};

mod escalating;
mod naming;

const SAFE: &str = "0";
const HELP: &str = "2";

/// A post of pat's to a closed group with Zelda and Ben in it, and to an open one with Ben and Cay.
struct Case {
    app: TestApp,
    boss: Person,
    pat: Person,
    cora: Person,
    ann: Person,
    ben: Person,
    cay: Person,
    closed: String,
    open: String,
}

impl Case {
    async fn begins() -> Self {
        let app = TestApp::start().await;
        let boss = app.admin("boss").await;
        let (pat, cora) = (app.publisher("pat").await, app.member("cora").await);
        let (ann, ben, cay) = (app.member("Zelda").await, app.member("Ben").await, app.member("Cay").await);
        let closed = makes_group(&boss, "Support", &["Zelda", "Ben"]).await;
        let open = makes_group(&boss, "Crew", &["Ben", "Cay"]).await;
        makes_group(&boss, "Care", &["cora"]).await;
        assert_eq!(boss.posts(&format!("{closed}/closing"), &[]).await.status, 303);
        Self { app, boss, pat, cora, ann, ben, cay, closed, open }
    }

    async fn publishes(&self, groups: &[&str]) -> i64 {
        let post = self.pat.publishes(self.draft(groups).with("coordinators", "boss")).await;
        // An admin names who is to know them all.
        let handing_over = [("coordinators", "Care")];
        let path = format!("/admin/posts/{post}/coordinators");
        assert_eq!(self.boss.posts(&path, &handing_over).await.status, 303);
        post
    }

    fn draft(&self, groups: &[&str]) -> Draft {
        let draft = asks_who_is_safe().with("audience", "groups");
        groups.iter().fold(draft, |draft, group| draft.and("groups", group))
    }
}

/// Everything that anybody who may act on a post can look at to find out who is on its roster.
async fn everything(person: &Person, post: i64, closed: &str) -> String {
    let group = closed.rsplit('/').next().unwrap();
    let mut all = String::new();
    let lists =
        ["", "?q=ze", "?state=outstanding", "?state=acknowledged", "?state=apart", "?answer=0", "?answer=2"];
    let by_group = [format!("?group={group}"), format!("?group={group}&state=outstanding")];
    for list in lists.iter().map(|list| (*list).to_owned()).chain(by_group.clone()) {
        all += &person.gets(&format!("/admin/posts/{post}/roster{list}")).await.text;
        all += &person.gets(&format!("/admin/posts/{post}/roster.csv{list}")).await.text;
    }
    for page in ["sheet", "record", "record.json"] {
        all += &person.gets(&format!("/admin/posts/{post}/{page}")).await.text;
    }
    all += &person.gets(&format!("/admin/posts/{post}/sheet{}", by_group[0])).await.text;
    all += &person.gets("/").await.text;
    all
}

/// The numbers on a roster's page, and what its record says of them.
async fn numbers(person: &Person, post: i64) -> (Vec<String>, serde_json::Value) {
    let page = person.gets(&format!("/admin/posts/{post}/roster")).await.text;
    let rest = page.split("data-number=\"").skip(1);
    let shown = rest.map(|rest| rest.split("</dd>").next().unwrap().to_owned()).collect();
    let record = person.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    (shown, record["numbers"].clone())
}

#[tokio::test]
async fn who_is_reached_by_a_closed_group_alone_is_in_no_list_and_no_number_of_its_author() {
    let case = Case::begins().await;
    let Case { app, boss, pat, cora, ann, ben, cay, closed, .. } = &case;
    let beside = case.publishes(&["Crew"]).await;
    let post = case.publishes(&["Support", "Crew"]).await;
    let mut open = pat.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    assert_eq!(open.next("roster").await.data["recipients"], 2);

    let (with, without) = (numbers(pat, post).await, numbers(pat, beside).await);
    assert_eq!(with.0, without.0, "with and without the group");
    assert_eq!((&with.1["recipients"], &with.1["partial"]), (&json!(2), &json!(true)));
    assert_eq!(without.1["partial"], json!(false));
    assert_eq!(ann.answers(post, SAFE, "In the chapel", "").await.status, 303);
    assert_eq!(numbers(pat, post).await, with, "nor by what she does");
    let ann_id = id_of(app, "Zelda").await;
    for path in ["answer", "taking"] {
        let path = format!("/admin/posts/{post}/people/{ann_id}/{path}");
        assert_eq!(pat.posts(&path, &[("answer", SAFE), ("key", "k")]).await.status, 404, "{path}");
    }
    let reminded = pat.posts(&format!("/admin/posts/{post}/reminder"), &[("key", "one")]).await;
    assert!(reminded.location().ends_with("?reminded=2"), "{reminded:?}");
    app.runs(&["group", "leave", "Support", "Ben"], "").await;
    app.runs(&["group", "leave", "Support", "Zelda"], "").await;
    let seen = everything(pat, post, closed).await;
    let form = pat.gets(&format!("/admin/posts/{post}/edit")).await.text;
    assert!(!form.contains("who has left one of its groups"), "nor who has left it: {form}");
    for word in ["Zelda", "chapel"] {
        assert!(!seen.contains(word), "{word}: {seen}");
    }
    assert!(seen.contains("Ben") && seen.contains("Cay"), "who is in the open one stands in it");
    assert!(
        seen.contains("Whoever is in a closed group is neither named nor counted here."),
        "and it is said"
    );
    assert!(!seen.contains(">Support</option>"), "nobody is told apart by it");
    assert_eq!(ben.answers(post, SAFE, "", "").await.status, 303);
    loop {
        let told = open.next("roster").await.data;
        assert!(!told.to_string().contains("Zelda"), "{told}");
        assert_eq!(told["recipients"], 2);
        if told["acknowledged"] == 1 {
            assert_eq!(told["answers"], json!([1, 0, 0]));
            break;
        }
    }

    let seen = everything(cora, post, closed).await;
    assert!(seen.contains("Zelda") && seen.contains("chapel"), "who coordinates it knows");
    assert_eq!(numbers(cora, post).await.1["recipients"], 3);
    let by_boss = boss.publishes(case.draft(&["Crew", "Support"])).await;
    assert_eq!(
        numbers(boss, by_boss).await.1["recipients"],
        2,
        "they have left, and Ben and Cay are in the other"
    );
    app.runs(&["group", "leave", "Care", "cora"], "").await;
    assert_eq!(cora.gets(&format!("/admin/posts/{post}/roster")).await.status, 404);
    cay.reads_feed().await;
}

#[tokio::test]
async fn programs_of_whoever_is_no_admin_know_no_more() {
    let case = Case::begins().await;
    let mut numbers = Vec::new();
    for owner in ["pat", "boss"] {
        let program = Program::of(&case.app, owner, "publish").await;
        let alert = json!({
            "kind": "alert", "severity": "warning", "title": owner, "acknowledge": true,
            "audience": { "groups": ["Crew", "Support"] },
        });
        let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
        let roster = calls(&program, Method::GET, &format!("/api/v1/posts/{post}/roster"), json!(null)).await;
        let roster = roster.json();
        let names: Vec<_> = roster["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        numbers.push((names.join(" "), roster["recipients"].clone(), roster["partial"].clone()));
    }
    let [of_pat, of_boss] = &numbers[..] else { panic!("{numbers:?}") };
    assert_eq!(*of_pat, ("Ben Cay".into(), json!(2), json!(true)));
    assert_eq!(
        *of_boss,
        ("Ben Cay Zelda".into(), json!(3), json!(false)),
        "admins know who is in their groups"
    );
}

#[tokio::test]
async fn no_count_of_the_form_tells_how_many_are_in_a_closed_group() {
    let case = Case::begins().await;
    let Case { app, pat, .. } = &case;
    let reach = async |groups: &[&str], people: &[&str]| {
        let groups = groups.iter().map(|name| ("groups", *name));
        let people = people.iter().map(|name| ("recipients", *name));
        let fields: Vec<_> =
            [("audience", "chosen"), ("kind", "news")].into_iter().chain(groups).chain(people).collect();
        pat.posts("/admin/posts/reach", &fields).await.json().to_string()
    };
    let said = async || {
        [
            reach(&["Support"], &[]).await,
            reach(&["Support", "Crew"], &[]).await,
            reach(&["Support"], &["Cay"]).await,
            pat.gets("/admin/people/suggestions?q=sup&of=groups").await.text,
        ]
    };
    let before = said().await;
    assert!(
        before[0].contains("who are not counted") && before[0].contains("Publish to closed groups"),
        "{before:?}"
    );
    assert!(before[1].contains("2 others at most"), "{before:?}");
    assert!(before[3].contains("Support") && !before[3].contains("size"), "{before:?}");
    app.runs(&["group", "join", "Support", "Cay"], "").await;
    assert_eq!(said().await, before, "nor that somebody joins it");
    assert!(reach(&["Crew"], &[]).await.contains("2 people"), "of others it is said");
}

#[tokio::test]
async fn who_needs_help_is_told_to_coordinators_or_admins_and_not_to_the_author() {
    let case = Case::begins().await;
    let Case { boss, pat, cora, ann, cay, .. } = &case;
    let titles = async |person: &Person| person.gets("/").await.text.matches("Zelda: I need help").count();
    let post = case.publishes(&["Support", "Crew"]).await;
    assert_eq!(ann.answers(post, HELP, "My leg", "+43 1 234").await.status, 303);
    assert_eq!(cay.answers(post, HELP, "My arm", "+43 1 235").await.status, 303);

    let feed = pat.gets("/").await.text;
    assert!(feed.contains("My arm") && !feed.contains("My leg"), "{feed}");
    assert!(!everything(pat, post, &case.closed).await.contains("Zelda"));
    let feed = cora.gets("/").await.text;
    assert!(feed.contains("My arm") && feed.contains("My leg"), "{feed}");
    assert!(!boss.gets("/").await.text.contains("My leg"), "there is somebody to be told");
    let alone = pat.publishes(case.draft(&["Support"])).await;
    assert_eq!(ann.answers(alone, HELP, "My hand", "+43 1 234").await.status, 303);
    assert!(boss.gets("/").await.text.contains("My hand"), "somebody is told");
    assert!(!pat.gets("/").await.text.contains("My hand"));
    assert_eq!(titles(pat).await, 0);
}

#[tokio::test]
async fn closing_is_for_admins_is_in_the_audit_log_and_holds_at_once() {
    let case = Case::begins().await;
    let Case { boss, pat, open, closed, .. } = &case;
    let post = pat.publishes(case.draft(&["Crew"])).await;
    let mut stream = pat.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    stream.says_hello().await;
    assert_eq!(stream.next("roster").await.data["recipients"], 2);

    assert_eq!(pat.posts(&format!("{open}/closing"), &[]).await.status, 403);
    let done = boss.posts_and_sees(&format!("{open}/closing"), &[]).await;
    assert!(done.text.contains("Closed.") && done.text.contains(">closed</span>"), "{done:?}");
    assert_eq!(stream.next("roster").await.data["recipients"], 0, "an open roster, too");
    assert_eq!(numbers(pat, post).await.1["recipients"], 0);
    assert!(boss.gets("/admin/groups").await.text.matches(">closed</span>").count() == 2);
    boss.posts(&format!("{open}/closing"), &[]).await;
    let done = boss.posts_and_sees(&format!("{open}/closing/removal"), &[]).await;
    assert!(done.text.contains("The group is open again."), "{done:?}");
    assert_eq!(stream.next("roster").await.data["recipients"], 2);
    let audit = boss.gets("/admin/audit?act=group-closing").await.text;
    assert_eq!(audit.matches("not closed any more").count(), 1, "{audit}");
    assert_eq!(audit.matches("Closed group changed").count() - 1, 3, "what is as it was is no act: {audit}");
    boss.posts(&format!("{closed}/removal"), &[]).await;
}

#[tokio::test]
async fn a_group_that_is_removed_stays_closed_and_narrowing_tells_nothing() {
    let case = Case::begins().await;
    let Case { boss, pat, cay, closed, .. } = &case;
    let post = pat.publishes(case.draft(&["Support", "Crew"])).await;
    let before = numbers(pat, post).await;
    let edit = |version: &'static str, groups: &'static [&'static str]| {
        let fixed = [("version", version), ("kind", "alert"), ("severity", "critical"), ("title", "Fire")];
        let groups = groups.iter().map(|name| ("groups", *name));
        fixed.into_iter().chain([("audience", "chosen")]).chain(groups).collect::<Vec<_>>()
    };
    let path = format!("/admin/posts/{post}");
    assert_eq!(pat.posts(&path, &edit("1", &["Crew"])).await.status, 303);
    assert_eq!(numbers(pat, post).await, before, "narrowed to the open one");
    assert_eq!(pat.posts(&path, &edit("2", &["Crew", "Support"])).await.status, 303);
    assert_eq!(numbers(pat, post).await, before, "and widened again");
    assert_eq!(pat.posts(&path, &edit("3", &["Support"])).await.status, 303);
    let (shown, _) = numbers(pat, post).await;
    assert!(
        shown.last().unwrap().contains("0 people"),
        "Ben, who has it still by the closed one, is as Cay: {shown:?}"
    );
    assert_eq!(cay.gets(&format!("/posts/{post}")).await.status, 404);
    boss.posts(&format!("{closed}/removal"), &[]).await;
    let seen = everything(pat, post, closed).await;
    assert!(!seen.contains("Zelda"), "{seen}");
}
