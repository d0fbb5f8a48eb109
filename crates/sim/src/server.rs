//! Starting, answering, stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::access::Access;
use crate::answering;
use crate::clock::Clock;
use crate::error::SimError;
use crate::faults::Faults;
use crate::okta::rate_limit::Buckets;
use crate::options::SimOptions;
use crate::state::{Churn, State};
use crate::stats::Stats;

/// More changes than this since the epoch would take longer to replay than anyone waits.
const MOST_CHANGES: f64 = 20_000_000.0;

/// Everything a request needs.
#[derive(Debug)]
pub(crate) struct Server {
    pub seed: u64,
    pub state: RwLock<State>,
    pub churn: Mutex<Churn>,
    /// When the next change is due, in milliseconds; read before each answer.
    pub due: AtomicI64,
    pub clock: Clock,
    pub access: RwLock<Access>,
    pub buckets: Buckets,
    pub faults: RwLock<Faults>,
    pub stats: Stats,
    pub latency: RwLock<Duration>,
    pub control: bool,
    pub gzip: bool,
    pub concurrency_limit: usize,
    pub in_flight: AtomicUsize,
    pub requests: AtomicU64,
}

impl Server {
    fn new(options: &SimOptions) -> Result<Self, SimError> {
        let clock = Clock::default();
        let settings = options.settings(&clock)?;
        let company = options.company(settings.epoch);
        let churn = Churn::new(options.seed, settings.epoch, options.users, settings.churn);
        if churn.expected(clock.now()) > MOST_CHANGES {
            return Err(SimError::option(
                "--churn",
                "so much would have changed since the epoch that it cannot be replayed; choose a later --epoch, such as now",
            ));
        }
        let server = Self {
            seed: options.seed,
            state: RwLock::new(State::new(company)),
            due: AtomicI64::new(churn.due()),
            churn: Mutex::new(churn),
            clock,
            access: RwLock::default(),
            buckets: Buckets::new(settings.limiting),
            faults: RwLock::new(settings.faults),
            stats: Stats::default(),
            latency: RwLock::new(settings.latency),
            control: options.control,
            gzip: options.gzip,
            concurrency_limit: options.concurrency_limit.unwrap_or(usize::MAX),
            in_flight: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
        };
        server.catch_up();
        Ok(server)
    }

    /// Lets happen what is due by now.
    pub fn catch_up(&self) {
        let now = self.clock.now_millis();
        if self.due.load(std::sync::atomic::Ordering::Relaxed) > now {
            return;
        }
        let mut churn = self.churn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        churn.catch_up(&mut state, now);
        self.due
            .store(churn.due(), std::sync::atomic::Ordering::Relaxed);
    }
}

/// Answers on `listener` until `shutdown` completes. Requests that are being answered are given a second.
///
/// # Errors
/// A flag that makes no sense, or a listener that fails.
pub async fn serve(
    options: SimOptions,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SimError> {
    run(Server::new(&options)?, listener, shutdown).await
}

async fn run(
    server: Server,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SimError> {
    let server = Arc::new(server);
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, control = server.control, "the stand-in Okta answers");
    }
    let router = Router::new().fallback(answering::handle).with_state(server);
    let (stop, stopping) = oneshot::channel::<()>();
    let graceful = async move {
        shutdown.await;
        // the receiver is gone only if the server already is
        let _ = stop.send(());
    };
    let impatient = async move {
        if stopping.await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = axum::serve(NoDelay(listener), router).with_graceful_shutdown(graceful).into_future() => Ok(ended?),
        () = impatient => Ok(()),
    }
}

/// Answers are sent as soon as they are written.
struct NoDelay(TcpListener);

impl axum::serve::Listener for NoDelay {
    type Io = tokio::net::TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        // a socket that cannot be tuned is served all the same
        let _ = stream.set_nodelay(true);
        (stream, address)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A stand-in that runs inside this process, on a port of its own.
#[derive(Debug)]
pub struct Sim {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), SimError>>,
}

impl Sim {
    /// Starts it on a free port of the loopback interface; `options.listen` is not looked at.
    ///
    /// # Errors
    /// A flag that makes no sense, or no free port.
    pub async fn start(options: SimOptions) -> Result<Self, SimError> {
        let server = Server::new(&options)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            // dropping the handle stops the server as well
            let _ = stopped.await;
        };
        let task = tokio::spawn(run(server, listener, shutdown));
        Ok(Self {
            address,
            stop: Some(stop),
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as the beginning of an address on the web.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it and waits until it is gone.
    ///
    /// # Errors
    /// What went wrong while it ran.
    pub async fn stop(mut self) -> Result<(), SimError> {
        drop(self.stop.take());
        (&mut self.task).await.unwrap_or(Ok(()))
    }
}
