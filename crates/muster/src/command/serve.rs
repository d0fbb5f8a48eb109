//! `serve`: collects, judges, tells, and answers over HTTP, until it is asked to end.

use std::{path::Path, sync::Arc};

use muster_control::{ControlError, Folder, Lock};
use muster_office::{Configuration, Failure, Office, handover, now_milliseconds};
use muster_server::{Options, Server, ServerError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::print;
use crate::cli::Serve as Command;

/// Serves.
pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    let folder = Folder::new(&command.data.data);
    let catalogue = super::catalogue(providers)?;
    let configuration = Configuration::of(&folder)?;
    let lock = Lock::try_acquire(&folder).map_err(|error| match error {
        ControlError::Locked => Failure::Unable(format!(
            "another muster process is using {}; end it, or serve another folder",
            folder.root().display()
        )),
        other => other.into(),
    })?;
    let runtime = super::runtime()?;
    let result = runtime.block_on(async {
        let listener = TcpListener::bind(command.listen).await.map_err(|error| {
            Failure::Unable(format!("cannot listen on {}: {error}", command.listen))
        })?;
        let listening = listener
            .local_addr()
            .map_err(|error| Failure::unable(&error))?;
        let opened = folder.clone();
        let office = tokio::task::spawn_blocking(move || Office::open(opened, lock, catalogue))
            .await
            .map_err(|error| Failure::unable(&error))??;
        let office = Arc::new(office);
        office.finish_deletions().await?;
        office.finish_pushes().await?;
        let stop = CancellationToken::new();
        let options = Options {
            public_url: command.public_url.or(configuration.public_url),
            listening,
            clock: Arc::new(now_milliseconds),
            opened: now_milliseconds(),
            stop: stop.clone(),
        };
        let server = Server::open(Arc::clone(&office), options.clone())
            .await
            .map_err(failure)?;
        print::line(&format!("Muster listens at {}", options.base()));
        if let Some(link) = server.setup_link().map_err(failure)? {
            print::line(&format!("Make the owner's account, once: {link}"));
        }
        let ending = async {
            super::ended().await;
            stop.cancel();
        };
        let serving = async {
            let served = server.run(listener).await.map_err(failure);
            stop.cancel();
            served
        };
        let attending = handover::attend(&office, &folder, stop.cancelled());
        let (served, attended, ()) = tokio::join!(serving, attending, async {
            tokio::select! {
                () = ending => {}
                () = stop.cancelled() => {}
            }
        });
        office.close();
        served.and(attended)
    });
    // What still runs is cut off, as by a kill: nothing is lost by that.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    result
}

fn failure(error: ServerError) -> Failure {
    match error {
        ServerError::Folder(failure) => failure,
        ServerError::Control(error) => error.into(),
        ServerError::Ledger(error) => error.into(),
        ServerError::Rules(_) => Failure::usage(error.to_string()),
        other => Failure::unable(&other),
    }
}
