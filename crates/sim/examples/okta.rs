//! Runs the stand-in Okta alone, without the product: `cargo run -p muster-sim --example okta -- --users 20000 --control`.

use clap::Parser;
use muster_sim::{SimOptions, Vendor};

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: SimOptions,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Arguments::parse().options;
    let listener = tokio::net::TcpListener::bind(options.address(Vendor::Okta, 0)).await?;
    let interrupted = async {
        // without a handler for the signal the process ends by it, which is as good
        let _ = tokio::signal::ctrl_c().await;
    };
    muster_sim::serve(options, vec![(Vendor::Okta, listener)], interrupted).await?;
    Ok(())
}
