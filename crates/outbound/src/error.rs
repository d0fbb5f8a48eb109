use std::path::PathBuf;

/// Why a client could not be made. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
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
    Setup(#[from] reqwest::Error),
}
