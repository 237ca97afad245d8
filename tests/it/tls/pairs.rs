//! The certificate and its key: good, bad, renewed, and exposed.

use std::{fs, os::unix::fs::PermissionsExt};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Certificate, Http2, Role, TestApp, eventually, run, shakes_hands};

#[tokio::test]
async fn https_comes_with_secure_cookies_and_strict_transport() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("ann", Role::Member).await;

    let mut ann = Http2::signs_in(&app, &certificate, "ann").await;
    assert!(ann.gets("/").await.text().await.contains("ann"));
    let form = format!("username=ann&password={}&next=/", app.password_of("ann"));
    let again = ann.posts("/login", &form).await;
    let cookie = again.headers["set-cookie"].to_str().unwrap();

    let name = format!("__Host-{}=", app.cookie().await);
    assert!(cookie.starts_with(&name) && cookie.contains("; Secure"), "{cookie}");
    assert_eq!(again.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    assert!(app.says().contains(&format!("listens on https://127.0.0.1:{}", app.port)));
    // Whoever speaks HTTP/1.1 is understood as well, and a form from a page that came without TLS is not.
    for (origin, status) in [("https://localhost", "303"), ("http://localhost", "403")] {
        let mut tls = shakes_hands(&app, &certificate, &[b"http/1.1"]).await.unwrap();
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nContent-Length: {}\r\n\
            Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n{form}",
            form.len()
        );
        tls.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tls.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{origin}: {answer}");
    }
}

#[tokio::test]
async fn health_is_asked_over_tls_too() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    let listen = format!("127.0.0.1:{}", app.port);
    let asked = ["health", "--listen", &listen];

    let over_tls = run(&certificate.options(&asked), &[], "").await;
    let without = run(&asked, &[], "").await;

    assert_eq!(over_tls.code, Some(0), "{over_tls:?}");
    assert_eq!(without.code, Some(1), "{without:?}");
}

#[tokio::test]
async fn a_renewed_certificate_is_used_after_a_hang_up_and_a_bad_one_is_not() {
    let mut certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    let mut before = Http2::connects(&app, &certificate).await;

    fs::write(certificate.file(), "no certificate").unwrap();
    app.tells_to_reload();
    eventually("the log says so", async || app.logs().contains("the old one stays").then_some(())).await;
    assert_eq!(before.gets("/healthz").await.status, 200);

    certificate.renew();
    assert!(shakes_hands(&app, &certificate, &[b"h2"]).await.is_err(), "the old one is still in use");
    app.tells_to_reload();
    eventually("the new one", async || shakes_hands(&app, &certificate, &[b"h2"]).await.ok()).await;
    assert_eq!(before.gets("/healthz").await.status, 200, "who was connected stays");
}

#[tokio::test]
async fn a_certificate_that_is_out_of_date_is_said_at_the_start_and_when_it_is_read_again() {
    let mut certificate = Certificate::new();
    certificate.renew_for(2001, 2002);
    let app = TestApp::start_with(&certificate.options(&[])).await;
    let said = async |what: &str| {
        eventually(what, async || app.logs().contains(what).then_some(())).await;
    };

    said("has expired").await;
    certificate.renew_for(2999, 3000);
    app.tells_to_reload();
    said("is not valid yet").await;
    said("Read the certificate again").await;
    let lines = app.logs().lines().filter(|line| line.contains("--tls-cert")).count();

    certificate.renew();
    app.tells_to_reload();
    eventually("the new one", async || shakes_hands(&app, &certificate, &[b"h2"]).await.ok()).await;
    let now = app.logs().lines().filter(|line| line.contains("--tls-cert")).count();
    assert_eq!((lines, now), (2, 2), "a good one is not complained of: {}", app.logs());
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_stops_the_start_with_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tidings.db").display());
    let (good, other) = (Certificate::new(), Certificate::new());
    let (exposed, garbled) = (Certificate::new(), Certificate::new());
    fs::set_permissions(exposed.key_file(), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(garbled.key_file(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
    let path = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();

    for (options, named) in [
        (vec!["--tls-cert".to_owned(), path(good.file())], "tls-key"),
        (vec!["--tls-key".to_owned(), path(good.key_file())], "tls-cert"),
        (pair(path(good.file()), path(other.key_file())), "tls-key"),
        (pair(path(good.file()), "/nowhere".into()), "/nowhere"),
        (pair("/nowhere".into(), path(good.key_file())), "/nowhere"),
        (pair(path(good.key_file()), path(good.key_file())), "tls-cert"),
        (pair(path(exposed.file()), path(exposed.key_file())), "chmod"),
        (pair(path(garbled.file()), path(garbled.key_file())), "tls-key"),
    ] {
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--database", &database];
        arguments.extend(options.iter().map(String::as_str));
        let answer = run(&arguments, &[], "").await;
        assert!(matches!(answer.code, Some(1 | 2)), "{options:?}: {answer:?}");
        let line = answer.err.lines().find(|line| line.starts_with("error: "));
        assert!(line.is_some_and(|line| line.contains(named)), "{named}: {answer:?}");
        assert!(!answer.err.contains("PRIVATE"), "{answer:?}");
    }
}

fn pair(certificate: String, key: String) -> Vec<String> {
    vec!["--tls-cert".into(), certificate, "--tls-key".into(), key]
}

#[tokio::test]
async fn a_shell_posts_through_https_if_it_trusts_the_authority() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("boss", Role::Admin).await;
    let made = app.runs(&["token", "create", "jobs", "--user", "boss", "--scope", "publish"], "").await;
    let token = app.folder.path().join("token");
    fs::write(&token, made.out).unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let environment = [("TIDINGS_TOKEN_FILE", token.to_str().unwrap()), ("TIDINGS_SERVER", app.url.as_str())];
    let (file, empty) = (certificate.file(), certificate.key_file());
    let post = ["post", "Over https", "--to", "everyone"];
    let trusting = [&post[..], &["--ca-file", file.to_str().unwrap()]].concat();
    let confused = [&post[..], &["--ca-file", empty.to_str().unwrap()]].concat();

    let (trusts, doubts, lost) = tokio::join!(
        run(&trusting, &environment, ""),
        run(&post, &environment, ""),
        run(&confused, &environment, "")
    );

    assert_eq!(trusts.code, Some(0), "{trusts:?}");
    assert_eq!(doubts.code, Some(4), "nobody vouches for it: {doubts:?}");
    assert_eq!(lost.code, Some(3), "{lost:?}");
    assert!(lost.err.contains("--ca-file"), "{lost:?}");
}
