//! How a type is listed: the part of a resource file that the HTTP half works by.

use std::time::Duration;

use muster_model::Path;

use super::{Place, Placed, RawList, RawResource, Resolver, resolve_path};
use crate::{
    definition::{Derive, Detail, Join, Listing, Marker, Paging, ParentCondition, Shape, Variants},
    named::ParentCheck,
    problem::suggest,
    template::Template,
};

impl<'a> Resolver<'a> {
    pub(super) fn listing(&mut self) -> Listing {
        let raw = self.raw;
        let list = &raw.list;
        let variants = self.variants(list);
        let parent_columns = raw.parent.iter().flat_map(|(_, columns)| columns);
        let mut names: Vec<&str> = parent_columns.map(|column| column.value.as_str()).collect();
        names.extend(
            list.variants
                .first()
                .map(|(placeholder, _)| placeholder.value.as_str()),
        );
        let own: Vec<&str> = names
            .iter()
            .copied()
            .chain(raw.key.iter().map(|key| key.value.as_str()))
            .collect();
        let shape = self.shape(list);
        if !raw.joins.is_empty() && shape != Shape::Single {
            self.problem(
                list.line,
                "`[[join]]` needs a listing of a single object",
                "add `single = true` to `[list]`, or use `[detail]`",
            );
        }
        Listing {
            path: self.path("list.path", &list.path, &names),
            paging: self.paging(list),
            shape,
            bucket: list.bucket.clone(),
            variants,
            parent_conditions: self.conditions(list),
            derive: self.derive(),
            refresh: self.duration("list.refresh", list.refresh.as_ref()),
            marker: self.marker(),
            detail: raw.detail.as_ref().map(|(path, refresh)| Detail {
                path: self.path("detail.path", path, &own),
                refresh: self.duration("detail.refresh", refresh.as_ref()),
            }),
            joins: raw
                .joins
                .iter()
                .map(|(path, into)| {
                    self.column("join", &raw.columns, into);
                    Join {
                        path: self.path("join.path", path, &[]),
                        into: into.value.clone(),
                    }
                })
                .collect(),
            requires: raw.requires.as_ref().map(|feature| {
                self.feature("requires", feature);
                feature.value.clone()
            }),
        }
    }

    fn path(&mut self, what: &str, path: &Placed<String>, names: &[&str]) -> Template {
        let parsed = Template::parse(&path.value).unwrap_or_else(|error| {
            self.problem(
                path.line,
                format!("{what} is not well-formed"),
                error.to_string(),
            );
            Template::empty()
        });
        if !path.value.is_empty() && !path.value.starts_with('/') {
            self.problem(
                path.line,
                format!("{what} does not begin with `/`"),
                "leave scheme and host to the settings",
            );
        }
        for name in parsed.names() {
            if !names.contains(&name) {
                let remedy = suggest(name, names.iter().copied());
                self.problem(
                    path.line,
                    format!("{what}: nothing gives `{{{name}}}` a value"),
                    remedy,
                );
            }
        }
        parsed
    }

    fn paging(&mut self, list: &RawList) -> Paging {
        let Some(word) = &list.paging else {
            return Paging::None;
        };
        match word.value.as_str() {
            "link" => Paging::Link,
            "body_link" => Paging::BodyLink,
            "none" => Paging::None,
            other => {
                let remedy = suggest(other, ["link", "body_link", "none"]);
                self.problem(word.line, format!("there is no paging `{other}`"), remedy);
                Paging::None
            }
        }
    }

    fn shape(&mut self, list: &RawList) -> Shape {
        match (&list.items, list.single) {
            (Some(items), true) => {
                self.problem(
                    items.line,
                    "`items` and `single` exclude each other",
                    "keep one of the two",
                );
                Shape::Single
            }
            (Some(items), false) => Shape::Wrapped(items.value.clone()),
            (None, true) => Shape::Single,
            (None, false) => Shape::Array,
        }
    }

    fn feature(&mut self, what: &str, name: &Placed<String>) {
        let Some(provider) = self.provider else {
            return;
        };
        let names: Vec<&str> = provider
            .features
            .iter()
            .map(|feature| feature.name.as_str())
            .collect();
        if !names.contains(&name.value.as_str()) {
            let remedy = suggest(&name.value, names);
            self.problem(
                name.line,
                format!("{what}: provider.toml has no feature `{}`", name.value),
                remedy,
            );
        }
    }

    fn variants(&mut self, list: &RawList) -> Option<Variants> {
        if let [_, (second, _), ..] = &list.variants[..] {
            self.problem(second.line, "a listing has one set of variants", "keep one");
        }
        let (placeholder, sets) = list.variants.first()?;
        let mut variants = Variants {
            placeholder: placeholder.value.clone(),
            always: Vec::new(),
            with_feature: Vec::new(),
        };
        for (when, values) in sets {
            let values = values.iter().map(|value| value.value.clone()).collect();
            if when.value == "always" {
                variants.always = values;
            } else {
                self.feature("list.variants", when);
                variants.with_feature.push((when.value.clone(), values));
            }
        }
        let used = Template::parse(&list.path.value)
            .is_ok_and(|path| path.names().any(|name| name == placeholder.value));
        if !used {
            self.problem(
                placeholder.line,
                format!("list.path does not use the variant `{}`", placeholder.value),
                format!("put `{{{}}}` where it belongs", placeholder.value),
            );
        }
        Some(variants)
    }

    /// The parent's raw file; where there is none, what needed it is a problem.
    fn needs_parent(&mut self, what: &str, line: usize) -> Option<&'a RawResource> {
        match &self.raw.parent {
            Some((name, _)) => self.all.get(name.value.as_str()).copied(),
            None => {
                self.problem(
                    line,
                    format!("{what} needs a parent"),
                    "add `[parent]`, or remove it",
                );
                None
            }
        }
    }

    /// The vendor's path of a column of the parent.
    fn parent_path(&mut self, what: &str, path: &Placed<String>) -> Option<Path> {
        let parent = self.needs_parent(what, path.line)?;
        let hot: Vec<String> = parent.hot.iter().map(|path| path.value.clone()).collect();
        match resolve_path(&parent.columns, &hot, &path.value) {
            Ok(Place::Declared(_, vendor)) => Some(vendor),
            Ok(Place::Inside) => self.parse(path),
            Err(remedy) => {
                let message = format!("{what}: `{}` has no column `{}`", parent.name, path.value);
                self.problem(path.line, message, remedy);
                None
            }
        }
    }

    fn conditions(&mut self, list: &RawList) -> Vec<ParentCondition> {
        list.conditions
            .iter()
            .filter_map(|(path, values)| {
                Some(ParentCondition {
                    path: self.parent_path("list.where", path)?,
                    any_of: values.iter().map(|value| value.value.clone()).collect(),
                })
            })
            .collect()
    }

    fn marker(&mut self) -> Option<Marker> {
        let (path, vendor_says) = self.raw.marker.as_ref()?;
        Some(Marker {
            path: self.parent_path("marker", path)?,
            vendor_says: vendor_says.clone(),
        })
    }

    fn derive(&mut self) -> Option<Derive> {
        let (parents, from) = self.raw.derive.as_ref()?;
        self.needs_parent("derive", parents.line);
        self.type_named("derive", from);
        let Some(check) = ParentCheck::parse(&parents.value) else {
            let remedy = suggest(&parents.value, ParentCheck::NAMES);
            self.problem(
                parents.line,
                format!("derive: there is no function `{}`", parents.value),
                remedy,
            );
            return None;
        };
        Some(Derive {
            parents: check,
            from: from.value.clone(),
        })
    }

    fn duration(&mut self, what: &str, text: Option<&Placed<String>>) -> Option<Duration> {
        let text = text?;
        match humantime::parse_duration(&text.value) {
            Ok(duration) => Some(duration),
            Err(_) => {
                self.problem(
                    text.line,
                    format!("{what}: `{}` is no duration", text.value),
                    "write it like \"24h\" or \"15m\"",
                );
                None
            }
        }
    }
}
