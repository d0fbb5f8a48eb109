//! Writes down the messages that vendors send.

use muster_control::Control;

use crate::{app::App, inbox::Writer};

pub async fn run(app: App, writer: Writer, mut control: Control) {
    let write = move |receipts: &[muster_collect::Receipt]| {
        muster_office::keep_receipts(&mut control, receipts).unwrap_or_else(|error| {
            tracing::error!(%error, "messages of a webhook cannot be kept; nobody is told that they arrived");
            Vec::new()
        })
    };
    writer.run(write, app.options.stop.cancelled()).await;
}
