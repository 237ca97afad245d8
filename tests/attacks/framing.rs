//! Pages inside somebody else's.

use crate::{
    chromium::Browser,
    support::{Role, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn clickjacking() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;

    for path in ["/", "/login", "/nothing", "/session"] {
        let framing = format!("data:text/html,<iframe src='{}{path}'></iframe>", app.url);
        ann.driver.goto(&framing).await.unwrap();
        ann.driver.enter_frame(0).await.unwrap();
        let shown = ann.asks("location.href").await;
        assert_eq!(shown, "chrome-error://chromewebdata/", "{path} can be framed");
    }
}
