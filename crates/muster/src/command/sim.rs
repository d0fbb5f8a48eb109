//! `sim ...`

use tokio::net::TcpListener;

use super::print;
use crate::cli::Sim as Command;
use muster_office::Failure;

pub fn run(command: Command) -> Result<(), Failure> {
    let Command::Okta(options) = command;
    super::runtime()?.block_on(async {
        let listener = TcpListener::bind(options.listen)
            .await
            .map_err(|error| Failure::Unable(format!("cannot listen on {}: {error}", options.listen)))?;
        let address = listener.local_addr().map_err(|error| Failure::unable(&error))?;
        print::line(&format!("http://{address}"));
        print::note("A stand-in Okta listens there. API tokens: sim-super-admin, sim-read-only. Control-C ends it.");
        let ended = async {
            super::ended().await;
        };
        muster_sim::serve(options, listener, ended).await.map_err(|error| match error {
                muster_sim::SimError::Option { .. } => Failure::usage(error.to_string()),
                other => Failure::unable(&other),
            })
    })
}
