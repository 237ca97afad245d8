//! The one-time links of those in the list who have no password yet, and no link that still works: who was added now, or
//! earlier and never came. A link is handed over before it is good for anything.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use tower_sessions::session::Id;

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        imports::{Import, ImportError, kept},
        links,
        portions::Portions,
        users::{self, Numbered},
    },
    ids::UserId,
    tables, text,
};

/// Where new links go.
#[derive(Debug)]
pub enum HandOver<'a> {
    /// None is made.
    Nowhere,
    /// Into a file.
    File(&'a mut LinkFile),
    /// To the page that offers them to this session, once.
    Page {
        /// Who makes them.
        maker: UserId,
        /// To whom they are shown.
        session: &'a Id,
        /// The key of the kept list.
        list: &'a str,
    },
}

/// A new file that only its owner can read: a table of names, numbers and links.
#[derive(Debug)]
pub struct LinkFile {
    file: File,
    origin: String,
}

impl LinkFile {
    /// Makes the file. `origin` is what links begin with.
    ///
    /// # Errors
    /// When there is such a file, or it cannot be made.
    pub fn create(path: &Path, origin: String) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let mut created = Self { file, origin };
        created.write([["name", "number", "link"].map(str::to_owned)])?;
        Ok(created)
    }

    /// Adds lines, which are on the disk when this returns.
    fn write(&mut self, lines: impl IntoIterator<Item = [String; 3]>) -> io::Result<()> {
        let mut table = String::new();
        for line in lines {
            tables::push_row(&mut table, line.iter().map(String::as_str));
        }
        self.file.write_all(table.as_bytes())?;
        self.file.sync_data()
    }
}

/// Makes them; how many. `tell` hears how many so far.
pub(super) async fn make(
    import: Import<'_>,
    hand_over: &mut HandOver<'_>,
    tell: impl Fn(usize),
) -> Result<usize, ImportError> {
    let Import { changes, by, rows, .. } = import;
    if matches!(hand_over, HandOver::Nowhere) {
        return Ok(0);
    }
    let numbers: HashSet<_> = rows.iter().map(|row| row.number.as_str()).collect();
    let mut waiting = users::without_password(&changes.db().read).await?;
    waiting.retain(|user| numbers.contains(user.number.as_str()));
    let mut made = 0;
    let mut portions = Portions::of(&waiting);
    while let Some(some) = portions.next() {
        make_some(changes, by, some, hand_over).await?;
        made += some.len();
        tell(made);
        portions.rest().await;
    }
    Ok(made)
}

async fn make_some(
    changes: &Changes,
    by: &Actor,
    users: &[Numbered],
    hand_over: &mut HandOver<'_>,
) -> Result<(), ImportError> {
    let mut change = changes.begin().await?;
    let maker = if let HandOver::Page { maker, .. } = hand_over { Some(*maker) } else { None };
    let secrets = links::add_all(&change.tx, maker, users).await?;
    let entries = users
        .iter()
        .map(|user| Entry::done(by, Action::AddLink, &user.name).detail(text::of("audit-first-password")));
    change.record_all(entries.collect()).await?;
    give(&change, users.iter().zip(&secrets), hand_over).await?;
    Ok(change.commit().await?)
}

async fn give(
    change: &Change,
    links: impl Iterator<Item = (&Numbered, &String)>,
    hand_over: &mut HandOver<'_>,
) -> Result<(), ImportError> {
    match hand_over {
        HandOver::Nowhere => {}
        HandOver::File(file) => {
            let origin = file.origin.clone();
            file.write(links.map(|(user, secret)| {
                [user.name.clone(), user.number.clone(), format!("{origin}/link?token={secret}")]
            }))?;
        }
        HandOver::Page { session, list, .. } => {
            let lines = links.map(|(user, secret)| format!("{}\t{}\t{secret}\n", user.name, user.number));
            kept::add_links(&change.tx, session, list, &lines.collect::<String>()).await?;
        }
    }
    Ok(())
}
