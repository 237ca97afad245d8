//! `tidings user import`: takes a list of the organisation's people.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use crate::{
    cli::{Failure, output},
    config::Config,
    db::Db,
    domain::{
        audit::Actor,
        change::Changes,
        imports::{self, Done, HandOver, Import, LinkFile, ListedRow, Mistake, Plan},
    },
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A table in UTF-8 whose first line is number,name,role,groups,external,ends; `-` reads it from standard input
    file: PathBuf,
    /// Says what would change, and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// Writes a one-time link for each who has no password yet to this new file, which only you can read
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    links: Option<PathBuf>,
    /// Does it even if more than a tenth of the people are disabled
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(config: &Config, db: &Db, arguments: Arguments) -> Result<(), Failure> {
    let text = read(&arguments.file).map_err(|error| format!("{}: {error}", arguments.file.display()))?;
    let rows = imports::parse(&text, &config.time_zone).map_err(wrong)?;
    let plan = imports::plan(&db.read, &rows).await?.map_err(wrong)?;
    output::print(&told(&plan, config))?;
    if arguments.dry_run {
        return Ok(());
    }
    if plan.disables_many() && !arguments.yes && !agrees(&plan)? {
        return Err(
            "more than a tenth of the people would be disabled, and nothing was changed; --yes does it"
                .into(),
        );
    }
    take(config, db, &rows, &plan, arguments.links.as_deref()).await
}

async fn take(
    config: &Config,
    db: &Db,
    rows: &[ListedRow],
    plan: &Plan,
    links: Option<&Path>,
) -> Result<(), Failure> {
    let (changes, by) = (Changes::of_command(db.clone()), Actor::shell());
    let import = Import { changes: &changes, by: &by, rows, zone: &config.time_zone };
    let mut file = links.map(|path| create(path, config)).transpose()?;
    let mut hand_over = file.as_mut().map_or(HandOver::Nowhere, HandOver::File);
    let done = import.apply(plan, &mut hand_over, |_| {}).await?;
    let Done { added, changed, disabled, links: made } = done;
    let mut text = format!("Done: {disabled} disabled, {changed} changed, {added} added.\n");
    match links {
        Some(path) if made == 1 => text.push_str(&format!("1 one-time link is in {}.\n", path.display())),
        Some(path) => text.push_str(&format!("{made} one-time links are in {}.\n", path.display())),
        None if added > 0 => text.push_str("Who is new has no link yet: do it again with --links FILE.\n"),
        None => {}
    }
    Ok(output::print(&text)?)
}

fn create(path: &Path, config: &Config) -> Result<LinkFile, Failure> {
    let origin = match &config.base_url {
        Some(url) => url.origin.clone(),
        None => format!("{}://{}", if config.tls_cert.is_some() { "https" } else { "http" }, config.listen),
    };
    Ok(LinkFile::create(path, origin).map_err(|error| format!("cannot make {}: {error}", path.display()))?)
}

/// No more of it than a list may have, and one byte, by which it is seen that it has more.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let limit = imports::MAX_BYTES as u64 + 1;
    let mut text = Vec::new();
    match path.to_str() {
        Some("-") => io::stdin().take(limit).read_to_end(&mut text)?,
        _ => File::open(path)?.take(limit).read_to_end(&mut text)?,
    };
    Ok(text)
}

fn wrong(mistakes: Vec<Mistake>) -> Failure {
    let lines: Vec<_> = mistakes.iter().map(|mistake| format!("  {mistake}")).collect();
    format!("nothing was changed, since the list has mistakes:\n{}", lines.join("\n")).into()
}

fn told(plan: &Plan, config: &Config) -> String {
    let mut text = String::new();
    for section in imports::sections(plan, &config.time_zone) {
        text.push_str(&format!("{}: {}\n", section.title, section.lines.len()));
        for line in section.lines {
            let parts = [line.number, line.name, line.what];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            text.push_str(&format!("  {}\n", parts.join("\t")));
        }
    }
    if plan.is_empty() {
        text.push_str("Everybody is as the list says.\n");
    }
    text
}

/// Asks on a terminal; where there is none, nobody agrees.
fn agrees(plan: &Plan) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let (disabled, numbered) = (plan.disabled.len(), plan.numbered);
    write!(io::stderr(), "{disabled} of {numbered} people would be disabled. Do it? Type yes: ")?;
    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    Ok(typed.trim() == "yes")
}
