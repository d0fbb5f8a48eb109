/// Why a question to a vendor has no usable answer: one variant per reaction.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The vendor does not accept the credentials: stop the integration until they are replaced.
    #[error("the vendor does not accept the credentials ({detail}); replace them")]
    BadCredentials {
        /// The vendor's words.
        detail: String,
    },
    /// The credentials may not read this: mark the type, keep what is there.
    #[error(
        "the credentials may not read {path} ({detail}); give their role that right, or leave the type out"
    )]
    NotPermitted {
        /// What was asked for.
        path: String,
        /// The vendor's words.
        detail: String,
    },
    /// The organisation does not have this: mark the type, keep what is there.
    #[error("the organisation does not have {path} ({detail}); nothing needs to be done")]
    NotAvailable {
        /// What was asked for.
        path: String,
        /// The vendor's words.
        detail: String,
    },
    /// The object asked about is gone: skip it. For a whole listing, treat it as [`Self::NotAvailable`].
    #[error("{path} is gone; the next listing of its parent will show it")]
    Gone {
        /// What was asked for.
        path: String,
    },
    /// The place in the listing is no longer valid: begin the listing again.
    #[error("the vendor no longer knows the place in the listing of {path}; begin it again")]
    RestartListing {
        /// What was asked for.
        path: String,
    },
    /// Resources came or went before the place in the listing while it was read: begin the listing again.
    #[error(
        "resources of {path} came or went while they were listed; the next listing begins anew"
    )]
    Shifted {
        /// What was asked for.
        path: String,
    },
    /// No answer in spite of patience: leave it for the next run.
    #[error(
        "{host} could not be reached in {attempts} tries ({reason}); check the network, or try again later"
    )]
    Unreachable {
        /// Whom.
        host: String,
        /// How often it was tried.
        attempts: u32,
        /// What kept happening.
        reason: String,
        /// The last failure, where there was one below HTTP.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// We do not talk to that address: stop until the settings change.
    #[error(
        "{endpoint} is not talked to: {reason}; use a public HTTPS address, or allow insecure endpoints"
    )]
    Refused {
        /// Whom.
        endpoint: String,
        /// Why.
        reason: String,
    },
    /// Whoever answers there shows a certificate that is not trusted: stop until the authorities or the address change.
    #[error(
        "{host} shows a certificate that is not trusted: {reason}; if that is right, name the file of its authority \
         in MUSTER_CA_FILE or as `ca-file` in muster.toml, otherwise check the address"
    )]
    Untrusted {
        /// Whom.
        host: String,
        /// What is wrong with the certificate.
        reason: String,
    },
    /// The vendor does not take the question: skip this variant or parent, and say so.
    #[error(
        "the vendor does not take the question for {path} (HTTP {status}: {detail}); it is skipped"
    )]
    BadRequest {
        /// What was asked for.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The vendor's words.
        detail: String,
    },
    /// The answer is not what the resource file says: the listing is incomplete.
    #[error("the answer for {path} cannot be used: {reason}")]
    BadResponse {
        /// What was asked for.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
}
