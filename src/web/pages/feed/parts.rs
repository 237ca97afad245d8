//! The parts of somebody's list that are not its first page: what is older, unread, snoozed or looked for.

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    app::App,
    domain::posts::{
        self, Filter, ListPage, Listed, Next, OnTop, PAGE_SIZE,
        receipts::{
            self, Known,
            snoozes::{self, Snoozed},
        },
    },
    live::audience::Viewer,
    web::{
        error::Error,
        extract::access::CurrentUser,
        views::{feed::FeedFilter, preferences::zone_of},
    },
};

/// What the filter asks for, and how many posts of it are not read.
pub async fn load(
    app: &App,
    current: &CurrentUser,
    filter: &FeedFilter,
) -> Result<(Arc<ListPage>, usize), Error> {
    let (db, user) = (&app.db.read, &current.user);
    let shared = app.first_pages.shared(current.as_of).await?;
    let viewer = Viewer::load(db, user.user_id()).await?;
    let unread = receipts::unread_of(db, &viewer, current.as_of.reader(), Known::of(&shared)).await?;
    let snoozed = snoozes::snoozed(db, user.user_id()).await?;
    // What is searched, or is of one kind, has everything in its place.
    let mut on_top = match filter.has_urgent_first() {
        true => posts::on_top(db, user, &viewer, &unread, &snoozed, &shared).await?,
        false => OnTop::default(),
    };
    if filter.unread {
        on_top.pinned.retain(|number| unread.posts.iter().any(|post| post.number == *number));
    }
    let wanted = filter.filter(db, &zone_of(app, user)).await?;
    let without = match filter.has_urgent_first() {
        true => on_top.numbers().chain(snoozed.iter().map(|snoozed| snoozed.number)).collect(),
        false => Vec::new(),
    };
    let wanted = Filter { without, ..wanted };
    let listed = unread.listed(db, &wanted).await?;
    let numbers = listed.iter().map(|post| post.number).collect();
    let listed = if filter.snoozed { 0 } else { listed.len() };
    let mut found = if filter.snoozed {
        of_snoozed(db, &viewer, &wanted, &snoozed).await?
    } else if filter.unread {
        of_unread(db, &wanted, numbers).await?
    } else {
        posts::feed_of(db, &viewer, &wanted, PAGE_SIZE).await?
    };
    if filter.is_newest() {
        found.posts.extend(posts::of_numbers(db, on_top.numbers().collect()).await?);
        on_top.arrange(&mut found.posts);
    }
    Ok((Arc::new(ListPage::of(db, viewer, unread, snoozed, on_top, found).await?), listed))
}

/// A page of what was not read.
async fn of_unread(db: &DatabaseConnection, wanted: &Filter, mut numbers: Vec<i64>) -> Result<Listed, DbErr> {
    numbers.retain(|number| wanted.before.is_none_or(|before| *number < before));
    numbers.retain(|number| !wanted.without.contains(number));
    let next = posts::cut(&mut numbers, PAGE_SIZE);
    Ok(Listed { posts: posts::of_numbers(db, numbers).await?, next, is_incomplete: false })
}

/// A page of what waits until its viewer wants to see it.
async fn of_snoozed(
    db: &DatabaseConnection,
    viewer: &Viewer,
    wanted: &Filter,
    snoozed: &[Snoozed],
) -> Result<Listed, DbErr> {
    let numbers = snoozed.iter().map(|snoozed| snoozed.number);
    let numbers = numbers.filter(|number| wanted.before.is_none_or(|before| *number < before));
    let mut posts = posts::visible_of_numbers(db, viewer, numbers.collect()).await?;
    posts.retain(|one| wanted.admits(one));
    let has_more = posts.len() > PAGE_SIZE;
    posts.truncate(PAGE_SIZE);
    let next = posts.last().filter(|_| has_more).map(|last| Next::Older(last.post.number));
    Ok(Listed { posts, next, is_incomplete: false })
}
