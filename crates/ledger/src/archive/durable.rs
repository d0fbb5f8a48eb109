//! The local file system as an object store whose writes survive a power failure.
//!
//! `object_store`'s own never calls `fsync`. Here a file is complete on disk before it gets its name, and the
//! name is on disk before the write is reported: a commit is never half a file, and a run may be dropped when
//! [`super::Archive::append`] has returned.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path as FilePath, PathBuf},
    process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
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

/// What separates a file's name from the number it carries while it grows. Listings skip such names; the
/// leading zero tells ours from those of other engines.
const UNFINISHED: &str = "#0";

/// Deletes what a killed process left half written below `folder`. Only for the one that writes.
pub(super) fn remove_unfinished(folder: &FilePath) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_unfinished(&entry.path())?;
        } else if entry.file_name().to_string_lossy().contains(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Opens the folder and asks for everything in it to be on disk.
fn sync_folder(folder: &FilePath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes the folders above `path`, each name on disk.
fn make_parents(path: &FilePath) -> io::Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    if parent.is_dir() {
        return Ok(());
    }
    make_parents(parent)?;
    match fs::create_dir(parent) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    parent.parent().map_or(Ok(()), sync_folder)
}

/// A file that does not have its name yet.
#[derive(Debug)]
struct Unfinished {
    file: File,
    at: PathBuf,
}

impl Unfinished {
    /// Starts the file that is to be named `path`.
    fn begin(path: &FilePath) -> io::Result<Self> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        make_parents(path)?;
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let mut at = path.as_os_str().to_owned();
        at.push(format!("{UNFINISHED}{}{number:06}", process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&at)?;
        Ok(Self {
            file,
            at: at.into(),
        })
    }

    fn write_at(&mut self, offset: u64, data: &PutPayload) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset))?;
        data.iter().try_for_each(|bytes| self.file.write_all(bytes))
    }

    /// Gives the file its name.
    fn finish(&self, path: &FilePath, mode: &PutMode) -> io::Result<PutResult> {
        self.file.sync_all()?;
        if matches!(mode, PutMode::Overwrite) {
            fs::rename(&self.at, path)?;
        } else {
            // Unlike renaming, linking fails when someone else was first.
            let linked = fs::hard_link(&self.at, path);
            fs::remove_file(&self.at)?;
            linked?;
        }
        path.parent().map_or(Ok(()), sync_folder)?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }
}

/// The whole of a small file.
fn write(path: &FilePath, data: &PutPayload, mode: &PutMode) -> io::Result<PutResult> {
    let mut unfinished = Unfinished::begin(path)?;
    let written = unfinished
        .write_at(0, data)
        .and_then(|()| unfinished.finish(path, mode));
    if written.is_err() {
        // On a full disk every byte counts.
        let _ = fs::remove_file(&unfinished.at);
    }
    written
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
        self.blocking(|unfinished, _| fs::remove_file(&unfinished.at))
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
