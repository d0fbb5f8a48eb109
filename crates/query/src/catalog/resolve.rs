//! From the words of a path to the column, the member, or the place in the document it means.

use super::{
    shape::{Member, Shape},
    table::{RAW, Table},
};
use crate::suggestion::is_slip;

/// What a path means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    /// Documented names, the column's first.
    pub path: Vec<String>,
    /// Of the value at `path` and `json` together.
    pub shape: Shape,
    /// What is left to be read from the JSON text at `path`.
    pub json: Vec<String>,
}

/// Why a path means nothing. `index` counts the words of the path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PathProblem {
    /// The member is none of these.
    Unknown { index: usize, names: Vec<String> },
    /// The member is not declared, and looks like a slip for one that is.
    Slip { index: usize, name: String },
    /// A list stands before the last word.
    List { index: usize },
    /// A value without members stands before the last word.
    Plain { index: usize },
}

impl Table {
    /// What a path that starts with a column means; `None` when there is no such column.
    pub fn resolve(&self, words: &[&str]) -> Result<Option<Resolved>, PathProblem> {
        let members: Vec<&Member> = self.columns.iter().map(|column| &column.member).collect();
        let mut walk = Walk::default();
        match walk.run(&members, words) {
            Step::Found(shape, json) => Ok(Some(self.through_hot(Resolved {
                path: walk.path,
                shape,
                json,
            }))),
            Step::NoSuchMember { index: 0, .. } => Ok(None),
            Step::NoSuchMember { index, names } => {
                let raw = self.columns.iter().any(|column| column.member.name == RAW);
                let in_document = raw && !walk.path.first().is_some_and(|top| top.starts_with('_'));
                if !in_document {
                    return Err(PathProblem::Unknown { index, names });
                }
                if let Some(name) = names.into_iter().find(|name| is_slip(words[index], name)) {
                    return Err(PathProblem::Slip { index, name });
                }
                let mut json = walk.vendor;
                json.extend(words[index..].iter().map(|word| (*word).to_owned()));
                Ok(Some(self.in_document(json)))
            }
            Step::List { index } => Err(PathProblem::List { index }),
            Step::Plain { index } => Err(PathProblem::Plain { index }),
        }
    }

    /// The value at a path of the vendor's document.
    pub fn in_document(&self, json: Vec<String>) -> Resolved {
        self.through_hot(Resolved {
            path: vec![RAW.to_owned()],
            shape: Shape::Json,
            json,
        })
    }

    /// Where in the vendor's document a value lies that is read as JSON.
    pub fn document_path(&self, resolved: &Resolved) -> Vec<String> {
        let mut path = Vec::new();
        let hot = self
            .hot
            .iter()
            .find(|(_, column)| resolved.path.first() == Some(column));
        if let Some((object, _)) = hot {
            path.extend(object.iter().cloned());
        } else if resolved.path != [RAW] {
            let mut members: Vec<&Member> =
                self.columns.iter().map(|column| &column.member).collect();
            for name in &resolved.path {
                let Some(member) = members.iter().find(|member| member.name == *name) else {
                    break;
                };
                path.extend(member.from.iter().cloned());
                members = match &member.shape {
                    Shape::Struct(inner) => inner.iter().collect(),
                    _ => Vec::new(),
                };
            }
        }
        path.extend(resolved.json.iter().cloned());
        path
    }

    /// Reads a hot object's own column rather than the whole document.
    fn through_hot(&self, resolved: Resolved) -> Resolved {
        if resolved.path != [RAW] {
            return resolved;
        }
        for (path, column) in &self.hot {
            if let Some(rest) = resolved.json.strip_prefix(path.as_slice()) {
                return Resolved {
                    path: vec![column.clone()],
                    shape: Shape::Json,
                    json: rest.to_vec(),
                };
            }
        }
        resolved
    }

    /// The names `SELECT *` gives, for suggestions.
    pub fn visible_names(&self) -> impl Iterator<Item = &str> {
        self.columns
            .iter()
            .filter(|column| !column.hidden)
            .map(|column| column.member.name.as_str())
    }
}

/// What a path into a value of a known shape means, without a document behind it.
pub(crate) fn resolve_inside(
    members: &[Member],
    words: &[&str],
) -> Result<Option<Resolved>, PathProblem> {
    let members: Vec<&Member> = members.iter().collect();
    let mut walk = Walk::default();
    match walk.run(&members, words) {
        Step::Found(shape, json) => Ok(Some(Resolved {
            path: walk.path,
            shape,
            json,
        })),
        Step::NoSuchMember { index: 0, .. } => Ok(None),
        Step::NoSuchMember { index, names } => Err(PathProblem::Unknown { index, names }),
        Step::List { index } => Err(PathProblem::List { index }),
        Step::Plain { index } => Err(PathProblem::Plain { index }),
    }
}

#[derive(Default)]
struct Walk {
    path: Vec<String>,
    vendor: Vec<String>,
}

enum Step {
    Found(Shape, Vec<String>),
    NoSuchMember { index: usize, names: Vec<String> },
    List { index: usize },
    Plain { index: usize },
}

impl Walk {
    fn run(&mut self, members: &[&Member], words: &[&str]) -> Step {
        let mut members = members.to_vec();
        let mut index = 0;
        loop {
            let Some((member, taken)) = find(&members, &words[index..]) else {
                return Step::NoSuchMember {
                    index,
                    names: members.iter().map(|member| member.name.clone()).collect(),
                };
            };
            self.path.push(member.name.clone());
            self.vendor.extend(member.from.iter().cloned());
            index += taken;
            if index == words.len() {
                return Step::Found(member.shape.clone(), Vec::new());
            }
            match &member.shape {
                Shape::Json => {
                    let rest = words[index..].iter().map(|word| (*word).to_owned());
                    return Step::Found(Shape::Json, rest.collect());
                }
                Shape::Struct(inner) => members = inner.iter().collect(),
                Shape::List(_) => return Step::List { index: index - 1 },
                Shape::Unknown => {
                    self.path
                        .extend(words[index..].iter().map(|word| (*word).to_owned()));
                    return Step::Found(Shape::Unknown, Vec::new());
                }
                Shape::Value(_) => return Step::Plain { index: index - 1 },
            }
        }
    }
}

/// The member the words start with and how many of them name it: by the documented name, exactly or ignoring
/// case, else by the vendor's spelling, the longest first.
fn find<'a>(members: &[&'a Member], words: &[&str]) -> Option<(&'a Member, usize)> {
    let first = words.first()?;
    let by_name = |matches: &dyn Fn(&str) -> bool| {
        members.iter().copied().find(|member| matches(&member.name))
    };
    let named = by_name(&|name| name == *first).or_else(|| by_name(&|name| same_name(name, first)));
    let goes_on = |member: &Member| {
        words.len() == 1 || !matches!(member.shape, Shape::Value(_) | Shape::List(_))
    };
    if let Some(member) = named.filter(|member| goes_on(member)) {
        return Some((member, 1));
    }
    let by_vendor = members
        .iter()
        .copied()
        .filter(|member| {
            member.from.len() <= words.len()
                && member
                    .from
                    .iter()
                    .zip(words)
                    .all(|(from, word)| same_name(from, word))
        })
        .max_by_key(|member| member.from.len())
        .map(|member| (member, member.from.len()));
    by_vendor.or(named.map(|member| (member, 1)))
}

/// Names are the same without regard to case.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || (!left.is_ascii() && left.to_lowercase() == right.to_lowercase())
}
