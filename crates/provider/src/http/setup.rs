//! Making the HTTP client: authorities, proxies, addresses, the authorisation header.

use std::{collections::BTreeSet, fs, path::PathBuf};

use reqwest::{
    header::HeaderName,
    redirect::{Action, Attempt, Policy},
};
use url::Url;
use zeroize::Zeroizing;

use super::{address::PublicResolver, options::ClientOptions, secrets::Secrets};
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
    /// The file with certificate authorities cannot be used.
    #[error("the certificate authorities in {path} cannot be used; name a readable PEM file")]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A proxy's address is malformed.
    #[error(
        "the address of the proxy for {0} cannot be used; write it like `http://proxy.example.com:3128`"
    )]
    Proxy(&'static str),
    /// TLS could not be set up.
    #[error("the HTTP client could not be set up; check the machine's certificate store")]
    Setup(#[source] reqwest::Error),
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
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("muster/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.timeouts.connect)
        .redirect(Policy::custom(same_origin))
        .referer(false)
        .no_proxy();
    if let Some(path) = &options.ca_file {
        let unusable = |source| ClientError::Authorities {
            path: path.clone(),
            source,
        };
        let pem = fs::read(path).map_err(|error| unusable(Box::new(error)))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|error| unusable(Box::new(error)))?;
        builder = builder.tls_certs_merge(certificates);
    }
    let mut proxy_hosts = BTreeSet::new();
    let except = options
        .proxies
        .except
        .as_deref()
        .and_then(reqwest::NoProxy::from_string);
    for (scheme, address) in [
        ("https", &options.proxies.https),
        ("http", &options.proxies.http),
    ] {
        let Some(address) = address else {
            continue;
        };
        let address = if address.contains("://") {
            address.clone()
        } else {
            format!("http://{address}")
        };
        let url = Url::parse(&address).map_err(|_| ClientError::Proxy(scheme))?;
        proxy_hosts.extend(url.host_str().map(str::to_owned));
        let proxy = match scheme {
            "https" => reqwest::Proxy::https(&address),
            _ => reqwest::Proxy::http(&address),
        };
        let proxy = proxy.map_err(|_| ClientError::Proxy(scheme))?;
        builder = builder.proxy(proxy.no_proxy(except.clone()));
    }
    if !options.allow_insecure_endpoints {
        builder = builder.dns_resolver(PublicResolver {
            proxies: proxy_hosts,
        });
    }
    builder.build().map_err(ClientError::Setup)
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
