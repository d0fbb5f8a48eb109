use std::sync::{Arc, PoisonError};

use muster_ledger::LedgerError;

use super::Office;
use crate::{clock::now_milliseconds, failure::Failure};

impl Office {
    /// Finds out who made the changes that have come, and those that events have come about, since the last time. Gives how
    /// many changes say something else now.
    ///
    /// # Errors
    /// [`Failure`] when the control file cannot be written; it can be called again.
    pub async fn attribute(&self) -> Result<u64, Failure> {
        let control = Arc::clone(&self.attribution);
        let work = tokio::task::spawn_blocking(move || {
            let mut control = control.lock().unwrap_or_else(PoisonError::into_inner);
            muster_ledger::attribute(&mut control, now_milliseconds())
        });
        let attributed = work
            .await
            .unwrap_or_else(|error| Err(LedgerError::Stopped(error.to_string())))?;
        Ok(attributed)
    }
}
