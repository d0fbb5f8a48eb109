//! `muster.toml` in the data folder: what an operator sets once.

use std::{collections::HashMap, fs, path::PathBuf};

use muster_control::Folder;
use muster_ledger::{archive::ArchiveOptions, local_archive};
use muster_provider::ClientOptions;
use serde::Deserialize;
use url::Url;

use crate::failure::Failure;

/// The file, every key optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Configuration {
    /// Talk to endpoints that are not public HTTPS, as `--allow-insecure-endpoints`.
    pub allow_insecure_endpoints: bool,
    /// A file with further certificate authorities, PEM. `MUSTER_CA_FILE` wins.
    pub ca_file: Option<PathBuf>,
    /// The share of a vendor's rate limit to take, above 0 and up to 1.
    pub rate_limit_share: Option<f64>,
    /// For how many whole months changes are kept, besides the one under way; for good unless set.
    pub keep_changes_months: Option<u32>,
    /// For how many whole months the vendors' own logs are kept, besides the one under way; for good unless set.
    pub keep_events_months: Option<u32>,
    /// Where the archive is, when not in the data folder.
    pub archive: Option<ArchivePlace>,
    /// Under which address people reach the server: `https://muster.example.com`. Links in messages begin with it, and
    /// behind HTTPS cookies are bound to it.
    pub public_url: Option<Url>,
}

/// An archive on object storage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ArchivePlace {
    /// `s3://bucket/folder`.
    pub url: String,
    /// What the storage asks for, by the names object stores use: `aws_endpoint`, `aws_access_key_id`, ...
    #[serde(default)]
    pub options: HashMap<String, String>,
}

impl ArchivePlace {
    /// What the ledger needs to know to find it.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the URL is none.
    pub fn options(&self) -> Result<ArchiveOptions, Failure> {
        let url = self.url.parse().map_err(|_| {
            Failure::usage(format!(
                "the archive's url `{}` is no URL; write s3://bucket/folder",
                self.url
            ))
        })?;
        Ok(ArchiveOptions {
            storage_options: self.options.clone(),
            ..ArchiveOptions::new(url)
        })
    }
}

impl Configuration {
    /// Where the archive is.
    ///
    /// # Errors
    /// [`Failure`] when the configured URL is none, or the folder cannot be made.
    pub fn archive(&self, folder: &Folder) -> Result<ArchiveOptions, Failure> {
        let place = match &self.archive {
            None => local_archive(folder)?,
            Some(place) => place.options()?,
        };
        Ok(ArchiveOptions {
            keep_months: self.keep_changes_months,
            ..place
        })
    }

    /// The configuration of `folder`; the defaults when there is no file.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the place of what is wrong in the file.
    pub fn of(folder: &Folder) -> Result<Self, Failure> {
        let path = folder.root().join("muster.toml");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Failure::Unable(format!(
                    "cannot read {}: {error}",
                    path.display()
                )));
            }
        };
        let configuration: Self = toml::from_str(&text).map_err(|error| {
            Failure::usage(format!("{} cannot be used: {error}", path.display()))
        })?;
        match configuration.rate_limit_share {
            Some(share) if !(share > 0.0 && share <= 1.0) => Err(Failure::usage(format!(
                "{}: rate-limit-share must be above 0 and at most 1",
                path.display()
            ))),
            _ => Ok(configuration),
        }
    }

    /// How vendors are reached.
    pub fn client_options(&self, allow_insecure_endpoints: bool) -> ClientOptions {
        let mut options = ClientOptions::from_environment();
        options.allow_insecure_endpoints =
            allow_insecure_endpoints || self.allow_insecure_endpoints;
        options.ca_file = options.ca_file.or_else(|| self.ca_file.clone());
        options.rate_share = self.rate_limit_share;
        options
    }
}
