//! What is made of CommonMark before it is HTML: no images, no links in links, headings below the page's own, no
//! style, and an end to nesting.

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use crate::domain::posts::markdown::addresses;

/// Lists in quotes in lists: more of it cannot be read, and the sanitiser's work grows with its square.
pub(super) const MAX_DEPTH: usize = 24;

/// Takes the parser's events, and keeps what may stand in a page.
#[derive(Default)]
pub(super) struct Rewriter<'a> {
    pub(super) events: Vec<Event<'a>>,
    /// How many elements they will be.
    pub(super) elements: usize,
    /// In how many containers we are, those that were dropped included.
    depth: usize,
    /// In how many links and images we are.
    links: usize,
    /// Of the outermost of them: where it begins in the events, and its address.
    link: Option<(usize, CowStr<'a>)>,
    is_in_code: bool,
    /// How the table's columns are aligned, at which of them we are, and in what kind of cell.
    columns: Vec<Alignment>,
    column: usize,
    cell: &'static str,
}

impl<'a> Rewriter<'a> {
    pub(super) fn take(&mut self, event: Event<'a>) {
        match event {
            // What is nested too deeply loses its containers, and what stands in them is kept.
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth <= MAX_DEPTH {
                    self.start(tag);
                }
            }
            Event::End(tag) => {
                self.depth -= 1;
                if self.depth < MAX_DEPTH {
                    self.end(tag);
                }
            }
            Event::Text(text) if self.links == 0 && !self.is_in_code => self.text(text),
            Event::Html(raw) | Event::InlineHtml(raw) => self.events.push(Event::Text(raw)),
            Event::TaskListMarker(done) => {
                self.events.push(Event::Text(if done { "☑ " } else { "☐ " }.into()));
            }
            Event::Code(_) | Event::HardBreak | Event::Rule => self.element(event),
            other => self.events.push(other),
        }
    }

    fn element(&mut self, event: Event<'a>) {
        self.elements += 1;
        self.events.push(event);
    }

    fn start(&mut self, tag: Tag<'a>) {
        let tag = match tag {
            Tag::Link { link_type, dest_url, title, id } => {
                return self.start_link(link_type, dest_url, title, id);
            }
            Tag::Image { dest_url, title, id, .. } => {
                return self.start_link(LinkType::Inline, dest_url, title, id);
            }
            Tag::TableCell => return self.start_cell(),
            Tag::Heading { level, .. } => {
                let level = below_the_title(level);
                Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }
            }
            Tag::Table(columns) => {
                self.columns.clone_from(&columns);
                Tag::Table(columns)
            }
            Tag::TableHead | Tag::TableRow => {
                self.column = 0;
                self.cell = if tag == Tag::TableHead { "th" } else { "td" };
                tag
            }
            Tag::CodeBlock(_) => {
                self.is_in_code = true;
                tag
            }
            other => other,
        };
        self.element(Event::Start(tag));
    }

    fn end(&mut self, tag: TagEnd) {
        let tag = match tag {
            TagEnd::Link | TagEnd::Image => return self.end_link(),
            TagEnd::Heading(level) => TagEnd::Heading(below_the_title(level)),
            TagEnd::CodeBlock => {
                self.is_in_code = false;
                tag
            }
            other => other,
        };
        self.events.push(Event::End(tag));
    }

    /// Of links in links, which HTML does not know, the outermost counts.
    fn start_link(&mut self, link_type: LinkType, dest_url: CowStr<'a>, title: CowStr<'a>, id: CowStr<'a>) {
        self.links += 1;
        if self.links == 1 {
            self.link = Some((self.events.len(), dest_url.clone()));
            self.element(Event::Start(Tag::Link { link_type, dest_url, title, id }));
        }
    }

    /// A link without words is one to its address: it could neither be seen nor be read out.
    fn end_link(&mut self) {
        self.links -= 1;
        if self.links > 0 {
            return;
        }
        let Some((start, address)) = self.link.take() else { return };
        let has_words = self.events[start..].iter().any(|event| match event {
            Event::Text(text) | Event::Code(text) => !text.trim().is_empty(),
            _ => false,
        });
        if !has_words && address.is_empty() {
            self.events[start] = Event::Text("".into());
            return;
        }
        if !has_words {
            self.events.push(Event::Text(address));
        }
        self.events.push(Event::End(TagEnd::Link));
    }

    /// The renderer would align by a style, which no page of ours may have.
    fn start_cell(&mut self) {
        let align = match self.columns.get(self.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            Some(Alignment::None) | None => "",
        };
        self.column += 1;
        self.element(Event::InlineHtml(format!("<{}{align}>", self.cell).into()));
    }

    /// Makes links of the bare addresses in a text.
    fn text(&mut self, text: CowStr<'a>) {
        let mut told = 0;
        for address in addresses::find(&text) {
            if told < address.start {
                self.events.push(Event::Text(text[told..address.start].to_owned().into()));
            }
            told = address.end;
            let words: CowStr<'a> = text[address].to_owned().into();
            let (link_type, dest_url) = (LinkType::Inline, words.clone());
            let link = Tag::Link { link_type, dest_url, title: "".into(), id: "".into() };
            self.element(Event::Start(link));
            self.events.extend([Event::Text(words), Event::End(TagEnd::Link)]);
        }
        match told {
            0 => self.events.push(Event::Text(text)),
            _ if told < text.len() => self.events.push(Event::Text(text[told..].to_owned().into())),
            _ => {}
        }
    }
}

/// The page has an `h1`, and a post's title is an `h2` in the feed.
fn below_the_title(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}
