//! Where a reader is in the log: `EPOCH-ID-CHECK`, and from older builds `EPOCH-ID`.

use std::{fmt, str::FromStr};

/// Names one timeline of the database; a restored copy has another. 8 to 16 characters of `[a-z0-9]`.
///
/// Every open stream has one, so its letters are kept inside, with zeros behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch([u8; MAX_EPOCH_LEN]);

const MAX_EPOCH_LEN: usize = 16;

impl Epoch {
    /// A new one, random.
    pub fn random() -> Self {
        const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = [0; MAX_EPOCH_LEN];
        text[..12].fill_with(|| LETTERS[rand::random_range(0..36)]);
        Self(text)
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(MAX_EPOCH_LEN);
        std::str::from_utf8(&self.0[..length]).expect("an epoch is ASCII")
    }
}

impl FromStr for Epoch {
    type Err = MalformedCursor;

    fn from_str(text: &str) -> Result<Self, MalformedCursor> {
        let good = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !good || !(8..=MAX_EPOCH_LEN).contains(&text.len()) {
            return Err(MalformedCursor);
        }
        let mut epoch = [0; MAX_EPOCH_LEN];
        epoch[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(epoch))
    }
}

/// Six letters that tell an event from another of the same id and epoch. A file or a volume that was put back keeps
/// its epoch, and numbers again what it lost: by the check, a client that is ahead of it is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check([u8; 6]);

impl Check {
    /// Of the event with this nonce.
    pub fn of(nonce: i64) -> Self {
        let mut rest = nonce.cast_unsigned();
        let mut letters = [b'a'; 6];
        for letter in &mut letters {
            *letter += (rest % 26) as u8;
            rest /= 26;
        }
        Self(letters)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a check is ASCII")
    }
}

impl FromStr for Check {
    type Err = MalformedCursor;

    fn from_str(text: &str) -> Result<Self, MalformedCursor> {
        let letters: [u8; 6] = text.as_bytes().try_into().map_err(|_| MalformedCursor)?;
        if letters.iter().all(u8::is_ascii_lowercase) { Ok(Self(letters)) } else { Err(MalformedCursor) }
    }
}

/// The last event a client has, on which timeline; on the wire, an SSE event's `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The timeline.
    pub epoch: Epoch,
    /// The event's id; 0 before the first.
    pub id: i64,
    /// Made of the event's nonce, whomever the event is for. The short form has none: a client that speaks it goes on
    /// in it, since it may take its cursor to an older build.
    pub check: Option<Check>,
}

impl Cursor {
    /// At the event of this id and nonce.
    pub fn at(epoch: Epoch, id: i64, nonce: i64) -> Self {
        Self { epoch, id, check: Some(Check::of(nonce)) }
    }

    /// The same position, in the short form if that is the other's.
    pub fn in_form_of(self, other: &Self) -> Self {
        Self { check: other.check.and(self.check), ..self }
    }

    /// Goes to this position, and keeps its form.
    pub fn move_to(&mut self, position: Self) {
        *self = position.in_form_of(self);
    }
}

/// Not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of the form EPOCH-ID-CHECK")]
pub struct MalformedCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch.as_str(), self.id)?;
        self.check.as_ref().map_or(Ok(()), |check| write!(f, "-{}", check.as_str()))
    }
}

impl FromStr for Cursor {
    type Err = MalformedCursor;

    fn from_str(text: &str) -> Result<Self, MalformedCursor> {
        let (epoch, rest) = text.split_once('-').ok_or(MalformedCursor)?;
        let (id, check) = rest.split_once('-').map_or((rest, None), |(id, check)| (id, Some(check)));
        // Digits only: `parse` would take a sign.
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MalformedCursor);
        }
        let check = check.map(str::parse).transpose()?;
        Ok(Self { epoch: epoch.parse()?, id: id.parse().map_err(|_| MalformedCursor)?, check })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_was_written() {
        let long = Cursor::at(Epoch::random(), 42, rand::random());
        let short = Cursor { check: None, ..long.clone() };

        for cursor in [long, short] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn a_cursor_goes_on_in_the_form_it_has() {
        let position = Cursor::at(Epoch::random(), 42, 7);
        let mut long = Cursor::at(position.epoch, 1, 1);
        let mut short = Cursor { check: None, ..long.clone() };

        long.move_to(position.clone());
        short.move_to(position.clone());

        assert_eq!(long, position);
        assert_eq!(short, Cursor { check: None, ..position });
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
            "abcdefgh-4-",
            "abcdefgh-4-abcde",
            "abcdefgh-4-abcdefg",
            "abcdefgh-4-abcdeF",
            "abcdefgh-4-abcde1",
            "abcdefgh-4-abcdéf",
            "abcdefgh-4-abcdef-",
            "abcdefgh--abcdef",
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(MalformedCursor), "{bad:?}");
        }
    }
}
