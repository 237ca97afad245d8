//! Addresses that pretend to be other addresses.

use super::{said_to, status_of};
use crate::support::{Draft, TestApp, attribute, tags};

#[tokio::test]
async fn path_traversal_in_assets() {
    let app = TestApp::start().await;
    let door = app.visitor().gets("/login").await;
    let style = tags(&door.text, "<link").find(|tag| tag.contains("stylesheet")).unwrap();
    let style = attribute(style, "href").to_owned();
    let build = style.strip_suffix("/tidings.css").unwrap();
    let climbs =
        ["..", "%2e%2e", "%252e%252e", "..%2f..", "%2e%2e%2f%2e%2e", "..%5c..", "....//", "..%00", "..;"];

    let mut targets: Vec<String> = vec![
        format!("{build}/"),
        format!("{build}//etc/passwd"),
        format!("{build}/%2fetc%2fpasswd"),
        format!("{build}/tidings.css%00.js"),
        format!("{build}/tidings.css/"),
        format!("{build}/css/100-variables.css"),
        "/assets/".into(),
        "/assets/0/tidings.css".into(),
        "//etc/passwd".into(),
    ];
    for climb in climbs {
        let up = [climb; 8].join("/");
        targets.extend(
            ["etc/passwd", "Cargo.toml", "data/tidings.db"].map(|file| format!("{build}/{up}/{file}")),
        );
        targets.push(format!("{build}/js/{climb}/tidings.css"));
    }
    for target in targets {
        let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let said = said_to(&app, request.as_bytes()).await;
        assert!(matches!(status_of(&said), 400 | 404), "{target}: {said}");
        assert!(
            !said.contains("root:") && !said.contains("[package]") && !said.contains("SQLite"),
            "{target}"
        );
    }
    assert_eq!(app.visitor().gets(&style).await.status, 200);
}

#[tokio::test]
async fn cache_deception() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("Nobody else's business").to(&["boss"])).await;
    let own = format!("/posts/{post}");

    let mut pages = vec![boss.gets("/").await, boss.gets(&own).await, boss.gets("/session").await];
    assert!(pages[..2].iter().all(|page| page.text.contains("Nobody else")));
    for ending in [
        "/x.css", ";x.css", "%3Bx.css", "%2Fx.css", ".css", "%00.css", "%0Ax.css", "?x.css", "%3Fx.css", "//",
    ] {
        pages.push(boss.gets(&format!("{own}{ending}")).await);
        pages.push(boss.gets(&format!("/session{ending}")).await);
        pages.push(boss.gets(&format!("/{}", ending.trim_start_matches('/'))).await);
    }
    pages.push(boss.gets(&format!("/assets/x/..%2f..{own}")).await);
    pages.push(boss.gets("/admin/audit.csv").await);
    for page in ["people", "groups", "tokens", "invitations", "audit"] {
        pages.push(boss.gets(&format!("/admin/{page}")).await);
        pages.push(boss.gets(&format!("/admin/{page}/x.css")).await);
        pages.push(boss.gets(&format!("/admin/{page};x.js")).await);
    }

    for page in pages {
        assert!(page.header("cache-control").contains("no-store"), "{page:?}");
        assert!(!page.header("content-type").contains("css"), "{page:?}");
    }
}
