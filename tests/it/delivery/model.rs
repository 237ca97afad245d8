//! Random audiences, joinings and leavings, disconnects, publishes and changes, compared with the simplest thing that could
//! be right: a list of posts, each with the people whom it was for when it was published, and how often it was written.

use std::collections::BTreeSet;

use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use self::{
    screen::Screen,
    steps::{Audience, Step, steps},
};
use crate::support::{Event, Person, Program, Role, TestApp};

mod publishing;
mod screen;
mod steps;

const PEOPLE: [&str; 6] = ["boss", "ann", "bea", "cat", "otto", "eve"];

/// Made anew whenever they are removed.
const GROUPS: [&str; 2] = ["Night shift", "Day shift"];

/// Somebody whom nothing changes, and who does all the changes.
const BOSS: usize = 0;

#[test]
fn every_stream_is_what_a_simple_model_says() {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::start());
    holds(&runtime, vec![app], 14);
}

/// Plays so many scripts on these nodes of one database.
pub fn holds(runtime: &Runtime, nodes: Vec<TestApp>, cases: u32) {
    let world = runtime.block_on(World::new(nodes));
    // A script goes on where the one before it ended, so a part of it played again would prove nothing.
    let config = Config { cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let world = std::cell::RefCell::new(world);
    TestRunner::new(config)
        .run(&steps(), |script| {
            runtime.block_on(world.borrow_mut().plays(script));
            Ok(())
        })
        .unwrap();
}

/// A post, whom it was for when it was published, and what has become of it.
struct Post {
    id: i64,
    /// The event that published it.
    number: i64,
    version: i64,
    is_over: bool,
    everyone: Option<bool>,
    named: BTreeSet<usize>,
    except: BTreeSet<usize>,
}

struct World {
    nodes: Vec<TestApp>,
    /// Counts what is done, so that each thing is done at another node.
    turn: usize,
    screens: Vec<Screen>,
    groups: Vec<String>,
    members: Vec<BTreeSet<usize>>,
    external: BTreeSet<usize>,
    disabled: BTreeSet<usize>,
    posts: Vec<Post>,
    /// Edits what boss published.
    program: Program,
}

impl World {
    async fn new(nodes: Vec<TestApp>) -> Self {
        let mut screens = vec![];
        for name in PEOPLE {
            // Otto may manage people, and still read nothing that is not for him.
            let role = if ["boss", "otto"].contains(&name) { Role::Admin } else { Role::Member };
            nodes[0].signs_up(name, role).await;
            let person = nodes[0].signs_in(name).await;
            let cursor = person.reads_feed().await.cursor;
            screens.push(Screen::new(person, cursor));
        }
        let program = Program::of(&nodes[0], "boss", "publish").await;
        let mut world = Self {
            nodes,
            program,
            turn: 0,
            screens,
            groups: vec![],
            members: vec![BTreeSet::new(); GROUPS.len()],
            external: BTreeSet::new(),
            disabled: BTreeSet::new(),
            posts: vec![],
        };
        for name in GROUPS {
            let group = world.makes_group(name).await;
            world.groups.push(group);
        }
        world
    }

    async fn plays(&mut self, script: Vec<Step>) {
        self.screens.iter_mut().for_each(|screen| screen.stream = None);
        let for_all = Audience { everyone: Some(true), people: vec![], groups: vec![], except: vec![] };
        for step in script.into_iter().chain([Step::Publish(for_all)]) {
            self.does(step).await;
        }
        for (who, name) in PEOPLE.iter().enumerate() {
            if self.disabled.contains(&who) {
                continue;
            }
            self.reconnects(who).await;
            self.reads(who, true).await;
            let feed = self.at(who).reads_feed().await;
            let newest =
                self.posts.iter().rev().filter(|post| self.sees(who, post)).map(|post| post.id).take(30);
            assert_eq!(feed.posts, newest.collect::<Vec<_>>(), "{name}'s feed");
            self.screens[who].is_as(&feed, name);
        }
    }

    async fn does(&mut self, step: Step) {
        self.turn += 1;
        match step {
            Step::Publish(audience) => self.publishes(audience).await,
            Step::Edit(newest) => self.edits(newest).await,
            Step::Resolve(newest) => self.resolves(newest, true).await,
            Step::Reopen(newest) => self.resolves(newest, false).await,
            Step::Join(who, _) if self.disabled.contains(&who) => {}
            Step::Join(who, group) => {
                let path = format!("{}/members", self.groups[group]);
                self.changes(&path, &[("people", PEOPLE[who])]).await;
                self.members[group].insert(who);
            }
            Step::Leave(who, group) => {
                let path = format!("{}/members/{}/removal", self.groups[group], self.id(who).await);
                self.changes(&path, &[]).await;
                self.members[group].remove(&who);
            }
            Step::MakeAnew(group) => {
                let path = format!("{}/removal", self.groups[group]);
                self.changes(&path, &[]).await;
                self.members[group].clear();
                self.groups[group] = self.makes_group(GROUPS[group]).await;
            }
            Step::SetExternal(who, external) => {
                let path = format!("/admin/people/{}/external", self.id(who).await);
                let fields: &[_] = if external { &[("external", "yes")] } else { &[] };
                let is_new = self.external.contains(&who) != external;
                self.changes(&path, fields).await;
                if is_new {
                    self.has_lost_the_stream(who).await;
                    self.every_node_has_looked().await;
                    // What is not theirs for a while may change without their page.
                    let of_then = self.posts.iter().filter(|post| post.everyone == Some(false));
                    of_then.for_each(|post| self.screens[who].forgets(post));
                }
                if external {
                    self.external.insert(who)
                } else {
                    self.external.remove(&who)
                };
            }
            Step::SetEnabled(who, enabled) => self.sets_enabled(who, enabled).await,
            Step::Read(who, all) => self.reads(who, all).await,
            Step::Disconnect(who) => self.screens[who].stream = None,
            Step::Reconnect(who) => self.reconnects(who).await,
            Step::Crash => {
                self.nodes[0].kill().await;
                self.nodes[0].restart().await;
                self.screens.iter_mut().for_each(|screen| screen.stream = None);
            }
        }
    }

    /// A node learns within 3 s of what was changed by another, and a stream that opens there before is as it was: an
    /// answer that ends when everything is sent begins with a look at the table.
    async fn every_node_has_looked(&self) {
        for node in &self.nodes {
            let boss = self.screens[BOSS].person.at(node);
            boss.streams_from("/stream?once=1", &[]).await.says_hello().await;
        }
    }

    /// Whether this person may see the post: the rule, in full.
    fn sees(&self, who: usize, post: &Post) -> bool {
        let is_for_all = post.everyone.is_some_and(|external| external || !self.external.contains(&who));
        who == BOSS || ((is_for_all || post.named.contains(&who)) && !post.except.contains(&who))
    }

    async fn head(&self) -> i64 {
        self.nodes[0].asks_database("SELECT last_id FROM counter").await.try_get_by_index(0).unwrap()
    }

    async fn sets_enabled(&mut self, who: usize, enabled: bool) {
        if enabled != self.disabled.contains(&who) {
            return;
        }
        let path = format!("/admin/people/{}/access", self.id(who).await);
        self.changes(&path, &[("access", if enabled { "enabled" } else { "disabled" })]).await;
        if enabled {
            self.disabled.remove(&who);
            self.screens[who].person = self.nodes[0].signs_in(PEOPLE[who]).await;
        } else {
            self.disabled.insert(who);
            self.has_lost_the_stream(who).await;
        }
    }

    /// What they got before that counts; nothing comes after.
    async fn has_lost_the_stream(&mut self, who: usize) {
        if let Some(mut stream) = self.screens[who].stream.take() {
            while let Some(event) = stream.reads().await {
                if ["post", "change"].contains(&event.name.as_str()) {
                    self.gets(who, &event, stream.cursor.clone());
                }
            }
        }
    }

    async fn reconnects(&mut self, who: usize) {
        if self.screens[who].stream.is_none() && !self.disabled.contains(&who) {
            let person = self.at(who);
            let mut stream =
                person.streams_from("/stream", &[("Last-Event-ID", &self.screens[who].cursor)]).await;
            assert_eq!(stream.says_hello().await.data["resumed"], true);
            self.screens[who].stream = Some(stream);
        }
    }

    async fn reads(&mut self, who: usize, all: bool) {
        let Some(mut stream) = self.screens[who].stream.take() else { return };
        while self.posts.iter().any(|post| self.sees(who, post) && self.screens[who].lacks(post)) {
            let event = stream.next_news().await;
            self.gets(who, &event, stream.cursor.clone());
            if !all {
                break;
            }
        }
        self.screens[who].stream = Some(stream);
    }

    /// What has come is theirs, and was due: of new posts the next one, of what they had a newer version.
    fn gets(&mut self, who: usize, event: &Event, cursor: String) {
        let due = self.posts.iter().find(|post| self.sees(who, post) && self.screens[who].has_not_got(post));
        let post = self.posts.iter().find(|post| post.id == event.post()).unwrap();
        assert!(self.sees(who, post), "{} got what is not theirs: {event:?}", PEOPLE[who]);
        self.screens[who].gets(event, cursor, post, due);
    }

    async fn changes(&self, path: &str, fields: &[(&str, &str)]) {
        let answer = self.at(BOSS).posts(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {answer:?}");
    }

    async fn makes_group(&self, name: &str) -> String {
        crate::support::makes_group(&self.at(BOSS), name, &[]).await
    }

    /// This person, at the node whose turn it is.
    fn at(&self, who: usize) -> Person {
        self.screens[who].person.at(&self.nodes[self.turn % self.nodes.len()])
    }

    async fn id(&self, who: usize) -> i64 {
        let row = self.nodes[0]
            .asks_database(&format!("SELECT id FROM users WHERE name = '{}'", PEOPLE[who]))
            .await;
        row.try_get_by_index(0).unwrap()
    }
}
