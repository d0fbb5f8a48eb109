//! Everything below one parent, listed again.

use std::sync::Arc;

use muster_model::ResourceKey;
use muster_provider::{RequestError, ResourceFile};
use serde_json::Value;

use super::{
    Outcome, Rereading, SCOPE_RESTS,
    rows::{Extent, Row, Target},
    target::{document_of, of_resource},
};
use crate::{CollectError, listing::Listing};

impl Rereading {
    /// Lists what is below a parent. A parent that the vendor does not know any more is read itself.
    pub(super) async fn children(
        &self,
        row: &Row,
        file: &Arc<ResourceFile>,
        key: &str,
    ) -> Result<Outcome, CollectError> {
        let context = &self.context;
        let parent = file
            .parent()
            .and_then(|name| context.provider.resource_type(name));
        let Some(parent) = parent else {
            self.forget(row, true).await?;
            return Ok(Outcome::Done);
        };
        let rests = context.beside.rests_until(file.name(), key);
        if rests > context.now() {
            return Ok(Outcome::Rests(rests));
        }
        let can_be_read = parent.listing.read.is_some() && context.collects(parent.name());
        let read_parent = || {
            can_be_read
                .then(|| of_resource(parent, key))
                .into_iter()
                .collect()
        };
        let Some(document) = document_of(context, parent, key).await? else {
            self.ask(read_parent(), false).await?;
            self.forget(row, true).await?;
            return Ok(Outcome::Done);
        };
        let facts = match file.listing.needs_parent_document() {
            true => {
                let document: Value = serde_json::from_str(&document).unwrap_or(Value::Null);
                Some(file.listing.parent_facts(&document))
            }
            false => None,
        };
        if facts.as_ref().is_some_and(|facts| facts.derived) {
            // It costs no request, but looks at every resource that it is derived from.
            let everything = Target {
                extent: Extent::Everything,
                key: String::new(),
                ..row.target.clone()
            };
            self.ask(vec![everything], row.is_new).await?;
            self.forget(row, true).await?;
            return Ok(Outcome::Done);
        }
        if facts.as_ref().is_some_and(|facts| !facts.listed) {
            self.forget(row, true).await?;
            return Ok(Outcome::Done);
        }
        let columns = file.resource_type.parent.as_ref();
        let columns = columns.map_or(&[][..], |parent| &parent.columns);
        let parts = ResourceKey::split(key)
            .filter_map(Result::ok)
            .map(std::borrow::Cow::into_owned);
        let listing = Listing {
            context,
            file,
            scope: key.to_owned(),
            parent_key: Some(key.to_owned()),
            values: columns.iter().cloned().zip(parts).collect(),
            marker: facts.and_then(|facts| facts.marker),
            progress: Arc::default(),
            resumable: false,
        };
        let begun = context.now();
        let result = listing.run().await;
        let now = context.now();
        let took = (now - begun).max(0);
        let until = now.saturating_add(took.saturating_mul(i64::from(SCOPE_RESTS)));
        context.beside.rest(file.name(), key, until, now);
        match result {
            // What is held back is shown, and looked at again by the next run.
            Ok(_) => {}
            Err(CollectError::Request(RequestError::Gone { .. })) => {
                self.ask(read_parent(), false).await?;
            }
            Err(error) => return Err(error),
        }
        self.forget(row, true).await?;
        Ok(Outcome::Done)
    }
}
