//! Clients that are programs: curl, and scripts around libraries from PyPI and npm.

use tokio::process::Command;

use crate::{
    cuts::{Call, Comeback, goes_on},
    installed,
    listener::Listener,
    script,
};

#[tokio::test(flavor = "multi_thread")]
async fn curl_goes_on_where_it_was_cut() {
    goes_on(Comeback::Restarted, async |call: Call| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--no-buffer", "--header", &format!("Authorization: Bearer {}", call.token)]);
        if !call.after.is_empty() {
            curl.args(["--header", &format!("Last-Event-ID: {}", call.after)]);
        }
        curl.arg(call.stream);
        Listener::printing_the_wire(curl)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn httpx_sse_goes_on_where_it_was_cut() {
    goes_on(Comeback::Restarted, async |call| python("with_httpx_sse.py", &call)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sseclient_py_goes_on_where_it_was_cut() {
    goes_on(Comeback::Restarted, async |call| python("with_sseclient.py", &call)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eventsource_from_npm_goes_on_by_itself() {
    goes_on(Comeback::ByItself, async |call: Call| {
        let mut node = Command::new("node");
        node.arg(script("with_eventsource.mjs"))
            .arg(installed("node_modules"))
            .args([call.stream, call.token]);
        Listener::printing_json(node)
    })
    .await;
}

fn python(name: &str, call: &Call) -> Listener {
    let mut python = Command::new(installed("python/bin/python"));
    python.arg(script(name)).args([&call.stream, &call.token, &call.after]);
    Listener::printing_json(python)
}
