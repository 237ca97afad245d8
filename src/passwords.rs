//! Passwords: argon2id (RFC 9106; OWASP's 19 MiB, 2 passes, 1 lane), hashed off the async threads, a few at a
//! time, in a line of bounded length. Every attempt to sign in costs exactly one hash, whoever is named.
//!
//! Any 8 to 256 bytes make a password but those that are guessed first (NIST SP 800-63B, 3.1.1.2).

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
    password_hash::{Error, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::oneshot;

/// What every hash of today's parameters begins with, in PHC string format.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// Who waits behind these would wait for seconds: better to be told.
const LONGEST_LINE: usize = 64;

/// Nor does anybody in the line wait longer on a slow machine: so that they get in, or are told, within 2 s.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What is guessed first; the lines that begin with `# ` say where it is from.
const COMMON: &str = include_str!("passwords/common.txt");

/// The line in which hashes wait for a processor; cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords {
    line: SyncSender<Job>,
    /// Compared with when nobody has the name, so that an unknown name costs what a known one does.
    nobody: Arc<str>,
}

/// Answers whoever waits for it.
type Job = Box<dyn FnOnce() + Send>;

/// Too many are waiting already.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct Busy;

impl Passwords {
    /// A line that hashes on as many processors as there are. Its threads are its own: on the shared ones, each
    /// of hundreds would keep the 19 MiB that it once hashed with. They end with the last handle.
    pub fn new() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let (line, jobs) = sync_channel(LONGEST_LINE);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..processors {
            let jobs = jobs.clone();
            thread::spawn(move || {
                while let Some(job) = next(&jobs) {
                    job()
                }
            });
        }
        let nobody: [u8; 16] = rand::random();
        Self { line, nobody: hash_now(&nobody).into() }
    }

    /// The hash to store for a new password, in PHC string format.
    ///
    /// # Errors
    /// When the line is full.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.in_line(move || hash_now(password.as_bytes())).await
    }

    /// Whether `password` is the one behind `hash`; without a hash it is not, after the same work.
    ///
    /// # Errors
    /// When the line is full.
    pub async fn matches(&self, password: String, hash: Option<&str>) -> Result<bool, Busy> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        self.in_line(move || matches_now(password.as_bytes(), &hash) && known).await
    }

    async fn in_line<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let came = Instant::now();
        let job = Box::new(move || {
            // Who hung up, or waited for too long, costs nothing more; the answer is dropped.
            if !answer.is_closed() && came.elapsed() < PATIENCE {
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
pub fn hash_now(password: &[u8]) -> String {
    argon2().hash_password(password).expect("argon2 takes any password of at most 4 GiB").to_string()
}

/// Whether a hash was made with parameters that are no longer used.
pub fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(CURRENT)
}

/// Whether a new password is good enough, or what is wrong with it in a sentence for whoever typed it.
///
/// # Errors
/// A password shorter than 8 or longer than 256 bytes, and one of the 3,000 most common.
pub fn check(password: &str) -> Result<(), &'static str> {
    match password.len() {
        0..8 => Err("A password has at least 8 characters."),
        8..=256 if is_common(password) => Err("Many people use this password, so it is guessed first."),
        8..=256 => Ok(()),
        _ => Err("A password has at most 256 characters."),
    }
}

/// Without regard to case, which guessers try as well.
fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    COMMON.lines().filter(|line| !line.starts_with("# ")).any(|line| line == password)
}

fn matches_now(password: &[u8], hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        tracing::error!("A stored password hash cannot be read");
        return false;
    };
    match argon2().verify_password(password, &hash) {
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

        assert!(!is_outdated(&hash));
        assert!(passwords.matches("correct horse".into(), Some(&hash)).await.expect("nobody waits"));
        assert!(!passwords.matches("battery staple".into(), Some(&hash)).await.expect("nobody waits"));
        assert!(!passwords.matches("correct horse".into(), None).await.expect("nobody waits"));
        assert!(!passwords.matches("correct horse".into(), Some("garbage")).await.expect("nobody waits"));
    }

    #[test]
    fn a_password_that_is_guessed_first_is_refused_and_nothing_else_of_its_length() {
        let common = COMMON.lines().filter(|line| !line.starts_with("# "));
        assert!(common.clone().count() == 3000 && common.clone().all(|line| (8..=256).contains(&line.len())));

        for common in ["password", "Password1", "1q2w3e4r5t", "QWERTYUIOP"] {
            assert!(check(common).is_err(), "{common}");
        }
        for good in ["        ", "aaaaaaab", "пароль пароль", "correct horse battery staple", "# no comment"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert!(check("1234567").is_err() && check(&"x".repeat(257)).is_err());
    }

    #[tokio::test]
    async fn a_full_line_says_so_at_once() {
        let passwords = Passwords { line: sync_channel(0).0, nobody: "".into() };

        assert!(passwords.matches("any".into(), None).await.is_err());
    }
}
