use std::{collections::BTreeMap, time::Duration};

use muster_model::Path;
use serde_json::{Map, Value};

use super::{
    provider_file::templates,
    table::{File, Placed, Table},
};
use crate::{
    definition::{
        AuditLog, Challenge, EventFields, Follow, Hint, PartyFields, Provider, Webhook, small_first,
    },
    problem::{Problem, suggest},
    template::Template,
};

/// Reads one `audit.toml`. `terms` says what the settings are that places in it are made of.
pub(crate) fn read_audit(
    path: &str,
    provider: &Provider,
    text: &str,
    terms: &BTreeMap<String, String>,
) -> (AuditLog, Vec<Problem>) {
    let mut file = File::new(path, text);
    let file = &mut file;
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    let follow = read_follow(&mut root, provider, file);
    let retention = match &follow {
        Some(_) => Some(root.needed("retention", file)),
        None => root.text("retention", file),
    };
    let bucket = match &follow {
        Some(_) => root.needed("bucket", file).value,
        None => root
            .text("bucket", file)
            .map_or_else(String::new, |text| text.value),
    };
    let mut places = Places {
        terms,
        ignore_case: provider.ignore_case,
        is_settable: false,
    };
    let webhook = read_webhook(&mut root, &mut places, file);
    if follow.is_none() && webhook.is_none() {
        file.problem(
            0,
            "the file has neither `[follow]` nor `[webhook]`",
            "say how the log is read, or how the vendor sends it",
        );
    }
    let log = AuditLog {
        name: root.needed("table", file).value,
        title: root.needed("title", file).value,
        description: root.needed("description", file).value,
        retention: retention.map_or(Duration::ZERO, |text| duration(&text, file)),
        bucket,
        follow,
        webhook,
        fields: read_fields(&mut root, &mut places, file),
        hints: root
            .tables("hints", file)
            .into_iter()
            .map(|table| read_hint(table, file))
            .collect(),
        ignore_case: provider.ignore_case,
        is_settable: places.is_settable,
    };
    root.finish(file);
    (log, file.problems())
}

/// Types that are named and not there.
pub(super) fn check_ties(path: &str, provider: &Provider, log: &AuditLog) -> Vec<Problem> {
    let names = || provider.resources.iter().map(|file| file.name());
    log.hints
        .iter()
        .filter_map(|hint| {
            let problem = |message: String, remedy: String| Problem {
                file: path.to_owned(),
                line: 0,
                message,
                remedy,
            };
            if hint.resource_type.is_empty() {
                return None;
            }
            let Some(file) = provider.resource_type(&hint.resource_type) else {
                return Some(problem(
                    format!("hints: there is no type `{}`", hint.resource_type),
                    suggest(&hint.resource_type, names()),
                ));
            };
            let above = file
                .resource_type
                .parent
                .as_ref()
                .map_or(0, |parent| parent.columns.len());
            let parts = file.resource_type.key.len() + above;
            if !hint.key.is_empty() && hint.key.len() != parts {
                return Some(problem(
                    format!("hints: a key of {} has {parts} parts", hint.resource_type),
                    "name as many kinds of targets in `key`".to_owned(),
                ));
            }
            (!hint.parent.is_empty() && hint.parent.len() != above).then(|| {
                problem(
                    format!(
                        "hints: a parent's key of {} has {above} parts",
                        hint.resource_type
                    ),
                    "name as many kinds of targets in `parent`".to_owned(),
                )
            })
        })
        .collect()
}

fn read_follow(
    root: &mut Table<'_, '_>,
    provider: &Provider,
    file: &mut File<'_>,
) -> Option<Follow> {
    let settings: Vec<&str> = provider
        .settings
        .iter()
        .map(|setting| setting.name.as_str())
        .collect();
    let settings = settings.as_slice();
    let nothing = Follow::PollingLink {
        path: crate::template::Template::empty(),
    };
    let mut table = root.table("follow", file)?;
    let kind = table.needed("kind", file);
    let follow = match kind.value.as_str() {
        "polling_link" => {
            let names: Vec<&str> = settings.iter().copied().chain(["since"]).collect();
            let path = templates(&mut table, "path", &names, file)
                .into_iter()
                .next();
            path.map_or(nothing, |path| Follow::PollingLink { path })
        }
        "search_after" => {
            let limit = table
                .number("limit", file)
                .map_or(1000, |number| number.value as u64);
            let endpoints = templates(&mut table, "endpoint", settings, file);
            let path = templates(&mut table, "path", settings, file)
                .into_iter()
                .next();
            let body = json_object(&table.needed("body", file), file);
            let lag = duration(&table.needed("lag", file), file);
            let overlap = duration(&table.needed("overlap", file), file);
            path.map_or(nothing, |path| Follow::SearchAfter {
                endpoints,
                path,
                body,
                limit,
                lag,
                overlap,
            })
        }
        other => {
            file.problem(
                kind.line,
                format!("follow: there is no way called `{other}`"),
                suggest(other, ["polling_link", "search_after"]),
            );
            nothing
        }
    };
    table.finish(file);
    Some(follow)
}

fn read_webhook(
    root: &mut Table<'_, '_>,
    places: &mut Places<'_>,
    file: &mut File<'_>,
) -> Option<Webhook> {
    let mut table = root.table("webhook", file)?;
    let texts = |texts: Vec<Placed<String>>| texts.into_iter().map(|text| text.value).collect();
    let challenge = table.table("challenge", file).map(|mut challenge| {
        let read = Challenge {
            header: challenge.needed("header", file).value,
            member: challenge.needed("member", file).value,
        };
        challenge.finish(file);
        read
    });
    let webhook = Webhook {
        events: places.read(&mut table, "events", file),
        bare: table.boolean("bare", file).unwrap_or(false),
        header: table.text("header", file).map(|text| text.value),
        challenge,
        steps: texts(table.texts("steps", file)),
    };
    if webhook.steps.is_empty() {
        file.problem(
            table.line,
            "[webhook] lacks `steps`",
            "say what to do at the vendor, one step each",
        );
    }
    table.finish(file);
    Some(webhook)
}

fn json_object(text: &Placed<String>, file: &mut File<'_>) -> Map<String, Value> {
    // That it is missing was told.
    if text.value.is_empty() {
        return Map::new();
    }
    serde_json::from_str(&text.value).unwrap_or_else(|_| {
        file.problem(
            text.line,
            "`body` is no JSON object",
            "write `'{\"name\": ...}'`",
        );
        Map::new()
    })
}

fn read_fields(
    root: &mut Table<'_, '_>,
    places: &mut Places<'_>,
    file: &mut File<'_>,
) -> EventFields {
    let Some(mut table) = root.table("fields", file) else {
        file.problem(
            0,
            "the file lacks `[fields]`",
            "say where in an event is what",
        );
        return EventFields::default();
    };
    let fields = EventFields {
        id: places.read(&mut table, "id", file),
        time: places.read(&mut table, "time", file),
        activity: places.read(&mut table, "activity", file),
        outcome: places.read(&mut table, "outcome", file),
        actor: read_party(&mut table, "actor", places, file),
        targets: places.read(&mut table, "targets", file),
        target: read_party(&mut table, "target", places, file),
        ip: places.read(&mut table, "ip", file),
        location: places.read(&mut table, "location", file),
    };
    for (name, found) in [
        ("id", &fields.id),
        ("time", &fields.time),
        ("activity", &fields.activity),
    ] {
        if found.is_empty() {
            file.problem(
                0,
                format!("fields lacks `{name}`"),
                "no event can do without it",
            );
        }
    }
    table.finish(file);
    fields
}

fn read_party(
    root: &mut Table<'_, '_>,
    key: &'static str,
    places: &mut Places<'_>,
    file: &mut File<'_>,
) -> PartyFields {
    let Some(mut table) = root.table(key, file) else {
        return PartyFields::default();
    };
    let party = PartyFields {
        id: places.read(&mut table, "id", file),
        kind: places.read(&mut table, "kind", file),
        name: places.read(&mut table, "name", file),
    };
    table.finish(file);
    party
}

fn read_hint(mut table: Table<'_, '_>, file: &mut File<'_>) -> Hint {
    let texts = |texts: Vec<Placed<String>>| texts.into_iter().map(|text| text.value).collect();
    let hint = Hint {
        activities: texts(table.texts("activities", file)),
        resource_type: table.needed("type", file).value,
        key: texts(table.texts("key", file)),
        parent: texts(table.texts("parent", file)),
    };
    if !hint.key.is_empty() && !hint.parent.is_empty() {
        file.problem(
            table.line,
            "hints: `key` and `parent` exclude each other",
            "keep `key` where an event names the resource, `parent` where it names only that",
        );
    }
    table.finish(file);
    hint
}

/// Places in an event; settings in braces are what they stand for.
struct Places<'t> {
    terms: &'t BTreeMap<String, String>,
    /// Whether events are kept with small first letters.
    ignore_case: bool,
    /// Whether one of them is a setting.
    is_settable: bool,
}

impl Places<'_> {
    fn read(
        &mut self,
        table: &mut Table<'_, '_>,
        key: &'static str,
        file: &mut File<'_>,
    ) -> Vec<Path> {
        let mut paths = Vec::new();
        for text in table.texts(key, file) {
            match self.filled(&text.value).and_then(|place| place.parse().ok()) {
                Some(path) => paths.push(path),
                None => file.problem(
                    text.line,
                    format!("`{}` is not a path", text.value),
                    "name the vendor's member, `field` or `field.field`, or a setting with a default, `{setting}`",
                ),
            }
        }
        paths
    }

    fn filled(&mut self, text: &str) -> Option<String> {
        let template = Template::parse(text).ok()?;
        self.is_settable |= template.names().next().is_some();
        let terms: Vec<(&str, &str)> = self
            .terms
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let filled = template.fill(&terms).ok()?;
        if !self.ignore_case {
            return Some(filled);
        }
        let names: Vec<String> = filled.split('.').map(small_first).collect();
        Some(names.join("."))
    }
}

fn duration(text: &Placed<String>, file: &mut File<'_>) -> Duration {
    if text.value.is_empty() {
        return Duration::ZERO;
    }
    humantime::parse_duration(&text.value).unwrap_or_else(|_| {
        file.problem(
            text.line,
            format!("`{}` is no duration", text.value),
            "write it like \"24h\" or \"15m\"",
        );
        Duration::ZERO
    })
}
