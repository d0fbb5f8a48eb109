//! `sim ...`

use muster_sim::{SimError, SimOptions, Vendor};
use tokio::net::TcpListener;

use super::print;
use crate::cli::Sim as Command;
use muster_office::Failure;

pub fn run(command: Command) -> Result<(), Failure> {
    let (vendors, options) = match command {
        Command::Okta(options) => (vec![Vendor::Okta], options),
        Command::JumpCloud(options) => (vec![Vendor::JumpCloud], options),
        Command::MonoSign(options) => (vec![Vendor::MonoSign], options),
        Command::All(options) => (Vendor::ALL.to_vec(), options),
    };
    super::runtime()?.block_on(serve(&vendors, options))
}

/// Serves each vendor on a port of its own, all over one company.
async fn serve(vendors: &[Vendor], options: SimOptions) -> Result<(), Failure> {
    let mut listeners = Vec::new();
    for (n, vendor) in (0..).zip(vendors) {
        let wanted = options.address(*vendor, n);
        let listener = TcpListener::bind(wanted)
            .await
            .map_err(|error| Failure::Unable(format!("cannot listen on {wanted}: {error}")))?;
        let address = listener
            .local_addr()
            .map_err(|error| Failure::unable(&error))?;
        print::line(&format!("http://{address}"));
        print::note(&format!(
            "A stand-in {} listens there. {}",
            vendor.name(),
            vendor.credentials()
        ));
        listeners.push((*vendor, listener));
    }
    print::note("Control-C ends it.");
    let ended = async {
        super::ended().await;
    };
    muster_sim::serve(options, listeners, ended)
        .await
        .map_err(|error| match error {
            SimError::Option { .. } => Failure::usage(error.to_string()),
            other => Failure::unable(&other),
        })
}
