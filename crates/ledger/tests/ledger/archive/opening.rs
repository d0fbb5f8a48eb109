//! Archives that cannot be used, and what is said about them.

use std::fs;

use futures::TryStreamExt;
use muster_ledger::archive::{Archive, ArchiveError, ArchiveOptions};
use url::Url;

use super::fixture::{Folder, append};

#[tokio::test]
async fn a_format_that_is_not_known_is_refused() {
    for (known, newer) in [
        (r#""muster.format":"1""#, r#""muster.format":"2""#),
        (r#""minReaderVersion":1"#, r#""minReaderVersion":9"#),
    ] {
        let folder = Folder::new();
        drop(folder.open().await);
        let first = folder.table().join("_delta_log/00000000000000000000.json");
        let text = fs::read_to_string(&first).unwrap();
        assert!(text.contains(known), "{text}");
        fs::write(&first, text.replace(known, newer)).unwrap();
        let error = Archive::open(folder.options()).await.err().unwrap();
        assert!(matches!(error, ArchiveError::NewerFormat(_)), "{error:?}");
    }
}

#[tokio::test]
async fn damage_is_called_damage() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=10, 10).await;
    let file = folder.table().join(&folder.data_files()[0]);
    let length = fs::metadata(&file).unwrap().len();
    fs::write(&file, vec![7; usize::try_from(length).unwrap()]).unwrap();
    let stream = archive.changes_all(0).unwrap();
    let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(matches!(error, ArchiveError::Damaged { .. }), "{error:?}");

    fs::write(
        folder.table().join("_delta_log/00000000000000000001.json"),
        "{\"add\":",
    )
    .unwrap();
    let error = Archive::open(folder.options()).await.err().unwrap();
    assert!(matches!(error, ArchiveError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn an_address_that_cannot_be_is_a_matter_of_settings() {
    for url in [
        "ftp://example.com/archive",
        "mailto:someone@example.com",
        "s3:///archive",
    ] {
        let error = Archive::open(ArchiveOptions::new(Url::parse(url).unwrap())).await;
        let error = error.err().unwrap();
        assert!(
            matches!(error, ArchiveError::Settings { .. }),
            "{url}: {error:?}"
        );
    }
}
