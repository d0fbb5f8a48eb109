//! The outbox: rows that say what is to be sent, and what became of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use muster_control::SecretKey;
use muster_model::IntegrationId;
use rusqlite::{OptionalExtension as _, Transaction};
use zeroize::Zeroizing;

use crate::{
    AlertsError, Channels,
    alerts::stored,
    channel::{Again, Outcome},
    channels::{Channel, from_json, to_json},
    delivery::{DeliveryStatus, MOST_ATTEMPTS},
    identity::new_id,
    message::Message,
};

/// A message waits so long for others of its kind; each that comes begins the wait anew.
const QUIET: i64 = 10_000;
/// It does not wait longer than this, however many come.
const LONGEST_GATHERING: i64 = 60_000;
/// What a pass finds is one message, however long the pass takes. A pass that was cut off is taken up by the next.
const PASS_HOLD: i64 = 10 * 60_000;
/// While a first sync goes on, its message is put off by so much, again and again.
const FIRST_SYNC_HOLD: i64 = 10 * 60_000;
/// A first sync that takes longer is told of in parts.
const LONGEST_FIRST_SYNC: i64 = 24 * 60 * 60_000;
/// Deliveries that are done with are kept for half a year.
const KEPT: i64 = 180 * 24 * 60 * 60_000;

/// The outbox, inside a transaction.
#[derive(Debug)]
pub(crate) struct Outbox<'t>(pub &'t Transaction<'t>);

/// A delivery that is about to be tried.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub id: String,
    pub channel: Channel,
    pub secrets: BTreeMap<String, Zeroizing<String>>,
    pub message: Message,
    pub created: i64,
    pub attempts: u32,
    pub most_attempts: u32,
    pub is_test: bool,
}

/// How messages are gathered as they are put out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gathering<'a> {
    /// The integration that a message is about; none when it is about none.
    pub integration: Option<&'a IntegrationId>,
    /// Integrations whose first sync has not finished.
    pub first_syncs: &'a BTreeSet<IntegrationId>,
    /// The pass goes on, and will release it.
    pub held: bool,
    /// Now, milliseconds since 1970.
    pub now: i64,
}

impl<'a> Gathering<'a> {
    fn first_sync(&self) -> Option<&'a IntegrationId> {
        self.integration
            .filter(|integration| self.first_syncs.contains(integration))
    }

    /// When a message is to go whose first cause was seen at `created`.
    fn due(&self, created: i64) -> i64 {
        if self.first_sync().is_some() {
            (self.now + FIRST_SYNC_HOLD).min(created + LONGEST_FIRST_SYNC)
        } else if self.held {
            self.now + PASS_HOLD
        } else {
            (self.now + QUIET).min(created + LONGEST_GATHERING)
        }
        .max(self.now + 1)
    }
}

/// What claiming came to.
#[derive(Debug)]
pub(crate) enum Claim {
    /// Send it, then say what came of it.
    Send(Box<Claimed>),
    /// It was tried too often, or cannot be sent at all.
    GivenUp,
    /// Somebody else settled it.
    Gone,
}

impl Outbox<'_> {
    /// Puts a message for one channel out: into the delivery that still gathers, or into a new one. Gives its id.
    pub fn put(
        &self,
        alert: &str,
        channel: &str,
        message: Message,
        gathering: &Gathering<'_>,
    ) -> Result<String, AlertsError> {
        let now = gathering.now;
        let first_sync = gathering.first_sync();
        let own = match gathering.integration {
            Some(integration) => self.open(alert, channel, integration.as_str(), now)?,
            None => None,
        };
        let open = match (own, first_sync) {
            (Some(open), _) => Some(open),
            (None, Some(_)) => None,
            (None, None) => self.open(alert, channel, "", now)?,
        };
        if let Some((id, text, created)) = open {
            let mut whole: Message = from_json(&text)?;
            whole.merge(message);
            self.0.execute(
                "UPDATE delivery SET message = ?2, title = ?3, events = ?4, next_attempt = ?5 WHERE id = ?1",
                (
                    &id,
                    to_json(&whole)?,
                    whole.title(),
                    stored(whole.events),
                    gathering.due(created),
                ),
            )?;
            return Ok(id);
        }
        let gathers = first_sync.map_or("", IntegrationId::as_str);
        let due = gathering.due(now);
        self.insert(Some(alert), channel, gathers, &message, now, due)
    }

    /// Lets what a pass held go once it has been quiet.
    pub fn release(&self, ids: &BTreeSet<String>, now: i64) -> Result<(), AlertsError> {
        for id in ids {
            self.0.execute(
                "UPDATE delivery SET next_attempt = max(?2, min(?3, created + ?4))
                 WHERE id = ?1 AND gathers = '' AND closed = 0 AND next_attempt IS NOT NULL",
                (id, now + 1, now + QUIET, LONGEST_GATHERING),
            )?;
        }
        Ok(())
    }

    /// The delivery that still gathers: its id, message and age.
    fn open(
        &self,
        alert: &str,
        channel: &str,
        gathers: &str,
        now: i64,
    ) -> Result<Option<(String, String, i64)>, AlertsError> {
        Ok(self
            .0
            .prepare_cached(
                "SELECT id, message, created FROM delivery
                 WHERE channel = ?1 AND alert = ?2 AND gathers = ?3 AND closed = 0 AND next_attempt > ?4
                 ORDER BY sequence DESC LIMIT 1",
            )?
            .query_row((channel, alert, gathers, now), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?)
    }

    fn insert(
        &self,
        alert: Option<&str>,
        channel: &str,
        gathers: &str,
        message: &Message,
        now: i64,
        due: i64,
    ) -> Result<String, AlertsError> {
        let id = new_id();
        self.0.execute(
            "INSERT INTO delivery (id, channel, alert, gathers, message, title, events, status, most_attempts, created,
                 next_attempt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?8, ?9, ?10)",
            (
                &id,
                channel,
                alert,
                gathers,
                to_json(message)?,
                message.title(),
                stored(message.events),
                MOST_ATTEMPTS,
                now,
                alert.map(|_| due),
            ),
        )?;
        Ok(id)
    }

    /// Puts a test out. It is sent by whoever made it, and by nobody else.
    pub fn put_test(&self, channel: &str, now: i64) -> Result<String, AlertsError> {
        self.insert(None, channel, "", &Message::test(), now, now)
    }

    /// Lets first syncs that ended be told of, and puts off those that go on.
    pub fn settle_first_syncs(
        &self,
        first_syncs: &BTreeSet<IntegrationId>,
        now: i64,
    ) -> Result<(), AlertsError> {
        let mut statement = self.0.prepare_cached(
            "SELECT id, gathers, created FROM delivery WHERE gathers != '' AND closed = 0 AND next_attempt IS NOT NULL",
        )?;
        let gathering: Vec<(String, String, i64)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (id, integration, created) in gathering {
            let goes_on = first_syncs
                .iter()
                .any(|known| known.as_str() == integration);
            if goes_on {
                let due = (now + FIRST_SYNC_HOLD).min(created + LONGEST_FIRST_SYNC);
                self.0.execute(
                    "UPDATE delivery SET next_attempt = max(next_attempt, ?2) WHERE id = ?1",
                    (id, due),
                )?;
            } else {
                self.0.execute(
                    "UPDATE delivery SET next_attempt = min(next_attempt, ?2) WHERE id = ?1",
                    (id, now + QUIET),
                )?;
            }
        }
        Ok(())
    }

    /// Whether any delivery gathers a first sync.
    pub fn gathers_first_syncs(&self) -> Result<bool, AlertsError> {
        Ok(self.0.query_row(
            "SELECT EXISTS (SELECT 1 FROM delivery WHERE next_attempt IS NOT NULL AND closed = 0 AND gathers != '')",
            [],
            |row| row.get(0),
        )?)
    }

    /// Channels that something is due for.
    pub fn due_channels(&self, now: i64) -> Result<Vec<String>, AlertsError> {
        let mut statement = self.0.prepare_cached(
            "SELECT DISTINCT channel.id FROM delivery JOIN channel ON delivery.channel = channel.id
             WHERE next_attempt <= ?1 AND not_before <= ?1 AND enabled AND deleted IS NULL",
        )?;
        Ok(statement
            .query_map([now], |row| row.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// The first delivery that is due for a channel, in the order in which they were made.
    pub fn next_due(&self, channel: &str, now: i64) -> Result<Option<String>, AlertsError> {
        Ok(self
            .0
            .prepare_cached(
                "SELECT delivery.id FROM delivery JOIN channel ON delivery.channel = channel.id
                 WHERE channel.id = ?1 AND next_attempt <= ?2 AND not_before <= ?2 AND enabled AND deleted IS NULL
                 ORDER BY sequence LIMIT 1",
            )?
            .query_row((channel, now), |row| row.get(0))
            .optional()?)
    }

    /// When something will be due that is not yet; none while nothing waits.
    pub fn next_moment(&self, now: i64) -> Result<Option<i64>, AlertsError> {
        Ok(self.0.query_row(
            "SELECT min(max(next_attempt, not_before)) FROM delivery JOIN channel ON delivery.channel = channel.id
             WHERE next_attempt IS NOT NULL AND enabled AND deleted IS NULL AND max(next_attempt, not_before) > ?1",
            [now],
            |row| row.get(0),
        )?)
    }

    /// Notes that a delivery is about to be tried, before anything goes out: from here on it is not added to, and a
    /// kill is seen as a try that was cut off.
    pub fn claim(&self, id: &str, key: &SecretKey, now: i64) -> Result<Claim, AlertsError> {
        let found = self
            .0
            .prepare_cached(
                "SELECT channel, message, created, attempts, most_attempts, alert IS NULL FROM delivery
                 WHERE id = ?1 AND status IN ('waiting', 'failed')",
            )?
            .query_row([id], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, u32>(3)?,
                    row.get::<_, u32>(4)?,
                    row.get::<_, bool>(5)?,
                ))
            })
            .optional()?;
        let Some((channel, message, created, attempts, most_attempts, is_test)) = found else {
            return Ok(Claim::Gone);
        };
        self.0.execute(
            "UPDATE delivery_attempt SET outcome = 'cut off: Muster was stopped; it may have arrived'
             WHERE delivery = ?1 AND outcome IS NULL",
            [id],
        )?;
        if attempts >= most_attempts {
            let reason = format!("given up after {attempts} tries; the last one was cut off");
            self.give_up(id, &reason)?;
            return Ok(Claim::GivenUp);
        }
        let channel = Channels(self.0).find(&channel)?;
        let attempts = attempts + 1;
        self.0.execute(
            "UPDATE delivery SET attempts = ?2, closed = 1 WHERE id = ?1",
            (id, attempts),
        )?;
        self.0.execute(
            "INSERT INTO delivery_attempt (delivery, number, at) VALUES (?1, ?2, ?3)",
            (id, attempts, now),
        )?;
        let secrets = match Channels(self.0).secrets(key, &channel.id) {
            Ok(secrets) => secrets,
            Err(AlertsError::Refused(reason)) => {
                self.note_outcome(id, attempts, &reason, 0)?;
                self.give_up(id, &reason)?;
                return Ok(Claim::GivenUp);
            }
            Err(error) => return Err(error),
        };
        Ok(Claim::Send(Box::new(Claimed {
            id: id.to_owned(),
            channel,
            secrets,
            message: from_json(&message)?,
            created,
            attempts,
            most_attempts,
            is_test,
        })))
    }

    /// Notes what came of a try. `pause` is how long to wait before the next, unless the other end said.
    pub fn record(
        &self,
        claimed: &Claimed,
        outcome: &Outcome,
        pause: Duration,
        took: Duration,
        now: i64,
    ) -> Result<DeliveryStatus, AlertsError> {
        let id = claimed.id.as_str();
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let words = match outcome {
            Ok(accepted) => &accepted.answer,
            Err(refusal) => &refusal.reason,
        };
        self.note_outcome(id, claimed.attempts, words, took)?;
        let refusal = match outcome {
            Ok(_) => {
                self.0.execute(
                    "UPDATE delivery SET status = 'sent', sent = ?2, next_attempt = NULL, last_error = NULL WHERE id = ?1",
                    (id, now),
                )?;
                return Ok(DeliveryStatus::Sent);
            }
            Err(refusal) => refusal,
        };
        let Again::Later(asked) = refusal.again else {
            self.give_up(id, &refusal.reason)?;
            return Ok(DeliveryStatus::Dead);
        };
        if claimed.is_test {
            self.give_up(id, &refusal.reason)?;
            return Ok(DeliveryStatus::Dead);
        }
        // Others to this channel would fare the same; they do not have to find out one by one.
        let hold = asked.unwrap_or(pause.min(LONGEST_HOLD));
        self.0.execute(
            "UPDATE channel SET not_before = max(not_before, ?2) WHERE id = ?1",
            (&claimed.channel.id, now + as_milliseconds(hold)),
        )?;
        if claimed.attempts >= claimed.most_attempts {
            let reason = format!(
                "given up after {} tries; the last time: {}",
                claimed.attempts, refusal.reason
            );
            self.give_up(id, &reason)?;
            return Ok(DeliveryStatus::Dead);
        }
        let next = now + as_milliseconds(asked.map_or(pause, |asked| asked.max(pause)));
        self.0.execute(
            "UPDATE delivery SET status = 'failed', next_attempt = ?2, last_error = ?3 WHERE id = ?1",
            (id, next, &refusal.reason),
        )?;
        Ok(DeliveryStatus::Failed)
    }

    fn note_outcome(
        &self,
        id: &str,
        number: u32,
        words: &str,
        milliseconds: i64,
    ) -> Result<(), AlertsError> {
        self.0.execute(
            "UPDATE delivery_attempt SET outcome = ?3, milliseconds = ?4 WHERE delivery = ?1 AND number = ?2",
            (id, number, words, milliseconds),
        )?;
        Ok(())
    }

    fn give_up(&self, id: &str, reason: &str) -> Result<(), AlertsError> {
        self.0.execute(
            "UPDATE delivery SET status = 'dead', next_attempt = NULL, closed = 1, last_error = ?2 WHERE id = ?1",
            (id, reason),
        )?;
        Ok(())
    }

    /// Tests that were under way when Muster was stopped: nobody waits for them any more.
    pub fn end_tests(&self) -> Result<(), AlertsError> {
        self.0.execute(
            "UPDATE delivery SET status = 'dead', closed = 1,
                 last_error = 'Muster was stopped while it was tried; send another test'
             WHERE alert IS NULL AND status = 'waiting'",
            [],
        )?;
        Ok(())
    }

    /// Forgets what was done with long ago.
    pub fn forget_old(&self, now: i64) -> Result<(), AlertsError> {
        self.0.execute(
            "DELETE FROM delivery WHERE status IN ('sent', 'dead') AND created < ?1",
            [now - KEPT],
        )?;
        Ok(())
    }
}

/// A channel rests no longer than this after a failure, unless the other end asked for more.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

fn as_milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
