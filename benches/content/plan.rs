//! What the content is: how much of everything, whom posts are for, and what is in the logs. It is the same every time.

use std::fmt::Write;

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Said differently, the content is made anew.
pub const VERSION: u32 = 1;

/// Posts are of so many days, evenly.
pub const DAYS: i64 = 3650;
/// The log of events reaches back so far, and the audit log.
pub const EVENT_DAYS: i64 = 90;
pub const AUDIT_DAYS: i64 = 400;
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The newest event before the first post: below it is room for events that are to be trimmed.
pub const FIRST_NUMBER: i64 = 2_000_000;

/// Audit entries for each post.
pub const ENTRIES_PER_POST: i64 = 3;

const MAX_GROUP: usize = 10_000;
const FIRST_NAMES: [&str; 20] = [
    "Anna", "Ben", "Clara", "David", "Émile", "Fatma", "Georg", "Hana", "Igor", "Jana", "Karl", "Lea",
    "Milan", "Nora", "Ömer", "Paula", "Quentin", "Rosa", "Sami", "Zoë",
];
const SYLLABLES: [&str; 20] = [
    "ber", "dor", "fel", "gar", "hol", "kam", "lin", "mar", "nes", "pol", "ras", "sal", "tam", "ul", "ver",
    "wal", "zan", "bru", "ster", "mül",
];

/// How much content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub name: &'static str,
    pub posts: i64,
    pub people: i64,
}

pub const SIZES: [Size; 3] = [
    Size { name: "S", posts: 1_000, people: 100 },
    Size { name: "M", posts: 100_000, people: 10_000 },
    Size { name: "L", posts: 1_000_000, people: 100_000 },
];

/// Who reads in the measurements: the first rows of `users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// An admin, who publishes.
    Boss = 1,
    /// Is in every group, and named in every tenth post that names people.
    Heavy = 2,
    /// Is in some groups.
    Typical = 3,
    /// Is in no group, and named in no post.
    Light = 4,
    /// The same, and came today.
    Newcomer = 5,
}

impl Reader {
    pub const ALL: [Self; 5] = [Self::Boss, Self::Heavy, Self::Typical, Self::Light, Self::Newcomer];

    pub fn id(self) -> i64 {
        self as i64
    }

    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// Whom a post is for.
pub enum Whom {
    Everyone,
    Group(i64),
    People(Vec<i64>),
}

impl Size {
    /// A name that nobody else has.
    pub fn person(self, id: i64) -> String {
        if let Some(reader) = Reader::ALL.iter().find(|reader| reader.id() == id) {
            return reader.name();
        }
        let first = FIRST_NAMES[id as usize % FIRST_NAMES.len()];
        let (mut rest, mut last) = (id as usize / FIRST_NAMES.len(), String::new());
        for _ in 0..4 {
            let _ = write!(last, "{}", SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        let initial = last.remove(0).to_uppercase();
        format!("{first} {initial}{last}")
    }

    pub fn groups(self) -> i64 {
        (self.people / 50).clamp(10, 2000)
    }

    /// Who is in the group, in order: half of it as many as in the one before it.
    pub fn members(self, group: i64) -> Vec<i64> {
        let mut random = StdRng::seed_from_u64(group as u64);
        let largest = MAX_GROUP.min(self.people as usize - 10);
        let size = (largest / group as usize).max(3);
        let mut members = vec![Reader::Heavy.id()];
        if group <= 3 {
            members.push(Reader::Typical.id());
        }
        // Evenly apart, from a random start: each once.
        let (others, step) = (self.people - 5, ((self.people - 5) / size as i64).max(1));
        let start = random.random_range(0..others);
        members.extend((0..size as i64).map(|at| 6 + (start + at * step) % others));
        members.sort_unstable();
        members.dedup();
        members
    }

    pub fn published_ms(self, post: i64, now_ms: i64) -> i64 {
        now_ms - (self.posts - post) * (DAYS * DAY_MS / self.posts) - 1000
    }

    /// Whose the post is: one of the people in fifty who publish, or the boss.
    pub fn author(self, post: i64) -> i64 {
        if post % 4 == 0 { Reader::Boss.id() } else { 6 + post * 7919 % (self.people / 50).max(5) }
    }

    pub fn whom(self, post: i64) -> Whom {
        let mut random = StdRng::seed_from_u64(post as u64 ^ 0x7469_6469);
        match random.random_range(0..100) {
            0..80 => Whom::Everyone,
            80..95 => Whom::Group(random.random_range(1..=self.groups())),
            _ => {
                let count = random.random_range(1..=10);
                let mut people: Vec<_> = (0..count).map(|_| random.random_range(6..=self.people)).collect();
                if post % 10 == 0 {
                    people.push(Reader::Heavy.id());
                }
                people.sort_unstable();
                people.dedup();
                Whom::People(people)
            }
        }
    }

    pub fn severity(self, post: i64) -> Option<&'static str> {
        match post % 50 {
            0 => Some("critical"),
            1..4 => Some("warning"),
            4..8 => Some("info"),
            _ => None,
        }
    }

    /// Of the audit log, entry by entry: action, outcome, by whom, about whom or what.
    pub fn entry(self, entry: i64) -> (&'static str, &'static str, String, String) {
        let mut random = StdRng::seed_from_u64(entry as u64 ^ 0x6175_6469);
        let person = |random: &mut StdRng| self.person(random.random_range(6..=self.people));
        match entry % 3 {
            0 => {
                let post = entry / 3 + 1;
                ("publish", "done", self.person(self.author(post)), format!("post {post}"))
            }
            _ if entry % 10_000 == 1 => ("role", "done", "boss".into(), person(&mut random)),
            _ if entry % 100 == 2 => ("sign-in", "refused", String::new(), person(&mut random)),
            _ if entry % 50 == 7 => ("group-join", "done", "boss".into(), person(&mut random)),
            _ => {
                let name = person(&mut random);
                ("sign-in", "done", name.clone(), name)
            }
        }
    }
}
