//! `--demo`: people with random passwords and some posts, to try it out with.

use std::time::Duration;

use sea_orm::DbErr;

use crate::{
    clock,
    config::secrets::Secret,
    db::Db,
    domain::{
        access,
        audit::Actor,
        change::Changes,
        groups, passwords,
        posts::{self, Author, Draft, Fields, Idempotency, PublishOutcome, PublishQueue},
        users::{Role, User},
    },
    live::Log,
};

const PEOPLE: [(&str, Role); 6] = [
    ("Anna Berg", Role::Admin),
    ("Ben Okafor", Role::Publisher),
    ("Chiara Conti", Role::Member),
    ("Dmitri Weiss", Role::Member),
    ("Elif Aydin", Role::Member),
    ("Farid Haddad", Role::Member),
];

/// Groups, and which of the people are in them.
const GROUPS: [(&str, &[usize]); 2] = [("First aiders", &[1, 4]), ("Night shift", &[2, 3, 4])];

/// Who can sign in, and with what.
#[derive(Debug)]
pub struct Account {
    /// The person.
    pub user: User,
    /// Made up at this start.
    pub password: Secret,
}

/// Why the demo could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A person could not be added.
    #[error(transparent)]
    Account(#[from] access::AccountError),
    /// A group could not be made.
    #[error(transparent)]
    Group(#[from] groups::GroupError),
    /// A post could not be published.
    #[error(transparent)]
    Post(#[from] posts::PublishError),
    /// The scratch database could not be written.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Adds the people and their posts, to a database that nobody serves yet: what was posted days ago has its time
/// before anybody reads it.
pub async fn fill(db: &Db) -> Result<Vec<Account>, Error> {
    let changes = Changes::of_command(db.clone());
    let mut accounts = Vec::new();
    for (name, role) in PEOPLE {
        let password = password();
        let hash = passwords::hash_now(&password);
        accounts.push(Account {
            user: access::add(&changes, &Actor::shell(), name, role, hash).await?,
            password: Secret(password),
        });
    }
    for (name, people) in GROUPS {
        let group = groups::add(&changes, &Actor::shell(), name).await?;
        let people: Vec<_> = people.iter().map(|at| accounts[*at].user.clone()).collect();
        groups::join(&changes, &Actor::shell(), &group, &people).await.map_err(groups::GroupError::from)?;
    }
    let (queue, publishing) = PublishQueue::new(changes, Log::open(db.clone()).await?, 1);
    tokio::spawn(publishing);
    for (hours_ago, author, fields) in posts() {
        let author = Author { user: accounts[author].user.user_id(), by: Actor::shell(), only: None };
        let draft = Draft::parse(&fields).map_err(posts::PublishError::Problems)?;
        if let PublishOutcome::Published(post, _) = queue.publish(author, draft, Idempotency::None).await? {
            let at_ms = clock::ago_ms(Duration::from_secs_f64(hours_ago * 3600.0));
            posts::backdate(&db.write, &post, at_ms).await?;
        }
    }
    Ok(accounts)
}

/// Four groups of four letters that are not mistaken for each other: some 75 bits.
fn password() -> String {
    const LETTERS: &[u8; 26] = b"abcdefghijkmnpqrstuvwxyz23";
    let group = || -> String { (0..4).map(|_| char::from(LETTERS[rand::random_range(0..26)])).collect() };
    [group(), group(), group(), group()].join("-")
}

/// How many hours ago, which of the people, and what.
fn posts() -> Vec<(f64, usize, Fields)> {
    const ANNA: usize = 0;
    const BEN: usize = 1;
    vec![
        (
            150.5,
            ANNA,
            news(
                "Welcome to Tidings",
                "This is a **demo**: everything here is gone when the server stops.\n\n\
                Open a second window, sign in as somebody else, and post something.",
            ),
        ),
        (
            99.2,
            BEN,
            news(
                "Bicycles at the east gate",
                "Forty new stands with roofs. The old ones go on Friday; please take \
                your bicycle with you.",
            ),
        ),
        (
            73.9,
            ANNA,
            Fields {
                audience: "people".into(),
                recipients: vec!["Ben Okafor".into(), "Chiara Conti".into()],
                ..news(
                    "Your parcels are at reception B",
                    "One for each of you. Reception is open until eight.",
                )
            },
        ),
        (
            51.4,
            ANNA,
            news(
                "The new timetable is out",
                "Classes from December are final. Rooms for the language courses \
                changed once more:\n\n| course | day | room |\n|---|---|---|\n| Italian A2 | Monday | C 1.04 |\n\
                | Turkish B1 | Tuesday | C 2.11 |\n| Sign language | Thursday | A 0.07 |",
            ),
        ),
        (26.7, BEN, alert("info", "The lift in building A is back", "It was inspected this morning.")),
        (
            3.1,
            BEN,
            alert(
                "warning",
                "Water pressure is low until about six",
                "The kitchen closes at **three**. Bottled \
                water stands at both receptions.",
            ),
        ),
        (
            0.1,
            ANNA,
            alert(
                "critical",
                "Leave building C by the north stairs now",
                "Smoke in the archive on level 2. The \
                fire brigade is on its way.\n\n- Meet at the car park by the river\n- Do not use the lifts",
            ),
        ),
    ]
}

fn news(title: &str, body: &str) -> Fields {
    Fields {
        kind: "news".into(),
        title: title.into(),
        body: body.into(),
        audience: "everyone".into(),
        ..Default::default()
    }
}

fn alert(severity: &str, title: &str, body: &str) -> Fields {
    Fields { kind: "alert".into(), severity: severity.into(), ..news(title, body) }
}
