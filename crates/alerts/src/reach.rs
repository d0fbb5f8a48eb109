//! The clients that messages go out with.

use std::{fs, time::Duration};

use muster_outbound::{OutboundError, OutboundOptions, client_builder};
use reqwest::redirect::Policy;

/// A message is delivered within, or that try has failed.
const LONGEST_TRY: Duration = Duration::from_secs(30);

/// How the outside is reached, whatever the channel.
#[derive(Debug)]
pub struct Reach {
    public: reqwest::Client,
    any: reqwest::Client,
    pub(crate) authorities: Option<Vec<u8>>,
    pub(crate) connect: Duration,
    pub(crate) whole: Duration,
}

impl Reach {
    /// With proxies, authorities and limits as the options say. Whether private addresses may be talked to is for each
    /// channel to say.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub fn new(options: &OutboundOptions) -> Result<Self, OutboundError> {
        let client = |allow_insecure_endpoints| {
            let options = OutboundOptions {
                allow_insecure_endpoints,
                ..options.clone()
            };
            // A message is for whoever was named, not for whom they name.
            Ok::<_, OutboundError>(client_builder(&options)?.redirect(Policy::none()).build()?)
        };
        let authorities = match &options.ca_file {
            Some(path) => Some(fs::read(path).map_err(|error| OutboundError::Authorities {
                path: path.clone(),
                source: Box::new(error),
            })?),
            None => None,
        };
        Ok(Self {
            public: client(false)?,
            any: client(true)?,
            authorities,
            connect: options.timeouts.connect,
            whole: options.timeouts.headers.min(LONGEST_TRY),
        })
    }

    /// The client for a channel.
    pub(crate) fn http(&self, allow_insecure_endpoint: bool) -> &reqwest::Client {
        if allow_insecure_endpoint {
            &self.any
        } else {
            &self.public
        }
    }
}
