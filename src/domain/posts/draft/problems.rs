//! What is wrong with what was typed.

use crate::text;

/// What is wrong with a draft: a sentence by each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// What is wrong with the kind.
    pub kind: Option<String>,
    /// What is wrong with the severity.
    pub severity: Option<String>,
    /// What is wrong with the title.
    pub title: Option<String>,
    /// What is wrong with the text.
    pub body: Option<String>,
    /// What is wrong with whom it is for.
    pub audience: Option<String>,
    /// What is wrong with what is offered as answers.
    pub answers: Option<String>,
    /// What is wrong with the time by which readers are to have acknowledged it.
    pub due: Option<String>,
    /// What is wrong with the time until which it is there.
    pub expires: Option<String>,
    /// What is wrong with who is to coordinate it.
    pub coordinators: Option<String>,
    /// What is wrong with the time until which it stands on top.
    pub pinned: Option<String>,
    /// What is wrong with how often readers are to be reminded.
    pub reminders: Option<String>,
    /// What is wrong with who is told when too few have said that they have seen it.
    pub escalation: Option<String>,
    /// What is wrong with what is said of an alert that is over.
    pub note: Option<String>,
    /// What is wrong with why it is taken back.
    pub reason: Option<String>,
    /// What is wrong with no field in particular.
    pub form: Option<String>,
}

impl Problems {
    /// Whoever wrote it may not publish critical alerts.
    pub(in crate::domain::posts) fn not_critical() -> Self {
        Self { severity: Some(text::say("draft-critical")), ..Self::default() }
    }

    /// Each problem, by the name of its field; `form` is none in particular.
    pub fn by_field(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { kind, severity, title, body, audience, answers, due, .. } = self;
        let Self { reminders, escalation, expires, coordinators, pinned, note, reason, form, .. } = self;
        let fields = [
            ("kind", kind),
            ("severity", severity),
            ("title", title),
            ("body", body),
            ("audience", audience),
            ("answers", answers),
            ("due", due),
            ("remind_every", reminders),
            ("escalate_to", escalation),
            ("expires", expires),
            ("coordinators", coordinators),
            ("pinned", pinned),
            ("note", note),
            ("reason", reason),
            ("form", form),
        ];
        fields.into_iter().filter_map(|(field, problem)| Some((field, problem.as_deref()?)))
    }
}
