//! What of a card's alarms can be said in the shell: one threshold, silence and failure, all equally urgent.

use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};

#[derive(Args)]
#[command(group(ArgGroup::new("raised").multiple(true).args(["above", "below", "expect", "failure"])))]
pub(crate) struct Alarm {
    /// Of a value: somebody is told when it is above this
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, conflicts_with = "below")]
    above: Option<f64>,
    /// Of a value: somebody is told when it is below this
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    below: Option<f64>,
    /// The calmer value at which that is over; without it, at the limit itself
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    leave: Option<f64>,
    /// Somebody is told when so many seconds have passed without a report
    #[arg(long, value_name = "SECONDS")]
    expect: Option<u64>,
    /// By so many seconds a report may be late
    #[arg(long, value_name = "SECONDS", requires = "expect")]
    grace: Option<u64>,
    /// Somebody is told when a progress has failed, or a status is critical
    #[arg(long)]
    failure: bool,
    /// How urgent all of that is
    #[arg(long, value_parser = ["info", "warning", "critical"], default_value = "warning", requires = "raised")]
    severity: String,
}

impl Alarm {
    /// What the API takes; null, if nothing is said.
    pub(crate) fn field(&self) -> Value {
        let Self { above, below, leave, expect, grace, failure, severity } = self;
        let mut field = Map::new();
        let mut set = |name: &str, value: Value| drop(field.insert(name.to_owned(), value));
        if above.is_some() || below.is_some() || leave.is_some() {
            let threshold = json!({ "severity": severity, "above": above, "below": below, "leave": leave });
            set("thresholds", json!([threshold]));
        }
        if expect.is_some() {
            set("expect", json!(expect));
            set("grace", json!(grace));
            set("silence", json!(severity));
        }
        if *failure {
            set("failure", json!(severity));
        }
        if field.is_empty() { Value::Null } else { Value::Object(field) }
    }
}
