//! What `deploy/` and `docs/deploy.md` promise: reverse proxies, the service, the image, the nodes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod compose;
mod image;
mod nginx;
mod proxies;
mod service;
#[path = "../support/mod.rs"]
mod support;
