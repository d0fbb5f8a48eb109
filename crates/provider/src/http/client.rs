use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use bytes::Bytes;
use muster_model::{Organisation, ResourceKey};
use muster_outbound::{Clock, Timeouts};
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::{
    authority::Authority,
    budget::BudgetView,
    counters::{Counters, Usage},
    cursor::Cursor,
    error::RequestError,
    numbered::Numbers,
    options::ClientOptions,
    page::{Layout, Place, split},
    pages::{Keeping, Listed, Pages},
    secrets::Secrets,
    setup::{ClientError, authority, headers, http_client},
    throttle::Throttle,
    transport::Call,
    twins::Twins,
};
use crate::{
    definition::{Join, Numbered, Paging, Provider, ResourceFile, Settings, Shape, Total},
    template::Template,
};

/// The bucket of questions about the organisation itself.
const OWN_BUCKET: &str = "organisation";

/// Talks to one vendor for one integration. Clones share everything: connections, budgets, counters;
/// [`Client::counting_anew`] all but the counters.
#[derive(Clone)]
pub struct Client {
    pub(super) shared: Arc<Shared>,
    pub(super) attempts: u32,
    counters: Arc<Mutex<BTreeMap<String, Arc<Counters>>>>,
}

pub(super) struct Shared {
    pub(super) provider: Arc<Provider>,
    pub(super) base: Url,
    pub(super) http: reqwest::Client,
    pub(super) authority: Authority,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    terms: BTreeMap<String, String>,
    /// Whether only public addresses are talked to.
    is_public: bool,
    pub(super) throttle: Throttle,
    pub(super) timeouts: Timeouts,
    pub(super) clock: Arc<dyn Clock>,
}

impl Client {
    /// A client for one integration. Sends nothing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn new(
        provider: Arc<Provider>,
        settings: &Settings,
        secrets: &Secrets,
        options: &ClientOptions,
    ) -> Result<Self, ClientError> {
        let refused = |reason: String| ClientError::Refused {
            endpoint: settings.endpoint.clone(),
            reason,
        };
        let base =
            Url::parse(&settings.endpoint).map_err(|_| refused("it is no URL".to_owned()))?;
        if !options.allow_insecure_endpoints {
            muster_outbound::check(&base).map_err(|error| refused(error.to_string()))?;
        }
        let share = options.rate_share.unwrap_or(provider.rate_limit.share);
        let concurrency = options
            .concurrency
            .unwrap_or(provider.rate_limit.concurrency);
        Ok(Self {
            attempts: options.attempts.max(1),
            counters: Arc::default(),
            shared: Arc::new(Shared {
                authority: authority(&provider, settings, secrets, options)?,
                headers: headers(&provider, settings)?,
                terms: settings.terms.clone(),
                is_public: !options.allow_insecure_endpoints,
                http: http_client(options)?,
                base,
                throttle: Throttle::new(share, concurrency, Arc::clone(&options.clock)),
                timeouts: options.timeouts,
                clock: Arc::clone(&options.clock),
                provider,
            }),
        })
    }

    /// The provider it talks to.
    pub fn provider(&self) -> &Arc<Provider> {
        &self.shared.provider
    }

    /// The same client with less patience, for someone who waits at a screen.
    pub(super) fn impatient(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            attempts: self.attempts.min(2),
            counters: Arc::clone(&self.counters),
        }
    }

    /// The same client, counting from nothing: connections, tokens and budgets stay shared.
    pub fn counting_anew(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            attempts: self.attempts,
            counters: Arc::default(),
        }
    }

    /// The listing of a type from its beginning. `values` gives every name in the path of the listing one:
    /// the parent's key columns and the variant.
    ///
    /// # Errors
    /// [`RequestError::BadResponse`] when a name has no value.
    pub fn pages(
        &self,
        file: &ResourceFile,
        values: &[(&str, &str)],
    ) -> Result<Pages, RequestError> {
        let first = self.fill(&file.listing.path, values)?;
        self.pages_from(file, values, first)
    }

    /// The listing of a type from a place that an earlier page named, with the values that it was begun with.
    ///
    /// # Errors
    /// [`RequestError::BadResponse`] when the resource file names a setting that has no value.
    pub fn pages_from(
        &self,
        file: &ResourceFile,
        values: &[(&str, &str)],
        cursor: Cursor,
    ) -> Result<Pages, RequestError> {
        let listed = self.listed(file, values)?;
        let counters = self.counters(file.name());
        Ok(Pages::new(self.clone(), counters, listed, cursor))
    }

    fn listed(&self, file: &ResourceFile, values: &[(&str, &str)]) -> Result<Listed, RequestError> {
        let listing = &file.listing;
        let (place, total) = match &listing.shape {
            Shape::Array => (Place::Array, None),
            Shape::Single => (Place::Single, None),
            Shape::Wrapped(envelope) => {
                let place = Place::Wrapped {
                    member: self.settled(&envelope.member)?,
                    bare: envelope.bare,
                };
                match &listing.paging {
                    Paging::Numbered(Numbered {
                        total: Some(Total::Member(member)),
                        ..
                    }) => (place, Some(member.clone())),
                    _ => (place, None),
                }
            }
        };
        let numbers = match &listing.paging {
            Paging::Numbered(numbered) => {
                Some(Numbers::new(numbered, self.settled(&numbered.parameter)?))
            }
            _ => None,
        };
        let variant = listing.variants.as_ref().and_then(|variants| {
            let mut values = values.iter();
            values.find_map(|(name, value)| {
                (*name == variants.placeholder).then(|| (*value).to_owned())
            })
        });
        let unversioned = file.preparation.unversioned_key(&file.resource_type);
        Ok(Listed {
            bucket: listing.bucket.clone(),
            paging: listing.paging.clone(),
            layout: Layout {
                place,
                body_link: listing.paging == Paging::BodyLink,
                total,
                ignore_case: self.shared.provider.ignore_case,
            },
            numbers,
            keeping: Keeping {
                resource_type: Arc::clone(&file.resource_type),
                preparation: Arc::clone(&file.preparation),
                variant,
                twins: unversioned.map(Twins::new),
            },
        })
    }

    /// A template of settings, filled in.
    fn settled(&self, template: &Template) -> Result<String, RequestError> {
        let terms: Vec<(&str, &str)> = self
            .shared
            .terms
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        template
            .fill(&terms)
            .map_err(|error| RequestError::BadResponse {
                path: template.to_string(),
                reason: error.to_string(),
            })
    }

    /// One resource as the vendor has it now, one JSON object as it is kept; none when it is gone. `key` is the whole
    /// resource key.
    ///
    /// # Errors
    /// [`RequestError`]; `BadResponse` for a type without `[read]` and a key that is not one of it.
    pub async fn read(
        &self,
        file: &ResourceFile,
        key: &str,
    ) -> Result<Option<String>, RequestError> {
        let broken = |reason: &str| RequestError::BadResponse {
            path: file.name().to_owned(),
            reason: reason.to_owned(),
        };
        let Some(read) = &file.listing.read else {
            return Err(broken("its resource file has no `[read]`; list it instead"));
        };
        let parts: Vec<String> = ResourceKey::split(key)
            .map(|part| part.map(std::borrow::Cow::into_owned))
            .collect::<Result<_, _>>()
            .map_err(|_| broken("the key cannot be read"))?;
        if parts.len() != read.names.len() {
            return Err(broken("the key has another number of parts than its type"));
        }
        let values: Vec<(&str, &str)> = read
            .names
            .iter()
            .zip(&parts)
            .map(|(name, part)| (name.as_str(), part.as_str()))
            .collect();
        let target = self.fill(&read.path, &values)?;
        let bucket = format!("{}/detail", file.listing.bucket);
        match self.document(file.name(), &bucket, target.as_str()).await {
            Ok(body) => {
                let document = std::str::from_utf8(&body).unwrap_or("null");
                Ok(Some(file.prepare(document, None).into_owned()))
            }
            Err(RequestError::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the listing of a type leaves out of one resource; the whole document, one JSON object. `values` gives
    /// every name in the path of the detail one: the resource's key columns. None for a type without details.
    ///
    /// # Errors
    /// [`RequestError`]; `Gone` where the resource is.
    pub async fn detail(
        &self,
        file: &ResourceFile,
        values: &[(&str, &str)],
    ) -> Result<Option<Bytes>, RequestError> {
        let Some(detail) = &file.listing.detail else {
            return Ok(None);
        };
        let target = self.fill(&detail.path, values)?;
        // The vendors count a single object apart from its listing.
        let bucket = format!("{}/detail", file.listing.bucket);
        let body = self.document(file.name(), &bucket, target.as_str()).await?;
        if file.preparation.is_trivial() {
            return Ok(Some(body));
        }
        let document = std::str::from_utf8(&body).unwrap_or("null");
        Ok(Some(Bytes::from(file.prepare(document, None).into_owned())))
    }

    /// A document that belongs into the resource of a type; one JSON object.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn join(&self, file: &ResourceFile, join: &Join) -> Result<Bytes, RequestError> {
        let target = self.fill(&join.path, &[])?;
        self.document(file.name(), &file.listing.bucket, target.as_str())
            .await
    }

    /// The names of the features that the organisation has. A feature that cannot be asked about counts as absent.
    ///
    /// # Errors
    /// [`RequestError`] when the vendor cannot be reached or the credentials are bad.
    pub async fn features(&self) -> Result<BTreeSet<String>, RequestError> {
        let mut found = BTreeSet::new();
        for feature in &self.shared.provider.features {
            let target = self.fill(&feature.path, &[])?;
            match self.document(OWN_BUCKET, OWN_BUCKET, target.as_str()).await {
                Ok(document) => {
                    if text_at(&document, &feature.field).as_deref()
                        == Some(feature.equals.as_str())
                    {
                        found.insert(feature.name.clone());
                    }
                }
                Err(error) if stops_everything(&error) => return Err(error),
                Err(error) => {
                    tracing::warn!(feature = feature.name, %error, "cannot tell whether the organisation has it");
                }
            }
        }
        Ok(found)
    }

    /// Who the credentials belong to; none where the vendor does not tell.
    ///
    /// # Errors
    /// [`RequestError`] when the vendor cannot be reached or the credentials are bad.
    pub async fn organisation(&self) -> Result<Option<Organisation>, RequestError> {
        let mut silent = None;
        for place in &self.shared.provider.organisation {
            let mut names = place.path.names();
            if !names.all(|name| self.shared.terms.contains_key(name)) {
                continue;
            }
            let target = self.fill(&place.path, &[])?;
            match self.document(OWN_BUCKET, OWN_BUCKET, target.as_str()).await {
                Ok(document) => {
                    if let Some(id) = text_at(&document, &place.id) {
                        let name = place
                            .name
                            .as_ref()
                            .and_then(|path| text_at(&document, path));
                        return Ok(Some(Organisation { id, name }));
                    }
                    silent = None;
                }
                // Another place may still answer.
                Err(error @ RequestError::Unreachable { .. }) => silent = Some(error),
                Err(error) if stops_everything(&error) => return Err(error),
                Err(error) => tracing::debug!(%error, "cannot tell who the credentials belong to"),
            }
        }
        silent.map_or(Ok(None), Err)
    }

    /// What the requests for one resource type have cost so far.
    pub fn counters(&self, resource_type: &str) -> Arc<Counters> {
        let mut all = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(resource_type.to_owned()).or_default())
    }

    /// What all requests have cost so far.
    pub fn usage(&self) -> Usage {
        let all = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        all.values().map(|counters| counters.usage()).sum()
    }

    /// What is known about each of the vendor's rate limits.
    pub fn budgets(&self) -> Vec<BudgetView> {
        self.shared.throttle.budgets()
    }

    pub(super) fn fill(
        &self,
        path: &Template,
        values: &[(&str, &str)],
    ) -> Result<Cursor, RequestError> {
        let broken = |reason: String| RequestError::BadResponse {
            path: path.to_string(),
            reason,
        };
        let filled = path
            .fill_path(values, &self.shared.terms)
            .map_err(|error| broken(error.to_string()))?;
        Cursor::parse(&filled)
            .ok_or_else(|| broken("it is no path; correct the resource file".to_owned()))
    }

    pub(super) fn url(&self, target: &str) -> Result<Url, RequestError> {
        self.shared
            .base
            .join(target)
            .map_err(|_| RequestError::BadResponse {
                path: target.to_owned(),
                reason: "it is no path; correct the resource file".to_owned(),
            })
    }

    /// A place at another address of the vendor's, which has to be as reachable as the usual one.
    pub(super) fn url_at(&self, origin: &Url, target: &str) -> Result<Url, RequestError> {
        let refused = |reason: String| RequestError::BadResponse {
            path: target.to_owned(),
            reason,
        };
        if self.shared.is_public {
            muster_outbound::check(origin).map_err(|error| refused(error.to_string()))?;
        }
        origin
            .join(target)
            .map_err(|_| refused("it is no path; correct the provider's files".to_owned()))
    }

    /// The settings, for templates.
    pub(super) fn terms(&self) -> &BTreeMap<String, String> {
        &self.shared.terms
    }

    /// The moment it is.
    pub(super) fn now(&self) -> SystemTime {
        self.shared.clock.now()
    }

    /// One JSON object.
    async fn document(
        &self,
        resource_type: &str,
        bucket: &str,
        target: &str,
    ) -> Result<Bytes, RequestError> {
        let counters = self.counters(resource_type);
        let call = Call {
            target,
            bucket,
            counters: &counters,
            question: None,
        };
        let (answer, _) = self
            .get(&call, |answer| split(&answer.body, &Layout::single()))
            .await?;
        Ok(answer.body)
    }

    #[cfg(test)]
    pub(super) fn allowed(&self) -> f64 {
        self.shared.throttle.allowed()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("provider", &self.shared.provider.name)
            .field("endpoint", &self.host())
            .finish_non_exhaustive()
    }
}

/// Whether a failure says that no other question will be answered either.
pub(super) fn stops_everything(error: &RequestError) -> bool {
    matches!(
        error,
        RequestError::BadCredentials { .. }
            | RequestError::Unreachable { .. }
            | RequestError::Refused { .. }
            | RequestError::Untrusted { .. }
    )
}

fn text_at(document: &[u8], path: &muster_model::Path) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(document).ok()?;
    let found = path.values(&value);
    found
        .first()
        .and_then(|value| value.as_str())
        .map(str::to_owned)
}
