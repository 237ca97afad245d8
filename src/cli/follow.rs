//! `tidings follow`: prints what is posted, a line each, for ever.

use std::io::{ErrorKind, Write};

use crate::cli::client::{ClientError, ServerOptions};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Prints each post as one line of JSON
    #[arg(long)]
    json: bool,
    /// Goes on after this event's id, instead of starting with what is posted next
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    #[command(flatten)]
    server: ServerOptions,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), ClientError> {
    let Arguments { json, after, server } = arguments;
    let address = server.server.trim_end_matches('/');
    let mut out = std::io::stdout();
    let followed = server.client()?.follow(after, |post| {
        if json {
            return writeln!(out, "{post}");
        }
        let text = |field: &str| post[field].as_str().unwrap_or_default();
        let kind = post["severity"].as_str().unwrap_or("news");
        writeln!(out, "{}  {kind:<8}  {}  {address}{}", text("published_at"), text("title"), text("url"))
    });
    match followed {
        // Whoever read along, say `head`, has seen enough.
        Err(ClientError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}
