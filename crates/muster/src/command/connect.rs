//! `integration add` and `integration set`: what was typed, made into a request.

use std::{collections::BTreeMap, env, fs, io, path::Path};

use crate::cli::{AddIntegration, Data, SetIntegration};
use muster_office::{
    Failure,
    request::{Add, Request, Set},
};

/// What `integration add` asks for, and of which folder.
pub fn add(add: AddIntegration, providers: Option<&Path>) -> Result<(Data, Request), Failure> {
    let settings = pairs("--set", &add.settings)?;
    let secrets = secrets(&add.secrets)?;
    // Wrong words are found before a folder is made.
    let catalogue = super::catalogue(providers)?;
    let provider = catalogue
        .find_provider(&add.provider)
        .map_err(Failure::Usage)?;
    provider
        .check_settings(&settings)
        .map_err(|error| Failure::usage(error.to_string()))?;
    provider
        .check_secret_names(secrets.keys())
        .map_err(|error| Failure::usage(error.to_string()))?;
    let request = Request::Add(Add {
        provider: add.provider,
        name: add.name,
        description: add.description,
        tags: add.tags,
        settings,
        secrets,
        allow_insecure_endpoints: add.allow_insecure_endpoints,
        interval_seconds: add.interval.as_deref().map(interval).transpose()?,
    });
    Ok((add.data, request))
}

/// What `integration set` asks for, and of which folder.
pub fn set(set: SetIntegration) -> Result<(Data, Request), Failure> {
    let request = Request::Set(Set {
        name: set.name,
        new_name: set.new_name,
        description: set.description,
        tags: (!set.tags.is_empty()).then_some(set.tags),
        interval_seconds: set.interval.as_deref().map(interval).transpose()?,
        settings: pairs("--set", &set.settings)?,
        secrets: secrets(&set.secrets)?,
        allow_insecure_endpoints: set.allow_insecure_endpoints,
    });
    Ok((set.data, request))
}

/// `10m`, `1h` as seconds.
fn interval(typed: &str) -> Result<u32, Failure> {
    humantime::parse_duration(typed)
        .ok()
        .and_then(|span| u32::try_from(span.as_secs()).ok())
        .ok_or_else(|| {
            Failure::usage(format!(
                "--interval takes a span such as 10m or 1h; `{typed}` is none"
            ))
        })
}

fn secrets(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    pairs("--secret", given)?
        .into_iter()
        .map(|(name, value)| {
            let value = secret(&name, value)?;
            Ok((name, value))
        })
        .collect()
}

fn pairs(flag: &str, given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut pairs = BTreeMap::new();
    for pair in given {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "{flag} takes KEY=VALUE; there is no `=` in what was given"
            ))
        })?;
        if pairs
            .insert(name.trim().to_owned(), value.to_owned())
            .is_some()
        {
            return Err(Failure::usage(format!(
                "{flag} {name} was given twice; give it once"
            )));
        }
    }
    Ok(pairs)
}

/// A credential as given: itself, `@FILE`, `@-` for standard input, or `env:VARIABLE`.
fn secret(name: &str, given: String) -> Result<String, Failure> {
    let value = if given == "@-" {
        io::read_to_string(io::stdin()).map_err(|error| {
            Failure::usage(format!(
                "the secret {name} cannot be read from standard input: {error}"
            ))
        })?
    } else if let Some(path) = given.strip_prefix('@') {
        fs::read_to_string(path).map_err(|error| {
            Failure::usage(format!(
                "the secret {name} cannot be read from {path}: {error}"
            ))
        })?
    } else if let Some(variable) = given.strip_prefix("env:") {
        env::var(variable).map_err(|_| {
            Failure::usage(format!(
                "the secret {name} should be in the variable {variable}, which is not set"
            ))
        })?
    } else {
        given
    };
    let value = value.trim().to_owned();
    if value.is_empty() {
        return Err(Failure::usage(format!("the secret {name} is empty")));
    }
    Ok(value)
}
