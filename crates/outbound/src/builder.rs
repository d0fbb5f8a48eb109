//! Making the HTTP client: authorities, proxies, addresses.

use std::{collections::BTreeSet, fs};

use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy};
use url::Url;

use crate::{address::PublicResolver, error::OutboundError, options::OutboundOptions};

/// A client as the options say. The caller adds who may be redirected where, and builds it. The time limits for headers
/// and body are the caller's to keep.
///
/// # Errors
/// [`OutboundError`].
pub fn client_builder(options: &OutboundOptions) -> Result<ClientBuilder, OutboundError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("muster/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.timeouts.connect)
        .referer(false)
        .no_proxy();
    if let Some(path) = &options.ca_file {
        let unusable = |source| OutboundError::Authorities {
            path: path.clone(),
            source,
        };
        let pem = fs::read(path).map_err(|error| unusable(Box::new(error)))?;
        let certificates =
            Certificate::from_pem_bundle(&pem).map_err(|error| unusable(Box::new(error)))?;
        builder = builder.tls_certs_merge(certificates);
    }
    let mut proxy_hosts = BTreeSet::new();
    let except = options
        .proxies
        .except
        .as_deref()
        .and_then(NoProxy::from_string);
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
        let url = Url::parse(&address).map_err(|_| OutboundError::Proxy(scheme))?;
        proxy_hosts.extend(url.host_str().map(str::to_owned));
        let proxy = match scheme {
            "https" => Proxy::https(&address),
            _ => Proxy::http(&address),
        };
        let proxy = proxy.map_err(|_| OutboundError::Proxy(scheme))?;
        builder = builder.proxy(proxy.no_proxy(except.clone()));
    }
    if !options.allow_insecure_endpoints {
        builder = builder.dns_resolver(PublicResolver {
            proxies: proxy_hosts,
        });
    }
    Ok(builder)
}
