use arrow::datatypes::{DataType, TimeUnit};
use datafusion::{
    common::{
        DFSchema,
        tree_node::{Transformed, TransformedResult, TreeNode},
    },
    config::ConfigOptions,
    error::Result,
    logical_expr::{
        Between, BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, TryCast, expr::InList,
        expr_rewriter::NamePreserver, utils::merge_schema,
    },
    optimizer::AnalyzerRule,
};

use crate::function::is_json_text;

/// Gives JSON the type it is compared or computed with: `u.profile.level > 3` reads a number, and is null where
/// the document has none.
#[derive(Debug)]
pub(super) struct JsonType;

impl AnalyzerRule for JsonType {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let schema = merge_schema(&plan.inputs());
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let rewritten = expr.transform_up(|expr| typed(expr, &schema))?;
                Ok(rewritten.update_data(|expr| name.restore(expr)))
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "json_type"
    }
}

fn typed(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if is_json_text(&left) || is_json_text(&right) =>
        {
            let arithmetic = matches!(
                op,
                Operator::Plus
                    | Operator::Minus
                    | Operator::Multiply
                    | Operator::Divide
                    | Operator::Modulo
            );
            let (left, right) = if arithmetic {
                (
                    cast(*left, Some(DataType::Float64)),
                    cast(*right, Some(DataType::Float64)),
                )
            } else if op.supports_propagation() || is_distinct(op) {
                let left_type = wanted(&right, schema);
                let right_type = wanted(&left, schema);
                (cast(*left, left_type), cast(*right, right_type))
            } else {
                (*left, *right)
            };
            Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(
                Box::new(left),
                op,
                Box::new(right),
            ))))
        }
        Expr::InList(InList {
            expr,
            list,
            negated,
        }) => {
            let expr_type = list.iter().find_map(|element| wanted(element, schema));
            let element_type = wanted(&expr, schema);
            let list = list
                .into_iter()
                .map(|element| cast(element, element_type.clone()))
                .collect();
            Ok(Transformed::yes(Expr::InList(InList::new(
                Box::new(cast(*expr, expr_type)),
                list,
                negated,
            ))))
        }
        Expr::Between(Between {
            expr,
            negated,
            low,
            high,
        }) => {
            let expr_type = wanted(&low, schema).or_else(|| wanted(&high, schema));
            let bound_type = wanted(&expr, schema);
            Ok(Transformed::yes(Expr::Between(Between::new(
                Box::new(cast(*expr, expr_type)),
                negated,
                Box::new(cast(*low, bound_type.clone())),
                Box::new(cast(*high, bound_type)),
            ))))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn is_distinct(op: Operator) -> bool {
    matches!(op, Operator::IsDistinctFrom | Operator::IsNotDistinctFrom)
}

/// The type JSON is read as when it meets `other`; `None` for text.
fn wanted(other: &Expr, schema: &DFSchema) -> Option<DataType> {
    if is_json_text(other) {
        return None;
    }
    match other.get_type(schema).ok()? {
        data_type if data_type.is_numeric() => Some(DataType::Float64),
        DataType::Boolean => Some(DataType::Boolean),
        DataType::Timestamp(..) => Some(DataType::Timestamp(
            TimeUnit::Millisecond,
            Some("UTC".into()),
        )),
        DataType::Date32 | DataType::Date64 => Some(DataType::Date32),
        _ => None,
    }
}

fn cast(expr: Expr, data_type: Option<DataType>) -> Expr {
    match data_type {
        Some(data_type) if is_json_text(&expr) => {
            Expr::TryCast(TryCast::new(Box::new(expr), data_type))
        }
        _ => expr,
    }
}
