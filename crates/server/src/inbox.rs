//! Messages of vendors on their way to disk. Nobody is told that a message arrived before it is there for good: one task
//! writes down everything that waits, in one transaction, so that a full sync of the disk serves many.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use muster_collect::Receipt;
use muster_model::IntegrationId;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::{access::times, problem::Problem};

/// Messages an integration may send for good, a second; more for a moment.
const PER_SECOND: Quota = Quota::per_second(times(2_000)).allow_burst(times(4_000));
/// Messages of an integration that may wait to be looked at.
const MOST_WAITING: usize = 200_000;
/// Bytes of them.
const MOST_BYTES: usize = 512 << 20;
/// Messages that may wait to be written down, of all integrations together.
const MOST_UNWRITTEN: usize = 4_096;
/// Messages in one transaction.
const TOGETHER: usize = 512;
/// After how many seconds somebody who came at a bad time may come again.
const COME_AGAIN: u64 = 5;

/// A message that waits to be written down.
struct Post {
    receipt: Receipt,
    written: oneshot::Sender<bool>,
}

/// Takes messages in.
pub struct Inbox {
    posts: mpsc::Sender<Post>,
    rate: DefaultKeyedRateLimiter<String>,
    waiting: Mutex<HashMap<IntegrationId, Waiting>>,
    /// Told when something waits to be looked at.
    arrived: Arc<Notify>,
}

/// What waits to be looked at.
#[derive(Debug, Clone, Copy, Default)]
struct Waiting {
    messages: usize,
    bytes: usize,
}

/// Writes messages down.
pub struct Writer {
    posts: mpsc::Receiver<Post>,
    arrived: Arc<Notify>,
}

impl Inbox {
    /// An inbox in which these wait already, as (integration, messages, bytes), and what writes down what comes.
    pub fn new(waiting: impl IntoIterator<Item = (IntegrationId, usize, usize)>) -> (Self, Writer) {
        let (posts, receiver) = mpsc::channel(MOST_UNWRITTEN);
        let arrived = Arc::new(Notify::new());
        let waiting = waiting
            .into_iter()
            .map(|(integration, messages, bytes)| (integration, Waiting { messages, bytes }));
        let inbox = Self {
            posts,
            rate: RateLimiter::keyed(PER_SECOND),
            waiting: Mutex::new(waiting.collect()),
            arrived: Arc::clone(&arrived),
        };
        let writer = Writer {
            posts: receiver,
            arrived,
        };
        (inbox, writer)
    }

    /// Told when something waits to be looked at.
    pub fn arrived(&self) -> &Notify {
        &self.arrived
    }

    /// The integrations of which something waits.
    pub fn of_whom(&self) -> Vec<IntegrationId> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.keys().cloned().collect()
    }

    /// Something was looked at, or is gone with its integration.
    pub fn looked_at(&self, integration: &IntegrationId, looked_at: Option<(usize, usize)>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match (looked_at, waiting.get_mut(integration)) {
            (Some((messages, bytes)), Some(own)) => {
                own.messages = own.messages.saturating_sub(messages);
                own.bytes = own.bytes.saturating_sub(bytes);
                if own.messages == 0 {
                    waiting.remove(integration);
                }
            }
            _ => {
                waiting.remove(integration);
            }
        }
    }

    /// Takes a message in; it is on disk when this returns.
    ///
    /// # Errors
    /// 429 or 503, with the moment to come again; nothing is kept then.
    pub async fn put(&self, receipt: Receipt) -> Result<(), Problem> {
        let integration = receipt.integration.clone();
        self.rate
            .check_key(&integration.as_str().to_owned())
            .map_err(|refused| {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                Problem::too_many(
                    "too many messages at once; send them again later",
                    wait.as_secs() + 1,
                )
            })?;
        let bytes = receipt.body.len();
        self.reserve(&integration, bytes)?;
        let (written, answer) = oneshot::channel();
        let is_kept = match self.posts.try_send(Post { receipt, written }) {
            Ok(()) => answer.await.unwrap_or(false),
            Err(_) => false,
        };
        if is_kept {
            return Ok(());
        }
        self.looked_at(&integration, Some((1, bytes)));
        Err(busy())
    }

    fn reserve(&self, integration: &IntegrationId, bytes: usize) -> Result<(), Problem> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let own = waiting.entry(integration.clone()).or_default();
        if own.messages >= MOST_WAITING || own.bytes + bytes > MOST_BYTES {
            return Err(busy());
        }
        own.messages += 1;
        own.bytes += bytes;
        Ok(())
    }
}

fn busy() -> Problem {
    Problem::busy(
        "messages cannot be taken at the moment; send it again later",
        COME_AGAIN,
    )
}

impl Writer {
    /// Writes down what comes until `ended`. `write` keeps messages for good and says which; none where it cannot.
    pub async fn run<W>(mut self, write: W, ended: impl Future<Output = ()>)
    where
        W: FnMut(&[Receipt]) -> Vec<bool> + Send + 'static,
    {
        let mut ended = std::pin::pin!(ended);
        let mut write = Some(write);
        loop {
            let first = tokio::select! {
                () = &mut ended => return,
                first = self.posts.recv() => first,
            };
            let Some(first) = first else {
                return;
            };
            let mut receipts = vec![first.receipt];
            let mut answers = vec![first.written];
            while receipts.len() < TOGETHER
                && let Ok(post) = self.posts.try_recv()
            {
                receipts.push(post.receipt);
                answers.push(post.written);
            }
            let Some(mut writing) = write.take() else {
                return;
            };
            let working = tokio::task::spawn_blocking(move || {
                let kept = writing(&receipts);
                (writing, kept)
            });
            let Ok((writing, kept)) = working.await else {
                return;
            };
            write = Some(writing);
            self.arrived.notify_one();
            let kept = kept.into_iter().chain(std::iter::repeat(false));
            for (answer, is_kept) in answers.into_iter().zip(kept) {
                // Who sent it may be gone; it is kept all the same.
                let _ = answer.send(is_kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc as blocking;

    use super::*;

    fn receipt(number: usize) -> Receipt {
        Receipt {
            integration: IntegrationId::from_random(1),
            received: 0,
            body: number.to_string().into_bytes(),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_waits_is_written_together_and_answered_afterwards() {
        let (inbox, writer) = Inbox::new([]);
        let inbox = Arc::new(inbox);
        let (let_go, hold) = blocking::channel::<()>();
        let (told, groups) = blocking::channel();
        let writing = tokio::spawn(writer.run(
            move |receipts: &[Receipt]| {
                hold.recv().unwrap();
                told.send(receipts.len()).unwrap();
                vec![true; receipts.len()]
            },
            std::future::pending(),
        ));
        let first = {
            let inbox = Arc::clone(&inbox);
            tokio::spawn(async move { inbox.put(receipt(0)).await.is_ok() })
        };
        // The first is being written; a hundred more come meanwhile.
        while inbox.posts.capacity() < MOST_UNWRITTEN || inbox.of_whom().is_empty() {
            tokio::task::yield_now().await;
        }
        let mut others = Vec::new();
        for number in 1..=100 {
            let inbox = Arc::clone(&inbox);
            others.push(tokio::spawn(async move {
                inbox.put(receipt(number)).await.is_ok()
            }));
        }
        while inbox.posts.capacity() > MOST_UNWRITTEN - 100 {
            tokio::task::yield_now().await;
        }
        assert!(!first.is_finished());
        let_go.send(()).unwrap();
        let_go.send(()).unwrap();
        assert!(first.await.unwrap());
        for other in others {
            assert!(other.await.unwrap());
        }
        assert_eq!(groups.iter().take(2).collect::<Vec<_>>(), [1, 100]);
        writing.abort();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_cannot_be_kept_is_not_acknowledged() {
        let (inbox, writer) = Inbox::new([]);
        let writing = tokio::spawn(writer.run(|_: &[Receipt]| Vec::new(), std::future::pending()));
        assert!(inbox.put(receipt(0)).await.is_err());
        assert!(inbox.of_whom().is_empty());
        writing.abort();
    }

    #[tokio::test]
    async fn an_inbox_is_full_at_some_point_and_has_room_again() {
        let integration = IntegrationId::from_random(1);
        let full = [(integration.clone(), MOST_WAITING, 0)];
        let (inbox, _writer) = Inbox::new(full);
        assert!(inbox.put(receipt(0)).await.is_err());
        inbox.looked_at(&integration, Some((MOST_WAITING, 0)));
        assert!(inbox.reserve(&integration, 1).is_ok());
        assert!(inbox.reserve(&integration, MOST_BYTES).is_err());
    }
}
