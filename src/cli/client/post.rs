//! Posting: to whom the command line says, and once however many attempts it takes.

use std::{thread, time::Duration};

use serde_json::{Value, json};
use ureq::http::StatusCode;

use crate::cli::client::{Client, ClientError, refusal, retry_delay};

/// For the whole of one attempt: nobody waits for ever for a job that runs at night.
const POST_TIMEOUT: Duration = Duration::from_secs(60);

/// So often the server is tried before it counts as away.
const MAX_ATTEMPTS: u32 = 3;

/// Before the name of a group, on the command line.
const GROUP_PREFIX: &str = "group:";

impl Client {
    /// Publishes to whom `to` names, and returns the post's address; `post` is what the API takes, given the
    /// audience. One with commas in it means several, and where nobody is called so, one with commas in the name.
    ///
    /// # Errors
    /// Those of `post`.
    pub(crate) fn post_to(
        &self,
        to: &[String],
        post: impl Fn(Value) -> Value,
    ) -> Result<String, ClientError> {
        let names = if let [one] = to { separated(one) } else { to.to_vec() };
        let (whole, several) = (audience(to), audience(&names));
        let posted = match self.post(&post(several.clone())) {
            Err(first @ ClientError::AudienceRefused(_)) if several != whole => match self.post(&post(whole))
            {
                Err(ClientError::AudienceRefused(_)) => Err(first),
                done => done,
            },
            done => done,
        };
        posted.map_err(|error| with_everyone_alone(error, &names))
    }

    /// Publishes, and returns the post's address. One key goes with all attempts, so that it is posted once.
    ///
    /// # Errors
    /// When the server refuses the post, or does not take it within three attempts.
    fn post(&self, post: &Value) -> Result<String, ClientError> {
        let key: [u8; 16] = rand::random();
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut attempt = 1;
        loop {
            match self.post_once(post, &key) {
                Err(ClientError::Unavailable(_)) if attempt < MAX_ATTEMPTS => {
                    thread::sleep(retry_delay(attempt))
                }
                done => return done,
            }
            attempt += 1;
        }
    }

    fn post_once(&self, post: &Value, key: &str) -> Result<String, ClientError> {
        let request = self.agent.post(format!("{}/api/v1/posts", self.server));
        let request = request.header("Authorization", self.bearer()).header("Idempotency-Key", key);
        let mut answer = request
            .config()
            .timeout_global(Some(POST_TIMEOUT))
            .build()
            .content_type("application/json")
            .send(post.to_string())
            .map_err(|error| self.unreached(&error))?;
        let body = answer.body_mut().read_to_string().map_err(|error| self.unreached(&error))?;
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        if ![StatusCode::CREATED, StatusCode::OK].contains(&answer.status()) {
            return Err(refusal(answer.status(), &body));
        }
        Ok(format!("{}{}", self.server, body["url"].as_str().unwrap_or_default()))
    }
}

/// Beside others, `everyone` is a name like theirs, and mostly nobody's.
fn with_everyone_alone(error: ClientError, names: &[String]) -> ClientError {
    match error {
        ClientError::AudienceRefused(why)
            if names.len() > 1 && names.iter().any(|name| name == "everyone") =>
        {
            ClientError::AudienceRefused(format!("{why} (for everyone, `--to everyone` stands alone)"))
        }
        error => error,
    }
}

/// What the API takes for a post.
pub(crate) fn new_post(title: &str, body: &str, alert: Option<&str>, audience: Value) -> Value {
    let kind = if alert.is_some() { "alert" } else { "news" };
    json!({ "kind": kind, "severity": alert, "title": title, "body": body, "audience": audience })
}

/// What the API takes for an audience: `everyone`, or people, and groups, whose names stand behind `group:`.
pub(crate) fn audience(to: &[String]) -> Value {
    if to == ["everyone"] {
        return json!("everyone");
    }
    let (groups, people): (Vec<_>, Vec<_>) = to.iter().partition(|name| name.starts_with(GROUP_PREFIX));
    let groups: Vec<_> = groups.iter().filter_map(|name| name.strip_prefix(GROUP_PREFIX)).collect();
    match (people.is_empty(), groups.is_empty()) {
        (_, true) => json!({ "people": people }),
        (true, false) => json!({ "groups": groups }),
        (false, false) => json!({ "people": people, "groups": groups }),
    }
}

/// The names with commas between, all of them groups' if the first one is.
fn separated(to: &str) -> Vec<String> {
    let (kind, names) = to.strip_prefix(GROUP_PREFIX).map_or(("", to), |names| (GROUP_PREFIX, names));
    names.split(',').map(|name| format!("{kind}{}", name.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_with_commas_may_be_several_and_several_names_are_as_they_are_given() {
        let several = |one: &str| audience(&separated(one));
        let given = |to: &[&str]| audience(&to.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());

        assert_eq!(several("everyone"), json!("everyone"));
        assert_eq!(several("ann, bea"), json!({ "people": ["ann", "bea"] }));
        assert_eq!(several("group:Night shift,Day"), json!({ "groups": ["Night shift", "Day"] }));
        assert_eq!(given(&["Berg, Anna", "bea"]), json!({ "people": ["Berg, Anna", "bea"] }));
        assert_eq!(given(&["group:A, B", "group:C"]), json!({ "groups": ["A, B", "C"] }));
        assert_eq!(given(&["group:A", "bea"]), json!({ "people": ["bea"], "groups": ["A"] }));
    }
}
