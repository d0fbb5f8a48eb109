use std::{env, fmt, path::PathBuf, time::Duration};

/// How the outside is reached.
#[derive(Debug, Clone, Default)]
pub struct OutboundOptions {
    /// Talk to addresses that are not public HTTPS as well. For stand-ins and tests.
    pub allow_insecure_endpoints: bool,
    /// Through which proxies.
    pub proxies: Proxies,
    /// A file with further certificate authorities, PEM.
    pub ca_file: Option<PathBuf>,
    /// How long each stage of a request may take.
    pub timeouts: Timeouts,
}

impl OutboundOptions {
    /// The usual options, with the proxies of the environment and the certificate authorities in the file that
    /// `MUSTER_CA_FILE` names.
    pub fn from_environment() -> Self {
        Self {
            proxies: Proxies::from_environment(),
            ca_file: env::var_os("MUSTER_CA_FILE")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            ..Self::default()
        }
    }
}

/// How long each stage of a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// From then until the answer's headers are there. Vendors compute large pages before they send anything.
    pub headers: Duration,
    /// Between two pieces of the answer's body.
    pub body: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            headers: Duration::from_secs(60),
            body: Duration::from_secs(30),
        }
    }
}

/// Proxies by the scheme of what is asked for. Addresses may hold a user name and password, so they are never
/// printed.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `https://`.
    pub https: Option<String>,
    /// For `http://`.
    pub http: Option<String>,
    /// Hosts that are asked directly, separated by commas, as in `NO_PROXY`.
    pub except: Option<String>,
}

impl Proxies {
    /// What `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say, in capitals or not.
    pub fn from_environment() -> Self {
        let read = |name: &str| {
            [name.to_lowercase(), name.to_owned()]
                .into_iter()
                .find_map(|name| env::var(name).ok())
                .filter(|value| !value.trim().is_empty())
        };
        let all = read("ALL_PROXY");
        Self {
            https: read("HTTPS_PROXY").or_else(|| all.clone()),
            http: read("HTTP_PROXY").or(all),
            except: read("NO_PROXY"),
        }
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Proxies")
            .field("https", &self.https.is_some())
            .field("http", &self.http.is_some())
            .field("except", &self.except)
            .finish()
    }
}
