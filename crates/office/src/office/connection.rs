use std::{collections::BTreeMap, sync::PoisonError};

use muster_collect::Connection;
use muster_control::{ControlError, Integrations, Secrets as StoredSecrets};
use muster_model::{Integration, IntegrationId};
use muster_provider::Secrets;

use super::Office;
use crate::failure::Failure;

/// A connection, and what it was made of.
pub(super) struct Held {
    made_of: MadeOf,
    connection: Connection,
}

/// Another of these is another connection.
#[derive(PartialEq, Eq)]
struct MadeOf {
    settings: BTreeMap<String, String>,
    /// Credentials as they are stored: a value that is put again is sealed otherwise.
    sealed: Vec<(String, Vec<u8>)>,
    allow_insecure_endpoints: bool,
}

impl Office {
    /// How the vendor of an integration is reached. Kept for as long as neither settings nor credentials change, so that
    /// tokens, connections and what is known of the vendor's limits are.
    pub(super) fn connection(
        &self,
        integration: &IntegrationId,
        allow_insecure_endpoints: bool,
    ) -> Result<(Integration, Connection), Failure> {
        let (integration, sealed) = self.read(|transaction| {
            let integration = Integrations(transaction).with_id(integration)?;
            let sealed = StoredSecrets(transaction).sealed(&integration.id)?;
            Ok::<_, ControlError>((integration, sealed))
        })?;
        let allow = allow_insecure_endpoints || integration.allow_insecure_endpoint;
        let made_of = MadeOf {
            settings: integration.settings.clone(),
            sealed,
            allow_insecure_endpoints: allow,
        };
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let before = connections.get(&integration.id);
        if let Some(held) = before.filter(|held| held.made_of == made_of) {
            return Ok((integration, held.connection.clone()));
        }
        let catalogue = self.catalogue();
        let provider = catalogue
            .find_provider(&integration.provider)
            .map_err(Failure::Usage)?;
        let opened =
            self.read(|transaction| StoredSecrets(transaction).open(&self.key, &integration.id))?;
        let options = self.configuration.client_options(allow);
        let made = Connection::new(&integration, provider, &Secrets::new(opened), &options)?
            .telling(std::sync::Arc::clone(&self.asked_again));
        let connection = match before {
            Some(before) => made.after(&before.connection),
            None => made,
        };
        let held = Held {
            made_of,
            connection: connection.clone(),
        };
        connections.insert(integration.id.clone(), held);
        Ok((integration, connection))
    }

    /// The connection of an integration, if there is one now.
    pub(super) fn held_connection(&self, integration: &IntegrationId) -> Option<Connection> {
        let connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections
            .get(integration)
            .map(|held| held.connection.clone())
    }

    /// Forgets the connection of an integration that is gone.
    pub(super) fn drop_connection(&self, integration: &IntegrationId) {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(integration);
    }
}
