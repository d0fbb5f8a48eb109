//! What the functions are called and do, for people.

use std::collections::BTreeMap;

use datafusion::{execution::SessionState, logical_expr::Documentation};

/// A function that a statement may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// As it is written in SQL.
    pub name: String,
    /// What it is computed from.
    pub kind: FunctionKind,
    /// How it is called, a way each: `lpad(str, n[, padding_str])`.
    pub signatures: Vec<String>,
    /// What it does, in a sentence or two; empty where nothing is known.
    pub description: String,
}

/// What a function is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionKind {
    /// One row.
    Scalar,
    /// The rows of a group.
    Aggregate,
    /// The rows around a row.
    Window,
}

/// The functions of a session, by name. What is an aggregate over a window too is named once, as an aggregate.
pub(crate) fn described(session: &SessionState) -> Vec<Function> {
    let scalar = session
        .scalar_functions()
        .iter()
        .map(|(name, function)| (name, FunctionKind::Scalar, function.documentation()));
    let higher = session
        .higher_order_functions()
        .iter()
        .map(|(name, function)| (name, FunctionKind::Scalar, function.documentation()));
    let aggregate = session
        .aggregate_functions()
        .iter()
        .map(|(name, function)| (name, FunctionKind::Aggregate, function.documentation()));
    let window = session
        .window_functions()
        .iter()
        .map(|(name, function)| (name, FunctionKind::Window, function.documentation()));
    let mut found = BTreeMap::new();
    for (name, kind, documentation) in scalar.chain(higher).chain(aggregate).chain(window) {
        found
            .entry(name.clone())
            .or_insert_with(|| function(name, kind, documentation));
    }
    found.into_values().collect()
}

fn function(name: &str, kind: FunctionKind, documentation: Option<&Documentation>) -> Function {
    if name == "bool_or" {
        // The engine has its neighbour's words here.
        return Function {
            name: name.to_owned(),
            kind,
            signatures: vec!["bool_or(expression)".to_owned()],
            description: "Returns true if any non-null input value is true, otherwise false."
                .to_owned(),
        };
    }
    // An alias is described under the function's own name.
    let signatures = documentation.into_iter().flat_map(|known| {
        let others = known.alternative_syntax.iter().flatten();
        std::iter::once(&known.syntax_example)
            .chain(others)
            .cloned()
    });
    let description = documentation.map(|known| known.description.split_whitespace());
    Function {
        name: name.to_owned(),
        kind,
        signatures: signatures.collect(),
        description: description
            .map(|words| words.collect::<Vec<_>>().join(" "))
            .unwrap_or_default(),
    }
}
