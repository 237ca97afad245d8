//! `tidings post`: posts through a running server, and prints the post's address.

use std::io::Read;

use crate::cli::{
    client::{self, ClientError, ServerOptions},
    output,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// One line of plain text
    title: String,
    /// Markdown; `-` reads it from standard input
    #[arg(long, default_value = "")]
    body: String,
    /// `everyone`, a name, or `group:` and the name of a group; may be given again for more. Given once, it takes
    /// several with commas between, too
    #[arg(long, required = true, value_name = "NAME")]
    to: Vec<String>,
    /// Makes it an alert of this severity
    #[arg(long, value_name = "SEVERITY", value_parser = ["info", "warning", "critical"])]
    alert: Option<String>,
    /// A name for what it is about: while the post is open that was published with it, this changes that one, and counts
    #[arg(long, value_name = "KEY")]
    dedup_key: Option<String>,
    #[command(flatten)]
    server: ServerOptions,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), ClientError> {
    let Arguments { title, mut body, to, alert, dedup_key, server } = arguments;
    let client = server.client()?;
    if body == "-" {
        body.clear();
        std::io::stdin()
            .read_to_string(&mut body)
            .map_err(|error| ClientError::Refused(format!("cannot read the text: {error}")))?;
    }
    let address = client.post_to(&to, |audience| {
        let mut post = client::new_post(&title, &body, alert.as_deref(), audience);
        if let Some(key) = &dedup_key {
            post["dedup_key"] = key.as_str().into();
        }
        post
    })?;
    output::print(&format!("{address}\n")).map_err(ClientError::AddressUnwritten)
}
