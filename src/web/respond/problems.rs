//! What is wrong with a form, field by field: it comes back with what was typed, and with the status that says why.

use std::collections::BTreeMap;

use poem::{Response, http::StatusCode};
use serde_json::json;

use crate::{
    domain::{access, groups, posts},
    text,
    web::error::Error,
};

/// The problems of a form by the names of its fields; `form` stands for the whole of it.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    by_field: Vec<(&'static str, String)>,
    is_busy: bool,
}

/// Why the domain did not do what a form asks for.
#[derive(Debug)]
pub enum Refused {
    /// For a reason to be told by the field.
    Because(String),
    /// It failed, which is no fault of who typed.
    Failed(Error),
}

impl Problems {
    /// One problem alone.
    pub fn one(field: &'static str, problem: impl Into<String>) -> Self {
        Self { by_field: vec![(field, problem.into())], is_busy: false }
    }

    /// Too many passwords are being looked at; the one in `field` has to be typed again.
    pub fn busy(field: &'static str) -> Self {
        Self { is_busy: true, ..Self::one(field, text::say("busy-password")) }
    }

    /// The same, of a form with several passwords.
    pub fn busy_form() -> Self {
        Self { is_busy: true, ..Self::one("form", text::say("busy-again")) }
    }

    /// What to say of a change that was refused.
    ///
    /// # Errors
    /// The failure, if it was one.
    pub fn refused(field: &'static str, refusal: impl Into<Refused>) -> Result<Self, Error> {
        match refusal.into() {
            Refused::Because(why) => Ok(Self::one(field, why)),
            Refused::Failed(error) => Err(error),
        }
    }

    /// The value that was parsed from a field, or a note of what is wrong with it.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, impl Into<String>>) -> Option<T> {
        parsed.map_err(|problem| self.by_field.push((field, problem.into()))).ok()
    }

    /// What is wrong with a post.
    pub fn of_post(problems: &posts::Problems) -> Self {
        let by_field = problems.by_field().map(|(field, problem)| (field, problem.to_owned()));
        Self { by_field: by_field.collect(), is_busy: false }
    }

    /// What is wrong with a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.by_field.iter().find(|(name, _)| *name == field).map(|(_, problem)| problem.as_str())
    }

    /// Whether anything is wrong with a field.
    pub fn has(&self, field: &str) -> bool {
        self.of(field).is_some()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.by_field.is_empty()
    }

    /// The same for a script (RFC 9457).
    pub fn as_json(&self) -> Response {
        let status = self.status();
        let problems: BTreeMap<_, _> = self.by_field.iter().map(|(name, problem)| (*name, problem)).collect();
        let body = json!({ "status": status.as_u16(), "problems": problems }).to_string();
        Response::builder().status(status).content_type("application/problem+json").body(body)
    }

    /// What a page with these problems is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self { is_busy: true, .. } => StatusCode::SERVICE_UNAVAILABLE,
            problems if problems.is_empty() => StatusCode::OK,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl From<access::AccountError> for Refused {
    fn from(refusal: access::AccountError) -> Self {
        match refusal {
            access::AccountError::Database(error) => Self::Failed(error.into()),
            refusal => Self::Because(refusal.to_string()),
        }
    }
}

impl From<groups::GroupError> for Refused {
    fn from(refusal: groups::GroupError) -> Self {
        match refusal {
            groups::GroupError::Database(error) => Self::Failed(error.into()),
            refusal => Self::Because(refusal.to_string()),
        }
    }
}
