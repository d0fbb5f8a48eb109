//! How much of one of the vendor's rate limits is left for us.

use std::time::{Duration, SystemTime};

/// A window that is said to be longer than this is not believed: we ask again after that time.
const LONGEST_WINDOW: Duration = Duration::from_secs(15 * 60);

/// What part of our share we take even when others have used up more than the rest, so that a busy tenant slows
/// us down without stopping us.
const FLOOR: f64 = 0.2;

/// What an answer's headers tell about a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateHeaders {
    pub limit: u64,
    pub remaining: u64,
    /// When the window ends, by our own clock.
    pub reset: Option<SystemTime>,
}

/// The state of one rate limit.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Whether any answer came; until then one request at a time goes out.
    informed: bool,
    limit: Option<u64>,
    /// Requests of the window that anybody has made, as far as answers have told.
    used: u64,
    /// Requests of the window that we have made.
    ours: u64,
    in_flight: u64,
    window_end: Option<SystemTime>,
    /// Whether we have been there since the window began, so that what we did not make was made by others.
    whole_window: bool,
    blocked_until: Option<SystemTime>,
}

/// Whether a request may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// Now.
    Go,
    /// When a request that is on its way has come back.
    Later,
    /// Not before then.
    Until(SystemTime),
}

/// A reading of a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetView {
    /// The bucket's name in the resource files.
    pub bucket: String,
    /// Requests that the vendor allows in a window; unknown before the first answer, or when it does not say.
    pub limit: Option<u64>,
    /// Of these, how many we take.
    pub ours: Option<u64>,
    /// Requests of this window made by anybody.
    pub used: u64,
    /// When the window ends.
    pub window_end: Option<SystemTime>,
}

impl Budget {
    pub(super) fn ready(&mut self, share: f64, now: SystemTime) -> Ready {
        if let Some(until) = self.blocked_until {
            if until > now {
                return Ready::Until(until);
            }
            self.blocked_until = None;
        }
        if self.window_end.is_some_and(|end| end <= now) {
            self.window_end = None;
            self.used = 0;
            self.ours = self.in_flight;
            self.whole_window = true;
        }
        let Some(limit) = self.limit else {
            return if self.informed || self.in_flight == 0 {
                Ready::Go
            } else {
                Ready::Later
            };
        };
        let cap = cap(limit, share);
        let expected = self.used + self.in_flight;
        let floor = ((cap as f64 * FLOOR) as u64).max(1);
        if expected < cap || (self.whole_window && self.ours < floor && expected < limit) {
            return Ready::Go;
        }
        match self.window_end {
            Some(end) => Ready::Until(end),
            None if self.in_flight > 0 => Ready::Later,
            None => Ready::Go,
        }
    }

    pub(super) fn start(&mut self) {
        self.in_flight += 1;
        self.ours += 1;
    }

    pub(super) fn finish(&mut self, headers: Option<RateHeaders>, answered: bool, now: SystemTime) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.informed |= answered;
        let Some(headers) = headers else {
            // An answer that says nothing still used one, if there is a limit at all.
            self.used += 1;
            return;
        };
        let used = headers.limit.saturating_sub(headers.remaining);
        let reset = headers.reset.map(|reset| reset.min(now + LONGEST_WINDOW));
        let same_window = match (self.window_end, reset) {
            // Clocks and whole seconds blur the end of a window by a second or two.
            (Some(end), Some(reset)) => reset <= end + Duration::from_secs(2),
            _ => true,
        };
        if same_window {
            self.used = self.used.max(used);
            self.window_end = self.window_end.or(reset);
        } else {
            self.used = used;
            self.ours = 1 + self.in_flight;
            self.window_end = reset;
            self.whole_window = true;
        }
        self.limit = Some(headers.limit);
    }

    /// Nothing goes out before `until`.
    pub(super) fn block(&mut self, until: SystemTime) {
        self.blocked_until = self.blocked_until.max(Some(until));
    }

    pub(super) fn view(&self, bucket: &str, share: f64) -> BudgetView {
        BudgetView {
            bucket: bucket.to_owned(),
            limit: self.limit,
            ours: self.limit.map(|limit| cap(limit, share)),
            used: self.used,
            window_end: self.window_end,
        }
    }
}

fn cap(limit: u64, share: f64) -> u64 {
    ((limit as f64 * share) as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn at(seconds: u64) -> SystemTime {
        NOW + Duration::from_secs(seconds)
    }

    fn told(limit: u64, remaining: u64, reset: u64) -> Option<RateHeaders> {
        Some(RateHeaders {
            limit,
            remaining,
            reset: Some(at(reset)),
        })
    }

    #[test]
    fn half_of_a_window_is_used_and_then_waited_for() {
        let mut budget = Budget::default();
        let mut sent = 0;
        loop {
            match budget.ready(0.5, at(1)) {
                Ready::Go => {}
                Ready::Until(end) => {
                    assert_eq!(end, at(60));
                    break;
                }
                Ready::Later => unreachable!(),
            }
            budget.start();
            sent += 1;
            budget.finish(told(10, 10 - sent, 60), true, at(1));
        }
        assert_eq!(sent, 5);
        assert_eq!(budget.ready(0.5, at(60)), Ready::Go);
    }

    #[test]
    fn before_the_first_answer_one_request_goes_out() {
        let mut budget = Budget::default();
        assert_eq!(budget.ready(0.5, NOW), Ready::Go);
        budget.start();
        assert_eq!(budget.ready(0.5, NOW), Ready::Later);
        budget.finish(None, true, NOW);
        budget.start();
        assert_eq!(budget.ready(0.5, NOW), Ready::Go);
    }

    #[test]
    fn requests_on_their_way_count() {
        let mut budget = Budget::default();
        budget.start();
        budget.finish(told(4, 3, 60), true, NOW);
        budget.start();
        assert_eq!(budget.ready(0.5, NOW), Ready::Until(at(60)));
    }

    #[test]
    fn use_by_others_counts_but_leaves_a_floor() {
        let mut budget = Budget::default();
        budget.start();
        budget.finish(told(100, 20, 60), true, at(1));
        assert_eq!(
            budget.ready(0.5, at(1)),
            Ready::Until(at(60)),
            "a window we know half of"
        );
        assert_eq!(budget.ready(0.5, at(61)), Ready::Go);
        let mut sent = 0;
        while budget.ready(0.5, at(61)) == Ready::Go {
            budget.start();
            sent += 1;
            budget.finish(told(100, 30 - sent, 120), true, at(61));
        }
        assert_eq!(sent, 10);
    }

    #[test]
    fn a_window_without_end_is_not_believed() {
        let mut budget = Budget::default();
        budget.start();
        budget.finish(told(10, 0, 4_102_444_800), true, NOW);
        assert_eq!(budget.ready(0.5, NOW), Ready::Until(NOW + LONGEST_WINDOW));
    }
}
