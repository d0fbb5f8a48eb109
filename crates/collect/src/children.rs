//! A type that is listed once per parent; many parents side by side.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use futures::TryStreamExt as _;
use muster_ledger::InTransaction;
use muster_model::{ResourceKey, TypeStatus};
use muster_provider::{RequestError, ResourceFile};

use crate::{
    CollectError, Progress,
    context::Context,
    listing::{Ended, Listing},
    parents::{self, Due, DueParents},
    tables::{self, ListingKey, StateUpdate},
};

/// Listings under way at once, per type; the client's budgets decide how many of them send.
const SIDE_BY_SIDE: usize = 16;
/// Refusals in a row, with no success, after which the other parents are not asked.
const REFUSALS: u64 = 3;

/// Lists what is due and says how far the type can be believed now.
pub(crate) async fn collect(
    context: &Context,
    file: &Arc<ResourceFile>,
    parent_status: TypeStatus,
) -> Result<StateUpdate, CollectError> {
    let progress = context.progress(file.name());
    let outcome = Outcome::default();
    let documents = parents::of(context, file)?;
    let unmarked = AtomicBool::new(false);
    let due = DueParents::new(context, file, &progress, documents.iter(), &unmarked)?;
    futures::stream::iter(due)
        .map_ok(|due| one(context, file, &progress, &outcome, due))
        .try_buffer_unordered(SIDE_BY_SIDE)
        .try_for_each(|()| std::future::ready(Ok(())))
        .await?;
    let (parents, done) = progress.parents();
    if let Some((status, reason)) = outcome.refusal() {
        let stale = context.has_resources(file)?;
        return Ok(StateUpdate {
            status,
            reason: Some(reason),
            stale,
            parents: Some((parents, done)),
        });
    }
    let held = context.guard.held(file.name());
    let missing = outcome.missing(parents, parent_status, held);
    if missing.is_none() && !unmarked.load(Relaxed) {
        note_observed(context, file).await?;
    }
    Ok(StateUpdate {
        status: if missing.is_none() {
            TypeStatus::Complete
        } else {
            TypeStatus::Incomplete
        },
        stale: missing.is_some(),
        reason: missing.or_else(|| progress.gaps()),
        parents: Some((parents, done)),
    })
}

/// Notes that what was not listed anew is as the markers said it is.
async fn note_observed(context: &Context, file: &Arc<ResourceFile>) -> Result<(), CollectError> {
    let listing = &file.listing;
    let is_covered = listing.marker.is_some() && listing.parent_conditions.is_empty();
    let Some(parent) = file.parent().filter(|_| is_covered) else {
        return Ok(());
    };
    if !context.is_hinted(file.name()) {
        return Ok(());
    }
    let (integration, name) = (context.integration.id.clone(), file.name().to_owned());
    let parent = parent.to_owned();
    let control: InTransaction = Box::new(move |transaction, _| {
        muster_ledger::note_children_observed(transaction, &integration, &name, &parent)
    });
    Ok(context.ledger.update(control).await?)
}

async fn one(
    context: &Context,
    file: &Arc<ResourceFile>,
    progress: &Arc<Progress>,
    outcome: &Outcome,
    due: Due,
) -> Result<(), CollectError> {
    if outcome.given_up.load(Relaxed) {
        return Ok(());
    }
    let names = file
        .resource_type
        .parent
        .as_ref()
        .map_or(&[][..], |parent| &parent.columns);
    let parts = ResourceKey::split(&due.key)
        .filter_map(Result::ok)
        .map(|part| part.into_owned());
    let listing = Listing {
        context,
        file,
        scope: due.key.clone(),
        parent_key: Some(due.key.clone()),
        values: names.iter().cloned().zip(parts).collect(),
        marker: due.marker.clone(),
        progress: Arc::clone(progress),
        resumable: true,
    };
    let result = match &file.listing.derive {
        Some(derive) if due.derived => listing.run_derived(&derive.from).await,
        _ => listing.run().await,
    };
    match result {
        Ok(Ended::Complete) => {
            outcome.succeeded.fetch_add(1, Relaxed);
            if !due.was_done {
                progress.parent_done();
            }
        }
        // It answered; the guard says what is held back, for all parents together.
        Ok(Ended::Held) => {
            outcome.succeeded.fetch_add(1, Relaxed);
        }
        Err(error) if error.stops_integration() => return Err(error),
        // The parent went after it was listed; its next listing takes the children along.
        Err(CollectError::Request(RequestError::Gone { .. })) => {
            if !due.was_done {
                progress.parent_done();
            }
        }
        // This parent has no such listing.
        Err(CollectError::Request(error @ RequestError::BadRequest { .. })) => {
            progress.gap(error.to_string());
            note_skipped(context, &listing).await?;
            if !due.was_done {
                progress.parent_done();
            }
        }
        Err(CollectError::Request(error @ RequestError::NotPermitted { .. })) => {
            outcome.refuse(TypeStatus::NotPermitted, &error);
        }
        Err(CollectError::Request(error @ RequestError::NotAvailable { .. })) => {
            outcome.refuse(TypeStatus::NotAvailable, &error);
        }
        Err(error) => outcome.fail(error.to_string()),
    }
    Ok(())
}

async fn note_skipped(context: &Context, listing: &Listing<'_>) -> Result<(), CollectError> {
    let key: ListingKey = listing.key();
    let (marker, now) = (listing.marker.clone(), context.now());
    let control: InTransaction = Box::new(move |transaction, _| {
        tables::note_finished(transaction, &key, marker.as_deref(), now)
    });
    Ok(context.ledger.update(control).await?)
}

/// What happened to the parents of one type.
#[derive(Debug, Default)]
struct Outcome {
    succeeded: AtomicU64,
    failed: AtomicU64,
    refused: AtomicU64,
    given_up: AtomicBool,
    first_failure: Mutex<Option<String>>,
    first_refusal: Mutex<Option<(TypeStatus, String)>>,
}

impl Outcome {
    fn fail(&self, reason: String) {
        self.failed.fetch_add(1, Relaxed);
        self.first_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(reason);
    }

    fn refuse(&self, status: TypeStatus, error: &RequestError) {
        let refused = self.refused.fetch_add(1, Relaxed) + 1;
        self.first_refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert((status, error.to_string()));
        if refused >= REFUSALS && self.succeeded.load(Relaxed) == 0 {
            self.given_up.store(true, Relaxed);
        }
    }

    /// The refusal of the whole type: some parents were refused and none was not.
    fn refusal(&self) -> Option<(TypeStatus, String)> {
        let refusal = self
            .first_refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        refusal.filter(|_| self.succeeded.load(Relaxed) == 0)
    }

    /// Why the type is incomplete; `held` says that removals are held back.
    fn missing(
        &self,
        parents: u64,
        parent_status: TypeStatus,
        held: Option<String>,
    ) -> Option<String> {
        let failed = self.failed.load(Relaxed) + self.refused.load(Relaxed);
        let failure = self
            .first_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let refusal = self
            .first_refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if failed > 0 {
            let why = failure
                .or(refusal.map(|(_, reason)| reason))
                .unwrap_or_default();
            let failed =
                format!("{failed} of {parents} parents could not be listed; the first: {why}");
            return Some(match held {
                Some(held) => format!("{failed}; {held}"),
                None => failed,
            });
        }
        if held.is_some() {
            return held;
        }
        match parent_status {
            TypeStatus::Complete | TypeStatus::NotAvailable => None,
            other => Some(format!(
                "its parents are {}",
                other.as_str().replace('_', " ")
            )),
        }
    }
}
