//! The events of a server, in the order in which its first stream got them.

use std::collections::HashSet;

use memchr::memmem;

/// The events that one kind of reader gets.
#[derive(Default)]
pub struct Log {
    entries: Vec<Entry>,
    numbers: HashSet<u32>,
}

impl Log {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The id of the event at `position`.
    pub fn id(&self, position: usize) -> &str {
        &self.entries[position].id
    }

    /// Whether this is the event that comes at `position`; the first stream there says which it is.
    pub fn check(&mut self, position: usize, number: u32, event: &[u8]) -> Result<(), String> {
        if position == self.entries.len() && self.numbers.insert(number) {
            self.entries.push(Entry { number, id: id_of(event).into() });
            return Ok(());
        }
        match self.entries.get(position) {
            Some(entry) if entry.number == number => Ok(()),
            entry => Err(format!(
                "got {number} at {position}, where {:?} belongs",
                entry.map(|entry| entry.number)
            )),
        }
    }
}

struct Entry {
    number: u32,
    id: Box<str>,
}

/// The number and the time that `publisher::text` wrote.
pub fn marker(event: &[u8]) -> Option<(u32, u64)> {
    let text = &event[memmem::find(event, b"seq=")? + 4..];
    let digits = |from: usize, to: usize| std::str::from_utf8(text.get(from..to)?).ok();
    Some((digits(0, 8)?.parse().ok()?, digits(14, 26)?.parse().ok()?))
}

fn id_of(event: &[u8]) -> String {
    let id = memmem::find(event, b"id: ").map(|at| &event[at + 4..]).unwrap_or_default();
    String::from_utf8_lossy(id.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default())
        .into_owned()
}
