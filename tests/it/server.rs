//! The process and its sockets: starting, stopping, limits, deadlines, bad clients.

mod clock;
mod compressed;
mod demo;
mod help;
mod idle;
mod limits;
mod log;
mod on_sqlite;
mod output;
mod requests;
mod secrets;
mod starting;
mod stopping;
mod sweeping;
