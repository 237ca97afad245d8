//! A post to be, as programs send it.

use sea_orm::ActiveEnum;
use serde::Deserialize;

use crate::{
    domain::posts::{Fields, Kind, Severity, escalation::Unless},
    web::api::{
        audience::NewAudience,
        fields::{WholeNumber, from_word, from_word_if_any, present, present_number, word},
    },
};

/// A post to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    #[serde(deserialize_with = "from_word")]
    kind: Kind,
    #[serde(deserialize_with = "from_word_if_any", default)]
    severity: Option<Severity>,
    title: String,
    #[serde(default)]
    body: String,
    audience: NewAudience,
    #[serde(default)]
    acknowledge: bool,
    #[serde(default, deserialize_with = "present")]
    due: Option<String>,
    #[serde(default, deserialize_with = "present")]
    expires: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pinned: Option<String>,
    #[serde(default, deserialize_with = "present")]
    zone: Option<String>,
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default)]
    answer_kinds: Vec<String>,
    #[serde(default)]
    telephone: bool,
    #[serde(default, deserialize_with = "present")]
    coordinators: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) dedup_key: Option<String>,
    #[serde(default, deserialize_with = "present_number")]
    remind_every: Option<i64>,
    #[serde(default, deserialize_with = "present_number")]
    remind_times: Option<i64>,
    #[serde(default)]
    escalate_to: Vec<String>,
    #[serde(default)]
    escalate_after: Vec<WholeNumber>,
    #[serde(default)]
    escalate_if: Vec<Unless>,
    #[serde(default)]
    drill: bool,
}

impl From<NewPost> for Fields {
    fn from(sent: NewPost) -> Self {
        Self {
            kind: word(&sent.kind),
            severity: sent.severity.as_ref().map(word).unwrap_or_default(),
            title: sent.title,
            body: sent.body,
            acknowledge: sent.acknowledge,
            due: sent.due.unwrap_or_default(),
            expires: sent.expires,
            pinned: sent.pinned,
            zone: sent.zone.unwrap_or_default(),
            answers: sent.answers,
            answer_kinds: sent.answer_kinds,
            telephone: sent.telephone,
            coordinators: sent.coordinators.unwrap_or_default(),
            remind_every: sent.remind_every.map(|minutes| minutes.to_string()).unwrap_or_default(),
            escalate_to: sent.escalate_to,
            escalate_after: sent.escalate_after.iter().map(|minutes| minutes.0.to_string()).collect(),
            escalate_if: sent.escalate_if.iter().map(ActiveEnum::to_value).collect(),
            remind_times: sent.remind_times.map(|times| times.to_string()).unwrap_or_default(),
            drill: sent.drill,
            ..sent.audience.into()
        }
    }
}

impl From<NewAudience> for Fields {
    fn from(sent: NewAudience) -> Self {
        let (audience, parts) = sent.into_parts();
        Self {
            audience,
            recipients: parts.people.unwrap_or_default(),
            groups: parts.groups.unwrap_or_default(),
            except: parts.except,
            external: parts.external.unwrap_or_default(),
            ..Self::default()
        }
    }
}
