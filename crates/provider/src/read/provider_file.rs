use std::collections::BTreeMap;

use muster_model::Path;

use super::table::{File, Placed, Table, placed_text};
use crate::{
    definition::{
        Authentication, ErrorRule, ErrorRules, Feature, Header, Meaning, Organisation, Proof,
        Provider, RateLimit, Secret, Setting,
    },
    named::SettingCheck,
    problem::{Problem, suggest},
    template::Template,
};

/// Share of a vendor's rate limit that is taken when the file does not say otherwise.
const DEFAULT_SHARE: f64 = 0.5;
/// Requests in flight at most when the file does not say otherwise.
const DEFAULT_CONCURRENCY: f64 = 8.0;

/// The ways to prove who asks.
const AUTHENTICATION_KINDS: [&str; 3] = ["header", "client_credentials", "private_key_jwt"];

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
    let pushed = root.boolean("pushed", file).unwrap_or(false);
    let authentication = if pushed {
        Vec::new()
    } else {
        read_authentication(&mut root, &all_names, &setting_names, file)
    };
    let needed: Vec<bool> = secrets
        .iter()
        .map(|secret| {
            let needs = |way: &Authentication| way.names().contains(&secret.name.as_str());
            authentication.iter().all(needs)
        })
        .collect();
    let mut provider = Provider {
        name: name.to_owned(),
        title: root.needed("title", file).value,
        description: root.needed("description", file).value,
        steps: root
            .texts("steps", file)
            .into_iter()
            .map(|step| step.value)
            .collect(),
        pushed,
        endpoints: if pushed {
            Vec::new()
        } else {
            templates(&mut root, "endpoint", &setting_names, file)
        },
        headers: read_headers(&mut root, &setting_names, file),
        ignore_case: root.table("spelling", file).is_some_and(|mut table| {
            let ignore_case = table.boolean("ignore_case", file).unwrap_or(false);
            table.finish(file);
            ignore_case
        }),
        authentication,
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
                        template(&path, &setting_names, file)
                    },
                    id: needed_path(&mut table, "id", file),
                    name: table.text("name", file).map(|name| path_of(&name, file)),
                };
                table.finish(file);
                read
            })
            .collect(),
        resources: Vec::new(),
        audit_log: None,
        audit_text: String::new(),
        queries: Vec::new(),
        rules: Vec::new(),
        settings,
        secrets,
    };
    for (secret, needed) in provider.secrets.iter_mut().zip(needed) {
        secret.required = needed;
    }
    root.finish(file);
    (provider, file.problems())
}

/// One template or several to choose from.
pub(super) fn templates(
    table: &mut Table<'_, '_>,
    key: &'static str,
    names: &[&str],
    file: &mut File<'_>,
) -> Vec<Template> {
    let texts = table.texts(key, file);
    if texts.is_empty() {
        let text = table.needed(key, file);
        return vec![template(&text, names, file)];
    }
    texts
        .iter()
        .map(|text| template(text, names, file))
        .collect()
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
        let default = table.text("default", file);
        let choices: BTreeMap<String, String> = match table.table("choices", file) {
            None => BTreeMap::new(),
            Some(choices) => choices
                .entries(file)
                .into_iter()
                .filter_map(|(choice, value)| {
                    let text = placed_text(&choice.value, value, file)?;
                    Some((choice.value, text.value))
                })
                .collect(),
        };
        if let Some(default) = &default
            && let Some(remedy) = wrong_default(&default.value, check, &choices)
        {
            let message = format!("the default of `{}` is not one of its values", name.value);
            file.problem(default.line, message, remedy);
        }
        settings.push(Setting {
            name: name.value,
            label: table.needed("label", file).value,
            help: table.needed("help", file).value,
            example: table.needed("example", file).value,
            required: table.boolean("required", file).unwrap_or(default.is_none()),
            default: default.map(|default| default.value),
            choices,
            check,
        });
        table.finish(file);
    }
    settings
}

/// What to do about a default that could not be typed either.
fn wrong_default(
    default: &str,
    check: SettingCheck,
    choices: &BTreeMap<String, String>,
) -> Option<String> {
    if !choices.is_empty() && !choices.contains_key(default) {
        return Some(suggest(default, choices.keys().map(String::as_str)));
    }
    match check.apply(default) {
        Ok(stored) if stored == default => None,
        Ok(stored) => Some(format!("write `{stored}`")),
        Err(reason) => Some(reason),
    }
}

fn read_headers(root: &mut Table<'_, '_>, names: &[&str], file: &mut File<'_>) -> Vec<Header> {
    let Some(table) = root.table("headers", file) else {
        return Vec::new();
    };
    let mut headers = Vec::new();
    for (name, value) in table.entries(file) {
        header_name(&name, file);
        if let Some(text) = placed_text(&name.value, value, file) {
            headers.push(Header {
                name: name.value,
                value: template(&text, names, file),
            });
        }
    }
    headers
}

fn header_name(name: &Placed<String>, file: &mut File<'_>) {
    if reqwest::header::HeaderName::try_from(&name.value).is_err() && !name.value.is_empty() {
        file.problem(
            name.line,
            format!("`{}` is no header name", name.value),
            "write it like `Authorization`",
        );
    }
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
                required: true,
                multiline: table.boolean("multiline", file).unwrap_or(false),
            });
            table.finish(file);
        }
    }
    secrets
}

fn read_authentication(
    root: &mut Table<'_, '_>,
    names: &[&str],
    setting_names: &[&str],
    file: &mut File<'_>,
) -> Vec<Authentication> {
    let tables = root.tables("authentication", file);
    if tables.is_empty() {
        file.problem(
            0,
            "the file lacks `[[authentication]]`",
            "say how a request proves who asks",
        );
    }
    let mut ways: Vec<Authentication> = Vec::new();
    for mut table in tables {
        let kind = table.needed("kind", file);
        let title = table.needed("title", file).value;
        let proof = match kind.value.as_str() {
            "" => {
                table.finish(file);
                continue;
            }
            "header" => {
                let name = table.needed("name", file);
                let value = table.needed("value", file);
                header_name(&name, file);
                Proof::Header {
                    name: name.value,
                    value: template(&value, names, file),
                }
            }
            "client_credentials" => {
                let mut part = |key, file: &mut File<'_>| {
                    let text = table.needed(key, file);
                    template(&text, names, file)
                };
                let (client_id, client_secret) =
                    (part("client_id", file), part("client_secret", file));
                Proof::ClientCredentials {
                    token_addresses: templates(&mut table, "token_address", setting_names, file),
                    client_id,
                    client_secret,
                    scope: table.text("scope", file).map(|scope| scope.value),
                }
            }
            "private_key_jwt" => {
                let client_id = table.needed("client_id", file);
                let scope = table.text("scope", file);
                Proof::PrivateKeyJwt {
                    token_addresses: templates(&mut table, "token_address", setting_names, file),
                    client_id: template(&client_id, names, file),
                    private_key: known(&table.needed("private_key", file), names, file),
                    key_id: table
                        .text("key_id", file)
                        .map(|key_id| known(&key_id, setting_names, file)),
                    scope: scope.map(|scope| template(&scope, setting_names, file)),
                }
            }
            other => {
                let remedy = suggest(other, AUTHENTICATION_KINDS);
                file.problem(
                    kind.line,
                    format!("there is no authentication `{other}`"),
                    remedy,
                );
                continue;
            }
        };
        table.finish(file);
        let way = Authentication { title, proof };
        if ways.iter().any(|other| other.name() == way.name()) {
            file.problem(
                kind.line,
                format!(
                    "there are two ways to authenticate of kind `{}`",
                    kind.value
                ),
                "leave one of them",
            );
        }
        ways.push(way);
    }
    ways
}

/// The name of a secret or setting, or a problem.
fn known(name: &Placed<String>, names: &[&str], file: &mut File<'_>) -> String {
    if !names.contains(&name.value.as_str()) && !name.value.is_empty() {
        let remedy = suggest(&name.value, names.iter().copied());
        file.problem(
            name.line,
            format!("nothing is called `{}`", name.value),
            remedy,
        );
    }
    name.value.clone()
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
        success: None,
        rules: Vec::new(),
    };
    if let Some(mut table) = root.table("error_body", file) {
        rules.code = table.text("code", file).map(|text| text.value);
        rules.summary = table.text("summary", file).map(|text| text.value);
        rules.success = table.text("success", file).map(|text| text.value);
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
