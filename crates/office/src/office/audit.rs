use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Months, Utc};
use muster_collect::{AuditReport, AuditRound};
use muster_ledger::EventKeeper;
use muster_model::Integration;

use super::{Office, notice::Notice};
use crate::{clock::now_milliseconds, failure::Failure};

impl Office {
    /// Reads everything that is new in the log of an integration, and archives as it goes. Nothing happens for a provider
    /// without a log.
    ///
    /// # Errors
    /// [`Failure`] when what was read cannot be kept; what the vendor does not give is noted in the log's state.
    pub async fn follow(
        &self,
        integration: &Integration,
        allow_insecure_endpoints: bool,
    ) -> Result<(), Failure> {
        if self.is_pushed(integration) {
            return Ok(());
        }
        while let Some(report) = self.round(integration, allow_insecure_endpoints).await? {
            self.keep_events(false).await?;
            if report.events > 0 {
                self.tell(Notice::AuditEvents(integration.id.clone()));
                self.asked_again.notify_one();
            }
            if !report.has_more {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn round(
        &self,
        integration: &Integration,
        allow_insecure_endpoints: bool,
    ) -> Result<Option<AuditReport>, Failure> {
        let gate = self.gate(&format!("{} log", integration.id));
        let _alone = gate.lock().await;
        let (integration, connection) =
            self.connection(&integration.id, allow_insecure_endpoints)?;
        let round = AuditRound::new(&self.folder, integration, &connection)?;
        let Some(round) = round else {
            return Ok(None);
        };
        Ok(Some(round.start().await?))
    }

    /// Moves events to the archive that are worth a file, or all there are, and removes the months that need not be
    /// kept.
    ///
    /// # Errors
    /// [`Failure`] when the archive does not answer; nothing is lost, and it can be called again.
    pub async fn keep_events(&self, everything: bool) -> Result<u64, Failure> {
        let mut keeper = self.keeper.lock().await;
        let now = now_milliseconds();
        let kept = keeper.keep(now, everything).await?;
        if kept > 0
            && let Some(months) = self.configuration.keep_events_months
            && let Some(first) = first_kept(now, months)
        {
            keeper.drop_before(first).await?;
        }
        Ok(kept)
    }

    /// Opens what moves events to the archive.
    pub(super) fn keeper(
        folder: &muster_control::Folder,
        archive: muster_ledger::archive::ArchiveOptions,
    ) -> Result<Arc<tokio::sync::Mutex<EventKeeper>>, Failure> {
        let keeper = EventKeeper::open(folder, archive)?;
        Ok(Arc::new(tokio::sync::Mutex::new(keeper)))
    }
}

/// The beginning of the first month that is kept, besides the one under way.
fn first_kept(now: i64, months: u32) -> Option<i64> {
    let today: DateTime<Utc> = DateTime::from_timestamp_millis(now)?;
    let first = today
        .date_naive()
        .with_day(1)?
        .checked_sub_months(Months::new(months))?;
    Some(first.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}
