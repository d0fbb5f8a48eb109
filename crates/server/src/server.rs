//! A running server: the parts put together, and taken apart again.

use std::{
    future::IntoFuture as _,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use muster_accounts::{AccountError, Invitations};
use muster_alerts::{AlertsError, Filler, OutboundOptions, Sender, SystemClock};
use muster_control::{Control, ControlError};
use muster_ledger::{History, LedgerError, Reader};
use muster_office::{Failure, MIGRATIONS, Office, Register};
use muster_query::{Engine, EngineOptions, SourceError};
use muster_rules::{Evaluator, Moment, Rulebook};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use crate::{
    access::Throttle,
    api::ingest::Pushing,
    app::{Database, Parts, Signals},
    events::Hub,
    inbox::{Inbox, Writer},
    job::{self, collect::Schedule},
    reading::Counts,
    router,
    tables::MIGRATION,
};

/// How long what is on its way may take when the server ends.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// What the operator decides, and what a test passes in.
#[derive(Clone)]
pub struct Options {
    /// Under which address people reach the server; where it listens, unless given.
    pub public_url: Option<Url>,
    /// Where it listens.
    pub listening: SocketAddr,
    /// What the clock says, in milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// When this process opened the folder, in milliseconds since 1970.
    pub opened: i64,
    /// Cancelled when the server is to end.
    pub stop: CancellationToken,
}

impl Options {
    /// Under which address people reach the server, without a slash at the end.
    pub fn base(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listening),
        }
    }

    /// Whether people come over HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }
}

/// Why a server cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] Failure),
    /// The control file cannot be used.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Accounts cannot be read.
    #[error(transparent)]
    Accounts(#[from] AccountError),
    /// Alerts cannot be set up.
    #[error(transparent)]
    Alerts(#[from] AlertsError),
    /// Rules or packs are wrong.
    #[error("the rules cannot be used:\n{0}")]
    Rules(muster_provider::Problems),
    /// The system refuses a thread or a connection.
    #[error("the server cannot run")]
    System(#[from] std::io::Error),
}

/// A server, ready to run.
pub struct Server {
    parts: Arc<Parts>,
    filler: Filler,
    keeping: (Writer, Control),
}

impl Server {
    /// Puts the parts together around the writer of a folder.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn open(office: Arc<Office>, options: Options) -> Result<Self, ServerError> {
        let folder = office.folder().clone();
        let migrations: Vec<_> = MIGRATIONS.into_iter().chain([MIGRATION]).collect();
        let database = Database::new(folder.clone(), Control::open(&folder, &migrations)?);
        let archive = office.configuration().archive(&folder)?;
        let catalogue = office.catalogue();
        let register = Arc::new(Register::open(&folder, &catalogue, archive.clone())?);
        let engine = Arc::new(Engine::new(EngineOptions::default())?);
        let rulebook = Rulebook::of(&engine, &catalogue)
            .await
            .map_err(ServerError::Rules)?;
        let judged = Arc::clone(&register);
        let evaluator = Arc::new(Evaluator::new(
            Control::open(&folder, &migrations)?,
            Arc::clone(&engine),
            Arc::new(rulebook),
            move || {
                let moment = judged
                    .now()
                    .map_err(|failure| SourceError::Read(Box::new(failure)))?;
                Ok(Moment {
                    sequence: moment.sequence(),
                    source: Arc::new(moment),
                })
            },
            Arc::clone(&options.clock),
        ));
        let hub = Hub::default();
        let sender = Sender::new(
            Control::open(&folder, &migrations)?,
            office.key().clone(),
            &outbound(&office),
            Some(
                options
                    .public_url
                    .clone()
                    .unwrap_or(listening(options.listening)?),
            ),
            Arc::new(SystemClock),
        )?;
        let told = hub.clone();
        let sender = sender.observed_by(move |id, status| {
            told.tell(
                "delivery",
                serde_json::json!({"id": id, "status": status.as_str()}),
            );
        });
        let knowledge = job::alert::Knowledge {
            evaluator: Arc::clone(&evaluator),
            office: Arc::clone(&office),
        };
        let filler = Filler::new(
            Control::open(&folder, &migrations)?,
            Arc::new(Reader::open(folder.clone())?),
            History::new(archive),
            Arc::new(knowledge),
            Arc::new(SystemClock),
        );
        office.is_reached_at(options.base());
        let (inbox, writer) = Inbox::new(office.waiting_receipts()?);
        let keeping = (writer, Control::open(&folder, &migrations)?);
        let parts = Parts {
            office,
            register,
            engine,
            evaluator,
            sender: Arc::new(sender),
            hub,
            options,
            inbox,
            pushing: Pushing::default(),
            throttle: Throttle::default(),
            counts: Counts::default(),
            signals: Signals::default(),
            schedule: Schedule::default(),
            judged: AtomicI64::new(0),
            database,
        };
        Ok(Self {
            parts: Arc::new(parts),
            filler,
            keeping,
        })
    }

    /// The link that makes the first owner; `None` once there is one. An earlier link stops working.
    ///
    /// # Errors
    /// [`ServerError`].
    pub fn setup_link(&self) -> Result<Option<String>, ServerError> {
        let token = self
            .parts
            .database
            .write(|transaction| Invitations(transaction).for_owner(&mut rand::rng()))?;
        // Behind the hash, so that it is in no server's log.
        Ok(token.map(|token| format!("{}/setup#{}", self.parts.options.base(), token.as_str())))
    }

    /// Serves until the options' token is cancelled, then lets what is on its way come to its end.
    ///
    /// # Errors
    /// [`ServerError::System`].
    pub async fn run(self, listener: TcpListener) -> Result<(), ServerError> {
        let Self {
            parts,
            filler,
            keeping,
        } = self;
        let stop = parts.options.stop.clone();
        let jobs = TaskTracker::new();
        job::start(&jobs, &parts, filler, keeping);
        jobs.close();
        let service =
            router::router(Arc::clone(&parts)).into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service)
            .with_graceful_shutdown(stop.clone().cancelled_owned())
            .into_future();
        let patience = async {
            stop.cancelled().await;
            tokio::time::sleep(LAST_WORDS).await;
        };
        tokio::select! {
            served = serving => served?,
            () = patience => {}
        }
        stop.cancel();
        // What does not end by itself is cut off, as by a kill: nothing is lost by that.
        let _ = tokio::time::timeout(LAST_WORDS, jobs.wait()).await;
        Ok(())
    }
}

fn outbound(office: &Office) -> OutboundOptions {
    office.configuration().client_options(false).outbound()
}

fn listening(address: SocketAddr) -> Result<Url, ServerError> {
    Url::parse(&format!("http://{address}"))
        .map_err(|error| ServerError::System(std::io::Error::other(error)))
}
