//! The record of a post as JSON.

use bytes::Bytes;
use sea_orm::{ActiveEnum, DbErr};
use serde_json::json;

use crate::{
    clock,
    db::Db,
    domain::posts::{
        Post, Published, answers, record,
        revisions::{self, Revision},
        roster::{self, Filter, Numbers, View},
    },
    web::views::{
        post::{self, Resolution},
        writers::Writers,
    },
};

/// Rows that are read in one go.
const CHUNK_SIZE: u64 = 500;

/// A record, and how far it was written.
pub struct Record {
    db: Db,
    post: Post,
    /// How much of the roster is told.
    view: View,
    author: String,
    part: RecordPart,
}

enum RecordPart {
    Head,
    People(Filter),
    /// The acts behind the one of this id.
    Acts(i64),
}

impl Record {
    /// The record of a post, of which nothing is written yet.
    pub fn of(db: &Db, Published { post, author }: Published, view: View) -> Self {
        Self { db: db.clone(), post, view, author, part: RecordPart::Head }
    }

    /// What the file of it is called that is saved.
    pub fn file_name(&self) -> String {
        format!("record-{}.json", self.post.id)
    }

    /// Writes a part of it, and says where it goes on, if it does.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(mut self) -> Result<(Bytes, Option<Self>), DbErr> {
        let (text, next) = match &self.part {
            RecordPart::Head => (self.head().await?, Some(RecordPart::People(Filter::default()))),
            RecordPart::People(filter) => self.people(filter.clone()).await?,
            RecordPart::Acts(after) => self.acts(*after).await?,
        };
        let Some(part) = next else { return Ok((text.into(), None)) };
        self.part = part;
        Ok((text.into(), Some(self)))
    }

    async fn head(&self) -> Result<String, DbErr> {
        let (db, post, view) = (&self.db.read, &self.post, self.view);
        let Numbers { recipients, sent, read, acknowledged, outstanding } =
            roster::numbers(db, post, view).await?;
        let told = json!({
            "id": post.id, "kind": post.kind, "severity": post.severity, "title": post.title, "body": post.body,
            "author": self.author, "url": post::address(post), "version": post.version,
            "published_at": clock::rfc3339(post.published_ms), "edited_at": post.edited_ms.map(clock::rfc3339),
            "resolution": Resolution::of(post), "acknowledge": post.acknowledge,
            "due": post.due_ms.map(clock::rfc3339), "answers": answers::of(post), "telephone": post.telephone,
            "drill": post.drill,
        });
        let numbers = json!({
            "recipients": recipients, "sent": sent, "read": read, "acknowledged": acknowledged, "outstanding": outstanding,
            "partial": view.hides_any(db, post).await?,
        });
        let made_at = clock::rfc3339(clock::now_ms());
        let revisions = self.revisions().await?;
        Ok(format!(
            "{{\"made_at\":\"{made_at}\",\"post\":{told},\"numbers\":{numbers},\"revisions\":{revisions},\"people\":["
        ))
    }

    /// What the post said before it was edited, and since, newest first: of what was struck, that it was.
    async fn revisions(&self) -> Result<serde_json::Value, DbErr> {
        let (db, post) = (&self.db.read, &self.post);
        let found = revisions::all(db, post).await?;
        let names = Writers::of(db, &found).await?;
        let told = |one: Revision| {
            let struck = one.struck_ms.map(|ms| {
                let by = names.name(one.struck_by);
                json!({ "at": clock::rfc3339(ms), "by": by, "reason": one.struck_reason })
            });
            json!({
                "version": one.version, "at": clock::rfc3339(one.at_ms), "by": names.name(one.by_id),
                "kind": one.kind, "severity": one.severity, "title": one.title, "body": one.body, "struck": struck,
            })
        };
        Ok(found.into_iter().map(told).collect())
    }

    /// Of a post that asks nothing, nobody is named, unless the organisation lets authors see who has read it.
    async fn people(&self, mut filter: Filter) -> Result<(String, Option<RecordPart>), DbErr> {
        let is_first = filter.search.after.is_none();
        let mut text = String::new();
        if roster::has_names(&self.db.read, &self.post).await? {
            let found = roster::list(&self.db.read, &self.post, self.view, &filter, CHUNK_SIZE).await?;
            let offers = answers::of(&self.post);
            for (place, entry) in found.rows.iter().enumerate() {
                let answer = entry.offer(&offers);
                let person = json!({
                    "id": entry.user.id, "name": entry.user.name, "added_at": entry.added_ms.map(clock::rfc3339),
                    "state": entry.state.word(),
                    "at": entry.at_ms.map(clock::rfc3339), "answer": answer.map(|offer| &offer.text),
                    "note": entry.note, "telephone": entry.telephone, "answered_by": entry.by,
                    "taken_by": entry.taken.as_ref().map(|(name, _)| name),
                    "taken_at": entry.taken.as_ref().map(|(_, ms)| clock::rfc3339(*ms)),
                    "sent": entry.seen.map(|seen| seen.sent), "read": entry.seen.map(|seen| seen.read),
                });
                push(&mut text, is_first && place == 0, &person);
            }
            if let Some(next) = found.next {
                filter.search.after = Some(next);
                return Ok((text, Some(RecordPart::People(filter))));
            }
        }
        text.push_str("],\"acts\":[");
        Ok((text, Some(RecordPart::Acts(0))))
    }

    async fn acts(&self, after: i64) -> Result<(String, Option<RecordPart>), DbErr> {
        let lines = record::acts(&self.db.read, &self.post, self.view, after, CHUNK_SIZE).await?;
        let mut text = String::new();
        for (place, line) in lines.iter().enumerate() {
            let act = json!({
                "at": clock::rfc3339(line.at_ms), "act": line.act.to_value(), "who": line.who, "by": line.by,
                "detail": line.detail, "version": line.version,
            });
            push(&mut text, after == 0 && place == 0, &act);
        }
        match lines.last() {
            Some(last) => Ok((text, Some(RecordPart::Acts(last.id)))),
            None => Ok((text + "]}", None)),
        }
    }
}

fn push(text: &mut String, is_first: bool, value: &serde_json::Value) {
    if !is_first {
        text.push(',');
    }
    text.push_str(&value.to_string());
}
