//! What happens, told to whoever watches.

use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;

/// Events that may wait for a slow watcher; after that it is told to look anew.
const WAITING: usize = 512;

/// One event: its name, and its data as JSON.
#[derive(Debug, Clone)]
pub struct Event {
    pub name: &'static str,
    pub data: Value,
}

/// Where events come together.
#[derive(Debug, Clone)]
pub struct Hub(broadcast::Sender<Event>);

impl Default for Hub {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl Hub {
    /// Tells everybody who watches; nobody needs to.
    pub fn tell(&self, name: &'static str, data: impl Serialize) {
        if let Ok(data) = serde_json::to_value(data) {
            let _ = self.0.send(Event { name, data });
        }
    }

    /// What happens from now on.
    pub fn watch(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        self.0.receiver_count() > 0
    }
}
