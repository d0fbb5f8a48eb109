//! Documents that are pushed to us, from a body to what can be committed: taken apart, looked at, secrets replaced, all
//! before anything of them counts.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{BufReader, BufWriter, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    sync::Arc,
};

use muster_control::Folder;
use muster_custom::{CustomType, MISTAKES_TOLD, Piece, SplitError, Splitter};
use muster_ledger::{KeyHash, Observations, key_hash, own_key, redact};
use muster_model::ResourceType;
use rand::Rng as _;

use crate::failure::{Failure, Misfit};

/// Documents in one page for the ledger at most, and their bytes.
const PAGE_DOCUMENTS: usize = 2_000;
const PAGE_BYTES: usize = 8 << 20;

/// How much one push may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Documents.
    pub documents: u64,
    /// Bytes of the body.
    pub bytes: u64,
}

impl Limits {
    /// Of single resources.
    pub const SINGLE: Self = Self {
        documents: 1_000,
        bytes: 16 << 20,
    };
    /// Of everything there is.
    pub const EVERYTHING: Self = Self {
        documents: 500_000,
        bytes: 100_000_000,
    };
}

/// Where documents are put until all of them are known to fit.
enum Kept {
    /// A few, in memory.
    Memory(Observations),
    /// Any number, in a file: each as its length in four bytes, least first, and its text.
    File {
        writer: BufWriter<File>,
        path: PathBuf,
    },
}

/// Takes the body of a push. Dropped before its end, it leaves nothing behind.
pub struct Receiving {
    custom: Arc<CustomType>,
    limits: Limits,
    splitter: Splitter,
    kept: Kept,
    /// Which document had the key.
    keys: HashMap<KeyHash, u64>,
    misfits: Vec<Misfit>,
    /// Documents that do not fit.
    unfit: u64,
    bytes: u64,
    done: bool,
}

/// Documents that all fit, in a file that is on disk.
#[derive(Debug)]
pub struct Spooled {
    /// The file's name in the folder of pushes.
    pub file: String,
    /// How many.
    pub documents: u64,
}

impl Receiving {
    /// Takes a few documents, in memory.
    pub fn in_memory(custom: Arc<CustomType>) -> Self {
        Self::new(
            custom,
            Limits::SINGLE,
            Kept::Memory(Observations::default()),
        )
    }

    /// Takes many documents, in a file of `folder`.
    ///
    /// # Errors
    /// [`Failure::Unable`] when there can be no such file.
    pub fn in_file(custom: Arc<CustomType>, folder: &Folder) -> Result<Self, Failure> {
        let place = folder.pushes();
        fs::create_dir_all(&place).map_err(|error| unwritable(&place, &error))?;
        let path = place.join(format!("{:032x}", rand::rng().random::<u128>()));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| unwritable(&path, &error))?;
        let kept = Kept::File {
            writer: BufWriter::with_capacity(1 << 20, file),
            path,
        };
        Ok(Self::new(custom, Limits::EVERYTHING, kept))
    }

    fn new(custom: Arc<CustomType>, limits: Limits, kept: Kept) -> Self {
        Self {
            custom,
            limits,
            splitter: Splitter::default(),
            kept,
            keys: HashMap::new(),
            misfits: Vec::new(),
            unfit: 0,
            bytes: 0,
            done: false,
        }
    }

    /// Takes the next bytes. Works for long: not on a thread that serves.
    ///
    /// # Errors
    /// [`Failure::TooLarge`], or [`Failure::Misfits`] once as many are known as are told.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.limits.bytes {
            return Err(Failure::TooLarge(format!(
                "the body is longer than {} bytes; push it in parts",
                self.limits.bytes
            )));
        }
        let mut splitter = std::mem::take(&mut self.splitter);
        let fed = splitter.feed(bytes, |piece| self.take(piece));
        self.splitter = splitter;
        fed
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), Failure> {
        let Piece { number, bytes } = piece;
        if number > self.limits.documents {
            return Err(Failure::TooLarge(format!(
                "these are more than {} documents; push them in parts",
                self.limits.documents
            )));
        }
        let misfit = |pointer: String, message: String| Misfit {
            document: Some(number),
            pointer,
            message,
        };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return self.refuse(vec![misfit(String::new(), "this is not UTF-8".into())]),
        };
        let found = match muster_custom::parse(text) {
            Err(mistake) => vec![mistake],
            Ok(value) => self.custom.check(&value),
        };
        if !found.is_empty() {
            let misfits = found
                .into_iter()
                .map(|mistake| misfit(mistake.pointer, mistake.message));
            return self.refuse(misfits.collect());
        }
        let resource_type = &self.custom.resource_type;
        let key = match own_key(resource_type, text) {
            Ok(key) => key,
            Err(error) => return self.refuse(vec![misfit(String::new(), error.to_string())]),
        };
        if let Some(first) = self.keys.insert(key_hash(key.as_str()), number) {
            let message = format!("this has the key of document {first}; send each resource once");
            return self.refuse(vec![misfit(String::new(), message)]);
        }
        // What will not count is not worth keeping.
        if self.unfit > 0 {
            return Ok(());
        }
        match &mut self.kept {
            Kept::Memory(observations) => observations
                .push(resource_type, None, text)
                .map_err(|error| Failure::unable(&error)),
            Kept::File { writer, path } => {
                let kept = redact(resource_type, text);
                let length = u32::try_from(kept.len()).unwrap_or(u32::MAX).to_le_bytes();
                writer
                    .write_all(&length)
                    .and_then(|()| writer.write_all(kept.as_bytes()))
                    .map_err(|error| unwritable(path, &error))
            }
        }
    }

    fn refuse(&mut self, misfits: Vec<Misfit>) -> Result<(), Failure> {
        self.unfit += 1;
        self.misfits.extend(misfits);
        if self.misfits.len() < MISTAKES_TOLD {
            return Ok(());
        }
        self.misfits.truncate(MISTAKES_TOLD);
        Err(Failure::Misfits {
            detail: format!(
                "{} documents and perhaps more do not fit; nothing was changed",
                self.unfit
            ),
            misfits: std::mem::take(&mut self.misfits),
        })
    }

    fn whole(&mut self) -> Result<u64, Failure> {
        let documents = self.splitter.finish()?;
        if self.unfit > 0 {
            let misfits = std::mem::take(&mut self.misfits);
            return Err(Failure::Misfits {
                detail: format!(
                    "{} of {documents} documents do not fit; nothing was changed",
                    self.unfit
                ),
                misfits,
            });
        }
        Ok(documents)
    }

    /// Ends the body; gives what was kept in memory.
    ///
    /// # Errors
    /// [`Failure`] when the body broke off or something in it does not fit.
    pub fn observations(mut self) -> Result<Observations, Failure> {
        let documents = self.whole()?;
        match &mut self.kept {
            Kept::Memory(observations) if documents > 0 => Ok(std::mem::take(observations)),
            Kept::Memory(_) => Err(Failure::usage("there is no document in the body; send one")),
            Kept::File { .. } => Err(Failure::Unable("the documents are in a file".into())),
        }
    }

    /// Ends the body; the file is on disk then.
    ///
    /// # Errors
    /// [`Failure`] when the body broke off or something in it does not fit; the file is gone then.
    pub fn spooled(mut self) -> Result<Spooled, Failure> {
        let documents = self.whole()?;
        let Kept::File { writer, path } = &mut self.kept else {
            return Err(Failure::Unable("the documents are in memory".into()));
        };
        let synced = writer.flush().and_then(|()| writer.get_ref().sync_all());
        let folder = path.parent().map(File::open).transpose();
        synced
            .and_then(|()| folder?.map_or(Ok(()), |folder| folder.sync_all()))
            .map_err(|error| unwritable(path, &error))?;
        let name = path.file_name().and_then(|name| name.to_str());
        let file = name.unwrap_or_default().to_owned();
        self.done = true;
        Ok(Spooled { file, documents })
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if let Kept::File { path, .. } = &self.kept
            && !self.done
        {
            // One that stays is swept when the folder is next opened.
            let _ = fs::remove_file(path);
        }
    }
}

impl From<SplitError> for Failure {
    fn from(error: SplitError) -> Self {
        match error {
            SplitError::TooLong { .. } => Self::TooLarge(format!("{error}; nothing was changed")),
            other => Self::usage(format!("{other}; nothing was changed")),
        }
    }
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::Unable(format!("cannot write {}: {error}", path.display()))
}

/// Reads documents back, page by page.
pub(crate) struct SpoolReader {
    reader: BufReader<File>,
    resource_type: Arc<ResourceType>,
}

impl SpoolReader {
    pub fn open(
        folder: &Folder,
        file: &str,
        resource_type: Arc<ResourceType>,
    ) -> std::io::Result<Self> {
        let file = File::open(folder.pushes().join(file))?;
        Ok(Self {
            reader: BufReader::with_capacity(1 << 20, file),
            resource_type,
        })
    }

    /// The next page; empty at the end.
    pub fn page(&mut self) -> Result<Observations, Failure> {
        let unreadable = |error: std::io::Error| {
            Failure::Unable(format!("pushed documents cannot be read again: {error}"))
        };
        let mut observations = Observations::default();
        let mut bytes = 0;
        while observations.len() < PAGE_DOCUMENTS && bytes < PAGE_BYTES {
            let mut length = [0; 4];
            match self.reader.read_exact(&mut length) {
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
                read => read.map_err(unreadable)?,
            }
            let mut text = vec![0; u32::from_le_bytes(length) as usize];
            self.reader.read_exact(&mut text).map_err(unreadable)?;
            bytes += text.len();
            let text = String::from_utf8(text)
                .map_err(|_| Failure::Unable("pushed documents were damaged on disk".into()))?;
            observations
                .push(&self.resource_type, None, &text)
                .map_err(|error| Failure::unable(&error))?;
        }
        Ok(observations)
    }
}
