//! Making the HTTP client and the authorisation header.

use muster_outbound::{OutboundError, client_builder};
use reqwest::{
    header::HeaderName,
    redirect::{Action, Attempt, Policy},
};
use zeroize::Zeroizing;

use super::{options::ClientOptions, secrets::Secrets};
use crate::definition::{Authentication, Provider, Settings};

/// Why a client could not be made. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The settings lead to an address we do not talk to.
    #[error(
        "{endpoint} is not talked to: {reason}; use a public HTTPS address, or allow insecure endpoints"
    )]
    Refused {
        /// Whom.
        endpoint: String,
        /// Why.
        reason: String,
    },
    /// A credential is missing, or cannot be part of a request.
    #[error(
        "the secret `{0}` cannot be used; give it as the vendor shows it, one line without spaces"
    )]
    Secret(String),
    /// The client could not be set up.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

pub(super) fn authorisation(
    provider: &Provider,
    settings: &Settings,
    secrets: &Secrets,
) -> Result<(HeaderName, Zeroizing<String>), ClientError> {
    let Authentication::Header { name, value } = &provider.authentication;
    let mut values: Vec<(&str, &str)> = settings
        .values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for name in value.names() {
        if let Some(secret) = secrets.get(name) {
            let plain = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic());
            if !plain {
                return Err(ClientError::Secret(name.to_owned()));
            }
            values.push((name, secret));
        } else if !settings.values.contains_key(name) {
            return Err(ClientError::Secret(name.to_owned()));
        }
    }
    let header = HeaderName::try_from(name).map_err(|_| ClientError::Secret(name.clone()))?;
    let value = value
        .fill(&values)
        .map_err(|_| ClientError::Secret(name.clone()))?;
    Ok((header, Zeroizing::new(value)))
}

pub(super) fn http_client(options: &ClientOptions) -> Result<reqwest::Client, ClientError> {
    client_builder(&options.outbound())?
        .redirect(Policy::custom(same_origin))
        .build()
        .map_err(|error| OutboundError::from(error).into())
}

/// A vendor may move a path, but not send credentials elsewhere.
fn same_origin(attempt: Attempt<'_>) -> Action {
    let same = attempt
        .previous()
        .first()
        .is_some_and(|first| first.origin() == attempt.url().origin());
    if same && attempt.previous().len() < 4 {
        attempt.follow()
    } else {
        attempt.stop()
    }
}
