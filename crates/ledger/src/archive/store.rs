//! Where the archive lies: a folder, or a bucket that speaks S3.

use std::sync::Arc;

use deltalake_core::{
    ObjectStore,
    logstore::{
        LogStoreRef, StorageConfig, default_logstore,
        object_store::{
            RetryConfig,
            aws::{AmazonS3Builder, AmazonS3ConfigKey},
            path::Path,
            prefix::PrefixStore,
        },
    },
};
use url::Url;

use super::{ArchiveError, ArchiveOptions, durable::DurableFiles};

/// One table's place.
pub(super) struct Place {
    /// The storage seen from the table's folder.
    pub files: Arc<dyn ObjectStore>,
    /// The same for Delta.
    pub log: LogStoreRef,
}

/// The place of `table` under the archive's `url`.
pub(super) fn open(options: &ArchiveOptions, table: &str) -> Result<Place, ArchiveError> {
    let url = &options.url;
    let location = folder(url, table)?;
    let root: Arc<dyn ObjectStore> = match location.scheme() {
        "file" => Arc::new(DurableFiles::default()),
        "s3" | "s3a" => Arc::new(bucket(&location, options)?),
        other => {
            return Err(ArchiveError::settings(format!(
                "archive url begins with `{other}:`, not with `file:` or `s3:`"
            )));
        }
    };
    let prefix = Path::from_url_path(location.path())
        .map_err(|_| ArchiveError::settings(format!("archive url `{url}`")))?;
    let files: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(root.clone(), prefix));
    let log = default_logstore(files.clone(), root, &location, &StorageConfig::default());
    Ok(Place { files, log })
}

/// `url` with `table` as a further folder, whether or not it ended in a slash.
fn folder(url: &Url, table: &str) -> Result<Url, ArchiveError> {
    let mut location = url.clone();
    location
        .path_segments_mut()
        .map_err(|()| ArchiveError::settings(format!("archive url `{url}`")))?
        .pop_if_empty()
        .push(table)
        .push("");
    Ok(location)
}

/// What the environment says, overridden by `options`. Commits are conditional puts, which is what keeps two
/// writers apart; every S3-compatible storage in use knows them by now.
fn bucket(
    location: &Url,
    options: &ArchiveOptions,
) -> Result<impl ObjectStore + use<>, ArchiveError> {
    let mut builder = AmazonS3Builder::from_env()
        .with_url(location.as_str())
        .with_retry(RetryConfig {
            retry_timeout: options.patience,
            ..RetryConfig::default()
        });
    for (name, value) in &options.storage_options {
        let key: AmazonS3ConfigKey = name
            .to_ascii_lowercase()
            .parse()
            .map_err(|_| ArchiveError::settings(format!("unknown storage option `{name}`")))?;
        builder = builder.with_config(key, value);
    }
    builder.build().map_err(|error| ArchiveError::Settings {
        reason: "storage options".to_owned(),
        source: Some(error.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_option_is_named() {
        let url = Url::parse("s3://bucket/archive").unwrap();
        let mut options = ArchiveOptions::new(url);
        options
            .storage_options
            .insert("acces_key_id".to_owned(), "x".to_owned());
        let error = open(&options, "change").err().unwrap();
        assert!(error.to_string().contains("acces_key_id"), "{error}");
    }

    #[test]
    fn a_table_is_a_folder_below_the_archive() {
        for url in ["s3://bucket/a b", "s3://bucket/a b/"] {
            let url = Url::parse(url).unwrap();
            assert_eq!(
                folder(&url, "change").unwrap().as_str(),
                "s3://bucket/a%20b/change/"
            );
        }
    }
}
