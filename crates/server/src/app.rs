//! What every handler and every job works with.

use std::sync::{Arc, Mutex, PoisonError, atomic::AtomicI64};

use muster_alerts::Sender;
use muster_control::{Control, ControlError, Folder};
use muster_office::{Office, Register};
use muster_query::Engine;
use muster_rules::{Evaluator, Rulebook};
use rusqlite::Transaction;
use tokio::sync::Notify;

use crate::{
    access::Throttle, api::ingest::Pushing, events::Hub, inbox::Inbox, job::collect::Schedule,
    problem::Problem, reading::Counts, server::Options,
};

/// The parts of a running server. Cheap to clone.
pub type App = Arc<Parts>;

/// See [`App`].
pub struct Parts {
    pub office: Arc<Office>,
    pub register: Arc<Register>,
    pub engine: Arc<Engine>,
    pub evaluator: Arc<Evaluator>,
    pub sender: Arc<Sender>,
    pub hub: Hub,
    pub options: Options,
    /// Who may push how much.
    pub pushing: Pushing,
    /// What vendors send.
    pub inbox: Inbox,
    pub throttle: Throttle,
    pub counts: Counts,
    pub signals: Signals,
    pub schedule: Schedule,
    /// When the last evaluation began that came to its end, milliseconds since 1970.
    pub judged: AtomicI64,
    pub database: Database,
}

/// What wakes the jobs. Being woken for nothing does no harm.
#[derive(Debug, Default)]
pub struct Signals {
    /// Schedules may have changed.
    pub collect: Notify,
    /// Resources or rules may have changed.
    pub evaluate: Notify,
    /// There may be something to alert about.
    pub alert: Notify,
    /// A log may be there to be followed.
    pub follow: Notify,
    /// There may be changes, or events, that tell who made a change.
    pub attribute: Notify,
}

/// Connections to the control file: readers as many as are needed at once, one writer.
pub struct Database {
    folder: Folder,
    readers: Mutex<Vec<Control>>,
    writer: Mutex<Control>,
    /// Readers there may be idle.
    kept: usize,
}

impl Database {
    pub fn new(folder: Folder, writer: Control) -> Self {
        Self {
            folder,
            readers: Mutex::default(),
            writer: Mutex::new(writer),
            kept: 4,
        }
    }

    /// Reads, here and now.
    pub fn read<T, E: From<ControlError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Control::open_reader(&self.folder)?,
        };
        let result = reader.read(work);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < self.kept {
            readers.push(reader);
        }
        result
    }

    /// Writes, here and now.
    pub fn write<T, E: From<ControlError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(work)
    }
}

impl Parts {
    /// Reads the control file, off the threads that serve.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(move |app| app.database.read(work)).await
    }

    /// Writes the control file, off the threads that serve.
    pub async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(move |app| app.database.write(work)).await
    }

    /// Does something that waits for the disk or works for long, off the threads that serve.
    pub async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&app))
            .await
            .unwrap_or_else(|error| Err(Problem::internal(&error)))
    }

    /// The rules there are now.
    pub fn rulebook(&self) -> Arc<Rulebook> {
        self.evaluator.rulebook()
    }

    /// What the clock says, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        (self.options.clock)()
    }
}
