//! The long-lived parts, built once, and the use cases that span them.

use std::{net::IpAddr, sync::Arc, time::Duration};

use sea_orm::DbErr;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    db::Db,
    domain::{
        access,
        activity::Activity,
        audit::{Actor, Failures},
        builds::{self, Builds},
        instance::Instance,
        nodes::{self, NodeId},
        passwords::{Busy, Match, Passwords},
        posts::{alerts, publishing::PublishQueue},
        retention::Retention,
        reveals,
        throttle::Throttle,
        users::{self, User},
    },
    ids::{SessionKey, UserId},
    live::{Broker, Hub, Listeners, Log, hub::Caps, listeners::Listener, log::tail_task},
};

/// Everything a request may need; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What the operator set.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// The log of events.
    pub log: Log,
    /// The open streams.
    pub hub: Hub,
    /// Who may listen, as far as it is known.
    pub listeners: Listeners,
    /// By which the tail task hears of news.
    pub broker: Broker,
    /// The instance that this is a node of.
    pub instance: Instance,
    /// What this node calls itself among the others.
    pub node: NodeId,
    /// By which drafts become posts.
    pub publish_queue: PublishQueue,
    /// What pages of other builds ask for.
    pub builds: Builds,
    /// The line in which passwords are hashed.
    pub passwords: Passwords,
    /// By which failed sign-ins are slowed down.
    pub throttle: Throttle,
    /// Who was here when.
    pub activity: Activity,
    /// What was refused, for the audit log.
    pub failures: Failures,
    /// The tasks that are waited for at the end: the log's, the clock's, the streams'.
    pub tasks: TaskTracker,
    stop: CancellationToken,
}

/// Who tried to sign in.
#[derive(Debug)]
pub enum SignIn {
    /// A person, with the right password.
    Known(User),
    /// Anything else; which, is told to nobody but the audit log: the person whose name it was, if any.
    Unknown(Option<User>),
}

/// Why it could not be found out who tried to sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many others are signing in.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl App {
    /// Opens the database and starts the tasks that the program lives by.
    pub async fn start(config: Config, caps: Caps) -> Result<Self, DbErr> {
        let db = Db::open(&config.database).await?;
        let log = Log::open(db.clone()).await?;
        // Before the first page that names them.
        if let Err(error) = builds::keep(&db).await {
            tracing::warn!(%error, "The styles and scripts could not be kept for other nodes; tried again later");
        }
        let instance = Instance::open(&db).await?;
        let hub = Hub::new(caps, config.heartbeat);
        let tasks = TaskTracker::new();
        let broker = Broker::new(config.redis.as_ref()).map_err(DbErr::Custom)?;
        let (publish_queue, publishing) =
            PublishQueue::new(db.clone(), broker.clone(), config.posts_per_commit);
        tasks.spawn(publishing);
        let app = Self {
            activity: Activity::new(db.clone(), tasks.clone(), config.lifetime()),
            failures: Failures::new(db.clone(), tasks.clone()),
            config: Arc::new(config),
            builds: Builds::new(db.clone()),
            db,
            log,
            hub,
            listeners: Listeners::default(),
            throttle: Throttle::new(broker.clone()),
            broker,
            instance,
            node: rand::random(),
            publish_queue,
            passwords: Passwords::new(),
            tasks,
            stop: CancellationToken::new(),
        };
        let (hub, listeners, broker) = (app.hub.clone(), app.listeners.clone(), app.broker.clone());
        app.tasks.spawn(tail_task::run(app.log.clone(), hub, listeners, broker, app.stop.clone()));
        app.tasks.spawn(app.db.clone().watch(app.stop.clone()));
        app.tasks.spawn(app.broker.clone().carry(app.stop.clone()));
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
        app.tasks.spawn(app.failures.clone().keep_minutes(app.stop.clone()));
        app.tasks.spawn(app.clone().keep_house());
        Ok(app)
    }

    /// Finds out who signs in. Every failure costs one hash, whether the name is known or not, and the more
    /// there were, the longer it takes.
    ///
    /// # Errors
    /// When too many are trying, or the database does not answer.
    pub async fn sign_in(&self, name: &str, password: String, from: IpAddr) -> Result<SignIn, SignInError> {
        self.throttle.before(name).await;
        let user = users::find_by_name(&self.db.read, name).await?;
        let hash = user.as_ref().map(|user| user.password_hash.as_str());
        let matched = self.passwords.matches(password.clone(), hash).await?;
        match user {
            Some(user) if matched == Match::Yes && !user.disabled => Ok(SignIn::Known(user)),
            Some(user) if matched == Match::Outdated && !user.disabled => {
                Ok(SignIn::Known(self.with_current_hash(user, password).await?))
            }
            whose => {
                self.throttle.after_failure(name, from).await;
                Ok(SignIn::Unknown(whose))
            }
        }
    }

    /// Whether this is the password of somebody who is signed in. Failures count as when signing in.
    ///
    /// # Errors
    /// When too many are trying.
    pub async fn recognises(&self, user: &User, password: String, from: IpAddr) -> Result<bool, Busy> {
        self.throttle.before(&user.name).await;
        let right = self.passwords.matches(password, Some(&user.password_hash)).await? != Match::No;
        if !right {
            self.throttle.after_failure(&user.name, from).await;
        }
        Ok(right)
    }

    /// The person, whose password is hashed anew as it is done today: only now is it known.
    async fn with_current_hash(&self, user: User, password: String) -> Result<User, SignInError> {
        let hash = self.passwords.hash(password).await?;
        users::rehash(&self.db.write, &user, hash.clone()).await?;
        Ok(User { password_hash: hash, ..user })
    }

    /// Ends a session, and its streams.
    pub async fn sign_out(&self, by: &Actor, user: UserId, session: SessionKey) -> Result<(), DbErr> {
        access::sign_out(&self.db, by, user, session).await?;
        self.broker.nudge();
        Ok(())
    }

    /// Who listens with this key: whoever is known by it, or else whom `look_up` finds in the tables.
    ///
    /// # Errors
    /// Those of `look_up`.
    pub async fn listener<E>(
        &self,
        key: &str,
        look_up: impl Future<Output = Result<Option<Listener>, E>>,
    ) -> Result<Option<Listener>, E> {
        if let Some(known) = self.listeners.find(key) {
            return Ok(Some(known));
        }
        let _permit = self.db.stream_permit().await;
        let losses = self.listeners.losses();
        let found = look_up.await?;
        if let Some(listener) = &found {
            self.listeners.remember(key, listener.clone(), losses);
        }
        Ok(found)
    }

    /// Tells the streams that the server stops, one after the other.
    pub async fn say_goodbye(&self) {
        self.hub.stop().await;
    }

    /// Ends the tasks, waiting no longer than `patience`, and closes the database.
    pub async fn stop(self, patience: Duration) {
        let Self { publish_queue, tasks, stop, db, .. } = self;
        // The last handle: its task publishes what still waits, and ends.
        drop(publish_queue);
        stop.cancel();
        tasks.close();
        if tokio::time::timeout(patience, tasks.wait()).await.is_err() {
            tracing::warn!("Some tasks were still at work when the server stopped");
        }
        db.close().await;
    }

    /// Removes what is over: old events, ended sessions, what programs will not send again.
    async fn keep_house(self) {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        let (keep, keep_audit) = (self.config.keep_events, self.config.keep_audit);
        let mut retention = Retention::new(self.db.clone(), keep, keep_audit, self.config.lifetime());
        let mut rounds = tokio::time::interval((keep / 2).min(HOUR));
        loop {
            tokio::select! {
                _ = rounds.tick() => {}
                () = self.stop.cancelled() => break,
            }
            let swept = async {
                builds::keep(&self.db).await?;
                alerts::sweep(&self.db.write).await?;
                reveals::sweep(&self.db.write).await?;
                retention.round().await
            };
            match swept.await {
                Ok((events, sessions)) => tracing::debug!(events, sessions, "Removed what is over"),
                Err(error) => tracing::warn!(%error, "What is over could not be removed"),
            }
        }
    }
}
