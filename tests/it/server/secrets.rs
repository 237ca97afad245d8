//! Settings that may hold a password.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Program, Role, Server, TestApp, eventually, run};

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
    let program = Program::of(&app, "boss", "publish,stream").await;
    let invited =
        boss.posts_and_sees("/admin/invitations", &[("name", "zoe"), ("role", "member")]).await.text;
    let link = invited.split("/link?token=").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let setup = app.says();
    let setup = setup.split("/setup?token=").nth(1).unwrap().split_whitespace().next().unwrap();

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
    ] {
        let line = logs.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{what}: {line:?}");
    }
    assert!(logs.contains(" TRACE ") || logs.contains("TRACE"), "it is at its finest");
}

/// Parts of the passwords below, as they are written and as they are meant.
const PARTS: [&str; 3] = ["s3cret", "s%33cret", "s%2533cret"];

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_read_is_repeated_by_no_command_and_from_no_source() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db").display().to_string();
    let commands: [&[&str]; 11] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["health", "--listen", "127.0.0.1:1"],
        &["migrate"],
        &["backup", &copy],
        &["user", "add", "ann"],
        &["user", "passwd", "ann"],
        &["user", "disable", "ann"],
        &["user", "enable", "ann"],
        &["token", "create", "job", "--user", "ann", "--scope", "publish"],
        &["post", "Title", "--to", "everyone"],
        &["follow"],
    ];

    for (number, (option, address)) in unreadable().into_iter().enumerate() {
        // All of them for some, some of them for all.
        let commands = if number % 6 == 0 { &commands[..] } else { &commands[..3] };
        let variable = format!("TIDINGS_{}", option.to_uppercase());
        let file = folder.path().join(format!("address-{number}"));
        fs::write(&file, &address).unwrap();
        open_to(&file, 0o600);
        let (by_file, path) = (format!("{variable}_FILE"), file.to_str().unwrap());
        let on_the_line = format!("--{option}={address}");
        for command in commands {
            let trace = ("RUST_LOG", "trace");
            let with_option = [&[on_the_line.as_str()], *command].concat();
            let by_variable = [trace, (variable.as_str(), address.as_str())];
            let by_file = [trace, (by_file.as_str(), path)];
            let answers = tokio::join!(
                run(command, &by_variable, "a password"),
                run(command, &by_file, "a password"),
                run(&with_option, &by_file[..1], "a password"),
            );
            for answer in [answers.0, answers.1, answers.2] {
                assert_eq!(answer.code, Some(2), "{address} {command:?}: {answer:?}");
                let said = format!("{}{}", answer.out, answer.err).to_lowercase();
                let told = PARTS.iter().find(|part| said.contains(**part));
                assert!(told.is_none(), "{address} {command:?}: {said}");
                assert!(said.contains(option), "which option it is: {said}");
            }
        }
    }
    // What is good, but leads nowhere.
    let address = "postgres://tidings:s%33cret@127.0.0.1:1/tidings?connect_timeout=1";
    for command in [&commands[0], &commands[2], &commands[3]] {
        let answer = run(command, &[("RUST_LOG", "trace"), ("TIDINGS_DATABASE", address)], "").await;
        assert_eq!(answer.code, Some(1), "{answer:?}");
        let told = PARTS.iter().find(|part| answer.err.contains(**part));
        assert!(told.is_none() && answer.err.contains("error: "), "{command:?}: {}", answer.err);
    }
}

/// Addresses with a mistake in them, and the option that each is for.
fn unreadable() -> Vec<(&'static str, String)> {
    let postgres = [
        "postgres://tidings:s3cret#s3cret@127.0.0.1:1/tidings",
        "postgres://tidings:s3cret?s3cret@127.0.0.1:1/tidings",
        "postgres://tidings:s3cret/s3cret@127.0.0.1:1/tidings",
        "postgres://tidings:1#s3cret@127.0.0.1/tidings",
        "postgres://tidings:1?s3cret@127.0.0.1/tidings",
        "postgres://tidings:1/s3cret@127.0.0.1/tidings",
        "postgres://tidings:1#s3cret",
        "postgres://tidings:s3cret@s3cret/s3cret@127.0.0.1/tidings",
        "postgres://tidings:s3cret@127.0.0.1:1x/tidings",
        "postgres://tidings:s3cret@127.0.0.1:99999/tidings",
        "postgres://tidings:s3cret@127.0.0.1:/tidings",
        "postgres://tidings:s3cret@/tidings",
        "postgres://tidings:s3cret@:5432/tidings",
        "postgres://tidings:s3cret@127.0.0.1:1,127.0.0.1:2/tidings",
        "postgres://tidings:s3cret@one,another/tidings",
        "postgres://tidings:s3cret@[::1/tidings",
        "postgres://tidings:s3cret@::1/tidings",
        "postgres://tidings:s3cret@ho st/tidings",
        "postgres://tidings:s%33cret%ff@127.0.0.1:1/tidings",
        "postgres://tidings:s3cret@127.0.0.1:1/tidings?sslmode=s3cret",
        "postgres://tidings:s3cret@127.0.0.1:1/tidings?port=s3cret",
        "postgres://tidings@127.0.0.1:1/tidings?passwrod=s3cret",
        "postgres://tidings@127.0.0.1:1/tidings?s3cret",
        "postgres://tidings@127.0.0.1:1/tidings?password=s3cret#s3cret",
        "postgres:/tidings:s3cret@127.0.0.1/tidings",
        "tidings:s3cret@127.0.0.1/tidings",
        "mysql://tidings:s3cret@127.0.0.1/tidings",
        "sqlite://tidings:s3cret@127.0.0.1/tidings",
        "\"postgres://tidings:s3cret@127.0.0.1/tidings\"",
    ];
    let redis = [
        "redis://:s3cret#s3cret@127.0.0.1:1/0",
        "redis://:s3cret?s3cret@127.0.0.1:1/0",
        "redis://:s3cret/s3cret@127.0.0.1:1/0",
        "redis://user:1#s3cret",
        "redis://:s3cret@127.0.0.1:1x/0",
        "redis://:s3cret@/0",
        "redis://:s3cret@one,another/0",
        "redis://:s%33cret%ff@127.0.0.1:1/0",
        "redis://127.0.0.1:1/s3cret",
        "redis://127.0.0.1:1/0?s3cret",
        "redis://127.0.0.1:1/0?protocol=s3cret",
        "rediss://127.0.0.1:1/0#s3cret",
        "unix://:s3cret@/run/redis.sock",
        "unix:///run/redis.sock?password=s3cret",
        "http://:s3cret@127.0.0.1",
    ];
    let for_option = |option, address: &str| (option, address.to_owned());
    let databases = postgres.iter().map(|address| for_option("database", address));
    databases.chain(redis.iter().map(|address| for_option("redis", address))).collect()
}

#[tokio::test]
async fn an_address_in_a_wrong_place_is_not_repeated_either() {
    let address = "postgres://tidings:s3cret@127.0.0.1:1/tidings";
    for (arguments, environment) in [
        (&[address][..], &[][..]),
        (&["migrate", address], &[]),
        (&["--listen", address], &[]),
        (&["--databse", address], &[]),
        (&["--databse=postgres://tidings:s3cret@127.0.0.1:1/tidings"], &[]),
        (&["backup", address], &[]),
        (&["user", "add", "ann", "--role", address], &[]),
        (&["post", "Title", "--to", "everyone", "--server", address], &[]),
        (&["migrate"], &[("TIDINGS_DATABASE_FILE", address)]),
        (&["post", "Title", "--to", "everyone"], &[("TIDINGS_TOKEN_FILE", "tid_s3cret")]),
        (&["post", "Title", "--to", "everyone"], &[("TIDINGS_SERVER", "http://ann:s3cret@127.0.0.1:1")]),
    ] {
        let with_token = [environment, &[("TIDINGS_TOKEN", "tid_s3cret")]].concat();
        let is_in_file = environment.iter().any(|(name, _)| *name == "TIDINGS_TOKEN_FILE");
        let answer = run(arguments, if is_in_file { environment } else { &with_token }, "").await;
        assert!(answer.code != Some(0) && !answer.err.is_empty(), "{arguments:?}: {answer:?}");
        assert!(!format!("{answer:?}").contains("s3cret"), "{arguments:?}: {answer:?}");
    }
}

/// Before Redis 6, nobody knew `HELLO`, and was told so with its arguments.
#[tokio::test]
async fn a_redis_that_repeats_what_it_was_told_is_not_repeated() {
    let old = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://user:s3cret@{}/0", old.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = old.accept().await {
            tokio::spawn(async move {
                let mut told = [0; 4096];
                while let Ok(count @ 1..) = socket.read(&mut told).await {
                    let told = String::from_utf8_lossy(&told[..count]).replace("\r\n", " ");
                    let _ = socket.write_all(format!("-ERR unknown command `{told}`\r\n").as_bytes()).await;
                }
            });
        }
    });

    let app = TestApp::start_after("export RUST_LOG=trace", &["--redis", &url]).await;

    eventually("it is said", async || app.logs().contains("Redis is away").then_some(())).await;
    let line = app.logs().lines().find(|line| line.contains("s3cret")).map(str::to_owned);
    assert!(line.is_none(), "{line:?}");
}
