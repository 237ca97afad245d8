//! What boss publishes, and what becomes of it.

use std::collections::BTreeSet;

use super::{BOSS, GROUPS, PEOPLE, Post, World, steps::Audience};
use crate::{
    posts::changes::edits,
    support::{Draft, post_at},
};

impl World {
    pub(super) async fn publishes(&mut self, audience: Audience) {
        let enabled = |some: &[usize]| -> BTreeSet<usize> {
            some.iter().copied().filter(|who| !self.disabled.contains(who)).collect()
        };
        let (people, except) = (enabled(&audience.people), enabled(&audience.except));
        let in_groups: BTreeSet<_> =
            audience.groups.iter().flat_map(|group| &self.members[*group]).copied().collect();
        let mut draft = Draft::alert("info", "Something happened").with("audience", "chosen");
        if let Some(external) = audience.everyone {
            draft = draft.with("audience", "everyone").with("external", if external { "on" } else { "" });
        }
        for (field, names) in [("recipients", &people), ("except", &except)] {
            draft = names.iter().fold(draft, |draft, who| draft.and(field, PEOPLE[*who]));
        }
        draft = audience.groups.iter().fold(draft, |draft, group| draft.and("groups", GROUPS[*group]));
        let answer = self.at(BOSS).sends(&draft).await;
        let reaches_nobody = audience.everyone.is_none() && people.is_empty() && in_groups.is_empty();
        assert_eq!(answer.status, if reaches_nobody { 422 } else { 303 }, "{audience:?} {}", answer.text);
        if !reaches_nobody {
            let named = people.union(&in_groups).copied().collect();
            let id = post_at(answer.location());
            let number = self.head().await;
            let (version, is_over, everyone) = (1, false, audience.everyone);
            self.posts.push(Post { id, number, version, is_over, everyone, named, except });
        }
    }

    /// The n-th newest post, if there are so many.
    fn newest(&mut self, newest: usize) -> Option<&mut Post> {
        self.posts.iter_mut().rev().nth(newest)
    }

    pub(super) async fn edits(&mut self, newest: usize) {
        let program = self.program.at(&self.nodes[self.turn % self.nodes.len()]);
        let node = &self.nodes[0];
        let Some(post) = self.posts.iter_mut().rev().nth(newest) else { return };
        // It was published by hand.
        node.sql(&format!("UPDATE posts SET token_id = 1 WHERE id = {}", post.id)).await;
        post.version += 1;
        let title = format!("Something happened (×{})", post.version);
        let edited = edits(&program, post.id, serde_json::json!({ "title": title })).await;
        assert_eq!((edited.status, &edited.json()["version"]), (200, &post.version.into()));
    }

    pub(super) async fn resolves(&mut self, newest: usize, is_over: bool) {
        let boss = self.at(BOSS);
        let Some(post) = self.newest(newest) else { return };
        let way = if is_over { "" } else { "/removal" };
        let answer = boss.posts(&format!("/admin/posts/{}/resolution{way}", post.id), &[]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        // What is so already is no event.
        post.version += i64::from(post.is_over != is_over);
        post.is_over = is_over;
    }
}
