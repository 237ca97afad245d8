//! What a program may do with its token.

use std::fmt;

/// What a program may do with its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// Post, if its owner may.
    pub publish: bool,
    /// Listen, and read posts.
    pub stream: bool,
}

/// The text names no scopes.
#[derive(Debug, thiserror::Error)]
#[error("scopes are `publish`, `stream`, or both with a comma between")]
pub struct NoScopes;

impl std::str::FromStr for Scopes {
    type Err = NoScopes;

    fn from_str(text: &str) -> Result<Self, NoScopes> {
        let mut scopes = Self::default();
        for scope in text.split(',').map(str::trim).filter(|scope| !scope.is_empty()) {
            match scope {
                "publish" => scopes.publish = true,
                "stream" => scopes.stream = true,
                _ => return Err(NoScopes),
            }
        }
        if scopes == Self::default() {
            return Err(NoScopes);
        }
        Ok(scopes)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.publish, self.stream) {
            (true, true) => "publish,stream",
            (true, false) => "publish",
            (false, _) => "stream",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_nothing_else_is() {
        let read = |text: &str| text.parse::<Scopes>().map(|scopes| (scopes.publish, scopes.stream)).ok();

        assert_eq!(read("publish"), Some((true, false)));
        assert_eq!(read("publish, stream"), Some((true, true)));
        assert_eq!(read(""), None);
        assert_eq!(read("publish,admin"), None);
    }
}
