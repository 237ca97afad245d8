//! The process and its sockets: starting, stopping, limits, deadlines, bad clients.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use support::{Draft, Person, Raw, Role, Server, TestApp, eventually, new_word, quiet_port, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

#[tokio::test]
async fn a_healthy_server_says_so() {
    let app = TestApp::start().await;

    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.visitor().gets(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_database_is_for_its_owner_only() {
    let app = TestApp::start().await;

    let mode = std::fs::metadata(app.database_file()).unwrap().permissions().mode();

    assert_eq!(mode & 0o777, 0o600);
    for file in std::fs::read_dir(app.folder.path()).unwrap() {
        let file = file.unwrap();
        if file.path().extension().is_some_and(|extension| extension == "lock") {
            continue;
        }
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
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

fn said_address(server: &Server) -> String {
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
async fn a_second_server_on_the_same_database_is_refused_and_short_commands_are_not() {
    let mut app = TestApp::start().await;
    let second = ["serve", "--listen", "127.0.0.1:0"];

    let answer = app.runs(&second, "").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await;

    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.err.lines().any(|line| line.to_lowercase().starts_with("error: ")), "{answer:?}");
    assert!(answer.out.is_empty(), "{answer:?}");
    app.kill().await;
    app.restart().await;
    app.signs_in("ann").await;
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
    let mut demo = Server::spawn(&["--demo", "--listen", "127.0.0.1:0"], &environment, None).await.unwrap();
    let url = said_address(&demo);

    let found = eventually("accounts that can sign in", async || {
        let out = demo.out.lock().unwrap().clone();
        let mut roles = vec![];
        for line in out.lines() {
            let Some((name, _)) = line.split_once(" admin ").or_else(|| line.split_once(" member ")) else {
                continue;
            };
            let (name, password) = (name.trim(), line.split_whitespace().last().unwrap());
            let person = Person::new(&url, name);
            assert_eq!(person.tries_to_sign_in(name, password).await.status, 303, "{line}");
            let is_admin = person.gets("/admin/people").await.status == 200;
            roles.push((is_admin, person.reads_feed().await.posts.len()));
        }
        (roles.len() > 2).then_some(roles)
    })
    .await;

    assert!(found.iter().any(|(admin, _)| *admin) && found.iter().any(|(admin, _)| !*admin), "{found:?}");
    assert!(found.iter().all(|(_, posts)| *posts > 1), "some news and alerts: {found:?}");
    let used = std::fs::read_dir(&scratch).unwrap().count();
    rustix::process::kill_process(pid_of(&demo), rustix::process::Signal::TERM).unwrap();
    assert_eq!(timeout(support::PATIENCE, demo.child.wait()).await.unwrap().unwrap().code(), Some(0));
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
async fn a_stop_tells_streams_and_ends_within_ten_seconds() {
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;
    let mut streams = [ann.opens_stream().await, ann.opens_stream().await];
    let mut idle = Raw::connects(&app).await;
    idle.says(&Raw::head(&ann, "GET", "/healthz", "")).await;
    idle.reads_until("\r\n\r\n").await;
    let mut half = Raw::connects(&app).await;
    half.says("GET / HTTP/1.1\r\nHost: x\r\n").await;
    let mut stuck = Raw::connects_narrow(&app).await;
    stuck.says(&Raw::head(&ann, "GET", "/stream", "")).await;
    let start = Instant::now();

    app.tells_to_stop();

    for stream in &mut streams {
        assert_eq!(stream.says_bye().await, "restart");
    }
    assert_eq!(app.has_stopped().await, Some(0));
    assert!(start.elapsed() < Duration::from_secs(13), "{:?}", start.elapsed());
    assert!(TcpStream::connect(("127.0.0.1", app.port)).await.is_err(), "nobody is taken on any more");
    app.restart().await;
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn what_is_under_way_at_a_stop_is_still_answered() {
    use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
    let lock = app.opens_database().await.begin_with_options(options).await.unwrap();
    let publishing = tokio::spawn({
        let boss = boss.clone();
        async move { boss.publishes(Draft::news("Just in time")).await }
    });
    // Long enough that the request is there; the lock holds its answer back anyway.
    sleep(Duration::from_secs(1)).await;

    app.tells_to_stop();
    sleep(Duration::from_secs(1)).await;
    lock.rollback().await.unwrap();
    let post = publishing.await.unwrap();

    assert_eq!(app.has_stopped().await, Some(0));
    app.restart().await;
    assert_eq!(boss.reads_feed().await.posts, [post]);
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut raw = Raw::connects(&app).await;

    for _ in 0..5 {
        raw.says(&Raw::head(&visitor, "GET", "/healthz", "")).await;
        let answer = raw.reads_until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    raw.says("GET /healthz HTTP/1.0\r\n\r\n").await;
    let (_, took) = raw.is_closed_within(support::PATIENCE).await;
    assert!(took < Duration::from_secs(5), "an old client's connection is closed at once: {took:?}");
}

#[tokio::test]
async fn too_much_is_refused_at_once_even_while_it_is_still_being_sent() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";

    let announced = format!("{form}Content-Length: 100000000\r\n");
    let chunked = format!("{form}Transfer-Encoding: chunked\r\n");
    for more in [&announced, &chunked] {
        let raw = Raw::connects(&app).await;
        let (mut read, mut write) = raw.socket.into_split();
        write.write_all(Raw::head(&boss, "POST", "/admin/posts", more).as_bytes()).await.unwrap();
        let sending = tokio::spawn(async move {
            let filler = "x".repeat(8 * 1024);
            let chunk = format!("{:x}\r\n{filler}\r\n", filler.len());
            while write.write_all(chunk.as_bytes()).await.is_ok() {}
        });
        let mut answer = [0; 12];
        timeout(support::PATIENCE, read.read_exact(&mut answer)).await.expect("an answer at once").unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
        // However much is still to come, the connection ends.
        timeout(support::PATIENCE, sending).await.expect("the connection ends").unwrap();
    }
}

#[tokio::test]
async fn a_client_that_sends_everything_before_it_reads_sees_the_refusal() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let body = "x".repeat(200 * 1024);
    let more =
        format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
    let mut raw = Raw::connects(&app).await;

    raw.says(&Raw::head(&visitor, "POST", "/login", &more)).await;
    for piece in body.as_bytes().chunks(16 * 1024) {
        // Slowly, so that the server has answered long before the end.
        sleep(Duration::from_millis(20)).await;
        raw.socket.write_all(piece).await.unwrap();
    }

    let answer = raw.reads_until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn clients_that_do_not_finish_are_closed_at_their_deadlines() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let generous = Duration::from_secs(45);

    let silent = async {
        let (came, took) = Raw::connects(&app).await.is_closed_within(generous).await;
        assert!(came.is_empty() && took > Duration::from_secs(4), "{took:?}: {came}");
    };
    let half = async {
        let mut raw = Raw::connects(&app).await;
        raw.says("GET /login HTTP/1.1\r\nHost: x\r\n").await;
        let (_, took) = raw.is_closed_within(generous).await;
        assert!(took > Duration::from_secs(4), "{took:?}");
    };
    let dripping = async {
        let start = Instant::now();
        let (mut read, mut write) = Raw::connects(&app).await.socket.into_split();
        let drip = tokio::spawn(async move {
            let head = format!("GET /login HTTP/1.1\r\nX-Slow: {}", "x".repeat(1000));
            for byte in head.bytes() {
                if write.write_all(&[byte]).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(250)).await;
            }
            panic!("nobody minded");
        });
        let mut came = vec![];
        let end = timeout(generous, read.read_to_end(&mut came)).await;
        assert!(end.is_ok() && start.elapsed() > Duration::from_secs(4), "{:?}", start.elapsed());
        drip.abort();
    };
    let no_body = async {
        let mut raw = Raw::connects(&app).await;
        let more = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n";
        raw.says(&Raw::head(&visitor, "POST", "/login", more)).await;
        raw.says("username=").await;
        let (_, took) = raw.is_closed_within(generous + Duration::from_secs(30)).await;
        assert!(took > Duration::from_secs(4), "{took:?}");
    };
    tokio::join!(silent, half, dripping, no_body);

    assert_eq!(visitor.gets("/healthz").await.status, 200);
}

#[tokio::test]
async fn nonsense_on_the_wire_harms_nobody() {
    let app = TestApp::start().await;
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(60_000));
    let long_header = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(60_000));

    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        long_line.as_bytes(),
        long_header.as_bytes(),
    ] {
        let mut raw = Raw::connects(&app).await;
        // A refusal may come before everything is sent.
        let _ = raw.socket.write_all(bytes).await;
        let (came, _) = raw.is_closed_within(support::PATIENCE * 2).await;
        assert!(!came.contains("root:") && !came.starts_with("HTTP/1.1 5"), "{:?}: {came}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(app.visitor().gets("/healthz").await.status, 200);
    assert!(!app.logs().contains("panicked"), "{}", app.logs());
}

#[tokio::test]
async fn a_person_with_many_connections_leaves_room_for_others() {
    let app = TestApp::start_with(&["--max-connections-per-address", "4"]).await;
    let mut open = vec![];
    for _ in 0..4 {
        open.push(Raw::connects(&app).await);
    }

    let mut one_more = Raw::connects(&app).await;
    let (_, took) = one_more.is_closed_within(support::PATIENCE).await;

    assert!(took < Duration::from_secs(4), "refused at once, not at a deadline: {took:?}");
    let visitor = app.visitor();
    let mut first = open.remove(0);
    first.says(&Raw::head(&visitor, "GET", "/healthz", "Connection: close\r\n")).await;
    first.reads_until("200 OK").await;
    drop((first, open));
    eventually("room again", async || {
        visitor
            .request(reqwest::Method::GET, "/healthz")
            .send()
            .await
            .ok()
            .filter(|answer| answer.status() == 200)
    })
    .await;
}

#[tokio::test]
async fn without_descriptors_the_server_pauses_and_goes_on_afterwards() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    let scarce = Rlimit { current: Some(64), ..getrlimit(Resource::Nofile) };
    prlimit(Some(app.pid()), Resource::Nofile, scarce).unwrap();

    flood_costs_little(&app).await;

    let post = boss.publishes(Draft::news("Afterwards")).await;
    assert_eq!(stream.next_post().await, post, "and the open stream was there all along");
}

#[tokio::test]
async fn under_a_low_limit_the_server_takes_on_no_more_than_it_can() {
    let app = TestApp::start_after("ulimit -n 64", &[]).await;

    flood_costs_little(&app).await;

    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;
    let post = boss.publishes(Draft::news("Afterwards")).await;
    assert_eq!(stream.next_post().await, post);
}

/// Opens more sockets than the server has descriptors, watches what it costs, and lets them go.
async fn flood_costs_little(app: &TestApp) {
    let mut sockets = vec![];
    for _ in 0..200 {
        if let Ok(socket) = TcpStream::connect(("127.0.0.1", app.port)).await {
            sockets.push(socket);
        }
    }
    let (before, start) = (cpu_seconds(app), Instant::now());
    // Not for something to happen: this is the time over which the cost is measured.
    sleep(Duration::from_secs(3)).await;
    let share = (cpu_seconds(app) - before) / start.elapsed().as_secs_f64();

    assert!(sockets.len() > 150, "{}", sockets.len());
    assert!(share < 0.5, "it spins: {share}");
    drop(sockets);
    let visitor = app.visitor();
    eventually("service", async || {
        visitor
            .request(reqwest::Method::GET, "/healthz")
            .send()
            .await
            .ok()
            .filter(|answer| answer.status() == 200)
    })
    .await;
}

/// The processor time the server has used.
fn cpu_seconds(app: &TestApp) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", app.pid().as_raw_pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u32 = fields[11].parse::<u32>().unwrap() + fields[12].parse::<u32>().unwrap();
    // Linux counts hundredths of a second here.
    f64::from(ticks) / 100.0
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_nobody_else() {
    let streams_from = async |app: &TestApp, person: &Person, address: &str| {
        let mut stream = person.streams_from("/stream", &[("X-Forwarded-For", address)]).await;
        let first = stream.next_event().await;
        first.map(|event| (event, stream)).filter(|_| app.port > 0)
    };
    let cap = ["--max-connections-per-address", "40", "--max-streams-per-user", "100"];
    let trusting: Vec<&str> = cap.iter().copied().chain(["--trusted-proxies", "127.0.0.0/8"]).collect();

    let app = TestApp::start_with(&trusting).await;
    let ann = app.member("ann").await;
    let mut kept = vec![];
    for number in 0..60 {
        let address = format!("192.0.2.{number}");
        kept.push(streams_from(&app, &ann, &address).await.expect("each of these addresses has one stream"));
    }
    let mut from_one = vec![];
    for _ in 0..60 {
        from_one.extend(streams_from(&app, &ann, "198.51.100.1").await);
    }

    assert!(from_one.len() <= 40, "{} streams of one address", from_one.len());
    assert!(!from_one.is_empty());
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
