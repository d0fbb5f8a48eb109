//! Of a log, only the span of time is read that a statement asks for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use crate::support::{Company, NEW_YEAR};
use arrow::array::StringArray;
use chrono::DateTime;
use futures::StreamExt as _;
use muster_model::{Integration, IntegrationId, Principal, ResourceType, TypeState};
use muster_query::{
    AuditTable, Batches, Engine, EngineOptions, EventsAsked, Part, Request, Source, SourceError,
};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2026-01-15T00:00:00Z
const T: i64 = NEW_YEAR + 14 * DAY;

/// The company, with a log that is empty and remembers what was asked of it.
struct Logging {
    company: Company,
    tables: Vec<AuditTable>,
    asked: Mutex<Vec<EventsAsked>>,
}

impl Source for Logging {
    fn resource_types(&self) -> &[Arc<ResourceType>] {
        self.company.resource_types()
    }

    fn integrations(&self) -> &[Integration] {
        self.company.integrations()
    }

    fn states(&self) -> Result<Vec<TypeState>, SourceError> {
        self.company.states()
    }

    fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError> {
        self.company.rows(resource_type, integration)
    }

    fn rows_at(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError> {
        self.company
            .rows_at(resource_type, integration, at_milliseconds)
    }

    fn changes(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Batches, SourceError> {
        self.company.changes(resource_type, integration)
    }

    fn audit_tables(&self) -> &[AuditTable] {
        &self.tables
    }

    fn events(&self, asked: &EventsAsked) -> Result<Batches, SourceError> {
        self.asked.lock().unwrap().push(asked.clone());
        Ok(Box::new(std::iter::empty()))
    }

    fn listed_parents(
        &self,
        child_type: &str,
        integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        self.company.listed_parents(child_type, integration)
    }
}

/// The span of the log that a statement reads.
fn span(condition: &str) -> (Option<i64>, Option<i64>) {
    let engine = Engine::new(EngineOptions { threads: 1 }).unwrap();
    let logging = Arc::new(Logging {
        company: Company::small(),
        tables: vec![AuditTable {
            name: "okta_system_log".to_owned(),
            description: String::new(),
            provider: "okta".to_owned(),
        }],
        asked: Mutex::default(),
    });
    let source: Arc<Logging> = Arc::clone(&logging);
    let mut request = Request::new(format!(
        "SELECT activity FROM audit_event e WHERE {condition}"
    ))
    .with_variable("moment", "2026-01-15T00:00:00Z");
    request.now = DateTime::from_timestamp_millis(T + 2 * DAY);
    futures::executor::block_on(async {
        let mut stream = engine
            .query(&Principal::Owner, source, request)
            .await
            .unwrap();
        while let Some(batch) = stream.next().await {
            batch.unwrap();
        }
    });
    let asked = logging.asked.lock().unwrap();
    let asked = asked.first().unwrap();
    (asked.from, asked.before)
}

#[test]
fn only_the_span_that_a_condition_leaves_is_read() {
    // A millisecond more is read where a bound is sharp.
    for (condition, from, before) in [
        ("time >= '2026-01-15T00:00:00Z'", Some(T), None),
        ("TIME > '2026-01-15'", Some(T), None),
        ("'2026-01-15T00:00:00Z' <= e.time", Some(T), None),
        ("time < '2026-01-15T00:00:00Z'", None, Some(T + 1)),
        ("time = '2026-01-15T00:00:00Z'", Some(T), Some(T + 1)),
        ("time >= $moment", Some(T), None),
        ("time >= TIMESTAMP '2026-01-15 00:00:00'", Some(T), None),
        (
            "time >= CAST('2026-01-15T00:00:00Z' AS TIMESTAMP)",
            Some(T),
            None,
        ),
        ("time > now() - INTERVAL '2 days'", Some(T), None),
        (
            "time > now() - INTERVAL '48' HOUR AND time <= now()",
            Some(T),
            Some(T + 2 * DAY + 1),
        ),
        (
            "time BETWEEN '2026-01-15T00:00:00Z' AND '2026-01-16T00:00:00Z'",
            Some(T),
            Some(T + DAY + 1),
        ),
        (
            "CAST(time AS TIMESTAMP) >= '2026-01-15T00:00:00Z'",
            Some(T),
            None,
        ),
        ("CAST(time AS DATE) = '2026-01-15'", Some(T), Some(T + DAY)),
        (
            "CAST(time AS DATE) = DATE '2026-01-15'",
            Some(T),
            Some(T + DAY),
        ),
        (
            "time >= '2026-01-15T00:00:00Z' AND activity = 'x' AND (actor = 'a' OR actor = 'b')",
            Some(T),
            None,
        ),
        ("activity = 'x'", None, None),
        (
            "time >= '2026-01-15T00:00:00Z' OR activity = 'x'",
            None,
            None,
        ),
        (
            "NOT time BETWEEN '2026-01-15T00:00:00Z' AND '2026-01-16T00:00:00Z'",
            None,
            None,
        ),
        ("receivedAt >= '2026-01-15T00:00:00Z'", None, None),
    ] {
        assert_eq!(span(condition), (from, before), "{condition}");
    }
}
