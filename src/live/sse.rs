//! The encoder: server-sent events (WHATWG HTML, section 9.2.6) from an id that is ours, a name from an enum
//! and data as JSON on one line, so that nothing that was typed can forge an event.

use bytes::Bytes;
use serde::Serialize;

use crate::live::Cursor;

/// The events of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// First: where the stream starts from.
    Hello,
    /// A post was published.
    Post,
    /// Cards of a board, as they are now.
    Cards,
    /// What its person has read, as it is now.
    Receipts,
    /// Who has seen a post, as it is now.
    Roster,
    /// A post has changed.
    Change,
    /// The stream is alive.
    Ping,
    /// The cursor could not be served: reload the list.
    Reset,
    /// Last: why the stream ends.
    Bye,
}

/// Why a stream ends, said in `bye`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Farewell {
    /// Its session was signed out.
    SignedOut,
    /// Its session was over.
    Expired,
    /// Its user's rights were changed or taken.
    Revoked,
    /// The server stops; another will be there.
    Restart,
    /// The client has another stream in its place, and is told nothing.
    Replaced,
}

impl Farewell {
    /// As it is stored in the log and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Restart => "restart",
            Self::Replaced => "replaced",
        }
    }
}

/// One event, ready to be sent.
pub fn event(name: Name, id: Option<&Cursor>, data: &impl Serialize) -> Bytes {
    let name = match name {
        Name::Hello => "hello",
        Name::Post => "post",
        Name::Cards => "cards",
        Name::Receipts => "receipts",
        Name::Roster => "roster",
        Name::Change => "change",
        Name::Ping => "ping",
        Name::Reset => "reset",
        Name::Bye => "bye",
    };
    // JSON escapes CR, LF and every other control character, so the data is one line whatever it holds.
    let data = serde_json::to_string(data).expect("wire data has string keys and no failing fields");
    let id = id.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    format!("{id}event: {name}\ndata: {data}\n\n").into()
}

/// The stream is alive, and has come so far where that is news.
pub fn ping(cursor: Option<&Cursor>) -> Bytes {
    match cursor {
        // The same for all quiet streams, so nobody makes it.
        None => Bytes::from_static(b"event: ping\ndata: {}\n\n"),
        cursor => event(Name::Ping, cursor, &serde_json::json!({})),
    }
}

/// The client's list is to be made anew; it goes on from this cursor.
pub fn reset(head: &Cursor) -> Bytes {
    event(Name::Reset, Some(head), &serde_json::json!({ "head": head.to_string() }))
}

/// How long a client that knows nothing better waits before it comes back, in milliseconds. A line of the
/// event or comment that follows: some clients take a block of its own for an event without data.
pub fn retry(milliseconds: u32) -> Bytes {
    format!("retry: {milliseconds}\n").into()
}

/// A line that clients ignore, for people who look at the wire.
pub fn comment(text: &'static str) -> Bytes {
    format!(": {text}\n\n").into()
}

#[cfg(test)]
mod tests {
    use eventsource_stream::Eventsource;
    use futures_util::{StreamExt, stream};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::live::cursor::Epoch;

    #[test]
    fn a_ping_that_nobody_makes_is_like_any_other_event() {
        assert_eq!(ping(None), event(Name::Ping, None, &json!({})));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_reads_back_as_one_event(title in any::<String>(), body in "(\r|\n|data: |event: |id: |:|\0|.){0,80}") {
            let cursor = Cursor::at(Epoch::random(), 7, 7);
            let data = json!({ "title": title, "html": body });

            let sent = event(Name::Post, Some(&cursor), &data);

            let events = stream::iter([Ok::<_, std::io::Error>(sent)]).eventsource();
            let events: Vec<_> = futures_util::FutureExt::now_or_never(events.collect()).expect("it is all there");
            prop_assert_eq!(events.len(), 1);
            let read = events[0].as_ref().expect("it parses");
            prop_assert_eq!(&read.event, "post");
            prop_assert_eq!(&read.id, &cursor.to_string());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&read.data).expect("JSON"), data);
        }
    }
}
