//! Addresses with a password in them, and a mistake beside it.

use std::fs;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::open_to;
use crate::support::{TestApp, eventually, run};

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
