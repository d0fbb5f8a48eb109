//! One hour of a company of 100,000 people of whom one changes every half minute, played with a clock of its own: the log is
//! followed as often, what it names is read again, and everything is polled every ten minutes. What that costs,
//! beside the first sync. `cargo xtask bench hour`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "its result")]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use futures::future::BoxFuture;
use muster_collect::{AuditRound, Connection, Extent, Rereading, Run, SyncOptions};
use muster_control::{Control, ControlError, Folder, Integrations, Migration, NewIntegration};
use muster_ledger::{Ledger, local_archive};
use muster_model::Integration;
use muster_provider::{Catalogue, ClientOptions, Secrets, http::Clock};
use muster_sim::{Sim, SimOptions};
use serde_json::{Value, json};
use zeroize::Zeroizing;

const USERS: u32 = 100_000;
/// From one look at the log to the next.
const STEP: Duration = Duration::from_secs(30);
const STEPS: u32 = 120;
/// Looks at the log from one poll to the next.
const POLL: u32 = 20;
/// Listed once for each person.
const PER_USER: &str = "okta_factor";
const MIGRATIONS: [Migration; 3] = [
    muster_ledger::MIGRATION,
    muster_ledger::EVENTS_MIGRATION,
    muster_collect::MIGRATION,
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if std::env::args().any(|word| word == "stand-in") {
        return runtime.block_on(stand_in());
    }
    runtime.block_on(hour());
}

/// The vendor, in a process of its own so that what it costs is not counted.
async fn stand_in() {
    let options = SimOptions {
        users: USERS,
        groups: Some(1000),
        apps: Some(250),
        control: true,
        ..SimOptions::default()
    };
    let sim = Sim::start(options).await.unwrap();
    println!("{}", sim.url());
    std::future::pending::<()>().await;
}

struct Vendor {
    process: Child,
    url: String,
}

impl Vendor {
    fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg("stand-in")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut url).unwrap();
        Self {
            process,
            url: url.trim().to_owned(),
        }
    }

    async fn order(&self, order: Value) {
        let answer = reqwest::Client::new()
            .post(format!("{}/_sim/change", self.url))
            .json(&order)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success());
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The machine's clock, moved on by hand and by waiting.
#[derive(Clone, Debug, Default)]
struct MovedClock(Arc<AtomicU64>);

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_millis(self.0.load(Relaxed))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            clock.0.fetch_add(duration.as_millis() as u64, Relaxed);
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}

/// Requests sent, the processor's seconds, and what is on the heap at most.
#[derive(Clone, Copy, Default)]
struct Cost {
    log: u64,
    read: u64,
    poll: u64,
    per_user: u64,
    changes: u64,
    processor: f64,
    megabytes: f64,
}

async fn hour() {
    let vendor = Vendor::start();
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(place.path());
    let catalogue = Catalogue::embedded().unwrap();
    let clock = MovedClock::default();
    let mut control = Control::open(&folder, &MIGRATIONS).unwrap();
    let new = NewIntegration {
        provider: "okta".into(),
        name: "acme".into(),
        description: String::new(),
        tags: Vec::new(),
        settings: BTreeMap::from([("domain".into(), vendor.url.clone())]),
        allow_insecure_endpoint: true,
        interval_seconds: 600,
    };
    let integration = control
        .write(|transaction| -> Result<_, ControlError> { Integrations(transaction).add(new, 0) })
        .unwrap();
    let types: Vec<_> = catalogue
        .resource_types()
        .map(|file| Arc::clone(&file.resource_type))
        .collect();
    let archive = local_archive(&folder).unwrap();
    let ledger = Ledger::open(folder.clone(), control, &types, archive).unwrap();
    let secret = Zeroizing::new("sim-super-admin".to_owned());
    let options = ClientOptions {
        allow_insecure_endpoints: true,
        clock: Arc::new(clock.clone()),
        ..ClientOptions::default()
    };
    let secrets = Secrets::new([("api_token".to_owned(), secret)]);
    let provider = catalogue.provider("okta").unwrap();
    let connection = Connection::new(&integration, provider, &secrets, &options).unwrap();
    let okta = Okta {
        folder,
        integration,
        connection,
        ledger,
    };

    let mut first = Cost::default();
    okta.look(&mut first).await;
    okta.poll(&mut first).await;
    first.end(0.0);
    let so_far = first.processor;
    let mut hour = Cost::default();
    for step in 1..=STEPS {
        // One person; time passes for both alike.
        let churn = 1.0 / f64::from(USERS);
        vendor
            .order(json!([{"op": "advance", "by": "30s"}, {"churn": churn}]))
            .await;
        clock.0.fetch_add(STEP.as_millis() as u64, Relaxed);
        okta.look(&mut hour).await;
        if step.is_multiple_of(POLL) {
            okta.poll(&mut hour).await;
        }
    }
    hour.end(so_far);
    println!(
        "| | changes that polls found | requests for the log | to read again | to poll | for each user | processor, s | anonymous MB at the end |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    first.row("first sync");
    hour.row("one hour");
    let whole = first.poll + first.per_user;
    let others = hour.log + hour.read + hour.poll;
    println!(
        "\nThe hour without what is asked for each user: {others} requests, {:.1} % of the first sync's {whole}, {:.1} % of its {} others.",
        others as f64 * 100.0 / whole as f64,
        others as f64 * 100.0 / first.poll as f64,
        first.poll,
    );
    okta.ledger.close();
}

struct Okta {
    folder: Folder,
    integration: Integration,
    connection: Connection,
    ledger: Ledger,
}

impl Okta {
    /// Reads the log, and again what it names.
    async fn look(&self, cost: &mut Cost) {
        loop {
            let round = AuditRound::new(&self.folder, self.integration.clone(), &self.connection);
            let report = round.unwrap().unwrap().start().await.unwrap();
            cost.log += report.requests;
            if !report.has_more {
                break;
            }
        }
        for extent in Extent::ALL {
            let lane = Rereading::new(
                &self.folder,
                self.integration.clone(),
                &self.connection,
                self.ledger.clone(),
                extent,
            );
            cost.read += lane.unwrap().start().await.unwrap().requests;
        }
    }

    async fn poll(&self, cost: &mut Cost) {
        let run = Run::new(
            &self.folder,
            self.integration.clone(),
            &self.connection,
            self.ledger.clone(),
            SyncOptions::default(),
        );
        let report = run.unwrap().start().await.unwrap();
        for each in &report.types {
            let per_user = each.resource_type == PER_USER;
            let counts = each.counts;
            cost.changes += counts.added + counts.modified + counts.removed;
            *(if per_user {
                &mut cost.per_user
            } else {
                &mut cost.poll
            }) += each.requests;
        }
    }
}

impl Cost {
    fn end(&mut self, before: f64) {
        let stat = fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .unwrap()
            .1
            .split_whitespace()
            .collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        self.processor = ticks / 100.0 - before;
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("RssAnon:"))
            .unwrap();
        let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        self.megabytes = kilobytes / 1024.0;
    }

    fn row(&self, name: &str) {
        println!(
            "| {name} | {} | {} | {} | {} | {} | {:.1} | {:.0} |",
            self.changes,
            self.log,
            self.read,
            self.poll,
            self.per_user,
            self.processor,
            self.megabytes
        );
    }
}
