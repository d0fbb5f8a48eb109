//! What a listing leaves out: a request per resource, and documents joined into one.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt as _, TryStreamExt as _};
use muster_ledger::{Observations, own_key};
use muster_model::ResourceKey;
use muster_provider::{RequestError, definition::Detail};
use serde_json::Value;

use crate::{
    CollectError,
    listing::{Listing, Observed},
    tables::{self, ListingKey},
};

/// Details asked for side by side.
const SIDE_BY_SIDE: usize = 8;

impl Listing<'_> {
    /// The page's resources with their details: those that hold good come from the register, the others are asked for.
    pub(crate) async fn observe_details(
        &self,
        detail: &Detail,
        page: &muster_provider::Page,
    ) -> Result<Observed, CollectError> {
        let mut items = Vec::with_capacity(page.len());
        for document in page.documents() {
            let document = std::str::from_utf8(document).unwrap_or("null").to_owned();
            let key = own_key(&self.file.resource_type, &document)?;
            let marker = blake3::hash(document.as_bytes()).to_hex()[..32].to_owned();
            items.push(Item {
                key: key.to_string(),
                listed: document,
                marker,
            });
        }
        let stored = self.stored(&items).await?;
        let fresh = self.fresh(detail, &items)?;
        let results: Vec<(Item, String, bool)> = futures::stream::iter(items)
            .map(|item| {
                let stored = stored.get(&item.key).cloned();
                let holds = fresh.contains(&item.key);
                async move {
                    match stored {
                        Some(stored) if holds => Ok::<_, CollectError>((item, stored, false)),
                        stored => self.ask(item, stored).await,
                    }
                }
            })
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        let mut observations = Observations::default();
        let mut details = Vec::new();
        for (item, document, asked) in results {
            observations.push(
                &self.file.resource_type,
                self.parent_key.as_deref(),
                &document,
            )?;
            if asked {
                details.push((self.detail_key(&item.key), item.marker));
            }
        }
        Ok(Observed {
            observations,
            details,
        })
    }

    async fn ask(
        &self,
        item: Item,
        stored: Option<String>,
    ) -> Result<(Item, String, bool), CollectError> {
        let parts: Vec<String> = ResourceKey::split(&item.key)
            .filter_map(Result::ok)
            .map(|part| part.into_owned())
            .collect();
        let names: Vec<String> = self
            .file
            .resource_type
            .key
            .iter()
            .map(ToString::to_string)
            .collect();
        let own = names
            .iter()
            .zip(&parts)
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let parents = self
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let values: Vec<(&str, &str)> = own.chain(parents).collect();
        match self.context.client.detail(self.file, &values).await {
            Ok(Some(body)) => {
                let document = String::from_utf8_lossy(&body).into_owned();
                Ok((item, document, true))
            }
            Ok(None) => Ok((item.clone(), item.listed, false)),
            // It went after it was listed, which the next listing will show, or has no details.
            Err(RequestError::Gone { .. }) => {
                let document = stored.unwrap_or_else(|| item.listed.clone());
                Ok((item, document, false))
            }
            Err(
                error @ (RequestError::NotPermitted { .. } | RequestError::NotAvailable { .. }),
            ) => {
                self.progress.gap(error.to_string());
                let document = stored.unwrap_or_else(|| item.listed.clone());
                Ok((item, document, false))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn stored(&self, items: &[Item]) -> Result<HashMap<String, String>, CollectError> {
        let keys = items
            .iter()
            .map(|item| (self.scope.clone(), item.key.clone()))
            .collect();
        let documents = self
            .context
            .ledger
            .documents(
                self.context.integration.id.clone(),
                std::sync::Arc::clone(&self.file.resource_type),
                keys,
            )
            .await?;
        let pairs = items.iter().zip(documents);
        Ok(pairs
            .filter_map(|(item, document)| Some((item.key.clone(), document?)))
            .collect())
    }

    /// The items whose details hold good: asked for not too long ago, and the listed document did not move.
    fn fresh(&self, detail: &Detail, items: &[Item]) -> Result<HashSet<String>, CollectError> {
        let Some(refresh) = detail.refresh.filter(|_| !self.context.options.full) else {
            return Ok(HashSet::new());
        };
        let oldest = self.context.now() - i64::try_from(refresh.as_millis()).unwrap_or(i64::MAX);
        self.context.read(|transaction| {
            let mut fresh = HashSet::new();
            for item in items {
                let ListingKey {
                    integration,
                    resource_type,
                    scope,
                } = self.detail_key(&item.key);
                let row = tables::listing(transaction, &integration, &resource_type, &scope)?;
                let holds = row.is_some_and(|row| {
                    row.finished.is_some_and(|finished| finished > oldest)
                        && row.marker.as_deref() == Some(&item.marker)
                });
                if holds {
                    fresh.insert(item.key.clone());
                }
            }
            Ok(fresh)
        })
    }

    fn detail_key(&self, key: &str) -> ListingKey {
        ListingKey {
            scope: format!("detail {key}"),
            ..self.key()
        }
    }

    /// The one document with those joined into it; `None` for a type without joins.
    pub(crate) async fn joined(&self, document: &str) -> Result<Option<String>, CollectError> {
        let joins = &self.file.listing.joins;
        if joins.is_empty() {
            return Ok(None);
        }
        let Ok(Value::Object(mut members)) = serde_json::from_str(document) else {
            return Ok(None);
        };
        for join in joins {
            match self.context.client.join(self.file, join).await {
                Ok(body) => {
                    let joined: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
                    members.insert(join.into.clone(), joined);
                }
                Err(
                    error @ (RequestError::NotPermitted { .. }
                    | RequestError::NotAvailable { .. }
                    | RequestError::Gone { .. }),
                ) => {
                    let what = if matches!(error, RequestError::NotPermitted { .. }) {
                        "not permitted"
                    } else {
                        "not available"
                    };
                    self.progress.gap(format!("{}: {what}", join.into));
                    if let Some(kept) = self.kept(document, &join.into).await? {
                        members.insert(join.into.clone(), kept);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(Value::Object(members).to_string()))
    }

    /// What the register has of a member that cannot be read now.
    async fn kept(&self, document: &str, member: &str) -> Result<Option<Value>, CollectError> {
        let key = own_key(&self.file.resource_type, document)?.to_string();
        let item = Item {
            key: key.clone(),
            listed: String::new(),
            marker: String::new(),
        };
        let stored = self.stored(std::slice::from_ref(&item)).await?;
        let stored: Option<Value> = stored
            .get(&key)
            .and_then(|text| serde_json::from_str(text).ok());
        Ok(stored.and_then(|mut stored| stored.get_mut(member).map(Value::take)))
    }
}

#[derive(Debug, Clone)]
struct Item {
    key: String,
    listed: String,
    marker: String,
}
