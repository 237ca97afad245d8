//! One person's page: what it has got, and where it goes on.

use std::collections::HashMap;

use super::{super::cursors::number, Post};
use crate::support::{Event, Feed, Person, Stream};

pub struct Screen {
    pub person: Person,
    pub stream: Option<Stream>,
    pub cursor: String,
    /// The event that it got last: what became of a post, too, comes after every post published before.
    passed: i64,
    /// Which version it shows of what it has got.
    shown: HashMap<i64, i64>,
}

impl Screen {
    pub fn new(person: Person, cursor: String) -> Self {
        Self { person, stream: None, passed: number(&cursor), cursor, shown: HashMap::new() }
    }

    /// Whether this post is still to come.
    pub fn has_not_got(&self, post: &Post) -> bool {
        post.number > self.passed
    }

    /// Whether something of this post is still to come.
    pub fn lacks(&self, post: &Post) -> bool {
        self.has_not_got(post) || self.shown.get(&post.id).is_some_and(|shown| *shown < post.version)
    }

    /// Something of this post has come, while `due` was the next post to come.
    pub fn gets(&mut self, event: &Event, cursor: String, post: &Post, due: Option<&Post>) {
        let name = &self.person.name;
        let version = event.data["version"].as_i64().unwrap();
        assert!(number(&cursor) > number(&self.cursor), "{name} is told in order: {event:?}");
        assert!((1..=post.version).contains(&version), "{name}: {event:?}");
        let title = event.data["title"].as_str().unwrap();
        assert!(version > 1 || title == "Something happened", "{event:?}");
        if event.name == "post" {
            assert_eq!(Some(post.id), due.map(|due| due.id), "{name} got that, and not what was due");
            assert_eq!(self.shown.insert(post.id, version), None, "{name} got {} twice", post.id);
        } else {
            // Whoever was from outside may not have got what they may see now; their page knows nothing of it.
            let is_next = due.is_none_or(|due| due.number > number(&cursor));
            assert!(is_next, "{name} got that before post {:?}: {event:?}", due.map(|due| due.id));
            let is_known = self.shown.contains_key(&post.id) || post.everyone == Some(false);
            assert!(is_known && post.number <= number(&self.cursor), "{name} did not have it: {event:?}");
            if let Some(shown) = self.shown.get_mut(&post.id) {
                assert!(*shown <= version, "{name} saw version {shown} already: {event:?}");
                *shown = version;
            }
        }
        // From here they go on, also when they may see more than before: that is in their feed, and comes no more.
        self.passed = number(&cursor);
        self.cursor = cursor;
    }

    /// It is not held to what it shows of this post.
    pub fn forgets(&mut self, post: &Post) {
        self.shown.remove(&post.id);
    }

    /// What it shows is what the feed shows now.
    pub fn is_as(&self, feed: &Feed, name: &str) {
        for post in &feed.posts {
            let shown = self.shown.get(post);
            let row = feed.row(*post);
            let is_so = shown.is_none_or(|version| row.contains(&format!("data-version=\"{version}\"")));
            assert!(is_so, "{name} sees version {shown:?} of {post}: {row}");
        }
    }
}
