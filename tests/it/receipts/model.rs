//! Random reading, putting back, marking all, undoing, publishing and reconnecting over two devices: in the end both have
//! the count that the list has, and every post is as the plain rule says.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::{Draft, Event, Page, Person, Stream, TestApp};

const STEPS: usize = 40;

/// A device: where it is asked, its stream, and what it shows.
struct Device {
    person: Person,
    stream: Stream,
    unread: BTreeSet<i64>,
    count: usize,
    /// As of which event the count is.
    through: i64,
    page: Page,
}

/// What a marking took, and which of these nothing else has happened to.
#[derive(Default)]
struct Marking {
    address: String,
    taken: BTreeSet<i64>,
}

/// Holds on these nodes, for one person with a device at each.
pub async fn holds(nodes: &[&TestApp], seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let boss = nodes[0].admin("boss").await;
    let ann = nodes[0].member("ann").await;
    let mut devices = Vec::new();
    for node in nodes {
        devices.push(Device::of(ann.at(node)).await);
    }
    // By post, whether it is unread.
    let mut rule = BTreeMap::<i64, bool>::new();
    let mut markings = Vec::<Marking>::new();
    for step in 0..STEPS {
        let at = random.random_range(0..devices.len());
        let person = devices[at].person.clone();
        match random.random_range(0..12) {
            0..4 => {
                rule.insert(boss.publishes(Draft::news(&format!("{step}"))).await, true);
            }
            4..8 if !rule.is_empty() => {
                let post = *rule.keys().nth(random.random_range(0..rule.len())).unwrap();
                let read = random.random_bool(0.6);
                person.marks(post, read).await;
                rule.insert(post, !read);
                for marking in &mut markings {
                    marking.taken.remove(&post);
                }
            }
            8 => devices[at].page = person.gets("/").await,
            9 => {
                let held = held(&devices[at].page);
                let address = person.marks_all(&devices[at].page).await;
                let taken: BTreeSet<i64> = rule
                    .iter()
                    .filter(|(post, unread)| **unread && held.contains(post))
                    .map(|(post, _)| *post)
                    .collect();
                rule.extend(taken.iter().map(|post| (*post, false)));
                markings.push(Marking { address, taken });
            }
            10 if !markings.is_empty() => {
                let marking = markings.swap_remove(random.random_range(0..markings.len()));
                person.acts(&format!("{}/removal", marking.address), &[]).await;
                for post in &marking.taken {
                    rule.insert(*post, true);
                    for other in &mut markings {
                        other.taken.remove(post);
                    }
                }
            }
            11 => devices[at] = Device::of(person).await,
            _ => {}
        }
    }

    let unread: BTreeSet<i64> = rule.iter().filter(|(_, unread)| **unread).map(|(post, _)| *post).collect();
    for device in &mut devices {
        device.shows(&unread).await;
        assert_eq!(
            device.person.reads_unread().await,
            unread.iter().rev().copied().collect::<Vec<_>>(),
            "{seed}"
        );
        assert_eq!(device.person.session().await["unread"], unread.len(), "{seed}");
    }
}

/// What the page that somebody has open shows of the feed, which is all of it here.
fn held(page: &Page) -> BTreeSet<i64> {
    crate::support::Feed::of(Page {
        status: page.status,
        headers: page.headers.clone(),
        text: page.text.clone(),
    })
    .posts
    .into_iter()
    .collect()
}

impl Device {
    async fn of(person: Person) -> Self {
        let page = person.gets("/").await;
        let mut stream = person.opens_stream().await;
        let first = stream.next("receipts").await;
        let mut device = Self { person, stream, page, unread: BTreeSet::new(), count: 0, through: 0 };
        device.hears(&first);
        device
    }

    /// As a page does.
    fn hears(&mut self, event: &Event) {
        if event.name == "post" {
            self.unread.insert(event.post());
            let number = number_of(event.id.as_deref().unwrap());
            // What the count has already is not added to it.
            if number > self.through {
                self.count += 1;
                self.through = number;
            }
        }
        if event.name == "receipts" {
            if event.data["all"] == true {
                self.unread.clear();
            }
            for (post, state) in event.data["posts"].as_object().unwrap() {
                let post = post.parse().unwrap();
                let _ =
                    if state["read"] == true { self.unread.remove(&post) } else { self.unread.insert(post) };
            }
            self.count = usize::try_from(event.data["unread"].as_u64().unwrap()).unwrap();
            self.through = number_of(event.data["through"].as_str().unwrap());
        }
    }

    /// Hears what comes until it shows this.
    async fn shows(&mut self, unread: &BTreeSet<i64>) {
        while self.unread != *unread || self.count != unread.len() {
            let event = self.stream.next_of_any_kind().await.expect("the stream goes on");
            self.hears(&event);
        }
    }
}

fn number_of(cursor: &str) -> i64 {
    cursor.split('-').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn two_devices_agree_with_each_other_with_the_list_and_with_the_rule() {
    for seed in 0..3 {
        let app = TestApp::start().await;
        holds(&[&app, &app], seed).await;
    }
}
