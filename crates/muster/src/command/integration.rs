//! `integration ...`

use std::path::Path;

use muster_control::{Control, Folder, Integrations};
use muster_model::{Integration, TypeState};
use serde_json::json;

use super::{connect, print, webhook};
use crate::cli::{Data, Integration as Command};
use muster_office::{
    Failure, handover,
    request::{Answer, Connection, Request, WebhookOrder},
};

pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::Add(add) => {
            let (data, request) = connect::add(add, providers)?;
            write(&data, providers, request)
        }
        Command::Set(set) => {
            let (data, request) = connect::set(set)?;
            write(&data, providers, request)
        }
        Command::List { data, json } => list(&data, json),
        Command::Show { name, data, json } => show(&name, &data, json),
        Command::Enable { name, data } => write(
            &data,
            providers,
            Request::SetEnabled {
                name,
                enabled: true,
            },
        ),
        Command::Disable { name, data } => write(
            &data,
            providers,
            Request::SetEnabled {
                name,
                enabled: false,
            },
        ),
        Command::Webhook {
            name,
            replace,
            remove,
            data,
            json,
        } => {
            let order = match (replace, remove) {
                (true, _) => WebhookOrder::Replace,
                (_, true) => WebhookOrder::Remove,
                _ => WebhookOrder::Show,
            };
            let answer = submit(&data, providers, Request::Webhook { name, order })?;
            webhook::tell(answer, json);
            Ok(())
        }
        Command::Delete {
            name,
            confirm,
            data,
        } => delete(name, confirm, &data, providers),
    }
}

fn delete(
    name: String,
    confirm: Option<String>,
    data: &Data,
    providers: Option<&Path>,
) -> Result<(), Failure> {
    let integration = read(data, |integrations, _| {
        integrations
            .into_iter()
            .find(|integration| integration.name.eq_ignore_ascii_case(&name))
    })?;
    let Some(integration) = integration else {
        // Says which there are.
        return write(data, providers, Request::Delete { name });
    };
    let confirmed = match confirm {
        Some(confirmed) => confirmed,
        None if print::is_interactive() => print::ask(&format!(
            "This removes {} and everything that was collected for it, for good. Type its name to go on:",
            integration.name
        ))
        .unwrap_or_default(),
        None => {
            return Err(Failure::usage(format!(
                "deleting cannot be undone; add --confirm {} if you mean it",
                integration.name
            )));
        }
    };
    if confirmed != integration.name {
        return Err(Failure::usage(format!(
            "nothing was deleted: `{confirmed}` is not `{}`",
            integration.name
        )));
    }
    write(
        data,
        providers,
        Request::Delete {
            name: integration.name,
        },
    )
}

fn write(data: &Data, providers: Option<&Path>, request: Request) -> Result<(), Failure> {
    tell(submit(data, providers, request)?);
    Ok(())
}

fn submit(data: &Data, providers: Option<&Path>, request: Request) -> Result<Answer, Failure> {
    let folder = Folder::new(&data.data);
    let catalogue = super::catalogue(providers)?;
    if !matches!(request, Request::Add(_)) {
        // A misspelt folder is not made.
        Control::open_reader(&folder)?;
    }
    super::runtime()?.block_on(handover::submit(folder, catalogue, request, |_| {}))
}

fn tell(answer: Answer) {
    match answer {
        Answer::Added(connection) => {
            let (name, pushed) = (connection.name.clone(), connection.pushed);
            if pushed {
                print::line(&format!("{name} is there."));
                print::line("Next: muster type add FILE.json");
            } else {
                tell_connection(connection, "is connected");
                print::line(&format!("Next: muster sync {name}"));
            }
        }
        Answer::Changed(connection) => tell_connection(connection, "is changed and connected"),
        Answer::Done(sentence) => print::line(&sentence),
        _ => {}
    }
}

fn tell_connection(connection: Connection, what: &str) {
    let whose = connection
        .organisation
        .map(|organisation| format!(" to {organisation}"))
        .unwrap_or_default();
    print::line(&format!("{} {what}{whose}.", connection.name));
    if !connection.unseen.is_empty() {
        print::line("These credentials will not see:");
        for line in connection.unseen {
            print::line(&format!("  {line}"));
        }
    }
}

fn list(data: &Data, as_json: bool) -> Result<(), Failure> {
    let (integrations, states) = read(data, |integrations, states| (integrations, states))?;
    if as_json {
        let all: Vec<_> = integrations
            .iter()
            .map(|integration| describe(integration, &states))
            .collect();
        print::line(&json!(all).to_string());
    } else if integrations.is_empty() {
        print::line(
            "There is no integration yet. `muster integration add PROVIDER --name NAME` adds one.",
        );
    } else {
        let rows = integrations.iter().map(|integration| {
            let own = states
                .iter()
                .filter(|state| state.integration == integration.id);
            let (mut complete, mut all) = (0, 0);
            for state in own {
                all += 1;
                complete += usize::from(state.status == muster_model::TypeStatus::Complete);
            }
            vec![
                integration.name.clone(),
                integration.provider.clone(),
                if integration.enabled {
                    "enabled"
                } else {
                    "disabled"
                }
                .to_owned(),
                if all == 0 {
                    "not collected yet".to_owned()
                } else {
                    format!("{complete} of {all} types complete")
                },
                integration.tags.join(", "),
                integration.description.clone(),
            ]
        });
        print::table(
            &[
                "name",
                "provider",
                "state",
                "register",
                "tags",
                "description",
            ],
            rows.collect::<Vec<_>>(),
        );
    }
    Ok(())
}

fn show(name: &str, data: &Data, as_json: bool) -> Result<(), Failure> {
    let (integrations, states) = read(data, |integrations, states| (integrations, states))?;
    let known: Vec<String> = integrations
        .iter()
        .map(|integration| integration.name.clone())
        .collect();
    let integration = integrations
        .iter()
        .find(|integration| integration.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            Failure::from(muster_control::ControlError::NoIntegration {
                name: name.to_owned(),
                known,
            })
        })?;
    if as_json {
        print::line(&describe(integration, &states).to_string());
        return Ok(());
    }
    let state = if integration.enabled {
        "enabled"
    } else {
        "disabled"
    };
    print::line(&format!(
        "{} · {} · {state}",
        integration.name, integration.provider
    ));
    if !integration.description.is_empty() {
        print::line(&integration.description);
    }
    for (key, value) in &integration.settings {
        print::line(&format!("{key} = {value}"));
    }
    let rows: Vec<_> = states
        .iter()
        .filter(|state| state.integration == integration.id)
        .map(|state| {
            let parents = match (state.parents_done, state.parents) {
                (Some(done), Some(parents)) => format!("{done} of {parents}"),
                _ => String::new(),
            };
            vec![
                state.resource_type.clone(),
                state.status.as_str().to_owned(),
                parents,
                state.reason.clone().unwrap_or_default(),
            ]
        })
        .collect();
    if rows.is_empty() && integration.provider == muster_custom::PROVIDER {
        print::line("It has no type yet. Next: muster type add FILE.json");
    } else if rows.is_empty() {
        print::line(&format!(
            "Nothing has been collected yet. Next: muster sync {}",
            integration.name
        ));
    } else {
        print::table(
            &["type", "state", "parents", "what is missing and why"],
            rows,
        );
    }
    Ok(())
}

fn describe(integration: &Integration, states: &[TypeState]) -> serde_json::Value {
    let types: Vec<_> = states
        .iter()
        .filter(|state| state.integration == integration.id)
        .map(|state| {
            json!({
                "type": state.resource_type,
                "state": state.status.as_str(),
                "stale": state.stale,
                "parents": state.parents,
                "parents_done": state.parents_done,
                "reason": state.reason,
            })
        })
        .collect();
    json!({
        "id": integration.id.as_str(),
        "name": integration.name,
        "provider": integration.provider,
        "description": integration.description,
        "tags": integration.tags,
        "settings": integration.settings,
        "enabled": integration.enabled,
        "types": types,
    })
}

fn read<T>(
    data: &Data,
    work: impl FnOnce(Vec<Integration>, Vec<TypeState>) -> T,
) -> Result<T, Failure> {
    let mut control = Control::open_reader(&Folder::new(&data.data))?;
    let (integrations, states) = control.read(|transaction| {
        let states =
            muster_collect::states(transaction).map_err(muster_control::ControlError::from)?;
        Ok::<_, muster_control::ControlError>((Integrations(transaction).all()?, states))
    })?;
    Ok(work(integrations, states))
}
