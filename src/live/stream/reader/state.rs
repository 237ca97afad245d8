//! What one client is told of the state: the cards of the boards that it watches, and its person's receipts.

use sea_orm::DbErr;

use crate::live::{
    audience::Viewer,
    right::Right,
    stream::{
        reader::{Blocked, Reader},
        source::{RosterLook, Source},
    },
    viewers::Listening,
};

impl Reader {
    /// Puts what there is of the next board that has changed into `unsent`, which is empty. Whether there is some.
    pub(super) fn pull_cards(&mut self, viewer: &Listening) -> Result<bool, Blocked> {
        let Some(watching) = &mut self.watching else { return Ok(false) };
        let Source { state, encode_cards, format, .. } = &*self.source;
        // Before the look: what changes meanwhile is found by the next.
        let now = (state.generation(), viewer.version());
        if watching.seen == now {
            return Ok(false);
        }
        for watch in watching.watches() {
            let pulled = viewer.with(|viewer| state.pull(watch, viewer, now.1, *format, encode_cards));
            // Who it is, is read where the table is.
            if let Some(frame) = pulled.ok_or(Blocked::NeedsTable)? {
                self.unsent = frame;
                return Ok(true);
            }
        }
        watching.seen = now;
        Ok(false)
    }

    /// Whether its person's receipts are others than it was told.
    pub(super) fn has_receipts(&self, viewer: &Listening) -> bool {
        self.source.read_receipts.is_some()
            && self.receipts_told.is_none_or(|(_, version)| version != viewer.receipts_version())
    }

    /// Whether the rosters that it watches may be others than it was told.
    pub(super) fn has_rosters(&self) -> bool {
        let Source { state, log, read_roster, .. } = &*self.source;
        let now = (state.roster_generation(), log.roster_changes());
        let watching = self.watching.as_ref().filter(|watching| !watching.rosters.is_empty());
        read_roster.is_some() && watching.is_some_and(|watching| watching.rosters_seen != now)
    }

    /// Puts what there is of rosters into `unsent`, which is empty. Whether they may be seen is asked each time.
    ///
    /// # Errors
    /// Of the database.
    pub(in crate::live) async fn pull_rosters(
        &mut self,
        viewer: &Listening,
        right: &Right,
    ) -> Result<(), DbErr> {
        let Source { state, log, read_roster: Some(read), .. } = &*self.source else { return Ok(()) };
        let Some(watching) = &mut self.watching else { return Ok(()) };
        // Before the look: what changes meanwhile is found by the next.
        let now = (state.roster_generation(), log.roster_changes());
        let mut frames = Vec::new();
        let mut looked = Ok(());
        for watch in &mut watching.rosters {
            let look = match read(viewer.id(), right.clone(), watch.post, watch.told).await {
                Ok(look) => look,
                // What was found out before goes out all the same: it is not told a second time.
                Err(error) => {
                    looked = Err(error);
                    break;
                }
            };
            let shows_it = watch.told.is_some() || !watch.is_told;
            watch.is_told = true;
            match look {
                RosterLook::Same => {}
                RosterLook::Changed(frame, told) => {
                    watch.told = Some(told);
                    frames.push(frame);
                }
                RosterLook::Gone(frame) => {
                    watch.told = None;
                    frames.extend(shows_it.then_some(frame));
                }
            }
        }
        if looked.is_ok() {
            watching.rosters_seen = now;
        }
        self.unsent = frames.concat().into();
        looked
    }

    /// Puts what there is of receipts into `unsent`, which is empty.
    ///
    /// # Errors
    /// Of the database.
    pub(in crate::live) async fn pull_receipts(&mut self, viewer: &Listening) -> Result<(), DbErr> {
        let Source { log, read_receipts: Some(read), .. } = &*self.source else { return Ok(()) };
        log.read_viewer(viewer).await?;
        // Before the look: what changes meanwhile is found by the next.
        let version = viewer.receipts_version();
        let known = viewer.with(Viewer::clone);
        let known = known.ok_or_else(|| DbErr::Custom("it is not known who listens".into()))?;
        let since = self.receipts_told.map(|(rev, _)| rev);
        let viewer = Viewer { as_of: self.cursor.id, ..known };
        let (frame, rev) = read(viewer, self.cursor.clone(), since).await?;
        self.unsent = frame;
        self.receipts_told = Some((rev, version));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    };

    use bytes::Bytes;

    use super::*;
    use crate::{
        config::Database,
        db::Db,
        ids::{TokenId, UserId},
        live::{
            Log, State,
            event::Format,
            state::watch::{RosterTold, Watching},
            stream::sink::Sink,
        },
    };

    const TOLD: RosterTold = RosterTold { rev: 1, all_through: 1, at_ms: 0, changes: 0, shown: 0 };

    #[tokio::test]
    async fn what_was_found_out_of_rosters_before_the_database_failed_is_told_and_the_rest_later() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        let log = Log::open(db).await.expect("a log");
        let fails = Arc::new(AtomicBool::new(true));
        let is_away = fails.clone();
        let source = Source {
            log: log.clone(),
            state: State::empty(log.db().clone()),
            right_end: Box::new(|_| Box::pin(async { Ok(None) })),
            build: "",
            max_backlog: None,
            format: Format::Api,
            encode: Box::new(|_, _, _| Bytes::new()),
            encode_cards: Box::new(|_| Bytes::new()),
            read_receipts: None,
            read_roster: Some(Box::new(move |_, _, post, before| {
                let away = is_away.load(Relaxed);
                Box::pin(async move {
                    match (post, before) {
                        (1, None) => Ok(RosterLook::Changed("one".into(), TOLD)),
                        (1, Some(_)) => Ok(RosterLook::Same),
                        _ if away => Err(DbErr::Custom("away".into())),
                        _ => Ok(RosterLook::Gone("two".into())),
                    }
                })
            })),
        };
        let (sink, _body) = Sink::body();
        let reader = Reader::new(Arc::new(source), sink, log.head(), Bytes::new());
        let mut reader = reader.watching(Watching::of(["roster:1", "roster:2"]));
        let viewer = log.viewers().of(UserId(1).into());
        let right = Right::Token(TokenId(1));

        assert!(reader.pull_rosters(&viewer, &right).await.is_err());
        assert_eq!(reader.unsent, "one");
        fails.store(false, Relaxed);
        reader.pull_rosters(&viewer, &right).await.expect("the database is back");
        assert_eq!(reader.unsent, "two");
        reader.pull_rosters(&viewer, &right).await.expect("the database is there");
        assert_eq!(reader.unsent, "", "it is said once");
    }
}
