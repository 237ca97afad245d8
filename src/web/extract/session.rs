//! The session that a request comes with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use poem::{FromRequest, Request, RequestBody};
use tower_sessions::{Session, session::Id};

use crate::web::error::Error;

/// Somebody else's page may leave cookies of our name in a browser (RFC 6265, 8.6). So many are looked at.
pub const MAX_COOKIES: usize = 4;

/// An extension of requests for the head of an answer alone: the handler takes them for GET.
#[derive(Clone, Copy, Debug)]
pub struct HeadOnly;

/// Noted by whoever finds the request's session in its table.
#[derive(Clone, Debug, Default)]
pub struct Found(Arc<AtomicBool>);

impl Found {
    /// The session is there.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The session of a browser that has something made for it, or asks to see it.
#[derive(Clone, Copy, Debug)]
pub struct AskingSession {
    /// As its browser has it.
    pub id: Id,
    /// Nothing that is shown once is used up for the head of a page.
    pub is_head_only: bool,
}

impl<'a> FromRequest<'a> for AskingSession {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let id = request.data::<Session>().and_then(Session::id);
        let id = id.ok_or_else(|| Error::SignInFirst { next: "/".into() })?;
        Ok(Self { id, is_head_only: request.data::<HeadOnly>().is_some() })
    }
}
