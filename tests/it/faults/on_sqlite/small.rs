//! A disk that is full, three times in a row.

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};

use crate::support::{SmallDisk, TestApp, TestDatabase, outlives_a_full_disk};

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

    outlives_a_full_disk(&mut app, &boss, &ann, async |app| disk.fills(app), |app| disk.has_room_again(app))
        .await;
}
