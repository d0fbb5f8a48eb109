//! The writer of a data folder: holds the lock, does what commands ask, its own and those handed over.

use std::{
    collections::HashMap,
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use muster_collect::{Progress, Run, SyncOptions};
use muster_control::{
    Control, ControlError, Folder, Integrations, Lock, Migration, NewIntegration, SecretKey,
    Secrets as StoredSecrets,
};
use muster_ledger::Ledger;
use muster_model::{Integration, IntegrationId};
use muster_provider::{
    Catalogue, Client, ProbeReport, Secrets,
    http::{Readable, Usage},
    probe,
};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use zeroize::Zeroizing;

use crate::{
    configuration::Configuration,
    failure::{Failure, chain},
    request::{Add, Answer, Event, IntegrationReport, Request, Sync, TypeProgress, TypeResult},
};

/// Every table of the control file.
pub const MIGRATIONS: [Migration; 2] = [muster_ledger::MIGRATION, muster_collect::MIGRATION];

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// A data folder, open for writing.
pub struct Office {
    folder: Folder,
    catalogue: Arc<Catalogue>,
    configuration: Configuration,
    key: SecretKey,
    control: Mutex<Control>,
    ledger: Ledger,
    /// One run of an integration at a time.
    running: Mutex<HashMap<String, Arc<AsyncMutex<()>>>>,
    _lock: Lock,
}

impl Office {
    /// Opens the folder whose lock is held.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn open(folder: Folder, lock: Lock, catalogue: Arc<Catalogue>) -> Result<Self, Failure> {
        let configuration = Configuration::of(&folder)?;
        let control = Control::open(&folder, &MIGRATIONS)?;
        let archive = configuration.archive(&folder)?;
        let types: Vec<_> = catalogue
            .resource_types()
            .map(|file| Arc::clone(&file.resource_type))
            .collect();
        let ledger = Ledger::open(
            folder.clone(),
            Control::open(&folder, &MIGRATIONS)?,
            &types,
            archive,
        )?;
        Ok(Self {
            key: SecretKey::of(&folder)?,
            control: Mutex::new(control),
            running: Mutex::default(),
            folder,
            catalogue,
            configuration,
            ledger,
            _lock: lock,
        })
    }

    /// Goes on with deletions that were cut off.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn finish_deletions(&self) -> Result<(), Failure> {
        let left = self.write(|transaction| Integrations(transaction).being_deleted())?;
        for integration in left {
            self.erase(&integration).await?;
        }
        Ok(())
    }

    /// Does what is asked; what happens goes to `events`.
    pub async fn execute(&self, request: Request, events: &mpsc::UnboundedSender<Event>) {
        let result = match request {
            Request::Add(add) => self.add(add).await,
            Request::SetEnabled { name, enabled } => self.set_enabled(&name, enabled),
            Request::Delete { name } => self.delete(&name).await,
            Request::Sync(sync) => self.sync(sync, events).await,
        };
        let _ = events.send(match result {
            Ok(answer) => Event::Answer(answer),
            Err(failure) => Event::Failure(failure),
        });
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        self.control
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(work)
    }

    async fn add(&self, add: Add) -> Result<Answer, Failure> {
        let provider = self
            .catalogue
            .find_provider(&add.provider)
            .map_err(Failure::Usage)?;
        let name = add.name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::usage(
                "the integration needs a name; give it with --name",
            ));
        }
        let taken = self.write(|transaction| Integrations(transaction).all())?;
        if taken
            .iter()
            .any(|integration| integration.name.eq_ignore_ascii_case(&name))
        {
            return Err(ControlError::NameTaken(name).into());
        }
        let settings = provider
            .check_settings(&add.settings)
            .map_err(|error| Failure::usage(error.to_string()))?;
        provider
            .check_secret_names(add.secrets.keys())
            .map_err(|error| Failure::usage(error.to_string()))?;
        let secrets = Secrets::new(
            add.secrets
                .iter()
                .map(|(name, value)| (name.clone(), Zeroizing::new(value.clone()))),
        );
        let options = self
            .configuration
            .client_options(add.allow_insecure_endpoints);
        let client = Client::new(Arc::clone(provider), &settings, &secrets, &options)
            .map_err(|error| Failure::usage(chain(&error)))?;
        let types: Vec<_> = provider
            .resources
            .iter()
            .filter(|file| {
                settings
                    .types
                    .as_ref()
                    .is_none_or(|types| types.iter().any(|name| name == file.name()))
            })
            .map(|file| &**file)
            .collect();
        let report = probe(&client, &types).await.map_err(|error| {
            Failure::usage(format!("the integration was not saved: {}", chain(&error)))
        })?;
        let new = NewIntegration {
            provider: provider.name.clone(),
            name: name.clone(),
            description: add.description,
            tags: add.tags,
            settings: settings.values,
            allow_insecure_endpoint: add.allow_insecure_endpoints,
        };
        self.write(|transaction| {
            let integration = Integrations(transaction).add(new, now())?;
            for (name, value) in &add.secrets {
                StoredSecrets(transaction).put(&self.key, &integration.id, name, value)?;
            }
            if let Some(known) = &report.organisation {
                muster_collect::organisation(
                    transaction,
                    &integration.id,
                    &known.id,
                    known.name.as_deref(),
                )?;
            }
            Ok(())
        })?;
        let organisation = report
            .organisation
            .as_ref()
            .map(|known| known.name.clone().unwrap_or_else(|| known.id.clone()));
        Ok(Answer::Added {
            name,
            organisation,
            unseen: unseen(&report),
        })
    }

    fn set_enabled(&self, name: &str, enabled: bool) -> Result<Answer, Failure> {
        let integration = self.write(|transaction| {
            let integrations = Integrations(transaction);
            let integration = integrations.named(name)?;
            integrations.set_enabled(&integration.id, enabled)?;
            Ok(integration)
        })?;
        let name = integration.name;
        Ok(Answer::Done(if enabled {
            format!("{name} is enabled; `muster sync {name}` collects now")
        } else {
            format!("{name} is disabled: nothing is collected, what is there stays")
        }))
    }

    async fn delete(&self, name: &str) -> Result<Answer, Failure> {
        let integration = self.write(|transaction| Integrations(transaction).named(name))?;
        let gate = self.gate(&integration);
        let _alone = gate.lock().await;
        self.write(|transaction| {
            Integrations(transaction).begin_deletion(&integration.id)?;
            muster_collect::forget(transaction, &integration.id)?;
            Ok(())
        })?;
        self.erase(&integration).await?;
        Ok(Answer::Done(format!(
            "{name} is deleted, with everything that was collected for it"
        )))
    }

    async fn erase(&self, integration: &Integration) -> Result<(), Failure> {
        self.ledger.delete(integration.id.clone()).await?;
        remove_listings(&self.folder, &integration.id)?;
        self.write(|transaction| {
            muster_collect::forget(transaction, &integration.id)?;
            Integrations(transaction).finish_deletion(&integration.id)
        })?;
        Ok(())
    }

    fn gate(&self, integration: &Integration) -> Arc<AsyncMutex<()>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(running.entry(integration.id.to_string()).or_default())
    }

    async fn sync(
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
                .filter(|integration| integration.enabled)
                .cloned()
                .collect();
            return match (all.is_empty(), enabled.is_empty()) {
                (true, _) => Err(Failure::usage(
                    "there is no integration yet; `muster integration add PROVIDER --name NAME` adds one",
                )),
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
                if integration.enabled {
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
        let gate = self.gate(&integration);
        let _alone = gate.lock().await;
        let started = Instant::now();
        let provider = self
            .catalogue
            .find_provider(&integration.provider)
            .map_err(Failure::Usage)?;
        let opened =
            self.write(|transaction| StoredSecrets(transaction).open(&self.key, &integration.id))?;
        let allow = sync.allow_insecure_endpoints || integration.allow_insecure_endpoint;
        let options = SyncOptions {
            full: sync.full,
            types,
            accept_removals: sync.accept_removals.clone(),
        };
        let name = integration.name.clone();
        let run = Run::new(
            &self.folder,
            integration,
            Arc::clone(provider),
            &Secrets::new(opened),
            self.ledger.clone(),
            options,
            &self.configuration.client_options(allow),
        )?;
        let (progress, client) = (run.progress(), run.client());
        let tell = || {
            let lines = progress.iter().map(|(resource_type, progress)| {
                line(
                    &name,
                    resource_type,
                    progress,
                    client.counters(resource_type).usage(),
                )
            });
            let _ = events.send(Event::Progress(lines.collect()));
        };
        let mut finished = std::pin::pin!(run.start());
        let mut ticks = tokio::time::interval(TICK);
        let report = loop {
            tokio::select! {
                report = &mut finished => break report?,
                _ = ticks.tick() => tell(),
            }
        };
        tell();
        Ok(IntegrationReport {
            complete: report.complete(),
            name: report.name,
            provider: report.provider,
            requests: report.requests,
            retries: report.retries,
            waited_milliseconds: milliseconds(report.waited),
            duration_milliseconds: milliseconds(started.elapsed()),
            stopped: report.stopped,
            misconfigured: report.misconfigured,
            types: report.types.into_iter().map(result).collect(),
        })
    }
}

/// Removes the keys that the integration's listings had seen.
fn remove_listings(folder: &Folder, integration: &IntegrationId) -> Result<(), Failure> {
    let place = folder.listings();
    let failed = |error| Failure::Unable(format!("cannot clear {}: {error}", place.display()));
    for entry in fs::read_dir(&place).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with(integration.as_str()) {
            fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}

fn unseen(report: &ProbeReport) -> Vec<String> {
    report
        .probes
        .iter()
        .filter_map(|probe| {
            let what = match &probe.column {
                Some(column) => format!("{}.{column}", probe.resource_type),
                None => probe.resource_type.clone(),
            };
            match &probe.readable {
                Readable::Yes => None,
                Readable::NotPermitted(detail) => Some(format!("{what}: not permitted ({detail})")),
                Readable::NotAvailable(detail) => Some(format!("{what}: not available ({detail})")),
                Readable::Unknown(detail) => Some(format!("{what}: could not be tried ({detail})")),
            }
        })
        .collect()
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
        state: progress
            .outcome()
            .map(|(status, _)| status.as_str().to_owned()),
        requests: usage.requests,
    }
}

fn result(report: muster_collect::TypeReport) -> TypeResult {
    TypeResult {
        resource_type: report.resource_type,
        state: report.status.as_str().to_owned(),
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

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
