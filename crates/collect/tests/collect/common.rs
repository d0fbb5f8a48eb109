//! A stand-in Okta, a data folder, and runs of the one against the other.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use futures::future::BoxFuture;
use muster_collect::{AuditRound, Connection, Report, Run, SyncOptions, TypeReport};
use muster_control::{Control, ControlError, Folder, Integrations, Migration, NewIntegration};
use muster_ledger::{Documents, Ledger, Reader, local_archive};
use muster_model::{Integration, TypeState};
use muster_provider::{Catalogue, ClientOptions, Secrets, http::Clock};
use muster_sim::{Sim, SimOptions, Vendor};
use serde_json::{Value, json};
use tempfile::TempDir;
use zeroize::Zeroizing;

const MIGRATIONS: [Migration; 3] = [
    muster_ledger::MIGRATION,
    muster_ledger::EVENTS_MIGRATION,
    muster_collect::MIGRATION,
];

/// The machine's clock, moved on by hand and by waiting: whoever sleeps finds that the time has passed.
#[derive(Clone, Debug, Default)]
pub struct MovedClock {
    milliseconds: Arc<AtomicU64>,
}

impl MovedClock {
    pub fn advance(&self, by: Duration) {
        self.milliseconds.fetch_add(by.as_millis() as u64, Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_millis(self.milliseconds.load(Relaxed))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            clock.advance(duration);
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}

pub struct Place {
    pub sim: Sim,
    pub folder: Folder,
    pub integration: Integration,
    pub catalogue: Catalogue,
    pub clock: MovedClock,
    pub token: &'static str,
    pub secret: &'static str,
    _temporary: TempDir,
}

pub fn company(users: u32) -> SimOptions {
    SimOptions {
        users,
        control: true,
        ..SimOptions::default()
    }
}

impl Place {
    pub async fn new(options: SimOptions) -> Self {
        let sim = Sim::start(options).await.unwrap();
        let settings = [("domain", sim.url())];
        Self::at(sim, "okta", settings, ("api_token", "sim-super-admin")).await
    }

    /// The same company in JumpCloud.
    pub async fn jumpcloud(options: SimOptions) -> Self {
        let sim = Sim::start_as(Vendor::JumpCloud, options).await.unwrap();
        let settings = [("base_url", sim.url())];
        Self::at(sim, "jumpcloud", settings, ("api_key", "sim-read-only")).await
    }

    /// The same company in MonoSign.
    pub async fn monosign(options: SimOptions) -> Self {
        const ID: &str = "5d2c7f10-4a3e-4b6c-9d21-0c1f6e8a7b11";
        const KEY: &str = "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b";
        let sim = Sim::start_as(Vendor::MonoSign, options).await.unwrap();
        let settings = [("base_url", sim.url()), ("app_id", ID.to_owned())];
        Self::at(sim, "monosign", settings, ("app_key", KEY)).await
    }

    async fn at(
        sim: Sim,
        provider: &'static str,
        settings: impl IntoIterator<Item = (&'static str, String)>,
        token: (&'static str, &'static str),
    ) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path());
        let mut control = Control::open(&folder, &MIGRATIONS).unwrap();
        let new = NewIntegration {
            provider: provider.into(),
            name: "main".into(),
            description: String::new(),
            tags: vec![],
            settings: settings
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            allow_insecure_endpoint: true,
            interval_seconds: 600,
        };
        let integration = control
            .write(|transaction| -> Result<_, ControlError> {
                Integrations(transaction).add(new, 0)
            })
            .unwrap();
        Self {
            sim,
            folder,
            integration,
            catalogue: Catalogue::embedded().unwrap(),
            clock: MovedClock::default(),
            token: token.1,
            secret: token.0,
            _temporary: temporary,
        }
    }

    pub fn open(&self) -> Ledger {
        let control = Control::open(&self.folder, &MIGRATIONS).unwrap();
        let types: Vec<_> = self
            .catalogue
            .resource_types()
            .map(|file| Arc::clone(&file.resource_type))
            .collect();
        Ledger::open(
            self.folder.clone(),
            control,
            &types,
            local_archive(&self.folder).unwrap(),
        )
        .unwrap()
    }

    pub fn control(&self) -> Control {
        Control::open(&self.folder, &MIGRATIONS).unwrap()
    }

    fn secrets(&self) -> Secrets {
        Secrets::new([(
            self.secret.to_owned(),
            Zeroizing::new(self.token.to_owned()),
        )])
    }

    fn client_options(&self) -> ClientOptions {
        ClientOptions {
            allow_insecure_endpoints: true,
            clock: Arc::new(self.clock.clone()),
            ..ClientOptions::default()
        }
    }

    /// How the vendor is reached; each has connections, budgets and a memory of what is under way of its own.
    pub fn connection(&self) -> Connection {
        let provider = self.catalogue.provider(&self.integration.provider).unwrap();
        let options = self.client_options();
        Connection::new(&self.integration, provider, &self.secrets(), &options).unwrap()
    }

    /// Reads the vendor's log to its end.
    pub async fn follow(&self) {
        loop {
            let connection = self.connection();
            let round = AuditRound::new(&self.folder, self.integration.clone(), &connection);
            let report = round.unwrap().unwrap().start().await.unwrap();
            if !report.has_more {
                return;
            }
        }
    }

    pub fn run(&self, ledger: &Ledger, options: SyncOptions) -> Run {
        self.run_over(&self.connection(), ledger, options)
    }

    pub fn run_over(&self, connection: &Connection, ledger: &Ledger, options: SyncOptions) -> Run {
        let integration = self.integration.clone();
        Run::new(
            &self.folder,
            integration,
            connection,
            ledger.clone(),
            options,
        )
        .unwrap()
    }

    pub async fn sync(&self, ledger: &Ledger) -> Report {
        self.sync_with(ledger, SyncOptions::default()).await
    }

    pub async fn sync_with(&self, ledger: &Ledger, options: SyncOptions) -> Report {
        self.run(ledger, options).start().await.unwrap()
    }

    /// Resources in the register, by type; types without any are left out.
    pub fn register(&self) -> BTreeMap<String, u64> {
        let snapshot = Reader::open(self.folder.clone())
            .unwrap()
            .snapshot()
            .unwrap();
        self.catalogue
            .resource_types()
            .map(|file| {
                let documents = snapshot
                    .documents(&file.resource_type, &self.integration.id)
                    .unwrap();
                (file.name().to_owned(), documents.len() as u64)
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn documents(&self, resource_type: &str) -> Documents {
        let snapshot = Reader::open(self.folder.clone())
            .unwrap()
            .snapshot()
            .unwrap();
        let file = self.catalogue.resource_type(resource_type).unwrap();
        snapshot
            .documents(&file.resource_type, &self.integration.id)
            .unwrap()
    }

    /// Takes the first `count` users away from the stand-in; gives all there were.
    pub async fn remove_users(&self, count: usize) -> Vec<String> {
        let users = self.keys("okta_user");
        let orders: Vec<Value> = users[..count]
            .iter()
            .map(|user| json!({"op": "remove_user", "user": user}))
            .collect();
        self.change(json!(orders)).await;
        users
    }

    pub fn keys(&self, resource_type: &str) -> Vec<String> {
        let documents = self.documents(resource_type);
        let mut keys: Vec<String> = documents.iter().map(|(key, _)| key.to_owned()).collect();
        keys.sort();
        keys
    }

    pub fn document(&self, resource_type: &str, key: &str) -> Value {
        let documents = self.documents(resource_type);
        let found = documents
            .iter()
            .find(|(candidate, _)| *candidate == key)
            .map(|(_, document)| document);
        found.map_or(Value::Null, |document| {
            serde_json::from_str(document).unwrap()
        })
    }

    pub fn state(&self, resource_type: &str) -> TypeState {
        let mut control = Control::open_reader(&self.folder).unwrap();
        let states = control
            .read(|transaction| muster_collect::states(transaction).map_err(ControlError::from))
            .unwrap();
        states
            .into_iter()
            .find(|state| state.resource_type == resource_type)
            .unwrap()
    }

    /// What an independent crawl of the stand-in would find.
    pub async fn counts(&self) -> BTreeMap<String, u64> {
        let counts: BTreeMap<String, u64> = self.get("/_sim/counts").await;
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        reqwest::get(format!("{}{path}", self.sim.url()))
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub async fn change(&self, orders: Value) -> Value {
        let answer = reqwest::Client::new()
            .post(format!("{}/_sim/change", self.sim.url()))
            .json(&orders)
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
        answer.json().await.unwrap()
    }

    pub async fn faults(&self, faults: &[&str]) {
        self.change(json!([{"op": "faults", "set": faults}])).await;
    }
}

pub fn of<'r>(report: &'r Report, resource_type: &str) -> &'r TypeReport {
    report
        .types
        .iter()
        .find(|found| found.resource_type == resource_type)
        .unwrap()
}

/// Changes found, by type; types without any are left out.
pub fn changes(report: &Report) -> BTreeMap<String, (u64, u64, u64)> {
    report
        .types
        .iter()
        .map(|found| {
            let counts = found.counts;
            (
                found.resource_type.clone(),
                (counts.added, counts.modified, counts.removed),
            )
        })
        .filter(|(_, counts)| *counts != (0, 0, 0))
        .collect()
}
