//! Whether whoever is signed in is to be told of a post at this moment: for the one page of a browser that would show a
//! notification, or make a sound.

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Serialize;

use crate::{
    app::App,
    clock,
    domain::{
        posts::{Kind, Severity},
        telling::{self, Telling},
    },
    text,
    web::{
        error::Error,
        extract::access::Visitor,
        views::{post, preferences},
    },
};

/// What may be said.
#[derive(Serialize)]
struct Told {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    /// None, unless they want it to be shown.
    title: Option<String>,
    /// Whether it is a drill, which the title says, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    drill: bool,
    url: String,
    sound: bool,
}

/// `GET /posts/{id}/telling`: 204 to be quiet, else what may be said. Scripts ask by themselves, so it is no use of the session.
#[handler]
pub async fn show(visitor: Visitor, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let user = visitor.0.ok_or_else(|| Error::SignInFirst { next: "/".into() })?.user;
    let zone = preferences::zone_of(&app, &user);
    let found = telling::of(&app.db.read, &user, id, clock::now(), &zone).await?;
    let (post, with_title, sound) = match found.ok_or(Error::NotFound)? {
        Telling::Quiet => return Ok(StatusCode::NO_CONTENT.into()),
        Telling::Tell { post, with_title, with_sound } => (post, with_title, with_sound),
    };
    let told = Told {
        kind: post.kind,
        severity: post.severity,
        url: post::address(&post),
        // That it is a drill is said to who wants no titles, too.
        title: match with_title {
            true => Some(post::marked_title(&post)),
            false => post.drill.then(|| text::say("drill")),
        },
        drill: post.drill,
        sound,
    };
    let body = serde_json::to_string(&told).expect("strings always serialise");
    Ok(Response::builder().content_type("application/json").body(body))
}
