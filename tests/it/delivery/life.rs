//! Whatever becomes of posts on several nodes, in whatever order, and however often a page is cut off meanwhile: in the end it
//! shows what a page that is loaded anew shows, and was told of each post as often as it was told.

mod steps;

use std::collections::{BTreeMap, BTreeSet};

use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use self::steps::{Step, fields, steps};
use crate::{
    posts::expiry::expires,
    support::{Draft, Event, Person, Stream, TestApp, makes_group, post_at},
};

const PEOPLE: [&str; 4] = ["ann", "bea", "cat", "eve"];
const GROUPS: [&str; 2] = ["Crew", "Office"];

/// One person's page.
struct Screen {
    person: Person,
    cursor: String,
    /// Which version it shows of each post.
    shown: BTreeMap<i64, i64>,
    /// How often it was told of each post.
    told: BTreeMap<i64, usize>,
}

struct World {
    nodes: Vec<TestApp>,
    turn: usize,
    boss: Person,
    screens: Vec<Screen>,
    groups: Vec<String>,
    ids: Vec<i64>,
    /// Each post, and how often it was told.
    posts: Vec<(i64, usize)>,
    withdrawn: BTreeSet<i64>,
    expired: BTreeSet<i64>,
}

#[test]
fn every_page_shows_what_there_is_for_it_in_the_end() {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::start());
    holds(&runtime, vec![app], 16);
}

/// Plays so many scripts on these nodes of one database.
pub fn holds(runtime: &Runtime, nodes: Vec<TestApp>, cases: u32) {
    let world = std::cell::RefCell::new(runtime.block_on(World::new(nodes)));
    // A script goes on where the one before it ended, so a part of it played again would prove nothing.
    let config = Config { cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&steps(), |script| {
        runtime.block_on(world.borrow_mut().plays(script));
        Ok(())
    });
    tried.unwrap();
}

impl World {
    async fn new(nodes: Vec<TestApp>) -> Self {
        let boss = nodes[0].admin("boss").await;
        let (mut screens, mut ids, mut groups) = (vec![], vec![], vec![]);
        for name in PEOPLE {
            let person = nodes[0].member(name).await;
            let cursor = person.reads_feed().await.cursor;
            screens.push(Screen { person, cursor, shown: BTreeMap::new(), told: BTreeMap::new() });
            let id = format!("SELECT id FROM users WHERE name = '{name}'");
            ids.push(nodes[0].asks_database(&id).await.try_get_by_index(0).unwrap());
        }
        for name in GROUPS {
            groups.push(makes_group(&boss, name, &["ann"]).await);
        }
        Self {
            nodes,
            turn: 0,
            boss,
            screens,
            groups,
            ids,
            posts: vec![],
            withdrawn: BTreeSet::new(),
            expired: BTreeSet::new(),
        }
    }

    async fn plays(&mut self, script: Vec<Step>) {
        // What was before need not be in the first page of a feed.
        let begin = self.posts.len();
        for step in script {
            self.turn += 1;
            self.does(step, begin).await;
        }
        for (who, name) in PEOPLE.iter().enumerate() {
            self.reads(who).await;
            let feed = self.at(&self.screens[who].person).reads_feed().await;
            let screen = &self.screens[who];
            let new: BTreeSet<_> = self.posts[begin..].iter().map(|post| post.0).collect();
            let listed: BTreeSet<_> = feed.posts.iter().copied().filter(|post| new.contains(post)).collect();
            let shown: BTreeSet<_> = screen.shown.keys().copied().filter(|post| new.contains(post)).collect();
            assert_eq!(shown, listed, "what {name} sees");
            for post in &listed {
                let version = format!("data-version=\"{}\"", screen.shown[post]);
                assert!(feed.row(*post).contains(&version), "{name} sees {version} of {post}");
            }
        }
    }

    async fn does(&mut self, step: Step, begin: usize) {
        match step {
            Step::Publish(_) if self.posts.len() - begin >= 25 => {}
            Step::Publish(audience) => {
                let draft = fields(&audience).into_iter();
                let draft = draft.fold(Draft::alert("info", "Title"), |draft, (name, value)| match name {
                    "audience" => draft.with(name, value),
                    name => draft.and(name, value),
                });
                let answer = self.at(&self.boss).sends(&draft).await;
                if answer.status == 303 {
                    self.posts.push((post_at(answer.location()), 1));
                } else {
                    assert_eq!(answer.status, 422, "nobody is in these groups: {audience:?}");
                }
            }
            Step::Edit(post, again) => self.edits(post, begin, &[], true, again).await,
            Step::Turn(post, to, has_words) => self.edits(post, begin, &fields(&to), has_words, false).await,
            Step::Withdraw(post) => {
                let Some(post) = self.newest(post, begin) else { return };
                self.asks(&format!("/admin/posts/{post}/withdrawal"), &[]).await;
                self.withdrawn.insert(post);
            }
            Step::Expire(post) => {
                let Some(post) = self.newest(post, begin) else { return };
                expires(&self.nodes[0], post).await;
                self.expired.insert(post);
            }
            Step::Return(post) => {
                let Some(post) = self.expired.iter().rev().nth(post).copied() else { return };
                let shown = self.at(&self.boss).gets(&format!("/admin/posts/{post}/edit")).await;
                let (version, title) = (shown.field("version"), shown.field("title"));
                let fields = [
                    ("kind", "alert"),
                    ("severity", "info"),
                    ("title", &*title),
                    ("version", &*version),
                    ("expires", ""),
                ];
                self.asks(&format!("/admin/posts/{post}"), &fields).await;
                self.expired.remove(&post);
            }
            Step::Resolve(post) => {
                let Some(post) = self.newest(post, begin) else { return };
                self.asks(&format!("/admin/posts/{post}/resolution"), &[]).await;
            }
            Step::Pin(post, is_pinned) => {
                let Some(post) = self.newest(post, begin) else { return };
                match is_pinned {
                    true => {
                        let until = [("until", "2999-12-24T08:00"), ("zone", "UTC")];
                        self.asks(&format!("/admin/posts/{post}/pin"), &until).await;
                    }
                    false => self.asks(&format!("/admin/posts/{post}/pin/removal"), &[]).await,
                }
            }
            Step::Reopen(post) => {
                let Some(post) = self.newest(post, begin) else { return };
                self.asks(&format!("/admin/posts/{post}/resolution/removal"), &[]).await;
            }
            Step::Join(who, group) => {
                self.asks(&format!("{}/members", self.groups[group]), &[("people", PEOPLE[who])]).await;
            }
            Step::Leave(who, group) => {
                let path = format!("{}/members/{}/removal", self.groups[group], self.ids[who]);
                self.asks(&path, &[]).await;
            }
            Step::Read(who) => self.reads(who).await,
            Step::Crash(node) => {
                let node = node % self.nodes.len();
                self.nodes[node].kill().await;
                self.nodes[node].restart().await;
            }
        }
    }

    /// The n-th newest post, unless it was withdrawn or has expired.
    fn newest(&self, newest: usize, begin: usize) -> Option<i64> {
        let post = self.posts[begin..].iter().rev().nth(newest)?.0;
        (!self.withdrawn.contains(&post) && !self.expired.contains(&post)).then_some(post)
    }

    async fn edits(&mut self, post: usize, begin: usize, to: &[(&str, &str)], has_words: bool, again: bool) {
        let Some(post) = self.newest(post, begin) else { return };
        let shown = self.at(&self.boss).gets(&format!("/admin/posts/{post}/edit")).await;
        let (version, title) = (shown.field("version"), format!("Title {}", self.turn));
        let title = if has_words { title } else { shown.field("title") };
        let mut fields =
            vec![("kind", "alert"), ("severity", "info"), ("title", &*title), ("version", &*version)];
        fields.extend(to);
        fields.extend(again.then_some(("again", "on")));
        let answer = self.at(&self.boss).posts(&format!("/admin/posts/{post}"), &fields).await;
        assert!([303, 422].contains(&answer.status), "{answer:?}");
        if again && answer.status == 303 {
            let told = self.posts.iter_mut().find(|one| one.0 == post);
            told.unwrap().1 += 1;
        }
    }

    async fn asks(&self, path: &str, fields: &[(&str, &str)]) {
        let answer = self.at(&self.boss).posts(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {answer:?}");
    }

    /// Everything that there is for this person's page.
    async fn reads(&mut self, who: usize) {
        let person = self.at(&self.screens[who].person);
        let mut stream =
            person.streams_from("/stream?once=1", &[("Last-Event-ID", &self.screens[who].cursor)]).await;
        assert_eq!(stream.says_hello().await.data["resumed"], true);
        while let Some(event) = stream.next_event().await {
            if ["post", "change"].contains(&event.name.as_str()) {
                self.gets(who, &event);
            }
        }
        self.goes_on(who, &stream);
    }

    fn goes_on(&mut self, who: usize, stream: &Stream) {
        if !stream.cursor.is_empty() {
            self.screens[who].cursor.clone_from(&stream.cursor);
        }
    }

    fn gets(&mut self, who: usize, event: &Event) {
        let (name, post) = (PEOPLE[who], event.post());
        let times = self.posts.iter().find(|one| one.0 == post).map_or(1, |one| one.1);
        let screen = &mut self.screens[who];
        let version = event.data["version"].as_i64().unwrap();
        let is_gone = event.data.get("html").is_none();
        if event.name == "post" {
            let is_shown = screen.shown.insert(post, version).is_some();
            assert_eq!(is_shown, event.data["again"] == true, "{name} was told of {post} already: {event:?}");
            *screen.told.entry(post).or_default() += usize::from(is_shown);
            assert!(screen.told[&post] < times, "{name} was told of {post} too often: {event:?}");
        } else if is_gone {
            assert!(event.data.get("title").is_none(), "{event:?}");
            screen.shown.remove(&post);
        } else {
            let shown = screen.shown.insert(post, version);
            assert!(shown.is_some_and(|shown| shown <= version), "{name} had {shown:?} of {post}: {event:?}");
        }
    }

    /// This person, at the node whose turn it is.
    fn at(&self, person: &Person) -> Person {
        person.at(&self.nodes[self.turn % self.nodes.len()])
    }
}
