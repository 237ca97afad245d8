//! The list of an organisation's people, as it comes: a table with commas, or with the semicolons of spreadsheets in
//! most of Europe, in UTF-8. All of it is checked, and every mistake told with its line, before anything is changed.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};
use jiff::tz::TimeZone;

use crate::{
    domain::{
        imports::{
            likeness::looks,
            mistakes::{Mistake, in_order},
        },
        users::{self, Role},
    },
    text,
};

mod cells;

/// A list has at most so many bytes: four times what 20,000 people take.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A list has at most so many people.
const MAX_ROWS: usize = 50_000;

/// The columns, in whatever order they stand.
const COLUMNS: [&str; 6] = ["number", "name", "role", "groups", "external", "ends"];

/// One person of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRow {
    /// Where it stands in the list.
    pub line: u64,
    /// By which the organisation knows them.
    pub number: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The names of the groups that they are in, once each.
    pub groups: Vec<String>,
    /// Whether they are from outside.
    pub external: bool,
    /// When their account ends, in Unix milliseconds.
    pub ends_ms: Option<i64>,
}

/// The people of the list, with their last days in this zone.
///
/// # Errors
/// Every mistake there is.
pub fn parse(bytes: &[u8], zone: &TimeZone) -> Result<Vec<ListedRow>, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let rows = read(bytes, zone, &mut mistakes);
    find_doubles(&rows, &mut mistakes);
    if mistakes.is_empty() { Ok(rows) } else { Err(in_order(mistakes)) }
}

fn read(bytes: &[u8], zone: &TimeZone, mistakes: &mut Vec<Mistake>) -> Vec<ListedRow> {
    let text = match text(bytes) {
        Ok(text) => text,
        Err(mistake) => {
            mistakes.push(mistake);
            return Vec::new();
        }
    };
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.into_records();
    let columns = match records.next() {
        Some(Ok(record)) => columns(&record),
        Some(Err(error)) => Err(error.to_string()),
        None => Err(text::say("list-empty")),
    };
    let columns = match columns {
        Ok(columns) => columns,
        Err(what) => {
            mistakes.push(Mistake::at(1, what));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                mistakes.push(Mistake::at(0, error.to_string()));
                break;
            }
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            mistakes.push(Mistake::at(0, text::of("list-long").with("most", MAX_ROWS).say()));
            break;
        }
        rows.extend(row(&record, line_of(&record, text), columns, zone, mistakes));
    }
    if rows.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake::at(0, text::say("list-nobody")));
    }
    rows
}

/// As text, without the mark that some programs begin it with.
fn text(bytes: &[u8]) -> Result<&str, Mistake> {
    if bytes.len() > MAX_BYTES {
        return Err(Mistake::at(0, text::of("list-large").with("most", MAX_BYTES / 1024 / 1024).say()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Mistake::at(line as u64, text::say("list-not-utf8"))
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// Where each of the columns stands.
fn columns(head: &StringRecord) -> Result<[usize; 6], String> {
    let wanted = COLUMNS.join(",");
    let head: Vec<_> = head.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect();
    if let Some(unknown) = head.iter().find(|cell| !COLUMNS.contains(&cell.as_str())) {
        return Err(text::of("list-unknown-column").with("column", unknown).with("wanted", wanted).say());
    }
    let mut columns = [0; 6];
    for (name, column) in COLUMNS.iter().zip(&mut columns) {
        let mut places = (0..head.len()).filter(|place| head[*place] == *name);
        let (Some(place), None) = (places.next(), places.next()) else {
            return Err(text::of("list-column-once").with("column", name).with("wanted", wanted).say());
        };
        *column = place;
    }
    Ok(columns)
}

/// In which line it begins: the reader counts from the end of the one before, and passes over empty lines.
fn line_of(record: &StringRecord, text: &str) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

/// The person of one line; nobody, if anything is wrong with it.
fn row(
    record: &StringRecord,
    line: u64,
    columns: [usize; 6],
    zone: &TimeZone,
    mistakes: &mut Vec<Mistake>,
) -> Option<ListedRow> {
    let before = mistakes.len();
    let mut wrong = |what: String| mistakes.push(Mistake::at(line, what));
    if record.len() != COLUMNS.len() {
        wrong(text::of("list-cells").with("count", record.len()).with("wanted", COLUMNS.len()).say());
        return None;
    }
    let [number, name, role, groups, external, ends] = columns.map(|column| record[column].trim());
    let number = cells::number(number).map_err(&mut wrong).ok();
    let name = users::parse_name(name).map_err(&mut wrong).ok();
    let role = cells::role(role).map_err(&mut wrong).ok();
    let groups = cells::groups(groups).map_err(&mut wrong).ok();
    let external = cells::external(external).map_err(&mut wrong).ok();
    let ends_ms = users::parse_last_day(ends, zone).map_err(|what| wrong(format!("“{ends}”: {what}"))).ok();
    if mistakes.len() > before {
        return None;
    }
    Some(ListedRow {
        line,
        number: number?,
        name: name?,
        role: role?,
        groups: groups?,
        external: external?,
        ends_ms: ends_ms?,
    })
}

/// A number stands once, and so does a name, and nobody's looks like another's.
fn find_doubles(rows: &[ListedRow], mistakes: &mut Vec<Mistake>) {
    let (mut numbers, mut names) = (HashMap::new(), HashMap::new());
    for row in rows {
        if let Some(first) = numbers.insert(row.number.as_str(), row.line) {
            mistakes.push(Mistake::at(
                row.line,
                text::of("list-number-twice").with("number", &row.number).with("line", first).say(),
            ));
        }
        let keys = looks(&row.name);
        let other = keys.iter().find_map(|key| names.get(key).copied());
        if let Some(first) = other {
            let what = text::of("list-name-twice").with("name", &row.name).with("line", first).say();
            mistakes.push(Mistake::at(row.line, what));
        }
        names.extend(keys.into_iter().map(|key| (key, row.line)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::imports::mistakes::MAX_MISTAKES;

    const HEAD: &str = "number,name,role,groups,external,ends\n";

    fn read(text: &str) -> Result<Vec<ListedRow>, Vec<String>> {
        let told = |mistakes: Vec<Mistake>| mistakes.iter().map(Mistake::to_string).collect();
        parse(text.as_bytes(), &TimeZone::UTC).map_err(told)
    }

    #[test]
    fn a_list_is_read_as_spreadsheets_write_it() {
        let anna = ListedRow {
            line: 2,
            number: "0017".into(),
            name: "Anna Berg".into(),
            role: Role::Publisher,
            groups: vec!["Night shift".into(), "Kitchen, ground floor".into()],
            external: true,
            ends_ms: Some(1_798_761_600_000),
        };
        let commas = "0017, Anna  Berg ,Publisher,\"Night shift; Kitchen, ground floor;night SHIFT;\",Yes,2026-12-31\r\n\r\n,,,,,\n";
        let semicolons = "Number;Name;Role;Groups;External;Ends\r\n0017;Anna Berg;publisher;\"Night shift;Kitchen, ground floor\";yes;2026-12-31";
        let moved = "ends,external,groups,role,name,number\n2026-12-31,yes,\"Night shift;Kitchen, ground floor\",publisher,Anna Berg,0017";

        assert_eq!(read(&format!("\u{feff}{HEAD}{commas}")).as_deref(), Ok(&[anna.clone()][..]));
        assert_eq!(read(semicolons).as_deref(), Ok(&[anna.clone()][..]));
        assert_eq!(read(moved).as_deref(), Ok(&[anna][..]));
        let plain = read(&format!("{HEAD}1,Bea,,,,\n")).expect("a list");
        assert_eq!((plain[0].role, plain[0].external, plain[0].ends_ms), (Role::Member, false, None));
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = format!(
            "{HEAD},Anna,member,,,\n2,,member,,,\n3,Carl,emperor,,,\n4,Dora,member,a\u{200b},,\n5,Eva,,,maybe,\n\
             6,Finn,,,,31.12.2026\n7,Gus,,,\n8,Hal,,,,\n8,Ida,,,,\r\n\r\n\n9,hal,,,,\n"
        );

        let mistakes = read(&text).expect_err("many");

        let lines: Vec<_> =
            mistakes.iter().map(|mistake| mistake.split(':').next().unwrap_or_default()).collect();
        assert_eq!(
            lines,
            ["Line 2", "Line 3", "Line 4", "Line 5", "Line 6", "Line 7", "Line 8", "Line 10", "Line 13"],
            "{mistakes:?}"
        );
    }

    #[test]
    fn what_is_no_list_is_refused_as_a_whole() {
        for (text, says) in [
            ("", "empty"),
            (HEAD, "Nobody"),
            ("number,name\n", "“role”"),
            ("number,name,role,groups,external,ends,salary\n", "“salary”"),
            ("number,number,name,role,groups,external,ends\n", "once"),
        ] {
            let mistakes = read(text).expect_err("no list");
            assert!(mistakes.len() == 1 && mistakes[0].contains(says), "{text:?}: {mistakes:?}");
        }
        let latin = [HEAD.as_bytes(), b"1,J\xf6rg,,,,\n"].concat();
        assert_eq!(parse(&latin, &TimeZone::UTC).expect_err("not UTF-8")[0].line, 2);
        let many = (0..200).map(|line| format!("{line},,,,,\n")).collect::<String>();
        assert_eq!(read(&format!("{HEAD}{many}")).expect_err("many").len(), MAX_MISTAKES + 1);
    }
}
