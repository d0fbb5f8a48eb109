//! Making the HTTP client, and what goes along with every request.

use muster_outbound::{OutboundError, client_builder};
use reqwest::{
    header::{HeaderName, HeaderValue},
    redirect::{Action, Attempt, Policy},
};
use url::Url;
use zeroize::Zeroizing;

use super::{
    assertion::SigningKey,
    authority::{Authority, Grant, TokenSource},
    options::ClientOptions,
    secrets::Secrets,
};
use crate::{
    definition::{Proof, Provider, Settings, first_filled},
    template::{Template, TemplateError},
};

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
    /// A private key cannot be used.
    #[error("the secret `{secret}` cannot be used: {reason}")]
    Key {
        /// Which secret.
        secret: String,
        /// Why, and what to give.
        reason: String,
    },
    /// A setting is missing, or cannot be part of a request.
    #[error("the setting `{0}` cannot be used; give it as the vendor shows it, in one line")]
    Setting(String),
    /// The client could not be set up.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

/// What goes along with every request: the first way to authenticate whose secrets and settings are all given.
pub(super) fn authority(
    provider: &Provider,
    settings: &Settings,
    secrets: &Secrets,
    options: &ClientOptions,
) -> Result<Authority, ClientError> {
    let is_given = |name: &str| secrets.get(name).is_some() || settings.terms.contains_key(name);
    let ways = || provider.authentication.iter();
    let Some(way) = ways().find(|way| way.names().into_iter().all(is_given)) else {
        // The way whose secret is given lacks something else; otherwise the plainest, which stands last.
        let begun = ways().find(|way| {
            way.names()
                .into_iter()
                .any(|name| secrets.get(name).is_some())
        });
        let lacking = begun.or(provider.authentication.last()).and_then(|way| {
            let names = way.names();
            names.into_iter().find(|name| !is_given(name))
        });
        let lacking = lacking.unwrap_or_default().to_owned();
        let is_setting = provider
            .settings
            .iter()
            .any(|setting| setting.name == lacking);
        return Err(if is_setting {
            ClientError::Setting(lacking)
        } else {
            ClientError::Secret(lacking)
        });
    };
    match &way.proof {
        Proof::Header { name, value } => {
            let header = header_name(name)?;
            Ok(Authority::Header(header, filled(value, settings, secrets)?))
        }
        Proof::ClientCredentials {
            token_addresses,
            client_id,
            client_secret,
            scope,
        } => {
            let grant = Grant::ClientCredentials {
                client_id: filled(client_id, settings, secrets)?,
                client_secret: filled(client_secret, settings, secrets)?,
                scope: scope.clone(),
            };
            let address = token_address(token_addresses, settings, options)?;
            Ok(Authority::Token(Box::new(TokenSource::new(address, grant))))
        }
        Proof::PrivateKeyJwt {
            token_addresses,
            client_id,
            private_key,
            key_id,
            scope,
        } => {
            let text = secrets.get(private_key).unwrap_or_default();
            let key_id = key_id.as_ref().and_then(|name| settings.terms.get(name));
            let key =
                SigningKey::read(text, key_id.cloned()).map_err(|error| ClientError::Key {
                    secret: private_key.clone(),
                    reason: error.to_string(),
                })?;
            let scope = scope.as_ref().map(|scope| {
                let scope = filled(scope, settings, &Secrets::default())?;
                let words: Vec<&str> = scope.split_whitespace().collect();
                Ok::<_, ClientError>(words.join(" "))
            });
            let grant = Grant::PrivateKeyJwt {
                client_id: filled(client_id, settings, secrets)?,
                key,
                scope: scope.transpose()?,
            };
            let address = token_address(token_addresses, settings, options)?;
            Ok(Authority::Token(Box::new(TokenSource::new(address, grant))))
        }
    }
}

/// Where tokens are made. Credentials go there, so it is checked as the vendor's own address is.
fn token_address(
    addresses: &[Template],
    settings: &Settings,
    options: &ClientOptions,
) -> Result<Url, ClientError> {
    let filled = first_filled(addresses, &settings.terms).map_err(ClientError::Setting)?;
    let refused = |reason: String| ClientError::Refused {
        endpoint: filled.clone(),
        reason,
    };
    let address = Url::parse(&filled).map_err(|_| refused("it is no URL".to_owned()))?;
    if !options.allow_insecure_endpoints {
        muster_outbound::check(&address).map_err(|error| refused(error.to_string()))?;
    }
    Ok(address)
}

/// The headers that go along because their settings are given.
pub(super) fn headers(
    provider: &Provider,
    settings: &Settings,
) -> Result<Vec<(HeaderName, HeaderValue)>, ClientError> {
    let mut headers = Vec::new();
    for header in &provider.headers {
        let names: Vec<&str> = header.value.names().collect();
        if !names.iter().all(|name| settings.terms.contains_key(*name)) {
            continue;
        }
        let value = filled(&header.value, settings, &Secrets::default())?;
        let value =
            HeaderValue::from_str(&value).map_err(|_| ClientError::Setting(names.join("`, `")))?;
        headers.push((header_name(&header.name)?, value));
    }
    Ok(headers)
}

fn header_name(name: &str) -> Result<HeaderName, ClientError> {
    HeaderName::try_from(name).map_err(|_| ClientError::Setting(name.to_owned()))
}

/// A template of secrets and settings, filled in.
fn filled(
    template: &Template,
    settings: &Settings,
    secrets: &Secrets,
) -> Result<Zeroizing<String>, ClientError> {
    let mut values: Vec<(&str, &str)> = settings
        .terms
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for name in template.names() {
        if let Some(secret) = secrets.get(name) {
            let plain = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic());
            if !plain {
                return Err(ClientError::Secret(name.to_owned()));
            }
            values.push((name, secret));
        }
    }
    template.fill(&values).map(Zeroizing::new).map_err(|error| {
        let (TemplateError::NoValue(name) | TemplateError::Brace(name)) = error;
        ClientError::Secret(name)
    })
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
