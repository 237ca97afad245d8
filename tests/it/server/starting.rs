//! Settings, files, commands, and what is said at the start.

use crate::support::{Person, Server, TestApp, eventually, new_word, quiet_port, run};
use std::collections::BTreeSet;
use tokio::time::timeout;

#[tokio::test]
async fn a_healthy_server_says_so() {
    let app = TestApp::start().await;

    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.visitor().gets(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_watcher_needs_no_program_but_ours_to_ask_for_health() {
    let mut app = TestApp::start().await;
    let here = format!("127.0.0.1:{}", app.port);
    let everywhere = format!("0.0.0.0:{}", app.port);
    // Takes connections, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mute = silent.local_addr().unwrap().to_string();

    for listen in [&here, &everywhere] {
        let answer = run(&["health", "--listen", listen], &[], "").await;
        assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""), "{answer:?}");
    }
    app.kill().await;
    for listen in [&here, &everywhere, &mute] {
        let answer = run(&["health", "--listen", listen], &[], "").await;
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.err.starts_with("error: no server is up at "), "{answer:?}");
    }
}

#[tokio::test]
async fn serve_may_be_left_out_and_settings_come_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("deep/down/tidings.db").display());
    let environment =
        [("TIDINGS_LISTEN", "127.0.0.1:0"), ("TIDINGS_DATABASE", &database), ("TIDINGS_HEARTBEAT", "7s")];

    let from_environment = Server::spawn(&[], &environment, None).await.unwrap();
    let url = said_address(&from_environment);
    let password = new_word();
    let answer =
        run(&["--database", &database, "user", "add", "ann", "--role", "member"], &[], &password).await;
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let ann = Person::new(&url, "ann");
    assert_eq!(ann.tries_to_sign_in("ann", &password).await.status, 303);
    let hello = ann.streams_from("/stream", &[]).await.says_hello().await;

    assert_eq!(hello.data["heartbeat"], 7);
    drop(from_environment);
    let over_it = eventually("the lock is gone", async || {
        Server::spawn(&["serve", "--heartbeat", "9s"], &environment, None).await.ok()
    })
    .await;
    let ann = Person::new(&said_address(&over_it), "ann");
    ann.tries_to_sign_in("ann", &password).await;
    let hello = ann.streams_from("/stream", &[]).await.says_hello().await;
    assert_eq!(hello.data["heartbeat"], 9, "the command line wins");
}

pub(super) fn said_address(server: &Server) -> String {
    let out = server.out.lock().unwrap().clone();
    out.split("Tidings listens on ").nth(1).unwrap().lines().next().unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tidings.db").display());
    let is_a_folder = format!("sqlite://{}", folder.path().display());

    for (option, value) in [
        ("listen", "nonsense"),
        ("listen", "127.0.0.1:99999"),
        ("database", "mysql://localhost/tidings"),
        ("database", &is_a_folder),
        ("base-url", "news.example"),
        ("base-url", "ftp://news.example"),
        ("base-url", "https://news.example/path"),
        ("trusted-proxies", "300.1.1.1/8"),
        ("heartbeat", "soon"),
        ("heartbeat", "0s"),
        ("keep-events", "-1d"),
        ("time-zone", "Mars/Olympus"),
        ("max-streams", "0"),
        ("max-streams-per-user", "many"),
        ("max-connections-per-address", "-1"),
    ] {
        let flag = format!("--{option}={value}");
        let variable = format!("TIDINGS_{}", option.to_uppercase().replace('-', "_"));
        let mut by_flag = vec!["serve", &flag];
        if option != "listen" {
            by_flag.push("--listen=127.0.0.1:0");
        }
        if option != "database" {
            by_flag.extend(["--database", &database]);
        }
        let by_variable: Vec<&str> = by_flag.iter().copied().filter(|argument| *argument != flag).collect();
        let answers = [run(&by_flag, &[], "").await, run(&by_variable, &[(&variable, value)], "").await];

        for answer in answers {
            assert!(matches!(answer.code, Some(1 | 2)), "{flag}: {answer:?}");
            let lines: Vec<&str> =
                answer.err.lines().filter(|line| line.to_lowercase().starts_with("error: ")).collect();
            let [line] = lines[..] else { panic!("{flag}: {answer:?}") };
            let names_it = line.contains(option)
                || line.contains(&variable)
                || line.contains(value)
                || line.contains("database");
            assert!(names_it, "{flag}: {line}");
            assert!(!answer.err.contains("panicked"), "{flag}: {answer:?}");
        }
    }
    assert!(!folder.path().join("tidings.db").exists(), "nothing was begun");
}

#[tokio::test]
async fn an_address_in_use_is_said_in_one_clear_line() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tidings.db").display());
    let listen = format!("127.0.0.1:{}", app.port);

    let answer = run(&["serve", "--listen", &listen, "--database", &database], &[], "").await;

    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(
        answer.err.lines().any(|line| line.to_lowercase().starts_with("error: ") && line.contains(&listen)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn every_option_of_the_help_stands_in_the_readme() {
    let help = run(&["--help"], &[], "").await;
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();

    let words = help.out.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let options: BTreeSet<&str> = words
        .filter(|word| {
            word.strip_prefix("--").is_some_and(|name| name.len() > 1) || word.starts_with("TIDINGS_")
        })
        .filter(|word| !["--help", "--version"].contains(word))
        .collect();

    assert_eq!(help.code, Some(0));
    assert!(options.len() > 12, "{options:?}");
    for option in options {
        assert!(readme.contains(option), "{option} is not in the README");
    }
}

#[tokio::test]
async fn the_demo_needs_no_set_up_and_leaves_nothing_behind() {
    let scratch = tempfile::tempdir().unwrap();
    let temporary = scratch.path().to_str().unwrap();
    let environment = [("TMPDIR", temporary)];
    // As in a terminal, where the log stands between what is said.
    let arguments = ["--demo", "--listen", "127.0.0.1:0"];
    let mut demo = Server::spawn(&arguments, &environment, Some("exec 2>&1")).await.unwrap();
    let url = said_address(&demo);

    let found = eventually("accounts that can sign in", async || {
        let out = demo.out.lock().unwrap().clone();
        let mut roles = vec![];
        for line in out.lines() {
            let roles_of = [" admin ", " publisher ", " member "];
            let Some((name, _)) = roles_of.iter().find_map(|role| line.split_once(role)) else { continue };
            let (name, password) = (name.trim(), line.split_whitespace().last().unwrap());
            let person = Person::new(&url, name);
            assert_eq!(person.tries_to_sign_in(name, password).await.status, 303, "{line}");
            let is_admin = person.gets("/admin/people").await.status == 200;
            let feed = person.gets("/").await.text;
            let after = |mark: &'static str, end: char| {
                let found = feed.split(mark).skip(1);
                found.map(|rest| rest.split(end).next().unwrap().to_owned()).collect::<Vec<_>>()
            };
            let days: BTreeSet<_> =
                after("<time datetime=\"", '"').iter().map(|time| time[..10].to_owned()).collect();
            let authors: BTreeSet<_> = after("<bdi class=\"author\">", '<').into_iter().collect();
            assert!(days.len() >= 5 && authors.len() >= 2, "{days:?} {authors:?}");
            roles.push((is_admin, person.reads_feed().await.posts.len()));
        }
        (roles.len() > 2).then_some(roles)
    })
    .await;

    let out = demo.out.lock().unwrap().clone();
    let (_, accounts) = out.split_once("A demo: ").unwrap();
    let is_account = |line: &&str| line.starts_with("  ") && line.contains(" password ");
    assert_eq!(accounts.lines().skip(1).take_while(is_account).count(), found.len(), "together: {out}");
    assert!(!accounts.contains("via=shell"), "and last, below what was made: {out}");
    assert!(found.iter().any(|(admin, _)| *admin) && found.iter().any(|(admin, _)| !*admin), "{found:?}");
    assert!(found.iter().all(|(_, posts)| *posts > 1), "some news and alerts: {found:?}");
    let used = std::fs::read_dir(&scratch).unwrap().count();
    rustix::process::kill_process(pid_of(&demo), rustix::process::Signal::TERM).unwrap();
    assert_eq!(timeout(crate::support::TIMEOUT, demo.child.wait()).await.unwrap().unwrap().code(), Some(0));
    assert!(used > 0 && std::fs::read_dir(&scratch).unwrap().count() == 0, "the scratch file is gone");
}

#[tokio::test]
async fn the_demo_refuses_an_existing_database() {
    let app = TestApp::start().await;

    let answer = app.runs(&["--demo", "--listen", "127.0.0.1:0"], "").await;

    assert!(matches!(answer.code, Some(1 | 2)), "{answer:?}");
    assert!(answer.err.lines().any(|line| line.to_lowercase().starts_with("error: ")), "{answer:?}");
}

fn pid_of(server: &Server) -> rustix::process::Pid {
    rustix::process::Pid::from_raw(server.child.id().unwrap().cast_signed()).unwrap()
}

#[tokio::test]
async fn a_free_port_is_found_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tidings.db").display());

    let server =
        Server::spawn(&["--listen", "127.0.0.1:0", "--database", &database], &[], None).await.unwrap();

    let url = said_address(&server);
    assert_ne!(url, "http://127.0.0.1:0");
    assert_eq!(reqwest::get(format!("{url}/healthz")).await.unwrap().status(), 200);
    assert_ne!(quiet_port(), 0);
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database_in_one_clear_line() {
    let mut app = TestApp::start().await;
    app.stop().await;
    app.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_future', 0)").await;

    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["user", "add", "ann"]] {
        let answer = app.runs(command, &new_word()).await;

        assert_eq!(answer.code, Some(1), "{answer:?}");
        let lines: Vec<_> = answer.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(lines.len() == 1 && lines[0].contains("newer version of Tidings"), "{answer:?}");
    }
    app.sql("DELETE FROM seaql_migrations WHERE version = 'm29990101_000001_future'").await;
    app.restart().await;
}

#[tokio::test]
async fn what_is_empty_is_not_set() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tidings.db").display());
    let help = run(&["--help"], &[], "").await.out;
    let names = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let names: BTreeSet<&str> = names.filter(|word| word.starts_with("TIDINGS_")).collect();
    assert!(names.len() > 12, "{names:?}");
    let empty: Vec<_> = names.iter().map(|name| (*name, "")).chain([("RUST_LOG", "")]).collect();
    let arguments = ["--listen", "127.0.0.1:0", "--database", &database, "--redis", "", "--base-url="];

    let server = Server::spawn(&arguments, &empty, None).await.unwrap();

    assert_eq!(reqwest::get(format!("{}/readyz", said_address(&server))).await.unwrap().status(), 200);
    let post = ["post", "Title", "--to", "everyone"];
    let answer = run(&post, &[("TIDINGS_SERVER", ""), ("TIDINGS_TOKEN", "")], "").await;
    assert!(answer.code == Some(3) && answer.err.contains("a token is needed"), "{answer:?}");
    assert_eq!(run(&["--to", "", "post", "Title"], &[], "").await.code, Some(2), "what is wanted is wanted");
}

#[tokio::test]
async fn a_switch_in_the_environment_says_yes_or_no() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tidings.db").display());
    let listen = ["--listen", "127.0.0.1:0"];
    for no in ["0", "false", "False", "no"] {
        let arguments = [&listen[..], &["--database", &database]].concat();
        let server = Server::spawn(&arguments, &[("TIDINGS_DEMO", no)], None).await.unwrap();
        eventually("a link", async || server.out.lock().unwrap().contains("/setup?token=").then_some(()))
            .await;
        drop(server);
        eventually("the lock is gone", async || {
            let file = std::fs::File::open(folder.path().join("tidings.db.lock")).unwrap();
            file.try_lock().ok()
        })
        .await;
    }
    for yes in ["1", "true"] {
        let server = Server::spawn(&listen, &[("TIDINGS_DEMO", yes)], None).await.unwrap();
        eventually("a demo", async || server.out.lock().unwrap().contains("A demo: ").then_some(())).await;
    }
    let answer = run(&listen, &[("TIDINGS_DEMO", "perhaps")], "").await;
    assert!(answer.code == Some(2) && answer.err.contains("--demo"), "{answer:?}");
}
