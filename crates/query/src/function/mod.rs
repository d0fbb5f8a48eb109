//! The functions there are besides the engine's own, and which of the engine's are kept.

mod bounded;
mod date_diff;
mod described;
mod json;
mod json_text;
mod tick;

use std::sync::Arc;

use datafusion::{execution::SessionStateDefaults, logical_expr::ScalarUDF};

pub(crate) use described::described;
pub use described::{Function, FunctionKind};
pub(crate) use json::is_json_text;
pub(crate) use tick::Tick;

/// Make lists of any length out of nothing, which no limit sees in time.
const LEFT_OUT: [&str; 4] = ["range", "generate_series", "array_repeat", "array_resize"];

/// Make text of any length out of nothing.
const BOUNDED: [&str; 3] = ["repeat", "lpad", "rpad"];

/// Every scalar function of the dialect.
pub(crate) fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let mut functions: Vec<Arc<ScalarUDF>> = SessionStateDefaults::default_scalar_functions()
        .into_iter()
        .filter(|function| !LEFT_OUT.contains(&function.name()))
        .map(|function| match BOUNDED.contains(&function.name()) {
            true => bounded::bounded(&function),
            false => function,
        })
        .collect();
    functions.extend(json::all());
    functions.push(date_diff::date_diff());
    functions
}
