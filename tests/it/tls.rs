//! TLS, HTTP/2 over it, and the streams that go through both.

mod attacks;
mod pairs;
mod streams;
