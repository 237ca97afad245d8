//! Tables for spreadsheets: RFC 4180, every cell quoted, and none that a spreadsheet would take for a formula.

use std::fmt::Write;

/// Adds one row.
pub fn push_row<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (at, cell) in cells.into_iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        // OWASP, "CSV Injection": an apostrophe makes text of what would be a formula.
        let mark = if is_formula(cell) { "'" } else { "" };
        write!(text, "{comma}\"{mark}{}\"", cell.replace('"', "\"\""))
            .expect("a string takes whatever is written to it");
    }
    text.push_str("\r\n");
}

/// Spreadsheets also take the full-width signs, and pass over white space before either.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n'])
        || cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
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
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "\u{a0}=1"] {
            assert_eq!(row(&[cell]), format!("\"'{cell}\"\r\n"), "{cell:?}");
        }
        assert_eq!(row(&["10.0.0.1", "a=b"]), "\"10.0.0.1\",\"a=b\"\r\n");
    }
}
