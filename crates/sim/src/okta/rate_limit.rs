//! Rate limits: a bucket per group of endpoints, refilled every minute, and a header about it on every answer.

use std::sync::{Mutex, PoisonError};

use super::Endpoint;

/// Whether and how requests are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limiting {
    /// Never refused. The headers tell of a limit that nobody reaches, so that a polite caller is not slowed down.
    Off,
    /// The figures seen in recordings of paid organisations.
    Vendor,
    /// Every bucket alike.
    Each(u32),
}

impl Limiting {
    /// Reads the flag.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "off" => Some(Self::Off),
            "vendor" => Some(Self::Vendor),
            n => n.parse().ok().filter(|n| *n > 0).map(Self::Each),
        }
    }

    fn limit(self, endpoint: Endpoint) -> u32 {
        match self {
            Self::Off => 1_000_000,
            Self::Vendor => endpoint.requests_per_minute(),
            Self::Each(n) => n,
        }
    }
}

/// What the headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub limit: u32,
    pub remaining: u32,
    /// When the bucket is full again, in seconds since 1970.
    pub reset: i64,
    pub refused: bool,
}

/// The buckets of the organisation.
#[derive(Debug)]
pub struct Buckets {
    limiting: Mutex<Limiting>,
    used: Mutex<[(i64, u32); Endpoint::COUNT]>,
}

impl Buckets {
    /// Full buckets.
    #[must_use]
    pub fn new(limiting: Limiting) -> Self {
        Self {
            limiting: Mutex::new(limiting),
            used: Mutex::new([(0, 0); Endpoint::COUNT]),
        }
    }

    /// Changes the limits.
    pub fn set(&self, limiting: Limiting) {
        *self.limiting.lock().unwrap_or_else(PoisonError::into_inner) = limiting;
    }

    /// Takes one request from a bucket.
    pub fn take(&self, endpoint: Endpoint, now: i64) -> Standing {
        let limiting = *self.limiting.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = limiting.limit(endpoint);
        let minute = now.div_euclid(60);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = &mut used[endpoint.bucket() as usize];
        if bucket.0 != minute {
            *bucket = (minute, 0);
        }
        let refused = bucket.1 >= limit && limiting != Limiting::Off;
        if !refused {
            bucket.1 = bucket.1.saturating_add(1);
        }
        Standing {
            limit,
            remaining: limit.saturating_sub(bucket.1),
            reset: (minute + 1) * 60,
            refused,
        }
    }
}
