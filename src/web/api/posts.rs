//! `/api/v1/posts`: publish one, read them.

use poem::{
    IntoResponse, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path, Query},
};
use sea_orm::ActiveEnum;
use serde::{Deserialize, Deserializer, Serialize, de::IntoDeserializer};

use crate::{
    app::App,
    clock, digest,
    domain::{
        posts::{
            self, Audience, Draft, Fields, Filter, Idempotency, IdempotencyKey, Kind, PublishError,
            PublishOutcome, Published, Severity,
            answers::{self, Offer},
            escalation::Unless,
            repeats, search,
        },
        users,
    },
    ids::UserId,
    web::{
        api::{
            audience::{NewAudience, given},
            posts::changes::{WholeNumber, given_number},
        },
        extract::{
            json::Json,
            token::{self, PublishingProgram, ReadingProgram},
        },
        problem::Problem,
        views::{
            feed,
            post::{self, Repeats, Resolution, Withdrawal},
        },
    },
};

pub mod changes;
pub mod people;
pub mod pin;
pub mod roster;

/// Posts on one page, unless asked for otherwise.
const DEFAULT_PAGE_SIZE: u64 = 30;

const MAX_PAGE_SIZE: u64 = 100;

/// An idempotency key, and one by which a post is said again, has at most this many characters.
const MAX_KEY: usize = 255;

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
    #[serde(default, deserialize_with = "given")]
    due: Option<String>,
    #[serde(default, deserialize_with = "given")]
    expires: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pinned: Option<String>,
    #[serde(default, deserialize_with = "given")]
    zone: Option<String>,
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default)]
    answer_kinds: Vec<String>,
    #[serde(default)]
    telephone: bool,
    #[serde(default, deserialize_with = "given")]
    coordinators: Option<String>,
    #[serde(default, deserialize_with = "given")]
    dedup_key: Option<String>,
    #[serde(default, deserialize_with = "given_number")]
    remind_every: Option<i64>,
    #[serde(default, deserialize_with = "given_number")]
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

#[derive(Serialize)]
struct Created {
    id: i64,
    event: String,
    url: String,
}

/// A post as programs read it.
#[derive(Debug, Serialize)]
pub struct PostBody {
    id: i64,
    number: i64,
    kind: Kind,
    severity: Option<Severity>,
    title: String,
    body: String,
    author: String,
    audience: &'static str,
    url: String,
    published_at: String,
    version: i64,
    edited_at: Option<String>,
    acknowledge: bool,
    due: Option<String>,
    answers: Vec<Offer>,
    telephone: bool,
    drill: bool,
    resolution: Option<Resolution>,
    withdrawal: Option<Withdrawal>,
    expires: Option<String>,
    expired_at: Option<String>,
    pinned: Option<String>,
    repeats: Option<Repeats>,
}

#[derive(Serialize)]
struct Page {
    posts: Vec<PostBody>,
    /// Where the next page is; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct ListQuery {
    before: Option<i64>,
    limit: Option<u64>,
    kind: Option<Kind>,
    severity: Option<Severity>,
    q: Option<String>,
    from: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

/// `POST /api/v1/posts`.
#[handler]
pub async fn create(
    publisher: PublishingProgram,
    app: Data<&App>,
    headers: &HeaderMap,
    sent: Json<NewPost>,
) -> Result<Response, Problem> {
    let owner = publisher.author.user;
    let idempotency = match headers.get("idempotency-key") {
        None => Idempotency::None,
        Some(key) => Idempotency::Key(IdempotencyKey {
            token: publisher.token,
            key: parse_key(key.as_bytes())?,
            body_hash: digest::sha256_hex(&sent.bytes),
        }),
    };
    let by = publisher.author.by.clone();
    let dedup_key = sent.value.dedup_key.as_deref().map(parse_dedup_key).transpose()?;
    let draft = Draft::parse_aside(sent.value.into()).await.map_err(Problem::Invalid)?;
    let published = match &dedup_key {
        None => app.publish_queue.publish(publisher.author, draft, idempotency).await,
        Some(key) => {
            let (author, key) = (&publisher.author, (publisher.token, key.as_str()));
            repeats::publish(&app.changes, &app.log, author, &draft, key, &idempotency).await
        }
    };
    match published {
        // It was said again: what it is now, and how often it was said.
        Ok(PublishOutcome::Published(post, None)) if dedup_key.is_some() => {
            let found = posts::find(&app.db.read, owner, post.id).await?.ok_or(Problem::NotFound)?;
            Ok(answer(StatusCode::OK, &PostBody::from(found)))
        }
        Ok(PublishOutcome::Published(post, event)) => {
            let event = event.map(|cursor| cursor.to_string()).unwrap_or_default();
            let made = Created { id: post.id, event, url: post::address(&post) };
            let location = format!("/api/v1/posts/{}", post.id);
            Ok(answer(StatusCode::CREATED, &made).with_header(header::LOCATION, location).into_response())
        }
        Ok(PublishOutcome::KeyUsed(_)) => Err(Problem::KeyReused),
        Ok(PublishOutcome::InProgress) => Err(Problem::KeyInProgress),
        Err(PublishError::Problems(problems)) => Err(Problem::Invalid(problems)),
        Err(PublishError::OtherGroups) => Err(token::refuse(&app, &by, Problem::Groups)),
        Err(PublishError::Database(error)) => Err(error.into()),
    }
}

/// `GET /api/v1/posts`: newest first.
#[handler]
pub async fn list(
    reader: ReadingProgram,
    app: Data<&App>,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_PAGE_SIZE);
    if !(1..=MAX_PAGE_SIZE).contains(&limit) {
        return Err(Problem::Malformed("`limit` is a number from 1 to 100".into()));
    }
    let filter = query.filter(&app).await?;
    let count = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = posts::feed(&app.db.read, reader.owner, &filter, count).await?;
    let next = found.next.map(|next| query.next(next.before(), limit));
    Ok(answer(StatusCode::OK, &Page { posts: found.posts.into_iter().map(PostBody::from).collect(), next }))
}

/// `GET /api/v1/posts/{id}`.
#[handler]
pub async fn show(reader: ReadingProgram, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Problem> {
    let found = posts::find(&app.db.read, reader.owner, id).await?.ok_or(Problem::NotFound)?;
    Ok(answer(StatusCode::OK, &PostBody::from(found)))
}

impl ListQuery {
    async fn filter(&self, app: &App) -> Result<Filter, Problem> {
        let (db, zone) = (&app.db.read, &app.config.time_zone);
        let malformed = |name: &str| Problem::Malformed(format!("`{name}` is a day like 2026-12-31"));
        let day = |name: &str, typed: &Option<String>| {
            typed.as_deref().map(|typed| feed::day(typed).ok_or_else(|| malformed(name))).transpose()
        };
        let (since, until) = (day("since", &self.since)?, day("until", &self.until)?);
        let author = match self.from.as_deref() {
            None => None,
            Some(name) => {
                Some(users::find_by_name(db, name).await?.map_or(UserId::NOBODY, |user| user.user_id()))
            }
        };
        Ok(Filter {
            before: self.before,
            kind: self.kind,
            severity: self.severity,
            author,
            since_ms: since.and_then(|day| feed::begin(day, zone)),
            until_ms: until.and_then(|day| feed::end(day, zone)),
            query: search::Query::parse(self.q.as_deref().unwrap_or_default()),
            without: Vec::new(),
        })
    }

    fn next(&self, before: i64, limit: u64) -> String {
        let mut next = form_urlencoded::Serializer::new(String::new());
        next.append_pair("before", &before.to_string()).append_pair("limit", &limit.to_string());
        let typed = [("q", &self.q), ("from", &self.from), ("since", &self.since), ("until", &self.until)];
        let fields =
            [("kind", self.kind.map(|kind| word(&kind))), ("severity", self.severity.map(|one| word(&one)))];
        let typed = typed.into_iter().map(|(name, value)| (name, value.clone()));
        for (name, value) in fields.into_iter().chain(typed) {
            next.extend_pairs(value.map(|value| (name, value)));
        }
        format!("/api/v1/posts?{}", next.finish())
    }
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

impl From<Published> for PostBody {
    fn from(Published { post, author }: Published) -> Self {
        Self {
            url: post::address(&post),
            version: post.version,
            edited_at: post.edited_ms.map(clock::rfc3339),
            acknowledge: post.acknowledge,
            due: post.due_ms.map(clock::rfc3339),
            answers: answers::of(&post),
            telephone: post.telephone,
            drill: post.drill,
            resolution: Resolution::of(&post),
            withdrawal: Withdrawal::of(&post),
            expires: post.expires_ms.map(clock::rfc3339),
            expired_at: post.expired_ms.map(clock::rfc3339),
            pinned: post.pinned_until_ms.map(clock::rfc3339),
            repeats: Repeats::of(&post),
            id: post.id,
            number: post.number,
            kind: post.kind,
            severity: post.severity,
            title: post.title,
            body: post.body,
            author,
            audience: match post.audience {
                Audience::Everyone => "everyone",
                Audience::People => "people",
                Audience::Groups => "groups",
                Audience::Chosen => "chosen",
            },
            published_at: clock::rfc3339(post.published_ms),
        }
    }
}

/// Reads a kind or a severity from a word alone: serde would also take `{"news": null}`.
fn from_word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(from)?.into_deserializer())
}

fn from_word_if_any<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    let word = Option::<String>::deserialize(from)?;
    word.map(|word| T::deserialize(word.into_deserializer())).transpose()
}

/// A kind or a severity as it is written.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn parse_key(sent: &[u8]) -> Result<String, Problem> {
    let is_key = (1..=MAX_KEY).contains(&sent.len()) && sent.iter().all(|byte| (0x20..0x7f).contains(byte));
    if !is_key {
        return Err(Problem::Malformed("an Idempotency-Key is 1 to 255 visible ASCII characters".into()));
    }
    Ok(sent.iter().copied().map(char::from).collect())
}

fn parse_dedup_key(sent: &str) -> Result<String, Problem> {
    let is_key = (1..=MAX_KEY).contains(&sent.chars().count()) && !sent.chars().any(char::is_control);
    if !is_key {
        return Err(Problem::Malformed("a `dedup_key` is text of 1 to 255 characters on one line".into()));
    }
    Ok(sent.to_owned())
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body).expect("posts have string keys and no failing fields");
    Response::builder().status(status).content_type("application/json").body(body)
}
