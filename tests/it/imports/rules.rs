//! Whom a list is about, and whom it leaves alone.

use super::{imports, people, takes};
use crate::support::{Role, TestApp};

#[tokio::test]
async fn who_has_no_number_is_left_alone_unless_a_row_has_their_very_name() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.signs_up("Anna Berg", Role::Publisher).await;
    app.signs_up("Zoë", Role::Member).await;

    let said = takes(&app, "1,ANNA  Berg,member,,,\n", &[]).await;

    assert!(
        said.contains("  1\tAnna Berg\thad no number; now called ANNA Berg; member, was publisher"),
        "{said}"
    );
    assert_eq!(people(&app).await, ["1 ANNA Berg member active"]);
    app.signs_in("Anna Berg").await;
    app.signs_in("Zoë").await;
}

#[tokio::test]
async fn who_is_back_is_let_in_again_but_not_whom_somebody_disabled() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["Ann", "Bea", "Carl"] {
        app.signs_up(name, Role::Member).await;
    }
    let all = "1,Ann,,,,\n2,Bea,,,,\n3,Carl,,,,\n";
    takes(&app, all, &[]).await;
    takes(&app, "2,Bea,,,,\n3,Carl,,,,\n", &["--yes"]).await;
    assert_eq!(app.runs(&["user", "disable", "Bea"], "").await.code, Some(0));
    let carls = crate::users::page_of(&boss, "Carl").await;
    app.sql("UPDATE users SET ends_ms = 1 WHERE name = 'Carl'").await;
    let is_over = async || boss.gets(&carls).await.text.contains(">Disabled<").then_some(());
    crate::support::eventually("the end is written down", is_over).await;

    let said = takes(&app, all, &[]).await;

    assert!(said.contains("  1\tAnn\tmay sign in again\n"), "{said}");
    assert!(said.contains("  3\tCarl\tno last day; may sign in again\n"), "{said}");
    assert!(said.contains("Still disabled, because somebody disabled them by hand: 1\n  Bea\n"), "{said}");
    assert_eq!(people(&app).await, ["1 Ann member active", "2 Bea member disabled", "3 Carl member active"]);
    app.signs_in("Ann").await;
    app.signs_in("Carl").await;
}

#[tokio::test]
async fn whose_last_day_is_over_is_disabled_and_not_added() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    takes(&app, "1,Ann,,,,\n", &[]).await;
    let over = "1,Ann,,,,2020-12-31\n2,Bea,,,,2020-12-31\n";

    let said = takes(&app, over, &["--yes"]).await;

    assert!(said.contains("Not added, because their last day is over: 1\n  2\tBea\t"), "{said}");
    assert_eq!(people(&app).await, ["1 Ann member disabled  2020-12-31"]);
    assert!(takes(&app, over, &[]).await.contains("Done: 0 disabled, 0 changed, 0 added."));
}

#[tokio::test]
async fn somebody_who_manages_people_is_always_left() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    takes(&app, "1,boss,admin,,,\n2,Ann,,,,\n", &[]).await;

    for list in [
        "2,Ann,,,,\n",
        "1,boss,publisher,,,\n2,Ann,,,,\n",
        "1,boss,admin,,,2199-12-31\n2,Ann,admin,,,2199-12-31\n",
    ] {
        let refused = imports(&app, list, &["--yes"]).await;
        assert!(refused.code != Some(0) && refused.err.contains("Nobody could manage people"), "{refused:?}");
    }
    takes(&app, "2,Ann,admin,,,\n", &["--yes"]).await;
    assert_eq!(people(&app).await, ["1 boss admin disabled", "2 Ann admin active"]);
    // Who takes over may be new.
    takes(&app, "3,Eva,admin,,,\n", &["--yes"]).await;
    assert_eq!(people(&app).await, ["1 boss admin disabled", "2 Ann admin disabled", "3 Eva admin active"]);
}
