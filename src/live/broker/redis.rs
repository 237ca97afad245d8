//! Nudges through Redis or Valkey: "the log has grown to N", and "state has changed up to N", on one channel, by one connection that is made
//! again and again as long as it takes. Nobody waits for it. What it may do at the server is written in
//! `docs/scale.md`; no other command is sent.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Relaxed},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, ConnectionInfo, ErrorKind, IntoConnectionInfo, ProtocolVersion, PushInfo,
    PushKind, RedisError, RedisResult, aio::MultiplexedConnection,
};
use tokio::sync::Notify;

use crate::{
    config::ServerUrl,
    live::broker::{
        WakeUps,
        redis::{
            errors::{is_refusal, silent, without_secrets},
            height::Height,
        },
    },
};

mod errors;
mod height;

/// Redis answers in less than a millisecond; one that does not in so long is as good as away.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a quiet connection is tried: a network that was cut says nothing by itself.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

/// Between two tries to connect: a random time up to the shorter at first, then up to the longer of these.
const MIN_RECONNECT_INTERVAL: Duration = Duration::from_millis(200);
const MAX_RECONNECT_INTERVAL: Duration = Duration::from_secs(5);

/// Before the rev in a nudge of the state; the log's nudges are numbers alone.
const STATE_PREFIX: &str = "state ";

/// Nobody waits longer for what may be done without.
const COUNTDOWN_TIMEOUT: Duration = Duration::from_millis(250);

/// A countdown is a key that expires. One command, so that nodes which prolong it at once both count.
const PROLONG: &str = "local left = math.max(redis.call('PTTL', KEYS[1]), 0) \
    redis.call('SET', KEYS[1], '', 'PX', math.min(left + ARGV[1], ARGV[2])) \
    return left";

/// How nudges travel between nodes.
#[derive(Debug)]
pub struct Redis {
    client: Client,
    shown_url: String,
    channel: String,
    /// Where the keys are, if the server lets us choose; they are named after it anyway.
    database: i64,
    wake_ups: WakeUps,
    log: Height,
    state: Height,
    has_news: Notify,
    /// While there is one. A std mutex: held to clone it, never over an await.
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Redis {
    pub(super) fn new(url: &ServerUrl) -> Result<Self, String> {
        let wrong =
            |error: RedisError| format!("{url} (--redis) cannot be used: {}", without_secrets(&error));
        let info: ConnectionInfo = url.with_secrets().into_connection_info().map_err(wrong)?;
        let database = info.redis_settings().db();
        // With RESP3, what is published comes over the same connection that answers. The library would give up
        // a connection on which it may not choose the database, and names itself, which needs a right more.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let settings = settings.set_db(0).set_skip_set_lib_name();
        Ok(Self {
            client: Client::open(info.set_redis_settings(settings)).map_err(wrong)?,
            shown_url: url.to_string(),
            // Channels, unlike keys, are not kept apart by the database's number.
            channel: format!("tidings:{database}"),
            database,
            wake_ups: WakeUps::default(),
            log: Height::default(),
            state: Height::default(),
            has_news: Notify::new(),
            connection: Mutex::default(),
        })
    }

    pub(super) fn wake_ups(&self) -> &WakeUps {
        &self.wake_ups
    }

    /// Tells the others, unless they were told.
    pub(super) fn reached(&self, id: i64) {
        if self.log.reach(id) {
            self.has_news.notify_one();
        }
    }

    /// The same for the state.
    pub(super) fn state_reached(&self, rev: i64) {
        if self.state.reach(rev) {
            self.has_news.notify_one();
        }
    }

    /// Another node (or this one, whose nudges come back to it) says how far the log is, or the state.
    fn hear(&self, said: Option<&redis::Value>) {
        let (height, wake_up) = match said.and_then(state_height) {
            Some(_) => (&self.state, &self.wake_ups.state),
            None => (&self.log, &self.wake_ups.log),
        };
        let number = said.and_then(|said| state_height(said).or_else(|| number(said)));
        if height.hear(number.unwrap_or(i64::MAX)) {
            wake_up.notify_one();
        }
    }

    pub(super) async fn countdown(&self, name: &str) -> Option<Duration> {
        let mut command = redis::cmd("PTTL");
        command.arg(self.key(name));
        self.asks_countdown(command).await
    }

    pub(super) async fn prolong(&self, name: &str, by: Duration, longest: Duration) -> Option<Duration> {
        let milliseconds = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let mut command = redis::cmd("EVAL");
        command.arg(PROLONG).arg(1).arg(self.key(name)).arg(milliseconds(by)).arg(milliseconds(longest));
        self.asks_countdown(command).await
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.channel)
    }

    async fn asks_countdown(&self, command: redis::Cmd) -> Option<Duration> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let asking = command.query_async::<i64>(&mut connection);
        match tokio::time::timeout(COUNTDOWN_TIMEOUT, asking).await {
            // Less than nothing: there is no such countdown.
            Ok(Ok(left)) => Some(Duration::from_millis(u64::try_from(left).unwrap_or(0))),
            Ok(Err(error)) => {
                tracing::debug!(
                    error = without_secrets(&error),
                    "Redis did not tell how long a countdown runs"
                );
                None
            }
            Err(_) => None,
        }
    }

    fn use_for_countdowns(&self, connection: Option<MultiplexedConnection>) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = connection;
    }

    pub(super) async fn carry(self: Arc<Self>) -> Infallible {
        let mut pause = MIN_RECONNECT_INTERVAL;
        let (mut away, mut flaps) = (false, false);
        loop {
            let cut = Arc::new(Notify::new());
            let error = match self.connect(&cut).await {
                Err(error) => {
                    flaps = false;
                    error
                }
                Ok(connection) => {
                    // After one that was of no use, it is said when this one is.
                    if !flaps {
                        self.say_that_it_works();
                    }
                    self.use_for_countdowns(Some(connection.clone()));
                    let mut was_of_use = false;
                    let Err(error) = self.serve(connection, &cut, flaps, &mut was_of_use).await;
                    self.use_for_countdowns(None);
                    // One that lets in and then refuses is no better than one that is away.
                    flaps = !was_of_use;
                    if !flaps {
                        (pause, away) = (MIN_RECONNECT_INTERVAL, false);
                    }
                    error
                }
            };
            let error = without_secrets(&error);
            if away {
                tracing::debug!(error, "Redis is still away");
            } else {
                away = true;
                tracing::warn!(error, url = self.shown_url, "Redis is away; news come a second later");
            }
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
            pause = (pause * 2).min(MAX_RECONNECT_INTERVAL);
        }
    }

    async fn connect(self: &Arc<Self>, cut: &Arc<Notify>) -> RedisResult<MultiplexedConnection> {
        let (this, cut) = (self.clone(), cut.clone());
        let push = move |push: PushInfo| {
            match push.kind {
                PushKind::Message => this.hear(push.data.get(1)),
                PushKind::Disconnection => cut.notify_one(),
                _ => {}
            }
            Ok::<_, Infallible>(())
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(ANSWER_TIMEOUT))
            .set_response_timeout(Some(ANSWER_TIMEOUT))
            .set_push_sender(push);
        let connecting = async {
            let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
            self.choose_database(&mut connection).await?;
            connection.subscribe(&self.channel).await?;
            Ok(connection)
        };
        tokio::time::timeout(ANSWER_TIMEOUT * 2, connecting).await.unwrap_or_else(|_| Err(silent()))
    }

    /// Nodes on one server have the same rights, so where one may not choose, none does.
    async fn choose_database(&self, connection: &mut MultiplexedConnection) -> RedisResult<()> {
        if self.database == 0 {
            return Ok(());
        }
        match redis::cmd("SELECT").arg(self.database).query_async(connection).await {
            Err(error) if is_refusal(&error) => {
                tracing::debug!(%error, "Redis does not let us choose the database; we use number 0");
                Ok(())
            }
            done => done,
        }
    }

    /// Carries nudges until the connection ends. It was of use if it did what it is for, or was there for a while.
    async fn serve(
        &self,
        mut connection: MultiplexedConnection,
        cut: &Notify,
        flaps: bool,
        was_of_use: &mut bool,
    ) -> Result<Infallible, RedisError> {
        // What was said while nobody listened here.
        self.wake_ups.log.notify_one();
        self.wake_ups.state.notify_one();
        let (mut log_told, mut state_told) = (0, 0);
        loop {
            tokio::select! {
                () = self.has_news.notified() => {
                    let (grown_to, changed_to) = (self.log.reached.load(Relaxed), self.state.reached.load(Relaxed));
                    if std::mem::replace(&mut log_told, grown_to) != grown_to {
                        self.publish(&mut connection, grown_to.to_string()).await?;
                    }
                    if std::mem::replace(&mut state_told, changed_to) != changed_to {
                        self.publish(&mut connection, format!("{STATE_PREFIX}{changed_to}")).await?;
                    }
                }
                () = tokio::time::sleep(PROBE_INTERVAL) => self.probe(&mut connection).await?,
                () = cut.notified() => return Err(silent()),
            }
            if flaps && !*was_of_use {
                self.say_that_it_works();
            }
            *was_of_use = true;
        }
    }

    async fn publish(&self, connection: &mut MultiplexedConnection, said: String) -> RedisResult<()> {
        redis::cmd("PUBLISH").arg(&self.channel).arg(said).query_async(connection).await
    }

    fn say_that_it_works(&self) {
        tracing::info!(url = self.shown_url, "Nudges go through Redis");
    }

    /// A question instead of PING, which needs a right of its own. Any answer shows that the connection works.
    async fn probe(&self, connection: &mut MultiplexedConnection) -> RedisResult<()> {
        match redis::cmd("PTTL").arg(self.key("alive")).query_async(connection).await {
            Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => Ok(()),
            done => done,
        }
    }
}

fn number(value: &redis::Value) -> Option<i64> {
    redis::from_redis_value_ref(value).ok()
}

/// The rev that a nudge of the state says.
fn state_height(value: &redis::Value) -> Option<i64> {
    let text: String = redis::from_redis_value_ref(value).ok()?;
    text.strip_prefix(STATE_PREFIX)?.parse().ok()
}
