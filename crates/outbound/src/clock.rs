use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;

/// Time and chance, passed in so that tests neither sleep nor flicker.
pub trait Clock: Send + Sync {
    /// The moment it is.
    fn now(&self) -> SystemTime;
    /// Returns after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// A number from 0 to 1, both to be expected equally often.
    fn random(&self) -> f64;
}

/// The machine's own time and chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn random(&self) -> f64 {
        rand::random()
    }
}
