//! A type that is listed by itself: once, or once per variant.

use std::sync::Arc;

use muster_model::TypeStatus;
use muster_provider::{RequestError, ResourceFile};

use crate::{
    CollectError,
    context::Context,
    listing::{Ended, Listing},
    tables::{self, StateUpdate},
};

/// Lists the type and says how far it can be believed now.
pub(crate) async fn collect(
    context: &Context,
    file: &Arc<ResourceFile>,
) -> Result<StateUpdate, CollectError> {
    let scopes: Vec<(String, Vec<(String, String)>)> = match &file.listing.variants {
        None => vec![(String::new(), Vec::new())],
        Some(variants) => variants
            .values(|feature| context.features.contains(feature))
            .into_iter()
            .map(|value| {
                (
                    value.to_owned(),
                    vec![(variants.placeholder.clone(), value.to_owned())],
                )
            })
            .collect(),
    };
    let single = file.listing.variants.is_none();
    let progress = context.progress(file.name());
    let mut incomplete = Vec::new();
    let mut refused = None;
    let mut is_held = false;
    let mut listed = 0;
    for (scope, values) in scopes {
        let listing = Listing {
            context,
            file,
            scope: scope.clone(),
            parent_key: None,
            values,
            marker: None,
            progress: Arc::clone(&progress),
            resumable: true,
        };
        if !is_due(context, &listing)? {
            listed += 1;
            continue;
        }
        match listing.run().await {
            Ok(Ended::Complete) => listed += 1,
            Ok(Ended::Held) => is_held = true,
            Err(error) if error.stops_integration() => return Err(error),
            Err(error) => match status_of(&error) {
                Some(status) if single => {
                    refused = Some((status, error.to_string()));
                }
                // One variant that an organisation lacks does not make the others incomplete.
                Some(status) => {
                    progress.gap(format!("{scope}: {}", status.as_str().replace('_', " ")));
                    refused.get_or_insert((status, error.to_string()));
                }
                None => incomplete.push(named(&scope, error.to_string())),
            },
        }
    }
    if is_held {
        incomplete.extend(context.guard.held(file.name()));
    }
    if !incomplete.is_empty() {
        return Ok(StateUpdate {
            status: TypeStatus::Incomplete,
            reason: Some(incomplete.join("; ")),
            stale: true,
            parents: None,
        });
    }
    match refused {
        Some((status, reason)) if listed == 0 => Ok(StateUpdate {
            status,
            reason: Some(reason),
            stale: context.has_resources(file)?,
            parents: None,
        }),
        _ => Ok(StateUpdate {
            status: TypeStatus::Complete,
            reason: progress.gaps(),
            stale: false,
            parents: None,
        }),
    }
}

/// Whether a listing that holds good for a while has to be asked for again.
fn is_due(context: &Context, listing: &Listing<'_>) -> Result<bool, CollectError> {
    let Some(refresh) = listing
        .file
        .listing
        .refresh
        .filter(|_| !context.options.full && !context.options.due)
    else {
        return Ok(true);
    };
    let key = listing.key();
    let row = context.read(|transaction| {
        tables::listing(
            transaction,
            &key.integration,
            &key.resource_type,
            &key.scope,
        )
    })?;
    let refresh = i64::try_from(refresh.as_millis()).unwrap_or(i64::MAX);
    let holds = row.is_some_and(|row| {
        let recent = |finished: i64| context.now() - finished < refresh;
        !row.held && row.cursor.is_none() && row.finished.is_some_and(recent)
    });
    Ok(!holds)
}

fn named(scope: &str, reason: String) -> String {
    if scope.is_empty() {
        reason
    } else {
        format!("{scope}: {reason}")
    }
}

/// What a refusal makes of a type; `None` for failures that may pass.
pub(crate) fn status_of(error: &CollectError) -> Option<TypeStatus> {
    match error {
        CollectError::Request(RequestError::NotPermitted { .. }) => Some(TypeStatus::NotPermitted),
        CollectError::Request(
            RequestError::NotAvailable { .. }
            | RequestError::Gone { .. }
            | RequestError::BadRequest { .. },
        ) => Some(TypeStatus::NotAvailable),
        _ => None,
    }
}
