//! The local file system as an object store whose writes survive a power failure.
//!
//! `object_store`'s own never calls `fsync`. Here a file is complete on disk before it gets its name, and the
//! name is on disk before the write is reported: a commit is never half a file, and a run may be dropped when
//! [`super::Archive::append`] has returned.

use std::{
    fmt, io,
    path::{Path as FilePath, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use deltalake_core::{
    ObjectMeta, ObjectStore, ObjectStoreError,
    logstore::object_store::{
        CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, PutMode,
        PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
        local::LocalFileSystem, path::Path,
    },
};
use futures::{FutureExt, future::BoxFuture, stream::BoxStream};

use super::local_file::{Unfinished, write};

/// See the module.
#[derive(Debug)]
pub(super) struct DurableFiles {
    files: LocalFileSystem,
}

impl Default for DurableFiles {
    fn default() -> Self {
        // Deleting the last file of a partition takes its folder along.
        let files = LocalFileSystem::new().with_automatic_cleanup(true);
        Self { files }
    }
}

impl fmt::Display for DurableFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("durable local files")
    }
}

fn store_error(error: io::Error, path: &FilePath) -> ObjectStoreError {
    let path = path.display().to_string();
    match error.kind() {
        io::ErrorKind::AlreadyExists => ObjectStoreError::AlreadyExists {
            path,
            source: error.into(),
        },
        io::ErrorKind::PermissionDenied => ObjectStoreError::PermissionDenied {
            path,
            source: error.into(),
        },
        _ => ObjectStoreError::Generic {
            store: "durable local files",
            source: error.into(),
        },
    }
}

/// Runs `work` where blocking is allowed.
async fn blocking<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&FilePath) -> io::Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(move || work(&path).map_err(|error| store_error(error, &path)))
        .await?
}

/// A file that arrives in parts.
#[derive(Debug)]
struct Upload {
    path: PathBuf,
    unfinished: Arc<Mutex<Unfinished>>,
    length: u64,
}

impl Upload {
    fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Unfinished, &FilePath) -> io::Result<T> + Send + 'static,
    ) -> BoxFuture<'static, Result<T>> {
        let unfinished = self.unfinished.clone();
        let work = move |path: &FilePath| {
            let mut unfinished = unfinished.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut unfinished, path)
        };
        blocking(self.path.clone(), work).boxed()
    }
}

impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let offset = self.length;
        self.length += data.content_length() as u64;
        self.blocking(move |unfinished, _| unfinished.write_at(offset, &data))
    }

    fn complete<'a, 'b>(&'a mut self) -> BoxFuture<'b, Result<PutResult>>
    where
        'a: 'b,
        Self: 'b,
    {
        self.blocking(|unfinished, path| unfinished.finish(path, &PutMode::Overwrite))
    }

    fn abort<'a, 'b>(&'a mut self) -> BoxFuture<'b, Result<()>>
    where
        'a: 'b,
        Self: 'b,
    {
        // Dropping it is enough.
        futures::future::ready(Ok(())).boxed()
    }
}

// `async_trait` is what the trait is declared with; these are the signatures it expands to.
impl ObjectStore for DurableFiles {
    fn put_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> BoxFuture<'c, Result<PutResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        async move {
            let path = self.files.path_to_filesystem(location)?;
            blocking(path, move |path| write(path, &payload, &options.mode)).await
        }
        .boxed()
    }

    fn put_multipart_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        _: PutMultipartOptions,
    ) -> BoxFuture<'c, Result<Box<dyn MultipartUpload>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        async move {
            let path = self.files.path_to_filesystem(location)?;
            let unfinished = blocking(path.clone(), Unfinished::begin).await?;
            let upload = Upload {
                path,
                unfinished: Arc::new(Mutex::new(unfinished)),
                length: 0,
            };
            Ok(Box::new(upload) as Box<dyn MultipartUpload>)
        }
        .boxed()
    }

    fn get_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        options: GetOptions,
    ) -> BoxFuture<'c, Result<GetResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.files.get_opts(location, options)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list_with_offset(prefix, offset)
    }

    fn list_with_delimiter<'a, 'b, 'c>(
        &'a self,
        prefix: Option<&'b Path>,
    ) -> BoxFuture<'c, Result<ListResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.files.list_with_delimiter(prefix)
    }

    fn copy_opts<'a, 'b, 'c, 'd>(
        &'a self,
        from: &'b Path,
        to: &'c Path,
        options: CopyOptions,
    ) -> BoxFuture<'d, Result<()>>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
        Self: 'd,
    {
        self.files.copy_opts(from, to, options)
    }
}
