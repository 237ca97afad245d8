//! Guessing passwords and names: what it costs whoever does it, and nobody else.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use reqwest::{Client, redirect::Policy};
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::Mutex;

use crate::support::{Page, Role, TIMEOUT, TestApp, new_word};

/// One of those that measure time at a time: a flood beside them would be measured, too.
static MEASURING: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn user_enumeration_by_text_every_failure_looks_alike() {
    let app = three_kinds().await;

    let mut seen = Vec::new();
    for (kind, name, password) in failures(&app) {
        let page = tries_from([127, 0, 0, 1], &app, &name, &password).await;
        assert_eq!(page.status, 422, "{kind}");
        let headers: HashMap<_, _> = page.headers.iter().filter(|(name, _)| *name != "date").collect();
        let headers: HashMap<_, _> =
            headers.into_iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        seen.push((page.text.replace(&name, "NAME"), headers));
    }

    let lengths: Vec<_> = seen.iter_mut().map(|(_, headers)| headers.remove("content-length")).collect();
    assert!(lengths.iter().all(Option::is_some));
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

#[tokio::test]
async fn user_enumeration_by_time_every_failure_costs_one_hash() {
    let _alone = MEASURING.lock().await;
    // Whatever else the machine does makes one measurement worse, and not one after the other.
    for _ in 0..5 {
        let medians = medians_of_failures().await;
        let (fastest, slowest) = (medians.values().min().unwrap(), medians.values().max().unwrap());
        let ratio = slowest.as_secs_f64() / fastest.as_secs_f64();
        println!("medians of failed sign-ins: {medians:?}, {ratio:.2} between the slowest and the fastest");
        if ratio < 1.5 {
            return;
        }
    }
    panic!("some failures take longer than others, five times");
}

async fn medians_of_failures() -> HashMap<&'static str, Duration> {
    let app = three_kinds().await;
    let hashes = || app.logs().matches("Hashing a password").count();
    let mut times: HashMap<&str, Vec<Duration>> = HashMap::new();

    // One after another, so that whatever else the machine does falls on all kinds alike. Fewer than ten of
    // each name, and each from an address of its own: only the check itself takes time.
    for round in 1..=9 {
        for (position, (kind, name, password)) in failures(&app).into_iter().enumerate() {
            let from = [127, 0, round, u8::try_from(position).unwrap() + 1];
            let before = hashes();
            let start = Instant::now();
            assert_eq!(tries_from(from, &app, &name, &password).await.status, 422);
            times.entry(kind).or_default().push(start.elapsed());
            assert_eq!(hashes_until(&app, before + 1).await - before, 1, "{kind}");
        }
    }

    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    times.into_iter().map(|(kind, times)| (kind, median(times))).collect()
}

#[tokio::test]
async fn failures_at_a_name_slow_it_down_and_lock_nobody_out() {
    let _alone = MEASURING.lock().await;
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    for name in ["ann", "nobody"] {
        let mut waits = Vec::new();
        for from in 1..=17 {
            let start = Instant::now();
            assert_eq!(tries_from([127, 1, 0, from], &app, name, &new_word()).await.status, 422);
            waits.push(start.elapsed());
        }

        let (free, paid) = waits.split_at(10);
        // The first of them may have been forgiven meanwhile, half a minute after it.
        let longest = *paid.iter().max().unwrap();
        assert!(*free.iter().min().unwrap() < longest / 3, "{name}: {waits:?}");
        assert!(longest >= Duration::from_secs(1), "whether the name exists or not: {name}: {waits:?}");
    }

    let start = Instant::now();
    let page = tries_from([127, 1, 0, 99], &app, "ann", &app.password_of("ann")).await;

    assert_eq!(page.status, 303, "the right password gets in");
    assert!(start.elapsed() >= Duration::from_secs(1), "no sooner than a wrong one would be told");
}

#[tokio::test]
async fn failures_from_an_address_are_answered_later_and_the_right_password_at_once() {
    let _alone = MEASURING.lock().await;
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    for _ in 0..14 {
        assert_eq!(tries_from([127, 2, 0, 1], &app, &new_word(), &new_word()).await.status, 422);
    }

    let password = app.password_of("ann");
    let (failing, right) = tokio::join!(
        took(tries_from([127, 2, 0, 1], &app, "bea", "wrong wrong")),
        took(tries_from([127, 2, 0, 1], &app, "ann", &password)),
    );
    let elsewhere = took(tries_from([127, 2, 0, 2], &app, "bea", "wrong wrong")).await;

    assert_eq!((failing.0, right.0, elsewhere.0), (422, 303, 422));
    assert!(failing.1 >= Duration::from_secs(1), "{failing:?}");
    assert!(right.1 < failing.1 && elsewhere.1 < failing.1, "{right:?}, {elsewhere:?}, {failing:?}");
}

#[tokio::test]
async fn a_hash_of_earlier_parameters_is_renewed_by_signing_in() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    // Of `correct horse`, with 8 KiB and one pass.
    let old = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$fGboIvzlkt1eU7JnWpaFoCiFdQqj41xKJW/x6HC4Hu4";
    app.sql(&format!("UPDATE users SET password_hash = '{old}'")).await;
    app.remembers("ann", "correct horse");

    let first = app.signs_in("ann").await;

    assert!(first.is_signed_in().await);
    let database = app.opens_database().await;
    let ask = Statement::from_string(database.get_database_backend(), "SELECT password_hash FROM users");
    let row = database.query_one_raw(ask).await.unwrap().unwrap();
    let hash: String = row.try_get("", "password_hash").unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "today's parameters, not {hash}");
    database.close().await.unwrap();
    app.signs_in("ann").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_flood_leaves_memory_bounded_and_lets_honest_people_in_or_tells_them() {
    let _alone = MEASURING.lock().await;
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await;
    let before = resident_mib(&app);
    let clients: Vec<_> = (0..200)
        .map(|n| client_from([127, 3, u8::try_from(n / 100).unwrap(), u8::try_from(n % 100 + 1).unwrap()]))
        .collect();

    let (url, until) = (app.url.clone(), Instant::now() + Duration::from_secs(5));
    let flood = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        let mut tries = tokio::task::JoinSet::new();
        for round in 0.. {
            ticks.tick().await;
            if Instant::now() > until {
                break;
            }
            for n in 0..10 {
                let (client, url) = (clients[(round * 10 + n) % clients.len()].clone(), url.clone());
                tries.spawn(async move {
                    let fields = [("username", new_word()), ("password", new_word())];
                    let request = client.post(format!("{url}/login")).header("Origin", &url).form(&fields);
                    request.send().await.map(|answer| answer.status().as_u16())
                });
            }
        }
        tries.join_all().await
    });
    let (mut peak, mut honest) = (0, Vec::new());
    while !flood.is_finished() {
        let (status, time) = took(tries_from([127, 0, 0, 1], &app, "ann", &app.password_of("ann"))).await;
        honest.push((status, time));
        peak = peak.max(resident_mib(&app));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let answers = flood.await.unwrap();

    let count =
        |wanted: u16| answers.iter().filter(|answer| answer.as_ref().is_ok_and(|is| *is == wanted)).count();
    let (refused, busy) = (count(422), count(503));
    println!(
        "{} attempts: {refused} refused, {busy} told to wait; memory {before} to {peak} MiB; honest: {honest:?}",
        answers.len()
    );
    assert_eq!(refused + busy, answers.len(), "every attempt is answered: {answers:?}");
    assert!(busy > 0 && refused > 0, "a flood that is none shows nothing");
    let processors = std::thread::available_parallelism().unwrap().get() as u64;
    // 19 MiB a hash, of which the C library keeps up to 64 MiB a thread; and the requests themselves.
    assert!(peak < before + 64 * processors + 128, "{before} MiB before, {peak} MiB at most");
    // The hashes of all attempts together would take much longer.
    for (status, time) in &honest {
        assert!([303, 503].contains(status) && *time < TIMEOUT / 2, "{honest:?}");
    }
    app.signs_in("ann").await;
}

/// A server that logs each hash, with somebody who may sign in and somebody who may not.
async fn three_kinds() -> TestApp {
    let app = TestApp::start_after("export RUST_LOG=info,tidings::domain::passwords=debug", &[]).await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("off", Role::Member).await;
    assert_eq!(app.runs(&["user", "disable", "off"], "").await.code, Some(0));
    app
}

/// One sign-in of each kind that fails: who, and with what.
fn failures(app: &TestApp) -> [(&'static str, String, String); 3] {
    [
        ("a wrong password", "ann".into(), new_word()),
        ("an unknown name", new_word(), new_word()),
        ("a disabled person", "off".into(), app.password_of("off")),
    ]
}

/// The count in the log, once it is this much: what a server says takes a moment to be read.
async fn hashes_until(app: &TestApp, wanted: usize) -> usize {
    crate::support::eventually("the log tells of the hash", async || {
        let count = app.logs().matches("Hashing a password").count();
        (count >= wanted).then_some(count)
    })
    .await
}

async fn tries_from(from: [u8; 4], app: &TestApp, name: &str, password: &str) -> Page {
    let fields = [("username", name), ("password", password), ("next", "/")];
    let request =
        client_from(from).post(format!("{}/login", app.url)).header("Origin", &app.url).form(&fields);
    Page::read(request.send().await.unwrap()).await
}

fn client_from(from: [u8; 4]) -> Client {
    Client::builder().local_address(IpAddr::from(from)).redirect(Policy::none()).build().unwrap()
}

async fn took(page: impl Future<Output = Page>) -> (u16, Duration) {
    let start = Instant::now();
    let status = page.await.status;
    (status, start.elapsed())
}

fn resident_mib(app: &TestApp) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", app.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
