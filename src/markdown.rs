//! Markdown to HTML that may stand in a page: rendered once, when a post is published, and sanitised. HTML
//! that was typed is shown as the text it is; an image is shown as a link to it.

use std::{collections::HashSet, sync::LazyLock};

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// Lists in quotes in lists: more of it cannot be read, and the sanitiser's work grows with its square.
const DEEPEST: usize = 24;

/// Sanitised HTML for CommonMark text with tables, strikethrough and task lists.
pub fn render(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut html = String::with_capacity(text.len() * 3 / 2);
    let events = Parser::new_ext(text, options).scan(0, |depth, event| Some(flatten(depth, event)));
    pulldown_cmark::html::push_html(&mut html, events.flatten().map(tame));
    SANITISER.clean(&html).to_string()
}

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut sanitiser = ammonia::Builder::default();
    sanitiser
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .rm_tags(["img"]);
    sanitiser
});

/// Drops the containers that are nested too deeply, and keeps what stands in them.
fn flatten<'a>(depth: &mut usize, event: Event<'a>) -> Option<Event<'a>> {
    match event {
        Event::Start(_) => {
            *depth += 1;
            (*depth <= DEEPEST).then_some(event)
        }
        Event::End(_) => {
            *depth -= 1;
            (*depth < DEEPEST).then_some(event)
        }
        _ => Some(event),
    }
}

fn tame(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Image { dest_url, title, id, .. }) => {
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below_the_title(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_the_title(level))),
        Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
        other => other,
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

    #[test]
    fn what_is_written_in_markdown_is_rendered() {
        assert_eq!(render("closes at **three**"), "<p>closes at <strong>three</strong></p>\n");
        assert_eq!(render("# Big"), "<h3>Big</h3>\n");
        assert!(render("[a](https://example.org)").contains(r#"rel="noopener noreferrer nofollow ugc""#));
    }

    #[test]
    fn html_is_shown_as_text() {
        let html = render("<script>alert(1)</script>\n\nx <b onclick=y>z</b>");

        assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn no_address_runs_script_and_no_image_is_fetched() {
        assert!(!render("[x](javascript:alert(1))").contains("javascript"));
        assert_eq!(
            render("![alt](https://example.org/i.png)"),
            "<p><a href=\"https://example.org/i.png\" rel=\"noopener noreferrer nofollow ugc\">alt</a></p>\n"
        );
    }

    #[test]
    fn the_deepest_nesting_that_fits_is_rendered_without_harm() {
        for piece in [">", "> ", "- ", "[", "*a_", "`", "(", "|a", "<", "<a ", "![](", "a\n"] {
            render(&piece.repeat(64 * 1024 / piece.len()));
        }
        assert_eq!(render(&">".repeat(1000)).matches("<blockquote>").count(), DEEPEST);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_typed_becomes_script(text in "(<script|<img|on|=|javascript:|[\\[\\]()<>*_`\"' \n]|.){0,60}") {
            let html = render(&text).to_lowercase();
            proptest::prop_assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("href=\"javascript"));
        }
    }
}
