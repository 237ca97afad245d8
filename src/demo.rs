//! `--demo`: people with random passwords and some posts, to try it out with.

use crate::{
    accounts,
    app::App,
    audit::By,
    groups,
    posts::{self, Draft, Fields},
    publisher::{Author, Once},
    secrets::Secret,
    users::{Role, User},
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
    /// Too many passwords at once: cannot happen at the start.
    #[error(transparent)]
    Busy(#[from] crate::passwords::Busy),
    /// A person could not be added.
    #[error(transparent)]
    Account(#[from] accounts::Refusal),
    /// A group could not be made.
    #[error(transparent)]
    Group(#[from] groups::Refusal),
    /// A post could not be published.
    #[error(transparent)]
    Post(#[from] posts::Refusal),
}

/// Adds the people and publishes the posts.
pub async fn fill(app: &App) -> Result<Vec<Account>, Error> {
    let mut accounts = Vec::new();
    for (name, role) in PEOPLE {
        let password = password();
        let hash = app.passwords.hash(password.clone()).await?;
        accounts.push(Account {
            user: accounts::add(&app.db, &By::shell(), name, role, hash).await?,
            password: Secret(password),
        });
    }
    let author = Author { user: accounts[0].user.user_id(), by: By::shell(), only: None };
    for (name, people) in GROUPS {
        let group = groups::add(&app.db, &By::shell(), name).await?;
        let people: Vec<_> = people.iter().map(|at| accounts[*at].user.clone()).collect();
        groups::join(&app.db, &By::shell(), &group, &people).await.map_err(groups::Refusal::from)?;
    }
    for fields in posts() {
        let draft = Draft::parse(&fields).map_err(posts::Refusal::Problems)?;
        app.publisher.publish(author.clone(), draft, Once::No).await?;
    }
    Ok(accounts)
}

/// Four groups of four letters that are not mistaken for each other: some 75 bits.
fn password() -> String {
    const LETTERS: &[u8; 26] = b"abcdefghijkmnpqrstuvwxyz23";
    let group = || -> String { (0..4).map(|_| char::from(LETTERS[rand::random_range(0..26)])).collect() };
    [group(), group(), group(), group()].join("-")
}

fn posts() -> Vec<Fields> {
    vec![
        news(
            "Welcome to Tidings",
            "This is a **demo**: everything here is gone when the server stops.\n\n\
            Open a second window, sign in as somebody else, and post something.",
        ),
        news(
            "Bicycles at the east gate",
            "Forty new stands with roofs. The old ones go on Friday; please take \
            your bicycle with you.",
        ),
        Fields {
            audience: "people".into(),
            recipients: vec!["Ben Okafor".into(), "Chiara Conti".into()],
            ..news("Your parcels are at reception B", "One for each of you. Reception is open until eight.")
        },
        news(
            "The new timetable is out",
            "Classes from December are final. Rooms for the language courses \
            changed once more:\n\n| course | day | room |\n|---|---|---|\n| Italian A2 | Monday | C 1.04 |\n\
            | Turkish B1 | Tuesday | C 2.11 |\n| Sign language | Thursday | A 0.07 |",
        ),
        alert("info", "The lift in building A is back", "It was inspected this morning."),
        alert(
            "warning",
            "Water pressure is low until about six",
            "The kitchen closes at **three**. Bottled \
            water stands at both receptions.",
        ),
        alert(
            "critical",
            "Leave building C by the north stairs now",
            "Smoke in the archive on level 2. The \
            fire brigade is on its way.\n\n- Meet at the car park by the river\n- Do not use the lifts",
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
