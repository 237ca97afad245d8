//! Markdown to HTML that may stand in a page: rendered once, when a post is published, and sanitised. HTML
//! that was typed is shown as the text it is; an image is shown as a link to it. What comes of a text is
//! bounded, since a browser pays for every cell of a table.

use std::{collections::HashSet, sync::LazyLock};

use pulldown_cmark::{
    Alignment, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream,
};

pub mod addresses;

/// Lists in quotes in lists: more of it cannot be read, and the sanitiser's work grows with its square.
const DEEPEST: usize = 24;

/// Paragraphs, cells, links and whatever else becomes an element of the page. Short rows are filled up to the
/// table's width, so that 64 KiB of it would be 262,000 cells, over which a browser stands still for seconds.
const MOST_ELEMENTS: usize = 10_000;

/// Bytes of HTML. Every reader is sent all of it.
const LONGEST_HTML: usize = 512 * 1024;

/// More would come of a text than a page can bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// More elements than 10,000.
    #[error("it would become more than 10,000 paragraphs, cells, links and the like")]
    Elements,
    /// More HTML than 512 KiB.
    #[error("it would become more than 512 KiB of HTML")]
    Bytes,
}

/// Sanitised HTML for CommonMark text with tables, strikethrough, task lists and bare addresses. Each block
/// runs in the direction of its own first letter.
///
/// # Errors
/// When too much would come of it.
pub fn render(text: &str) -> Result<String, TooMuch> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    // A byte order mark says how a file is encoded; before a `#` it would hide a heading.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tamed = Tamed::default();
    // Texts are merged, or an address would break at each `_` in it.
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        tamed.take(event);
        if tamed.elements > MOST_ELEMENTS {
            return Err(TooMuch::Elements);
        }
    }
    let mut html = String::with_capacity(text.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, tamed.events.into_iter());
    let html = SANITISER.clean(&html).to_string();
    if html.len() > LONGEST_HTML { Err(TooMuch::Bytes) } else { Ok(html) }
}

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut sanitiser = ammonia::Builder::default();
    sanitiser
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .rm_tags(["img"]);
    for block in ["p", "li", "h3", "h4", "h5", "h6", "th", "td"] {
        sanitiser.set_tag_attribute_value(block, "dir", "auto");
    }
    sanitiser
});

/// What is left of the parser's events.
#[derive(Default)]
struct Tamed<'a> {
    events: Vec<Event<'a>>,
    /// How many elements they will be.
    elements: usize,
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

impl<'a> Tamed<'a> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            // What is nested too deeply loses its containers, and what stands in them is kept.
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth <= DEEPEST {
                    self.start(tag);
                }
            }
            Event::End(tag) => {
                self.depth -= 1;
                if self.depth < DEEPEST {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        render(text).expect("it is not too much")
    }

    #[test]
    fn what_is_written_in_markdown_is_rendered() {
        assert_eq!(html("closes at **three**"), "<p dir=\"auto\">closes at <strong>three</strong></p>\n");
        assert_eq!(html("# Big"), "<h3 dir=\"auto\">Big</h3>\n");
        assert!(html("[a](https://example.org)").contains(r#"rel="noopener noreferrer nofollow ugc""#));
    }

    #[test]
    fn html_is_shown_as_text() {
        let html = html("<script>alert(1)</script>\n\nx <b onclick=y>z</b>\n\n<a href=\"http://x.example\">");

        assert!(!html.contains("<script") && !html.contains("<b ") && !html.contains("<a"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn no_address_runs_script_and_no_image_is_fetched() {
        assert!(!html("[x](javascript:alert(1))").contains("javascript"));
        assert_eq!(
            html("![alt](https://example.org/i.png)"),
            format!("<p dir=\"auto\">{}</p>\n", link("i.png", "alt"))
        );
    }

    #[test]
    fn of_links_in_links_the_outermost_is_left() {
        for (typed, wanted) in [
            ("[![Plan](plan.png)](https://example.org/p)", link("p", "Plan")),
            ("![Plan [of](https://example.org/x) it](https://example.org/p)", link("p", "Plan of it")),
            ("[see https://example.net](https://example.org/p)", link("p", "see https://example.net")),
            ("[](https://example.org/p)", link("p", "https://example.org/p")),
            ("![ ](https://example.org/p)", link("p", " https://example.org/p")),
            ("[]()", String::new()),
        ] {
            assert_eq!(html(typed), format!("<p dir=\"auto\">{wanted}</p>\n"), "{typed}");
        }
    }

    #[test]
    fn bare_addresses_are_links_unless_they_are_code() {
        assert_eq!(
            html("See https://example.org/a_b_c, **http://10.0.0.7:8080/**.\n\n`https://example.org`"),
            "<p dir=\"auto\">See <a href=\"https://example.org/a_b_c\" rel=\"noopener noreferrer nofollow ugc\">\
             https://example.org/a_b_c</a>, <strong><a href=\"http://10.0.0.7:8080/\" \
             rel=\"noopener noreferrer nofollow ugc\">http://10.0.0.7:8080/</a></strong>.</p>\n\
             <p dir=\"auto\"><code>https://example.org</code></p>\n"
        );
        assert!(!html("    https://example.org").contains("<a"));
    }

    #[test]
    fn columns_keep_their_alignment_and_every_block_its_direction() {
        let table = html("|a|b|c|d|\n|-|:-|:-:|-:|\n|1|2|3|\n\n- שלום\n\n> x");

        for cell in [
            "<th dir=\"auto\">a</th>",
            "<th align=\"left\" dir=\"auto\">b</th>",
            "<td align=\"center\" dir=\"auto\">3</td>",
            "<td align=\"right\" dir=\"auto\"></td>",
            "<li dir=\"auto\">שלום</li>",
            "<blockquote>\n<p dir=\"auto\">x</p>",
        ] {
            assert!(table.contains(cell), "{cell}: {table}");
        }
        assert!(!table.contains("style"), "{table}");
    }

    #[test]
    fn a_byte_order_mark_hides_no_heading() {
        assert_eq!(html("\u{feff}# Big"), html("# Big"));
    }

    #[test]
    fn more_than_a_browser_can_bear_is_refused() {
        let table = |columns: usize, rows: usize| {
            ["|a".repeat(columns), "|-".repeat(columns), "|a\n".repeat(rows)].join("\n")
        };

        assert!(render(&table(10, 500)).is_ok());
        assert_eq!(render(&table(8000, 8000)).err(), Some(TooMuch::Elements));
        assert_eq!(render(&"a\n\n".repeat(20_000)).err(), Some(TooMuch::Elements));
        assert_eq!(render(&"a  \n".repeat(16_000)).err(), Some(TooMuch::Elements));
        assert_eq!(render(&"[](a)".repeat(9900)).err(), Some(TooMuch::Bytes));
        assert!(render(&"&".repeat(64 * 1024)).is_ok(), "whatever is typed without marks fits");
    }

    #[test]
    fn the_deepest_nesting_that_fits_is_rendered_without_harm() {
        for piece in [
            ">",
            "> ",
            "- ",
            "[",
            "*a_",
            "`",
            "(",
            "|a",
            "<",
            "<a ",
            "![](",
            "a\n",
            "http://",
            "http://a)",
            "http://a.",
        ] {
            let _ = render(&piece.repeat(64 * 1024 / piece.len()));
        }
        assert_eq!(html(&">".repeat(1000)).matches("<blockquote>").count(), DEEPEST);
    }

    fn link(page: &str, words: &str) -> String {
        format!("<a href=\"https://example.org/{page}\" rel=\"noopener noreferrer nofollow ugc\">{words}</a>")
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_typed_becomes_script(text in "(<script|<img|on|=|javascript:|http://|!\\[|\\]\\(|[\\[\\]()<>*_`\"'| \n-]|.){0,60}") {
            let html = html(&text).to_lowercase();
            proptest::prop_assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("href=\"javascript"));
            let opened = html.matches("<a ").count();
            proptest::prop_assert_eq!(opened, html.matches("</a>").count());
            proptest::prop_assert!(html.split("<a ").skip(1).all(|link| link.contains("</a>")), "a link in a link: {}", html);
        }
    }
}
