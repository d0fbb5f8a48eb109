use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::{
    catalog::TableProvider,
    common::TableReference,
    config::ConfigOptions,
    datasource::provider_as_source,
    error::{DataFusionError, Result},
    logical_expr::{
        AggregateUDF, HigherOrderUDF, ScalarUDF, TableSource, WindowUDF,
        planner::{ContextProvider, ExprPlanner, RelationPlanner},
    },
};

use super::Planning;
use crate::{
    QueryError,
    catalog::{Binding, Kind, UsedOrigin},
    scan::{Events, ScanColumn, ScanTable, Segment, changes},
};

/// What the engine's planner asks.
impl ContextProvider for Planning {
    fn get_table_source(&self, name: TableReference) -> Result<Arc<dyn TableSource>> {
        let Some(binding) = self.binding(name.table()) else {
            return Err(DataFusionError::Plan(format!("there is no table `{name}`")));
        };
        self.table_source(&binding)
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        self.state.expr_planners()
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        self.state.relation_planners()
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.state.scalar_functions().get(name).cloned()
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        self.state.higher_order_functions().get(name).cloned()
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.state.aggregate_functions().get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.state.window_functions().get(name).cloned()
    }

    fn get_variable_type(&self, _names: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    fn udf_names(&self) -> Vec<String> {
        self.state.scalar_functions().keys().cloned().collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        self.state
            .higher_order_functions()
            .keys()
            .cloned()
            .collect()
    }

    fn udaf_names(&self) -> Vec<String> {
        self.state.aggregate_functions().keys().cloned().collect()
    }

    fn udwf_names(&self) -> Vec<String> {
        self.state.window_functions().keys().cloned().collect()
    }
}

impl Planning {
    /// One use of a table, with the columns the statement reads there.
    pub(super) fn table_source(&self, binding: &Binding) -> Result<Arc<dyn TableSource>> {
        let joined = binding
            .used()
            .iter()
            .any(|used| !matches!(used.origin, UsedOrigin::Own(..)));
        match joined {
            true => self.view(binding),
            false => Ok(provider_as_source(self.provider(binding, Vec::new())?)),
        }
    }

    /// A table's own rows, with `more` columns besides those the statement reads.
    pub(super) fn provider(
        &self,
        binding: &Binding,
        more: Vec<ScanColumn>,
    ) -> Result<Arc<dyn TableProvider>> {
        let mut columns: Vec<ScanColumn> = binding
            .used()
            .iter()
            .filter_map(|used| match &used.origin {
                UsedOrigin::Own(origin, members) => {
                    Some(ScanColumn::new(&used.name, &used.shape, origin, members))
                }
                _ => None,
            })
            .collect();
        columns.extend(more);
        let cancel = self.cancel.clone();
        Ok(match &binding.table.kind {
            Kind::Current(resource_type) => {
                let integrations = self.catalog.integrations_of(resource_type);
                let segments = self
                    .snapshot
                    .segments(resource_type, integrations, binding.at)
                    .map_err(external)?;
                let name = binding.table.name.clone();
                Arc::new(ScanTable::new(name, columns, segments, cancel))
            }
            Kind::Rows(rows) => {
                let segment = Segment {
                    integration: None,
                    parts: Arc::new(vec![crate::Part::new(vec![rows.clone()])]),
                };
                let name = binding.table.name.clone();
                Arc::new(ScanTable::new(name, columns, vec![segment], cancel))
            }
            Kind::Events(logs) => {
                let source = Arc::clone(&self.catalog.source);
                let integrations = self.catalog.logging(logs).cloned().collect();
                Arc::new(Events::new(source, integrations, columns, cancel))
            }
            Kind::Changes(resource_type) => {
                let source = Arc::clone(&self.catalog.source);
                let integrations = self
                    .catalog
                    .integrations_of(resource_type)
                    .cloned()
                    .collect();
                let rows = changes(source, Arc::clone(resource_type), &columns);
                Arc::new(rows.table(columns, integrations, &cancel)?)
            }
        })
    }
}

pub(super) fn external(error: QueryError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
