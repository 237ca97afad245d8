//! Settings that may hold a password.

mod addresses;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Program, Role, Server, TestApp, run};

fn open_to(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_secret_comes_from_a_file_or_a_credential_and_is_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let (file, credential) = (folder.path().join("secret"), folder.path().join("database"));
    fs::write(&file, at("from-file.db") + "\n").unwrap();
    fs::write(&credential, at("from-credential.db")).unwrap();
    open_to(&file, 0o600);
    let by_file = ("TIDINGS_DATABASE_FILE", file.to_str().unwrap());
    let by_credential = ("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap());
    let other = at("other.db");
    let by_variable = ("TIDINGS_DATABASE", other.as_str());

    // The nearer one counts: command line, variable, file, credential.
    for (environment, arguments, made) in [
        (&[by_credential][..], &["migrate"][..], "from-credential.db"),
        (&[by_file, by_credential], &["migrate"], "from-file.db"),
        (&[by_variable, by_credential], &["migrate"], "other.db"),
    ] {
        let answer = run(arguments, environment, "").await;
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(folder.path().join(made).exists(), "{made}");
    }
    let _ = fs::remove_file(folder.path().join("from-file.db"));
    let demo = Server::spawn(&["--demo", "--listen", "127.0.0.1:0"], &[by_file], None).await;
    assert!(demo.is_ok() && !folder.path().join("from-file.db").exists(), "a demo has its own");

    let help = run(&["--help"], &[by_file], "").await;
    assert!(!help.out.contains("from-file"), "{}", help.out);
    let help = run(&["--help"], &[by_variable], "").await;
    assert!(!help.out.contains("other.db"), "{}", help.out);
    fs::write(&file, "mysql://ann:s3cret@host/db").unwrap();
    for environment in [by_file, ("TIDINGS_DATABASE", "mysql://ann:s3cret@host/db")] {
        let wrong = run(&["migrate"], &[environment], "").await;
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(wrong.err.contains("--database") && !wrong.err.contains("s3cret"), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_secret_that_is_said_twice_missing_or_for_everybody_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let exposed = folder.path().join("exposed");
    fs::write(&exposed, "sqlite:///nowhere/x.db").unwrap();
    open_to(&exposed, 0o644);
    let exposed = exposed.to_str().unwrap();

    for (environment, named) in [
        (&[("TIDINGS_DATABASE_FILE", exposed)][..], "chmod"),
        (&[("TIDINGS_DATABASE_FILE", "/nowhere")], "/nowhere"),
        (
            &[("TIDINGS_DATABASE_FILE", "/nowhere"), ("TIDINGS_DATABASE", "sqlite:///x")],
            "TIDINGS_DATABASE_FILE",
        ),
    ] {
        let answer = run(&["migrate"], environment, "").await;
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.err.starts_with("error: ") && answer.err.contains(named), "{answer:?}");
    }
}

#[tokio::test]
async fn the_other_secrets_come_from_files_and_credentials_too() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let program = Program::of(&app, "boss", "publish").await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        open_to(&path, 0o600);
        path.to_str().unwrap().to_owned()
    };
    let token = file("token", &program.token);
    let directory = folder.path().to_str().unwrap();
    let server = ("TIDINGS_SERVER", app.url.as_str());
    let post = ["post", "From a job", "--to", "everyone"];

    for secret in [("TIDINGS_TOKEN_FILE", &*token), ("CREDENTIALS_DIRECTORY", directory)] {
        let posted = run(&post, &[server, secret], "").await;
        assert_eq!(posted.code, Some(0), "{secret:?}: {posted:?}");
    }
    assert_eq!(run(&post, &[server], "").await.code, Some(3), "without a token");
    // A mistake in the address of Redis tells that it was read.
    let redis = file("redis", "http://:s3cret@localhost");
    for secret in [("TIDINGS_REDIS_FILE", &*redis), ("CREDENTIALS_DIRECTORY", directory)] {
        let wrong = run(&["migrate"], &[secret], "").await;
        assert_eq!(wrong.code, Some(2), "{secret:?}: {wrong:?}");
        assert!(wrong.err.contains("--redis") && !wrong.err.contains("s3cret"), "{secret:?}: {wrong:?}");
    }
}

#[tokio::test]
async fn at_its_finest_the_log_holds_no_secret() {
    let redis = ["--redis", "redis://:s3cretword@127.0.0.1:1"];
    let app = TestApp::start_after("export RUST_LOG=trace", &redis).await;
    app.signs_up("ann", Role::Member).await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream,cards").await;
    let invited =
        boss.posts_and_sees("/admin/invitations", &[("name", "zoe"), ("role", "member")]).await.text;
    let link = invited.split("/link?token=").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let setup = app.says();
    let setup = setup.split("/setup?token=").nth(1).unwrap().split_whitespace().next().unwrap();

    program.sets("job", &json!({ "board": "jobs", "kind": "status" })).await;
    let made = program.request(Method::POST, "/api/v1/cards/job/ping").send().await.unwrap();
    let made: Value = made.json().await.unwrap();
    let address = made["address"].as_str().unwrap();
    for end in ["", "/fail", "/256", "/1/2"] {
        reqwest::Client::new().post(format!("{address}{end}")).send().await.unwrap();
    }
    let ping = address.rsplit('/').next().unwrap();

    program.publishes("Hello").await;
    program.opens_stream().await;
    app.visitor().gets(&format!("/link?token={link}")).await;
    app.visitor().tries_to_sign_in("ann", "not her password").await;
    let again = [("token", &*link), ("password", &*app.password_of("ann"))];
    assert_eq!(app.visitor().posts("/link", &again).await.status, 303);

    let logs = app.logs();
    let session = boss.cookies();
    // On PostgreSQL there is one.
    let database = app.database();
    let of_database = database.split_once('@').and_then(|(user, _)| user.rsplit(':').next());
    for (what, secret) in [
        ("the database's password", of_database.unwrap_or("no password of a database")),
        ("Redis' password", "s3cretword"),
        ("a password", &*app.password_of("boss")),
        ("a new password", &*app.password_of("ann")),
        ("a wrong password", "not her password"),
        ("a session", session.split_once('=').unwrap().1),
        ("a token", &*program.token),
        ("a link", &*link),
        ("the setup link", setup),
        ("an address to ping", ping),
    ] {
        let line = logs.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{what}: {line:?}");
    }
    assert!(logs.contains(" TRACE ") || logs.contains("TRACE"), "it is at its finest");
}
