//! One run of one integration.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use muster_control::{Folder, Integrations};
use muster_ledger::{InTransaction, Ledger, LedgerError};
use muster_model::{Integration, TypeStatus};
use muster_provider::{Client, ResourceFile};
use tokio::sync::watch;

use crate::{
    CollectError, Connection, Progress, Report, TypeReport, children, context::Context,
    tables::StateUpdate, top_level,
};

/// What a run is asked to do beyond the usual.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// List everything, whatever was listed lately.
    pub full: bool,
    /// Only these types.
    pub types: Option<Vec<String>>,
    /// Types whose removals are taken however many they are.
    pub accept_removals: Vec<String>,
    /// List also what was listed not long ago and would hold good for a while: something says that it moved.
    pub due: bool,
}

/// A run of one integration, ready to be started.
pub struct Run {
    context: Context,
    types: Vec<Arc<ResourceFile>>,
    skipped: Vec<String>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Run")
            .field("integration", &self.context.integration.name)
            .finish_non_exhaustive()
    }
}

impl Run {
    /// Prepares a run; nothing is sent yet.
    ///
    /// # Errors
    /// [`CollectError`] when the stored settings or credentials cannot be used.
    pub fn new(
        folder: &Folder,
        integration: Integration,
        connection: &Connection,
        ledger: Ledger,
        options: SyncOptions,
    ) -> Result<Self, CollectError> {
        let provider = &connection.provider;
        let wanted = |file: &&Arc<ResourceFile>| {
            let asked = options
                .types
                .as_ref()
                .is_none_or(|types| types.iter().any(|name| name == file.name()));
            connection.collects(file.name()) && asked
        };
        let types: Vec<Arc<ResourceFile>> =
            provider.resources.iter().filter(wanted).cloned().collect();
        let skipped = match &connection.settings.types {
            Some(configured) if options.types.is_none() => provider
                .resources
                .iter()
                .map(|file| file.name().to_owned())
                .filter(|name| !configured.contains(name))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            context: Context::new(folder, integration, connection, ledger, options)?,
            types,
            skipped,
        })
    }

    /// The types it will collect, parents before children, each with its progress.
    pub fn progress(&self) -> Vec<(String, Arc<Progress>)> {
        self.types
            .iter()
            .map(|file| (file.name().to_owned(), self.context.progress(file.name())))
            .collect()
    }

    /// The client it uses, for requests and budgets while it runs.
    pub fn client(&self) -> Client {
        self.context.client.clone()
    }

    /// Collects. What goes wrong with one type is in the report; only a ledger that cannot be written is an error.
    ///
    /// # Errors
    /// [`CollectError::Ledger`] or [`CollectError::Control`].
    pub async fn start(mut self) -> Result<Report, CollectError> {
        let started = Instant::now();
        let stopped = self.work().await?;
        let acknowledged = started.elapsed();
        let archive_waits = match self.context.ledger.settle().await {
            Ok(()) => None,
            Err(error @ LedgerError::ArchiveWaits(_)) => Some(error.to_string()),
            Err(error) => return Err(error.into()),
        };
        let misconfigured = stopped
            .as_ref()
            .is_some_and(CollectError::stops_integration);
        Ok(Report {
            misconfigured,
            acknowledged,
            archive_waits,
            ..self.report(stopped.map(|error| error.to_string()))
        })
    }

    /// Collects, and leaves it to later when that goes to the archive.
    pub(crate) async fn list(mut self) -> Result<(), CollectError> {
        match self.work().await? {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// Does the work; gives why it ended early.
    async fn work(&mut self) -> Result<Option<CollectError>, CollectError> {
        // What reads find gone is remembered to the end: parents were looked up before.
        let _under_way = self.context.beside.begin();
        for name in &self.skipped {
            let file = self.context.provider.resource_type(name);
            let stale = file.map_or(Ok(false), |file| self.context.has_resources(file))?;
            let skipped = StateUpdate {
                status: TypeStatus::Skipped,
                reason: None,
                stale,
                parents: None,
            };
            self.context.set_state(name, skipped).await?;
        }
        let stopped = match self.introduce().await {
            Ok(()) => self.collect_all().await,
            Err(error) => Err(error),
        };
        let stopped = match stopped {
            Ok(()) => None,
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => Some(error),
        };
        if let Some(error) = &stopped {
            self.mark_unfinished(&error.to_string()).await?;
        }
        Ok(stopped)
    }

    /// Finds out whose the credentials are and what the organisation has.
    async fn introduce(&mut self) -> Result<(), CollectError> {
        let known = self.context.client.organisation().await?;
        if let Some(known) = known {
            let (integration, now) = (self.context.integration.id.clone(), known.id.clone());
            let (send, receive) = std::sync::mpsc::channel();
            let control: InTransaction = Box::new(move |transaction, _| {
                let before = Integrations(transaction).belongs_to(&integration, &known)?;
                let _ = send.send(before);
                Ok(())
            });
            self.context.ledger.update(control).await?;
            if let Ok(before) = receive.try_recv()
                && before != now
            {
                return Err(CollectError::OtherOrganisation { before, now });
            }
        }
        self.context.features = self.context.client.features().await?;
        Ok(())
    }

    /// Every type waits for those it depends on, and for nothing else.
    async fn collect_all(&self) -> Result<(), CollectError> {
        let ends: BTreeMap<&str, watch::Sender<Option<TypeStatus>>> = self
            .types
            .iter()
            .map(|file| (file.name(), watch::Sender::new(None)))
            .collect();
        let all = self.types.iter().map(|file| {
            let ends = &ends;
            async move {
                let parent_status = match file.parent() {
                    Some(parent) => self.wait_for(parent, ends).await?,
                    None => TypeStatus::Complete,
                };
                let source_status = match &file.listing.derive {
                    Some(derive) => self.wait_for(&derive.from, ends).await?,
                    None => TypeStatus::Complete,
                };
                let origin = if parent_status == TypeStatus::Complete {
                    source_status
                } else {
                    parent_status
                };
                let status = self.collect_one(file, origin).await?;
                if let Some(end) = ends.get(file.name()) {
                    end.send_replace(Some(status));
                }
                Ok::<(), CollectError>(())
            }
        });
        futures::future::try_join_all(all).await?;
        Ok(())
    }

    /// How the type ended in this run, or how it stands when this run leaves it out.
    async fn wait_for(
        &self,
        name: &str,
        ends: &BTreeMap<&str, watch::Sender<Option<TypeStatus>>>,
    ) -> Result<TypeStatus, CollectError> {
        if let Some(end) = ends.get(name) {
            let mut end = end.subscribe();
            let status = end
                .wait_for(Option::is_some)
                .await
                .map_or(None, |status| *status);
            return Ok(status.unwrap_or(TypeStatus::Incomplete));
        }
        let states = self.context.read(crate::state::states)?;
        let state = states.into_iter().find(|state| {
            state.integration == self.context.integration.id && state.resource_type == name
        });
        Ok(state.map_or(TypeStatus::Incomplete, |state| state.status))
    }

    async fn collect_one(
        &self,
        file: &Arc<ResourceFile>,
        parent_status: TypeStatus,
    ) -> Result<TypeStatus, CollectError> {
        let lacks = file
            .listing
            .requires
            .as_ref()
            .filter(|feature| !self.context.features.contains(*feature));
        let update = if let Some(feature) = lacks {
            let title = self
                .context
                .provider
                .features
                .iter()
                .find(|known| &known.name == feature);
            let title = title.map_or(feature.as_str(), |known| known.title.as_str());
            StateUpdate {
                status: TypeStatus::NotAvailable,
                reason: Some(format!("the organisation does not have {title}")),
                stale: self.context.has_resources(file)?,
                parents: None,
            }
        } else {
            self.context.begin(file.name()).await?;
            let result = match file.parent() {
                Some(_) => children::collect(&self.context, file, parent_status).await,
                None => top_level::collect(&self.context, file).await,
            };
            result?
        };
        let status = update.status;
        self.context
            .progress(file.name())
            .end(status, update.reason.clone());
        self.context.set_state(file.name(), update).await?;
        Ok(status)
    }

    /// Types that did not come to their end because the integration had to stop.
    async fn mark_unfinished(&self, reason: &str) -> Result<(), CollectError> {
        for file in &self.types {
            let progress = self.context.progress(file.name());
            if progress.outcome().is_none() {
                progress.end(TypeStatus::Incomplete, Some(reason.to_owned()));
                let update = StateUpdate {
                    status: TypeStatus::Incomplete,
                    reason: Some(reason.to_owned()),
                    stale: self.context.has_resources(file)?,
                    parents: None,
                };
                self.context.set_state(file.name(), update).await?;
            }
        }
        Ok(())
    }

    fn report(&self, stopped: Option<String>) -> Report {
        let usage = self.context.client.usage();
        let collected = self.types.iter().map(|file| {
            let progress = self.context.progress(file.name());
            let (status, reason) = progress.outcome().unwrap_or((TypeStatus::Incomplete, None));
            TypeReport {
                resource_type: file.name().to_owned(),
                status,
                counts: progress.counts(),
                requests: self.context.client.counters(file.name()).usage().requests,
                reason,
            }
        });
        let skipped = self.skipped.iter().map(|name| TypeReport {
            resource_type: name.clone(),
            status: TypeStatus::Skipped,
            counts: muster_ledger::Counts::default(),
            requests: 0,
            reason: None,
        });
        Report {
            name: self.context.integration.name.clone(),
            provider: self.context.provider.name.clone(),
            requests: usage.requests,
            retries: usage.retries,
            waited: usage.waited,
            types: collected.chain(skipped).collect(),
            stopped,
            misconfigured: false,
            acknowledged: Duration::ZERO,
            archive_waits: None,
        }
    }
}
