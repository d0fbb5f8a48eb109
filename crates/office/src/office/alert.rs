//! Trying a channel by hand.

use std::sync::Arc;

use muster_alerts::{AlertsError, Channels, Deliveries, DeliveryStatus, Sender, SystemClock};
use muster_control::Control;

use super::{MIGRATIONS, Office};
use crate::failure::Failure;

impl Office {
    /// Sends a test message to the channel of this name; gives what was answered.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is no such channel, [`Failure::Incomplete`] when the message was not taken.
    pub(super) async fn test_channel(&self, name: &str) -> Result<String, Failure> {
        let mut control = Control::open(&self.folder, &MIGRATIONS)?;
        let channel = control.read(|transaction| {
            let channels = Channels(transaction);
            match channels.named(name) {
                Err(AlertsError::NoChannel(_)) => Ok(Err(channels.list()?)),
                found => found.map(Ok),
            }
        });
        let channel = match channel? {
            Ok(channel) => channel,
            Err(known) => {
                let names: Vec<String> = known.into_iter().map(|channel| channel.name).collect();
                let hint = if names.is_empty() {
                    "there are none yet; make one on the page Alerts".to_owned()
                } else {
                    format!("there are: {}", names.join(", "))
                };
                return Err(Failure::usage(format!(
                    "there is no channel named `{name}`; {hint}"
                )));
            }
        };
        let sender = Sender::new(
            control,
            self.key.clone(),
            &self.configuration.client_options(false).outbound(),
            self.configuration.public_url.clone(),
            Arc::new(SystemClock),
        )?;
        let delivery = sender.test(&channel.id).await?;
        if delivery.status == DeliveryStatus::Sent {
            let mut control = Control::open(&self.folder, &MIGRATIONS)?;
            let detail =
                control.read(|transaction| Deliveries(transaction).detail(&delivery.id, None))?;
            let answer = detail.attempts.into_iter().next_back();
            let answer = answer.map_or_else(String::new, |attempt| attempt.outcome);
            return Ok(format!("{} took a test message: {answer}", channel.name));
        }
        Err(Failure::Incomplete(format!(
            "{} did not take a test message: {}",
            channel.name,
            delivery.last_error.unwrap_or_default()
        )))
    }
}
