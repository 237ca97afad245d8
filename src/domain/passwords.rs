//! Passwords: argon2id (RFC 9106; OWASP's 19 MiB, 2 passes, 1 lane), hashed off the async threads, a few at a
//! time, in a line of bounded length. Every attempt to sign in costs exactly one hash, whoever is named.
//!
//! Any 8 to 256 characters make a password but those that are guessed first (NIST SP 800-63B, 3.1.1.2). It is the
//! same however a keyboard composes it (RFC 8265, section 4: OpaqueString): what is hashed is composed, and every
//! space in it is U+0020. Hashes of earlier days, of what was typed as it was typed, still match.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{
        Error, PasswordHasher, PasswordVerifier,
        phc::{Output, PasswordHash, Salt},
    },
};
use tokio::sync::oneshot;

use crate::names::spelling;

pub use self::rules::check;

mod rules;

/// What every hash of today's parameters begins with, in PHC string format.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// What is stored where nobody has set a password yet: no password is behind it.
pub const NO_PASSWORD: &str = "!";

/// Who waits behind these would wait for seconds: better to be told.
const MAX_WAITING: usize = 64;

/// Nor does anybody in the line wait longer on a slow machine: so that they get in, or are told, within 2 s.
const WAIT_TIMEOUT: Duration = Duration::from_millis(1500);

/// The line in which hashes wait for a processor; cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords {
    line: SyncSender<Job>,
    /// Compared with when nobody has the name, so that an unknown name costs what a known one does.
    nobody: Arc<str>,
}

/// Answers whoever waits for it.
type Job = Box<dyn FnOnce() + Send>;

/// Whether a password is the one behind a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The password is another.
    No,
    /// The password is right.
    Yes,
    /// The password is right, and the hash is one of earlier days, to be made anew.
    Outdated,
}

/// Too many are waiting already.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct Busy;

impl Passwords {
    /// A line that hashes on as many processors as there are. Its threads are its own: on the shared ones, each
    /// of hundreds would keep the 19 MiB that it once hashed with. They end with the last handle.
    pub fn new() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let (line, jobs) = sync_channel(MAX_WAITING);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..processors {
            let jobs = jobs.clone();
            thread::spawn(move || {
                while let Some(job) = next(&jobs) {
                    job()
                }
            });
        }
        Self { line, nobody: nobodys_hash().into() }
    }

    /// The hash to store for a new password, in PHC string format.
    ///
    /// # Errors
    /// When the line is full.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.in_line(move || hash_now(&password)).await
    }

    /// Whether `password` is the one behind `hash`; without a hash it is not, after the same work.
    ///
    /// # Errors
    /// When the line is full.
    pub async fn matches(&self, password: String, hash: Option<&str>) -> Result<Match, Busy> {
        let hash = hash.filter(|hash| *hash != NO_PASSWORD);
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let matched = self.in_line(move || matches_now(&password, &hash)).await?;
        Ok(if known { matched } else { Match::No })
    }

    async fn in_line<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let came = Instant::now();
        let job = Box::new(move || {
            // Who hung up, or waited for too long, costs nothing more; the answer is dropped.
            if !answer.is_closed() && came.elapsed() < WAIT_TIMEOUT {
                tracing::debug!("Hashing a password");
                let _ = answer.send(work());
            }
        });
        self.line.try_send(job).map_err(|_| Busy)?;
        answered.await.map_err(|_| Busy)
    }
}

/// The next to hash, or the end.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Hashes on this very thread, in some 30 ms: for commands that do nothing else.
pub fn hash_now(password: &str) -> String {
    let password = normalised(password);
    argon2()
        .hash_password(password.as_bytes())
        .expect("argon2 takes any password of at most 4 GiB")
        .to_string()
}

/// What the hash of a password looks like whose password nobody knows, since it is random: to compare with it costs the same.
fn nobodys_hash() -> String {
    let (salt, hash): ([u8; Salt::RECOMMENDED_LENGTH], [u8; Params::DEFAULT_OUTPUT_LEN]) =
        (rand::random(), rand::random());
    let salt = Salt::new(&salt).expect("a salt of the usual length").to_salt_string();
    let hash = Output::new(&hash).expect("a hash of the usual length");
    format!("{CURRENT}{salt}${hash}")
}

/// As it is hashed and counted.
fn normalised(password: &str) -> String {
    let spaced: String = password.chars().map(|c| if spelling::is_space(c) { ' ' } else { c }).collect();
    spelling::composed(&spaced).into_owned()
}

/// As it is hashed today, and if that is something else, as it was typed, too. How long it takes does not tell
/// whether anybody has the name.
fn matches_now(password: &str, hash: &str) -> Match {
    let today = normalised(password);
    if is_behind(&today, hash) {
        return if hash.starts_with(CURRENT) { Match::Yes } else { Match::Outdated };
    }
    if today != password && is_behind(password, hash) { Match::Outdated } else { Match::No }
}

fn is_behind(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        tracing::error!("A stored password hash cannot be read");
        return false;
    };
    match argon2().verify_password(password.as_bytes(), &hash) {
        Ok(()) => true,
        Err(Error::PasswordInvalid) => false,
        Err(error) => {
            tracing::error!(%error, "A stored password hash cannot be checked");
            false
        }
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these parameters are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches_and_nobody_has_one() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".into()).await.expect("nobody waits");
        let matches =
            async |typed: &str, hash| passwords.matches(typed.into(), hash).await.expect("nobody waits");

        assert_eq!(matches("correct horse", Some(&hash)).await, Match::Yes);
        assert_eq!(matches("battery staple", Some(&hash)).await, Match::No);
        assert_eq!(matches("correct horse", None).await, Match::No);
        assert_eq!(matches(NO_PASSWORD, Some(NO_PASSWORD)).await, Match::No);
        assert_eq!(matches("correct horse", Some("garbage")).await, Match::No);
    }

    #[test]
    fn a_password_is_the_same_however_it_is_composed_and_old_hashes_match_as_typed() {
        let hash = hash_now("Zoe\u{308}s\u{a0}gru\u{308}n");
        let as_typed = argon2().hash_password("Zoe\u{308}s\u{a0}gru\u{308}n".as_bytes());
        let as_typed = as_typed.expect("argon2 takes it").to_string();

        assert_eq!(matches_now("Zoës grün", &hash), Match::Yes);
        assert_eq!(matches_now("Zoe\u{308}s gru\u{308}n", &hash), Match::Yes);
        assert_eq!(matches_now("Zoës  grün", &hash), Match::No);
        assert_eq!(matches_now("Zoe\u{308}s\u{a0}gru\u{308}n", &as_typed), Match::Outdated);
        assert_eq!(matches_now("Zoës grün", &as_typed), Match::No);
    }

    #[test]
    fn nobodys_hash_is_one_as_every_other_and_none_is_like_another() {
        let [one, other, somebodys] = [nobodys_hash(), nobodys_hash(), hash_now("correct horse")];

        assert!(PasswordHash::new(&one).is_ok(), "{one}");
        assert_eq!((one.len(), &one[..CURRENT.len()]), (somebodys.len(), CURRENT));
        assert_ne!(one, other);
        assert_eq!(matches_now("correct horse", &one), Match::No);
    }

    #[tokio::test]
    async fn a_full_line_says_so_at_once() {
        let passwords = Passwords { line: sync_channel(0).0, nobody: "".into() };

        assert!(passwords.matches("any".into(), None).await.is_err());
    }
}
