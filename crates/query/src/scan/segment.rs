use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use muster_model::{Integration, IntegrationId, ResourceType};

use crate::{Part, QueryError, Source, SourceError};

/// Rows of one table that come from one integration, or from none.
#[derive(Clone)]
pub(crate) struct Segment {
    pub integration: Option<Arc<Integration>>,
    pub parts: Arc<Vec<Part>>,
}

impl Segment {
    /// How many rows count.
    pub fn rows(&self) -> usize {
        self.parts
            .iter()
            .flat_map(|part| (0..part.batches.len()).map(|index| live_rows(part, index)))
            .sum()
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Segment({} rows)", self.rows())
    }
}

/// How many rows of a batch count.
pub(super) fn live_rows(part: &Part, batch: usize) -> usize {
    match part.live.get(batch) {
        Some(Some(live)) => live.count_set_bits(),
        _ => part.batches[batch].num_rows(),
    }
}

/// The rows a query has read, each once, so that two uses of a table see the same.
pub(crate) struct Snapshot {
    source: Arc<dyn Source>,
    read: Mutex<HashMap<SnapshotKey, Arc<Vec<Part>>>>,
}

type SnapshotKey = (String, IntegrationId, Option<i64>);

impl Snapshot {
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self {
            source,
            read: Mutex::new(HashMap::new()),
        }
    }

    /// The rows of a type, now or at a moment. An integration that had recorded nothing by then has none, as
    /// long as another had.
    pub fn segments<'a>(
        &self,
        resource_type: &ResourceType,
        integrations: impl Iterator<Item = &'a Integration>,
        at: Option<i64>,
    ) -> Result<Vec<Segment>, QueryError> {
        let mut segments = Vec::new();
        let mut before_history = None;
        for integration in integrations {
            match self.parts(resource_type, integration, at) {
                Ok(parts) => segments.push(Segment {
                    integration: Some(Arc::new(integration.clone())),
                    parts,
                }),
                Err(SourceError::BeforeHistory { starts }) => {
                    let earliest = before_history.get_or_insert(starts);
                    *earliest = starts.min(*earliest);
                }
                Err(error) => return Err(QueryError::Source(error)),
            }
        }
        match before_history {
            Some(starts) if segments.is_empty() => {
                Err(QueryError::Source(SourceError::BeforeHistory { starts }))
            }
            _ => Ok(segments),
        }
    }

    fn parts(
        &self,
        resource_type: &ResourceType,
        integration: &Integration,
        at: Option<i64>,
    ) -> Result<Arc<Vec<Part>>, SourceError> {
        let key = (resource_type.name.clone(), integration.id.clone(), at);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parts) = read.get(&key) {
            return Ok(Arc::clone(parts));
        }
        let parts = Arc::new(match at {
            Some(at) => self.source.rows_at(resource_type, &integration.id, at)?,
            None => self.source.rows(resource_type, &integration.id)?,
        });
        read.insert(key, Arc::clone(&parts));
        Ok(parts)
    }
}
