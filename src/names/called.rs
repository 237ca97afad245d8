//! Finding rows by what people call them.

use std::collections::HashMap;

use crate::names::{key, written_key};

/// Rows by their names.
#[derive(Debug)]
pub struct Called<'a, T> {
    written: HashMap<&'a str, &'a T>,
    folded: HashMap<&'a str, &'a T>,
}

impl<'a, T> Called<'a, T> {
    /// Among these rows, whose stored keys `keys` tells: as the name is written, and of all its spellings.
    pub fn among(
        rows: impl IntoIterator<Item = &'a T>,
        keys: impl Fn(&'a T) -> (&'a str, Option<&'a str>),
    ) -> Self {
        let (mut written, mut folded) = (HashMap::new(), HashMap::new());
        for row in rows {
            let (as_written, of_all) = keys(row);
            written.insert(as_written, row);
            folded.extend(of_all.map(|key| (key, row)));
        }
        Self { written, folded }
    }

    /// The row of this name, however it is spelled. Of several, which only earlier versions let be, the one that
    /// is written so.
    pub fn find(&self, name: &str) -> Option<&'a T> {
        let written = self.written.get(written_key(name).as_str());
        written.or_else(|| self.folded.get(key(name).as_str())).copied()
    }
}
