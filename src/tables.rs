//! Tables for spreadsheets: RFC 4180, every cell quoted, and none that a spreadsheet would take for a formula.

use std::fmt::Write;

/// The media type of a table whose first row names its columns.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// What a table begins with: Excel takes a file without it for one in the machine's old code page, and shows
/// `GrÃ¼ÃŸe`.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// A cell of a table.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// Words of people or programs.
    Text(&'a str),
    /// A number of ours, which is no formula, even below nothing.
    Number(f64),
}

/// Adds a row of text.
pub fn push_row<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    push_cells(text, cells.into_iter().map(Cell::Text));
}

/// Adds a row of text and numbers.
pub fn push_cells<'a>(text: &mut String, cells: impl IntoIterator<Item = Cell<'a>>) {
    for (at, cell) in cells.into_iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let written = match cell {
            Cell::Text(cell) => write!(text, "{comma}\"{}\"", harmless(cell).replace('"', "\"\"")),
            Cell::Number(number) => write!(text, "{comma}\"{number}\""),
        };
        written.expect("a string takes whatever is written to it");
    }
    text.push_str("\r\n");
}

/// OWASP, "CSV Injection": an apostrophe makes text of what would be a formula. Where the list separator is a
/// semicolon, as in most of Europe, a spreadsheet begins a new cell behind each of them, quotes or not; so do
/// tabs and line breaks. What begins there is no formula either.
fn harmless(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len() + 1);
    if cell.starts_with(['\t', '\r', '\n']) {
        text.push('\'');
    }
    for part in cell.split_inclusive([';', '\t', '\r', '\n']) {
        if is_formula(part) {
            text.push('\'');
        }
        text.push_str(part);
    }
    text
}

/// Spreadsheets also take the full-width signs, and pass over blanks, quotes and what is not seen before either.
fn is_formula(part: &str) -> bool {
    let is_passed_over = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    part.trim_start_matches(is_passed_over).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> String {
        let mut text = String::new();
        push_row(&mut text, cells.iter().copied());
        text
    }

    #[test]
    fn cells_may_hold_anything() {
        assert_eq!(
            row(&["a", "b,c;d", "say \"no\"", "two\r\nlines", ""]),
            "\"a\",\"b,c;d\",\"say \"\"no\"\"\",\"two\r\nlines\",\"\"\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "\u{a0}=1", "\u{feff}=1", "\u{200b}+1"] {
            assert_eq!(row(&[cell]), format!("\"'{cell}\"\r\n"), "{cell:?}");
        }
        for cell in ["\t=1", "\r=1", "\tx"] {
            assert!(row(&[cell]).starts_with("\"'"), "{cell:?}");
        }
        assert_eq!(row(&["10.0.0.1", "a=b"]), "\"10.0.0.1\",\"a=b\"\r\n");
    }
    #[test]
    fn no_cell_is_a_formula_where_a_semicolon_begins_the_next_one() {
        assert_eq!(row(&["a;=1+1"]), "\"a;'=1+1\"\r\n");
        assert_eq!(row(&["a; \"=1\";b"]), "\"a;' \"\"=1\"\";b\"\r\n");
        assert_eq!(row(&["a\n@SUM(A1)"]), "\"a\n'@SUM(A1)\"\r\n");
    }
}
