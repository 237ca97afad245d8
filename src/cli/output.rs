//! What commands say on standard output. It may be closed, or a file on a full disk: an error, never a panic.

use std::io::{self, ErrorKind, Write};

/// Writes the text and sees that it has left.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The same for a list, whose reader, say `head`, may have seen enough.
pub(crate) fn print_list(lines: &str) -> io::Result<()> {
    match print(lines) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
