//! From files to meaning, in two steps: what each file says ([`raw`]), then what they mean together
//! ([`meaning`]). Nothing stops at the first mistake.

mod audit_file;
mod columns;
mod files;
mod meaning;
mod provider_file;
mod query_file;
mod raw;
mod rule_file;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) use audit_file::read_audit;
pub(crate) use files::{embedded_files, folder_files, overlay};

use crate::{
    definition::{ManagedQuery, Provider, ResourceFile, RuleFile},
    problem::{Problem, suggest},
};

/// Reads every file of a folder of providers, given as (path relative to it, text). What could not be
/// understood is left out of the providers and stands in the problems.
pub(crate) fn read_all(files: &BTreeMap<String, String>) -> (Vec<Arc<Provider>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut providers: Vec<Provider> = Vec::new();
    let mut resources = Vec::new();
    let mut queries: Vec<ManagedQuery> = Vec::new();
    let mut rules: Vec<rule_file::RawRule> = Vec::new();
    for (path, text) in files {
        let parts: Vec<&str> = path.split('/').collect();
        match parts[..] {
            [provider, "provider.toml"] => {
                let (read, found) = provider_file::read_provider(path, provider, text);
                providers.push(read);
                problems.extend(found);
            }
            [provider, "resources", file] => match stem(path, file, &mut problems) {
                Some(name) => {
                    let (read, found) = raw::read_resource(path, provider, name, text);
                    resources.push(read);
                    problems.extend(found);
                }
                None => continue,
            },
            [provider, "queries", file] => match stem(path, file, &mut problems) {
                Some(id) => {
                    let (read, found) = query_file::read_query(path, provider, id, text);
                    queries.push(read);
                    problems.extend(found);
                }
                None => continue,
            },
            [provider, "rules", file] => match stem(path, file, &mut problems) {
                Some(slug) => {
                    let (read, found) = rule_file::read_rule(path, provider, slug, text);
                    rules.push(read);
                    problems.extend(found);
                }
                None => continue,
            },
            _ => {}
        }
    }
    for provider in &mut providers {
        let path = format!("{}/audit.toml", provider.name);
        if let Some(text) = files.get(&path) {
            let terms = provider.terms(&BTreeMap::new());
            let (log, found) = audit_file::read_audit(&path, provider, text, &terms);
            provider.audit_log = Some(Arc::new(log));
            provider.audit_text = text.clone();
            problems.extend(found);
        }
    }
    orphans(files, &providers, &mut problems);
    twins(&resources, &queries, &mut problems);
    for file in meaning::resolve(&resources, &providers, &mut problems) {
        if let Some(provider) = providers
            .iter_mut()
            .find(|provider| provider.name == file.resource_type.provider)
        {
            provider.resources.push(Arc::new(file));
        }
    }
    rule_file::check_ties(&rules, &providers, &mut problems);
    rules.sort_by(|left, right| left.rule.id.cmp(&right.rule.id));
    let rules: Vec<Arc<RuleFile>> = rules.into_iter().map(|raw| Arc::new(raw.rule)).collect();
    for provider in &mut providers {
        provider.rules = rules
            .iter()
            .filter(|rule| rule.provider == provider.name)
            .cloned()
            .collect();
        provider.resources = parents_first(std::mem::take(&mut provider.resources));
        provider.queries = queries
            .iter()
            .filter(|query| query.provider == provider.name)
            .cloned()
            .collect();
    }
    for provider in &providers {
        if let Some(log) = &provider.audit_log {
            let path = format!("{}/audit.toml", provider.name);
            problems.extend(audit_file::check_ties(&path, provider, log));
        }
    }
    (providers.into_iter().map(Arc::new).collect(), problems)
}

/// The name a file gives to what it declares.
fn stem<'a>(path: &str, file: &'a str, problems: &mut Vec<Problem>) -> Option<&'a str> {
    let mut problem = |message: String, remedy: &str| {
        problems.push(Problem {
            file: path.to_owned(),
            line: 0,
            message,
            remedy: remedy.to_owned(),
        });
    };
    let Some(name) = file.strip_suffix(".toml") else {
        problem(
            "this is not a TOML file".to_owned(),
            "move it elsewhere, or let its name end in `.toml`",
        );
        return None;
    };
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !plain || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        problem(
            format!("`{name}` is no name for a table, query or rule"),
            "use lower-case letters, digits and `_` only",
        );
    }
    Some(name)
}

/// Files in the folder of a provider that nobody declares.
fn orphans(files: &BTreeMap<String, String>, providers: &[Provider], problems: &mut Vec<Problem>) {
    let folders: BTreeSet<&str> = files
        .keys()
        .filter_map(|path| path.split_once('/').map(|(folder, _)| folder))
        .collect();
    for folder in folders {
        if !providers.iter().any(|provider| provider.name == folder) {
            let names = providers.iter().map(|provider| provider.name.as_str());
            problems.push(Problem {
                file: format!("{folder}/provider.toml"),
                line: 0,
                message: format!("there is no provider `{folder}`"),
                remedy: format!(
                    "add this file, or rename the folder: {}",
                    suggest(folder, names)
                ),
            });
        }
    }
}

/// Names that two files of different providers give.
fn twins(resources: &[raw::RawResource], queries: &[ManagedQuery], problems: &mut Vec<Problem>) {
    let names = resources
        .iter()
        .map(|resource| (resource.name.as_str(), resource.file.clone()));
    let ids = queries.iter().map(|query| {
        (
            query.id.as_str(),
            format!("{}/queries/{}.toml", query.provider, query.id),
        )
    });
    for mut named in [names.collect::<Vec<_>>(), ids.collect()] {
        named.sort();
        for pair in named.windows(2) {
            if let [(name, first), (other, second)] = pair
                && name == other
            {
                problems.push(Problem {
                    file: second.clone(),
                    line: 0,
                    message: format!("`{name}` is also declared by {first}"),
                    remedy: "rename one of the two".to_owned(),
                });
            }
        }
    }
}

/// Parents before their children, otherwise by name. Every parent is known to exist, without cycles, or there
/// are problems and nobody uses the order.
fn parents_first(mut files: Vec<Arc<ResourceFile>>) -> Vec<Arc<ResourceFile>> {
    files.sort_by(|left, right| left.name().cmp(right.name()));
    let parents: BTreeMap<String, Option<String>> = files
        .iter()
        .map(|file| (file.name().to_owned(), file.parent().map(str::to_owned)))
        .collect();
    let depth = |name: &str| {
        let above = std::iter::successors(Some(name), |name| parents.get(*name)?.as_deref());
        above.take(parents.len()).count()
    };
    files.sort_by_key(|file| depth(file.name()));
    files
}

#[cfg(test)]
mod tests;
