use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// What the requests for one resource type have cost so far. May be read at any moment.
#[derive(Debug, Default)]
pub struct Counters {
    requests: AtomicU64,
    retries: AtomicU64,
    waits: AtomicU64,
    waited: AtomicU64,
    bytes: AtomicU64,
}

/// A reading of [`Counters`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Requests sent, repeated ones included.
    pub requests: u64,
    /// Requests that repeated a failed one.
    pub retries: u64,
    /// Times a request was held back for a rate limit.
    pub waits: u64,
    /// How long requests were held back for rate limits, all added up.
    pub waited: Duration,
    /// Bytes of answers, unpacked.
    pub bytes: u64,
}

impl Counters {
    pub(super) fn request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(super) fn retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(super) fn wait(&self, duration: Duration) {
        self.waits.fetch_add(1, Relaxed);
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.waited.fetch_add(micros, Relaxed);
    }

    pub(super) fn read(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// What they say now.
    pub fn usage(&self) -> Usage {
        Usage {
            requests: self.requests.load(Relaxed),
            retries: self.retries.load(Relaxed),
            waits: self.waits.load(Relaxed),
            waited: Duration::from_micros(self.waited.load(Relaxed)),
            bytes: self.bytes.load(Relaxed),
        }
    }
}

impl std::ops::Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            retries: self.retries + other.retries,
            waits: self.waits + other.waits,
            waited: self.waited + other.waited,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl std::iter::Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(readings: I) -> Self {
        readings.fold(Self::default(), std::ops::Add::add)
    }
}
