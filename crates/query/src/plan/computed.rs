//! Columns whose values lie in another type's rows, joined in where a statement reads them.

use std::{collections::HashMap, sync::Arc};

use arrow::datatypes::DataType;
use datafusion::{
    common::{Column, ScalarValue},
    datasource::{ViewTable, provider_as_source},
    error::{DataFusionError, Result},
    functions::core::expr_fn::coalesce,
    functions_aggregate::expr_fn::array_agg,
    functions_nested::expr_fn::array_sort,
    logical_expr::{
        Expr, ExprFunctionExt as _, JoinType, LogicalPlan, LogicalPlanBuilder, TableSource, when,
    },
    prelude::{col, lit},
};
use muster_model::{Computation, Computed, Others, ResourceType};

use super::{Planning, provider::external};
use crate::{
    QueryError,
    catalog::{Binding, INTEGRATION, KEY, Kind, Shape, Table, UsedOrigin},
    scan::{Listed, ScanColumn},
};

const THIS: &str = "this";
/// The value of other rows that a list is made of.
const VALUE: &str = "value";

impl Planning {
    /// A table joined with the rows its other columns come from.
    pub(super) fn view(&self, binding: &Binding) -> Result<Arc<dyn TableSource>> {
        let Kind::Current(resource_type) = &binding.table.kind else {
            return Err(DataFusionError::Internal(format!(
                "{} has no columns of other types",
                binding.table.name
            )));
        };
        let used = binding.used();
        let mut more = Vec::new();
        let mut joins = Vec::new();
        let mut values: HashMap<String, Expr> = HashMap::new();
        for (index, computed) in resource_type.computed.iter().enumerate() {
            let origin = UsedOrigin::Computed(index);
            for column in used.iter().filter(|column| column.origin == origin) {
                let (value, join) =
                    self.computed(binding, resource_type, computed, index, &mut more)?;
                values.insert(column.name.clone(), value);
                joins.extend(join);
            }
        }
        if used
            .iter()
            .any(|column| column.origin == UsedOrigin::Elsewhere)
        {
            joins.extend(self.elsewhere(binding, resource_type, &mut values)?);
        }

        // Joining may have added to what is read.
        let source = provider_as_source(self.provider(binding, more)?);
        let mut plan = LogicalPlanBuilder::scan(THIS, source, None)?;
        for join in joins {
            plan = plan.join(join.plan, JoinType::Left, join.on, None)?;
        }
        let columns = used.iter().map(|column| {
            let value = values
                .remove(&column.name)
                .unwrap_or_else(|| this(&column.name));
            value.alias(column.name.as_str())
        });
        let plan = plan.project(columns.collect::<Vec<_>>())?.build()?;
        Ok(provider_as_source(Arc::new(ViewTable::new(plan, None))))
    }

    /// The value of a computed column, and the join that finds it.
    fn computed(
        &self,
        binding: &Binding,
        resource_type: &ResourceType,
        computed: &Computed,
        index: usize,
        more: &mut Vec<ScanColumn>,
    ) -> Result<(Expr, Option<Joined>)> {
        let shape = Shape::from_column_type(&computed.column_type);
        let unknown = lit(ScalarValue::try_from(&shape.data_type())?);
        let (others, value) = match &computed.computation {
            Computation::Exists(others) => (others, None),
            Computation::List { others, value } => (others, Some(value.as_str())),
            Computation::Organisation(_) => return Ok((unknown, None)),
        };
        let types: Vec<_> = others
            .resource_types
            .iter()
            .filter_map(|name| self.catalog.resource_type(name))
            .collect();
        if types.len() < others.resource_types.len() {
            return Ok((unknown, None));
        }
        let alias = format!("computed{index}");
        let by_integration = self.spans_integrations(resource_type)
            || types.iter().any(|other| self.spans_integrations(other));
        let mut ours = Vec::new();
        for (_, our_column) in &others.on {
            ours.push(use_column(binding, our_column)?);
        }
        if by_integration {
            let path = [INTEGRATION.to_owned()];
            ours.push(binding.use_path(&path, &Shape::text()));
        }
        let mut rows: Option<LogicalPlanBuilder> = None;
        for (number, other) in types.iter().enumerate() {
            let name = format!("theirs{index}_{number}");
            let found = self.others(&name, binding, other, others, value, by_integration)?;
            rows = Some(match rows {
                None => found,
                Some(rows) => rows.union(found.build()?)?,
            });
        }
        let Some(rows) = rows else {
            return Ok((unknown, None));
        };
        let keys = (0..ours.len()).map(|n| col(theirs(n)));
        let rows = match value {
            None => rows.distinct()?,
            Some(_) => {
                let all = array_agg(col(VALUE)).distinct().build()?.alias(VALUE);
                rows.aggregate(keys, [all])?
            }
        };
        let plan = rows.alias(alias.as_str())?.build()?;
        let found = match value {
            None => column_of(&alias, &theirs(0)).is_not_null(),
            Some(_) => {
                let none = ScalarValue::new_list(&[], &DataType::Utf8, true);
                let listed = array_sort(column_of(&alias, VALUE), lit("ASC"), lit("NULLS LAST"));
                coalesce(vec![listed, lit(ScalarValue::List(none))])
            }
        };
        let mut all_listed: Option<Expr> = None;
        for (number, other) in types.iter().enumerate() {
            let listed = self.listed(resource_type, other, binding.at)?;
            let complete_everywhere = listed.rows.values().all(Option::is_none)
                && self
                    .catalog
                    .integrations_of(resource_type)
                    .all(|integration| listed.rows.contains_key(&integration.id));
            if complete_everywhere {
                continue;
            }
            let name = format!("listed#{index}.{number}");
            binding.use_path(&[KEY.to_owned()], &Shape::text());
            more.push(ScanColumn::listed(&name, Arc::new(listed)));
            all_listed = Some(match all_listed {
                None => this(&name),
                Some(others) => others.and(this(&name)),
            });
        }
        let value = match all_listed {
            None => found,
            Some(listed) => when(listed, found).otherwise(unknown)?,
        };
        let on = (
            ours.into_iter()
                .map(|name| Column::new(Some(THIS), name))
                .collect::<Vec<_>>(),
            (0..others.on.len() + usize::from(by_integration))
                .map(|n| Column::new(Some(alias.as_str()), theirs(n)))
                .collect(),
        );
        Ok((value, Some(Joined { plan, on })))
    }

    /// What of another type's rows is compared, and the value that is wanted of them.
    fn others(
        &self,
        name: &str,
        binding: &Binding,
        other: &Arc<ResourceType>,
        others: &Others,
        value: Option<&str>,
        by_integration: bool,
    ) -> Result<LogicalPlanBuilder> {
        let there = self.bind_other(other, binding.at);
        let mut columns = Vec::new();
        for (number, (their_column, _)) in others.on.iter().enumerate() {
            let column = use_column(&there, their_column)?;
            columns.push(column_of(name, &column).alias(theirs(number)));
        }
        if by_integration {
            let path = [INTEGRATION.to_owned()];
            let column = there.use_path(&path, &Shape::text());
            columns.push(column_of(name, &column).alias(theirs(others.on.len())));
        }
        let mut conditions = Vec::new();
        for (their_column, text) in &others.filter {
            let column = use_column(&there, their_column)?;
            conditions.push(column_of(name, &column).eq(lit(text.as_str())));
        }
        if let Some(value) = value {
            let column = use_column(&there, value)?;
            conditions.push(column_of(name, &column).is_not_null());
            columns.push(column_of(name, &column).alias(VALUE));
        }
        let mut rows = LogicalPlanBuilder::scan(name, self.table_source(&there)?, None)?;
        for condition in conditions {
            rows = rows.filter(condition)?;
        }
        rows.project(columns)
    }

    /// The rows a type with `same_as` takes its columns from.
    fn elsewhere(
        &self,
        binding: &Binding,
        resource_type: &ResourceType,
        values: &mut HashMap<String, Expr>,
    ) -> Result<Option<Joined>> {
        let used = binding.used();
        let wanted = used
            .iter()
            .filter(|column| column.origin == UsedOrigin::Elsewhere);
        let other = resource_type.same_as.as_ref().and_then(|same_as| {
            Some((same_as, self.catalog.resource_type(&same_as.resource_type)?))
        });
        let Some((same_as, other)) = other else {
            for column in wanted {
                let nothing = ScalarValue::try_from(&column.shape.data_type())?;
                values.insert(column.name.clone(), lit(nothing));
            }
            return Ok(None);
        };
        let alias = "elsewhere";
        let there = self.bind_other(other, binding.at);
        for column in wanted {
            let plain: Vec<&str> = column.path.iter().map(String::as_str).collect();
            let resolved = there.table.resolve(&plain).ok().flatten();
            let value = match resolved.filter(|resolved| resolved.json.is_empty()) {
                Some(resolved) => {
                    let name = there.use_path(&resolved.path, &resolved.shape);
                    column_of(alias, &name)
                }
                None => lit(ScalarValue::try_from(&column.shape.data_type())?),
            };
            values.insert(column.name.clone(), value);
        }
        let ours = use_column(binding, &same_as.column)?;
        let theirs = match key_column(other) {
            Some(column) => use_column(&there, &column)?,
            None => there.use_path(&[KEY.to_owned()], &Shape::text()),
        };
        let mut on = (
            vec![Column::new(Some(THIS), ours)],
            vec![Column::new(Some(alias), theirs)],
        );
        if self.spans_integrations(other) || self.spans_integrations(resource_type) {
            let name = use_integration(binding, &there);
            on.0.push(Column::new(Some(THIS), name.clone()));
            on.1.push(Column::new(Some(alias), name));
        }
        let plan = LogicalPlanBuilder::scan(alias, self.table_source(&there)?, None)?.build()?;
        Ok(Some(Joined { plan, on }))
    }

    fn bind_other(&self, other: &Arc<ResourceType>, at: Option<i64>) -> Binding {
        Binding::new(other.name.clone(), Arc::new(Table::current(other)), at)
    }

    /// Whether rows of a type can come from more than one integration, so that keys alone do not tell them apart.
    fn spans_integrations(&self, resource_type: &ResourceType) -> bool {
        self.catalog.integrations_of(resource_type).nth(1).is_some()
    }

    /// For which rows of a type the listing of `child` is complete.
    fn listed(
        &self,
        resource_type: &ResourceType,
        child: &ResourceType,
        at: Option<i64>,
    ) -> Result<Listed> {
        let mut listed = Listed::default();
        let is_parent = child
            .parent
            .as_ref()
            .is_some_and(|parent| parent.resource_type == resource_type.name);
        let states = match at {
            Some(_) => self.catalog.source.states(),
            None => Ok(Vec::new()),
        }
        .map_err(QueryError::Source)
        .map_err(external)?;
        for integration in self.catalog.integrations_of(resource_type) {
            if let Some(at) = at {
                // What was complete then is known only as far as it has been complete since.
                let complete = states.iter().any(|state| {
                    state.integration == integration.id
                        && state.resource_type == child.name
                        && state.complete_since.is_some_and(|since| since <= at)
                });
                if complete {
                    listed.rows.insert(integration.id.clone(), None);
                }
                continue;
            }
            let parents = self
                .catalog
                .source
                .listed_parents(&child.name, &integration.id)
                .map_err(QueryError::Source)
                .map_err(external)?;
            match parents {
                None => {
                    listed.rows.insert(integration.id.clone(), None);
                }
                Some(keys) if is_parent => {
                    let keys = keys
                        .iter()
                        .flat_map(|keys| keys.iter().flatten().map(str::to_owned))
                        .collect();
                    listed.rows.insert(integration.id.clone(), Some(keys));
                }
                Some(_) => {}
            }
        }
        Ok(listed)
    }
}

struct Joined {
    plan: LogicalPlan,
    on: (Vec<Column>, Vec<Column>),
}

/// The column of other rows that is compared with the one of this number here.
fn theirs(number: usize) -> String {
    format!("theirs{number}")
}

fn this(name: &str) -> Expr {
    column_of(THIS, name)
}

fn column_of(relation: &str, name: &str) -> Expr {
    Expr::Column(Column::new(Some(relation), name))
}

/// Reads a column given by its documented name, or by the path to a member.
fn use_column(binding: &Binding, name: &str) -> Result<String> {
    let words: Vec<&str> = name.split('.').collect();
    match binding.table.resolve(&words) {
        Ok(Some(resolved)) if resolved.json.is_empty() => {
            Ok(binding.use_path(&resolved.path, &resolved.shape))
        }
        _ => Err(DataFusionError::Internal(format!(
            "{} declares a column by `{name}`, which it has not",
            binding.table.name
        ))),
    }
}

fn use_integration(ours: &Binding, theirs: &Binding) -> String {
    let path = [INTEGRATION.to_owned()];
    theirs.use_path(&path, &Shape::text());
    ours.use_path(&path, &Shape::text())
}

/// The column that is the whole key of a type, when one is.
fn key_column(resource_type: &ResourceType) -> Option<String> {
    let ([path], None) = (resource_type.key.as_slice(), &resource_type.parent) else {
        return None;
    };
    resource_type
        .columns
        .iter()
        .find(|column| column.from == *path)
        .map(|column| column.name.clone())
}
