//! From the words of a name to what it means where it stands.

use datafusion::sql::sqlparser::{
    ast::{Expr, Ident},
    tokenizer::Span,
};

use super::{
    Rewriter,
    scope::{Relation, RelationKind, Scope, Value},
    syntax::{call, column, number, text},
};
use crate::{
    SqlError,
    catalog::{Binding, PathProblem, Resolved, Shape, resolve_inside, same_name},
    suggestion::{did_you_mean, is_slip},
};

/// The functions the rewriting itself calls.
pub(super) const JSON_GET: &str = "json_get";
pub(super) const JSON_TEXT: &str = "json_text";

impl Rewriter<'_> {
    /// What a name of one or several words means.
    pub(super) fn name(&mut self, words: &[Ident], scope: &Scope<'_>) -> Result<Value, SqlError> {
        let Some(first) = words.first() else {
            return Err(SqlError::new("a name is missing"));
        };
        for frame in scope.frames() {
            if let Some((parameter, shape)) = frame.parameter(&first.value) {
                let value = Value {
                    expr: Expr::Identifier(super::scope::quoted(parameter, first)),
                    shape: shape.clone(),
                    name: Some(parameter.clone()),
                };
                return self.members(value, &words[1..]);
            }
            if let Some(relation) = frame.relation(&first.value) {
                let relation = relation.clone();
                return self.qualified(&relation, words);
            }
            if let Some(value) = self.unqualified(words, frame)? {
                return Ok(value);
            }
            if let [word] = words
                && let Some(value) = frame.output_value(&word.value)
            {
                return Ok(value);
            }
        }
        Err(self.unknown_name(words, scope))
    }

    /// A name that starts with the name of a relation.
    fn qualified(&mut self, relation: &Relation, words: &[Ident]) -> Result<Value, SqlError> {
        let (first, rest) = (&words[0], &words[1..]);
        if let RelationKind::Element(_) = relation.kind {
            let value = element(relation, first);
            return self.members(value, rest);
        }
        let Some(word) = rest.first() else {
            return Err(self
                .error(
                    first.span,
                    format!("`{}` is a table, not a value", first.value),
                )
                .help(format!("name one of its columns: `{}.…`", first.value)));
        };
        if let Some(value) = self.in_relation(relation, rest)? {
            return Ok(value);
        }
        if let RelationKind::Base(binding) = &relation.kind {
            let names: Vec<&str> = binding.table.visible_names().collect();
            let slip = names.iter().any(|name| is_slip(&word.value, name));
            if rest.len() > 1 && !slip && has_document(binding) {
                let json = rest.iter().map(|word| word.value.clone()).collect();
                let resolved = binding.table.in_document(json);
                return Ok(base_value(&relation.alias, binding, resolved, word));
            }
        }
        Err(self.unknown_column(relation, word, rest.len() == 1))
    }

    /// A name that starts with a column of one of the relations here.
    fn unqualified(
        &mut self,
        words: &[Ident],
        frame: &Scope<'_>,
    ) -> Result<Option<Value>, SqlError> {
        for (parameter, shape) in frame.parameters.iter().rev() {
            let Shape::Struct(members) = shape else {
                continue;
            };
            if members
                .iter()
                .any(|member| same_name(&member.name, &words[0].value))
            {
                let value = Value {
                    expr: Expr::Identifier(super::scope::quoted(parameter, &words[0])),
                    shape: shape.clone(),
                    name: None,
                };
                return self.members(value, words).map(Some);
            }
        }
        let mut found: Vec<(usize, Value)> = Vec::new();
        for (index, relation) in frame.relations.iter().enumerate() {
            let merged = frame
                .merged
                .iter()
                .any(|(name, of)| *of == index && same_name(name, &words[0].value));
            if merged {
                continue;
            }
            if let Some(value) = self.in_relation(relation, words)? {
                found.push((index, value));
            }
        }
        match found.len() {
            0 | 1 => Ok(found.pop().map(|(_, value)| value)),
            _ => {
                let owners: Vec<String> = found
                    .iter()
                    .map(|(index, _)| {
                        format!("`{}.{}`", frame.relations[*index].alias, words[0].value)
                    })
                    .collect();
                Err(self
                    .error(
                        words[0].span,
                        format!("`{}` could be {}", words[0].value, owners.join(" or ")),
                    )
                    .help("write the one that is meant"))
            }
        }
    }

    /// A name inside one relation; `None` when its first word is no column there.
    pub(super) fn in_relation(
        &mut self,
        relation: &Relation,
        words: &[Ident],
    ) -> Result<Option<Value>, SqlError> {
        let plain: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let near = match words.last() {
            Some(last) => last,
            None => return Ok(None),
        };
        match &relation.kind {
            RelationKind::Base(binding) => {
                let resolved = binding
                    .table
                    .resolve(&plain)
                    .map_err(|problem| self.path_error(problem, words))?;
                Ok(resolved.map(|resolved| base_value(&relation.alias, binding, resolved, near)))
            }
            RelationKind::Derived(members) => {
                let resolved = resolve_inside(members, &plain)
                    .map_err(|problem| self.path_error(problem, words))?;
                Ok(resolved.and_then(|resolved| {
                    self.planning.note_inner_path(&resolved.json);
                    let (top, path) = resolved.path.split_first()?;
                    let start = column(&relation.alias, top, near);
                    let name = last_name(&resolved);
                    Some(inside(
                        start,
                        path,
                        resolved.json.clone(),
                        resolved.shape.clone(),
                        name,
                    ))
                }))
            }
            RelationKind::Element(Shape::Struct(members)) => {
                let resolved = resolve_inside(members, &plain)
                    .map_err(|problem| self.path_error(problem, words))?;
                let start = column(&relation.alias, &relation.alias, near);
                Ok(resolved.map(|resolved| {
                    self.planning.note_inner_path(&resolved.json);
                    let name = last_name(&resolved);
                    inside(start, &resolved.path, resolved.json, resolved.shape, name)
                }))
            }
            RelationKind::Element(_) | RelationKind::Unspoken => Ok(None),
        }
    }

    /// Goes from a value to its members.
    pub(super) fn members(&mut self, value: Value, words: &[Ident]) -> Result<Value, SqlError> {
        let Some(first) = words.first() else {
            return Ok(value);
        };
        let plain: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        match &value.shape {
            Shape::Json => {
                let json: Vec<String> = plain.iter().map(|word| (*word).to_owned()).collect();
                self.planning.note_inner_path(&json);
                let name = words.last().map(|word| word.value.clone());
                Ok(inside(value.expr, &[], json, Shape::Json, name))
            }
            Shape::Struct(members) => {
                let resolved = resolve_inside(members, &plain)
                    .map_err(|problem| self.path_error(problem, words))?;
                let Some(resolved) = resolved else {
                    let names = members.iter().map(|member| member.name.as_str());
                    let message = format!("there is no member `{}` here", first.value);
                    return Err(self
                        .error(first.span, message)
                        .or_help(did_you_mean(&first.value, names)));
                };
                let name = last_name(&resolved);
                self.planning.note_inner_path(&resolved.json);
                Ok(inside(
                    value.expr,
                    &resolved.path,
                    resolved.json,
                    resolved.shape,
                    name,
                ))
            }
            Shape::Unknown => {
                let path: Vec<String> = plain.iter().map(|word| (*word).to_owned()).collect();
                let name = path.last().cloned();
                Ok(inside(value.expr, &path, Vec::new(), Shape::Unknown, name))
            }
            Shape::List(_) => Err(self.list_error(first.span)),
            Shape::Value(_) => Err(self.error(
                first.span,
                format!(
                    "there is no `{}` here: the value has no members",
                    first.value
                ),
            )),
        }
    }

    fn path_error(&self, problem: PathProblem, words: &[Ident]) -> SqlError {
        match problem {
            PathProblem::Unknown { index, names } => {
                let word = &words[index];
                let message = format!("there is no member `{}` here", word.value);
                self.error(word.span, message)
                    .or_help(did_you_mean(&word.value, names.iter().map(String::as_str)))
            }
            PathProblem::Slip { index, name } => {
                let word = &words[index];
                let path: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
                self.error(word.span, format!("`{}` is not declared here", word.value))
                    .help(format!(
                        "did you mean `{name}`? if the document does have it, write `_raw.{}`",
                        path.join(".")
                    ))
            }
            PathProblem::List { index } => {
                self.list_error(words.get(index + 1).unwrap_or(&words[index]).span)
            }
            PathProblem::Plain { index } => {
                let (word, next) = (&words[index], words.get(index + 1));
                self.error(
                    next.unwrap_or(word).span,
                    format!("`{}` has no members", word.value),
                )
            }
        }
    }

    fn list_error(&self, span: Span) -> SqlError {
        self.error(span, "a list stands before this name")
            .help("open the list in FROM, as in `FROM okta_user u, u.groups g`, and name the member of its element: `g.…`")
    }

    fn unknown_column(&self, relation: &Relation, word: &Ident, one_word: bool) -> SqlError {
        let what = match &relation.kind {
            RelationKind::Base(binding) => binding.table.name.clone(),
            _ => format!("`{}`", relation.alias),
        };
        let names = relation.visible_names();
        let nested = match &relation.kind {
            RelationKind::Base(binding) if one_word => binding.table.near_members(&word.value),
            _ => Vec::new(),
        };
        let help = did_you_mean(&word.value, names.iter().map(String::as_str));
        let help = help.or_else(|| nested.first().map(|path| format!("did you mean `{path}`?")));
        let help = help.or_else(|| {
            let RelationKind::Base(binding) = &relation.kind else {
                return None;
            };
            (one_word && has_document(binding)).then(|| {
                format!(
                    "if the document does have it, write `{}._raw.{}`",
                    relation.alias, word.value
                )
            })
        });
        self.error(word.span, format!("{what} has no column `{}`", word.value))
            .or_help(help)
    }

    fn unknown_name(&self, words: &[Ident], scope: &Scope<'_>) -> SqlError {
        let first = &words[0];
        if let [relation] = scope.relations.as_slice()
            && !matches!(relation.kind, RelationKind::Element(_))
            && words.len() == 1
        {
            return self.unknown_column(relation, first, true);
        }
        let mut names: Vec<String> = Vec::new();
        for frame in scope.frames() {
            for relation in &frame.relations {
                if !matches!(relation.kind, RelationKind::Unspoken) {
                    names.push(relation.alias.clone());
                    names.extend(relation.visible_names());
                }
            }
        }
        let message = match scope.relations.is_empty() && scope.parent.is_none() {
            true => format!("`{}` is not known: there is no FROM", first.value),
            false => format!("nothing in FROM has a column `{}`", first.value),
        };
        self.error(first.span, message)
            .or_help(did_you_mean(&first.value, names.iter().map(String::as_str)))
    }
}

fn has_document(binding: &Binding) -> bool {
    binding
        .table
        .columns
        .iter()
        .any(|column| column.member.name == "_raw")
}

/// The element a relation stands for.
pub(super) fn element(relation: &Relation, near: &Ident) -> Value {
    let shape = match &relation.kind {
        RelationKind::Element(shape) => shape.clone(),
        _ => Shape::Unknown,
    };
    let expr = column(&relation.alias, &relation.alias, near);
    let name = Some(relation.alias.clone());
    match shape {
        Shape::Json => inside(expr, &[], Vec::new(), Shape::Json, name),
        shape => Value { expr, shape, name },
    }
}

/// A column of a table of the catalogue, which is read from now on.
fn base_value(alias: &str, binding: &Binding, resolved: Resolved, near: &Ident) -> Value {
    let column_shape = match resolved.json.is_empty() {
        true => resolved.shape.clone(),
        false => Shape::Json,
    };
    let used = binding.use_path(&resolved.path, &column_shape);
    if !resolved.json.is_empty() {
        binding.note_document_path(binding.table.document_path(&resolved));
    }
    let name = last_name(&resolved);
    inside(
        column(alias, &used, near),
        &[],
        resolved.json,
        resolved.shape,
        name,
    )
}

fn last_name(resolved: &Resolved) -> Option<String> {
    resolved.json.last().or(resolved.path.last()).cloned()
}

/// Members of a structured value, then members of JSON text.
pub(super) fn inside(
    start: Expr,
    path: &[String],
    json: Vec<String>,
    shape: Shape,
    name: Option<String>,
) -> Value {
    let expr = path.iter().fold(start, |expr, member| {
        call("get_field", vec![expr, text(member)])
    });
    let expr = match shape {
        Shape::Json => json_path(expr, json.iter().map(|member| text(member)).collect()),
        _ => expr,
    };
    Value { expr, shape, name }
}

/// The element of a JSON array, counted from 1 as SQL counts.
pub(super) fn json_element(expr: Expr, index: u64) -> Expr {
    json_path(expr, vec![number(index)])
}

/// `json_get(expr, steps…)`, as one call when `expr` is such a call already.
fn json_path(expr: Expr, steps: Vec<Expr>) -> Expr {
    use datafusion::sql::sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    match expr {
        Expr::Function(mut function) if function.name.to_string() == JSON_GET => {
            if let FunctionArguments::List(list) = &mut function.args {
                list.args.extend(
                    steps
                        .into_iter()
                        .map(|step| FunctionArg::Unnamed(FunctionArgExpr::Expr(step))),
                );
            }
            Expr::Function(function)
        }
        other => call(JSON_GET, std::iter::once(other).chain(steps).collect()),
    }
}

/// JSON as the value it holds, to compare and compute with.
pub(super) fn as_value(value: Value) -> Expr {
    match value.shape {
        Shape::Json => call(JSON_TEXT, vec![value.expr]),
        _ => value.expr,
    }
}
