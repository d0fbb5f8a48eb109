use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::{DataType, Field, FieldRef, Schema, SchemaRef},
};
use datafusion::{
    common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion},
    config::ConfigOptions,
    error::Result,
    logical_expr::ColumnarValue,
    physical_expr::{HigherOrderFunctionExpr, PhysicalExpr, expressions::Column},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        ExecutionPlan,
        filter::{FilterExec, FilterExecBuilder},
        joins::{HashJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder, utils::JoinFilter},
        projection::{ProjectionExec, ProjectionExpr},
    },
};

/// Seals every function that takes functions before any other rule sees it.
///
/// The engine numbers the parameter of `x -> …` behind the columns of the input it is planned over, tells it from a
/// column by that number, and does not renumber it when a later rule moves the expression over another input; and it
/// takes the body of such a function out of a join's filter as if it could stand alone. Sealed, such a call is one
/// expression over the columns it reads.
#[derive(Debug)]
pub(super) struct SealLambdas;

impl PhysicalOptimizerRule for SealLambdas {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            Ok(match sealed_node(&node)? {
                Some(sealed) => Transformed::yes(sealed),
                None => Transformed::no(node),
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "seal_lambdas"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn sealed_node(node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
        let schema = projection.input().schema();
        let mut any = false;
        let mut outputs = Vec::with_capacity(projection.expr().len());
        for output in projection.expr() {
            let expr = seal(Arc::clone(&output.expr), &schema)?;
            any |= expr.transformed;
            outputs.push(ProjectionExpr {
                expr: expr.data,
                alias: output.alias.clone(),
            });
        }
        if any {
            let input = Arc::clone(projection.input());
            return Ok(Some(Arc::new(ProjectionExec::try_new(outputs, input)?)));
        }
    } else if let Some(filter) = node.downcast_ref::<FilterExec>() {
        let predicate = seal(Arc::clone(filter.predicate()), &filter.input().schema())?;
        if predicate.transformed {
            let builder = FilterExecBuilder::from(filter).with_predicate(predicate.data);
            return Ok(Some(Arc::new(builder.build()?)));
        }
    } else if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
        if let Some(filter) = sealed_filter(join.filter())? {
            let join = NestedLoopJoinExecBuilder::new(
                Arc::clone(join.left()),
                Arc::clone(join.right()),
                *join.join_type(),
            )
            .with_projection_ref(join.projection().clone())
            .with_filter(Some(filter));
            return Ok(Some(Arc::new(join.build()?)));
        }
    } else if let Some(join) = node.downcast_ref::<HashJoinExec>()
        && let Some(filter) = sealed_filter(join.filter())?
    {
        return join
            .builder()
            .with_filter(Some(filter))
            .build_exec()
            .map(Some);
    }
    Ok(None)
}

fn sealed_filter(filter: Option<&JoinFilter>) -> Result<Option<JoinFilter>> {
    let Some(filter) = filter else {
        return Ok(None);
    };
    let expression = seal(Arc::clone(filter.expression()), filter.schema())?;
    Ok(expression.transformed.then(|| {
        JoinFilter::new(
            expression.data,
            filter.column_indices().to_vec(),
            Arc::clone(filter.schema()),
        )
    }))
}

/// The expression with its outermost functions that take functions sealed.
fn seal(
    expr: Arc<dyn PhysicalExpr>,
    schema: &Schema,
) -> Result<Transformed<Arc<dyn PhysicalExpr>>> {
    expr.transform_down(|node| {
        if !node.is::<HigherOrderFunctionExpr>() {
            return Ok(Transformed::no(node));
        }
        let sealed: Arc<dyn PhysicalExpr> = Arc::new(Sealed::new(node, schema)?);
        Ok(Transformed::new(sealed, true, TreeNodeRecursion::Jump))
    })
}

/// An expression over its own few inputs, whose inside no rule looks into.
#[derive(Debug)]
struct Sealed {
    /// Over `schema`.
    inner: Arc<dyn PhysicalExpr>,
    /// One for each field of `schema`.
    inputs: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
}

impl Sealed {
    fn new(expr: Arc<dyn PhysicalExpr>, schema: &Schema) -> Result<Self> {
        let mut columns: Vec<Column> = Vec::new();
        expr.apply(|node| {
            if let Some(column) = node.downcast_ref::<Column>()
                && !columns.iter().any(|other| other.index() == column.index())
            {
                columns.push(column.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let fields: Vec<Field> = columns
            .iter()
            .map(|column| schema.field(column.index()).clone().with_nullable(true))
            .collect();
        let inner = expr
            .transform(|node| {
                let place = node.downcast_ref::<Column>().and_then(|column| {
                    let place = columns
                        .iter()
                        .position(|other| other.index() == column.index())?;
                    Some(Column::new(column.name(), place))
                });
                Ok(match place {
                    Some(column) => Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>),
                    None => Transformed::no(node),
                })
            })
            .data()?;
        let inputs = columns
            .into_iter()
            .map(|column| Arc::new(column) as Arc<dyn PhysicalExpr>)
            .collect();
        Ok(Self {
            inner,
            inputs,
            schema: Arc::new(Schema::new(fields)),
        })
    }
}

impl PhysicalExpr for Sealed {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        self.inner.data_type(&self.schema)
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        self.inner.nullable(&self.schema)
    }

    fn return_field(&self, _schema: &Schema) -> Result<FieldRef> {
        self.inner.return_field(&self.schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        let arrays = self
            .inputs
            .iter()
            .map(|input| input.evaluate(batch)?.into_array(rows))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let inside = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?;
        self.inner.evaluate(&inside)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.inputs.iter().collect()
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        Ok(Arc::new(Self {
            inner: Arc::clone(&self.inner),
            inputs: children,
            schema: Arc::clone(&self.schema),
        }))
    }

    fn fmt_sql(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt_sql(formatter)
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(formatter)
    }
}

impl PartialEq for Sealed {
    fn eq(&self, other: &Self) -> bool {
        self.inner.eq(&other.inner) && self.inputs == other.inputs
    }
}

impl Eq for Sealed {}

impl Hash for Sealed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
        self.inputs.hash(state);
    }
}
