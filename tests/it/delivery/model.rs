//! Random audiences, disconnects and publishes, compared with the simplest thing that could be right: a list.

use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestRunner};
use tokio::runtime::Runtime;

use crate::support::{Draft, Person, Role, Stream, TestApp};

const PEOPLE: [&str; 5] = ["boss", "ann", "bea", "cat", "otto"];

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// Boss publishes, for everyone or for some of the people.
    Publish(Option<Vec<usize>>),
    /// Somebody reads what has come so far, or one post of it.
    Read(usize, bool),
    /// Somebody's network goes.
    Leave(usize),
    /// Somebody's network comes back.
    Return(usize),
    /// The server is killed and started again.
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = 0..PEOPLE.len();
    let some = vec(1..PEOPLE.len(), 1..4).prop_map(Some);
    let step = prop_oneof![
        10 => prop_oneof![some, Just(None)].prop_map(Step::Publish),
        6 => (person.clone(), select(vec![true, false])).prop_map(|(who, all)| Step::Read(who, all)),
        4 => person.clone().prop_map(Step::Leave),
        5 => person.prop_map(Step::Return),
        1 => Just(Step::Crash),
    ];
    vec(step, 20..60)
}

#[test]
fn every_stream_is_what_a_simple_model_says() {
    let runtime = Runtime::new().unwrap();
    let mut app = runtime.block_on(TestApp::start());
    let people = runtime.block_on(async {
        let mut people = vec![];
        for name in PEOPLE {
            // Otto may manage people, and still read nothing that is not for him.
            let role = if ["boss", "otto"].contains(&name) { Role::Admin } else { Role::Member };
            app.signs_up(name, role).await;
            people.push(app.signs_in(name).await);
        }
        people
    });

    let config = ProptestConfig {
        cases: 14,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let app = std::cell::RefCell::new(&mut app);
    TestRunner::new(config)
        .run(&steps(), |script| {
            runtime.block_on(play(&mut app.borrow_mut(), &people, script));
            Ok(())
        })
        .unwrap();
}

/// One person's page: what it has got, and what the model says it must get.
struct Screen<'a> {
    person: &'a Person,
    stream: Option<Stream>,
    cursor: String,
    got: Vec<i64>,
    due: Vec<i64>,
}

impl Screen<'_> {
    async fn returns(&mut self) {
        if self.stream.is_none() {
            let mut stream = self.person.streams_from("/stream", &[("Last-Event-ID", &self.cursor)]).await;
            assert_eq!(stream.says_hello().await.data["resumed"], true);
            self.stream = Some(stream);
        }
    }

    async fn reads(&mut self, all: bool) {
        let Some(stream) = &mut self.stream else { return };
        while self.got.len() < self.due.len() {
            self.got.push(stream.next_post().await);
            self.cursor.clone_from(&stream.cursor);
            assert_eq!(self.got, self.due[..self.got.len()], "{}", self.person.name);
            if !all {
                break;
            }
        }
    }
}

async fn play(app: &mut TestApp, people: &[Person], script: Vec<Step>) {
    let boss = &people[0];
    let mut screens = vec![];
    for person in people {
        let cursor = person.reads_feed().await.cursor;
        screens.push(Screen { person, stream: None, cursor, got: vec![], due: vec![] });
    }

    let end = [Step::Publish(None)];
    for step in script.into_iter().chain(end) {
        match step {
            Step::Publish(audience) => {
                let draft = Draft::news("Something happened");
                let names =
                    audience.as_ref().map(|some| some.iter().map(|&who| PEOPLE[who]).collect::<Vec<_>>());
                let post = boss.publishes(names.map_or(draft.clone(), |names| draft.to(&names))).await;
                for (who, screen) in screens.iter_mut().enumerate() {
                    let may_see = who == 0 || audience.as_ref().is_none_or(|some| some.contains(&who));
                    if may_see {
                        screen.due.push(post);
                    }
                }
            }
            Step::Read(who, all) => screens[who].reads(all).await,
            Step::Leave(who) => screens[who].stream = None,
            Step::Return(who) => screens[who].returns().await,
            Step::Crash => {
                app.kill().await;
                app.restart().await;
                screens.iter_mut().for_each(|screen| screen.stream = None);
            }
        }
    }

    for screen in &mut screens {
        screen.returns().await;
        screen.reads(true).await;
        let newest: Vec<i64> = screen.due.iter().rev().take(30).copied().collect();
        let feed = screen.person.reads_feed().await;
        assert_eq!(feed.posts[..newest.len()], newest, "{}'s feed", screen.person.name);
    }
}
