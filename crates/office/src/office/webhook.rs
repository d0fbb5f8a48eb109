//! Where vendors send events by themselves.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use muster_accounts::{Audit, NewAuditEntry, Token};
use muster_collect::{Batch, Receipt, Taken, Webhook, WebhookState};
use muster_control::{ControlError, Integrations};
use muster_model::{Integration, IntegrationId};
use muster_provider::AuditLog;
use serde::{Deserialize, Serialize};

use super::{Office, notice::Notice};
use crate::{
    clock::now_milliseconds,
    failure::Failure,
    request::{Answer, WebhookOrder},
};

/// A new address, told once.
#[derive(Clone, Serialize, Deserialize)]
pub struct MadeWebhook {
    /// Where the vendor is to send to.
    pub url: String,
    /// What it is to send along, where it can.
    pub header: Option<HookHeader>,
    /// What to do at the vendor, one step each.
    pub steps: Vec<String>,
}

impl std::fmt::Debug for MadeWebhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MadeWebhook([redacted])")
    }
}

/// A header with a secret in it.
#[derive(Clone, Serialize, Deserialize)]
pub struct HookHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Whose an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressed {
    /// Nobody's.
    Nobody,
    /// An integration's that is not collected now.
    Disabled,
    /// An integration's.
    To(IntegrationId),
}

/// An address, and how messages to it look.
pub(super) struct Hook {
    webhook: Webhook,
    log: Arc<AuditLog>,
}

/// What was done with the oldest messages of an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBatch {
    /// Messages.
    pub receipts: usize,
    /// Bytes of them.
    pub bytes: usize,
    /// What came of them.
    pub taken: Taken,
}

impl Office {
    /// Whose the address with this secret is. Takes as long for an integration that is not there as for one that is.
    pub fn addressed(&self, integration: &str, secret: &str) -> Addressed {
        let secret = Token::presented(secret);
        match self.hook(integration) {
            Some(hook) if secret.has_hash(&hook.secret) && hook.enabled => {
                Addressed::To(hook.integration)
            }
            Some(hook) if secret.has_hash(&hook.secret) => Addressed::Disabled,
            Some(_) => Addressed::Nobody,
            None => {
                // The same work as above; no text has this hash.
                let _ = secret.has_hash(&[0; 32]);
                Addressed::Nobody
            }
        }
    }

    /// Whether what came in the header is the second secret of an address, where it has one.
    pub fn is_accompanied(&self, integration: &IntegrationId, header: Option<&str>) -> bool {
        let hook = self.hook(integration.as_str());
        let Some(expected) = hook.and_then(|hook| hook.header) else {
            return true;
        };
        Token::presented(header.unwrap_or_default()).has_hash(&expected)
    }

    /// The log of an integration's vendor, which says how messages look.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn log_of(&self, integration: &Integration) -> Result<Option<Arc<AuditLog>>, Failure> {
        let catalogue = self.catalogue();
        let provider = catalogue
            .find_provider(&integration.provider)
            .map_err(Failure::Usage)?;
        let settings = provider
            .check_settings(&integration.settings)
            .map_err(|error| Failure::usage(error.to_string()))?;
        Ok(provider.audit_log_of(&settings))
    }

    /// How messages to the address of an integration look.
    pub fn hook_log(&self, integration: &IntegrationId) -> Option<Arc<AuditLog>> {
        let hooks = self.hooks.read().unwrap_or_else(PoisonError::into_inner);
        let hook = hooks.get(integration.as_str())?;
        Some(Arc::clone(&hook.log))
    }

    fn hook(&self, integration: &str) -> Option<Webhook> {
        let hooks = self.hooks.read().unwrap_or_else(PoisonError::into_inner);
        hooks.get(integration).map(|hook| hook.webhook.clone())
    }

    /// Reads which addresses there are, after something about them changed.
    pub(super) fn reload_hooks(&self) -> Result<(), ControlError> {
        // Under the lock, so that a later state is never replaced by an earlier one.
        let mut hooks = self.hooks.write().unwrap_or_else(PoisonError::into_inner);
        let (found, integrations) = self.read(|transaction| {
            let found = muster_collect::webhooks(transaction).map_err(ControlError::from)?;
            Ok::<_, ControlError>((found, Integrations(transaction).all()?))
        })?;
        let known = found.into_iter().filter_map(|webhook| {
            let mut integrations = integrations.iter();
            let integration = integrations.find(|known| known.id == webhook.integration)?;
            let log = self.log_of(integration).ok()??;
            let name = webhook.integration.as_str().to_owned();
            Some((name, Hook { webhook, log }))
        });
        *hooks = known.collect::<HashMap<_, _>>();
        Ok(())
    }

    /// Makes an address for an integration; one that there was ends. `base` is where people reach the server.
    ///
    /// # Errors
    /// [`Failure::Usage`] where the vendor sends nothing by itself.
    pub fn make_webhook(
        &self,
        integration: &IntegrationId,
        base: &str,
        author: &NewAuditEntry<'_>,
    ) -> Result<MadeWebhook, Failure> {
        let integration =
            self.read(|transaction| Integrations(transaction).with_id(integration))?;
        let log = self.log_of(&integration)?;
        let Some(shape) = log.and_then(|log| log.webhook.clone()) else {
            return Err(Failure::usage(format!(
                "{} is of {}, which sends no events by itself",
                integration.name, integration.provider
            )));
        };
        let (secret, header) = (
            Token::random(&mut rand::rng()),
            Token::random(&mut rand::rng()),
        );
        let header_hash = shape.header.is_some().then(|| header.hash());
        let now = now_milliseconds();
        self.write(|transaction| {
            let before = muster_collect::webhook_state(transaction, &integration.id)?;
            muster_collect::put_webhook(
                transaction,
                &integration.id,
                secret.hash(),
                header_hash,
                now,
            )?;
            let action = match before {
                Some(_) => "integration.webhook.replace",
                None => "integration.webhook.make",
            };
            note(transaction, author, action, &integration.name, now)
        })?;
        self.reload_hooks()?;
        Ok(MadeWebhook {
            url: format!(
                "{}/hooks/{}/{}",
                base.trim_end_matches('/'),
                integration.id,
                secret.as_str()
            ),
            header: shape.header.map(|name| HookHeader {
                name,
                value: header.as_str().to_owned(),
            }),
            steps: shape.steps,
        })
    }

    /// Ends the address of an integration; whether there was one.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn remove_webhook(
        &self,
        integration: &IntegrationId,
        author: &NewAuditEntry<'_>,
    ) -> Result<bool, Failure> {
        let now = now_milliseconds();
        let removed = self.write(|transaction| {
            let integration = Integrations(transaction).with_id(integration)?;
            let removed = muster_collect::remove_webhook(transaction, &integration.id)?;
            if removed {
                let action = "integration.webhook.remove";
                note(transaction, author, action, &integration.name, now)?;
            }
            Ok::<_, ControlError>(removed)
        })?;
        self.reload_hooks()?;
        Ok(removed)
    }

    /// How the address of an integration is doing; none where it has none.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn webhook_state(
        &self,
        integration: &IntegrationId,
    ) -> Result<Option<WebhookState>, Failure> {
        Ok(self.read(|transaction| {
            let integration = Integrations(transaction).with_id(integration)?;
            muster_collect::webhook_state(transaction, &integration.id).map_err(ControlError::from)
        })?)
    }

    /// `integration webhook`
    pub(super) fn order_webhook(&self, name: &str, order: WebhookOrder) -> Result<Answer, Failure> {
        let integration = self.read(|transaction| Integrations(transaction).named(name))?;
        let author = NewAuditEntry {
            actor: "command line",
            ..NewAuditEntry::default()
        };
        let id = &integration.id;
        match order {
            WebhookOrder::Remove => Ok(Answer::Done(match self.remove_webhook(id, &author)? {
                true => format!("the webhook of {} is gone", integration.name),
                false => format!("{} has no webhook", integration.name),
            })),
            WebhookOrder::Show if let Some(state) = self.webhook_state(id)? => {
                Ok(Answer::Webhook(state.into()))
            }
            WebhookOrder::Show | WebhookOrder::Replace => {
                let made = self.make_webhook(id, &self.base(), &author)?;
                Ok(Answer::MadeWebhook(made))
            }
        }
    }

    /// Under which address the server is reached, as far as is known here.
    fn base(&self) -> String {
        if let Some(base) = self.base.get() {
            return base.clone();
        }
        match &self.configuration.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => USUAL_BASE.to_owned(),
        }
    }

    /// The server's address, once there is a server.
    pub fn is_reached_at(&self, base: String) {
        let _ = self.base.set(base);
    }

    /// What waits to be looked at, by integration: messages and bytes.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn waiting_receipts(&self) -> Result<Vec<(IntegrationId, usize, usize)>, Failure> {
        Ok(self
            .read(|transaction| muster_collect::waiting(transaction).map_err(ControlError::from))?)
    }

    /// Looks at the oldest messages of an integration; none when there are none.
    ///
    /// # Errors
    /// [`Failure`]; then they still wait.
    pub fn take_receipts(&self, id: &IntegrationId) -> Result<Option<TakenBatch>, Failure> {
        let integration = self.read(|transaction| Integrations(transaction).with_id(id))?;
        let Some(log) = self.log_of(&integration)? else {
            return Ok(None);
        };
        let catalogue = self.catalogue();
        let provider = catalogue
            .find_provider(&integration.provider)
            .map_err(Failure::Usage)?;
        let batch = self
            .read(|transaction| Batch::read(transaction, id, &log).map_err(ControlError::from))?;
        if batch.is_empty() {
            return Ok(None);
        }
        let now = now_milliseconds();
        let taken = self.write(|transaction| {
            batch
                .take(transaction, id, provider, &log, now)
                .map_err(ControlError::from)
        })?;
        if taken.events > 0 {
            self.tell(Notice::AuditEvents(id.clone()));
            self.asked_again.notify_one();
        }
        if taken.not_understood > 0 && taken.is_first {
            tracing::warn!(
                integration = integration.name,
                "messages of the webhook are not understood; they are kept aside and counted"
            );
        }
        Ok(Some(TakenBatch {
            receipts: batch.receipts,
            bytes: batch.bytes,
            taken,
        }))
    }
}

/// Where a server listens unless it is told otherwise.
const USUAL_BASE: &str = "http://127.0.0.1:8400";

/// Keeps messages in one transaction; says which of them, for one whose address ended meanwhile is not kept.
///
/// # Errors
/// [`ControlError`]; nothing is kept then.
pub fn keep_receipts(
    control: &mut muster_control::Control,
    receipts: &[Receipt],
) -> Result<Vec<bool>, ControlError> {
    control.write(|transaction| {
        muster_collect::keep_receipts(transaction, receipts).map_err(ControlError::from)
    })
}

fn note(
    transaction: &rusqlite::Transaction<'_>,
    author: &NewAuditEntry<'_>,
    action: &str,
    target: &str,
    now: i64,
) -> Result<(), ControlError> {
    let entry = NewAuditEntry {
        action,
        target: Some(target),
        actor_id: author.actor_id,
        actor: author.actor,
        address: author.address,
        detail: None,
    };
    Audit(transaction)
        .note(&entry, now)
        .map_err(|error| match error {
            muster_accounts::AccountError::Control(error) => error,
            other => ControlError::Corrupt(other.to_string()),
        })
}
