//! What authors see of who has read their posts: the organisation's choice, which everybody is told of by a post. Names are
//! never told of what was published before they were chosen. Everything here fails as the database does.

use sea_orm::{ActiveEnum, ActiveValue::Set, DbErr, EntityTrait};

use crate::{
    domain::{
        audit::{Action, Entry},
        change::Changes,
        organisation::{self, Receipts, unchanged},
        posts::{self, Author, Draft, Fields, PublishError},
    },
    entities::organisation as table,
    text,
};

/// Chooses what authors see from now on, and tells everybody; whether it is another than before.
pub async fn choose(changes: &Changes, author: &Author, receipts: Receipts) -> Result<bool, DbErr> {
    let announcement = announcement(receipts).await?;
    let mut change = changes.begin().await?;
    let before = organisation::hold(&change).await?;
    if before.receipts == receipts {
        return change.undo().await.map(|()| false);
    }
    let entry = Entry::done(&author.by, Action::ChangeOrganisation, "");
    let words = text::of("audit-receipts").with("receipts", receipts.to_value());
    change.record(entry.detail(words)).await?;
    let post = posts::publish(&mut change, author, &announcement).await.map_err(failed)?;
    let row = table::ActiveModel { receipts: Set(receipts), named_after: Set(post.number), ..unchanged() };
    table::Entity::update(row).exec(&change.tx).await?;
    change.commit().await.map(|()| true)
}

/// In the language of who chose it, as all that they publish.
async fn announcement(receipts: Receipts) -> Result<Draft, DbErr> {
    let (title, body) = match receipts {
        Receipts::Names => (text::key("privacy-names-title"), text::key("privacy-names-body")),
        Receipts::Numbers => (text::key("privacy-numbers-title"), text::key("privacy-numbers-body")),
        Receipts::Nothing => (text::key("privacy-nothing-title"), text::key("privacy-nothing-body")),
    };
    let fields = Fields {
        kind: "news".into(),
        title: text::say(title),
        body: text::say(body),
        audience: "everyone".into(),
        external: true,
        ..Fields::default()
    };
    Draft::parse_aside(fields).await.map_err(|_| DbErr::Custom("the announcement is no post".into()))
}

fn failed(error: PublishError) -> DbErr {
    match error {
        PublishError::Database(error) => error,
        error => DbErr::Custom(error.to_string()),
    }
}
