//! `--demo`: people with random passwords, some posts, and boards that move, to try it out with.

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
        posts::{self, Author, Draft, Fields},
        users::{Role, User},
    },
};

pub mod boards;

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

const LIFT: &str = "The lift in building A is out of order";

/// Alerts that are over: since how many hours, and what was said of it.
const OVER: [(&str, f64, &str); 1] = [(LIFT, 26.7, "It was inspected this morning.")];

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
    for (hours_ago, author, fields) in posts() {
        let owner = &accounts[author].user;
        let author = Author { user: owner.user_id(), by: Actor::shell(), only: None, token: None };
        let draft = Draft::parse(&fields).map_err(posts::PublishError::Problems)?;
        let mut change = changes.begin().await?;
        let post = posts::publish(&mut change, &author, &draft).await?;
        let over_ms = OVER.iter().find(|(title, ..)| *title == post.title);
        if let Some((_, _, note)) = over_ms {
            let by = Actor::server_for(owner);
            // It is an alert, and was published just now: nothing refuses it.
            let _ = posts::changes::resolve(&mut change, &by, post.clone(), Some((*note).to_owned())).await?;
        }
        change.commit().await?;
        let over_ms = over_ms.map(|(_, hours_ago, _)| ago_ms(*hours_ago));
        posts::backdate(&db.write, &post, ago_ms(hours_ago), over_ms).await?;
    }
    Ok(accounts)
}

fn ago_ms(hours: f64) -> i64 {
    clock::ago_ms(Duration::from_secs_f64(hours * 3600.0))
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
        (29.5, BEN, alert("warning", LIFT, "Please use the one in building B.")),
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
