//! The files of other builds. While a new version is rolled out, a page of one build asks whichever node for its
//! styles and scripts; and a page that was opened before an upgrade goes on asking for its own. So each build
//! keeps its files in the database for 30 days, and any node serves them. Addresses that nobody ever made cost a
//! look at a list.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, Func, OnConflict},
};
use tokio::time::Instant;

use crate::{
    assets::{self, Asset},
    clock,
    db::{self, Db},
    entities::{build_files, builds},
};

/// A page that is open longer than that has been reloaded by then, or is by its next event.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A running node says so often that its build is in use.
const SEEN_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// Whoever starts many builds in a month, say who develops one, keeps the newest.
const MAX_BUILDS: u64 = 100;

/// What is read of one build: some five times what one has today, in each.
const MAX_FILES: u64 = 500;
const MAX_FILE_BYTES: i64 = 512 * 1024;
const MAX_BUILD_BYTES: usize = 2 * 1024 * 1024;

/// Builds in memory. During an upgrade there is one other.
const MAX_LOADED: usize = 4;

/// However many ask for builds that nobody knows, the list is read no more often than that.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

type Files = Arc<HashMap<String, Arc<Asset>>>;

/// The files of builds that are not this one; cheap to clone.
#[derive(Clone, Debug)]
pub struct Builds {
    db: Db,
    // Held while the database is read, so that those who ask at once share the reading.
    list: Arc<tokio::sync::Mutex<List>>,
    /// The one that was used last stands last. A std mutex: held to look or to push, never over an await.
    loaded: Arc<Mutex<VecDeque<(String, Files)>>>,
}

/// The builds there were at the last look.
#[derive(Debug, Default)]
struct List {
    builds: Vec<String>,
    /// When that look began, and when the last one was tried.
    looked: Option<Instant>,
    tried: Option<Instant>,
}

/// Notes that this build is in use, and writes its files to the database if they are not there.
///
/// # Errors
/// Those of the database.
pub async fn keep(db: &Db) -> Result<(), DbErr> {
    let seen = builds::Entity::find_by_id(assets::build()).one(&db.read).await?;
    if seen.is_some_and(|row| row.seen_ms > clock::ago_ms(SEEN_INTERVAL)) {
        return Ok(());
    }
    let tx = db.begin().await?;
    let row = builds::ActiveModel { hash: Set(assets::build().into()), seen_ms: Set(clock::now_ms()) };
    let again = OnConflict::column(builds::Column::Hash).update_column(builds::Column::SeenMs).to_owned();
    builds::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
    let files = assets::all().map(|(name, asset)| build_files::ActiveModel {
        build: Set(assets::build().into()),
        name: Set(name.into()),
        content: Set(asset.plain.to_vec()),
    });
    build_files::Entity::insert_many(files)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&tx)
        .await?;
    tx.commit().await
}

/// Forgets the builds that have not run since `cut`, and those beyond the newest 100, at most `count`; how many they were.
///
/// # Errors
/// Those of the database.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64, count: u64) -> Result<u64, DbErr> {
    let newest = builds::Entity::find()
        .select_only()
        .column(builds::Column::Hash)
        .order_by_desc(builds::Column::SeenMs)
        .limit(MAX_BUILDS)
        .into_query();
    let seen = builds::Column::SeenMs;
    let over = seen.lt(cut).or(builds::Column::Hash.not_in_subquery(newest));
    db::delete_first::<builds::Entity>(db, seen, over, count).await
}

/// When the build was last seen that has been gone for the longest. Fails as the database does.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let by_age = builds::Entity::find().order_by_asc(builds::Column::SeenMs);
    Ok(by_age.one(db).await?.map(|row| row.seen_ms))
}

impl Builds {
    /// Nothing is read from the database yet.
    pub fn new(db: Db) -> Self {
        Self { db, list: Arc::default(), loaded: Arc::default() }
    }

    /// Another build's file of that name, if there is such a build and it has one. A build that was kept before
    /// this call is found.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(&self, build: &str, name: &str) -> Result<Option<Arc<Asset>>, DbErr> {
        if !is_hash(build) || assets::kind(name).is_none() {
            return Ok(None);
        }
        let files = match self.loaded(build) {
            Some(files) => Some(files),
            None => db::with_timeout(self.load(build)).await?,
        };
        Ok(files.and_then(|files| files.get(name).cloned()))
    }

    async fn load(&self, build: &str) -> Result<Option<Files>, DbErr> {
        let came = Instant::now();
        let mut list = self.list.lock().await;
        // Somebody else may have loaded it meanwhile.
        if let Some(files) = self.loaded(build) {
            return Ok(Some(files));
        }
        let knows = |list: &List| list.builds.iter().any(|known| known == build);
        // Its first node may have kept it just now, and its pages must be whole: only a look that began after
        // this call can say that it is not there.
        if !knows(&list) && list.looked.is_none_or(|looked| looked <= came) {
            list.look(&self.db).await?;
        }
        if !knows(&list) {
            return Ok(None);
        }
        let files = read(&self.db, build).await?;
        if files.is_empty() {
            // It was swept since the list was read, and may come back.
            list.builds.clear();
            return Ok(None);
        }
        self.remember(build, files.clone());
        Ok(Some(files))
    }

    fn loaded(&self, build: &str) -> Option<Files> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let at = loaded.iter().position(|(hash, _)| hash == build)?;
        let found = loaded.remove(at)?;
        let files = found.1.clone();
        loaded.push_back(found);
        Some(files)
    }

    fn remember(&self, build: &str, files: Files) {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.push_back((build.to_owned(), files));
        if loaded.len() > MAX_LOADED {
            loaded.pop_front();
        }
    }
}

impl List {
    async fn look(&mut self, db: &Db) -> Result<(), DbErr> {
        if let Some(tried) = self.tried {
            tokio::time::sleep_until(tried + LOOK_INTERVAL).await;
        }
        let began = Instant::now();
        self.tried = Some(began);
        let newest = builds::Entity::find().order_by_desc(builds::Column::SeenMs).limit(MAX_BUILDS);
        self.builds = newest.all(&db.read).await?.into_iter().map(|row| row.hash).collect();
        self.looked = Some(began);
        Ok(())
    }
}

/// What another build kept is checked as if it came from somebody else: only kinds that we serve, each with the
/// type that we give it, and no more than a build has.
async fn read(db: &Db, build: &str) -> Result<Files, DbErr> {
    let length = Expr::expr(Func::cust("octet_length").arg(Expr::col(build_files::Column::Content)));
    let rows = build_files::Entity::find()
        .filter(build_files::Column::Build.eq(build))
        .filter(length.lte(MAX_FILE_BYTES))
        .order_by_asc(build_files::Column::Name)
        .limit(MAX_FILES)
        .all(&db.read)
        .await?;
    let packing = tokio::task::spawn_blocking(move || {
        let mut bytes = 0;
        let mut files = HashMap::new();
        for row in rows {
            bytes += row.content.len();
            let Some(kind) = assets::kind(&row.name).filter(|_| bytes <= MAX_BUILD_BYTES) else { continue };
            files.insert(row.name, Arc::new(Asset::new(kind, row.content)));
        }
        Arc::new(files)
    });
    packing.await.map_err(|error| DbErr::Custom(error.to_string()))
}

/// Of the form that `assets::build()` has.
fn is_hash(build: &str) -> bool {
    build.len() == assets::build().len()
        && build.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_build_is_well_within_what_others_read_of_it() {
        let sizes: Vec<usize> = assets::all().map(|(_, asset)| asset.plain.len()).collect();

        assert!(sizes.len() as u64 * 2 < MAX_FILES, "{}", sizes.len());
        assert!(sizes.iter().sum::<usize>() * 2 < MAX_BUILD_BYTES, "{sizes:?}");
        assert!(sizes.iter().all(|size| *size as i64 * 2 < MAX_FILE_BYTES), "{sizes:?}");
        assert!(assets::all().all(|(name, _)| assets::kind(name).is_some()));
    }
}
