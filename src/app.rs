//! The long-lived parts: built once, in their order, and stopped together.

use std::{sync::Arc, time::Duration};

use sea_orm::DbErr;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    db::Db,
    domain::{
        access,
        activity::Activity,
        alarms,
        audit::Failures,
        builds::{self, Builds},
        cards::{CardQueue, History},
        change::Changes,
        instance::Instance,
        nodes::{self, NodeId},
        passwords::Passwords,
        pings::PingQueue,
        posts::{
            FirstPages, LookedAfter, PublishQueue, coordinators, deliveries, ends, following_up,
            receipts::{ReceiptQueue, returns},
            roster::RosterCounts,
            search,
        },
        retention::{Keep, Retention},
        sign_in::SignIn,
    },
    live::{Broker, Hub, Listeners, Log, State, hub::Caps, log::tail_task, state},
};

/// Everything a request may need; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What the operator set.
    pub config: Arc<Config>,
    /// The database, to read from it and for single writes.
    pub db: Db,
    /// By which whatever is recorded, or is an event, is done.
    pub changes: Changes,
    /// The log of events.
    pub log: Log,
    /// The cards as they are now.
    pub state: State,
    /// Which streams are open here.
    pub hub: Hub,
    /// Who may listen, as far as it is known.
    pub listeners: Listeners,
    /// The instance that this is a node of.
    pub instance: Instance,
    /// What this node calls itself among the others.
    pub node: NodeId,
    /// The first pages of people's lists, as they were read last.
    pub first_pages: FirstPages,
    /// What open rosters show, as it was counted last.
    pub roster_counts: RosterCounts,
    /// Who has posts to look after.
    pub looked_after: LookedAfter,
    /// The line in which drafts become posts.
    pub publish_queue: PublishQueue,
    /// The line in which what is said of cards is written.
    pub card_queue: CardQueue,
    /// The line in which what people have read is written.
    pub receipt_queue: ReceiptQueue,
    /// What was answered already of pings, and is written within a second.
    pub ping_queue: PingQueue,
    /// What the values of cards were.
    pub history: History,
    /// What pages of other builds ask for.
    pub builds: Builds,
    /// The line in which passwords are hashed.
    pub passwords: Passwords,
    /// Finds out who signs in.
    pub sign_in: SignIn,
    /// Who was here when.
    pub activity: Activity,
    /// What was refused, for the audit log.
    pub failures: Failures,
    /// The tasks that are waited for at the end: the log's, the clock's, the streams'.
    pub tasks: TaskTracker,
    stop: CancellationToken,
}

impl App {
    /// Opens the database and starts the tasks that the program lives by.
    pub async fn start(config: Config, caps: Caps) -> Result<Self, DbErr> {
        let db = Db::open(&config.database).await?;
        let log = Log::open(db.clone()).await?;
        let state = State::open(db.clone()).await?;
        // Before the first page that names them.
        if let Err(error) = builds::keep(&db).await {
            tracing::warn!(%error, "The styles and scripts could not be kept for other nodes; tried again later");
        }
        let instance = Instance::open(&db).await?;
        let hub = Hub::new(caps, config.heartbeat);
        let tasks = TaskTracker::new();
        let broker = Broker::new(config.redis.as_ref()).map_err(DbErr::Custom)?;
        let changes = Changes::new(db.clone(), broker.clone());
        let (publish_queue, publishing) =
            PublishQueue::new(changes.clone(), log.clone(), config.posts_per_commit);
        tasks.spawn(publishing);
        let history = History::default();
        let raised = Arc::new(Notify::new());
        let (card_queue, keeping) =
            CardQueue::new(changes.clone(), state.clone(), history.clone(), raised.clone());
        tasks.spawn(keeping);
        let (receipt_queue, reading) = ReceiptQueue::new(changes.clone());
        tasks.spawn(reading);
        let passwords = Passwords::new();
        let app = Self {
            sign_in: SignIn::new(db.clone(), passwords.clone(), broker.clone()),
            activity: Activity::new(db.clone(), tasks.clone(), config.lifetime()),
            failures: Failures::new(changes.clone(), tasks.clone()),
            config: Arc::new(config),
            builds: Builds::new(db.clone()),
            db,
            log,
            state,
            hub,
            listeners: Listeners::default(),
            first_pages: FirstPages::new(changes.clone()),
            roster_counts: RosterCounts::default(),
            looked_after: LookedAfter::new(changes.clone()),
            changes,
            instance,
            node: rand::random(),
            publish_queue,
            card_queue,
            receipt_queue,
            ping_queue: PingQueue::default(),
            history,
            passwords,
            tasks,
            stop: CancellationToken::new(),
        };
        let (hub, listeners) = (app.hub.clone(), app.listeners.clone());
        app.tasks.spawn(tail_task::run(app.log.clone(), hub, listeners, broker.clone(), app.stop.clone()));
        let (cards, hub) = (app.state.clone(), app.hub.clone());
        let viewers = app.log.viewers().clone();
        app.tasks.spawn(state::task::run(cards, viewers, hub, broker.clone(), app.stop.clone()));
        app.tasks.spawn(app.ping_queue.clone().run(app.card_queue.clone(), app.stop.clone()));
        app.tasks.spawn(app.history.clone().keep(app.db.clone(), app.state.clone(), app.stop.clone()));
        let zone = app.config.time_zone.clone();
        app.tasks.spawn(alarms::task::run(app.changes.clone(), zone, app.node, raised, app.stop.clone()));
        let (zone, open) = (app.config.time_zone.clone(), (app.log.clone(), app.hub.clone()));
        app.tasks.spawn(following_up::run(app.changes.clone(), open, zone, app.node, app.stop.clone()));
        app.tasks.spawn(search::filling::run(app.db.clone(), app.stop.clone()));
        app.tasks.spawn(app.db.clone().call_rounds(app.stop.clone()));
        app.tasks.spawn(app.db.clone().checkpoint(app.stop.clone()));
        app.tasks.spawn(app.db.clone().watch(app.stop.clone()));
        app.tasks.spawn(app.db.clone().spare_memory(app.stop.clone()));
        app.tasks.spawn(broker.carry(app.stop.clone()));
        // Before the first page: what was to expire while no server ran is gone, and what was due is there again.
        if let Err(error) = ends::end_due(&app.changes).await {
            tracing::warn!(%error, "What was to expire could not be ended; tried again later");
        }
        app.tasks.spawn(ends::run(app.changes.clone(), app.stop.clone()));
        if let Err(error) = returns::end_due(&app.db, &app.receipt_queue).await {
            tracing::warn!(%error, "What was snoozed could not be brought back; tried again later");
        }
        let queue = app.receipt_queue.downgrade();
        app.tasks.spawn(returns::run(app.db.clone(), queue, app.stop.clone()));
        // Before the first request: which cookies and cursors it is answered with depends on it.
        nodes::hear(&app.log, app.node, &app.hub, &app.instance).await?;
        let in_touch = nodes::keep_in_touch(
            app.log.clone(),
            app.hub.clone(),
            app.node,
            app.instance.clone(),
            app.stop.clone(),
        );
        app.tasks.spawn(in_touch);
        app.tasks.spawn(app.hub.clone().keep_time(app.stop.clone()));
        app.tasks.spawn(app.hub.clone().deliver(app.stop.clone()));
        app.tasks.spawn(deliveries::run(app.db.clone(), app.log.clone(), app.hub.clone(), app.stop.clone()));
        app.tasks.spawn(app.failures.clone().keep_minutes(app.stop.clone()));
        app.tasks.spawn(access::watch_ends(app.changes.clone(), app.stop.clone()));
        app.tasks.spawn(coordinators::watch(app.changes.clone(), app.stop.clone()));
        let Config { keep_events, keep_audit, keep_receipts, .. } = *app.config;
        let keep = Keep { events: keep_events, audit: keep_audit, receipts: keep_receipts };
        let (lifetime, stop) = (app.config.lifetime(), app.stop.clone());
        let retention = Retention::new(app.db.clone(), keep, lifetime, stop);
        app.tasks.spawn(retention.run());
        Ok(app)
    }

    /// Is cancelled when the server stops: what is long ends then.
    pub fn stop_signal(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells the streams that the server stops, one after the other.
    pub async fn say_goodbye(&self) {
        self.hub.stop().await;
    }

    /// Ends the tasks, waiting no longer than `timeout`, and closes the database.
    pub async fn stop(self, timeout: Duration) {
        let Self { publish_queue, card_queue, receipt_queue, tasks, stop, db, .. } = self;
        // The last handles: their tasks write what still waits, and end.
        drop((publish_queue, card_queue, receipt_queue));
        stop.cancel();
        tasks.close();
        if tokio::time::timeout(timeout, tasks.wait()).await.is_err() {
            tracing::warn!("Some tasks were still at work when the server stopped");
        }
        db.close().await;
    }
}
