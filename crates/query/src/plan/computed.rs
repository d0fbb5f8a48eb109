//! Columns whose values lie in another type's rows, joined in where a statement reads them.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    common::{Column, ScalarValue},
    datasource::{ViewTable, provider_as_source},
    error::{DataFusionError, Result},
    logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder, TableSource, when},
    prelude::lit,
};
use muster_model::{Computation, Computed, ResourceType};

use super::{Planning, provider::external};
use crate::{
    QueryError,
    catalog::{Binding, INTEGRATION, KEY, Kind, Shape, Table, UsedOrigin},
    scan::{Listed, ScanColumn},
};

const THIS: &str = "this";

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
                    self.exists(binding, resource_type, computed, index, &mut more)?;
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

    /// Whether another type's row fits, and the join that finds out.
    fn exists(
        &self,
        binding: &Binding,
        resource_type: &ResourceType,
        computed: &Computed,
        index: usize,
        more: &mut Vec<ScanColumn>,
    ) -> Result<(Expr, Option<Joined>)> {
        let Computation::Exists {
            resource_type: other,
            on,
            filter,
        } = &computed.computation;
        let unknown = lit(ScalarValue::Boolean(None));
        let Some(other) = self.catalog.resource_type(other) else {
            return Ok((unknown, None));
        };
        let alias = format!("computed{index}");
        let theirs_name = format!("theirs{index}");
        let there = self.bind_other(other, binding.at);
        let by_integration =
            self.spans_integrations(other) || self.spans_integrations(resource_type);
        let mut keys: Vec<Expr> = Vec::new();
        let mut pairs = (Vec::new(), Vec::new());
        for (their_column, our_column) in on {
            let theirs = use_column(&there, their_column)?;
            let ours = use_column(binding, our_column)?;
            keys.push(column_of(&theirs_name, &theirs));
            pairs.0.push(Column::new(Some(THIS), ours));
            pairs.1.push(Column::new(Some(alias.as_str()), theirs));
        }
        if by_integration {
            let name = use_integration(binding, &there);
            keys.push(column_of(&theirs_name, &name));
            pairs.0.push(Column::new(Some(THIS), name.clone()));
            pairs.1.push(Column::new(Some(alias.as_str()), name));
        }
        let mut conditions = Vec::new();
        for (their_column, text) in filter {
            let theirs = use_column(&there, their_column)?;
            conditions.push(column_of(&theirs_name, &theirs).eq(lit(text.as_str())));
        }
        let mut rows =
            LogicalPlanBuilder::scan(theirs_name.as_str(), self.table_source(&there)?, None)?;
        for condition in conditions {
            rows = rows.filter(condition)?;
        }
        let plan = rows
            .project(keys)?
            .distinct()?
            .alias(alias.as_str())?
            .build()?;
        let found = match pairs.1.first() {
            Some(column) => Expr::Column(column.clone()).is_not_null(),
            None => unknown.clone(),
        };
        let listed_name = format!("listed#{index}");
        let listed = self.listed(resource_type, other, binding.at)?;
        let complete_everywhere = listed.rows.values().all(Option::is_none)
            && self
                .catalog
                .integrations_of(resource_type)
                .all(|integration| listed.rows.contains_key(&integration.id));
        let value = if complete_everywhere {
            found
        } else {
            binding.use_path(&[KEY.to_owned()], &Shape::text());
            more.push(ScanColumn::listed(&listed_name, Arc::new(listed)));
            when(this(&listed_name), found).otherwise(unknown)?
        };
        Ok((value, Some(Joined { plan, on: pairs })))
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
