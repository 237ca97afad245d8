//! What cards show and who has read what, on a disk that does not take what is written, time and again: nobody is shown
//! what was refused, and whatever was answered is there after a kill.

use rustix::io::Errno;

use crate::{
    faults::on_sqlite::failing::is_ready,
    support::{Draft, FailingDisk, Program, Role, TestApp, value},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disk_does_not_take_is_shown_on_no_card_and_marks_nothing_as_read() {
    let disk = FailingDisk::new();
    let mut app = TestApp::start_after(&disk.before(), &["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = app.signs_in("ann").await;
    let program = Program::of(&app, "boss", "cards,stream").await;
    assert_eq!(program.sets("c", &value("b", 0)).await.status, 201);
    let mut stream = program.watches("board:b").await;
    assert_eq!(stream.next("cards").await.data["cards"][0]["value"], 0.0);

    for (round, (operation, error)) in
        [("write", Errno::IO), ("fsync", Errno::IO), ("fsync", Errno::NOSPC)].into_iter().enumerate()
    {
        let unread = boss.publishes(Draft::news("Unread")).await;
        assert_eq!(stream.next_post().await, unread);
        assert_eq!(ann.reads_unread().await.first(), Some(&unread));
        disk.fails(operation, error, "-wal");
        assert_eq!(program.reports("c", "666").await.status, 503, "{operation} {error}");
        assert_eq!(ann.acts(&format!("/posts/{unread}/reading"), &[]).await.status, 503);
        assert_eq!(ann.reads_unread().await.first(), Some(&unread), "it is not read");

        disk.is_mended();
        is_ready(&app).await;
        let number = (round + 1).to_string();
        assert_eq!(program.reports("c", &number).await.status, 200);
        let told = stream.next("cards").await.data["cards"][0]["value"].clone();
        assert_eq!(told, (round + 1) as f64, "what was refused is never shown");
        ann.acts(&format!("/posts/{unread}/reading"), &[]).await;
        assert_ne!(ann.reads_unread().await.first(), Some(&unread));
    }

    let unread = ann.reads_unread().await;
    app.kill().await;
    app.restart().await;
    assert_eq!(program.at(&app).gets("/api/v1/cards/c").await.json()["value"], 3.0);
    assert_eq!(app.signs_in("ann").await.reads_unread().await, unread);
}
