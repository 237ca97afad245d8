//! As much of HTTP/2 as one stream on a connection of its own takes (RFC 9113): a request, the data of its answer, and
//! what has to be acknowledged. Windows are opened as far as they go at the beginning, and fields are not compressed.

use std::io;

const HEAD_BYTES: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

/// Of settings and pings; of data, the same bit says that it is the last.
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// The largest window there is.
const MAX_WINDOW: u32 = (1 << 31) - 1;

/// What comes.
#[derive(Default)]
pub struct Frames {
    /// The beginning of a frame that was cut by the end of a read.
    rest: Vec<u8>,
}

impl Frames {
    /// All that is to be sent for a GET, which is given as it is over HTTP/1.1.
    pub fn request(request: &str) -> Vec<u8> {
        let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        // No pushes; what each stream may send (SETTINGS_ENABLE_PUSH, SETTINGS_INITIAL_WINDOW_SIZE).
        let settings = [&[0, 2, 0, 0, 0, 0, 0, 4][..], &MAX_WINDOW.to_be_bytes()].concat();
        frame(&mut sent, SETTINGS, 0, 0, &settings);
        // On top of the 65,535 bytes that a connection has from the beginning.
        frame(&mut sent, WINDOW_UPDATE, 0, 0, &(MAX_WINDOW - 65_535).to_be_bytes());
        frame(&mut sent, HEADERS, END_STREAM | END_HEADERS, 1, &block(request));
        sent
    }

    /// The data in what came, and what is to be replied.
    pub fn take(&mut self, came: &[u8]) -> io::Result<(Vec<u8>, Vec<u8>)> {
        self.rest.extend_from_slice(came);
        let (mut data, mut replies, mut from) = (Vec::new(), Vec::new(), 0);
        while let Some((kind, flags, payload)) = first(&self.rest[from..]) {
            from += HEAD_BYTES + payload.len();
            match kind {
                DATA if flags & END_STREAM != 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                DATA => data.extend_from_slice(payload),
                SETTINGS | PING if flags & ACK == 0 => {
                    frame(&mut replies, kind, ACK, 0, if kind == PING { payload } else { &[] });
                }
                RESET | GOAWAY => return Err(io::ErrorKind::ConnectionReset.into()),
                _ => {}
            }
        }
        // Thousands of these are kept.
        self.rest = self.rest[from..].to_vec();
        Ok((data, replies))
    }
}

/// The first frame, if all of it is here: kind, flags and payload.
fn first(bytes: &[u8]) -> Option<(u8, u8, &[u8])> {
    let [a, b, c, kind, flags, ..] = *bytes else { return None };
    let length = u32::from_be_bytes([0, a, b, c]) as usize;
    Some((kind, flags, bytes.get(HEAD_BYTES..HEAD_BYTES + length)?))
}

fn frame(into: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    into.extend_from_slice(&(payload.len() as u32).to_be_bytes()[1..]);
    into.extend_from_slice(&[kind, flags]);
    into.extend_from_slice(&stream.to_be_bytes());
    into.extend_from_slice(payload);
}

/// The request's fields.
fn block(request: &str) -> Vec<u8> {
    let (mut block, mut lines) = (Vec::new(), request.lines());
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    field(&mut block, ":method", "GET");
    field(&mut block, ":scheme", "https");
    field(&mut block, ":path", path);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name {
            // The first line after the path's.
            "Host" => field(&mut block, ":authority", value),
            _ => field(&mut block, &name.to_ascii_lowercase(), value),
        }
    }
    block
}

/// A literal that is not indexed, with a new name (RFC 7541, 6.2.2).
fn field(block: &mut Vec<u8>, name: &str, value: &str) {
    block.push(0);
    literal(block, name);
    literal(block, value);
}

/// A length with a prefix of seven bits (RFC 7541, 5.1), and the text.
fn literal(block: &mut Vec<u8>, text: &str) {
    match text.len().checked_sub(127) {
        None => block.push(text.len() as u8),
        Some(mut rest) => {
            block.push(127);
            while rest >= 128 {
                block.push((rest % 128 + 128) as u8);
                rest /= 128;
            }
            block.push(rest as u8);
        }
    }
    block.extend_from_slice(text.as_bytes());
}
