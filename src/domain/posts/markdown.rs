//! Markdown to HTML that may stand in a page: rendered once, when a post is published, and sanitised. HTML
//! that was typed is shown as the text it is; an image is shown as a link to it. What comes of a text is
//! bounded, since a browser pays for every cell of a table.

use std::{collections::HashSet, sync::LazyLock};

use pulldown_cmark::{Options, Parser, TextMergeStream};

use crate::domain::posts::markdown::rewriter::Rewriter;

mod addresses;
mod rewriter;

/// Paragraphs, cells, links and whatever else becomes an element of the page. Short rows are filled up to the
/// table's width, so that 64 KiB of it would be 262,000 cells, over which a browser stands still for seconds.
const MAX_ELEMENTS: usize = 10_000;

/// Bytes of HTML. Every reader is sent all of it.
const MAX_HTML: usize = 512 * 1024;

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
    let mut rewriter = Rewriter::default();
    // Texts are merged, or an address would break at each `_` in it.
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        rewriter.take(event);
        if rewriter.elements > MAX_ELEMENTS {
            return Err(TooMuch::Elements);
        }
    }
    let mut html = String::with_capacity(text.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, rewriter.events.into_iter());
    let html = SANITISER.clean(&html).to_string();
    if html.len() > MAX_HTML { Err(TooMuch::Bytes) } else { Ok(html) }
}

/// As Markdown that reads like the text (CommonMark, 2.4).
pub fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect()
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
    fn what_is_escaped_is_no_markdown() {
        assert_eq!(escaped("a_b [x](y)"), r"a\_b \[x\]\(y\)");
        assert_eq!(html(&escaped("a_b_c [x](y)")), "<p dir=\"auto\">a_b_c [x](y)</p>\n");
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
        assert_eq!(html(&">".repeat(1000)).matches("<blockquote>").count(), rewriter::MAX_DEPTH);
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
