//! Runs every stand-in over one company, without the product: `cargo run -p muster-sim --example all -- --users 20000 --control`.

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
    let mut listeners = Vec::new();
    for (n, vendor) in (0..).zip(Vendor::ALL) {
        let listener = tokio::net::TcpListener::bind(options.address(vendor, n)).await?;
        listeners.push((vendor, listener));
    }
    let interrupted = async {
        // without a handler for the signal the process ends by it, which is as good
        let _ = tokio::signal::ctrl_c().await;
    };
    muster_sim::serve(options, listeners, interrupted).await?;
    Ok(())
}
