//! PostgreSQL as others run it: with few rights, in another encoding.

use crate::support::{Draft, Role, TestApp, TestDatabase, new_word, run, shared_cluster};

const SAID: &str = "PostgreSQL does not tell where its log is";

#[tokio::test]
async fn a_role_that_may_not_ask_where_the_log_is_serves_as_well() {
    let cluster = shared_cluster();
    let (role, password) = (format!("role_{}", new_word()), new_word());
    let database = TestDatabase::on(&cluster).await;
    let name = database.url().rsplit_once('/').unwrap().1.to_owned();
    let server = cluster.split_once('@').unwrap().1;
    let database = database.reached_at(&format!("postgres://{role}:{password}@{server}"));
    let owner = database.opens().await;
    for statement in [
        format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'"),
        format!("ALTER DATABASE {name} OWNER TO {role}"),
        "REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_current_wal_lsn() FROM PUBLIC".to_owned(),
    ] {
        sea_orm::ConnectionTrait::execute_unprepared(&owner, &statement).await.unwrap();
    }

    let mut app = TestApp::start_on(database, &[]).await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("With few rights")).await;
    assert_eq!(boss.reads_feed().await.posts, [post]);
    assert_eq!(app.logs().matches(SAID).count(), 1, "{}", app.logs());
    let cursor = boss.reads_feed().await.cursor;
    app.stop().await;
    app.restart().await;
    goes_on(&app, &boss, &cursor).await;

    // The right is given later: it is the same database still.
    sea_orm::ConnectionTrait::execute_unprepared(
        &owner,
        "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_current_wal_lsn() TO PUBLIC",
    )
    .await
    .unwrap();
    app.stop().await;
    app.restart().await;
    assert!(!app.logs().contains(SAID), "{}", app.logs());
    goes_on(&app, &boss, &cursor).await;
    owner.close().await.unwrap();
}

async fn goes_on(app: &TestApp, boss: &crate::support::Person, cursor: &str) {
    let mut stream = boss.streams_from("/stream", &[("Last-Event-ID", cursor)]).await;
    assert_eq!(stream.says_hello().await.data["resumed"], true, "{}", app.logs());
}

#[tokio::test]
async fn a_database_in_another_encoding_is_refused_in_one_clear_line() {
    let options = "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0";
    let database = TestDatabase::made_with(&shared_cluster(), options).await;
    let url = database.url();

    for command in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["user", "add", "ann", "--role", Role::Admin.word()]]
    {
        let arguments = [&["--database", &url], command].concat();
        let answer = run(&arguments, &[], &new_word()).await;

        assert_eq!(answer.code, Some(1), "{answer:?}");
        let line = answer.err.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert!(line.contains("LATIN1") && line.contains("UTF8"), "{line}");
    }
}
