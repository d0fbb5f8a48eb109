//! Running integrations.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use muster_collect::{Progress, Run, SyncOptions};
use muster_control::Integrations;
use muster_model::{Integration, IntegrationId};
use muster_provider::http::Usage;
use tokio::sync::{Notify, mpsc};

use super::{Office, notice::Notice};
use crate::{
    clock::now_milliseconds,
    failure::Failure,
    request::{Answer, Event, IntegrationReport, Sync, TypeProgress, TypeResult},
    runs::{RunRecord, Runs},
};

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// A run that is under way.
#[derive(Debug, Clone)]
pub struct Collecting {
    /// How far each type has come.
    pub types: Vec<TypeProgress>,
    stop: Arc<Notify>,
}

impl Office {
    /// How far the run of an integration has come, while there is one.
    pub fn collecting(&self, integration: &IntegrationId) -> Option<Collecting> {
        self.collecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(integration)
            .cloned()
    }

    /// Ends a run that is under way; what it has committed stays, and the next one goes on where it was.
    pub(super) fn stop(&self, integration: &IntegrationId) {
        if let Some(collecting) = self.collecting(integration) {
            collecting.stop.notify_one();
        }
    }

    /// Runs what was asked for, integrations side by side.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn sync(
        &self,
        sync: Sync,
        events: &mpsc::UnboundedSender<Event>,
    ) -> Result<Answer, Failure> {
        let mut chosen = Vec::new();
        for integration in self.chosen(&sync.names)? {
            let types = match &sync.types {
                None => None,
                Some(types) => match self.types_of(&integration, types, !sync.names.is_empty())? {
                    Some(types) => Some(types),
                    None => continue,
                },
            };
            chosen.push((integration, types));
        }
        if chosen.is_empty() {
            let types = sync.types.unwrap_or_default().join(", ");
            return Err(Failure::usage(format!(
                "no integration collects {types}; `muster provider list` shows the types"
            )));
        }
        let runs = chosen
            .into_iter()
            .map(|(integration, types)| self.sync_one(integration, types, &sync, events));
        let reports = futures::future::join_all(runs).await;
        Ok(Answer::Synced(
            reports.into_iter().collect::<Result<_, _>>()?,
        ))
    }

    /// The types as the provider spells them; `None` when the integration's provider has none of them and it was not
    /// asked for by name.
    fn types_of(
        &self,
        integration: &Integration,
        types: &[String],
        by_name: bool,
    ) -> Result<Option<Vec<String>>, Failure> {
        let provider = self
            .catalogue
            .find_provider(&integration.provider)
            .map_err(Failure::Usage)?;
        let elsewhere = |name: &String| {
            self.catalogue.resource_type(name).is_some() && provider.resource_type(name).is_none()
        };
        let own: Vec<String> = types
            .iter()
            .filter(|name| by_name || !elsewhere(name))
            .cloned()
            .collect();
        if own.is_empty() {
            return Ok(None);
        }
        provider
            .check_types(&own.join(","))
            .map(Some)
            .map_err(|error| Failure::usage(error.to_string()))
    }

    fn chosen(&self, names: &[String]) -> Result<Vec<Integration>, Failure> {
        if names.is_empty() {
            let all = self.write(|transaction| Integrations(transaction).all())?;
            let enabled: Vec<Integration> = all
                .iter()
                .filter(|integration| integration.enabled && !self.is_pushed(integration))
                .cloned()
                .collect();
            return match (all.is_empty(), enabled.is_empty()) {
                (true, _) => Err(Failure::usage(
                    "there is no integration yet; `muster integration add PROVIDER --name NAME` adds one",
                )),
                (false, true) if all.iter().all(|integration| self.is_pushed(integration)) => {
                    Err(Failure::usage(
                        "there is nothing to collect: the resources of every integration are pushed",
                    ))
                }
                (false, true) => Err(Failure::usage(
                    "every integration is disabled; `muster integration enable NAME` turns one on",
                )),
                _ => Ok(enabled),
            };
        }
        names
            .iter()
            .map(|name| {
                let integration =
                    self.write(|transaction| Integrations(transaction).named(name))?;
                if self.is_pushed(&integration) {
                    Err(Failure::usage(format!(
                        "nothing is asked for {}: its resources are pushed, with `muster push` or over HTTP",
                        integration.name
                    )))
                } else if integration.enabled {
                    Ok(integration)
                } else {
                    Err(Failure::usage(format!(
                        "{} is disabled; `muster integration enable {}` turns it on",
                        integration.name, integration.name
                    )))
                }
            })
            .collect()
    }

    async fn sync_one(
        &self,
        integration: Integration,
        types: Option<Vec<String>>,
        sync: &Sync,
        events: &mpsc::UnboundedSender<Event>,
    ) -> Result<IntegrationReport, Failure> {
        let gate = self.gate(integration.id.as_str());
        let _alone = gate.lock().await;
        // It may have gone, or changed, while this waited.
        let integration =
            self.write(|transaction| Integrations(transaction).with_id(&integration.id))?;
        let id = integration.id.clone();
        let begun = now_milliseconds();
        let run = self.write(|transaction| Ok(Runs(transaction).begin(&id, begun)?))?;
        let result = self.run(integration.clone(), types, sync, events).await;
        self.collecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        // One that was stopped has no end: it is the first thing to go on with, as after a kill.
        if let Some(result) = result.as_ref().map(Option::as_ref).transpose() {
            let record = RunRecord {
                id: run,
                finished: Some(now_milliseconds()),
                ..record(result)
            };
            self.write(|transaction| Ok(Runs(transaction).end(&record)?))?;
        }
        self.tell(Notice::Ended(id));
        if result.is_ok() {
            self.follow(&integration, sync.allow_insecure_endpoints)
                .await?;
            self.work_off_rereads(&integration.id, sync.allow_insecure_endpoints)
                .await?;
            self.attribute().await?;
        }
        result?.ok_or_else(|| {
            Failure::Incomplete("the run was stopped; the next one goes on where it was".into())
        })
    }

    /// Collects once; `None` when it was stopped.
    async fn run(
        &self,
        integration: Integration,
        types: Option<Vec<String>>,
        sync: &Sync,
        events: &mpsc::UnboundedSender<Event>,
    ) -> Result<Option<IntegrationReport>, Failure> {
        let started = Instant::now();
        let id = integration.id.clone();
        let (integration, connection) =
            self.connection(&integration.id, sync.allow_insecure_endpoints)?;
        let options = SyncOptions {
            full: sync.full,
            types,
            accept_removals: sync.accept_removals.clone(),
            due: false,
        };
        let name = integration.name.clone();
        let run = Run::new(
            &self.folder,
            integration,
            &connection,
            self.ledger.clone(),
            options,
        )?;
        let (progress, client) = (run.progress(), run.client());
        let stop = Arc::new(Notify::new());
        let tell = || {
            let lines = progress.iter().map(|(resource_type, progress)| {
                line(
                    &name,
                    resource_type,
                    progress,
                    client.counters(resource_type).usage(),
                )
            });
            let types: Vec<_> = lines.collect();
            let collecting = Collecting {
                types: types.clone(),
                stop: Arc::clone(&stop),
            };
            self.collecting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id.clone(), collecting);
            self.tell(Notice::Progress(id.clone(), types.clone()));
            let _ = events.send(Event::Progress(types));
        };
        tell();
        self.tell(Notice::Begun(id.clone()));
        let report = {
            let mut finished = std::pin::pin!(run.start());
            let mut ticks = tokio::time::interval(TICK);
            loop {
                tokio::select! {
                    report = &mut finished => break report?,
                    () = stop.notified() => return Ok(None),
                    _ = ticks.tick() => tell(),
                }
            }
        };
        tell();
        Ok(Some(IntegrationReport {
            complete: report.complete(),
            name: report.name,
            provider: report.provider,
            requests: report.requests,
            retries: report.retries,
            waited_milliseconds: milliseconds(report.waited),
            acknowledged_milliseconds: milliseconds(report.acknowledged),
            duration_milliseconds: milliseconds(started.elapsed()),
            archive_waits: report.archive_waits,
            stopped: report.stopped,
            misconfigured: report.misconfigured,
            types: report.types.into_iter().map(result).collect(),
        }))
    }
}

fn record(result: Result<&IntegrationReport, &Failure>) -> RunRecord {
    match result {
        Ok(report) => RunRecord {
            complete: report.complete,
            requests: report.requests,
            added: report.types.iter().map(|of| of.added).sum(),
            modified: report.types.iter().map(|of| of.modified).sum(),
            removed: report.types.iter().map(|of| of.removed).sum(),
            reason: report.stopped.clone(),
            ..RunRecord::default()
        },
        Err(failure) => RunRecord {
            reason: Some(failure.to_string()),
            ..RunRecord::default()
        },
    }
}

fn line(integration: &str, resource_type: &str, progress: &Progress, usage: Usage) -> TypeProgress {
    let counts = progress.counts();
    let (parents, done) = progress.parents();
    TypeProgress {
        integration: integration.to_owned(),
        resource_type: resource_type.to_owned(),
        seen: counts.seen,
        changes: counts.added + counts.modified + counts.removed,
        parents: (parents > 0).then_some((parents, done)),
        state: progress.outcome().map(|(status, _)| status),
        requests: usage.requests,
    }
}

fn result(report: muster_collect::TypeReport) -> TypeResult {
    TypeResult {
        resource_type: report.resource_type,
        state: report.status,
        seen: report.counts.seen,
        added: report.counts.added,
        modified: report.counts.modified,
        removed: report.counts.removed,
        touched: report.counts.touched,
        requests: report.requests,
        reason: report.reason,
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
