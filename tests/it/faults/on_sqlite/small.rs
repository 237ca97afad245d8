//! A disk that is full, three times in a row.

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};

use crate::support::{Draft, Person, SmallDisk, TestApp, TestDatabase, eventually, post_at};

/// The disk, or what stands for it where the machine does not allow mounting: a limit to the files' size.
enum Disk {
    Small(SmallDisk),
    Limited,
}

impl Disk {
    fn fills(&self, app: &TestApp) {
        match self {
            Self::Small(disk) => disk.fills(),
            Self::Limited => {
                let files = std::fs::read_dir(app.database_file().parent().unwrap()).unwrap();
                let largest = files.map(|file| file.unwrap().metadata().unwrap().len()).max().unwrap();
                limit_files(app, Some(largest));
            }
        }
    }

    fn has_room_again(&self, app: &TestApp) {
        match self {
            Self::Small(disk) => disk.has_room_again(),
            Self::Limited => limit_files(app, None),
        }
    }
}

fn limit_files(app: &TestApp, size: Option<u64>) {
    let limit = Rlimit { current: size, ..getrlimit(Resource::Fsize) };
    prlimit(Some(app.pid()), Resource::Fsize, limit).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_acknowledged_on_a_disk_that_fills_three_times_is_there() {
    let disk = SmallDisk::of_megabytes(8).map_or(Disk::Limited, Disk::Small);
    let options = ["--heartbeat", "1s"];
    let mut app = match &disk {
        Disk::Small(small) => {
            let file = small.path().join("tidings.db");
            TestApp::start_on(TestDatabase::Sqlite(file), &options).await
        }
        Disk::Limited => TestApp::start_after("trap '' XFSZ", &options).await,
    };
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let mut acknowledged = vec![];

    for round in 0..3 {
        disk.fills(&app);
        let before = acknowledged.len();
        posts_until_refused(&boss, &mut acknowledged).await;
        // Nobody is told "yes" for nothing, however often they try.
        for _ in 0..3 {
            assert_eq!(boss.sends(&large("Too much")).await.status, 503);
        }
        let not_ready = app.visitor().gets("/readyz").await;
        assert_eq!((not_ready.status, not_ready.text.as_str()), (503, "The disk is full.\n"), "{round}");

        disk.has_room_again(&app);
        eventually("it is noticed that there is room", async || {
            (app.visitor().gets("/readyz").await.status == 200).then_some(())
        })
        .await;
        acknowledged.push(boss.publishes(large("Room again")).await);
        assert_eq!(stream.next_posts(acknowledged.len() - before).await, acknowledged[before..]);
    }

    acknowledged.reverse();
    assert_eq!(ann.reads_whole_feed().await, acknowledged, "before");
    app.kill().await;
    app.restart().await;
    assert_eq!(ann.reads_whole_feed().await, acknowledged, "and after");
}

/// What is there already may take some posts more.
async fn posts_until_refused(boss: &Person, acknowledged: &mut Vec<i64>) {
    for _ in 0..50 {
        let answer = boss.sends(&large("Too much")).await;
        if answer.status == 503 {
            return;
        }
        acknowledged.push(post_at(answer.location()));
    }
    panic!("the disk is not full");
}

fn large(title: &str) -> Draft {
    Draft::news(title).body(&"word ".repeat(13_000))
}
