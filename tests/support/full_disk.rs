use super::{Draft, Person, TestApp, eventually, post_at};

/// Fills the disk of the server's database three times, and gives it room again: whatever was acknowledged meanwhile is
/// delivered once, and is there before and after `kill -9`. The reader may stream from another node.
pub async fn outlives_a_full_disk(
    app: &mut TestApp,
    publisher: &Person,
    reader: &Person,
    fills: impl AsyncFn(&TestApp),
    has_room_again: impl Fn(&TestApp),
) {
    let mut stream = reader.opens_stream().await;
    let mut acknowledged = vec![];
    for round in 0..3 {
        fills(app).await;
        let before = acknowledged.len();
        posts_until_refused(publisher, &mut acknowledged).await;
        // Nobody is told "yes" for nothing, however often they try.
        for _ in 0..3 {
            if app.database().starts_with("sqlite:") {
                assert_eq!(publisher.sends(&large("Too much")).await.status, 503);
            } else {
                // PostgreSQL frees some room by itself now and then.
                posts_until_refused(publisher, &mut acknowledged).await;
            }
        }
        let not_ready = app.visitor().gets("/readyz").await;
        assert_eq!((not_ready.status, not_ready.text.as_str()), (503, "The disk is full.\n"), "{round}");

        has_room_again(app);
        eventually("it is noticed that there is room", async || {
            (app.visitor().gets("/readyz").await.status == 200).then_some(())
        })
        .await;
        acknowledged.push(publisher.publishes(large("Room again")).await);
        assert_eq!(stream.next_posts(acknowledged.len() - before).await, acknowledged[before..]);
    }

    acknowledged.reverse();
    assert_eq!(reader.at(app).reads_whole_feed().await, acknowledged, "before");
    app.kill().await;
    app.restart().await;
    assert_eq!(reader.at(app).reads_whole_feed().await, acknowledged, "and after");
}

/// Publishes until the disk takes no more: the files that are there already may have room for some posts.
async fn posts_until_refused(publisher: &Person, acknowledged: &mut Vec<i64>) {
    for _ in 0..100 {
        let answer = publisher.sends(&large("Too much")).await;
        if answer.status == 503 {
            assert!(answer.text.contains("The disk is full."), "{answer:?}");
            assert_eq!(answer.field("title"), "Too much");
            return;
        }
        acknowledged.push(post_at(answer.location()));
    }
    panic!("the disk is not full");
}

fn large(title: &str) -> Draft {
    Draft::news(title).body(&"word ".repeat(13_000))
}
