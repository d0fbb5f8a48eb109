use std::{
    sync::Mutex,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures::future::BoxFuture;
use muster_alerts::Clock;
use tokio::sync::oneshot;

/// 2026-11-23T00:00:00Z.
pub const START: i64 = 1_795_392_000_000;

/// Time that passes when the test says so, and chance that is always in the middle.
pub struct TestClock {
    state: Mutex<State>,
}

struct State {
    now: i64,
    sleepers: Vec<(i64, oneshot::Sender<()>)>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                now: START,
                sleepers: Vec::new(),
            }),
        }
    }
}

impl TestClock {
    /// Milliseconds since 1970.
    pub fn milliseconds(&self) -> i64 {
        self.state.lock().unwrap().now
    }

    /// Lets time pass; whoever slept until then wakes.
    pub fn pass(&self, duration: Duration) {
        let mut state = self.state.lock().unwrap();
        state.now += i64::try_from(duration.as_millis()).unwrap();
        let now = state.now;
        let (awake, asleep): (Vec<_>, Vec<_>) = state
            .sleepers
            .drain(..)
            .partition(|(until, _)| *until <= now);
        state.sleepers = asleep;
        for (_, wake) in awake {
            let _ = wake.send(());
        }
    }

    pub fn seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.milliseconds().unsigned_abs())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (wake, woken) = oneshot::channel();
        let mut state = self.state.lock().unwrap();
        let until = state.now + i64::try_from(duration.as_millis()).unwrap();
        state.sleepers.push((until, wake));
        Box::pin(async move {
            let _ = woken.await;
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}
