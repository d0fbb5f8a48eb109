//! What several handlers read: counts, rows of a statement, names of things.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::StreamExt as _;
use muster_model::{Integration, IntegrationId, Principal, ResourceType};
use muster_query::{
    Request, Source,
    format::{Format, Writer},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{app::App, problem::Problem};

/// Which integration, by both its names.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = IntegrationName)]
pub struct IntegrationName {
    /// Never changes.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl IntegrationName {
    /// The names of the integration with this id.
    pub fn of(id: &IntegrationId, all: &[Integration]) -> Self {
        let known = all.iter().find(|integration| integration.id == *id);
        Self {
            id: id.to_string(),
            name: known.map_or_else(|| "deleted".to_owned(), |known| known.name.clone()),
        }
    }
}

/// Resources by integration and type.
pub type Counted = Arc<BTreeMap<(IntegrationId, String), u64>>;

/// Remembers how many resources there are until something is committed.
#[derive(Debug, Default)]
pub struct Counts(Mutex<Option<(u64, Counted)>>);

impl Counts {
    /// How many there are now. Reads files: not on a thread that serves.
    pub fn now(&self, app: &App) -> Result<Counted, Problem> {
        let moment = app.register.now()?;
        let sequence = moment.sequence();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let there: Vec<&IntegrationId> = moment
            .integrations()
            .iter()
            .map(|integration| &integration.id)
            .collect();
        if let Some((of, counted)) = &*known
            && *of == sequence
            && counted.keys().all(|(id, _)| there.contains(&id))
        {
            return Ok(Arc::clone(counted));
        }
        let mut counted = BTreeMap::new();
        for integration in moment.integrations() {
            let own = moment
                .resource_types()
                .iter()
                .filter(|resource_type| resource_type.provider == integration.provider);
            for resource_type in own {
                let count = moment.count(resource_type, &integration.id)?;
                counted.insert((integration.id.clone(), resource_type.name.clone()), count);
            }
        }
        let counted = Arc::new(counted);
        *known = Some((sequence, Arc::clone(&counted)));
        Ok(counted)
    }
}

/// The integrations there are, by name.
pub async fn integrations(app: &App) -> Result<Vec<Integration>, Problem> {
    app.read(|transaction| Ok(muster_control::Integrations(transaction).all()?))
        .await
}

/// The type of this name.
pub fn resource_type(app: &App, name: &str) -> Result<Arc<ResourceType>, Problem> {
    let catalogue = app.office.catalogue();
    match catalogue.resource_type(name) {
        Some(file) => Ok(Arc::clone(&file.resource_type)),
        None => Err(Problem::not_found(format!("there is no type `{name}`"))),
    }
}

/// The id as it is written.
pub fn integration_id(text: &str) -> Result<IntegrationId, Problem> {
    IntegrationId::parse(text).ok_or_else(|| Problem::not_found("there is no such integration"))
}

/// Runs one of our own statements and gives its rows.
pub async fn rows(
    app: &App,
    principal: &Principal,
    request: Request,
) -> Result<Vec<Map<String, Value>>, Problem> {
    let sql = request.sql.clone();
    let opened = Arc::clone(app);
    let source: Arc<dyn Source> = app
        .blocking(move |_| Ok(Arc::new(opened.register.now()?) as Arc<dyn Source>))
        .await?;
    let mut stream = app
        .engine
        .query(principal, source, request)
        .await
        .map_err(|error| Problem::query(&error, &sql))?;
    let mut writer = Writer::new(Format::Json, stream.schema(), Vec::new());
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| Problem::query(&error, &sql))?;
        writer
            .write(&batch)
            .map_err(|error| Problem::internal(&error))?;
    }
    let text = writer.finish().map_err(|error| Problem::internal(&error))?;
    serde_json::from_slice(&text).map_err(|error| Problem::internal(&error))
}
