//! How a board is arranged: sections, each a heading, and the cards that stand in each.

/// The sections of a board, as an administrator wrote them: a line that begins with `#` is a heading, and every other
/// line is the key of a card, or its beginning with `*` after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    lines: Box<str>,
    sections: Vec<Section>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Section {
    heading: Box<str>,
    patterns: Vec<Box<str>>,
}

/// Where a card stands: in which section, and where there. Cards are in the order of their places, then of their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    /// The section's number, from 0.
    pub section: usize,
    /// The line there that names the card.
    pub line: usize,
    /// The heading; empty where there is none.
    pub heading: &'a str,
}

impl Layout {
    /// Reads what an administrator wrote.
    pub fn read(lines: &str) -> Self {
        let mut sections = vec![Section::default()];
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.strip_prefix('#') {
                Some(heading) => {
                    sections.push(Section { heading: heading.trim().into(), patterns: Vec::new() });
                }
                None => {
                    if let Some(last) = sections.last_mut() {
                        last.patterns.push(line.into());
                    }
                }
            }
        }
        Self { lines: lines.into(), sections }
    }

    /// As it was written.
    pub fn lines(&self) -> &str {
        &self.lines
    }

    /// Where the card with this key stands: where the first line says so, else at the end.
    pub fn place(&self, key: &str) -> Place<'_> {
        let sections = &self.sections;
        for (number, section) in sections.iter().enumerate() {
            if let Some(line) = section.patterns.iter().position(|pattern| fits(pattern, key)) {
                return Place { section: number, line, heading: &section.heading };
            }
        }
        // Without any heading, everything is one section.
        let has_headings = sections.len() > 1;
        Place { section: if has_headings { sections.len() } else { 0 }, line: usize::MAX, heading: "" }
    }
}

fn fits(pattern: &str, key: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => key.starts_with(beginning),
        None => pattern == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_stands_where_the_first_line_that_fits_says() {
        let layout = Layout::read("alone\n# Machines\nboiler.temp\nboiler.*\n\n#Jobs\n*.backup\nbackup*");
        let place = |key| {
            let Place { section, heading, .. } = layout.place(key);
            (section, heading)
        };

        assert_eq!(place("alone"), (0, ""));
        assert_eq!(place("boiler.temp"), (1, "Machines"));
        assert!(layout.place("boiler.temp") < layout.place("boiler.a"));
        assert_eq!(place("backup.night"), (2, "Jobs"));
        assert_eq!(place("other"), (3, ""));
        assert!(layout.place("other") > layout.place("backup.night"));
        assert_eq!(Layout::read("").place("any").section, Layout::read("").place("other").section);
    }
}
