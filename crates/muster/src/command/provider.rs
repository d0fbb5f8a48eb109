//! `provider ...`

use std::{path::Path, sync::Arc};

use muster_provider::{Catalogue, lint};
use muster_query::{Engine, EngineOptions};
use serde_json::json;

use super::{decode, print};
use crate::cli::Provider as Command;
use muster_office::Failure;

pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::List { json } => list(providers, json),
        Command::Lint { dir } => check(dir.as_deref()),
        Command::Decode {
            resource_type,
            input,
            format,
        } => decode::run(&resource_type, &input, format, providers),
    }
}

fn list(providers: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let catalogue = super::catalogue(providers)?;
    if as_json {
        let all: Vec<_> = catalogue
            .providers
            .iter()
            .map(|provider| {
                let types: Vec<&str> = provider.resources.iter().map(|file| file.name()).collect();
                json!({ "provider": provider.name, "types": types })
            })
            .collect();
        print::line(&json!(all).to_string());
        return Ok(());
    }
    for provider in &catalogue.providers {
        print::line(&format!("{} · {}", provider.name, provider.description));
        let settings = provider
            .settings
            .iter()
            .map(|setting| format!("--set {}={}", setting.name, setting.example));
        let secrets = provider
            .secrets
            .iter()
            .map(|secret| format!("--secret {}=@FILE", secret.name));
        let begin = format!("muster integration add {} --name NAME", provider.name);
        let words: Vec<String> = [begin]
            .into_iter()
            .chain(settings)
            .chain(secrets)
            .chain(["--data DIR".to_owned()])
            .collect();
        print::line(&words.join(" "));
        if provider.pushed {
            print::line("muster type add FILE.json --data DIR");
            continue;
        }
        let rows = provider.resources.iter().map(|file| {
            vec![
                file.name().to_owned(),
                file.resource_type.description.clone(),
            ]
        });
        print::table(&["type", "what it is"], rows.collect::<Vec<_>>());
    }
    Ok(())
}

fn check(dir: Option<&Path>) -> Result<(), Failure> {
    let mut problems = match dir {
        Some(dir) => lint(dir),
        None => Catalogue::embedded()
            .err()
            .map(|problems| problems.0)
            .unwrap_or_default(),
    };
    if problems.is_empty() {
        // The files are sound; what the rules in them say is another matter.
        let catalogue = super::catalogue(dir)?;
        let engine = Engine::new(EngineOptions::default())
            .map_err(|error| Failure::Unable(format!("cannot start: {error}")))?;
        let engine = Arc::new(engine);
        problems = super::runtime()?.block_on(muster_rules::lint(&engine, &catalogue));
    }
    if problems.is_empty() {
        print::line("Nothing is wrong with the provider files.");
        return Ok(());
    }
    for problem in &problems {
        print::line(&problem.to_string());
    }
    Err(Failure::usage(match problems.len() {
        1 => "1 problem; correct it and run the command again".to_owned(),
        many => format!("{many} problems; correct them and run the command again"),
    }))
}
