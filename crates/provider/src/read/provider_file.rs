use muster_model::Path;

use super::table::{File, Placed, Table};
use crate::{
    definition::{
        Authentication, ErrorRule, ErrorRules, Feature, Meaning, Organisation, Provider, RateLimit,
        Secret, Setting,
    },
    named::SettingCheck,
    problem::{Problem, suggest},
    template::Template,
};

/// Share of a vendor's rate limit that is taken when the file does not say otherwise.
const DEFAULT_SHARE: f64 = 0.5;
/// Requests in flight at most when the file does not say otherwise.
const DEFAULT_CONCURRENCY: f64 = 8.0;

/// Reads one `provider.toml`. Its resource types and queries are added later.
pub(super) fn read_provider(path: &str, name: &str, text: &str) -> (Provider, Vec<Problem>) {
    let mut file = File::new(path, text);
    let file = &mut file;
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    let settings = read_settings(&mut root, file);
    let secrets = read_secrets(&mut root, file);
    let setting_names: Vec<&str> = settings
        .iter()
        .map(|setting| setting.name.as_str())
        .collect();
    let all_names: Vec<&str> = secrets
        .iter()
        .map(|secret| secret.name.as_str())
        .chain(setting_names.iter().copied())
        .collect();
    let provider = Provider {
        name: name.to_owned(),
        title: root.needed("title", file).value,
        description: root.needed("description", file).value,
        steps: root
            .texts("steps", file)
            .into_iter()
            .map(|step| step.value)
            .collect(),
        endpoint: {
            let endpoint = root.needed("endpoint", file);
            template(&endpoint, &setting_names, file)
        },
        authentication: read_authentication(&mut root, &all_names, file),
        rate_limit: read_rate_limit(&mut root, file),
        errors: read_errors(&mut root, file),
        features: read_features(&mut root, file),
        organisation: root
            .tables("organisation", file)
            .into_iter()
            .map(|mut table| {
                let read = Organisation {
                    path: {
                        let path = table.needed("path", file);
                        template(&path, &[], file)
                    },
                    id: needed_path(&mut table, "id", file),
                    name: table.text("name", file).map(|name| path_of(&name, file)),
                };
                table.finish(file);
                read
            })
            .collect(),
        resources: Vec::new(),
        queries: Vec::new(),
        rules: Vec::new(),
        settings,
        secrets,
    };
    root.finish(file);
    (provider, file.problems())
}

fn template(text: &Placed<String>, names: &[&str], file: &mut File<'_>) -> Template {
    let parsed = Template::parse(&text.value).unwrap_or_else(|error| {
        file.problem(
            text.line,
            format!("`{}` is not well-formed", text.value),
            error.to_string(),
        );
        Template::empty()
    });
    for name in parsed.names() {
        if !names.contains(&name) {
            let remedy = suggest(name, names.iter().copied());
            file.problem(
                text.line,
                format!("nothing gives `{{{name}}}` a value"),
                remedy,
            );
        }
    }
    parsed
}

fn path_of(text: &Placed<String>, file: &mut File<'_>) -> Path {
    text.value.parse().unwrap_or_else(|_| {
        if !text.value.is_empty() {
            let message = format!("`{}` is not a path", text.value);
            file.problem(
                text.line,
                message,
                "name the member of the answer, `field` or `field.field`",
            );
        }
        Path::fields([""])
    })
}

fn needed_path(table: &mut Table<'_, '_>, key: &'static str, file: &mut File<'_>) -> Path {
    let text = table.needed(key, file);
    path_of(&text, file)
}

fn read_settings(root: &mut Table<'_, '_>, file: &mut File<'_>) -> Vec<Setting> {
    let Some(table) = root.table("settings", file) else {
        return Vec::new();
    };
    let mut settings = Vec::new();
    for (name, value) in table.entries(file) {
        let Some(mut table) = Table::of(&format!("settings.{}", name.value), value, file) else {
            continue;
        };
        if name.value == "types" {
            file.problem(
                name.line,
                "every provider has the setting `types`",
                "leave it out",
            );
        }
        let check = match table.text("check", file) {
            None => SettingCheck::Text,
            Some(word) => SettingCheck::parse(&word.value).unwrap_or_else(|| {
                let remedy = suggest(&word.value, SettingCheck::NAMES);
                file.problem(
                    word.line,
                    format!("there is no check `{}`", word.value),
                    remedy,
                );
                SettingCheck::Text
            }),
        };
        settings.push(Setting {
            name: name.value,
            label: table.needed("label", file).value,
            help: table.needed("help", file).value,
            example: table.needed("example", file).value,
            required: table.boolean("required", file).unwrap_or(true),
            check,
        });
        table.finish(file);
    }
    settings
}

fn read_secrets(root: &mut Table<'_, '_>, file: &mut File<'_>) -> Vec<Secret> {
    let Some(table) = root.table("secrets", file) else {
        return Vec::new();
    };
    let mut secrets = Vec::new();
    for (name, value) in table.entries(file) {
        if let Some(mut table) = Table::of(&format!("secrets.{}", name.value), value, file) {
            secrets.push(Secret {
                name: name.value,
                label: table.needed("label", file).value,
                help: table.needed("help", file).value,
            });
            table.finish(file);
        }
    }
    secrets
}

fn read_authentication(
    root: &mut Table<'_, '_>,
    names: &[&str],
    file: &mut File<'_>,
) -> Authentication {
    let mut header = Authentication::Header {
        name: String::new(),
        value: Template::empty(),
    };
    let Some(mut table) = root.table("authentication", file) else {
        file.problem(
            0,
            "the file lacks `[authentication]`",
            "say how a request proves who asks",
        );
        return header;
    };
    let kind = table.needed("kind", file);
    if kind.value != "header" && !kind.value.is_empty() {
        let remedy = suggest(&kind.value, ["header"]);
        file.problem(
            kind.line,
            format!("there is no authentication `{}`", kind.value),
            remedy,
        );
    }
    let name = table.needed("name", file);
    let value = table.needed("value", file);
    if reqwest::header::HeaderName::try_from(&name.value).is_err() && !name.value.is_empty() {
        file.problem(
            name.line,
            format!("`{}` is no header name", name.value),
            "write it like `Authorization`",
        );
    }
    header = match header {
        Authentication::Header { .. } => Authentication::Header {
            name: name.value,
            value: template(&value, names, file),
        },
    };
    table.finish(file);
    header
}

fn read_rate_limit(root: &mut Table<'_, '_>, file: &mut File<'_>) -> RateLimit {
    let mut limit = RateLimit {
        limit: None,
        remaining: None,
        reset: None,
        share: DEFAULT_SHARE,
        zero_limit_is_concurrency: false,
        concurrency: DEFAULT_CONCURRENCY as usize,
    };
    let Some(mut table) = root.table("rate_limit", file) else {
        return limit;
    };
    let mut header = |key, file: &mut File<'_>| table.text(key, file).map(|text| text.value);
    limit.limit = header("limit", file);
    limit.remaining = header("remaining", file);
    limit.reset = header("reset", file);
    if let Some(share) = table.number("share", file) {
        if share.value > 0.0 && share.value <= 1.0 {
            limit.share = share.value;
        } else {
            file.problem(
                share.line,
                format!("`share` is {}", share.value),
                "give a number above 0 and at most 1",
            );
        }
    }
    if let Some(most) = table.number("concurrency", file) {
        if (1.0..=1000.0).contains(&most.value) && most.value.fract() == 0.0 {
            limit.concurrency = most.value as usize;
        } else {
            file.problem(
                most.line,
                format!("`concurrency` is {}", most.value),
                "give a whole number from 1 to 1000",
            );
        }
    }
    limit.zero_limit_is_concurrency = table
        .boolean("zero_limit_is_concurrency", file)
        .unwrap_or(false);
    table.finish(file);
    limit
}

fn read_errors(root: &mut Table<'_, '_>, file: &mut File<'_>) -> ErrorRules {
    let mut rules = ErrorRules {
        code: None,
        summary: None,
        rules: Vec::new(),
    };
    if let Some(mut table) = root.table("error_body", file) {
        rules.code = table.text("code", file).map(|text| text.value);
        rules.summary = table.text("summary", file).map(|text| text.value);
        table.finish(file);
    }
    for mut table in root.tables("errors", file) {
        let status = table.text("status", file);
        let code = table.text("code", file).map(|code| code.value);
        let means = table.needed("means", file);
        let range = status.as_ref().and_then(|status| {
            let range = status_range(&status.value);
            if range.is_none() {
                file.problem(
                    status.line,
                    format!("`{}` is no HTTP status", status.value),
                    "write it like \"404\" or \"5xx\"",
                );
            }
            range
        });
        if status.is_none() && code.is_none() {
            file.problem(
                table.line,
                "the rule fits every answer",
                "give it a `status`, a `code`, or both",
            );
        }
        match Meaning::parse(&means.value) {
            Some(meaning) => rules.rules.push(ErrorRule {
                status: range,
                code,
                means: meaning,
            }),
            None if means.value.is_empty() => {}
            None => {
                let remedy = suggest(&means.value, Meaning::ALL.map(Meaning::as_str));
                file.problem(
                    means.line,
                    format!("there is no meaning `{}`", means.value),
                    remedy,
                );
            }
        }
        table.finish(file);
    }
    rules
}

fn status_range(text: &str) -> Option<(u16, u16)> {
    if let Some(class) = text.strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|class| (1..=5).contains(class))?;
        return Some((class * 100, class * 100 + 99));
    }
    let status = text
        .parse()
        .ok()
        .filter(|status| (100..600).contains(status))?;
    Some((status, status))
}

fn read_features(root: &mut Table<'_, '_>, file: &mut File<'_>) -> Vec<Feature> {
    let Some(table) = root.table("features", file) else {
        return Vec::new();
    };
    let mut features = Vec::new();
    for (name, value) in table.entries(file) {
        let Some(mut table) = Table::of(&format!("features.{}", name.value), value, file) else {
            continue;
        };
        if name.value == "always" {
            file.problem(
                name.line,
                "`always` says that every organisation has something",
                "choose another name",
            );
        }
        let path = table.needed("path", file);
        features.push(Feature {
            name: name.value,
            title: table.needed("title", file).value,
            path: template(&path, &[], file),
            field: needed_path(&mut table, "field", file),
            equals: table.needed("equals", file).value,
        });
        table.finish(file);
    }
    features
}
