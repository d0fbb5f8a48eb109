//! One module per noun.

mod alert;
mod apikey;
mod connect;
mod custom_type;
pub mod decode;
mod integration;
mod print;
mod provider;
mod push;
mod query;
mod rules;
mod serve;
mod sim;
mod sync;
mod webhook;

use std::{path::Path, process::ExitCode, sync::Arc};

use muster_provider::Catalogue;

use crate::cli::{Cli, Command};
use muster_office::Failure;

/// Does what was typed.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            print::error(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    let providers = cli.providers.as_deref();
    match cli.command {
        Command::Integration(command) => integration::run(command, providers),
        Command::Serve(command) => serve::run(command, providers),
        Command::Apikey(command) => apikey::run(command, providers),
        Command::Type(command) => custom_type::run(command, providers),
        Command::Push(command) => push::run(command, providers),
        Command::Alert(command) => alert::run(command, providers),
        Command::Sync(command) => sync::run(command, providers),
        Command::Query(command) => query::run(command, providers),
        Command::Rules(command) => rules::run(command, providers),
        Command::Provider(command) => provider::run(command, providers),
        Command::Sim(command) => sim::run(command),
    }
}

/// The providers that come with the binary, and those in the folder `added`.
fn catalogue(added: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    let embedded =
        Catalogue::embedded().map_err(|problems| Failure::usage(problems.to_string()))?;
    let catalogue = match added {
        Some(folder) => embedded
            .with_folder(folder)
            .map_err(|problems| Failure::usage(problems.to_string()))?,
        None => embedded,
    };
    Ok(Arc::new(catalogue))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Unable(format!("cannot start: {error}")))
}

/// Completes when the process is asked to end.
async fn ended() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
