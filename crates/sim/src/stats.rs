//! How many requests there were, so that a test can count them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

/// Counters since the start or the last reset.
#[derive(Debug, Default)]
pub struct Stats {
    endpoints: Mutex<BTreeMap<Cow<'static, str>, u64>>,
    /// Answers by hundreds of their status.
    statuses: [AtomicU64; 6],
    refused: AtomicU64,
    bytes: AtomicU64,
    /// Messages that arrived, and that were given up.
    told: [AtomicU64; 2],
}

impl Stats {
    /// Counts a request.
    pub fn request(&self, endpoint: Cow<'static, str>) {
        *self
            .endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(endpoint)
            .or_default() += 1;
    }

    /// Counts an answer.
    pub fn answered(&self, status: u16, bytes: usize) {
        self.statuses[usize::from(status / 100).min(5)].fetch_add(1, Ordering::Relaxed);
        self.refused
            .fetch_add(u64::from(status == 429), Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts a message to a hook.
    pub fn told(&self, arrived: bool) {
        self.told[usize::from(!arrived)].fetch_add(1, Ordering::Relaxed);
    }

    /// Begins again from nothing.
    pub fn reset(&self) {
        self.endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        for counter in self
            .statuses
            .iter()
            .chain([&self.refused, &self.bytes])
            .chain(&self.told)
        {
            counter.store(0, Ordering::Relaxed);
        }
    }

    /// As JSON; endpoints that were not asked are left out.
    pub fn to_json(&self) -> Value {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let endpoints = self
            .endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let total: u64 = endpoints.values().sum();
        let statuses: Map<String, Value> = (1..6)
            .map(|s| (s, read(&self.statuses[s])))
            .filter(|(_, n)| *n > 0)
            .map(|(s, n)| (format!("{s}xx"), n.into()))
            .collect();
        json!({"requests": total, "endpoints": endpoints, "statuses": statuses, "rate_limited": read(&self.refused), "bytes": read(&self.bytes),
            "hooks": {"arrived": read(&self.told[0]), "given_up": read(&self.told[1])}})
    }
}
