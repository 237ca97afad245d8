//! The house holds: imports point one way, no two files need each other, and pages do not know pages
//! (`docs/architecture.md`). What unit tests import does not count, nor what a file has from its own folder. And no file is long.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The rooms, and what each may import besides itself.
const ROOMS: [(&str, &[&str]); 19] = [
    ("main", &["cli"]),
    ("cli", &["app", "clock", "config", "db", "domain", "live", "networks", "server", "web"]),
    (
        "web",
        &[
            "app", "assets", "clock", "config", "db", "digest", "domain", "ids", "live", "networks",
            "server", "tables", "text",
        ],
    ),
    ("server", &["clock", "config", "live", "networks"]),
    ("app", &["config", "db", "domain", "live"]),
    (
        "domain",
        &[
            "assets", "clock", "config", "db", "digest", "entities", "ids", "live", "names", "networks",
            "tables", "text",
        ],
    ),
    ("live", &["clock", "config", "db", "entities", "ids", "text"]),
    ("db", &["clock", "config", "entities", "names", "text"]),
    ("config", &["networks"]),
    ("entities", &["ids", "names", "networks"]),
    ("ids", &["digest"]),
    ("names", &["text"]),
    ("networks", &[]),
    ("assets", &["text"]),
    ("clock", &["text"]),
    ("digest", &[]),
    ("tables", &[]),
    ("text", &[]),
    ("lib", &["cli", "config", "db", "domain", "entities", "ids", "web"]),
];

/// Every file of `src`, by its module (`web::pages::feed`), with the modules that it imports.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let mut sources = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    let imports = sources.iter().map(|(module, source)| {
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let mut paths = Vec::new();
        for tree in source.split("crate::").skip(1) {
            expand(tree, "", &mut paths);
        }
        let files = paths.iter().filter_map(|path| file_of(path, &sources));
        let others = files.filter(|other| !is_within(other, module) && !is_within(module, other));
        (module.clone(), others.map(str::to_owned).collect())
    });
    imports.collect()
}

fn read(folder: &Path, prefix: &str, sources: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let module = format!("{prefix}{}", path.file_stem().unwrap().display());
        if path.is_dir() {
            read(&path, &format!("{module}::"), sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.insert(module, fs::read_to_string(&path).unwrap());
        }
    }
}

/// Adds the paths of `a::{b, c::d}`, and returns what follows it.
fn expand<'a>(tree: &'a str, prefix: &str, paths: &mut Vec<String>) -> &'a str {
    let end = tree.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(tree.len());
    let path = format!("{prefix}{}", &tree[..end]);
    let mut rest = &tree[end..];
    if !rest.starts_with('{') {
        paths.push(path);
        return rest;
    }
    loop {
        rest = rest[1..].trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return after;
        }
        rest = expand(rest, &path, paths);
        if !rest.starts_with([',', '}']) {
            return rest;
        }
        if let Some(after) = rest.strip_prefix('}') {
            return after;
        }
    }
}

/// The longest beginning of the path that is a file.
fn file_of<'a>(path: &'a str, sources: &BTreeMap<String, String>) -> Option<&'a str> {
    let mut path = path.trim_end_matches(':');
    while !sources.contains_key(path) {
        path = path.rsplit_once("::")?.0;
    }
    Some(path)
}

fn is_within(module: &str, folder: &str) -> bool {
    module == folder || module.strip_prefix(folder).is_some_and(|rest| rest.starts_with("::"))
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap()
}

#[test]
fn imports_point_from_room_to_room_as_the_architecture_says() {
    let imports = imports();
    for (module, others) in &imports {
        let allowed = ROOMS.iter().find(|(name, _)| *name == room(module));
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("no room is called {}", room(module)));
        for other in others.iter().filter(|other| room(other) != room(module)) {
            assert!(allowed.contains(&room(other)), "{module} imports {other}");
        }
    }
    assert!(imports["web::pages::feed"].contains("domain::posts"), "imports are read: {imports:?}");
}

#[test]
fn no_file_needs_one_that_needs_it() {
    let imports = imports();
    for start in imports.keys() {
        let (mut seen, mut next) = (BTreeSet::new(), vec![start]);
        while let Some(module) = next.pop() {
            for other in &imports[module] {
                assert!(other != start, "{start} needs {module}, which needs {start}");
                if seen.insert(other) {
                    next.push(other);
                }
            }
        }
    }
}

#[test]
fn pages_do_not_know_pages() {
    let noun = |module: &str| module.split("::").take(3).collect::<Vec<_>>().join("::");
    for (module, others) in imports().into_iter().filter(|(module, _)| module != "web::routes") {
        let mut pages = others.iter().filter(|other| other.starts_with("web::pages::"));
        let page = pages.find(|page| noun(page) != noun(&module));
        assert!(page.is_none(), "{module} imports {page:?}");
    }
}

/// A noun hides in a longer one.
const MAX_LINES: usize = 300;

#[test]
fn no_file_is_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = ["src", "tests", "benches", "migrations", "assets", "templates"]
        .map(|folder| root.join(folder))
        .into();
    let mut long = Vec::new();
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_ours = path
                .extension()
                .is_some_and(|ending| ["rs", "js", "css", "html"].iter().any(|ours| ending == *ours));
            if path.is_dir() {
                folders.push(path);
            } else if is_ours && !path.ends_with("axe.min.js") {
                looked_at += 1;
                let lines = fs::read_to_string(&path).unwrap().lines().count();
                long.extend((lines > MAX_LINES).then_some((path, lines)));
            }
        }
    }
    assert!(looked_at > 1000 && long.is_empty(), "{looked_at} looked at: {long:?}");
}

#[test]
fn no_two_files_of_styles_have_one_number() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/css");
    let names =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let numbers: Vec<_> = names.map(|name| name.split_once('-').unwrap().0.to_owned()).collect();
    let once: std::collections::BTreeSet<_> = numbers.iter().collect();
    assert!(numbers.len() > 50 && once.len() == numbers.len(), "{numbers:?}");
    assert!(
        numbers.iter().all(|number| number.len() == 3),
        "they are put together in the order of their names"
    );
}
