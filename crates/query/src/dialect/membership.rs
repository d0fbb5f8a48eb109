//! `IN (…)` with variables that bring in several elements, or a query.

use datafusion::sql::sqlparser::{
    ast::{AccessExpr, Expr, Ident, Value as Literal},
    tokenizer::Span,
};

use super::{
    Rewriter,
    access::dot_word,
    scope::Scope,
    syntax::{boolean, nested},
    variables::{Elements, Written},
};
use crate::SqlError;

impl Rewriter<'_> {
    pub(super) fn in_list(
        &mut self,
        expr: Expr,
        list: Vec<Expr>,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut elements = Vec::with_capacity(list.len());
        let alone = list.len() == 1;
        for element in list {
            let Some((name, members, span)) = written_variable(&element) else {
                elements.push(self.value(element, scope)?);
                continue;
            };
            let written = Written {
                name: &name,
                members: &members,
                span,
            };
            match self.variable_elements(&written)? {
                Elements::Values(values) => elements.extend(values),
                Elements::Fragment(sql) => {
                    let found =
                        self.in_fragment(&sql, &written, |rewriter, fragment| match fragment {
                            Expr::Subquery(query) if alone => rewriter
                                .in_subquery(expr.clone(), *query, negated, scope)
                                .map(Fragment::Whole),
                            other => rewriter.value(other, scope).map(Fragment::Element),
                        })?;
                    match found {
                        Fragment::Whole(expr) => return Ok(expr),
                        Fragment::Element(expr) => elements.push(nested(expr)),
                    }
                }
            }
        }
        if elements.is_empty() {
            return Ok(boolean(negated));
        }
        Ok(Expr::InList {
            expr: Box::new(self.value(expr, scope)?),
            list: elements,
            negated,
        })
    }
}

enum Fragment {
    /// The whole `IN`.
    Whole(Expr),
    /// One of its elements.
    Element(Expr),
}

/// `$name` or `$name.member`.
fn written_variable(expr: &Expr) -> Option<(String, Vec<Ident>, Span)> {
    let (root, chain): (&Expr, &[AccessExpr]) = match expr {
        Expr::CompoundFieldAccess { root, access_chain } => (root, access_chain),
        other => (other, &[]),
    };
    let Expr::Value(literal) = root else {
        return None;
    };
    let Literal::Placeholder(name) = &literal.value else {
        return None;
    };
    let members: Option<Vec<Ident>> = chain.iter().map(dot_word).collect();
    Some((
        name.trim_start_matches('$').to_owned(),
        members?,
        literal.span,
    ))
}
