//! From what was typed to an edit of a post that is there, or to a problem by each field.

use sea_orm::ActiveValue::Set;

use crate::{
    clock,
    domain::posts::{Fields, Kind, Meant, Post, Problems, Severity, changes::Refusal, draft, times},
    entities::posts,
    ids::GroupId,
    text::{self, Text},
};

/// An edit as it was typed; what is not given stays as it is.
#[derive(Clone, Debug, Default)]
pub struct EditFields {
    /// Whether it is news or an alert.
    pub kind: Option<Kind>,
    /// Plain text on one line.
    pub title: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    /// How urgent the alert is.
    pub severity: Option<Severity>,
    /// The version that was edited, if it is to be the post's still.
    pub version: Option<i64>,
    /// Whether its readers are told of it again.
    pub again: bool,
    /// Until when it is there, as in `Fields`; empty if it is to stay.
    pub expires: Option<String>,
    /// Until when it stands on top, likewise.
    pub pinned: Option<String>,
    /// The time zone in which that is meant.
    pub zone: String,
    /// Whom it is for; the rest of these is not looked at.
    pub audience: Option<Fields>,
    /// Who is to coordinate it: the name of a group, or of somebody; nobody by an empty one.
    pub coordinators: Option<String>,
    /// Who coordinated it when that was chosen, if they are to do so still: their name; nobody by an empty one.
    pub coordinated: Option<String>,
    /// The groups that it may be for, if whoever edits it is held to some.
    pub only: Option<Vec<GroupId>>,
}

/// What is to be another in a post.
#[derive(Clone, Debug)]
pub struct Edit {
    kind: Option<Kind>,
    title: Option<String>,
    /// Markdown, and what it looks like.
    text: Option<(String, String)>,
    severity: Option<Severity>,
    /// In Unix milliseconds; none, if it is to stay.
    expires: Option<Option<i64>>,
    pinned: Option<Option<i64>>,
    pub(super) version: Option<i64>,
    pub(super) again: bool,
    pub(super) audience: Option<Meant>,
    pub(super) coordinators: Option<String>,
    pub(super) coordinated: Option<String>,
    pub(super) only: Option<Vec<GroupId>>,
}

/// What a post is, and how urgent.
pub(super) type Urgency = (Kind, Option<Severity>);

impl Edit {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub fn parse(fields: EditFields) -> Result<Self, Box<Problems>> {
        let EditFields { kind, title, body, severity, version, again, .. } = fields;
        let EditFields { expires, pinned, zone, audience, coordinators, coordinated, only, .. } = fields;
        let title = title.map(|title| draft::title(&title)).transpose();
        let text = body.map(|body| draft::text(&body)).transpose();
        let audience = audience.map(|audience| Meant::parse(&audience)).transpose();
        let time = |typed: String| times::instant(&typed, &zone, text::key("draft-due"));
        let (expires, pinned) = (expires.map(time).transpose(), pinned.map(time).transpose());
        match (title, text, audience, expires, pinned) {
            (Ok(title), Ok(text), Ok(audience), Ok(expires), Ok(pinned)) => Ok(Self {
                kind,
                title,
                text,
                severity,
                expires,
                pinned,
                version,
                again,
                audience,
                coordinators,
                coordinated,
                only,
            }),
            (title, text, audience, expires, pinned) => {
                let (title, body, audience) = (title.err(), text.err(), audience.err());
                let (expires, pinned) = (expires.err(), pinned.err());
                Err(Box::new(Problems { title, body, audience, expires, pinned, ..Default::default() }))
            }
        }
    }

    /// Reads what was typed into a form that has all of a post: nothing of it stays as it is by itself, but whom it is for,
    /// unless that is to be another, and who coordinates it, unless somebody else was chosen than who did when it was shown.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub fn parse_form(
        typed: &Fields,
        version: Option<i64>,
        again: bool,
        is_for_others: bool,
        (coordinators, coordinated): (Option<String>, Option<String>),
    ) -> Result<Self, Box<Problems>> {
        let (kind, severity) = (draft::kind(typed), draft::severity(typed));
        let (title, body) = (Some(typed.title.clone()), Some(typed.body.clone()));
        let audience = is_for_others.then(|| typed.clone());
        let (expires, pinned, zone) = (typed.expires.clone(), typed.pinned.clone(), typed.zone.clone());
        let is_chosen = coordinated.as_deref().map(str::trim) != coordinators.as_deref().map(str::trim);
        let coordinators = coordinators.filter(|_| is_chosen);
        let rest = EditFields { title, body, version, again, audience, coordinators, ..Default::default() };
        let rest = EditFields { expires, pinned, zone, coordinated, ..rest };
        let rest = Self::parse(rest);
        match (kind, severity, rest) {
            (Ok(kind), Ok(severity), Ok(rest)) => Ok(Self { kind: Some(kind), severity, ..rest }),
            (kind, severity, rest) => {
                let (kind, severity) = (kind.err(), severity.err());
                Err(Box::new(Problems { kind, severity, ..*rest.err().unwrap_or_default() }))
            }
        }
    }

    /// The same off the async threads, as for a draft.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub async fn parse_aside(fields: EditFields) -> Result<Self, Box<Problems>> {
        text::aside(move || Self::parse(fields)).await
    }

    /// What the post is then.
    ///
    /// # Errors
    /// News has no severity, and an alert has one.
    pub(super) fn urgency(&self, post: &Post) -> Result<Urgency, Refusal> {
        match self.kind.unwrap_or(post.kind) {
            Kind::News if self.severity.is_some() => Err(Refusal::NotAnAlert),
            Kind::News => Ok((Kind::News, None)),
            Kind::Alert => match self.severity.or(post.severity) {
                None => {
                    let severity = Some(text::say("draft-severity"));
                    Err(Refusal::Problems(Box::new(Problems { severity, ..Default::default() })))
                }
                severity => Ok((Kind::Alert, severity)),
            },
        }
    }

    /// Until when the post is there then, if that is another time than before.
    ///
    /// # Errors
    /// A time that is over already; and a post that has expired, which comes back by another time alone.
    pub(super) fn expiry(&self, post: &Post) -> Result<Option<Option<i64>>, Refusal> {
        match self.expires.filter(|expires| *expires != post.expires_ms) {
            None if post.is_expired() => Err(Refusal::Expired),
            Some(Some(at)) if at <= clock::now_ms() => {
                let expires = Some(text::say("draft-due-past"));
                Err(Refusal::Problems(Box::new(Problems { expires, ..Default::default() })))
            }
            expires => Ok(expires),
        }
    }

    /// Until when the post stands on top then, if that is another time than before.
    ///
    /// # Errors
    /// A time that is over already.
    pub(super) fn pin(&self, post: &Post) -> Result<Option<Option<i64>>, Refusal> {
        match self.pinned.filter(|pinned| *pinned != post.pinned_until_ms) {
            Some(Some(at)) if at <= clock::now_ms() => {
                let pinned = Some(text::say("draft-due-past"));
                Err(Refusal::Problems(Box::new(Problems { pinned, ..Default::default() })))
            }
            pinned => Ok(pinned),
        }
    }

    /// What it changes, in words.
    pub(super) fn parts(&self, post: &Post, urgency: Urgency) -> Vec<Text> {
        let title = self.title.as_ref().is_some_and(|title| *title != post.title);
        let body = self.text.as_ref().is_some_and(|(body, _)| *body != post.body);
        let (kind, severity) = (urgency.0 != post.kind, urgency.1 != post.severity);
        let parts = [
            (kind, text::of("audit-part-kind")),
            (title, text::of("audit-part-title")),
            (body, text::of("audit-part-text")),
            (severity, text::of("audit-part-severity")),
        ];
        parts.into_iter().filter(|(is_changed, _)| *is_changed).map(|(_, part)| part).collect()
    }

    pub(super) fn into_row(self, (kind, severity): Urgency) -> posts::ActiveModel {
        let mut row = posts::ActiveModel { kind: Set(kind), severity: Set(severity), ..Default::default() };
        if let Some(title) = self.title {
            row.title = Set(title);
        }
        if let Some((body, html)) = self.text {
            row.body = Set(body);
            row.html = Set(html);
        }
        // Only an alert can be over.
        if kind == Kind::News {
            (row.resolved_ms, row.resolved_by, row.resolved_note) = (Set(None), Set(None), Set(None));
        }
        if let Some(meant) = self.audience {
            row.audience = Set(meant.audience);
        }
        row
    }
}
