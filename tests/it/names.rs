//! Whom a name belongs to, however it is spelled, and which names could be mistaken for each other.

use sea_orm::ConnectionTrait;

use crate::support::{Person, Role, TestApp, eventually, makes_group, new_word, post_at};

/// The same person to whoever reads them.
const SPELLINGS: [&str; 8] = [
    "Zoë Berg",
    "zoë BERG",
    "Zoe\u{308} Berg",
    "Zoë\u{a0}Berg",
    "Zoë\u{2009}Berg",
    " Zoë  Berg\u{3000}",
    "Ｚｏë Berg\u{fe0f}",
    "Zo\u{200b}ë Be\u{34f}rg",
];

async fn adds(boss: &Person, name: &str) -> u16 {
    let fields = [("username", name), ("password", "just right 8"), ("role", "member")];
    boss.posts("/admin/people", &fields).await.status
}

#[tokio::test]
async fn whoever_spells_their_name_otherwise_signs_in_and_nobody_else_gets_the_name() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("Zoe\u{308}\u{a0}Berg", Role::Member).await;
    let password = app.password_of("Zoe\u{308}\u{a0}Berg");

    for spelling in SPELLINGS {
        let zoe = Person::new(&app.url, "Zoë");
        assert_eq!(zoe.tries_to_sign_in(spelling, &password).await.status, 303, "{spelling:?}");
        assert_eq!(zoe.session().await["user"]["name"], "Zoë Berg", "{spelling:?}");
        assert_eq!(adds(&boss, spelling).await, 422, "{spelling:?}");
        let invited = boss.posts("/admin/invitations", &[("name", spelling), ("role", "member")]).await;
        assert_eq!(invited.status, 422, "{spelling:?}");
        let added = app.runs(&["user", "add", spelling, "--role", "member"], &new_word()).await;
        assert_ne!(added.code, Some(0), "{spelling:?}");
    }
    for look_alike in ["Z\u{43e}ë Berg", "Zoë \u{412}erg"] {
        assert_eq!(adds(&boss, look_alike).await, 422, "{look_alike:?}");
    }
    for another in ["Zoe Berg", "Zoë Bergh", "علی\u{200c}رضا"] {
        assert_eq!(adds(&boss, another).await, 303, "{another:?}");
    }
    assert_eq!(adds(&boss, "علیرضا").await, 422, "with and without the mark it is one name");
    let ali = app.visitor();
    assert_eq!(ali.tries_to_sign_in("علیرضا", "just right 8").await.status, 303);
    assert_eq!(ali.session().await["user"]["name"], "علی\u{200c}رضا");
}

#[tokio::test]
async fn names_that_cannot_be_seen_or_read_are_refused_wherever_something_gets_one() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    for bad in ["\u{3164}", "\u{2800}", "\u{34f}", "\u{e0041}", "Anna\u{115f}", "an\u{200d}na", "Anna علی"]
    {
        assert_eq!(adds(&boss, bad).await, 422, "{bad:?}");
        let group = boss.posts("/admin/groups", &[("name", bad)]).await;
        let token = [("name", bad), ("owner", "boss"), ("scope", "stream"), ("expires", "")];
        let token = boss.posts("/admin/tokens", &token).await;
        let invitation = boss.posts("/admin/invitations", &[("name", bad), ("role", "member")]).await;
        assert_eq!([group.status, token.status, invitation.status], [422; 3], "{bad:?}");
        let shell = app.runs(&["token", "create", bad, "--user", "boss", "--scope", "stream"], "").await;
        assert_ne!(shell.code, Some(0), "{bad:?}");
    }
}

#[tokio::test]
async fn a_post_finds_people_and_groups_by_any_spelling_of_their_names() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("Zoë Berg", Role::Member).await;
    let zoe = app.signs_in("Zoë Berg").await;
    makes_group(&boss, "Früh schicht", &["Zoe\u{308}\u{a0}BERG"]).await;

    let for_her = [("kind", "news"), ("title", "For her"), ("audience", "people")];
    let for_her =
        [&for_her[..], &[("recipients", "zoe\u{308}  berg"), ("key", "a-key-of-this-form-1")]].concat();
    let for_them = [("kind", "news"), ("title", "For them"), ("audience", "groups")];
    let for_them =
        [&for_them[..], &[("groups", "Fru\u{308}h\u{a0}schicht"), ("key", "a-key-of-this-form-2")]].concat();
    let first = boss.posts("/admin/posts", &for_her).await;
    let second = boss.posts("/admin/posts", &for_them).await;

    assert_eq!(zoe.reads_feed().await.posts, [post_at(second.location()), post_at(first.location())]);
}

#[tokio::test]
async fn groups_may_look_alike_and_their_pages_say_so() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let one = makes_group(&boss, "Team 1", &[]).await;
    assert!(!boss.gets(&one).await.text.contains("easily taken for"));
    let other = makes_group(&boss, "Team I", &[]).await;

    assert!(boss.gets(&one).await.text.contains("easily taken for “<bdi>Team I</bdi>”"));
    assert!(boss.gets(&other).await.text.contains("easily taken for “<bdi>Team 1</bdi>”"));
    for same in ["team  1", "TEAM\u{a0}1", "Ｔeam 1"] {
        assert_eq!(boss.posts("/admin/groups", &[("name", same)]).await.status, 422, "{same:?}");
    }
    boss.posts(&format!("{other}/name"), &[("name", "Team B")]).await;
    assert!(!boss.gets(&one).await.text.contains("easily taken for"));
}

#[tokio::test]
async fn names_are_listed_in_the_order_of_their_language() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["Zoë", "Ömer", "Ole", "Émile", "Özil", "anna", "Łukasz", "Ярослав"] {
        app.signs_up(name, Role::Member).await;
    }
    let everybody = ["anna", "boss", "Émile", "Łukasz", "Ole", "Ömer", "Özil", "Zoë", "Ярослав"];
    makes_group(&boss, "Zug", &everybody).await;
    for group in ["Ärzte", "Backoffice"] {
        makes_group(&boss, group, &["anna"]).await;
    }
    let mut draft =
        vec![("kind", "news"), ("title", "Hello"), ("audience", "people"), ("key", "a-key-of-this-form-3")];
    draft.extend(everybody.iter().rev().map(|name| ("recipients", *name)));
    let post = boss.posts("/admin/posts", &draft).await;
    let in_order = |text: &str, names: &[&str]| {
        let places = names.iter().map(|name| text.find(&format!("<bdi>{name}</bdi>")).expect(name));
        places.collect::<Vec<_>>().is_sorted()
    };

    let members = boss.gets("/admin/groups").await.text;
    let group = members.split("href=\"").find(|rest| rest.contains("<bdi>Zug</bdi>")).unwrap();
    let group = group.split('"').next().unwrap();
    for page in ["/admin/people", group, post.location()] {
        let main = boss.gets(page).await.text;
        assert!(in_order(main.split("<main").nth(1).unwrap(), &everybody), "{page}: {main}");
    }
    assert!(in_order(&members, &["Ärzte", "Backoffice", "Zug"]));
    let form = boss.gets("/admin/posts/new").await.text;
    assert!(in_order(&form, &["Ärzte", "Backoffice", "Zug"]), "{form}");
    let people = form.split("name=\"recipients\"").skip(1).collect::<String>();
    assert!(in_order(&people, &everybody), "{form}");
}

#[tokio::test]
async fn names_of_an_earlier_version_keep_working_and_doubtful_ones_are_reported() {
    let mut app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let passwords = [new_word(), new_word(), new_word(), new_word()];
    for (name, password) in ["one", "two", "three", "four"].iter().zip(&passwords) {
        let fields = ["user", "add", name, "--role", "member"];
        assert_eq!(app.runs(&fields, password).await.code, Some(0));
    }
    let boss = app.signs_in("boss").await;
    makes_group(&boss, "Crew", &["one"]).await;
    makes_group(&boss, "Team", &["one"]).await;
    assert_eq!(app.stop().await, Some(0));
    // As an earlier version left them: the same name with another space, and one that nobody sees.
    let names =
        [("one", "Anna Berg"), ("two", "Anna\u{a0}Berg"), ("three", "\u{3164}"), ("four", "Zoe\u{308}")];
    let database = app.opens_database().await;
    for (before, name) in names {
        let written = name.to_lowercase();
        let row = format!("UPDATE users SET name = '{name}', name_key = '{written}' WHERE name = '{before}'");
        database.execute_unprepared(&row).await.unwrap();
    }
    // Renamed by an earlier version beside this one: its keys are its old name's.
    for (before, name, written) in [("Team", "Ärzte", "ärzte"), ("Crew", "Team", "team")] {
        let renamed =
            format!("UPDATE groups SET name = '{name}', name_key = '{written}' WHERE name = '{before}'");
        database.execute_unprepared(&renamed).await.unwrap();
    }
    for table in ["users", "groups"] {
        let forget = format!(
            "UPDATE {table} SET folded = NULL, skeleton = NULL, folded_skeleton = NULL, sort_key = NULL \
             WHERE name <> 'Ärzte'"
        );
        database.execute_unprepared(&forget).await.unwrap();
    }
    database.close().await.unwrap();

    app.restart().await;

    eventually("the names are reported", async || {
        let logs = app.logs();
        (logs.contains("\"Anna\\u{a0}Berg\"")
            && logs.contains("can be taken for another")
            && logs.contains("cannot be read"))
        .then_some(())
    })
    .await;
    for ((_, name), password) in names.iter().zip(&passwords) {
        let person = app.visitor();
        assert_eq!(person.tries_to_sign_in(name, password).await.status, 303, "{name:?}");
        assert_eq!(person.session().await["user"]["name"], *name);
    }
    let zoe = app.visitor();
    assert_eq!(zoe.tries_to_sign_in("ZOË", &passwords[3]).await.status, 303, "in any spelling from now on");
    let anna = app.visitor();
    assert_eq!(
        anna.tries_to_sign_in("anna  berg", &passwords[0]).await.status,
        303,
        "the first has the name"
    );
    assert_eq!(anna.tries_to_sign_in("", &passwords[2]).await.status, 422, "no name is nobody's");

    let boss = app.signs_in("boss").await;
    assert_eq!(boss.posts("/admin/groups", &[("name", "A\u{308}RZTE")]).await.status, 422, "by its new name");
    assert_eq!(
        boss.posts("/admin/groups", &[("name", "te\u{200b}am")]).await.status,
        422,
        "this hides something"
    );
    assert_eq!(
        boss.posts("/admin/groups", &[("name", "TEAM\u{a0}")]).await.status,
        422,
        "another has it now"
    );
    assert_eq!(boss.posts("/admin/groups", &[("name", "Crew")]).await.status, 303, "nobody has it any more");
    let list = boss.gets("/admin/people").await.text;
    let doubted: Vec<_> = list.split("<tr").filter(|row| row.contains("looks like another name")).collect();
    assert_eq!(doubted.len(), 2, "{list}");
    let to_the_second = [("kind", "news"), ("title", "For the second"), ("audience", "people")];
    let to_the_second =
        [&to_the_second[..], &[("recipients", "Anna\u{a0}Berg"), ("key", "a-key-of-this-form-4")]].concat();
    let post = boss.posts("/admin/posts", &to_the_second).await;
    let second = app.visitor();
    second.tries_to_sign_in("Anna\u{a0}Berg", &passwords[1]).await;
    assert_eq!(second.reads_feed().await.posts, [post_at(post.location())]);
    assert_eq!(anna.reads_feed().await.posts, [] as [i64; 0]);

    assert_eq!(app.stop().await, Some(0));
    app.restart().await;
    assert!(!app.logs().contains("taken for another"), "once is enough");
}
