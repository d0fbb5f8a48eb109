//! When a request may go out: the budget of its bucket, and how many may be on their way at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use muster_outbound::Clock;
use tokio::sync::Notify;

use super::{
    budget::{Budget, BudgetView, RateHeaders, Ready},
    counters::Counters,
};

/// Requests on their way at once before anything is known about the vendor.
const FIRST_CONCURRENCY: f64 = 4.0;

/// One per integration. Concurrency grows by one for every round of answers and is halved when the vendor says
/// it is too much (additive increase, multiplicative decrease).
pub(super) struct Throttle {
    state: Mutex<State>,
    /// Something came back.
    freed: Notify,
    share: f64,
    most: f64,
    clock: Arc<dyn Clock>,
}

struct State {
    budgets: BTreeMap<String, Budget>,
    allowed: f64,
    in_flight: usize,
    /// Counts the times concurrency was cut, so that requests that were on their way together cut it once.
    cuts: u64,
}

/// How a request went, as far as the throttle cares.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    /// An answer that shows no strain.
    Fine,
    /// Too many at once, or a server that gives up: fewer from now on.
    Strained,
    /// Too many in this window: nothing before then.
    Limited(SystemTime),
    /// Nothing to learn from.
    Lost,
}

/// The right to send one request.
pub(super) struct Permit<'a> {
    throttle: &'a Throttle,
    bucket: String,
    cuts: u64,
    finished: bool,
}

impl Throttle {
    pub(super) fn new(share: f64, most: usize, clock: Arc<dyn Clock>) -> Self {
        let most = most.max(1) as f64;
        Self {
            state: Mutex::new(State {
                budgets: BTreeMap::new(),
                allowed: FIRST_CONCURRENCY.min(most),
                in_flight: 0,
                cuts: 0,
            }),
            freed: Notify::new(),
            share: share.clamp(0.01, 1.0),
            most,
            clock,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when a request of this bucket may go out.
    pub(super) async fn permit(&self, bucket: &str, counters: &Counters) -> Permit<'_> {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            let now = self.clock.now();
            let ready = {
                let mut state = self.state();
                if state.in_flight as f64 >= state.allowed.max(1.0).floor() {
                    Ready::Later
                } else {
                    let budget = state.budgets.entry(bucket.to_owned()).or_default();
                    let ready = budget.ready(self.share, now);
                    if ready == Ready::Go {
                        budget.start();
                        state.in_flight += 1;
                        return Permit {
                            throttle: self,
                            bucket: bucket.to_owned(),
                            cuts: state.cuts,
                            finished: false,
                        };
                    }
                    ready
                }
            };
            match ready {
                Ready::Until(until) => {
                    // Spread over a second: windows end on whole seconds, for everybody at once.
                    let spread = Duration::from_secs_f64(self.clock.random());
                    let wait = until.duration_since(now).unwrap_or_default() + spread;
                    counters.wait(wait);
                    tracing::debug!(
                        bucket,
                        seconds = wait.as_secs(),
                        "waiting for the vendor's rate limit"
                    );
                    self.clock.sleep(wait).await;
                }
                Ready::Later | Ready::Go => freed.await,
            }
        }
    }

    /// What is known about each rate limit.
    pub(super) fn budgets(&self) -> Vec<BudgetView> {
        let state = self.state();
        state
            .budgets
            .iter()
            .map(|(bucket, budget)| budget.view(bucket, self.share))
            .collect()
    }

    #[cfg(test)]
    pub(super) fn allowed(&self) -> f64 {
        self.state().allowed
    }
}

impl Permit<'_> {
    /// The request came back, or did not.
    pub(super) fn finish(mut self, outcome: Outcome, headers: Option<RateHeaders>) {
        self.settle(outcome, headers);
    }

    fn settle(&mut self, outcome: Outcome, headers: Option<RateHeaders>) {
        self.finished = true;
        let now = self.throttle.clock.now();
        {
            let mut state = self.throttle.state();
            state.in_flight = state.in_flight.saturating_sub(1);
            match outcome {
                Outcome::Fine => {
                    state.allowed = (state.allowed + 1.0 / state.allowed).min(self.throttle.most)
                }
                Outcome::Strained if self.cuts == state.cuts => {
                    state.allowed = (state.allowed / 2.0).max(1.0);
                    state.cuts += 1;
                }
                Outcome::Strained | Outcome::Limited(_) | Outcome::Lost => {}
            }
            if let Some(budget) = state.budgets.get_mut(&self.bucket) {
                budget.finish(headers, !matches!(outcome, Outcome::Lost), now);
                if let Outcome::Limited(until) = outcome {
                    budget.block(until);
                }
            }
        }
        self.throttle.freed.notify_waiters();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.settle(Outcome::Lost, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::http::SystemClock;

    fn throttle(most: usize) -> Throttle {
        Throttle::new(1.0, most, Arc::new(SystemClock))
    }

    fn go<'a>(throttle: &'a Throttle, bucket: &str) -> Option<Permit<'a>> {
        throttle.permit(bucket, &Counters::default()).now_or_never()
    }

    #[test]
    fn concurrency_grows_slowly_and_is_halved_once_per_round() {
        let throttle = throttle(100);
        for _ in 0..200 {
            go(&throttle, "a").unwrap().finish(Outcome::Fine, None);
        }
        let grown = throttle.allowed();
        assert!((15.0..25.0).contains(&grown), "{grown}");
        let together: Vec<_> = (0..4).map(|_| go(&throttle, "a").unwrap()).collect();
        for permit in together {
            permit.finish(Outcome::Strained, None);
        }
        assert!((throttle.allowed() - grown / 2.0).abs() < 1e-9);
        for _ in 0..50 {
            go(&throttle, "a").unwrap().finish(Outcome::Strained, None);
        }
        assert!((throttle.allowed() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn concurrency_has_a_most_and_a_dropped_request_frees_its_place() {
        let throttle = throttle(2);
        go(&throttle, "a").unwrap().finish(Outcome::Fine, None);
        let first = go(&throttle, "a").unwrap();
        let second = go(&throttle, "a").unwrap();
        assert!(go(&throttle, "b").is_none());
        drop(first);
        let third = go(&throttle, "b");
        assert!(third.is_some());
        drop((second, third));
        assert!(throttle.allowed() <= 2.0);
    }

    #[tokio::test]
    async fn a_waiting_request_goes_when_another_comes_back() {
        let throttle = throttle(1);
        let counters = Counters::default();
        let first = throttle.permit("a", &counters).await;
        let waiting = throttle.permit("a", &counters);
        tokio::pin!(waiting);
        assert!(waiting.as_mut().now_or_never().is_none());
        first.finish(Outcome::Fine, None);
        waiting.await.finish(Outcome::Fine, None);
        assert_eq!(counters.usage().waits, 0, "that was no rate limit");
    }
}
