//! Pieces of syntax tree that the rewriting puts in.

use datafusion::sql::sqlparser::{
    ast::{
        BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
        FunctionArgumentList, FunctionArguments, Ident, ObjectName, TableAlias, TableFactor,
        Value as Literal,
    },
    tokenizer::Span,
};

use super::scope::quoted;

/// `"relation"."column"`.
pub(super) fn column(relation: &str, name: &str, near: &Ident) -> Expr {
    Expr::CompoundIdentifier(vec![quoted(relation, near), quoted(name, near)])
}

/// `name(arguments)`.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments
                .into_iter()
                .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

pub(super) fn text(value: &str) -> Expr {
    literal(Literal::SingleQuotedString(value.to_owned()))
}

pub(super) fn number(value: impl ToString) -> Expr {
    literal(Literal::Number(value.to_string(), false))
}

pub(super) fn boolean(value: bool) -> Expr {
    literal(Literal::Boolean(value))
}

pub(super) fn literal(value: Literal) -> Expr {
    Expr::Value(value.with_empty_span())
}

pub(super) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

pub(super) fn nested(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}

/// `a AND b`, leaving out what is absent.
pub(super) fn and(left: Option<Expr>, right: Option<Expr>) -> Option<Expr> {
    match (left, right) {
        (Some(left), Some(right)) => Some(binary(nested(left), BinaryOperator::And, nested(right))),
        (left, right) => left.or(right),
    }
}

/// `TRY_CAST(expr AS type)`.
pub(super) fn try_cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::TryCast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

/// `"name" AS "alias"`.
pub(super) fn table(name: &str, alias: Ident) -> TableFactor {
    TableFactor::Table {
        name: ObjectName::from(vec![quoted(name, &alias)]),
        alias: Some(table_alias(alias)),
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

pub(super) fn table_alias(name: Ident) -> TableAlias {
    TableAlias {
        explicit: true,
        name,
        columns: Vec::new(),
        at: None,
    }
}

pub(super) fn made_up() -> Ident {
    Ident {
        value: String::new(),
        quote_style: None,
        span: Span::empty(),
    }
}
