//! Reading again what events name.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use muster_collect::{Extent, RereadReport, Rereading};
use muster_model::IntegrationId;
use tokio::sync::{Notify, OwnedMutexGuard};

use super::{Office, notice::Notice};
use crate::failure::Failure;

impl Office {
    /// Told when something more is to be read again.
    pub fn asked_again(&self) -> &Arc<Notify> {
        &self.asked_again
    }

    /// Somebody waits for [`Office::asked_again`] and calls [`Office::reread`] from now on.
    pub fn rereads_by_itself(&self) {
        self.rereads_by_itself.store(true, Ordering::Relaxed);
    }

    /// Tells who is reading for an integration that there is more.
    pub fn wake(&self, integration: &IntegrationId) {
        if let Some(connection) = self.held_connection(integration) {
            connection.wake();
        }
    }

    /// Reads again what is due for an integration, until nothing is.
    ///
    /// # Errors
    /// [`Failure`] when what was read cannot be kept; it is still to be read then.
    pub async fn reread(
        &self,
        integration: &IntegrationId,
        extent: Extent,
        allow_insecure_endpoints: bool,
    ) -> Result<RereadReport, Failure> {
        let gate = self.gate(&lane(integration, extent));
        let _alone = gate.lock().await;
        let (integration, connection) = self.connection(integration, allow_insecure_endpoints)?;
        if !integration.enabled {
            return Ok(RereadReport::default());
        }
        let id = integration.id.clone();
        let rereading = Rereading::new(
            &self.folder,
            integration,
            &connection,
            self.ledger.clone(),
            extent,
        )?;
        let stop = Arc::new(Notify::new());
        self.rereading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((id.clone(), extent), Arc::clone(&stop));
        let result = tokio::select! {
            result = rereading.start() => result,
            () = stop.notified() => Ok(RereadReport::default()),
        };
        self.rereading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(id.clone(), extent));
        let report = result?;
        if report.done > 0 {
            self.tell(Notice::Reread(id));
        }
        Ok(report)
    }

    /// Reads again everything that is due for an integration, unless somebody does so anyway.
    pub(super) async fn work_off_rereads(
        &self,
        integration: &IntegrationId,
        allow_insecure_endpoints: bool,
    ) -> Result<(), Failure> {
        if self.rereads_by_itself.load(Ordering::Relaxed) {
            return Ok(());
        }
        // What one lane finds may be work for the next.
        for extent in Extent::ALL {
            self.reread(integration, extent, allow_insecure_endpoints)
                .await?;
        }
        Ok(())
    }

    /// Ends what is being read again; it is still to be read.
    pub(super) fn stop_rereading(&self, integration: &IntegrationId) {
        let rereading = self
            .rereading
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (_, stop) in rereading.iter().filter(|((id, _), _)| id == integration) {
            stop.notify_one();
        }
    }

    /// Nothing is read again for an integration until what this gives is dropped.
    pub(super) async fn keep_from_rereading(
        &self,
        integration: &IntegrationId,
    ) -> Vec<OwnedMutexGuard<()>> {
        let mut kept = Vec::new();
        for extent in Extent::ALL {
            let gate = self.gate(&lane(integration, extent));
            // One that begins only now has to be ended as well.
            let mut waiting = std::pin::pin!(gate.lock_owned());
            let guard = loop {
                self.stop_rereading(integration);
                tokio::select! {
                    guard = &mut waiting => break guard,
                    () = tokio::time::sleep(STOPS) => {}
                }
            };
            kept.push(guard);
        }
        kept
    }
}

/// How often somebody who has to end is told so.
const STOPS: std::time::Duration = std::time::Duration::from_millis(50);

fn lane(integration: &IntegrationId, extent: Extent) -> String {
    format!("{integration} reread {extent:?}")
}
