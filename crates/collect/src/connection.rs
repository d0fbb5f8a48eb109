use std::sync::Arc;

use muster_model::Integration;
use muster_provider::{AuditLog, Client, ClientOptions, Provider, Secrets, Settings, http::Clock};
use tokio::sync::Notify;

use crate::{CollectError, beside::Beside};

/// How the vendor of one integration is reached, as it is configured now. Runs, rounds of its log and single reads share it:
/// connections, tokens, what is known of the vendor's limits, and who is reading what.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) provider: Arc<Provider>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) client: Client,
    pub(crate) clock: ClockOf,
    pub(crate) beside: Arc<Beside>,
    asked: Arc<Notify>,
}

/// A clock, for `Debug`.
#[derive(Clone)]
pub(crate) struct ClockOf(pub Arc<dyn Clock>);

impl std::fmt::Debug for ClockOf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Clock")
    }
}

impl Connection {
    /// Prepares a connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`CollectError`] when the stored settings or credentials cannot be used.
    pub fn new(
        integration: &Integration,
        provider: &Arc<Provider>,
        secrets: &Secrets,
        options: &ClientOptions,
    ) -> Result<Self, CollectError> {
        let settings = provider.check_settings(&integration.settings)?;
        let client = Client::new(Arc::clone(provider), &settings, secrets, options)?;
        Ok(Self {
            provider: Arc::clone(provider),
            settings: Arc::new(settings),
            client,
            clock: ClockOf(Arc::clone(&options.clock)),
            beside: Arc::default(),
            asked: Arc::default(),
        })
    }

    /// The same, after another connection of the integration: what is under way there is known here.
    #[must_use]
    pub fn after(self, before: &Self) -> Self {
        Self {
            beside: Arc::clone(&before.beside),
            ..self
        }
    }

    /// The same; `asked` is told when more is to be read again than somebody was told of.
    #[must_use]
    pub fn telling(self, asked: Arc<Notify>) -> Self {
        Self { asked, ..self }
    }

    pub(crate) fn tell(&self) {
        self.beside.wake();
        self.asked.notify_one();
    }

    /// Tells whoever is reading single resources that there are more to read.
    pub fn wake(&self) {
        self.beside.wake();
    }

    /// The vendor's own log, as these settings have it.
    pub fn log(&self) -> Option<Arc<AuditLog>> {
        self.provider.audit_log_of(&self.settings)
    }

    /// Whether a type is collected.
    pub(crate) fn collects(&self, resource_type: &str) -> bool {
        let types = self.settings.types.as_ref();
        types.is_none_or(|types| types.iter().any(|name| name == resource_type))
    }
}
