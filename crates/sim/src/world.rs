//! The one company behind every port: its state, its time, and what happens in it by itself.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::clock::Clock;
use crate::company::Company;
use crate::error::SimError;
use crate::faults::EventFaults;
use crate::state::{Churn, State};

/// More changes than this since the epoch would take longer to replay than anyone waits.
const MOST_CHANGES: f64 = 20_000_000.0;

/// What all vendors' stand-ins of a process share.
#[derive(Debug)]
pub(crate) struct World {
    pub seed: u64,
    pub state: RwLock<State>,
    churn: Mutex<Churn>,
    /// When the next change is due, in milliseconds; read before each answer.
    due: AtomicI64,
    pub clock: Clock,
}

impl World {
    /// A company, brought up to the present.
    pub fn new(
        company: Company,
        churn: Churn,
        clock: Clock,
        events: EventFaults,
    ) -> Result<Self, SimError> {
        if churn.expected(clock.now()) > MOST_CHANGES {
            return Err(SimError::option(
                "--churn",
                "so much would have changed since the epoch that it cannot be replayed; choose a later --epoch, such as now",
            ));
        }
        let seed = company.seed;
        let mut state = State::new(company);
        state.event_faults = events;
        let world = Self {
            seed,
            state: RwLock::new(state),
            due: AtomicI64::new(churn.due()),
            churn: Mutex::new(churn),
            clock,
        };
        world.catch_up();
        Ok(world)
    }

    /// Lets happen what is due by now.
    pub fn catch_up(&self) {
        let now = self.clock.now_millis();
        if self.due.load(Ordering::Relaxed) > now {
            return;
        }
        let mut churn = self.churn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        churn.catch_up(&mut state, now);
        self.due
            .store(churn.due().min(state.next_step()), Ordering::Relaxed);
    }

    /// Looks again at what is due next, after an order from outside.
    pub fn reconsider(&self) {
        let churn = self.churn.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        self.due
            .store(churn.due().min(state.next_step()), Ordering::Relaxed);
    }
}
