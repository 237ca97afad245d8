//! What `deploy/` and `docs/deploy.md` promise: reverse proxies, the service, the image, the nodes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod compose;
mod image;
mod nginx;
mod proxies;
#[path = "../support/proxy.rs"]
mod proxy;
mod secrets;
mod service;
#[expect(dead_code, unused_imports, reason = "a part of these words is enough here")]
#[path = "../support/mod.rs"]
mod support;
