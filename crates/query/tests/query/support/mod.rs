//! A small company in memory, for tests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test crate uses a part of it")]

pub mod many;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use arrow::{
    array::{
        ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder, TimestampMillisecondArray,
        UInt64Array,
    },
    buffer::BooleanBuffer,
    datatypes::{DataType, Field, FieldRef, Fields, Schema, TimeUnit},
    json::ReaderBuilder,
};
use muster_model::{
    ChangeActor, Column, ColumnType, Computation, Computed, Integration, IntegrationId, Others,
    Parent, Party, Path, ResourceKey, ResourceType, SameAs, TypeState, TypeStatus,
};
use muster_query::{Batches, Part, Source, SourceError};
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z
pub const NEW_YEAR: i64 = 1_767_225_600_000;

pub struct Company {
    pub types: Vec<Arc<ResourceType>>,
    pub integrations: Vec<Integration>,
    pub rows: HashMap<(String, IntegrationId), Vec<Value>>,
    pub past: HashMap<(String, IntegrationId), Vec<Value>>,
    pub changes: HashMap<(String, IntegrationId), Vec<Value>>,
    pub states: Vec<TypeState>,
    pub listed: HashMap<(String, IntegrationId), Option<Vec<String>>>,
    /// Rows per batch.
    pub batch: usize,
    /// Keys of rows that are there but do not count.
    pub dead: Vec<String>,
    /// How often it was asked who made changes.
    pub lookups: AtomicU64,
}

pub fn integration(number: u128, provider: &str, name: &str) -> Integration {
    Integration {
        id: IntegrationId::from_random(number),
        provider: provider.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        tags: vec!["prod".to_owned(), name.to_owned()],
        settings: Default::default(),
        enabled: true,
        allow_insecure_endpoint: false,
        interval_seconds: 600,
        created: 0,
        organisation: None,
    }
}

pub fn column(name: &str, column_type: ColumnType) -> Column {
    from(name, name, column_type)
}

pub fn from(name: &str, path: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        from: path.parse().unwrap(),
        column_type,
        required: false,
    }
}

pub fn resource_type(name: &str, columns: Vec<Column>) -> ResourceType {
    ResourceType {
        name: name.to_owned(),
        provider: name.split('_').next().unwrap().to_owned(),
        title: name.to_owned(),
        description: format!("Rows of {name}."),
        key: vec![Path::fields(["id"])],
        label: None,
        parent: None,
        columns,
        computed: Vec::new(),
        same_as: None,
        volatile: Vec::new(),
        redact: Vec::new(),
        references: Vec::new(),
        hot: Vec::new(),
    }
}

pub fn text(name: &str) -> Column {
    column(name, ColumnType::String)
}

fn time(name: &str) -> Column {
    column(name, ColumnType::Timestamp)
}

fn list(name: &str, element: ColumnType) -> Column {
    column(name, ColumnType::List(Box::new(element)))
}

fn child(name: &str, parent: &str, key: &str, columns: Vec<Column>) -> ResourceType {
    ResourceType {
        parent: Some(Parent {
            resource_type: parent.to_owned(),
            columns: vec![key.to_owned()],
        }),
        ..resource_type(name, columns)
    }
}

fn user_columns() -> Vec<Column> {
    vec![
        text("id"),
        text("status"),
        time("created"),
        time("lastLogin"),
        column(
            "profile",
            ColumnType::Struct(vec![
                text("email"),
                text("firstName"),
                text("lastName"),
                text("login"),
            ]),
        ),
        column(
            "credentials",
            ColumnType::Struct(vec![column(
                "provider",
                ColumnType::Struct(vec![text("name"), text("type")]),
            )]),
        ),
        list("groups", ColumnType::String),
        list(
            "devices",
            ColumnType::Struct(vec![
                text("name"),
                column("managed", ColumnType::Boolean),
                list("apps", ColumnType::String),
            ]),
        ),
        column("logins", ColumnType::Integer),
    ]
}

pub fn types() -> Vec<ResourceType> {
    let user = ResourceType {
        hot: vec!["profile".parse().unwrap()],
        computed: vec![Computed {
            name: "mfaEnabled".to_owned(),
            column_type: ColumnType::Boolean,
            computation: Computation::Exists(Others {
                resource_types: vec!["okta_factor".to_owned()],
                on: vec![("userId".to_owned(), "id".to_owned())],
                filter: vec![("status".to_owned(), "ACTIVE".to_owned())],
            }),
        }],
        ..resource_type("okta_user", user_columns())
    };
    let member = ResourceType {
        same_as: Some(SameAs {
            resource_type: "okta_user".to_owned(),
            column: "id".to_owned(),
        }),
        ..child("okta_group_member", "okta_group", "groupId", user_columns())
    };
    vec![
        user,
        resource_type(
            "okta_group",
            vec![
                text("id"),
                text("type"),
                column(
                    "profile",
                    ColumnType::Struct(vec![text("name"), text("description")]),
                ),
            ],
        ),
        member,
        resource_type(
            "okta_application",
            vec![
                text("id"),
                text("label"),
                text("status"),
                list("features", ColumnType::String),
                column("settings", ColumnType::Json),
                from("hidden", "visibility.hide.web", ColumnType::Boolean),
            ],
        ),
        child(
            "okta_application_user",
            "okta_application",
            "appId",
            vec![text("id"), text("status")],
        ),
        child(
            "okta_factor",
            "okta_user",
            "userId",
            vec![text("id"), text("factorType"), text("status")],
        ),
        resource_type(
            "jumpcloud_user",
            vec![
                text("id"),
                text("username"),
                from("mfa", "mfa.configured", ColumnType::Boolean),
            ],
        ),
    ]
}

impl Company {
    pub fn small() -> Self {
        let acme = integration(1, "okta", "acme");
        let cloud = integration(2, "jumpcloud", "cloud");
        let mut company = Self {
            types: types().into_iter().map(Arc::new).collect(),
            integrations: vec![acme.clone(), cloud.clone()],
            rows: HashMap::new(),
            past: HashMap::new(),
            changes: HashMap::new(),
            states: Vec::new(),
            listed: HashMap::new(),
            batch: 2,
            dead: vec!["u9".to_owned()],
            lookups: AtomicU64::new(0),
        };
        let documents: Value = serde_json::from_str(include_str!("company.json")).unwrap();
        for (name, documents) in documents["now"].as_object().unwrap() {
            let id = match name.starts_with("okta") {
                true => &acme.id,
                false => &cloud.id,
            };
            let documents = documents.as_array().unwrap().clone();
            company.rows.insert((name.clone(), id.clone()), documents);
        }
        for (name, documents) in documents["past"].as_object().unwrap() {
            let documents = documents.as_array().unwrap().clone();
            company
                .past
                .insert((name.clone(), acme.id.clone()), documents);
        }
        for (name, documents) in documents["changes"].as_object().unwrap() {
            let documents = documents.as_array().unwrap().clone();
            company
                .changes
                .insert((name.clone(), acme.id.clone()), documents);
        }
        for resource_type in &company.types {
            let provider = &resource_type.provider;
            let integration = company
                .integrations
                .iter()
                .find(|integration| integration.provider == *provider)
                .unwrap();
            let factor = resource_type.name == "okta_factor";
            company.states.push(TypeState {
                integration: integration.id.clone(),
                resource_type: resource_type.name.clone(),
                status: match factor {
                    true => TypeStatus::Incomplete,
                    false => TypeStatus::Complete,
                },
                parents: resource_type.parent.as_ref().map(|_| 4),
                parents_done: resource_type.parent.as_ref().map(|_| 3),
                complete_since: (!factor).then_some(NEW_YEAR),
                last_complete: Some(NEW_YEAR + 3_600_000),
                stale: factor,
                held_back: false,
                reason: factor.then(|| "one user to go".to_owned()),
            });
        }
        company.listed.insert(
            ("okta_factor".to_owned(), acme.id.clone()),
            Some(vec!["u1".to_owned(), "u2".to_owned(), "u3".to_owned()]),
        );
        company
    }

    fn parts(&self, resource_type: &ResourceType, documents: &[Value]) -> Vec<Part> {
        let mut parts = Vec::new();
        for documents in documents.chunks(self.batch.max(1)) {
            let batch = batch(resource_type, documents);
            let keys = batch.column_by_name("_key").unwrap();
            let keys = keys.as_any().downcast_ref::<StringArray>().unwrap();
            let live: Vec<bool> = keys
                .iter()
                .map(|key| !self.dead.iter().any(|dead| Some(dead.as_str()) == key))
                .collect();
            let all = live.iter().all(|live| *live);
            parts.push(Part {
                batches: vec![batch],
                live: vec![(!all).then(|| BooleanBuffer::from(live))],
            });
        }
        parts
    }
}

/// Documents as the ledger keeps them.
pub fn batch(resource_type: &ResourceType, documents: &[Value]) -> RecordBatch {
    let parents: Vec<String> = resource_type
        .parent
        .iter()
        .flat_map(|parent| parent.columns.clone())
        .collect();
    let keys_only = resource_type.same_as.is_some();
    let columns: Vec<&Column> = resource_type
        .columns
        .iter()
        .filter(|column| !keys_only || column.name == "id")
        .collect();
    let mut fields: Vec<FieldRef> = parents
        .iter()
        .map(|name| Arc::new(Field::new(name, DataType::Utf8, true)))
        .collect();
    fields.extend(
        columns
            .iter()
            .map(|column| field(&column.name, &column.column_type)),
    );
    let schema = Arc::new(Schema::new(fields));
    let decoded: Vec<Value> = documents
        .iter()
        .map(|document| {
            let mut row = serde_json::Map::new();
            for parent in &parents {
                row.insert(parent.clone(), document[parent].clone());
            }
            for column in &columns {
                row.insert(column.name.clone(), value(column, document));
            }
            Value::Object(row)
        })
        .collect();
    let mut decoder = ReaderBuilder::new(Arc::clone(&schema))
        .with_batch_size(documents.len().max(1))
        .build_decoder()
        .unwrap();
    decoder.serialize(&decoded).unwrap();
    let decoded = decoder
        .flush()
        .unwrap()
        .unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(&schema)));

    let mut columns: Vec<(FieldRef, ArrayRef)> = schema
        .fields()
        .iter()
        .cloned()
        .zip(decoded.columns().iter().cloned())
        .collect();
    let mut add = |name: &str, array: ArrayRef| {
        let field = Field::new(name, array.data_type().clone(), true);
        columns.push((Arc::new(field), array));
    };
    let keys = documents.iter().map(|document| {
        let parents = parents
            .iter()
            .map(|parent| document[parent].as_str().unwrap());
        let parts = parents.chain([document["id"].as_str().unwrap()]);
        ResourceKey::from_parts(parts).unwrap().to_string()
    });
    add("_key", Arc::new(StringArray::from_iter_values(keys)));
    let sequences = (1_u64..).take(documents.len());
    add(
        "_sequence",
        Arc::new(UInt64Array::from_iter_values(sequences)),
    );
    let recorded = vec![NEW_YEAR; documents.len()];
    let recorded = TimestampMillisecondArray::from(recorded).with_timezone("UTC");
    add("_recorded_at", Arc::new(recorded));
    for path in &resource_type.hot {
        let hot: StringArray = documents
            .iter()
            .map(|document| path.values(document).first().map(|value| value.to_string()))
            .collect();
        add(&format!("_hot_{path}"), Arc::new(hot));
    }
    let raw = documents.iter().map(|document| {
        let mut document = document.clone();
        for parent in &parents {
            document.as_object_mut().unwrap().remove(parent);
        }
        document.to_string()
    });
    add("_raw", Arc::new(StringArray::from_iter_values(raw)));
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn field(name: &str, column_type: &ColumnType) -> FieldRef {
    let data_type = data_type(column_type);
    let field = Field::new(name, data_type, true);
    Arc::new(match column_type {
        ColumnType::Json => {
            field.with_metadata([("muster.type".to_owned(), "json".to_owned())].into())
        }
        _ => field,
    })
}

fn data_type(column_type: &ColumnType) -> DataType {
    match column_type {
        ColumnType::String | ColumnType::Json => DataType::Utf8,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        ColumnType::Struct(columns) => DataType::Struct(
            columns
                .iter()
                .map(|column| field(&column.name, &column.column_type))
                .collect::<Fields>(),
        ),
        ColumnType::List(element) => DataType::List(field("item", element)),
    }
}

fn value(column: &Column, document: &Value) -> Value {
    let found = column
        .from
        .values(document)
        .first()
        .map(|value| (*value).clone());
    typed(found.unwrap_or(Value::Null), &column.column_type)
}

fn typed(found: Value, column_type: &ColumnType) -> Value {
    match (column_type, found) {
        (_, Value::Null) => Value::Null,
        (ColumnType::Json, found) => json!(found.to_string()),
        (ColumnType::Struct(columns), found) => columns
            .iter()
            .map(|column| (column.name.clone(), value(column, &found)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        (ColumnType::List(element), Value::Array(found)) => found
            .into_iter()
            .map(|found| typed(found, element))
            .collect(),
        (_, found) => found,
    }
}

impl Source for Company {
    fn resource_types(&self) -> &[Arc<ResourceType>] {
        &self.types
    }

    fn integrations(&self) -> &[Integration] {
        &self.integrations
    }

    fn states(&self) -> Result<Vec<TypeState>, SourceError> {
        Ok(self.states.clone())
    }

    fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError> {
        let key = (resource_type.name.clone(), integration.clone());
        let documents = self.rows.get(&key).map(Vec::as_slice).unwrap_or_default();
        Ok(self.parts(resource_type, documents))
    }

    fn rows_at(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError> {
        if at_milliseconds < NEW_YEAR {
            return Err(SourceError::BeforeHistory { starts: NEW_YEAR });
        }
        let key = (resource_type.name.clone(), integration.clone());
        let documents = self.past.get(&key).map(Vec::as_slice).unwrap_or_default();
        Ok(self.parts(resource_type, documents))
    }

    fn changes(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Batches, SourceError> {
        let key = (resource_type.name.clone(), integration.clone());
        let changes = self.changes.get(&key).cloned().unwrap_or_default();
        Ok(Box::new(
            changes.into_iter().map(|change| Ok(change_batch(&change))),
        ))
    }

    fn actors(&self, sequences: &[u64]) -> Result<Vec<ChangeActor>, SourceError> {
        self.lookups.fetch_add(1, Relaxed);
        let changes = self.changes.values().flatten();
        Ok(changes
            .filter(|change| !change["eventType"].is_null())
            .filter_map(|change| {
                let sequence = change["sequence"].as_u64()?;
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let actor = &change["actor"];
                let actor = (!actor.is_null()).then(|| Party {
                    id: text(&actor["id"]),
                    kind: text(&actor["kind"]),
                    name: text(&actor["name"]),
                });
                sequences.contains(&sequence).then(|| ChangeActor {
                    sequence,
                    actor,
                    event_type: text(&change["eventType"]),
                    event: text(&change["event"]),
                })
            })
            .collect())
    }

    fn listed_parents(
        &self,
        child_type: &str,
        integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        let key = (child_type.to_owned(), integration.clone());
        let listed = self.listed.get(&key).cloned().flatten();
        Ok(listed.map(|keys| vec![StringArray::from(keys)]))
    }
}

fn change_batch(change: &Value) -> RecordBatch {
    let text =
        |name: &str| -> ArrayRef { Arc::new(StringArray::from(vec![change[name].as_str()])) };
    let json = |name: &str| -> ArrayRef {
        let value = &change[name];
        let value = (!value.is_null()).then(|| value.to_string());
        Arc::new(StringArray::from(vec![value]))
    };
    let mut fields = ListBuilder::new(StringBuilder::new());
    for field in change["fields"].as_array().unwrap() {
        fields.values().append_value(field.as_str().unwrap());
    }
    fields.append(true);
    let sequence = change["sequence"].as_u64().unwrap();
    let recorded = NEW_YEAR + i64::try_from(sequence).unwrap() * 60_000;
    let recorded = TimestampMillisecondArray::from(vec![recorded]).with_timezone("UTC");
    RecordBatch::try_from_iter([
        (
            "_sequence",
            Arc::new(UInt64Array::from(vec![sequence])) as ArrayRef,
        ),
        ("type", text("type")),
        ("resourceId", text("resourceId")),
        ("recordedAt", Arc::new(recorded)),
        ("fields", Arc::new(fields.finish())),
        ("before", json("before")),
        ("after", json("after")),
    ])
    .unwrap()
}
