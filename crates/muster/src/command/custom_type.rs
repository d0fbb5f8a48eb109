//! `type ...`

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use muster_control::{Control, Folder, Integrations};
use muster_custom::{CustomTypes, Definition, StoreError, StoredType};
use muster_model::Integration;
use muster_office::{
    Failure, handover,
    request::{Answer, Request},
};
use serde_json::{Value, json};

use super::print;
use crate::cli::{Data, Type as Command};

pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::Add {
            file,
            integration,
            data,
        } => {
            let text = text_of(&file)?;
            let mut definition: Definition = serde_json::from_str(&text).map_err(|error| {
                Failure::usage(format!(
                    "{} is no definition of a type: {error}; write an object with `name`, `key` and `schema`",
                    file.display()
                ))
            })?;
            if integration.is_some() {
                definition.integration = integration;
            }
            submit(&data, providers, Request::DefineType(Box::new(definition)))
        }
        Command::List { data, json } => list(&data, json),
        Command::Show { name, data } => show(&name, &data),
        Command::Remove {
            name,
            confirm,
            data,
        } => remove(name, confirm, &data, providers),
    }
}

/// What stands in a file, or comes in where that is `-`.
fn text_of(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    Ok(text)
}

/// The types there are, with the integrations.
fn stored(data: &Data) -> Result<(Vec<StoredType>, Vec<Integration>), Failure> {
    let mut control = Control::open_reader(&Folder::new(&data.data))?;
    Ok(control.read(|transaction| {
        let types = CustomTypes(transaction);
        let all = if types.generation()? == 0 {
            Vec::new()
        } else {
            types.all()?
        };
        Ok::<_, StoreError>((all, Integrations(transaction).all()?))
    })?)
}

fn integration_name<'i>(of: &StoredType, integrations: &'i [Integration]) -> &'i str {
    integrations
        .iter()
        .find(|integration| integration.id == of.integration)
        .map_or("", |integration| &integration.name)
}

fn list(data: &Data, as_json: bool) -> Result<(), Failure> {
    let (types, integrations) = stored(data)?;
    if as_json {
        let shown = types.iter().map(|stored| described(stored, &integrations));
        print::line(&Value::Array(shown.collect()).to_string());
        return Ok(());
    }
    if types.is_empty() {
        print::note("There is no type of your own yet; `muster type add FILE.json` adds one.");
        return Ok(());
    }
    let rows = types.iter().map(|stored| {
        vec![
            stored.definition.name.clone(),
            integration_name(stored, &integrations).to_owned(),
            stored.definition.key.join(", "),
            stored.definition.description.clone().unwrap_or_default(),
        ]
    });
    print::table(&["TYPE", "INTEGRATION", "KEY", "DESCRIPTION"], rows);
    Ok(())
}

fn described(stored: &StoredType, integrations: &[Integration]) -> Value {
    let mut shown = json!(stored.definition);
    if let Some(members) = shown.as_object_mut() {
        let name = integration_name(stored, integrations);
        members.insert("integration".to_owned(), name.into());
    }
    shown
}

fn show(name: &str, data: &Data) -> Result<(), Failure> {
    let (types, integrations) = stored(data)?;
    let found = types.iter().find(|stored| stored.definition.name == name);
    let stored = found.ok_or_else(|| Failure::from(StoreError::NoType(name.to_owned())))?;
    let shown = described(stored, &integrations);
    let text = serde_json::to_string_pretty(&shown).map_err(|error| Failure::unable(&error))?;
    print::line(&text);
    Ok(())
}

fn remove(
    name: String,
    confirm: Option<String>,
    data: &Data,
    providers: Option<&Path>,
) -> Result<(), Failure> {
    let (types, _) = stored(data)?;
    if !types.iter().any(|stored| stored.definition.name == name) {
        return Err(StoreError::NoType(name).into());
    }
    let confirmed = match confirm {
        Some(confirmed) => confirmed,
        None if print::is_interactive() => print::ask(&format!(
            "This removes {name} with its resources and their history, for good. Type its name to go on:"
        ))
        .unwrap_or_default(),
        None => {
            return Err(Failure::usage(format!(
                "removing cannot be undone; add --confirm {name} if you mean it"
            )));
        }
    };
    if confirmed != name {
        return Err(Failure::usage(format!(
            "nothing was removed: `{confirmed}` is not `{name}`"
        )));
    }
    submit(data, providers, Request::RemoveType { name })
}

fn submit(data: &Data, providers: Option<&Path>, request: Request) -> Result<(), Failure> {
    let folder = Folder::new(&data.data);
    let catalogue = super::catalogue(providers)?;
    // A misspelt folder is not made.
    Control::open_reader(&folder)?;
    let answer =
        super::runtime()?.block_on(handover::submit(folder, catalogue, request, |_| {}))?;
    if let Answer::Done(sentence) = answer {
        print::note(&sentence);
    }
    Ok(())
}
