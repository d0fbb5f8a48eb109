//! How many requests there were, so that a test can count them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use crate::okta::Endpoint;

/// Counters since the start or the last reset.
#[derive(Debug)]
pub struct Stats {
    endpoints: [AtomicU64; Endpoint::COUNT],
    /// Answers by hundreds of their status.
    statuses: [AtomicU64; 6],
    refused: AtomicU64,
    bytes: AtomicU64,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            endpoints: std::array::from_fn(|_| AtomicU64::new(0)),
            statuses: std::array::from_fn(|_| AtomicU64::new(0)),
            refused: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }
}

impl Stats {
    /// Counts a request.
    pub fn request(&self, endpoint: Endpoint) {
        self.endpoints[endpoint as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an answer.
    pub fn answered(&self, status: u16, bytes: usize) {
        self.statuses[usize::from(status / 100).min(5)].fetch_add(1, Ordering::Relaxed);
        self.refused
            .fetch_add(u64::from(status == 429), Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Begins again from nothing.
    pub fn reset(&self) {
        for counter in self
            .endpoints
            .iter()
            .chain(&self.statuses)
            .chain([&self.refused, &self.bytes])
        {
            counter.store(0, Ordering::Relaxed);
        }
    }

    /// As JSON; endpoints that were not asked are left out.
    pub fn to_json(&self) -> Value {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let endpoints: Map<String, Value> = Endpoint::ALL
            .iter()
            .map(|e| (*e, read(&self.endpoints[*e as usize])))
            .filter(|(_, n)| *n > 0)
            .map(|(e, n)| (e.name().to_owned(), n.into()))
            .collect();
        let total: u64 = self.endpoints.iter().map(read).sum();
        let statuses: Map<String, Value> = (1..6)
            .map(|s| (s, read(&self.statuses[s])))
            .filter(|(_, n)| *n > 0)
            .map(|(s, n)| (format!("{s}xx"), n.into()))
            .collect();
        json!({"requests": total, "endpoints": endpoints, "statuses": statuses, "rate_limited": read(&self.refused), "bytes": read(&self.bytes)})
    }
}
