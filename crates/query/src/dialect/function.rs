//! Calls of functions.

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList,
    FunctionArguments, Ident, LambdaFunction, LambdaFunctionParameter, ObjectName,
    OneOrManyWithParens, OrderByExpr, Spanned, WindowType,
};

use super::{
    Rewriter,
    expression::{as_number, word_as_text},
    names::{JSON_GET, as_value},
    scope::{Scope, Value, quoted},
    syntax::call,
};
use crate::{SqlError, catalog::Shape, suggestion::did_you_mean};

/// The elements of a JSON array, as JSON.
pub(super) const JSON_ELEMENTS: &str = "json_elements";
/// The elements of a JSON array, as the values they hold.
pub(super) const JSON_TEXTS: &str = "json_texts";

impl Rewriter<'_> {
    pub(super) fn call(
        &mut self,
        mut function: Function,
        scope: &Scope<'_>,
    ) -> Result<Value, SqlError> {
        let span = function.name.span();
        let name = match function.name.0.as_slice() {
            [part] => part.as_ident().map(|word| word.value.to_lowercase()),
            _ => None,
        }
        .unwrap_or_else(|| function.name.to_string());
        if !self.planning.is_function(&name) {
            let names = self.planning.function_names();
            return Err(self
                .error(span, format!("there is no function `{name}`"))
                .or_help(did_you_mean(&name, names.iter().map(String::as_str))));
        }
        let odd = function.uses_odbc_syntax || function.parameters != FunctionArguments::None;
        if odd {
            return Err(self.error(
                span,
                "this way to call a function is not part of the dialect",
            ));
        }
        function.name = ObjectName::from(vec![Ident {
            value: name.clone(),
            quote_style: None,
            span,
        }]);
        function.args = match function.args {
            FunctionArguments::None => FunctionArguments::None,
            FunctionArguments::Subquery(_) => {
                return Err(self
                    .error(span, "a query is no argument")
                    .help("put it into WITH"));
            }
            FunctionArguments::List(list) => {
                FunctionArguments::List(self.arguments(&name, list, scope)?)
            }
        };
        function.filter = function
            .filter
            .map(|filter| self.condition(*filter, scope).map(Box::new))
            .transpose()?;
        function.within_group = self.sort_keys(function.within_group, scope)?;
        function.over = match function.over {
            None => None,
            Some(WindowType::NamedWindow(window)) => {
                return Err(self
                    .error(window.span, "named windows are not part of the dialect")
                    .help("write the window out: `OVER (PARTITION BY … ORDER BY …)`"));
            }
            Some(WindowType::WindowSpec(mut window)) => {
                window.partition_by = self.values(window.partition_by, scope)?;
                window.order_by = self.sort_keys(window.order_by, scope)?;
                Some(WindowType::WindowSpec(window))
            }
        };
        let shape = match name.as_str() {
            JSON_GET => Shape::Json,
            JSON_ELEMENTS => Shape::List(Box::new(Shape::Json)),
            _ => Shape::Unknown,
        };
        Ok(Value {
            expr: Expr::Function(function),
            shape,
            name: None,
        })
    }

    fn sort_keys(
        &mut self,
        keys: Vec<OrderByExpr>,
        scope: &Scope<'_>,
    ) -> Result<Vec<OrderByExpr>, SqlError> {
        keys.into_iter()
            .map(|mut key| {
                key.expr = self.value(key.expr, scope)?;
                Ok(key)
            })
            .collect()
    }

    fn arguments(
        &mut self,
        function: &str,
        list: FunctionArgumentList,
        scope: &Scope<'_>,
    ) -> Result<FunctionArgumentList, SqlError> {
        let mut element = Shape::Unknown;
        let mut arguments = Vec::with_capacity(list.args.len());
        for (index, argument) in list.args.into_iter().enumerate() {
            let span = argument.span();
            let FunctionArg::Unnamed(argument) = argument else {
                return Err(self.error(span, "arguments are given in order, not by name"));
            };
            let expr = match argument {
                FunctionArgExpr::Wildcard
                    if function == "count" && list.duplicate_treatment.is_none() =>
                {
                    arguments.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
                    continue;
                }
                FunctionArgExpr::Expr(expr) => expr,
                _ => return Err(self.error(span, "`*` can only be counted: `count(*)`")),
            };
            let expr = match expr {
                Expr::Lambda(lambda) => {
                    Expr::Lambda(self.lambda(function, lambda, &element, scope)?)
                }
                expr if index == 0 && takes_unit(function) => match word_as_text(&expr) {
                    Some(unit) if self.name_exists(&expr, scope).is_none() => unit,
                    _ => self.value(expr, scope)?,
                },
                expr => {
                    let value = self.expr(expr, scope)?;
                    let opened = if self.planning.is_higher_order(function) {
                        opened(value, JSON_ELEMENTS)
                    } else if function.starts_with("json_") {
                        value
                    } else if takes_list(function) && index == 0 {
                        opened(value, JSON_TEXTS)
                    } else {
                        let expr = match takes_number(function) {
                            true => as_number(value),
                            false => as_value(value),
                        };
                        Value {
                            expr,
                            shape: Shape::Unknown,
                            name: None,
                        }
                    };
                    if let Shape::List(inner) = &opened.shape {
                        element = (**inner).clone();
                    }
                    opened.expr
                }
            };
            arguments.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)));
        }
        let mut clauses = Vec::with_capacity(list.clauses.len());
        for clause in list.clauses {
            clauses.push(match clause {
                FunctionArgumentClause::OrderBy(keys) => {
                    FunctionArgumentClause::OrderBy(self.sort_keys(keys, scope)?)
                }
                nulls @ FunctionArgumentClause::IgnoreOrRespectNulls(_) => nulls,
                other => {
                    let message = format!("`{other}` is not part of the dialect");
                    return Err(SqlError::new(message));
                }
            });
        }
        Ok(FunctionArgumentList {
            duplicate_treatment: list.duplicate_treatment,
            args: arguments,
            clauses,
        })
    }

    /// A bare word that does name something is not a unit.
    fn name_exists(&mut self, expr: &Expr, scope: &Scope<'_>) -> Option<Value> {
        self.expr(expr.clone(), scope).ok()
    }

    fn lambda(
        &mut self,
        function: &str,
        mut lambda: LambdaFunction,
        element: &Shape,
        scope: &Scope<'_>,
    ) -> Result<LambdaFunction, SqlError> {
        let span = lambda.body.span();
        if !self.planning.is_higher_order(function) {
            return Err(self
                .error(span, format!("`{function}` takes no function"))
                .help("`->` reads JSON when a quoted name follows: `settings -> 'app'`"));
        }
        let mut inner = Scope::inside(Some(scope));
        for parameter in lambda.params.iter() {
            inner
                .parameters
                .push((parameter.name.value.clone(), element.clone()));
        }
        let body = *lambda.body;
        lambda.body = Box::new(match function.contains("transform") {
            true => self.value(body, &inner)?,
            false => self.condition(body, &inner)?,
        });
        let quote = |parameter: &mut LambdaFunctionParameter| {
            parameter.name = quoted(&parameter.name.value, &parameter.name);
        };
        match &mut lambda.params {
            OneOrManyWithParens::One(parameter) => quote(parameter),
            OneOrManyWithParens::Many(parameters) => parameters.iter_mut().for_each(quote),
        }
        Ok(lambda)
    }
}

/// A JSON array as the list `with` makes of it.
fn opened(value: Value, with: &str) -> Value {
    match value.shape {
        Shape::Json => Value {
            expr: call(with, vec![value.expr]),
            shape: Shape::List(Box::new(Shape::Json)),
            name: value.name,
        },
        _ => value,
    }
}

/// JSON opened for `UNNEST`, or a list as it is; `None` for what has no elements.
pub(super) fn elements(value: Value) -> Option<(Expr, Shape)> {
    let value = opened(value, JSON_ELEMENTS);
    match value.shape {
        Shape::List(element) => Some((value.expr, *element)),
        Shape::Unknown => Some((value.expr, Shape::Unknown)),
        _ => None,
    }
}

/// Whether the first argument is a unit of time, which may stand without quotes.
fn takes_unit(function: &str) -> bool {
    matches!(
        function,
        "date_diff" | "datediff" | "date_trunc" | "datetrunc" | "date_part" | "datepart"
    )
}

fn takes_number(function: &str) -> bool {
    matches!(
        function,
        "sum"
            | "avg"
            | "mean"
            | "median"
            | "stddev"
            | "stddev_pop"
            | "stddev_samp"
            | "var"
            | "var_pop"
            | "var_samp"
            | "abs"
            | "round"
            | "power"
            | "sqrt"
    )
}

fn takes_list(function: &str) -> bool {
    function.starts_with("array_") || function.starts_with("list_") || function == "cardinality"
}
