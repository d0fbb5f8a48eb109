//! From a rewritten statement to a plan that can be run and stopped.

mod computed;
mod failure;
mod guard;
mod json_type;
mod open_list;
mod provider;
mod sealed;
mod session;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};
use datafusion::{
    execution::session_state::SessionState,
    logical_expr::LogicalPlan,
    physical_plan::ExecutionPlan,
    sql::{
        parser::Statement as EngineStatement,
        planner::{ParserOptions, SqlToRel},
        sqlparser::ast::Statement,
    },
};

pub(crate) use failure::query_error;
pub(crate) use session::{base_session, session_for};

use crate::{
    Description, QueryError, SqlError,
    cancel::Cancel,
    catalog::{Binding, Catalog, Kind, Table},
    description,
    scan::Snapshot,
};

/// Everything one statement is planned with.
pub(crate) struct Planning {
    state: SessionState,
    catalog: Catalog,
    snapshot: Snapshot,
    cancel: Cancel,
    bindings: Mutex<HashMap<String, Arc<Binding>>>,
    /// What is read inside elements of JSON lists.
    inner_paths: Mutex<BTreeSet<Vec<String>>>,
    /// Why a table could not be looked up, when that was not the statement's fault.
    failed: Mutex<Option<QueryError>>,
}

impl Planning {
    pub fn new(state: SessionState, catalog: Catalog, cancel: Cancel) -> Self {
        let snapshot = Snapshot::new(Arc::clone(&catalog.source));
        Self {
            state,
            catalog,
            snapshot,
            cancel,
            bindings: Mutex::new(HashMap::new()),
            inner_paths: Mutex::new(BTreeSet::new()),
            failed: Mutex::new(None),
        }
    }

    /// The table of this name, ignoring case.
    pub fn table(&self, name: &str) -> Result<Option<Arc<Table>>, SqlError> {
        self.catalog.table(name).map_err(|error| {
            let message = error.to_string();
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            SqlError::new(message)
        })
    }

    /// What made a look-up fail, if one did.
    pub fn failure(&self) -> Option<QueryError> {
        self.failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    pub fn table_names(&self) -> Vec<String> {
        self.catalog.names()
    }

    /// Makes a use of a table known to the engine.
    pub fn add(&self, binding: &Arc<Binding>) {
        self.bindings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(binding.id.clone(), Arc::clone(binding));
    }

    fn binding(&self, id: &str) -> Option<Arc<Binding>> {
        self.bindings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// Notes that the statement reads a place inside an element of a JSON list.
    pub fn note_inner_path(&self, path: &[String]) {
        if !path.is_empty() {
            self.inner_paths
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(path.to_vec());
        }
    }

    /// What the statement reads, once it is rewritten, and answers with `columns`.
    pub fn description(&self, columns: SchemaRef) -> Description {
        let bindings: Vec<Arc<Binding>> = self
            .bindings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect();
        let inner_paths = self
            .inner_paths
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect();
        Description {
            reads: description::reads(&bindings, &self.catalog),
            system_tables: description::system_tables(&bindings),
            inner_paths,
            columns,
        }
    }

    /// Reads what a binding with a moment needs, so that a moment before the record is refused where it stands.
    pub fn read_past(&self, binding: &Binding) -> Result<(), QueryError> {
        let Kind::Current(resource_type) = &binding.table.kind else {
            return Ok(());
        };
        let integrations = self.catalog.integrations_of(resource_type);
        self.snapshot
            .segments(resource_type, integrations, binding.at)
            .map(|_| ())
    }

    /// What `now()` says in this statement.
    pub fn now(&self) -> DateTime<Utc> {
        self.state
            .execution_props()
            .query_execution_start_time
            .unwrap_or_default()
    }

    pub fn is_function(&self, name: &str) -> bool {
        self.state.scalar_functions().contains_key(name)
            || self.state.aggregate_functions().contains_key(name)
            || self.state.window_functions().contains_key(name)
            || self.is_higher_order(name)
    }

    /// Whether a function takes functions.
    pub fn is_higher_order(&self, name: &str) -> bool {
        self.state.higher_order_functions().contains_key(name)
    }

    pub fn function_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .state
            .scalar_functions()
            .keys()
            .chain(self.state.aggregate_functions().keys())
            .chain(self.state.window_functions().keys())
            .chain(self.state.higher_order_functions().keys())
            .cloned()
            .collect();
        names.sort();
        names
    }

    /// The logical plan of a rewritten statement.
    pub fn logical_plan(&self, sql: &str, statement: Statement) -> Result<LogicalPlan, QueryError> {
        let options = ParserOptions {
            enable_ident_normalization: false,
            map_string_types_to_utf8view: false,
            collect_spans: true,
            ..ParserOptions::default()
        };
        SqlToRel::new_with_options(self, options)
            .statement_to_plan(EngineStatement::Statement(Box::new(statement)))
            .map_err(|error| query_error(error, Some(sql), self.cancel.limits()))
    }

    /// The plan that runs, with guards that stop it.
    pub async fn physical_plan(
        &self,
        sql: &str,
        plan: &LogicalPlan,
    ) -> Result<Arc<dyn ExecutionPlan>, QueryError> {
        let planned = self.state.create_physical_plan(plan).await;
        planned
            .and_then(|plan| guard::guarded(plan, &self.cancel))
            .map_err(|error| query_error(error, Some(sql), self.cancel.limits()))
    }

    pub fn state(&self) -> &SessionState {
        &self.state
    }
}
