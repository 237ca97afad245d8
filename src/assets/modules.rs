//! Which modules a page needs before it is Live: what its entry and the stream's worker import, and what that imports. A browser
//! finds out only level by level, a round trip each, unless the page names them.

use std::{collections::BTreeMap, str};

use crate::assets::Asset;

/// The entry of every page that is Live, and the worker that has its stream.
const ENTRY: &str = "js/tidings.js";
const WORKER: &str = "js/stream-worker.js";

/// Their names, the entry itself left out; what imports stands before what is imported.
pub fn until_live(assets: &BTreeMap<String, Asset>) -> Vec<String> {
    let mut found = vec![ENTRY.to_owned(), WORKER.to_owned()];
    let mut next = 0;
    while let Some(name) = found.get(next).cloned() {
        for imported in assets.get(&name).map(|asset| imports(&asset.plain)).unwrap_or_default() {
            if !found.contains(&imported) {
                found.push(imported);
            }
        }
        next += 1;
    }
    found.retain(|name| name != ENTRY);
    found
}

/// What a module imports as it is loaded; what it asks for later is not among it.
fn imports(module: &[u8]) -> Vec<String> {
    let source = str::from_utf8(module).unwrap_or_default();
    let lines = source.lines().filter(|line| line.starts_with("import ") || line.starts_with("} from "));
    let names = lines.filter_map(|line| line.split("\"./").nth(1)?.split('"').next());
    names.map(|name| format!("js/{name}")).collect()
}

#[cfg(test)]
mod tests {
    use crate::assets;

    #[test]
    fn what_comes_before_live_is_named_and_nothing_that_comes_later() {
        let named = assets::until_live();

        for name in ["js/stream-worker.js", "js/tidings-stream.js", "js/supervisor.js", "js/texts.js"] {
            assert_eq!(named.iter().filter(|one| *one == name).count(), 1, "{name}: {named:?}");
        }
        for name in ["js/tidings.js", "js/rest.js", "js/keys.js", "js/pages.js"] {
            assert!(!named.iter().any(|one| one == name), "{name}: {named:?}");
        }
        assert!(named.iter().all(|name| assets::find(name).is_some()), "{named:?}");
    }
}
