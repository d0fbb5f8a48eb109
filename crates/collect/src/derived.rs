//! Listings that need no request: the members of a group that everybody is in are all users.
//!
//! Such a listing notes no cursor. Cut off, it begins anew, which costs no request, and nothing wrong can come of it:
//! it has removed nothing, for only its end removes; what it has written down is compared again and found equal; and
//! the keys it had seen are not used, since a fresh [`Seen`] empties the file they lay in.

use muster_ledger::{InTransaction, Observations, Seen};
use muster_model::ResourceKey;
use serde_json::{Map, Value};

use crate::{
    CollectError,
    listing::{Ended, Listing},
};

/// Resources written down at a time.
const AT_A_TIME: usize = 2_000;

impl Listing<'_> {
    /// Lists the parent's children from all resources of `from`.
    pub(crate) async fn run_derived(&self, from: &str) -> Result<Ended, CollectError> {
        let Some(source) = self.context.provider.resource_type(from) else {
            return Ok(Ended::Complete);
        };
        let _alone = self
            .context
            .beside
            .alone(self.file.name(), &self.scope)
            .await;
        let _under_way = self.context.beside.begin();
        let snapshot = self.context.reader.snapshot()?;
        let documents = snapshot.documents(&source.resource_type, &self.context.integration.id)?;
        let asked = self.context.now();
        let mut seen = self.fresh_seen(documents.len() > AT_A_TIME)?;
        let mut keys = documents.iter().map(|(key, _)| key);
        loop {
            let observations = self.observe_keys(keys.by_ref().take(AT_A_TIME))?;
            if observations.is_empty() {
                break;
            }
            self.keep(&mut seen, observations, asked).await?;
        }
        self.finish(seen, None).await
    }

    async fn keep(
        &self,
        seen: &mut Seen,
        observations: Observations,
        asked: i64,
    ) -> Result<(), CollectError> {
        seen.extend(observations.iter().map(|observation| observation.key_hash))?;
        let control: InTransaction = Box::new(|_, _| Ok(()));
        let counts = self
            .hand_over(observations, asked, control)
            .await?
            .counts()
            .await?;
        self.progress.add(&counts);
        Ok(())
    }

    fn observe_keys<'k>(
        &self,
        keys: impl Iterator<Item = &'k str>,
    ) -> Result<Observations, CollectError> {
        let mut observations = Observations::default();
        for key in keys {
            let mut document = Map::new();
            for (path, part) in self
                .file
                .resource_type
                .key
                .iter()
                .zip(ResourceKey::split(key))
            {
                if let Ok(part) = part {
                    document.insert(path.to_string(), Value::String(part.into_owned()));
                }
            }
            let document = Value::Object(document).to_string();
            observations.push(
                &self.file.resource_type,
                self.parent_key.as_deref(),
                &document,
            )?;
        }
        Ok(observations)
    }
}
