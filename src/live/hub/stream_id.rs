//! By what a stream is called between the server and the client that has it.

use std::{fmt, num::ParseIntError, str::FromStr};

/// Names a stream to the client that has it, who may have another one take its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamId(u64);

impl StreamId {
    /// One that nobody has.
    pub(super) fn random() -> Self {
        Self(rand::random())
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for StreamId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u64::from_str_radix(text, 16).map(Self)
    }
}
