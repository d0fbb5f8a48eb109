//! Which resources there are to be read, and where in the register they belong.

use std::sync::Arc;

use muster_model::{IntegrationId, ResourceKey};
use muster_provider::{Provider, ResourceFile, definition::Hinted};

use super::rows::{Extent, Target};
use crate::{CollectError, context::Context};

/// The parts of a key that are the parent's: where a child is listed.
pub(crate) fn parent_key<'k>(file: &ResourceFile, key: &'k str) -> Option<&'k str> {
    let above = file.resource_type.parent.as_ref()?.columns.len();
    first_parts(key, above)
}

/// The first `count` parts of a key that has at least so many.
fn first_parts(key: &str, count: usize) -> Option<&str> {
    let ends = key.match_indices('/').map(|(end, _)| end);
    let end = ends.chain([key.len()]).nth(count.checked_sub(1)?)?;
    key.get(..end)
}

/// What an event names, as far as the vendor lets it be read: a type without `[read]` is listed again.
pub(crate) fn resolve(provider: &Provider, resource_type: &str, hinted: &Hinted) -> Option<Target> {
    let file = provider.resource_type(resource_type)?;
    let target = |extent, key: String| Target {
        resource_type: resource_type.to_owned(),
        extent,
        key,
    };
    let key = |parts: &[String]| {
        let key = ResourceKey::from_parts(parts.iter().map(String::as_str)).ok()?;
        Some(key.as_str().to_owned())
    };
    match hinted {
        Hinted::Resource(parts) => {
            let key = key(parts)?;
            Some(of_resource(file, &key))
        }
        Hinted::Children(parts) => Some(target(Extent::Children, key(parts)?)),
        Hinted::Everything => Some(target(Extent::Everything, String::new())),
    }
}

/// How one resource is read again.
pub(crate) fn of_resource(file: &ResourceFile, key: &str) -> Target {
    let (extent, key) = match (&file.listing.read, parent_key(file, key)) {
        (Some(_), _) => (Extent::Resource, key),
        (None, Some(parent)) => (Extent::Children, parent),
        (None, None) => (Extent::Everything, ""),
    };
    Target {
        resource_type: file.name().to_owned(),
        extent,
        key: key.to_owned(),
    }
}

/// The part of its type that a resource belongs to; none where nothing tells which of several.
pub(crate) async fn scope_of(
    context: &Context,
    file: &Arc<ResourceFile>,
    key: &str,
) -> Result<Option<String>, CollectError> {
    if let Some(parent) = parent_key(file, key) {
        return Ok(Some(parent.to_owned()));
    }
    let Some(variants) = &file.listing.variants else {
        return Ok(Some(String::new()));
    };
    let scopes: Vec<String> = variants
        .values(|_| true)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let places = scopes
        .iter()
        .map(|scope| (scope.clone(), key.to_owned()))
        .collect();
    let there = documents(context, file, places).await?;
    let known = scopes.into_iter().zip(there);
    Ok(known
        .filter(|(_, document)| document.is_some())
        .map(|(scope, _)| scope)
        .next())
}

/// What the register has of a resource.
pub(crate) async fn document_of(
    context: &Context,
    file: &Arc<ResourceFile>,
    key: &str,
) -> Result<Option<String>, CollectError> {
    let Some(scope) = scope_of(context, file, key).await? else {
        return Ok(None);
    };
    let there = documents(context, file, vec![(scope, key.to_owned())]).await?;
    Ok(there.into_iter().next().flatten())
}

async fn documents(
    context: &Context,
    file: &Arc<ResourceFile>,
    places: Vec<(String, String)>,
) -> Result<Vec<Option<String>>, CollectError> {
    let integration: IntegrationId = context.integration.id.clone();
    let resource_type = Arc::clone(&file.resource_type);
    Ok(context
        .ledger
        .documents(integration, resource_type, places)
        .await?)
}

/// What has a resource that is gone as a part of its own key, and is not below it: its memberships, its assignments. The
/// vendor is asked what became of them.
pub(crate) async fn pointing_at(
    context: &Context,
    gone: &Arc<ResourceFile>,
    key: &str,
) -> Result<Vec<Target>, CollectError> {
    let mut targets = Vec::new();
    if key.contains('/') {
        return Ok(targets);
    }
    let snapshot = context.reader.snapshot()?;
    for file in &context.provider.resources {
        if !context.collects(file.name()) {
            continue;
        }
        let derive = file.listing.derive.as_ref();
        if derive.is_some_and(|derive| derive.from == gone.name()) {
            targets.push(Target {
                resource_type: file.name().to_owned(),
                extent: Extent::Everything,
                key: String::new(),
            });
        }
        let own = &file.resource_type.key;
        let references = &file.resource_type.references;
        let place = own.iter().position(|path| {
            let mut references = references.iter();
            references.any(|to| to.path == *path && to.resource_type == gone.name())
        });
        let (Some(place), Some(parent)) = (place, file.parent()) else {
            continue;
        };
        if parent == gone.name() {
            continue;
        }
        let from_end = own.len() - 1 - place;
        let documents = snapshot.documents(&file.resource_type, &context.integration.id)?;
        let (file, key) = (Arc::clone(file), key.to_owned());
        let found = tokio::task::spawn_blocking(move || {
            let pointing = documents
                .iter()
                .map(|(other, _)| other)
                .filter(|other| other.rsplit('/').nth(from_end) == Some(key.as_str()));
            pointing
                .map(|other| of_resource(&file, other))
                .collect::<Vec<_>>()
        });
        targets.extend(
            found
                .await
                .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())),
        );
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::first_parts;

    #[test]
    fn the_first_parts_of_a_key_are_its_parents() {
        assert_eq!(first_parts("a/b/c", 1), Some("a"));
        assert_eq!(first_parts("a/b/c", 2), Some("a/b"));
        assert_eq!(first_parts("a/b/c", 3), Some("a/b/c"));
        assert_eq!(first_parts("a/b/c", 4), None);
        assert_eq!(first_parts("a", 0), None);
    }
}
