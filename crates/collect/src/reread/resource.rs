//! One resource, read by its key.

use std::sync::Arc;

use muster_ledger::{InTransaction, Observations, Page, Removal, key_hash};
use muster_provider::{RequestError, ResourceFile};

use super::{
    Outcome, Rereading, ask_for_children,
    rows::{self, Extent, Row, Target},
    target::{document_of, of_resource, parent_key, pointing_at, scope_of},
};
use crate::{CollectError, tables};

/// A read that pages keep overtaking is left for a while.
const TRIES: u32 = 3;
/// For how long, in milliseconds.
const A_WHILE: i64 = 1_000;

impl Rereading {
    /// Reads one resource: what is there is compared and kept, what is gone is removed with everything below it.
    pub(super) async fn resource(
        &self,
        row: &Row,
        file: &Arc<ResourceFile>,
        key: &str,
    ) -> Result<Outcome, CollectError> {
        let context = &self.context;
        let Some(scope) = scope_of(context, file, key).await? else {
            // Only its listings tell where it belongs.
            let everything = Target {
                extent: Extent::Everything,
                key: String::new(),
                ..row.target.clone()
            };
            self.ask(vec![everything], false).await?;
            self.forget(row, true).await?;
            return Ok(Outcome::Done);
        };
        for _ in 0..TRIES {
            let asked = context.now();
            let reading = context.beside.reading(file.name(), key_hash(key));
            let document = match context.client.read(file, key).await {
                Ok(document) => document,
                Err(RequestError::Gone { .. }) => None,
                Err(error) => return Err(error.into()),
            };
            let Some(document) = document else {
                let order = context.beside.in_order().await;
                if reading.is_overtaken() {
                    continue;
                }
                reading.answered(context.now(), true);
                let removing = context.ledger.remove(
                    Removal {
                        integration: context.integration.id.clone(),
                        resource_type: Arc::clone(&file.resource_type),
                        scope,
                        keys: vec![key.to_owned()],
                        asked,
                        descendants: context.resource_types(),
                        on_removed: context.forget_listings(),
                    },
                    self.gone(row, file, key, asked),
                );
                drop(order);
                if !removing.await?.is_empty() {
                    let pointing = pointing_at(context, file, key).await?;
                    self.ask(pointing, false).await?;
                }
                return Ok(Outcome::Done);
            };
            let parent = parent_key(file, key);
            let mut observations = Observations::default();
            observations.push(&file.resource_type, parent, &document)?;
            if observations
                .iter()
                .any(|observation| observation.key != key)
            {
                tracing::warn!(
                    integration = context.integration.name,
                    resource_type = file.name(),
                    "the vendor answered with another resource than the one asked for; it is left to the next run"
                );
                self.forget(row, true).await?;
                return Ok(Outcome::Done);
            }
            let order = context.beside.in_order().await;
            if reading.is_overtaken() {
                continue;
            }
            if let Some(missing) = self.missing_parent(file, parent).await? {
                drop(order);
                self.ask(missing, false).await?;
                self.forget(row, true).await?;
                return Ok(Outcome::Done);
            }
            let answered = context.now();
            reading.answered(answered, false);
            let page = Page {
                integration: context.integration.id.clone(),
                resource_type: Arc::clone(&file.resource_type),
                scope: scope.clone(),
                observations,
                asked,
            };
            let control = self.there(row, file, (&scope, key), (asked, answered));
            let handed_over = context.ledger.hand_over(page, control).await?;
            drop(order);
            let counts = handed_over.counts().await?;
            if counts.added > 0 {
                self.connection.tell();
            }
            return Ok(Outcome::Done);
        }
        Ok(Outcome::Rests(context.now().saturating_add(A_WHILE)))
    }

    /// A child whose parent is not in the register would be nobody's: the parent is what has to be read. None when the
    /// parent is there, or the type has none.
    async fn missing_parent(
        &self,
        file: &Arc<ResourceFile>,
        parent: Option<&str>,
    ) -> Result<Option<Vec<Target>>, CollectError> {
        let context = &self.context;
        let of = file
            .parent()
            .and_then(|name| context.provider.resource_type(name));
        let (Some(of), Some(key)) = (of, parent) else {
            return Ok(None);
        };
        if document_of(context, of, key).await?.is_some() {
            return Ok(None);
        }
        let can_be_read = of.listing.read.is_some() && context.collects(of.name());
        Ok(Some(
            can_be_read
                .then(|| of_resource(of, key))
                .into_iter()
                .collect(),
        ))
    }

    /// What belongs into the transaction that keeps what was read.
    fn there(
        &self,
        row: &Row,
        file: &Arc<ResourceFile>,
        (scope, key): (&str, &str),
        (asked, answered): (i64, i64),
    ) -> InTransaction {
        let context = &self.context;
        let done = self.done(row, true);
        let integration = context.integration.id.clone();
        let (name, scope, key) = (file.name().to_owned(), scope.to_owned(), key.to_owned());
        let children = self.children_of(file.name(), &key);
        Box::new(move |transaction, counts| {
            muster_ledger::note_observed(transaction, &integration, &name, Some(&key), asked)?;
            if counts.added > 0 {
                tables::raise_generation(transaction, &integration, &name)?;
                let place = (scope.as_str(), key.as_str());
                rows::note_addition(transaction, &integration, &name, place, answered)?;
                ask_for_children(transaction, &integration, &children, answered)?;
            }
            done(transaction)
        })
    }

    /// What belongs into the transaction that removes what is gone.
    fn gone(&self, row: &Row, file: &Arc<ResourceFile>, key: &str, asked: i64) -> InTransaction {
        let done = self.done(row, true);
        let integration = self.context.integration.id.clone();
        let (name, key) = (file.name().to_owned(), key.to_owned());
        Box::new(move |transaction, counts| {
            muster_ledger::note_observed(transaction, &integration, &name, Some(&key), asked)?;
            if counts.removed > 0 {
                tables::raise_generation(transaction, &integration, &name)?;
            }
            done(transaction)
        })
    }

    /// What is to be listed when a resource is new.
    fn children_of(&self, parent: &str, key: &str) -> Vec<Target> {
        let context = &self.context;
        let types = context.provider.resources.iter();
        types
            .filter(|file| context.collects(file.name()))
            .filter_map(|file| {
                let derive = file.listing.derive.as_ref();
                let (extent, key) = if file.parent() == Some(parent) {
                    (Extent::Children, key)
                } else if derive.is_some_and(|derive| derive.from == parent) {
                    (Extent::Everything, "")
                } else {
                    return None;
                };
                Some(Target {
                    resource_type: file.name().to_owned(),
                    extent,
                    key: key.to_owned(),
                })
            })
            .collect()
    }
}
