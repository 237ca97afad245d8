//! Measures what content costs: the same pages, pulls and posts with little, much and very much of it, on SQLite and
//! PostgreSQL; and beside another build, on the same content.
//! `cargo bench --bench content [-- [--sizes SML] [--sqlite | --postgres] [--against PROGRAM] [--sweep]]`

use std::{error::Error, path::PathBuf};

use databases::Backend;
use measures::Figure;
use plan::{SIZES, Size};
use servers::{Server, TIDINGS};
use table::short;

mod databases;
mod fill;
mod measures;
mod plan;
mod servers;
#[expect(dead_code, reason = "what is printed here has no targets of its own")]
#[path = "../delivery/table.rs"]
mod table;

const USAGE: &str = "usage: cargo bench --bench content [-- [--sizes SML] [--sqlite | --postgres] [--against PROGRAM] [--sweep]]";

/// What is asked for.
struct Options {
    sizes: Vec<Size>,
    with_sqlite: bool,
    with_postgres: bool,
    other: Option<PathBuf>,
    /// Whether a million events and entries are removed, too.
    sweeps: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    for backend in Backend::all(options.with_sqlite, options.with_postgres)? {
        let measured = compare(&backend, &options).await;
        backend.stop()?;
        measured?;
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options =
        Options { sizes: SIZES.to_vec(), with_sqlite: true, with_postgres: true, other: None, sweeps: false };
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sizes" => {
                let sizes = arguments.next().ok_or(USAGE)?;
                options.sizes.retain(|size| sizes.contains(size.name));
            }
            "--sqlite" => options.with_postgres = false,
            "--postgres" => options.with_sqlite = false,
            "--against" => options.other = Some(arguments.next().ok_or(USAGE)?.into()),
            "--sweep" => options.sweeps = true,
            _ => return Err(USAGE.into()),
        }
    }
    Ok(options)
}

async fn compare(backend: &Backend, options: &Options) -> Result<(), Box<dyn Error>> {
    let ours = PathBuf::from(TIDINGS);
    let programs: Vec<_> = [Some(ours.clone()), options.other.clone()].into_iter().flatten().collect();
    // Both have the content that the older one writes.
    let maker = options.other.clone().unwrap_or(ours);
    let mut of_programs = Vec::new();
    for (number, program) in programs.iter().enumerate() {
        let mut of_sizes = Vec::new();
        for size in &options.sizes {
            let copy = databases::copy(backend, *size, &maker, program, number).await?;
            let mut server = Server::start(program, &copy, &[]).await?;
            eprintln!("{}, {}, {}", backend.name(), program.display(), size.name);
            let mut figures = measures::all(&server, &copy, *size).await?;
            server.stop()?;
            measures::returning::measure(program, &copy, *size, &mut figures).await?;
            measures::importing::measure(program, &copy, *size, &mut figures).await?;
            // As much goes however much there is.
            if options.sweeps && Some(size) == options.sizes.last() {
                measures::sweeping::measure(program, &copy, &mut figures).await?;
            }
            // Last: it empties the log.
            measures::restarting::measure(program, &copy, &mut figures).await?;
            of_sizes.push(figures);
            copy.drop().await?;
        }
        of_programs.push(of_sizes);
    }
    print(backend, &options.sizes, &of_programs);
    Ok(())
}

fn print(backend: &Backend, sizes: &[Size], of_programs: &[Vec<Vec<Figure>>]) {
    let [first, .., last] = sizes else { return print_one(&of_programs[0][0]) };
    let mut head: Vec<String> = vec![backend.name().into()];
    head.extend(sizes.iter().map(|size| size.name.to_owned()));
    head.push(format!("{} ÷ {}", last.name, first.name));
    if of_programs.len() > 1 {
        head.extend([format!("the other, {}", last.name), "this ÷ the other".into()]);
    }
    let ours = &of_programs[0];
    let rows: Vec<Vec<String>> = ours[ours.len() - 1]
        .iter()
        .map(|(name, at_last)| {
            let values: Vec<f64> = ours.iter().map(|figures| value(figures, name)).collect();
            let mut row = vec![name.clone()];
            row.extend(values.iter().map(|value| short(*value)));
            row.push(short(at_last / values[0]));
            if let Some(other) = of_programs.get(1).and_then(|sizes| sizes.last()) {
                row.extend([short(value(other, name)), short(at_last / value(other, name))]);
            }
            row
        })
        .collect();
    table::print(&head.iter().map(String::as_str).collect::<Vec<_>>(), &rows);
}

fn print_one(figures: &[Figure]) {
    let rows: Vec<_> = figures.iter().map(|(name, value)| vec![name.clone(), short(*value)]).collect();
    table::print(&["", "measured"], &rows);
}

fn value(figures: &[Figure], name: &str) -> f64 {
    figures.iter().find(|(other, _)| other == name).map_or(f64::NAN, |(_, value)| *value)
}
