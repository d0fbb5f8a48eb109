use std::{fmt, path::PathBuf, sync::Arc};

use muster_outbound::{Clock, OutboundOptions, Proxies, SystemClock, Timeouts};

/// How a [`super::Client`] reaches a vendor.
#[derive(Clone)]
pub struct ClientOptions {
    /// Talk to addresses that are not public HTTPS as well. For stand-ins and tests.
    pub allow_insecure_endpoints: bool,
    /// Through which proxies.
    pub proxies: Proxies,
    /// A file with further certificate authorities, PEM.
    pub ca_file: Option<PathBuf>,
    /// How long each stage of a request may take.
    pub timeouts: Timeouts,
    /// The share of a rate-limit window to take, instead of the provider's own.
    pub rate_share: Option<f64>,
    /// Requests in flight at most, instead of the provider's own number.
    pub concurrency: Option<usize>,
    /// How often a request is tried before it counts as failed. Waiting for a rate limit is no try.
    pub attempts: u32,
    /// Time and chance.
    pub clock: Arc<dyn Clock>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            allow_insecure_endpoints: false,
            proxies: Proxies::default(),
            ca_file: None,
            timeouts: Timeouts::default(),
            rate_share: None,
            concurrency: None,
            attempts: 5,
            clock: Arc::new(SystemClock),
        }
    }
}

impl ClientOptions {
    /// The usual options, with the proxies of the environment and the certificate authorities in the file that
    /// `MUSTER_CA_FILE` names.
    pub fn from_environment() -> Self {
        let outbound = OutboundOptions::from_environment();
        Self {
            proxies: outbound.proxies,
            ca_file: outbound.ca_file,
            ..Self::default()
        }
    }

    /// The part that says how the outside is reached.
    pub fn outbound(&self) -> OutboundOptions {
        OutboundOptions {
            allow_insecure_endpoints: self.allow_insecure_endpoints,
            proxies: self.proxies.clone(),
            ca_file: self.ca_file.clone(),
            timeouts: self.timeouts,
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientOptions")
            .field("allow_insecure_endpoints", &self.allow_insecure_endpoints)
            .field("proxies", &self.proxies)
            .field("ca_file", &self.ca_file)
            .field("timeouts", &self.timeouts)
            .field("rate_share", &self.rate_share)
            .field("concurrency", &self.concurrency)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
