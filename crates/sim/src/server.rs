//! Starting, answering, stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use futures::future::try_join_all;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::answering;
use crate::clock::Clock;
use crate::error::SimError;
use crate::faults::Faults;
use crate::hooks::{self, Hook};
use crate::options::SimOptions;
use crate::state::Churn;
use crate::stats::Stats;
use crate::vendor::{Api, Vendor};
use crate::world::World;

/// One port: a vendor over the company, and how badly it behaves.
#[derive(Debug)]
pub(crate) struct Server {
    pub vendor: Vendor,
    pub world: Arc<World>,
    pub api: Box<dyn Api>,
    pub faults: RwLock<Faults>,
    pub stats: Stats,
    pub latency: RwLock<Duration>,
    pub control: bool,
    pub gzip: bool,
    pub concurrency_limit: usize,
    pub in_flight: AtomicUsize,
    pub requests: AtomicU64,
    /// Where what happens is told.
    pub hook: Mutex<Option<Hook>>,
}

impl Server {
    /// Servers of several vendors over one company, in the order of `vendors`.
    fn found(options: &SimOptions, vendors: &[Vendor]) -> Result<Vec<Self>, SimError> {
        let clock = Clock::default();
        let epoch = options.settings(&clock)?.epoch;
        let churn = options.settings(&clock)?.churn;
        let churn = Churn::new(options.seed, epoch, options.users, churn);
        let events = options.settings(&clock)?.faults.events;
        let world = Arc::new(World::new(options.company(epoch), churn, clock, events)?);
        vendors
            .iter()
            .map(|vendor| {
                let settings = options.settings(&world.clock)?;
                let api = vendor.api(&settings);
                let news = {
                    let state = world.state.read().unwrap_or_else(PoisonError::into_inner);
                    api.news_end(&state)
                };
                let (url, header) = (options.hook.as_deref(), options.hook_header.as_deref());
                Ok(Self {
                    vendor: *vendor,
                    hook: Mutex::new(Hook::option(*vendor, url, header, news)?),
                    api,
                    world: Arc::clone(&world),
                    faults: RwLock::new(settings.faults),
                    stats: Stats::default(),
                    latency: RwLock::new(settings.latency),
                    control: options.control,
                    gzip: options.gzip,
                    concurrency_limit: options.concurrency_limit.unwrap_or(usize::MAX),
                    in_flight: AtomicUsize::new(0),
                    requests: AtomicU64::new(0),
                })
            })
            .collect()
    }
}

/// Answers as each vendor on its listener, all over one company, until `shutdown` completes. Requests that are being
/// answered are given a second.
///
/// # Errors
/// A flag that makes no sense, or a listener that fails.
pub async fn serve(
    options: SimOptions,
    listeners: Vec<(Vendor, TcpListener)>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SimError> {
    let vendors: Vec<Vendor> = listeners.iter().map(|(vendor, _)| *vendor).collect();
    let servers = Server::found(&options, &vendors)?;
    let (stop, stopping) = watch::channel(false);
    let ports = servers
        .into_iter()
        .zip(listeners)
        .map(|(server, (_, listener))| {
            let mut stopping = stopping.clone();
            run(server, listener, async move {
                // an error means that nobody could stop us any more
                let _ = stopping.wait_for(|stop| *stop).await;
            })
        });
    let stopped = async move {
        shutdown.await;
        // the receivers are gone only if the servers already are
        let _ = stop.send(true);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = try_join_all(ports) => ended.map(drop),
        () = stopped => Ok(()),
    }
}

async fn run(
    server: Server,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SimError> {
    let server = Arc::new(server);
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, control = server.control, vendor = server.vendor.name(), "a stand-in answers");
    }
    let base = listener
        .local_addr()
        .map(|address| format!("http://{address}"))
        .unwrap_or_default();
    let telling = hooks::deliver(Arc::clone(&server), base);
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
        never = telling => match never {},
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
    /// Starts an Okta on a free port of the loopback interface; `options.listen` is not looked at.
    ///
    /// # Errors
    /// A flag that makes no sense, or no free port.
    pub async fn start(options: SimOptions) -> Result<Self, SimError> {
        Self::start_as(Vendor::Okta, options).await
    }

    /// The same for any vendor.
    ///
    /// # Errors
    /// A flag that makes no sense, or no free port.
    pub async fn start_as(vendor: Vendor, options: SimOptions) -> Result<Self, SimError> {
        let mut started = Self::start_together(&[vendor], options).await?;
        Ok(started.remove(0))
    }

    /// Starts several over one company, in the order of `vendors`: what changes is seen by all of them.
    ///
    /// # Errors
    /// A flag that makes no sense, or no free port.
    pub async fn start_together(
        vendors: &[Vendor],
        options: SimOptions,
    ) -> Result<Vec<Self>, SimError> {
        let mut started = Vec::new();
        for server in Server::found(&options, vendors)? {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            let address = listener.local_addr()?;
            let (stop, stopped) = oneshot::channel::<()>();
            let shutdown = async move {
                // dropping the handle stops the server as well
                let _ = stopped.await;
            };
            started.push(Self {
                address,
                stop: Some(stop),
                task: tokio::spawn(run(server, listener, shutdown)),
            });
        }
        Ok(started)
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
