use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{Expr, Ident};

use crate::catalog::{Binding, Member, Shape, same_name};

/// The names an expression can use, innermost first.
#[derive(Default)]
pub(super) struct Scope<'p> {
    pub relations: Vec<Relation>,
    /// Parameters of the functions around the expression (`x -> …`).
    pub parameters: Vec<(String, Shape)>,
    /// Columns that `USING` made one, by name: the relations whose column of that name is the other's.
    pub merged: Vec<(String, usize)>,
    /// What is selected, for the clauses behind it.
    pub outputs: Vec<(String, Value)>,
    pub parent: Option<&'p Scope<'p>>,
}

/// Something that `FROM` brings in.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// The name it is spoken of by, and emitted under.
    pub alias: String,
    pub kind: RelationKind,
}

#[derive(Debug, Clone)]
pub(super) enum RelationKind {
    /// A table of the catalogue.
    Base(Arc<Binding>),
    /// A subquery or a named one.
    Derived(Vec<Member>),
    /// The elements of a list, one per row.
    Element(Shape),
    /// Brought in by the rewriting itself; no word can mean it.
    Unspoken,
}

/// A rewritten expression.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub expr: Expr,
    pub shape: Shape,
    /// What it is called in the result when no alias is given.
    pub name: Option<String>,
}

impl<'p> Scope<'p> {
    pub fn inside(parent: Option<&'p Scope<'p>>) -> Self {
        Self {
            parent,
            ..Self::default()
        }
    }

    /// The scope and those around it.
    pub fn frames(&self) -> impl Iterator<Item = &Scope<'p>> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let frame = next?;
            next = frame.parent;
            Some(frame)
        })
    }

    /// The relation spoken of by this name here.
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        let spoken = || {
            self.relations
                .iter()
                .filter(|relation| !matches!(relation.kind, RelationKind::Unspoken))
        };
        spoken()
            .find(|relation| relation.alias == name)
            .or_else(|| spoken().find(|relation| same_name(&relation.alias, name)))
    }

    /// The parameter of this name in any frame.
    pub fn parameter(&self, name: &str) -> Option<&(String, Shape)> {
        self.parameters
            .iter()
            .rev()
            .find(|(parameter, _)| parameter == name || same_name(parameter, name))
    }
}

impl Relation {
    /// The names of its columns as `SELECT *` gives them.
    pub fn visible_names(&self) -> Vec<String> {
        match &self.kind {
            RelationKind::Base(binding) => {
                binding.table.visible_names().map(str::to_owned).collect()
            }
            RelationKind::Derived(members) | RelationKind::Element(Shape::Struct(members)) => {
                members.iter().map(|member| member.name.clone()).collect()
            }
            RelationKind::Element(_) | RelationKind::Unspoken => Vec::new(),
        }
    }
}

/// A quoted identifier that stands where `near` stood.
pub(super) fn quoted(name: &str, near: &Ident) -> Ident {
    Ident {
        value: name.to_owned(),
        quote_style: Some('"'),
        span: near.span,
    }
}
