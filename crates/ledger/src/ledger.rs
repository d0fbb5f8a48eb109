use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use muster_control::{Control, Folder};
use muster_model::{IntegrationId, ResourceType};
use tokio::sync::{Semaphore, oneshot};
use url::Url;

use crate::{
    LedgerError,
    archive::ArchiveOptions,
    background::Background,
    history::History,
    submission::{Counts, Decide, Finish, Finished, InTransaction, Page, Removal, Reply, Spared},
    writer::{Message, Submission, Writer},
};

/// Pages under way to the writer at most: enough to keep it busy, few enough to bound memory.
const PAGES_UNDER_WAY: usize = 64;

/// The ledger, open for writing. Clones share one writer.
#[derive(Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
}

struct Shared {
    messages: mpsc::Sender<Message>,
    room: Arc<Semaphore>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ledger").finish_non_exhaustive()
    }
}

/// A page on its way to disk.
#[derive(Debug)]
pub struct HandedOver {
    answer: oneshot::Receiver<Result<Counts, LedgerError>>,
}

impl HandedOver {
    /// What the page changed, once that is durable.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing is committed then, nor anything handed over later.
    pub async fn counts(self) -> Result<Counts, LedgerError> {
        self.answer.await.unwrap_or_else(|_| Err(closed()))
    }
}

/// Where the archive of `folder` is unless configured otherwise.
///
/// # Errors
/// [`LedgerError::Stopped`] when the folder has no absolute path.
pub fn local_archive(folder: &Folder) -> Result<ArchiveOptions, LedgerError> {
    let root = folder.root();
    let path = root
        .canonicalize()
        .map_err(LedgerError::file(root))?
        .join("archive");
    let url = Url::from_directory_path(&path)
        .map_err(|()| LedgerError::Stopped(format!("{} is no absolute path", path.display())))?;
    Ok(ArchiveOptions::new(url))
}

impl Ledger {
    /// Opens the ledger of `folder`. The caller holds the folder's lock and opened `control` with
    /// [`crate::MIGRATION`] among its migrations. Types whose columns have changed since are decoded anew; a base
    /// whose files are missing is rebuilt from the archive.
    ///
    /// # Errors
    /// [`LedgerError`] when files, the control file or the archive cannot be used.
    pub fn open(
        folder: Folder,
        control: Control,
        resource_types: &[Arc<ResourceType>],
        archive: ArchiveOptions,
    ) -> Result<Self, LedgerError> {
        let (messages, inbox) = mpsc::channel();
        let history = History::new(archive.clone());
        let (background, archived) = Background::start(archive, messages.clone())?;
        let mut writer = Writer::open(folder, control, background)?;
        if let Some(archived) = archived {
            writer.note_archived(archived)?;
        }
        writer.rebuild(resource_types, &history)?;
        writer.upgrade(resource_types)?;
        let thread = thread::Builder::new()
            .name("ledger".into())
            .spawn(move || writer.run(&inbox))
            .map_err(LedgerError::file("a thread"))?;
        let shared = Shared {
            messages,
            room: Arc::new(Semaphore::new(PAGES_UNDER_WAY)),
            writer: Mutex::new(Some(thread)),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Compares a page with what is known and commits what differs; `control` is done in the same transaction.
    /// Durable and visible when this returns.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing is committed then, nor anything handed over later.
    pub async fn commit(&self, page: Page, control: InTransaction) -> Result<Counts, LedgerError> {
        self.hand_over(page, control).await?.counts().await
    }

    /// Hands a page to the writer without waiting for it to be committed. Pages handed over one after the other are
    /// committed in that order.
    ///
    /// # Errors
    /// [`LedgerError::Stopped`].
    pub async fn hand_over(
        &self,
        page: Page,
        control: InTransaction,
    ) -> Result<HandedOver, LedgerError> {
        self.submit(Some(page), control).await
    }

    /// Does `control` in a transaction of the writer's.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing is committed then.
    pub async fn update(&self, control: InTransaction) -> Result<(), LedgerError> {
        self.submit(None, control).await?.counts().await.map(|_| ())
    }

    async fn submit(
        &self,
        page: Option<Page>,
        control: InTransaction,
    ) -> Result<HandedOver, LedgerError> {
        let room = Arc::clone(&self.shared.room)
            .acquire_owned()
            .await
            .map_err(|_| closed())?;
        let (reply, answer) = oneshot::channel();
        self.shared
            .messages
            .send(Message::Commit(Submission {
                page,
                control,
                reply,
                room,
            }))
            .map_err(|_| closed())?;
        Ok(HandedOver { answer })
    }

    /// Ends a listing: what it did not see is removed, with everything that hangs below, if `decide` agrees.
    /// `control` is done in the same transaction.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing is removed then.
    pub async fn finish(
        &self,
        finish: Finish,
        decide: Decide,
        control: InTransaction,
    ) -> Result<Finished, LedgerError> {
        self.end(finish, decide, control, None).await
    }

    /// The same, but for what `spared` names. It takes its place behind what was handed over before as soon as this is
    /// called, not when the answer is awaited.
    pub fn finish_sparing(
        &self,
        finish: Finish,
        decide: Decide,
        control: InTransaction,
        spared: Spared,
    ) -> impl Future<Output = Result<Finished, LedgerError>> + Send + use<> {
        self.end(finish, decide, control, Some(spared))
    }

    fn end(
        &self,
        finish: Finish,
        decide: Decide,
        control: InTransaction,
        spared: Option<Spared>,
    ) -> impl Future<Output = Result<Finished, LedgerError>> + Send + use<> {
        let (reply, answer) = oneshot::channel();
        let sent = self.shared.messages.send(Message::Finish {
            finish,
            decide,
            control,
            spared,
            reply,
        });
        async move {
            sent.map_err(|_| closed())?;
            answer.await.unwrap_or_else(|_| Err(closed()))
        }
    }

    /// Removes resources that the vendor itself says are gone, with everything that hangs below, whatever listings say;
    /// gives how many went, by type. `control` is done in the same transaction. It takes its place behind what was handed
    /// over before as soon as this is called, not when the answer is awaited.
    pub fn remove(
        &self,
        removal: Removal,
        control: InTransaction,
    ) -> impl Future<Output = Result<Vec<(String, u64)>, LedgerError>> + Send + use<> {
        let (reply, answer) = oneshot::channel();
        let sent = self.shared.messages.send(Message::Remove {
            removal,
            control,
            reply,
        });
        async move {
            sent.map_err(|_| closed())?;
            answer.await.unwrap_or_else(|_| Err(closed()))
        }
    }

    /// The documents of resources as (scope, key), in the same order; `None` for those there are not.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn documents(
        &self,
        integration: IntegrationId,
        resource_type: Arc<ResourceType>,
        keys: Vec<(String, String)>,
    ) -> Result<Vec<Option<String>>, LedgerError> {
        self.ask(|reply| Message::Documents {
            integration,
            resource_type,
            keys,
            reply,
        })
        .await
    }

    /// Waits until everything committed so far is in the archive, and merged where that is worth it.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn settle(&self) -> Result<(), LedgerError> {
        self.ask(|reply| Message::Settle {
            everything: false,
            reply,
        })
        .await
    }

    /// Waits until everything committed so far is in the archive and merged.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn merge_everything(&self) -> Result<(), LedgerError> {
        self.ask(|reply| Message::Settle {
            everything: true,
            reply,
        })
        .await
    }

    /// Removes every trace of an integration from runs, base and archive. May be called again after a kill.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn delete(&self, integration: IntegrationId) -> Result<(), LedgerError> {
        self.ask(|reply| Message::Delete {
            integration,
            resource_type: None,
            reply,
        })
        .await
    }

    /// Removes every trace of one type of an integration from runs, base and archive. May be called again after a kill.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn delete_type(
        &self,
        integration: IntegrationId,
        resource_type: String,
    ) -> Result<(), LedgerError> {
        self.ask(|reply| Message::Delete {
            integration,
            resource_type: Some(resource_type),
            reply,
        })
        .await
    }

    /// Goes on with these types as they are now: what was decoded otherwise is decoded anew in the background, as after
    /// opening. No document changes by that. Types that are not among them stay as they were.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn redefine(
        &self,
        resource_types: Vec<Arc<ResourceType>>,
    ) -> Result<(), LedgerError> {
        self.ask(|reply| Message::Redefine {
            resource_types,
            reply,
        })
        .await
    }

    /// Ends the writer after what was asked so far.
    pub fn close(self) {
        self.shared.close();
    }

    async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> Message) -> Result<T, LedgerError> {
        let (reply, answer) = oneshot::channel();
        self.shared
            .messages
            .send(message(reply))
            .map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }
}

impl Shared {
    fn close(&self) {
        let _ = self.messages.send(Message::Close);
        let thread = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}

fn closed() -> LedgerError {
    LedgerError::Stopped("it was closed".into())
}
