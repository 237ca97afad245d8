//! The last lines of what a command writes.

/// Bytes that are kept.
const MAX_OUTPUT: usize = 4096;

/// The last that was written, as it came.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    is_cut: bool,
}

impl Tail {
    /// Takes in what was written.
    pub(super) fn push(&mut self, written: &[u8]) {
        self.bytes.extend_from_slice(written);
        if self.bytes.len() > 2 * MAX_OUTPUT {
            self.bytes.drain(..self.bytes.len() - MAX_OUTPUT);
            self.is_cut = true;
        }
    }

    /// As plain text: whole lines if there are any, without what steers a terminal.
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let plain: String = text.chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).collect();
        let mut from = plain.len().saturating_sub(MAX_OUTPUT);
        while !plain.is_char_boundary(from) {
            from += 1;
        }
        let last = &plain[from..];
        let is_cut = self.is_cut || from > 0;
        let whole = last.split_once('\n').map(|(_, lines)| lines).filter(|lines| is_cut && !lines.is_empty());
        whole.unwrap_or(last).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_lines_are_kept_as_plain_text() {
        let mut tail = Tail::default();
        for number in 0..5000 {
            tail.push(format!("line {number}\n").as_bytes());
        }
        tail.push("\x1b[31mä\0\r\n".as_bytes());

        let text = tail.text();

        assert!(text.len() <= MAX_OUTPUT && text.starts_with("line "), "{text}");
        assert!(text.ends_with("line 4999\n[31mä\n"), "{text}");
    }

    #[test]
    fn what_is_one_long_line_is_cut_between_characters() {
        let mut tail = Tail::default();
        tail.push("ä".repeat(5000).as_bytes());
        tail.push(b"x");

        assert!(tail.text().len() <= MAX_OUTPUT && tail.text().ends_with("äx"));
    }
}
