//! TLS, HTTP/2 over it, and the streams that go through both.

mod attacks;
mod memory;
mod pairs;
mod streams;
