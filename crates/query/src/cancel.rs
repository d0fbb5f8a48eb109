use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};

use datafusion::error::DataFusionError;

use crate::{LimitReached, Limits, QueryError};

const RUNNING: u8 = 0;
const CANCELLED: u8 = 1;
const TIME_LIMIT: u8 = 2;

/// Tells every part of a running query to stop; cheap to ask.
#[derive(Clone)]
pub(crate) struct Cancel {
    state: Arc<AtomicU8>,
    deadline: Instant,
    limits: Limits,
}

impl Cancel {
    pub fn new(limits: Limits) -> Self {
        let now = Instant::now();
        let a_day = std::time::Duration::from_secs(86_400);
        Self {
            state: Arc::new(AtomicU8::new(RUNNING)),
            deadline: now.checked_add(limits.time).unwrap_or_else(|| now + a_day),
            limits,
        }
    }

    /// Whoever asked has gone.
    pub fn cancel(&self) {
        let _ =
            self.state
                .compare_exchange(RUNNING, CANCELLED, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Why to stop, if so.
    pub fn reason(&self) -> Option<QueryError> {
        match self.state.load(Ordering::Relaxed) {
            RUNNING if Instant::now() < self.deadline => None,
            CANCELLED => Some(QueryError::Cancelled),
            _ => {
                self.state.store(TIME_LIMIT, Ordering::Relaxed);
                Some(QueryError::Limit(LimitReached::Time(self.limits.time)))
            }
        }
    }

    /// [`Cancel::reason`] as an error of the engine.
    pub fn check(&self) -> Result<(), DataFusionError> {
        match self.reason() {
            None => Ok(()),
            Some(error) => Err(DataFusionError::External(Box::new(error))),
        }
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cancel")
    }
}
