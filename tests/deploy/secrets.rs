//! Addresses that are secrets, in the logs of the documented proxies.

use std::fs;

use futures_util::future::join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    proxy::{KINDS, Kind, Proxy, swap},
    support::{Program, Role, TestApp, eventually, new_word},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_a_secret_stands_in_no_log() {
    for kind in KINDS {
        let mut app = TestApp::start_after("export RUST_LOG=trace", &[]).await;
        app.signs_up("boss", Role::Admin).await;
        let program = Program::of(&app, "boss", "cards").await;
        program.sets("job", &json!({ "board": "jobs", "kind": "status" })).await;
        let made = program.request(Method::POST, "/api/v1/cards/job/ping").send().await.unwrap();
        let made: Value = made.json().await.unwrap();
        let path = made["address"].as_str().unwrap().strip_prefix(&app.url).unwrap().to_owned();
        let (wall, seen) = (format!("/wall/{}", new_word()), format!("/{}", new_word()));
        let secrets = [path.rsplit('/').next().unwrap(), wall.rsplit('/').next().unwrap()];
        let proxy = Proxy::starts_with(kind, &app, |text| with_all_logs(kind, text)).await;
        let addresses = ["", "/start", "/fail", "/256"]
            .map(|end| format!("{path}{end}"))
            .into_iter()
            .chain([wall.clone(), format!("{wall}/stream"), seen.clone()]);
        let addresses: Vec<_> = addresses.map(|address| format!("{}{address}", proxy.url)).collect();
        // A connection that was kept may be closed by the proxy in the moment in which it is used again.
        let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let call = async |address: &String, method: Method| {
            client.request(method, address).body("done").send().await.unwrap().status().as_u16()
        };

        assert_eq!(call(&addresses[0], Method::GET).await, 200, "{kind:?}");
        assert_eq!(call(&addresses[2], Method::POST).await, 200, "{kind:?}");
        join_all(addresses.iter().map(|address| call(address, Method::GET))).await;
        // What a proxy logs when nobody answers is more.
        app.kill().await;
        for status in join_all(addresses.iter().map(|address| call(address, Method::POST))).await {
            assert!(status >= 500, "{kind:?}: {status}");
        }

        let logs = eventually("the proxy has logged", async || {
            Some(logs(&proxy)).filter(|logs| logs.contains(&seen))
        })
        .await;
        for secret in secrets {
            let line = logs.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{kind:?}: {line:?}");
            assert!(!app.logs().contains(secret), "our own");
        }
    }
}

/// HAProxy logs nothing unless it is told where.
fn with_all_logs(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Nginx => text.to_owned(),
        Kind::Caddy => swap(text, "lb_try_duration 5s", "lb_try_duration 1s"),
        Kind::Haproxy => {
            swap(text, "defaults\n", "defaults\n    log stdout format raw daemon debug\n    option httplog\n")
        }
    }
}

/// Everything that it wrote.
fn logs(proxy: &Proxy) -> String {
    let files = fs::read_dir(proxy.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.is_file() && !file.ends_with("config"));
    files.map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned()).collect()
}
