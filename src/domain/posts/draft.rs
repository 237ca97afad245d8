//! From what was typed to a draft that may be published, or to a problem by each field.

use crate::{
    clock,
    domain::posts::{
        Audience, Kind, Post, Severity,
        answers::{self, Meaning, Offer},
        escalation::{self, Step},
        reminders::schedule::Schedule,
        times,
    },
    text,
};

pub(super) use self::content::{text, title};
pub use self::{fields::Fields, meant::Meant, problems::Problems};

mod content;
mod fields;
mod meant;
mod problems;

/// What will be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Whether it is news or an alert.
    pub kind: Kind,
    /// Of an alert, always; of news, never.
    pub severity: Option<Severity>,
    /// 1 to 200 characters on one line.
    pub title: String,
    /// Markdown of at most 64 KiB, its lines ended by LF.
    pub body: String,
    /// The body rendered and sanitised.
    pub html: String,
    /// Whom it is for.
    pub audience: Audience,
    /// Names of people as they were typed; none for everyone.
    pub people: Vec<String>,
    /// Names of groups as they were typed; none for everyone.
    pub groups: Vec<String>,
    /// Names of those whom it is not for.
    pub except: Vec<String>,
    /// Whether everyone means external people, too.
    pub external: bool,
    /// Whether readers are to say that they have seen it.
    pub acknowledge: bool,
    /// By when they are to, in Unix milliseconds.
    pub due_ms: Option<i64>,
    /// Until when it is there, in Unix milliseconds.
    pub expires_ms: Option<i64>,
    /// Until when it stands on top of lists, in Unix milliseconds.
    pub pinned_until_ms: Option<i64>,
    /// What they may answer; who answers has said that they have seen it.
    pub answers: Vec<Offer>,
    /// Whether who needs help is to say by which number they can be called.
    pub telephone: bool,
    /// Who may do for it what its author may, as it was typed; none if nothing was.
    pub coordinators: Option<String>,
    /// How often who has said nothing yet is reminded.
    pub reminders: Option<Schedule>,
    /// Who is told, too, when too few have said that they have seen it.
    pub escalation: Vec<Step>,
    /// Whether it is a drill.
    pub drill: bool,
}

impl Draft {
    /// Reads what was typed into the form.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub fn parse(fields: &Fields) -> Result<Self, Box<Problems>> {
        let mut problems = Problems::default();
        let kind = kind(fields).map_err(|why| problems.kind = why.into()).ok();
        let severity = severity(fields).map_err(|why| problems.severity = why.into()).ok();
        let title = title(&fields.title).map_err(|why| problems.title = why.into()).ok();
        let body = text(&fields.body).map_err(|why| problems.body = why.into()).ok();
        let meant = Meant::parse(fields).map_err(|why| problems.audience = why.into()).ok();
        let due = due(fields).map_err(|why| problems.due = why.into()).ok();
        let answers = answers::parse_offers(&fields.answers, &fields.answer_kinds);
        let answers = answers.map_err(|why| problems.answers = why.into()).ok();
        let time = |typed: &Option<String>| to_come(typed.as_deref().unwrap_or_default(), fields);
        let expires = time(&fields.expires).map_err(|why| problems.expires = why.into()).ok();
        let pinned = time(&fields.pinned).map_err(|why| problems.pinned = why.into()).ok();
        let reminders = Schedule::parse(fields).map_err(|why| problems.reminders = why.into()).ok();
        let escalation = escalation::parse(fields).map_err(|why| problems.escalation = why.into()).ok();
        let asked = due.zip(answers).zip(reminders.zip(escalation)).zip(expires.zip(pinned));
        match (kind, severity, title, body, meant, asked) {
            (Some(kind), Some(severity), Some(title), Some((body, html)), Some(meant), Some(asked)) => {
                let Meant { audience, people, groups, except, external } = meant;
                let (((due_ms, answers), (reminders, escalation)), (expires_ms, pinned_until_ms)) = asked;
                let acknowledge = fields.acknowledge || !answers.is_empty();
                let telephone = fields.telephone && answers.iter().any(|offer| offer.kind == Meaning::Help);
                let coordinators = Some(fields.coordinators.trim()).filter(|name| !name.is_empty());
                Ok(Self {
                    kind,
                    severity,
                    title,
                    body,
                    html,
                    audience,
                    people,
                    groups,
                    except,
                    external,
                    acknowledge,
                    due_ms,
                    expires_ms,
                    pinned_until_ms,
                    answers,
                    telephone,
                    coordinators: coordinators.map(str::to_owned),
                    reminders,
                    escalation,
                    drill: fields.drill,
                })
            }
            _ => Err(Box::new(problems)),
        }
    }

    /// The same off the async threads: 64 KiB of Markdown at its worst take a good part of a second.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub async fn parse_aside(fields: Fields) -> Result<Self, Box<Problems>> {
        text::aside(move || Self::parse(&fields)).await
    }

    /// Whom it is for.
    pub(super) fn meant(&self) -> Meant {
        Meant {
            audience: self.audience,
            people: self.people.clone(),
            groups: self.groups.clone(),
            except: self.except.clone(),
            external: self.external,
        }
    }

    /// Whether this post says what the draft says, whoever it is for.
    pub fn reads_like(&self, post: &Post) -> bool {
        (self.kind, self.severity, self.audience) == (post.kind, post.severity, post.audience)
            && self.title == post.title
            && self.body == post.body
            && self.drill == post.drill
            && (self.acknowledge, self.due_ms) == (post.acknowledge, post.due_ms)
            && (self.expires_ms, self.pinned_until_ms) == (post.expires_ms, post.pinned_until_ms)
            && (answers::stored(&self.answers), self.telephone) == (post.answers.clone(), post.telephone)
    }
}

type Parsed<T> = Result<T, String>;

pub(super) fn kind(fields: &Fields) -> Parsed<Kind> {
    match fields.kind.as_str() {
        "news" => Ok(Kind::News),
        "alert" => Ok(Kind::Alert),
        _ => Err(text::say("draft-kind")),
    }
}

pub(super) fn severity(fields: &Fields) -> Parsed<Option<Severity>> {
    if fields.kind != "alert" {
        return Ok(None);
    }
    match fields.severity.as_str() {
        "info" => Ok(Some(Severity::Info)),
        "warning" => Ok(Some(Severity::Warning)),
        "critical" => Ok(Some(Severity::Critical)),
        _ => Err(text::say("draft-severity")),
    }
}

fn due(fields: &Fields) -> Parsed<Option<i64>> {
    if fields.is_asking() { to_come(&fields.due, fields) } else { Ok(None) }
}

/// A time that is not over yet; none, if nothing was typed.
fn to_come(typed: &str, fields: &Fields) -> Parsed<Option<i64>> {
    let at = times::instant(typed, &fields.zone, text::key("draft-due"))?;
    if at.is_some_and(|at| at <= clock::now_ms()) {
        return Err(text::say("draft-due-past"));
    }
    Ok(at)
}

#[cfg(test)]
mod tests;
