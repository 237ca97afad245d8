use std::{collections::HashSet, sync::LazyLock};

use reqwest::{Response, header::HeaderMap};

/// One answer, read to its end.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// The keys of all texts.
static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales/en");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()));
    let all: String = files.map(Result::unwrap).collect();
    let keys = all.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned());
    keys.filter(|key| key.contains('-')).collect()
});

/// No page shows the key of a text in the place of the text.
fn says_no_key(page: &str) {
    let words = page.split('>').map(|part| part.split('<').next().unwrap().trim());
    if let Some(key) = words.into_iter().find(|word| KEYS.contains(*word)) {
        panic!("the key `{key}` stands in the place of its text: {page}");
    }
}

impl Page {
    pub async fn read(response: Response) -> Self {
        Self::tries_to_read(response).await.unwrap()
    }

    /// Reads an answer that the server may not live to finish.
    pub async fn tries_to_read(response: Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let is_page =
            headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let text = response.text().await?;
        // What keeps names in their direction is left out, so that tests find sentences (`languages` looks at it).
        let text = if is_page { text.replace(['\u{2068}', '\u{2069}'], "") } else { text };
        if is_page {
            says_no_key(&text);
        }
        Ok(Self { status, headers, text })
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// The value of a hidden or typed field of the page's form.
    pub fn field(&self, name: &str) -> String {
        let needle = format!("name=\"{name}\"");
        let input = tags(&self.text, "<input").find(|tag| tag.contains(&needle));
        let typed = input.map(|tag| unescape(attribute(tag, "value")));
        let typed = typed.or_else(|| self.area(name));
        typed.unwrap_or_else(|| panic!("no field {name}: {}", self.text))
    }

    /// Whether the choice with this value is ticked.
    pub fn has_ticked(&self, name: &str, value: &str) -> bool {
        let (name, value) = (format!("name=\"{name}\""), format!("value=\"{value}\""));
        tags(&self.text, "<input")
            .any(|tag| tag.contains(&name) && tag.contains(&value) && tag.contains(" checked"))
    }

    /// Whether this name is among those that are chosen.
    pub fn has_chosen(&self, name: &str, value: &str) -> bool {
        let (name, value) = (format!("name=\"{name}\""), format!("value=\"{value}\""));
        tags(&self.text, "<input type=\"hidden\"").any(|tag| tag.contains(&name) && tag.contains(&value))
    }

    /// What stands in the text area of a body.
    pub fn typed_body(&self) -> String {
        self.area("body").unwrap_or_else(|| panic!("no text area: {}", self.text))
    }

    /// What stands in the text area of this name.
    fn area(&self, name: &str) -> Option<String> {
        let needle = format!(" name=\"{name}\"");
        let mut areas = self.text.split("<textarea").skip(1).filter_map(|area| area.split_once('>'));
        let (_, rest) = areas.find(|(tag, _)| tag.contains(&needle))?;
        let text = rest.split("</textarea>").next()?;
        // The first newline after the tag is markup (WHATWG HTML, section 13.1.2.5).
        Some(unescape(text.strip_prefix('\n').unwrap_or(text)))
    }
}

/// The feed as one page shows it.
#[derive(Debug)]
pub struct Feed {
    pub cursor: String,
    pub posts: Vec<i64>,
    pub text: String,
    pub older: Option<String>,
}

impl Feed {
    pub fn of(page: Page) -> Self {
        assert_eq!(page.status, 200, "{page:?}");
        let cursor =
            attribute(tags(&page.text, "<").find(|tag| tag.contains("data-cursor=")).unwrap(), "data-cursor");
        let posts: Vec<i64> = tags(&page.text, "<li")
            .filter(|tag| tag.contains("data-post="))
            .map(|tag| attribute(tag, "data-post").parse().unwrap())
            .collect();
        assert_eq!(posts.iter().collect::<HashSet<_>>().len(), posts.len(), "no post twice: {posts:?}");
        let older = tags(&page.text, "<a")
            .map(|tag| attribute(tag, "href"))
            .find(|href| href.starts_with("/?before="));
        Self { cursor: cursor.to_owned(), posts, older: older.map(str::to_owned), text: page.text }
    }

    /// The whole row of one post.
    pub fn row(&self, post: i64) -> &str {
        let start = self.text.find(&format!("<li id=\"post-{post}\"")).expect("the post is in the feed");
        let length = self.text[start..].find("</article>").unwrap();
        &self.text[start..start + length]
    }
}

impl Feed {
    /// The row as it is for everybody: without what its reader has done with it.
    pub fn common_row(&self, post: i64) -> String {
        let marks = [" data-unread", " data-own", " data-on-top=\"pin\"", " data-on-top"];
        let row = marks.iter().fold(self.row(post).to_owned(), |row, mark| row.replacen(mark, "", 1));
        let (before, after) = row.split_once("<h2 class=\"day\">").unwrap_or((&row, ""));
        format!("{before}{}", after.split_once("</h2>").map_or("", |(_, after)| after))
    }
}

/// The tags of a page that begin so, without their `>`.
pub fn tags<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(start).map(|(at, _)| text[at..].split('>').next().unwrap())
}

/// An attribute's value as it is written, or nothing.
pub fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    tag.split_once(&format!(" {name}=\"")).map_or("", |(_, rest)| rest.split('"').next().unwrap())
}

/// Undoes the escaping of HTML text.
pub fn unescape(text: &str) -> String {
    let mut parts = text.split('&');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |mut whole, part| {
        let names = [
            ("lt;", '<'),
            ("gt;", '>'),
            ("quot;", '"'),
            ("amp;", '&'),
            ("#39;", '\''),
            ("#34;", '"'),
            ("#60;", '<'),
            ("#62;", '>'),
            ("#38;", '&'),
            ("#x27;", '\''),
        ];
        let known = names.iter().find_map(|(name, letter)| Some((part.strip_prefix(name)?, *letter)));
        let (rest, letter) = known.unwrap_or((part, '&'));
        whole.push(letter);
        whole + rest
    })
}
