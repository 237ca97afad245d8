//! What must happen once, asked of two nodes at the same moment.

use std::collections::HashSet;

use super::cluster::Cluster;
use crate::support::{Draft, Page, Person, Program, eventually, new_word, news, post_at};

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_to_two_nodes_at_once_posts_once() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let mut all = vec![];

    for round in 0..5 {
        let key = boss.gets("/admin/posts/new").await.field("key");
        let draft = Draft::news(&format!("Round {round}")).with("key", &key);
        let clicks = [here, there, here, there, here, there].map(|node| {
            let (boss, draft) = (boss.at(node), draft.clone());
            tokio::spawn(async move { boss.sends(&draft).await })
        });
        let mut posts = HashSet::new();
        for click in clicks {
            let page = click.await.unwrap();
            assert_eq!(page.status, 303, "{page:?}");
            posts.insert(post_at(page.location()));
        }
        assert_eq!(posts.len(), 1, "every click leads to the same post");
        all.extend(posts);
    }

    all.reverse();
    assert_eq!(boss.reads_feed().await.posts, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programs_request_sent_to_two_nodes_at_once_posts_once() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let program = Program::of(here, "boss", "publish,stream").await;

    for key in ["one", "two", "three", "four", "five"] {
        let requests = [here, there, here, there].map(|node| {
            let program = program.at(node);
            tokio::spawn(async move { program.sends_once(&news("Once"), key).await })
        });
        let mut made = HashSet::new();
        for request in requests {
            let page = request.await.unwrap();
            match page.status {
                201 => drop(made.insert(page.text)),
                status => assert_eq!(status, 409, "{}", page.text),
            }
        }
        assert_eq!(made.len(), 1, "the same answer, its event included: {made:?}");
    }

    assert_eq!(boss.reads_feed().await.posts.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_keys_sent_to_two_nodes_in_opposite_orders_wait_for_nobody_for_ever() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let program = Program::of(here, "boss", "publish").await;
    let keys: Vec<_> = (0..40).map(|number| format!("key {number}")).collect();

    let mut requests = vec![];
    for (node, keys) in [(here, keys.clone()), (there, keys.into_iter().rev().collect())] {
        for key in keys {
            let program = program.at(node);
            requests.push(tokio::spawn(async move { program.sends_once(&news(&key), &key).await.status }));
        }
    }

    for request in requests {
        assert_eq!(request.await.unwrap(), 201);
    }
    assert_eq!(boss.reads_whole_feed().await.len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_is_made_once_by_either_nodes_link_on_either_node() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let links = [here.setup_link().await, there.setup_link().await];
    let token = |link: &str| link.split_once("token=").unwrap().1.to_owned();
    assert_eq!(there.visitor().gets(&links[0]).await.status, 200);
    assert_eq!(here.visitor().gets(&links[1]).await.status, 200);

    let tries = [(here, 1, "ann"), (there, 0, "bea"), (here, 0, "cat"), (there, 1, "dee")].map(
        |(node, link, name)| {
            let (visitor, token) = (node.visitor(), token(&links[link]));
            tokio::spawn(async move {
                let fields = [("token", token.as_str()), ("username", name), ("password", &new_word())];
                visitor.posts("/setup", &fields).await.status
            })
        },
    );
    let mut statuses = vec![];
    for one in tries {
        statuses.push(one.await.unwrap());
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410]);
    for (node, link) in [(here, 0), (there, 1)] {
        assert_eq!(node.visitor().gets(&links[link]).await.status, 410, "every link is gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_given_once() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let adds = async |boss: Person, name: &str| {
        boss.posts("/admin/people", &[("username", name), ("password", &new_word()), ("role", "member")])
            .await
    };

    for name in ["ann", "bea", "cat"] {
        let loud = name.to_uppercase();
        let (one, other) = tokio::join!(adds(boss.at(here), name), adds(boss.at(there), &loud));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422], "{one:?} {other:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_who_demote_each_other_on_two_nodes_leave_one() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    for round in 0..3 {
        let (ann, bea) =
            (here.admin(&format!("ann {round}")).await, there.admin(&format!("bea {round}")).await);
        let page_of = async |name: &str| {
            let list = ann.gets("/admin/people").await.text;
            let row = list
                .split("<tr")
                .skip(1)
                .find(|row| row.contains(&format!("<bdi>{name}</bdi>")))
                .unwrap()
                .to_owned();
            format!(
                "/admin/people/{}/role",
                row.split("/admin/people/").nth(1).unwrap().split('"').next().unwrap()
            )
        };
        let (anns, beas) = (page_of(&ann.name).await, page_of(&bea.name).await);

        let (one, other) =
            tokio::join!(ann.posts(&beas, &[("role", "member")]), bea.posts(&anns, &[("role", "member")]));

        // Who comes second may be signed out already, and is led to sign in.
        let is_done = |page: &Page| page.status == 303 && !page.location().starts_with("/login");
        assert!(is_done(&one) ^ is_done(&other), "{one:?} and {other:?}");
        let left = here.asks_database("SELECT count(*) FROM users WHERE role = 'admin'").await;
        assert_eq!(left.try_get_by_index::<i64>(0).unwrap(), 1);
        // Makes room for the next round's two.
        here.sql("UPDATE users SET role = 'member'").await;
    }
    eventually("the nodes are well", async || {
        (there.visitor().gets("/readyz").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_end_at_once_are_written_down_by_one_node_each() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    here.admin("boss").await;
    // More than one node looks at in one go.
    here.sql(
        "INSERT INTO users (name, name_key, password_hash, role, disabled, created_ms, ends_ms) \
         SELECT 'x' || n, 'x' || n, '!', 'member', false, 1, 1 FROM generate_series(1, 200) n",
    )
    .await;

    let ask = "SELECT count(*), count(DISTINCT about) FROM audit WHERE act = 'account-end'";
    let written = async || {
        let row = here.asks_database(ask).await;
        (row.try_get_by_index::<i64>(0).unwrap(), row.try_get_by_index::<i64>(1).unwrap())
    };
    eventually("all of them are", async || (written().await.1 == 200).then_some(())).await;

    assert_eq!(written().await, (200, 200));
    for node in [here, there] {
        assert!(!node.logs().contains("could not be written down"), "{}", node.logs());
    }
}
