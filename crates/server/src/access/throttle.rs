use std::{num::NonZeroU32, sync::Arc};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use crate::problem::Problem;

/// A count for a quota.
pub const fn times(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

/// Wrong passwords for one address of a person: a burst, then one more in twelve seconds.
const PER_PERSON: Quota = Quota::per_minute(times(5)).allow_burst(times(10));
/// Attempts from one place, whoever they are for; offices share an address.
const PER_PLACE: Quota = Quota::per_minute(times(30)).allow_burst(times(60));

/// Keeps passwords and links from being guessed.
#[derive(Clone)]
pub struct Throttle {
    people: Arc<DefaultKeyedRateLimiter<String>>,
    places: Arc<DefaultKeyedRateLimiter<String>>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            people: Arc::new(RateLimiter::keyed(PER_PERSON)),
            places: Arc::new(RateLimiter::keyed(PER_PLACE)),
        }
    }
}

impl Throttle {
    /// Whether one more attempt from `place`, for `person` where there is one, is allowed.
    ///
    /// # Errors
    /// A problem that says when to come back.
    pub fn attempt(&self, place: Option<&str>, person: Option<&str>) -> Result<(), Problem> {
        check(&self.places, place.unwrap_or("unknown"))?;
        match person {
            Some(person) => check(&self.people, &person.trim().to_lowercase()),
            None => Ok(()),
        }
    }

    /// Forgets who has been quiet.
    pub fn sweep(&self) {
        self.people.retain_recent();
        self.places.retain_recent();
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<(), Problem> {
    limiter.check_key(&key.to_owned()).map_err(|refused| {
        let wait = refused.wait_time_from(DefaultClock::default().now());
        let seconds = wait.as_secs() + 1;
        Problem::too_many(
            format!("too many attempts; try again in {seconds} seconds"),
            seconds,
        )
    })
}
