use std::time::Duration;

use muster_model::Path;
use serde_json::{Map, Value};

use super::{
    provider_file::templates,
    table::{File, Placed, Table},
};
use crate::{
    definition::{AuditLog, EventFields, Follow, Hint, PartyFields, Provider},
    problem::{Problem, suggest},
};

/// Reads one `audit.toml`.
pub(super) fn read_audit(path: &str, provider: &Provider, text: &str) -> (AuditLog, Vec<Problem>) {
    let mut file = File::new(path, text);
    let file = &mut file;
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    let settings: Vec<&str> = provider
        .settings
        .iter()
        .map(|setting| setting.name.as_str())
        .collect();
    let log = AuditLog {
        name: root.needed("table", file).value,
        title: root.needed("title", file).value,
        description: root.needed("description", file).value,
        retention: duration(&root.needed("retention", file), file),
        bucket: root.needed("bucket", file).value,
        follow: read_follow(&mut root, &settings, file),
        fields: read_fields(&mut root, file),
        hints: root
            .tables("hints", file)
            .into_iter()
            .map(|table| read_hint(table, file))
            .collect(),
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
            let Some(file) = provider.resource_type(&hint.resource_type) else {
                return Some(problem(
                    format!("hints: there is no type `{}`", hint.resource_type),
                    suggest(&hint.resource_type, names()),
                ));
            };
            let parents = file.resource_type.parent.as_ref();
            let parts =
                file.resource_type.key.len() + parents.map_or(0, |parent| parent.columns.len());
            (parts != hint.key.len()).then(|| {
                problem(
                    format!("hints: a key of {} has {parts} parts", hint.resource_type),
                    "name as many kinds of targets in `key`".to_owned(),
                )
            })
        })
        .collect()
}

fn read_follow(root: &mut Table<'_, '_>, settings: &[&str], file: &mut File<'_>) -> Follow {
    let nothing = Follow::PollingLink {
        path: crate::template::Template::empty(),
    };
    let Some(mut table) = root.table("follow", file) else {
        file.problem(0, "the file lacks `[follow]`", "say how the log is read");
        return nothing;
    };
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
    follow
}

fn json_object(text: &Placed<String>, file: &mut File<'_>) -> Map<String, Value> {
    serde_json::from_str(&text.value).unwrap_or_else(|_| {
        file.problem(
            text.line,
            "`body` is no JSON object",
            "write `'{\"name\": ...}'`",
        );
        Map::new()
    })
}

fn read_fields(root: &mut Table<'_, '_>, file: &mut File<'_>) -> EventFields {
    let Some(mut table) = root.table("fields", file) else {
        file.problem(
            0,
            "the file lacks `[fields]`",
            "say where in an event is what",
        );
        return EventFields::default();
    };
    let fields = EventFields {
        id: paths(&mut table, "id", file),
        time: paths(&mut table, "time", file),
        activity: paths(&mut table, "activity", file),
        outcome: paths(&mut table, "outcome", file),
        actor: read_party(&mut table, "actor", file),
        targets: paths(&mut table, "targets", file),
        target: read_party(&mut table, "target", file),
        ip: paths(&mut table, "ip", file),
        location: paths(&mut table, "location", file),
    };
    for (name, places) in [
        ("id", &fields.id),
        ("time", &fields.time),
        ("activity", &fields.activity),
    ] {
        if places.is_empty() {
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

fn read_party(root: &mut Table<'_, '_>, key: &'static str, file: &mut File<'_>) -> PartyFields {
    let Some(mut table) = root.table(key, file) else {
        return PartyFields::default();
    };
    let party = PartyFields {
        id: paths(&mut table, "id", file),
        kind: paths(&mut table, "kind", file),
        name: paths(&mut table, "name", file),
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
    };
    table.finish(file);
    hint
}

fn paths(table: &mut Table<'_, '_>, key: &'static str, file: &mut File<'_>) -> Vec<Path> {
    let mut paths = Vec::new();
    for text in table.texts(key, file) {
        match text.value.parse() {
            Ok(path) => paths.push(path),
            Err(_) => file.problem(
                text.line,
                format!("`{}` is not a path", text.value),
                "name the vendor's member, `field` or `field.field`",
            ),
        }
    }
    paths
}

fn duration(text: &Placed<String>, file: &mut File<'_>) -> Duration {
    humantime::parse_duration(&text.value).unwrap_or_else(|_| {
        file.problem(
            text.line,
            format!("`{}` is no duration", text.value),
            "write it like \"24h\" or \"15m\"",
        );
        Duration::ZERO
    })
}
