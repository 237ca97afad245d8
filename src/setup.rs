//! The one-time link by which the first administrator is made: 256 random bits, printed at start, good for an
//! hour, and gone once there is an administrator. Only its hash is kept, in memory; another start prints
//! another one.

use std::{
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// The link that is good at the moment, if there is one; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Setup(Arc<Mutex<Option<Link>>>);

#[derive(Debug)]
struct Link {
    hash: [u8; 32],
    until: Instant,
}

impl Setup {
    /// Makes a link; the token to print.
    pub fn open(&self) -> String {
        let secret: [u8; 32] = rand::random();
        let mut token = String::with_capacity(64);
        for byte in secret {
            write!(token, "{byte:02x}").expect("a string takes whatever is written to it");
        }
        *self.link() = Some(Link { hash: hash(&token), until: Instant::now() + GOOD_FOR });
        token
    }

    /// Whether this is the token of a link that is still good. Hashes are compared, so that the time it takes
    /// tells nothing of the token.
    pub fn admits(&self, token: &str) -> bool {
        self.link().as_ref().is_some_and(|link| link.hash == hash(token) && Instant::now() < link.until)
    }

    /// There is an administrator: the link is gone.
    pub fn close(&self) {
        *self.link() = None;
    }

    fn link(&self) -> std::sync::MutexGuard<'_, Option<Link>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_until_it_is_closed_or_an_hour_old() {
        let setup = Setup::default();
        let token = setup.open();

        assert!(setup.admits(&token) && !setup.admits("another"));

        setup.link().as_mut().expect("it was opened").until = Instant::now();
        assert!(!setup.admits(&token));

        let token = setup.open();
        setup.close();
        assert!(!setup.admits(&token));
    }
}
