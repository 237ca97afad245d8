//! `tidings card`: sets and removes cards through a running server.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::cli::{
    card::alarm::Alarm,
    client::{ClientError, ServerOptions, audience},
};

mod alarm;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Makes a card, or changes what is said of it; the rest stays
    Set(Box<Setting>),
    /// Removes a card
    Remove {
        /// The card's name for programs
        key: String,
        #[command(flatten)]
        server: ServerOptions,
    },
}

#[derive(Args)]
pub(crate) struct Setting {
    /// The card's name for programs: small letters, digits and `._:-`
    key: String,
    /// A number or text; of a status how it is (`ok`, `warning`, `critical`, `off`, `unknown`); of a progress how much of
    /// it is done, from 0 to 100, or how it is (`waiting`, `running`, `done`, `failed`, `cancelled`)
    #[arg(allow_negative_numbers = true)]
    value: String,
    /// The board that it stands on, which is made if it is not there; a new card needs one
    #[arg(long, value_name = "NAME")]
    board: Option<String>,
    /// What it is; a new card is a value, unless this is given
    #[arg(long, value_parser = ["value", "progress", "status"])]
    kind: Option<String>,
    /// What people read above the value
    #[arg(long)]
    title: Option<String>,
    /// Of a value, such as `°C`
    #[arg(long)]
    unit: Option<String>,
    /// Of a value: how many digits stand after the point
    #[arg(long, value_name = "NUMBER")]
    decimals: Option<u8>,
    /// Of a value: what it means when it rises
    #[arg(long, value_parser = ["good", "bad", "neutral"])]
    trend: Option<String>,
    /// Of a value: the least that it can be
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    min: Option<f64>,
    /// Of a value: the most that it can be
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    max: Option<f64>,
    /// Of a progress: what it is doing
    #[arg(long)]
    text: Option<String>,
    /// A line below the value
    #[arg(long)]
    note: Option<String>,
    /// Where more is to be found
    #[arg(long)]
    url: Option<String>,
    /// After so many seconds without a report it is shown as old
    #[arg(long, value_name = "SECONDS")]
    ttl: Option<u64>,
    /// Who may see it: `everyone`, a name, or `group:` and the name of a group; may be given again for more
    #[arg(long, value_name = "NAME")]
    to: Vec<String>,
    #[command(flatten)]
    alarm: Alarm,
    #[command(flatten)]
    server: ServerOptions,
}

pub(crate) fn run(command: Command) -> Result<(), ClientError> {
    match command {
        Command::Set(setting) => setting.server.client()?.set_card(&setting.key, &[setting.fields()]),
        Command::Remove { key, server } => server.client()?.remove_card(&key),
    }
}

impl Setting {
    /// What the API takes: what is not given is not said.
    fn fields(&self) -> Value {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| {
            if !value.is_null() {
                fields.insert(name.to_owned(), value);
            }
        };
        set("board", json!(self.board));
        set("kind", json!(self.kind));
        set("title", json!(self.title));
        set("unit", json!(self.unit));
        set("decimals", json!(self.decimals));
        set("trend", json!(self.trend));
        set("min", json!(self.min));
        set("max", json!(self.max));
        set("text", json!(self.text));
        set("note", json!(self.note));
        set("url", json!(self.url));
        set("ttl", json!(self.ttl));
        set("alarm", self.alarm.field());
        if !self.to.is_empty() {
            set("audience", audience(&self.to));
        }
        let number = number(&self.value);
        match (self.kind.as_deref(), number) {
            (Some("progress"), Some(percent)) => set("percent", json!(percent)),
            (Some("progress" | "status"), _) => set("state", json!(self.value)),
            (_, Some(number)) => set("value", json!(number)),
            (_, None) => set("value", json!(self.value)),
        }
        Value::Object(fields)
    }
}

/// What reads like a number is one, as in the API.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    text.parse().ok().filter(|number: &f64| is_number && number.is_finite())
}
