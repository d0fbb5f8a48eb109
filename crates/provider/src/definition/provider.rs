use std::{collections::BTreeMap, sync::Arc};

use crate::{
    definition::{AuditLog, ResourceFile, RuleFile, Settings},
    named::SettingCheck,
    read::read_audit,
    template::Template,
};

/// A vendor's product as its `provider.toml` describes it, with its resource types and managed queries.
#[derive(Debug, Clone)]
pub struct Provider {
    /// The folder's name, `okta`: what commands and tables are called after.
    pub name: String,
    /// Name for people, `Okta`.
    pub title: String,
    /// One or two sentences for documentation and the integration form.
    pub description: String,
    /// Whether resources are pushed to us: nobody is asked for anything, and there are no credentials.
    pub pushed: bool,
    /// What the integration form asks for besides credentials, in the order of the file.
    pub settings: Vec<Setting>,
    /// Credentials the integration form asks for.
    pub secrets: Vec<Secret>,
    /// What to do at the vendor before the form can be filled in, one step each.
    pub steps: Vec<String>,
    /// Scheme and authority of every request, `{domain}`; the first whose settings are all given.
    pub endpoints: Vec<Template>,
    /// Headers sent with every request, each when its settings are all given.
    pub headers: Vec<Header>,
    /// The ways a request may prove who asks; the first whose secrets and settings are all given is used.
    pub authentication: Vec<Authentication>,
    /// Whether the vendor's answers may spell a member's name in another case than its documentation.
    pub ignore_case: bool,
    /// Where the vendor says how much is left, and how much of it we take.
    pub rate_limit: RateLimit,
    /// What answers other than success mean; the first rule that fits holds.
    pub errors: ErrorRules,
    /// What an organisation may have or lack, and how to find out.
    pub features: Vec<Feature>,
    /// Where to ask who the credentials belong to; the next place is asked when one does not answer.
    pub organisation: Vec<Organisation>,
    /// One per file under `resources/`, parents before children, otherwise by name.
    pub resources: Vec<Arc<ResourceFile>>,
    /// The vendor's own log, where `audit.toml` describes it.
    pub audit_log: Option<Arc<AuditLog>>,
    /// The text of `audit.toml`.
    pub(crate) audit_text: String,
    /// One per file under `queries/`, by id.
    pub queries: Vec<ManagedQuery>,
    /// One per file under `rules/`, by id.
    pub rules: Vec<Arc<RuleFile>>,
}

impl Provider {
    /// The resource type of this name.
    pub fn resource_type(&self, name: &str) -> Option<&Arc<ResourceFile>> {
        self.resources
            .iter()
            .find(|file| file.resource_type.name == name)
    }

    /// The vendor's own log with the places in it that an integration of these settings has.
    pub fn audit_log_of(&self, settings: &Settings) -> Option<Arc<AuditLog>> {
        let usual = self.audit_log.as_ref()?;
        if !usual.is_settable || settings.terms == self.terms(&BTreeMap::new()) {
            return Some(Arc::clone(usual));
        }
        let (own, problems) = read_audit("audit.toml", self, &self.audit_text, &settings.terms);
        Some(if problems.is_empty() {
            Arc::new(own)
        } else {
            Arc::clone(usual)
        })
    }

    /// The types that are listed once per resource of `parent`.
    pub fn children<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = &'a Arc<ResourceFile>> {
        self.resources.iter().filter(move |file| {
            file.resource_type
                .parent
                .as_ref()
                .is_some_and(|declared| declared.resource_type == parent)
        })
    }
}

/// One value of the integration form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key in `--set key=value`.
    pub name: String,
    /// What the form calls it.
    pub label: String,
    /// One sentence below the field.
    pub help: String,
    /// What a value looks like.
    pub example: String,
    /// Whether an integration cannot do without.
    pub required: bool,
    /// What it is where nothing is given.
    pub default: Option<String>,
    /// The values it may have, and what each stands for in templates; any value, for itself, where there is none.
    pub choices: BTreeMap<String, String>,
    /// How a typed value becomes the stored one, and which values are refused.
    pub check: SettingCheck,
}

/// One credential of the integration form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The key in `--secret key=VALUE`.
    pub name: String,
    /// What the form calls it.
    pub label: String,
    /// One sentence below the field.
    pub help: String,
    /// Whether every way to authenticate needs it.
    pub required: bool,
    /// Whether it is more than a line, as a private key is.
    pub multiline: bool,
}

/// A header sent with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, of settings.
    pub value: Template,
}

/// A way to authenticate: what it is called, and how a request proves who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// What the form calls it.
    pub title: String,
    /// How.
    pub proof: Proof,
}

/// How a request proves who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A fixed header on every request, made of secrets and settings.
    Header {
        /// Name of the header.
        name: String,
        /// Its value, `SSWS {api_token}`.
        value: Template,
    },
    /// OAuth 2.0 client credentials (RFC 6749, 4.4): an id and a secret are exchanged for a token that lasts a while and
    /// goes along as `Authorization: Bearer`.
    ClientCredentials {
        /// Where tokens are made; the first whose settings are all given.
        token_addresses: Vec<Template>,
        /// Who asks.
        client_id: Template,
        /// What proves it.
        client_secret: Template,
        /// What the token is to be good for.
        scope: Option<String>,
    },
    /// OAuth 2.0 client credentials proven by a signature (RFC 7523, 2.2): whoever holds the private key of a pair that the
    /// vendor has the public half of.
    PrivateKeyJwt {
        /// Where tokens are made; the first whose settings are all given.
        token_addresses: Vec<Template>,
        /// Who asks.
        client_id: Template,
        /// The secret with the private key, in PEM or as a JSON Web Key.
        private_key: String,
        /// The setting with the key's id, for a vendor that has several keys on file.
        key_id: Option<String>,
        /// What the token is to be good for.
        scope: Option<Template>,
    },
}

impl Authentication {
    /// What it is called in provider files and over HTTP; no two of a provider's ways are of one kind.
    pub fn name(&self) -> &'static str {
        match self.proof {
            Proof::Header { .. } => "header",
            Proof::ClientCredentials { .. } => "client_credentials",
            Proof::PrivateKeyJwt { .. } => "private_key_jwt",
        }
    }

    /// The names of the secrets and settings that it cannot do without.
    pub fn names(&self) -> Vec<&str> {
        match &self.proof {
            Proof::Header { value, .. } => value.names().collect(),
            Proof::ClientCredentials {
                client_id,
                client_secret,
                ..
            } => client_id.names().chain(client_secret.names()).collect(),
            Proof::PrivateKeyJwt {
                client_id,
                private_key,
                ..
            } => client_id.names().chain([private_key.as_str()]).collect(),
        }
    }

    /// The names of all secrets and settings that only mean something to it, those it can do without included.
    pub fn all_names(&self) -> Vec<&str> {
        let mut names = self.names();
        if let Proof::PrivateKeyJwt { key_id, scope, .. } = &self.proof {
            names.extend(key_id.as_deref());
            names.extend(scope.iter().flat_map(Template::names));
        }
        names
    }
}

/// Where the vendor says how much is left, and how much of it we take.
#[derive(Debug, Clone, PartialEq)]
pub struct RateLimit {
    /// Header with the requests a window allows; absent when the vendor tells nothing.
    pub limit: Option<String>,
    /// Header with the requests left in the window.
    pub remaining: Option<String>,
    /// Header with the end of the window, in seconds since 1970.
    pub reset: Option<String>,
    /// The share of a window we take when the integration does not say otherwise, above 0 and at most 1.
    pub share: f64,
    /// Whether a refusal that states a limit of 0 means "too many at once" rather than "too many a minute".
    pub zero_limit_is_concurrency: bool,
    /// Requests in flight at most, over all buckets of an integration.
    pub concurrency: usize,
}

/// How to read an answer other than success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorRules {
    /// Member of the answer's body that holds the vendor's code, `errorCode`.
    pub code: Option<String>,
    /// Member of the answer's body that holds the vendor's sentence, `errorSummary`.
    pub summary: Option<String>,
    /// Member of an answer that is `false` where the vendor refuses in spite of a status of success.
    pub success: Option<String>,
    /// The rules; the first that fits holds.
    pub rules: Vec<ErrorRule>,
}

/// One line of the table of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorRule {
    /// HTTP statuses it applies to, lowest and highest.
    pub status: Option<(u16, u16)>,
    /// The vendor's code it applies to.
    pub code: Option<String>,
    /// What the answer means.
    pub means: Meaning,
}

/// What an answer means to a collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The credentials are wrong, expired or revoked: stop the integration.
    BadCredentials,
    /// The credentials are good and may not read this.
    NotPermitted,
    /// The organisation does not have this (licence, engine).
    NotAvailable,
    /// The object asked about is gone.
    Gone,
    /// Too many requests: wait and ask again.
    RateLimited,
    /// A hiccup: ask again.
    Retry,
    /// The place in the listing is no longer valid: begin the listing again.
    RestartListing,
    /// The vendor does not take the question.
    BadRequest,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Self; 8] = [
        Self::BadCredentials,
        Self::NotPermitted,
        Self::NotAvailable,
        Self::Gone,
        Self::RateLimited,
        Self::Retry,
        Self::RestartListing,
        Self::BadRequest,
    ];

    /// The word that provider files use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadCredentials => "bad_credentials",
            Self::NotPermitted => "not_permitted",
            Self::NotAvailable => "not_available",
            Self::Gone => "gone",
            Self::RateLimited => "rate_limited",
            Self::Retry => "retry",
            Self::RestartListing => "restart_listing",
            Self::BadRequest => "bad_request",
        }
    }

    /// The meaning that provider files write as `word`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|meaning| meaning.as_str() == word)
    }
}

impl ErrorRules {
    /// What an answer with this status and vendor's code means. Where no rule fits, what HTTP itself says.
    pub fn meaning(&self, status: u16, code: Option<&str>) -> Meaning {
        let rule = self.rules.iter().find(|rule| {
            rule.status
                .is_none_or(|(lowest, highest)| (lowest..=highest).contains(&status))
                && rule
                    .code
                    .as_deref()
                    .is_none_or(|wanted| code == Some(wanted))
        });
        rule.map_or_else(
            || match status {
                401 => Meaning::BadCredentials,
                403 => Meaning::NotPermitted,
                404 | 410 => Meaning::Gone,
                408 | 425 | 500..=599 => Meaning::Retry,
                429 => Meaning::RateLimited,
                _ => Meaning::BadRequest,
            },
            |rule| rule.means,
        )
    }
}

/// Something an organisation may have or lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// What `requires` and variants refer to, `identity_engine`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Where to ask.
    pub path: Template,
    /// The member of the answer that tells.
    pub field: muster_model::Path,
    /// The value it has when the feature is there.
    pub equals: String,
}

/// Where the vendor says who the credentials belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Where to ask.
    pub path: Template,
    /// The member of the answer that holds the id; when it changes, the integration is stopped.
    pub id: muster_model::Path,
    /// The member of the answer that holds the name.
    pub name: Option<muster_model::Path>,
}

/// A saved query that ships with the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedQuery {
    /// Unique over all providers: the file's name, `okta_inactive_factors`.
    pub id: String,
    /// The provider it came with.
    pub provider: String,
    /// Name for people.
    pub title: String,
    /// What question it answers.
    pub description: String,
    /// The statement.
    pub sql: String,
    /// Names of the columns of the answer, in order.
    pub columns: Vec<String>,
}
