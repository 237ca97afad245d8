//! Random sets, versions, removals, moves, memberships and boards that are narrowed, on one node or two, while streams come
//! and go and some of them do not read: every stream's last picture is what the plain rule says of the table.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::support::{Event, Person, Program, Stream, TIMEOUT, TestApp, makes_group};

const VIEWERS: [&str; 3] = ["ann", "ben", "boss"];
const BOARDS: [&str; 3] = ["b0", "b1", "b2"];
const KEYS: [&str; 6] = ["k0", "k1", "k2", "k3", "k4", "k5"];
const STEPS: usize = 60;

/// Whom a board or a card is for.
#[derive(Clone, Copy, Debug)]
enum Whom {
    Everyone,
    Crew,
    Ann,
    /// Whose cards they are, who is the only administrator: of a board that a card made, if nobody else was named.
    Owner,
}

impl Whom {
    fn any(random: &mut StdRng) -> Self {
        [Self::Everyone, Self::Crew, Self::Ann][random.random_range(0..3)]
    }

    fn for_programs(self) -> Value {
        match self {
            Self::Everyone => json!("everyone"),
            Self::Crew => json!({ "groups": ["Crew"] }),
            Self::Ann => json!({ "people": ["ann"] }),
            Self::Owner => json!({ "people": ["boss"] }),
        }
    }

    fn for_pages(self) -> (&'static str, &'static str) {
        match self {
            Self::Everyone => ("everyone", "on"),
            Self::Crew => ("groups", "Crew"),
            Self::Ann => ("people", "ann"),
            Self::Owner => ("admins", "on"),
        }
    }

    fn includes(self, viewer: &str, crew: &BTreeSet<&str>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Crew => crew.contains(viewer),
            Self::Ann => viewer == "ann",
            Self::Owner => viewer == "boss",
        }
    }
}

/// What is so, by the plain rule.
#[derive(Default)]
struct World {
    crew: BTreeSet<&'static str>,
    boards: BTreeMap<&'static str, Whom>,
    /// The board, whom the card is for if it says so, its version and its value.
    cards: BTreeMap<&'static str, (&'static str, Option<Whom>, i64, f64)>,
}

/// What a stream has shown: by board, by key, the value.
type Picture = BTreeMap<String, BTreeMap<String, f64>>;

impl World {
    fn seen_by(&self, viewer: &str) -> Picture {
        let mut picture = Picture::new();
        for (key, (board, whom, _, value)) in &self.cards {
            let sees = |whom: &Whom| whom.includes(viewer, &self.crew);
            if sees(&self.boards[board]) && whom.as_ref().is_none_or(sees) {
                picture.entry((*board).to_owned()).or_default().insert((*key).to_owned(), *value);
            }
        }
        picture
    }
}

struct Listener {
    viewer: &'static str,
    stream: Stream,
    picture: Picture,
    /// Does not read before the end.
    is_slow: bool,
}

impl Listener {
    /// Reads what comes within a moment.
    async fn catches_up(&mut self, patience: Duration) {
        while let Ok(event) = timeout(patience, self.stream.reads()).await {
            show(&mut self.picture, &event.expect("the stream goes on"));
        }
    }
}

fn show(picture: &mut Picture, event: &Event) {
    if event.name != "cards" {
        return;
    }
    let data = &event.data;
    let board = picture.entry(data["board"].as_str().unwrap().to_owned()).or_default();
    if data["all"] == true {
        board.clear();
    }
    for card in data["cards"].as_array().unwrap() {
        board.insert(card["key"].as_str().unwrap().to_owned(), card["value"].as_f64().unwrap());
    }
    for key in data["gone"].as_array().unwrap() {
        // It may have come and gone in between.
        board.remove(key.as_str().unwrap());
    }
    picture.retain(|_, cards| !cards.is_empty());
}

/// Holds on these nodes, with this beginning of the random numbers.
pub async fn holds(nodes: &[TestApp], seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let boss = nodes[0].admin("boss").await;
    for name in ["ann", "ben"] {
        nodes[0].member(name).await;
    }
    let crew = makes_group(&boss, "Crew", &[]).await;
    let keeper = Program::of(&nodes[0], "boss", "cards").await;
    let mut programs = BTreeMap::new();
    for name in VIEWERS {
        programs.insert(name, Program::of(&nodes[0], name, "stream").await);
    }
    let (mut world, mut listeners) = (World::default(), Vec::<Listener>::new());

    for _ in 0..STEPS {
        let node = &nodes[random.random_range(0..nodes.len())];
        match random.random_range(0..10) {
            0..5 => changes_a_card(&mut random, &keeper.at(node), &mut world).await,
            5 => changes_a_board(&mut random, &boss.at(node), &mut world).await,
            6 => joins_or_leaves(&mut random, &boss.at(node), &crew, nodes, &mut world).await,
            7 if !listeners.is_empty() => {
                listeners.swap_remove(random.random_range(0..listeners.len()));
            }
            _ => {
                let viewer = VIEWERS[random.random_range(0..VIEWERS.len())];
                let stream = programs[viewer].at(node).watches("board:b0,board:b1,board:b2").await;
                let is_slow = random.random_ratio(1, 3);
                listeners.push(Listener { viewer, stream, picture: Picture::new(), is_slow });
            }
        }
        for listener in listeners.iter_mut().filter(|listener| !listener.is_slow) {
            listener.catches_up(Duration::from_millis(5)).await;
        }
    }

    let deadline = Instant::now() + TIMEOUT;
    for listener in &mut listeners {
        let expected = world.seen_by(listener.viewer);
        while listener.picture != expected {
            assert!(
                Instant::now() < deadline,
                "seed {seed}, {}: {:?}, not {expected:?}",
                listener.viewer,
                listener.picture
            );
            listener.catches_up(Duration::from_millis(100)).await;
        }
        listener.catches_up(Duration::from_millis(300)).await;
        assert_eq!(listener.picture, expected, "seed {seed}, {} at rest", listener.viewer);
    }
}

async fn changes_a_card(random: &mut StdRng, keeper: &Program, world: &mut World) {
    let key = KEYS[random.random_range(0..KEYS.len())];
    if random.random_ratio(1, 5) {
        let status = keeper.removes(key).await.status;
        assert_eq!(status == 204, world.cards.remove(key).is_some(), "{status}");
        return;
    }
    let board = BOARDS[random.random_range(0..BOARDS.len())];
    let whom = random.random_ratio(1, 2).then(|| Whom::any(random));
    let value = f64::from(random.random_range(0..1000));
    let known = world.cards.get(key).map_or(0, |card| card.2);
    let version = known + random.random_range(-1..3);
    let card = json!({
        "board": board, "kind": "value", "value": value, "version": version,
        "audience": whom.map(Whom::for_programs),
    });
    match keeper.sets(key, &card).await.status {
        // Older than what is there, or another one of the same version.
        409 => assert!(version <= known && world.cards.contains_key(key)),
        200 | 201 => {
            // A board that a card makes is for whom the card is for, or for its owner and the administrators.
            world.boards.entry(board).or_insert(whom.unwrap_or(Whom::Owner));
            world.cards.insert(key, (board, whom, version, value));
        }
        other => panic!("{other}"),
    }
}

async fn changes_a_board(random: &mut StdRng, boss: &Person, world: &mut World) {
    let Some((board, whom)) = world.boards.iter_mut().nth(random.random_range(0..BOARDS.len())) else {
        return;
    };
    *whom = Whom::any(random);
    let saved = boss
        .posts(&format!("/admin/boards/{board}"), &[("name", board), ("place", "0"), whom.for_pages()])
        .await;
    assert_eq!(saved.status, 303);
}

async fn joins_or_leaves(
    random: &mut StdRng,
    boss: &Person,
    crew: &str,
    nodes: &[TestApp],
    world: &mut World,
) {
    let name = VIEWERS[random.random_range(0..VIEWERS.len())];
    let row = nodes[0].asks_database(&format!("SELECT id FROM users WHERE name = '{name}'")).await;
    let id: i64 = row.try_get_by_index(0).unwrap();
    let answer = if world.crew.remove(name) {
        boss.posts(&format!("{crew}/members/{id}/removal"), &[]).await
    } else {
        world.crew.insert(name);
        boss.posts(&format!("{crew}/members"), &[("people", name)]).await
    };
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn every_streams_last_picture_is_the_tables() {
    for seed in 0..4 {
        holds(&[TestApp::start().await], seed).await;
    }
}
