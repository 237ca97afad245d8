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

    /// Of durable-streams, what follows the texts says from where to go on after them.
    pub fn note_offset(&mut self, position: usize, event: &[u8]) {
        let Some(entry) = position.checked_sub(1).and_then(|last| self.entries.get_mut(last)) else { return };
        if entry.id.is_empty()
            && let Some(offset) = value_after(event, b"\"streamNextOffset\":\"")
        {
            entry.id = offset.into();
        }
    }
}

struct Entry {
    number: u32,
    id: Box<str>,
}

/// The numbers and the times that `publisher::text` wrote. durable-streams sends all that there is as one event.
pub fn markers(event: &[u8]) -> impl Iterator<Item = (u32, u64)> {
    memmem::find_iter(event, b"seq=").filter_map(|at| marker(&event[at + 4..]))
}

fn marker(text: &[u8]) -> Option<(u32, u64)> {
    let digits = |from: usize, to: usize| std::str::from_utf8(text.get(from..to)?).ok();
    Some((digits(0, 8)?.parse().ok()?, digits(14, 26)?.parse().ok()?))
}

fn id_of(event: &[u8]) -> String {
    value_after(event, b"id: ").unwrap_or_default()
}

/// What stands in an event after a name, up to the end of the line or a quotation mark.
fn value_after(event: &[u8], name: &[u8]) -> Option<String> {
    let value = &event[memmem::find(event, name)? + name.len()..];
    let value = value.split(|byte| matches!(byte, b'\r' | b'\n' | b'"')).next()?;
    Some(String::from_utf8_lossy(value).into_owned())
}
