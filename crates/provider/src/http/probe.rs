use std::collections::BTreeSet;

use muster_model::Organisation;

use super::{client::Client, error::RequestError};
use crate::definition::ResourceFile;

/// What credentials would see, found out before they are saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeReport {
    /// Who they belong to, where the vendor tells.
    pub organisation: Option<Organisation>,
    /// Names of the features that the organisation has.
    pub features: BTreeSet<String>,
    /// Why the features could not be found out; in words.
    pub warning: Option<String>,
    /// One for each type that is listed by itself, and each document joined into it. Types that are listed per
    /// parent cannot be tried before there are parents.
    pub probes: Vec<Probe>,
}

/// One question of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The type it is about.
    pub resource_type: String,
    /// The column it is about, when only one is.
    pub column: Option<String>,
    /// What came out.
    pub readable: Readable,
}

/// Whether something can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readable {
    /// It can.
    Yes,
    /// The credentials may not; in the vendor's words.
    NotPermitted(String),
    /// The organisation does not have it; in words.
    NotAvailable(String),
    /// It could not be told; in words. No reason to refuse the credentials.
    Unknown(String),
}

/// Asks one cheap question for each of `types` that is listed by itself.
///
/// # Errors
/// [`RequestError`] when nothing can come of these settings and credentials: they are bad, or nothing at that
/// address answers as the provider does.
pub async fn probe(client: &Client, types: &[&ResourceFile]) -> Result<ProbeReport, RequestError> {
    let client = client.impatient();
    let organisation = client.organisation().await?;
    let (features, warning) = match client.features().await {
        Ok(features) => (features, None),
        // It answered a moment ago, so this is about one question only.
        Err(error @ RequestError::Unreachable { .. }) => (BTreeSet::new(), Some(error.to_string())),
        Err(error) => return Err(error),
    };
    let mut probes = Vec::new();
    for file in types
        .iter()
        .filter(|file| file.resource_type.parent.is_none())
    {
        probes.push(Probe {
            resource_type: file.name().to_owned(),
            column: None,
            readable: judge(listing(&client, file, &features).await)?,
        });
        for join in &file.listing.joins {
            probes.push(Probe {
                resource_type: file.name().to_owned(),
                column: Some(join.into.clone()),
                readable: judge(client.join(file, join).await.map(|_| Readable::Yes))?,
            });
        }
    }
    let told = |probe: &Probe| {
        !matches!(
            probe.readable,
            Readable::Unknown(_) | Readable::NotAvailable(_)
        )
    };
    if organisation.is_none() && !probes.is_empty() && !probes.iter().any(told) {
        return Err(RequestError::BadResponse {
            path: "/".to_owned(),
            reason: format!(
                "nothing there answers as {} does; check the address of the integration",
                client.provider().title
            ),
        });
    }
    Ok(ProbeReport {
        organisation,
        features,
        warning,
        probes,
    })
}

/// One page of a type's listing, as small as the vendor makes it.
async fn listing(
    client: &Client,
    file: &ResourceFile,
    features: &BTreeSet<String>,
) -> Result<Readable, RequestError> {
    let listing = &file.listing;
    if let Some(feature) = &listing.requires
        && !features.contains(feature)
    {
        let title = client
            .provider()
            .features
            .iter()
            .find(|known| known.name == *feature);
        let title = title.map_or(feature.as_str(), |known| known.title.as_str());
        return Ok(Readable::NotAvailable(format!(
            "the organisation does not have {title}"
        )));
    }
    let mut values = Vec::new();
    if let Some(variants) = &listing.variants {
        let possible = variants.values(|feature| features.contains(feature));
        let Some(value) = possible.first() else {
            return Ok(Readable::NotAvailable(
                "the organisation has no variant of it".to_owned(),
            ));
        };
        values.push((variants.placeholder.as_str(), *value));
    }
    let full = client.pages(file, &values)?;
    let mut pages = match full.cursor().and_then(|cursor| cursor.with_limit(1)) {
        Some(small) => client.pages_from(file, &values, small)?,
        None => full,
    };
    pages.next().await.map(|_| Readable::Yes)
}

fn judge(result: Result<Readable, RequestError>) -> Result<Readable, RequestError> {
    match result {
        Ok(readable) => Ok(readable),
        Err(
            error @ (RequestError::BadCredentials { .. }
            | RequestError::Refused { .. }
            | RequestError::Untrusted { .. }),
        ) => Err(error),
        Err(RequestError::NotPermitted { detail, .. }) => Ok(Readable::NotPermitted(detail)),
        Err(RequestError::NotAvailable { detail, .. }) => Ok(Readable::NotAvailable(detail)),
        Err(error @ RequestError::Gone { .. }) => Ok(Readable::NotAvailable(error.to_string())),
        Err(error) => Ok(Readable::Unknown(error.to_string())),
    }
}
