//! Which session a request's cookies name, and what its answer says of them.

use poem::http::{HeaderMap, header};
use tower_sessions::{
    cookie::{Cookie, SameSite, time::Duration},
    session::Id,
};

use super::Sessions;
use crate::{
    db,
    domain::sessions,
    ids::SessionKey,
    web::extract::session::{Found, MAX_COOKIES},
};

/// The sessions that a request names.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Those in cookies of this instance's name.
    ours: Vec<Id>,
    /// By the name that every instance had.
    old: Vec<Id>,
}

impl Sessions {
    pub(super) fn sent(&self, headers: &HeaderMap) -> Sent {
        let mut sent = Sent::default();
        let old = old_name(self.is_https);
        for (name, value) in cookies(headers) {
            if name == self.name.as_bytes() {
                sent.ours.extend(id(value));
            } else if name == old.as_bytes() {
                sent.old.extend(id(value));
            }
        }
        sent
    }

    /// The session that the request is of. One alone is looked for where somebody asks for it; of several, it is the
    /// first that is there.
    pub(super) async fn choose(&self, sent: &Sent, found: &Found) -> Option<Id> {
        let mut candidates: Vec<Id> = Vec::with_capacity(MAX_COOKIES);
        for id in sent.ours.iter().chain(&sent.old) {
            if candidates.len() < MAX_COOKIES && !candidates.contains(id) {
                candidates.push(*id);
            }
        }
        if candidates.len() > 1 {
            for id in &candidates {
                let key = SessionKey::of(id);
                match db::with_timeout(sessions::expiry(&self.store.changes.db().read, &key)).await {
                    Ok(Some(_)) => {
                        found.note();
                        return Some(*id);
                    }
                    Ok(None) => {}
                    // Whoever needs the session finds out, and says it.
                    Err(_) => break,
                }
            }
        }
        candidates.first().copied()
    }

    /// What the answer says of the cookies: `had` is the session that the request came with, if it is known to have
    /// been there, and `has` what the browser is to have now.
    /// On a shared computer, a cookie goes with the browser's windows.
    pub(super) fn cookies(
        &self,
        sent: &Sent,
        had: Option<Id>,
        has: Option<Id>,
        is_shared: bool,
    ) -> Vec<Cookie<'static>> {
        let old = old_name(self.is_https);
        let older_beside = self.instance.has_older_beside();
        let is_ours = |id: &Id| sent.ours.contains(id) || had == Some(*id);
        let mut cookies = Vec::new();
        match has {
            Some(id) if !sent.ours.contains(&id) && (had == has || !sent.old.contains(&id)) => {
                cookies.push(self.set(&self.name, id, is_shared));
                if older_beside {
                    cookies.push(self.set(old, id, is_shared));
                    return cookies;
                }
            }
            Some(_) => {}
            None if !sent.ours.is_empty() => cookies.push(self.removed(&self.name)),
            None => {}
        }
        let is_over = has.is_none() || !older_beside;
        if is_over && sent.old.iter().any(is_ours) {
            cookies.push(self.removed(old));
        }
        cookies
    }

    fn set(&self, name: &str, id: Id, is_shared: bool) -> Cookie<'static> {
        // The cookie only has to outlive the session.
        let age = self.store.lifetime.absolute.try_into().unwrap_or(Duration::MAX);
        self.cookie(name, id.to_string(), (!is_shared).then_some(age))
    }

    fn removed(&self, name: &str) -> Cookie<'static> {
        self.cookie(name, String::new(), Some(Duration::ZERO))
    }

    /// Removing a cookie takes the same attributes as setting it, or browsers keep it.
    fn cookie(&self, name: &str, value: String, age: Option<Duration>) -> Cookie<'static> {
        let cookie = Cookie::build((name.to_owned(), value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.is_https)
            .path("/");
        age.map_or(cookie.clone(), |age| cookie.max_age(age)).build()
    }
}

/// With the prefix, browsers take the cookie from this very host over https only (RFC 6265bis, 4.1.3).
pub(super) fn old_name(is_https: bool) -> &'static str {
    if is_https { "__Host-sid" } else { "sid" }
}

/// Every cookie of a request, by itself: what another program left on this host may be any bytes.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs =
        headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|b| *b == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
    })
}

fn id(value: &[u8]) -> Option<Id> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
