//! What commands say on standard output. It may be closed, or a file on a full disk: an error, never a panic.

use std::io::{self, Write};

/// Writes the text and sees that it has left.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
