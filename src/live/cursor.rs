//! Where a reader is in the log: `EPOCH-ID`.

use std::{fmt, str::FromStr};

/// Names one timeline of the database; a restored copy has another. 8 to 16 characters of `[a-z0-9]`.
///
/// Every open stream has one, so it is kept in place, with zeros behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch([u8; LONGEST]);

const LONGEST: usize = 16;

impl Epoch {
    /// A new one, random.
    pub fn random() -> Self {
        const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = [0; LONGEST];
        text[..12].fill_with(|| LETTERS[rand::random_range(0..36)]);
        Self(text)
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
        std::str::from_utf8(&self.0[..length]).expect("an epoch is ASCII")
    }
}

impl FromStr for Epoch {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let good = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !good || !(8..=LONGEST).contains(&text.len()) {
            return Err(Malformed);
        }
        let mut epoch = [0; LONGEST];
        epoch[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(epoch))
    }
}

/// The last event a client has, on which timeline; on the wire, an SSE event's `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The timeline.
    pub epoch: Epoch,
    /// The event's id; 0 before the first.
    pub id: i64,
}

/// Not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of the form EPOCH-ID")]
pub struct Malformed;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch.as_str(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (epoch, id) = text.split_once('-').ok_or(Malformed)?;
        // Digits only: `parse` would take a sign.
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Malformed);
        }
        Ok(Self { epoch: epoch.parse()?, id: id.parse().map_err(|_| Malformed)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_was_written() {
        let cursor = Cursor { epoch: Epoch::random(), id: 42 };

        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for bad in [
            "",
            "42",
            "-42",
            "abcdefgh-",
            "abcdefgh-+4",
            "abcdefgh--4",
            "ABCDEFGH-4",
            "abc-4",
            "abcdefgh-4 ",
            "abcdefgh-99999999999999999999",
            "abcdefghijklmnopq-4",
            "abcdefg\n-4",
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(Malformed), "{bad:?}");
        }
    }
}
