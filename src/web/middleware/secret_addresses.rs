//! Addresses in which a secret stands, by which whoever calls them is let in: for them no cookie is read or set, and forms
//! of other sites are nothing to be afraid of, since other sites do not know the secret.

/// What such addresses begin with.
const PREFIXES: [&str; 1] = ["/ping/"];

/// Whether this is the path of one.
pub fn is_one(path: &str) -> bool {
    PREFIXES.iter().any(|prefix| path.starts_with(prefix))
}
