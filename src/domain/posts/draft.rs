//! From what was typed to a draft that may be published, or to a problem by each field.

use crate::{
    clock,
    domain::posts::{
        Audience, Kind, Post, Severity,
        answers::{self, Meaning, Offer},
        escalation::{self, Step},
        markdown::{self, TooMuch},
        reminders::schedule::Schedule,
        times, unseen,
    },
    text,
};

/// Characters. More is not read on a telephone's lock screen.
const MAX_TITLE: usize = 200;

/// Bytes of a text, in Markdown.
const MAX_BODY: usize = 64 * 1024;

/// A post's form as it was filled in.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The kind: `news` or `alert`.
    pub kind: String,
    /// `info`, `warning` or `critical`; ignored for news.
    pub severity: String,
    /// Plain text on one line.
    pub title: String,
    /// The text as it was typed, in Markdown.
    pub body: String,
    /// The audience: `everyone`, `chosen` (people and groups), `people` or `groups`.
    pub audience: String,
    /// Names; ignored unless the audience is `chosen` or `people`.
    pub recipients: Vec<String>,
    /// Names of groups; ignored unless the audience is `chosen` or `groups`.
    pub groups: Vec<String>,
    /// Names of those whom it is not for, whatever else is said.
    pub except: Vec<String>,
    /// Whether everyone is to mean external people, too; ignored unless the audience is `everyone`.
    pub external: bool,
    /// Whether readers are to say that they have seen it.
    pub acknowledge: bool,
    /// By when, like `2026-12-24T08:00`; ignored unless they are to.
    pub due: String,
    /// Until when it is there, like `2026-12-24T08:00`; empty if it stays, and none if nothing was said of that.
    pub expires: Option<String>,
    /// Until when it stands on top, likewise.
    pub pinned: Option<String>,
    /// The time zone in which times are meant, by its IANA name; UTC if there is none.
    pub zone: String,
    /// What is offered as answers; empty ones are passed over.
    pub answers: Vec<String>,
    /// What each of them means, in the same order: `fine`, `neutral` or `help`.
    pub answer_kinds: Vec<String>,
    /// Whether who needs help is to say by which number they can be called.
    pub telephone: bool,
    /// Who may do for it what its author may: the name of a group, or of somebody.
    pub coordinators: String,
    /// Every how many minutes who has said nothing yet is reminded; never, if empty.
    pub remind_every: String,
    /// How often at most; as often as can be, if empty.
    pub remind_times: String,
    /// Groups that are told, too, one after the other, when too few have said that they have seen it; empty ones are passed
    /// over.
    pub escalate_to: Vec<String>,
    /// After how many minutes each of them is, in the same order.
    pub escalate_after: Vec<String>,
    /// Unless how many have said so by then: `any`, `half` or `all`.
    pub escalate_if: Vec<String>,
    /// Whether it is a drill.
    pub drill: bool,
}

/// Whom something is for, by the names that were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// In a word.
    pub audience: Audience,
    /// People; none for everyone.
    pub people: Vec<String>,
    /// Groups; none for everyone.
    pub groups: Vec<String>,
    /// Whom it is not for.
    pub except: Vec<String>,
    /// Whether everyone means external people, too.
    pub external: bool,
}

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

impl Fields {
    /// Whether readers are asked something.
    pub(super) fn is_asking(&self) -> bool {
        self.acknowledge || self.answers.iter().any(|answer| !answer.trim().is_empty())
    }
}

impl Problems {
    /// Whoever wrote it may not publish critical alerts.
    pub(super) fn not_critical() -> Self {
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
        let expires = to_come(fields, &fields.expires).map_err(|why| problems.expires = why.into()).ok();
        let pinned = to_come(fields, &fields.pinned).map_err(|why| problems.pinned = why.into()).ok();
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

impl Meant {
    /// Reads whom it is for, or says what is wrong with that.
    pub(super) fn parse(fields: &Fields) -> Parsed<Self> {
        let audience = audience(fields)?;
        let has_people = matches!(audience, Audience::People | Audience::Chosen);
        let has_groups = matches!(audience, Audience::Groups | Audience::Chosen);
        Ok(Self {
            audience,
            people: if has_people { fields.recipients.clone() } else { Vec::new() },
            groups: if has_groups { fields.groups.clone() } else { Vec::new() },
            except: fields.except.clone(),
            external: fields.external && audience == Audience::Everyone,
        })
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

/// A title as it was typed, or what is wrong with it.
pub(super) fn title(typed: &str) -> Parsed<String> {
    let title = typed.trim();
    let length = title.chars().count();
    if unseen::is_unseen_text(title) {
        return Err(text::say("draft-title"));
    }
    if length > MAX_TITLE {
        return Err(text::of("draft-title-long").with("length", length).say());
    }
    // Looked for in all that was typed, the ends included: nothing is dropped in silence.
    if typed.chars().any(char::is_control) {
        return Err(text::say("draft-title-lines"));
    }
    Ok(title.to_owned())
}

/// A text as it was typed, and what it looks like, or what is wrong with it.
pub(super) fn text(typed: &str) -> Parsed<(String, String)> {
    body(typed).and_then(rendered)
}

fn body(typed: &str) -> Parsed<String> {
    // Browsers send CR LF; NUL cannot be stored by every database, and CommonMark replaces it likewise.
    let body = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    if body.len() > MAX_BODY {
        let kib = body.len().div_ceil(1024);
        return Err(text::of("draft-body-long").with("size", kib).say());
    }
    Ok(body)
}

fn rendered(body: String) -> Parsed<(String, String)> {
    match markdown::render(&body) {
        Ok(html) => Ok((body, html)),
        Err(TooMuch::Elements) => {
            Err("This text would become more than 10,000 paragraphs, cells of tables, links and \
             the like, which no page can bear. Please shorten it, or make its tables smaller."
                .into())
        }
        Err(TooMuch::Bytes) => {
            Err("This text would become more than 512 KiB of page. Please shorten it, or use fewer \
             links and marks."
                .into())
        }
    }
}

fn due(fields: &Fields) -> Parsed<Option<i64>> {
    if !fields.is_asking() {
        return Ok(None);
    }
    let at = times::instant(&fields.due, &fields.zone, text::key("draft-due"))?;
    if at.is_some_and(|at| at <= clock::now_ms()) {
        return Err(text::say("draft-due-past"));
    }
    Ok(at)
}

fn to_come(fields: &Fields, typed: &Option<String>) -> Parsed<Option<i64>> {
    let typed = typed.as_deref().unwrap_or_default();
    let at = times::instant(typed, &fields.zone, text::key("draft-due"))?;
    if at.is_some_and(|at| at <= clock::now_ms()) {
        return Err(text::say("draft-due-past"));
    }
    Ok(at)
}

fn audience(fields: &Fields) -> Parsed<Audience> {
    match fields.audience.as_str() {
        "everyone" => Ok(Audience::Everyone),
        "people" if fields.recipients.is_empty() => Err(text::say("draft-nobody")),
        "people" => Ok(Audience::People),
        "groups" if fields.groups.is_empty() => Err(text::say("draft-no-group")),
        "groups" => Ok(Audience::Groups),
        "chosen" => match (fields.recipients.is_empty(), fields.groups.is_empty()) {
            (true, true) => Err(text::say("draft-nobody-chosen")),
            (false, true) => Ok(Audience::People),
            (true, false) => Ok(Audience::Groups),
            (false, false) => Ok(Audience::Chosen),
        },
        _ => Err(text::say("draft-audience")),
    }
}

#[cfg(test)]
mod tests;
