//! Who is from outside now was reached by what was for everyone before, and stays on its roster.

use super::{number, people};
use crate::{
    imports::takes,
    posts::acknowledging::asks,
    support::{Person, TestApp},
    users::page_of,
};

async fn sets_external(boss: &Person, name: &str, is_external: bool) {
    let fields: &[_] = if is_external { &[("external", "on")] } else { &[] };
    let page = page_of(boss, name).await;
    assert_eq!(boss.posts(&format!("{page}/external"), fields).await.status, 303);
}

#[tokio::test]
async fn who_became_external_stays_on_the_rosters_of_what_reached_them() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, _ben) = (app.member("Ann").await, app.member("Ben").await);
    let first = boss.publishes(asks("For all")).await;

    sets_external(&boss, "Ann", true).await;
    let second = boss.publishes(asks("For all of the house")).await;
    let outside = boss.publishes(asks("For all, from outside, too").with("external", "on")).await;

    assert_eq!(ann.reads_feed().await.posts, [outside]);
    let roster = boss.reads_roster(first, "").await;
    assert_eq!(
        people(&roster),
        ["Ann apart", "Ben outstanding"],
        "she was reached, and is not asked any more"
    );
    assert_eq!((number(&roster, "recipients"), number(&roster, "outstanding")), ("2 people", "1 person"));
    assert_eq!(people(&boss.reads_roster(second, "").await), ["Ben outstanding"]);
    let both = ["Ann outstanding", "Ben outstanding"];
    assert_eq!(people(&boss.reads_roster(outside, "").await), both);

    // She comes back, goes again, and nothing is published in between.
    for is_external in [false, true, false] {
        sets_external(&boss, "Ann", is_external).await;
    }
    let last = boss.publishes(asks("For all again")).await;
    sets_external(&boss, "Ann", true).await;
    assert_eq!(people(&boss.reads_roster(last, "").await), ["Ann apart", "Ben outstanding"]);
    assert_eq!(people(&boss.reads_roster(second, "").await), ["Ben outstanding"]);
    assert_eq!(people(&boss.reads_roster(outside, "").await), both);
}

#[tokio::test]
async fn who_becomes_external_by_a_list_stays_on_them_too() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    takes(&app, "1,Ann,member,,,\n2,Ben,member,,yes,\n", &["--yes"]).await;
    let first = boss.publishes(asks("For all")).await;
    assert_eq!(people(&boss.reads_roster(first, "").await), ["Ann outstanding"]);

    takes(&app, "1,Ann,member,,yes,\n2,Ben,member,,yes,\n", &["--yes"]).await;

    assert_eq!(people(&boss.reads_roster(first, "").await), ["Ann apart"]);
    let outside = boss.publishes(asks("For all, from outside, too").with("external", "on")).await;
    takes(&app, "1,Ann,member,,,\n2,Ben,member,,,\n", &["--yes"]).await;
    let both = ["Ann outstanding", "Ben outstanding"];
    assert_eq!(people(&boss.reads_roster(outside, "").await), both, "who was meant then, and is meant now");
    assert_eq!(people(&boss.reads_roster(first, "").await), both, "it is there for both now");
}
