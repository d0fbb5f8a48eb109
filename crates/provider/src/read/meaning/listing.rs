//! How a type is listed: the part of a resource file that the HTTP half works by.

use std::time::Duration;

use muster_model::Path;

use super::{Place, Placed, RawList, RawResource, Resolver, resolve_path};
use crate::{
    definition::{
        Counting, Derive, Detail, Envelope, Join, Listing, Marker, Numbered, Paging,
        ParentCondition, Read, Shape, Total, Variants,
    },
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
        let variant = list.variants.first().map(|(name, _)| name.value.as_str());
        let own_key: Vec<&str> = own
            .iter()
            .copied()
            .filter(|name| Some(*name) != variant)
            .collect();
        let shape = self.shape(list);
        let parents = raw.parent.iter().flat_map(|(_, columns)| columns);
        let key_names: Vec<String> = parents
            .chain(&raw.key)
            .map(|column| column.value.clone())
            .collect();
        if !raw.joins.is_empty() && shape != Shape::Single {
            self.problem(
                list.line,
                "`[[join]]` needs a listing of a single object",
                "add `single = true` to `[list]`, or use `[detail]`",
            );
        }
        Listing {
            path: self.path("list.path", &list.path, &names),
            paging: self.paging(list, &shape),
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
            read: raw.read.as_ref().map(|path| Read {
                path: self.path("read.path", path, &own_key),
                names: key_names.clone(),
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
        if !path.value.is_empty() && !self.usual(&path.value).starts_with('/') {
            self.problem(
                path.line,
                format!("{what} does not begin with `/`"),
                "leave scheme and host to the settings",
            );
        }
        self.check_names(what, path.line, &parsed, names);
        parsed
    }

    /// Checks that every name in braces has a value: one of `names`, or a setting that is always there.
    fn check_names(&mut self, what: &str, line: usize, template: &Template, names: &[&str]) {
        let settings = self.settings();
        for name in template.names() {
            if !names.contains(&name) && !settings.iter().any(|(setting, _)| *setting == name) {
                let names = names.iter().copied();
                let remedy = suggest(name, names.chain(settings.iter().map(|(name, _)| *name)));
                self.problem(
                    line,
                    format!("{what}: nothing gives `{{{name}}}` a value"),
                    remedy,
                );
            }
        }
    }

    /// The text with the settings' defaults in it.
    fn usual(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (setting, default) in self.settings() {
            text = text.replace(&format!("{{{setting}}}"), default);
        }
        text
    }

    /// The settings that every integration has, with their defaults.
    fn settings(&self) -> Vec<(&'a str, &'a str)> {
        let settings = self.provider.iter().flat_map(|provider| &provider.settings);
        settings
            .filter_map(|setting| Some((setting.name.as_str(), setting.default.as_deref()?)))
            .collect()
    }

    /// A template of settings, and what it is with their defaults.
    fn template(&mut self, what: &str, text: &Placed<String>) -> (Template, String) {
        let parsed = Template::parse(&text.value).unwrap_or_else(|error| {
            self.problem(
                text.line,
                format!("{what} is not well-formed"),
                error.to_string(),
            );
            Template::empty()
        });
        self.check_names(what, text.line, &parsed, &[]);
        let usual = parsed.fill(&self.settings()).unwrap_or_default();
        (parsed, usual)
    }

    fn paging(&mut self, list: &RawList, shape: &Shape) -> Paging {
        let word = list.paging.as_ref();
        let counting = match word.map_or("none", |word| word.value.as_str()) {
            "skip" => Counting::Resources,
            "page" => Counting::Pages,
            other => {
                let numbers = [&list.parameter, &list.total, &list.total_header];
                for text in numbers.into_iter().flatten() {
                    self.problem(
                        text.line,
                        "only listings whose pages have numbers have this",
                        "write `paging = \"skip\"` or `paging = \"page\"`, or remove it",
                    );
                }
                return match (other, word) {
                    ("link", _) => Paging::Link,
                    ("body_link", _) => Paging::BodyLink,
                    ("none", _) | (_, None) => Paging::None,
                    (other, Some(word)) => {
                        let words = ["link", "body_link", "skip", "page", "none"];
                        let remedy = suggest(other, words);
                        self.problem(word.line, format!("there is no paging `{other}`"), remedy);
                        Paging::None
                    }
                };
            }
        };
        Paging::Numbered(self.numbered(list, shape, counting))
    }

    fn numbered(&mut self, list: &RawList, shape: &Shape, counting: Counting) -> Numbered {
        let (usual_name, first) = match counting {
            Counting::Resources => ("skip", "0"),
            Counting::Pages => ("page", "1"),
        };
        let (parameter, name) = match &list.parameter {
            Some(text) => self.template("list.parameter", text),
            None => (
                Template::parse(usual_name).unwrap_or_else(|_| Template::empty()),
                usual_name.to_owned(),
            ),
        };
        let path = self.usual(&list.path.value);
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let value = |wanted: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find_map(|(name, value)| (name == wanted).then_some(value))
        };
        if !name.is_empty() && value(&name) != Some(first) {
            self.problem(
                list.path.line,
                format!("list.path does not begin with page `{name}={first}`"),
                format!("put `{name}={first}` into its query"),
            );
        }
        let sorted = counting == Counting::Resources && value("sort").is_some();
        let limit: Option<u64> = value("limit").and_then(|limit| limit.parse().ok());
        if counting == Counting::Resources && limit.is_none_or(|limit| limit < 2) {
            self.problem(
                list.path.line,
                "list.path does not say how many resources a page may have",
                "put `limit=` with a number above 1 into its query: vendors give few by themselves",
            );
        }
        let total = match (&list.total, &list.total_header) {
            (Some(member), header) => {
                if header.is_some() {
                    self.problem(
                        member.line,
                        "`total` and `total_header` exclude each other",
                        "keep one of the two",
                    );
                }
                if !matches!(shape, Shape::Wrapped(_)) {
                    self.problem(
                        member.line,
                        "`total` is a member of an object, and the answer is none",
                        "add `items`, or use `total_header`",
                    );
                }
                Some(Total::Member(member.value.clone()))
            }
            (None, Some(header)) => Some(Total::Header(header.value.clone())),
            (None, None) => None,
        };
        Numbered {
            counting,
            parameter,
            total,
            sorted,
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
            (Some(items), false) => {
                let (member, usual) = self.template("list.items", items);
                Shape::Wrapped(Envelope {
                    member,
                    usual,
                    bare: list.bare,
                })
            }
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
        for (when, values) in &sets.values {
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
