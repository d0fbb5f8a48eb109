//! Sending what is due, retrying what failed.

use std::{
    collections::BTreeSet,
    fmt,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, join_all, pending},
    stream::FuturesUnordered,
};
use muster_control::{Control, SecretKey};
use muster_outbound::{Clock, OutboundOptions};
use rusqlite::Transaction;
use tokio::sync::Notify;
use url::Url;

use crate::{
    AlertsError, Channels, Deliveries, backoff,
    channel::{self, Entered, Outcome, Refusal},
    delivery::{Delivery, DeliveryStatus},
    identity::milliseconds,
    letter::Letter,
    outbox::{Claim, Claimed, Outbox},
    reach::Reach,
};

/// After the control file failed us, it is left alone for so long.
const REST: Duration = Duration::from_secs(30);
/// Old deliveries are looked for this often.
const DAY: i64 = 24 * 60 * 60_000;

/// Is told of every delivery whose status has changed.
type Tell = dyn Fn(&str, DeliveryStatus) + Send + Sync;

/// Sends what is in the outbox. One for each data folder; everything works through a shared reference.
pub struct Sender {
    control: Arc<Mutex<Control>>,
    key: SecretKey,
    reach: Reach,
    base: RwLock<Option<Url>>,
    clock: Arc<dyn Clock>,
    wake: Notify,
    stopping: AtomicBool,
    tell: Box<Tell>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// What one pass came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sending {
    /// Deliveries that were taken.
    pub sent: u64,
    /// Deliveries that will be tried again.
    pub failed: u64,
    /// Deliveries that were given up.
    pub dead: u64,
    /// When something is due next, milliseconds since 1970.
    pub next: Option<i64>,
}

impl Sender {
    /// A sender that writes with `control`, a connection of its own, opens secrets with `key`, and names links below
    /// `base`, where people reach Muster.
    ///
    /// # Errors
    /// [`AlertsError::Outbound`] when no client can be made.
    pub fn new(
        control: Control,
        key: SecretKey,
        options: &OutboundOptions,
        base: Option<Url>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AlertsError> {
        Ok(Self {
            control: Arc::new(Mutex::new(control)),
            key,
            reach: Reach::new(options)?,
            base: RwLock::new(base),
            clock,
            wake: Notify::new(),
            stopping: AtomicBool::new(false),
            tell: Box::new(|_, _| ()),
        })
    }

    /// The same, telling `tell` of every delivery whose status has changed, by id.
    #[must_use]
    pub fn observed_by(
        mut self,
        tell: impl Fn(&str, DeliveryStatus) + Send + Sync + 'static,
    ) -> Self {
        self.tell = Box::new(tell);
        self
    }

    /// Names another place where people reach Muster.
    pub fn set_base(&self, base: Option<Url>) {
        *self.base.write().unwrap_or_else(PoisonError::into_inner) = base;
    }

    /// Looks at the outbox again now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Sends whatever is due, when it is due, until `stop` says so; what is on its way then is finished. Channels do not
    /// wait for one another. One at a time.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut busy: BTreeSet<String> = BTreeSet::new();
        let mut under_way = FuturesUnordered::new();
        let mut forgot = i64::MIN;
        self.stopping.store(false, Ordering::Relaxed);
        let ended = self
            .write(|transaction| Outbox(transaction).end_tests())
            .await;
        if let Err(error) = ended {
            tracing::error!(%error, "tests that were cut off could not be ended");
        }
        loop {
            let pause: BoxFuture<'_, ()> = match self.look(&mut forgot).await {
                Ok((due, next, now)) => {
                    for channel in due {
                        if busy.insert(channel.clone()) {
                            under_way.push(self.send_to(channel));
                        }
                    }
                    match next {
                        Some(next) => self
                            .clock
                            .sleep(Duration::from_millis((next - now).unsigned_abs())),
                        None => pending().boxed(),
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read; looking again soon");
                    self.clock.sleep(REST)
                }
            };
            tokio::select! {
                () = &mut stop => break,
                Some((channel, result)) = under_way.next() => {
                    if let Err(error) = result {
                        tracing::error!(%error, "what came of a delivery could not be noted; it will be sent again");
                        self.clock.sleep(REST).await;
                    }
                    busy.remove(&channel);
                }
                () = self.wake.notified() => {}
                () = pause => {}
            }
        }
        self.stopping.store(true, Ordering::Relaxed);
        while let Some((_, result)) = under_way.next().await {
            if let Err(error) = result {
                tracing::error!(%error, "what came of a delivery could not be noted; it will be sent again");
            }
        }
    }

    /// Sends everything that is due now, and waits for what comes of it.
    ///
    /// # Errors
    /// The control file's. What was sent and could not be noted will be sent again.
    pub async fn send_due(&self) -> Result<Sending, AlertsError> {
        let now = self.now();
        let due = self
            .read(move |transaction| Outbox(transaction).due_channels(now))
            .await?;
        let mut whole = Sending::default();
        for (_, part) in join_all(due.into_iter().map(|channel| self.send_to(channel))).await {
            let part = part?;
            whole.sent += part.sent;
            whole.failed += part.failed;
            whole.dead += part.dead;
        }
        let now = self.now();
        whole.next = self
            .read(move |transaction| Outbox(transaction).next_moment(now))
            .await?;
        Ok(whole)
    }

    /// Sends a test to a channel at once, and gives the delivery with what came of it. It is not tried again.
    ///
    /// # Errors
    /// [`AlertsError::NoChannel`]; the control file's. That it was not taken is no error: it is in the delivery.
    pub async fn test(&self, channel: &str) -> Result<Delivery, AlertsError> {
        let channel = channel.to_owned();
        let now = self.now();
        let id = self
            .write(move |transaction| {
                Channels(transaction).find(&channel)?;
                Outbox(transaction).put_test(&channel, now)
            })
            .await?;
        self.attempt(&id).await?;
        self.read(move |transaction| Deliveries(transaction).find(&id))
            .await
    }

    /// What is due, when something will be, and what time it is.
    async fn look(&self, forgot: &mut i64) -> Result<(Vec<String>, Option<i64>, i64), AlertsError> {
        let now = self.now();
        if forgot.saturating_add(DAY) <= now {
            self.write(move |transaction| Outbox(transaction).forget_old(now))
                .await?;
            *forgot = now;
        }
        self.read(move |transaction| {
            let outbox = Outbox(transaction);
            Ok((outbox.due_channels(now)?, outbox.next_moment(now)?, now))
        })
        .await
    }

    /// Sends what is due for one channel, in the order in which it was made, until nothing is or it fails.
    async fn send_to(&self, channel: String) -> (String, Result<Sending, AlertsError>) {
        let mut sending = Sending::default();
        while !self.stopping.load(Ordering::Relaxed) {
            let now = self.now();
            let place = channel.clone();
            let next = self
                .read(move |transaction| Outbox(transaction).next_due(&place, now))
                .await;
            let status = match next {
                Ok(Some(id)) => self.attempt(&id).await,
                Ok(None) => break,
                Err(error) => Err(error),
            };
            match status {
                Ok(Some(DeliveryStatus::Sent)) => sending.sent += 1,
                Ok(Some(DeliveryStatus::Failed)) => sending.failed += 1,
                Ok(Some(DeliveryStatus::Dead)) => sending.dead += 1,
                Ok(_) => {}
                Err(error) => return (channel, Err(error)),
            }
        }
        (channel, Ok(sending))
    }

    /// One try of one delivery: noted, sent, noted.
    async fn attempt(&self, id: &str) -> Result<Option<DeliveryStatus>, AlertsError> {
        let now = self.now();
        let (delivery, key) = (id.to_owned(), self.key.clone());
        let claim = self
            .write(move |transaction| Outbox(transaction).claim(&delivery, &key, now))
            .await?;
        let status = match claim {
            Claim::Gone => return Ok(None),
            Claim::GivenUp => DeliveryStatus::Dead,
            Claim::Send(claimed) => {
                let outcome = self.send(&claimed).await;
                let done = self.now();
                let took = Duration::from_millis((done - now).max(0).unsigned_abs());
                let pause = backoff::delay(claimed.attempts, self.clock.random());
                tell_log(&claimed, &outcome);
                self.write(move |transaction| {
                    Outbox(transaction).record(&claimed, &outcome, pause, took, done)
                })
                .await?
            }
        };
        (self.tell)(id, status);
        Ok(Some(status))
    }

    async fn send(&self, claimed: &Claimed) -> Outcome {
        let Some(kind) = channel::kind(&claimed.channel.kind) else {
            return Err(Refusal::never(
                "this version of Muster does not know this kind of channel; make the channel anew",
            ));
        };
        let base = self
            .base
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let letter = Letter {
            delivery: &claimed.id,
            created: claimed.created,
            now: self.now(),
            message: &claimed.message,
            base: base.as_ref(),
        };
        let entered = Entered {
            settings: &claimed.channel.settings,
            secrets: &claimed.secrets,
            allow_insecure_endpoint: claimed.channel.allow_insecure_endpoint,
        };
        kind.send(&entered, &letter, &self.reach).await
    }

    fn now(&self) -> i64 {
        milliseconds(self.clock.now())
    }

    /// SQLite waits for others; that is done where waiting is allowed.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, AlertsError> + Send + 'static,
    ) -> Result<T, AlertsError> {
        self.with(|control| control.write(work)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, AlertsError> + Send + 'static,
    ) -> Result<T, AlertsError> {
        self.with(|control| control.read(work)).await
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Control) -> Result<T, AlertsError> + Send + 'static,
    ) -> Result<T, AlertsError> {
        let control = Arc::clone(&self.control);
        tokio::task::spawn_blocking(move || {
            work(&mut control.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await
        .unwrap_or(Err(AlertsError::Stopped))
    }
}

fn tell_log(claimed: &Claimed, outcome: &Outcome) {
    let (delivery, channel) = (&claimed.id, &claimed.channel.name);
    match outcome {
        Ok(_) => tracing::info!(delivery, channel, "alert delivered"),
        // Whoever pressed the button is told.
        Err(_) if claimed.is_test => {}
        Err(refusal) => {
            tracing::warn!(
                delivery,
                channel,
                reason = refusal.reason,
                attempt = claimed.attempts,
                "alert not delivered"
            );
        }
    }
}
