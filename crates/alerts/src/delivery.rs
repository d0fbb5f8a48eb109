//! Deliveries as they are shown: what was sent where, and what became of it.

use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde_json::Value;
use url::Url;

use crate::{AlertsError, channel, channels::from_json, letter::Letter, message::Message};

/// So often a message is tried before it is given up.
pub const MOST_ATTEMPTS: u32 = 12;

/// A message for one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The same at every try; receivers can tell a repetition by it.
    pub id: String,
    /// Where it goes.
    pub channel: ChannelName,
    /// What caused it; none for a test.
    pub alert: Option<AlertName>,
    /// How far it is.
    pub status: DeliveryStatus,
    /// What it says, in a line.
    pub title: String,
    /// How many causes are gathered in it.
    pub events: u64,
    /// When its first cause was seen, milliseconds since 1970.
    pub created_at: i64,
    /// When it was taken.
    pub sent_at: Option<i64>,
    /// When it is tried next.
    pub next_attempt_at: Option<i64>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// A channel, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelName {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `webhook`, `slack`, `email`.
    pub kind: String,
}

/// An alert, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertName {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryStatus {
    /// Not tried yet.
    Waiting,
    /// Taken by the other end.
    Sent,
    /// Tried, and tried again later.
    Failed,
    /// Given up; somebody may try it again by hand.
    Dead,
}

/// Which deliveries are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// To this channel.
    pub channel: Option<String>,
    /// Caused by this alert.
    pub alert: Option<String>,
    /// So far.
    pub status: Option<DeliveryStatus>,
}

/// Some deliveries, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryPage {
    /// They.
    pub items: Vec<Delivery>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<String>,
}

/// A delivery with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryDetail {
    /// It.
    pub delivery: Delivery,
    /// What goes out: an object, or the text of a mail.
    pub payload: Value,
    /// Every try, oldest first.
    pub attempts: Vec<Attempt>,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When, milliseconds since 1970.
    pub at: i64,
    /// What came of it, in words.
    pub outcome: String,
    /// How long it took; none where that is not known.
    pub milliseconds: Option<u64>,
}

impl DeliveryStatus {
    /// The word in the interface and on disk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dead => "dead",
        }
    }

    /// The status of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Failed, Self::Dead]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// The table of deliveries, inside a transaction.
#[derive(Debug)]
pub struct Deliveries<'t>(pub &'t Transaction<'t>);

const SELECT: &str = "SELECT delivery.id, channel.id, channel.name, channel.kind, alert.id, alert.name, status, title,
        events, delivery.created, sent, next_attempt, attempts, last_error, sequence
    FROM delivery JOIN channel ON delivery.channel = channel.id LEFT JOIN alert ON delivery.alert = alert.id";

impl Deliveries<'_> {
    /// Some of them, newest first; `cursor` is the `next` of the page before.
    ///
    /// # Errors
    /// [`AlertsError::BadCursor`].
    pub fn list(
        &self,
        filter: &DeliveryFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<DeliveryPage, AlertsError> {
        let before: i64 = match cursor {
            Some(text) => text.parse().map_err(|_| AlertsError::BadCursor)?,
            None => i64::MAX,
        };
        let limit = limit.clamp(1, 500);
        let status = filter.status.map(DeliveryStatus::as_str);
        let mut conditions = vec!["sequence < ?1".to_owned()];
        let mut values: Vec<&dyn rusqlite::ToSql> = vec![&before];
        let wanted = [
            ("delivery.channel", filter.channel.as_deref()),
            ("delivery.alert", filter.alert.as_deref()),
            ("status", status),
        ];
        for (column, value) in &wanted {
            if let Some(value) = value {
                values.push(value);
                conditions.push(format!("{column} = ?{}", values.len()));
            }
        }
        let mut statement = self.0.prepare_cached(&format!(
            "{SELECT} WHERE {} ORDER BY sequence DESC LIMIT {}",
            conditions.join(" AND "),
            limit + 1
        ))?;
        let mut rows = statement.query(values.as_slice())?;
        let mut items = Vec::new();
        let mut last = 0;
        let mut more = false;
        while let Some(row) = rows.next()? {
            if items.len() == limit as usize {
                more = true;
                break;
            }
            last = row.get(14)?;
            items.push(read(row)?);
        }
        Ok(DeliveryPage {
            items,
            next: more.then(|| last.to_string()),
        })
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`AlertsError::NoDelivery`].
    pub fn find(&self, id: &str) -> Result<Delivery, AlertsError> {
        self.first("delivery.id = ?1", id)?
            .ok_or_else(|| AlertsError::NoDelivery(id.to_owned()))
    }

    /// The newest to a channel.
    pub(crate) fn last_to(&self, channel: &str) -> Result<Option<Delivery>, AlertsError> {
        self.first("delivery.channel = ?1 ORDER BY sequence DESC", channel)
    }

    fn first(&self, condition: &str, value: &str) -> Result<Option<Delivery>, AlertsError> {
        let mut statement = self
            .0
            .prepare_cached(&format!("{SELECT} WHERE {condition} LIMIT 1"))?;
        let mut rows = statement.query([value])?;
        rows.next()?.map(read).transpose()
    }

    /// One with what goes out and every try. `base` is where people reach Muster, for the links.
    ///
    /// # Errors
    /// [`AlertsError::NoDelivery`].
    pub fn detail(&self, id: &str, base: Option<&Url>) -> Result<DeliveryDetail, AlertsError> {
        let delivery = self.find(id)?;
        let message: String =
            self.0
                .query_row("SELECT message FROM delivery WHERE id = ?1", [id], |row| {
                    row.get(0)
                })?;
        let message: Message = from_json(&message)?;
        let letter = Letter {
            delivery: &delivery.id,
            created: delivery.created_at,
            now: delivery.created_at,
            message: &message,
            base,
        };
        let payload =
            channel::kind(&delivery.channel.kind).map_or(Value::Null, |kind| kind.render(&letter));
        let mut statement = self.0.prepare_cached(
            "SELECT at, outcome, milliseconds FROM delivery_attempt WHERE delivery = ?1 ORDER BY number",
        )?;
        let attempts = statement
            .query_map([id], |row| {
                Ok(Attempt {
                    at: row.get(0)?,
                    outcome: row
                        .get::<_, Option<String>>(1)?
                        .unwrap_or_else(|| "on its way".to_owned()),
                    milliseconds: row
                        .get::<_, Option<i64>>(2)?
                        .map(|value| value.unsigned_abs()),
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(DeliveryDetail {
            delivery,
            payload,
            attempts,
        })
    }

    /// Tries one again that was given up, or one that waits for its next try, as soon as the sender wakes.
    ///
    /// # Errors
    /// [`AlertsError::NoDelivery`]; [`AlertsError::Refused`] when there is nothing to try again.
    pub fn retry(&self, id: &str, now: i64) -> Result<Delivery, AlertsError> {
        let delivery = self.find(id)?;
        let refuse = |reason: &str| Err(AlertsError::Refused(reason.to_owned()));
        if delivery.alert.is_none() {
            return refuse("a test is not sent again; send another one from its channel");
        }
        match delivery.status {
            DeliveryStatus::Sent => return refuse("it was sent already"),
            DeliveryStatus::Waiting => return refuse("it waits for its first try"),
            DeliveryStatus::Failed | DeliveryStatus::Dead => {}
        }
        let gone: Option<i64> = self
            .0
            .query_row(
                "SELECT deleted FROM channel WHERE id = ?1",
                [&delivery.channel.id],
                |row| row.get(0),
            )
            .optional()?
            .flatten();
        if gone.is_some() {
            return refuse("its channel was deleted; make the channel anew for what is to come");
        }
        self.0.execute(
            "UPDATE delivery SET status = 'failed', next_attempt = ?2, most_attempts = attempts + ?3 WHERE id = ?1",
            (id, now, MOST_ATTEMPTS),
        )?;
        // Whoever presses the button does not want to wait.
        self.0.execute(
            "UPDATE channel SET not_before = 0 WHERE id = ?1",
            [&delivery.channel.id],
        )?;
        self.find(id)
    }
}

fn read(row: &Row<'_>) -> Result<Delivery, AlertsError> {
    let status: String = row.get(6)?;
    let alert: Option<String> = row.get(4)?;
    Ok(Delivery {
        id: row.get(0)?,
        channel: ChannelName {
            id: row.get(1)?,
            name: row.get(2)?,
            kind: row.get(3)?,
        },
        alert: match alert {
            Some(id) => Some(AlertName {
                id,
                name: row.get(5)?,
            }),
            None => None,
        },
        status: DeliveryStatus::parse(&status)
            .ok_or_else(|| AlertsError::Corrupt(format!("delivery status `{status}`")))?,
        title: row.get(7)?,
        events: row.get::<_, i64>(8)?.unsigned_abs(),
        created_at: row.get(9)?,
        sent_at: row.get(10)?,
        next_attempt_at: row.get(11)?,
        attempts: row.get(12)?,
        last_error: row.get(13)?,
    })
}
