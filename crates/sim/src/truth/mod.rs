//! The answer key: which resources are weak, by check. Each case is written from the check's own words and looks at the
//! company as it is now, so it also finds what came about by chance or by `POST /_sim/change`. Whatever is served as a
//! document of its own is judged by that document.

mod access;
mod applications;
mod assignments;
mod organization;
mod people;
mod policies;

use serde_json::{Map, Value, json};

use crate::clock::Seconds;
use crate::okta::context::{Context, Query};
use crate::state::State;

/// More keys than this are counted, not listed.
const LISTED: usize = 10_000;

/// Case name → `{count, keys}`.
pub fn truth(state: &State, now: Seconds) -> Value {
    let mut cases = Cases {
        state,
        now,
        context: Context {
            state,
            base: "",
            path: "",
            query: Query::default(),
            now,
            shift: 0,
        },
        cases: Map::new(),
    };
    cases.people();
    cases.assignments();
    cases.applications();
    cases.sessions();
    cases.passwords();
    cases.enrollment();
    cases.access();
    cases.groups();
    cases.organization();
    cases.tokens();
    Value::Object(cases.cases)
}

struct Cases<'a> {
    state: &'a State,
    now: Seconds,
    /// What documents are written for.
    context: Context<'a>,
    cases: Map<String, Value>,
}

impl Cases<'_> {
    fn put(&mut self, name: &str, case: Case) {
        self.cases.insert(
            name.to_owned(),
            json!({"count": case.count, "keys": case.keys}),
        );
    }
}

#[derive(Default)]
struct Case {
    count: u64,
    keys: Vec<String>,
}

impl Case {
    fn add(&mut self, key: impl FnOnce() -> String) {
        self.count += 1;
        if self.keys.len() < LISTED {
            self.keys.push(key());
        }
    }

    /// Everything of which a check says that it is weak; what it does not say is not weak.
    fn of<'v>(
        judged: impl IntoIterator<Item = (&'v String, &'v Value)>,
        weak: impl Fn(&Value) -> bool,
    ) -> Self {
        let mut case = Self::default();
        for (key, _) in judged.into_iter().filter(|(_, value)| weak(value)) {
            case.add(|| key.clone());
        }
        case
    }
}

/// The text at a pointer, or an empty one.
fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Whether a list at a pointer holds a text.
fn holds(value: &Value, pointer: &str, wanted: &str) -> bool {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().any(|item| item == wanted))
}

/// Whether there is a yes or no at a pointer, and it is no.
fn refused(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool) == Some(false)
}
