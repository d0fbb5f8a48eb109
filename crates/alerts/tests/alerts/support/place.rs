use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use muster_alerts::{
    Alert, Alerts, AlertsError, Channel, ChannelChange, Channels, Deliveries, Delivery,
    DeliveryDetail, DeliveryFilter, Filled, Filler, FindingWatch, Knowledge, NewAlert, NewChannel,
    OutboundOptions, Sender, Watch,
};
use muster_control::{Control, ControlError, Folder, Integrations, NewIntegration, SecretKey};
use muster_ledger::{
    Finish, History, Ledger, Observations, Page, Reader, Seen, key_hash, local_archive,
};
use muster_model::{Column, ColumnType, IntegrationId, Path, ResourceType, Severity};
use rusqlite::Transaction;
use serde_json::Value;
use tempfile::TempDir;
use url::Url;
use zeroize::Zeroizing;

use super::TestClock;

/// Where people reach Muster in these tests.
pub const BASE: &str = "https://muster.example.com";

/// A data folder with an integration, and what alerts need around it.
pub struct Place {
    pub folder: Folder,
    pub integration: IntegrationId,
    pub clock: Arc<TestClock>,
    pub user: Arc<ResourceType>,
    control: Mutex<Control>,
    _temporary: Option<TempDir>,
}

/// Knows little, and can be told to fall over.
pub struct Known;

impl Knowledge for Known {
    fn why(&self, rule: &str) -> Option<String> {
        (rule == "OKTA-098").then(|| "A password alone is guessed.".to_owned())
    }

    fn type_title(&self, resource_type: &str) -> Option<String> {
        (resource_type == "okta_user").then(|| "Okta User".to_owned())
    }

    fn label(&self, _: &str, _: &str, document: &Value) -> Option<String> {
        document["name"].as_str().map(str::to_owned)
    }
}

pub fn migrations() -> [muster_control::Migration; 3] {
    [
        muster_ledger::MIGRATION,
        muster_rules::MIGRATION,
        muster_alerts::MIGRATION,
    ]
}

pub fn open(folder: &Folder) -> Control {
    Control::open(folder, &migrations()).unwrap()
}

fn user_type() -> ResourceType {
    let column = |name: &str| Column {
        name: name.into(),
        from: Path::fields([name]),
        column_type: ColumnType::String,
        required: false,
    };
    ResourceType {
        name: "okta_user".into(),
        provider: "okta".into(),
        title: "Okta User".into(),
        description: String::new(),
        label: None,
        key: vec![Path::fields(["id"])],
        parent: None,
        columns: vec![column("id"), column("name"), column("title")],
        computed: vec![],
        same_as: None,
        volatile: vec![],
        redact: vec![],
        references: vec![],
        hot: vec![],
    }
}

impl Place {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().join("data"));
        let mut control = open(&folder);
        SecretKey::of(&folder).unwrap();
        let integration = add_integration(&mut control, "Production");
        Self {
            folder,
            integration,
            clock: Arc::new(TestClock::default()),
            user: Arc::new(user_type()),
            control: Mutex::new(control),
            _temporary: Some(temporary),
        }
    }

    /// The same folder, seen by another process.
    pub fn again(root: &std::path::Path) -> Self {
        let folder = Folder::new(root);
        let mut control = open(&folder);
        let integrations = control
            .read(|transaction| Integrations(transaction).all())
            .unwrap();
        Self {
            folder,
            integration: integrations[0].id.clone(),
            clock: Arc::new(TestClock::default()),
            user: Arc::new(user_type()),
            control: Mutex::new(control),
            _temporary: None,
        }
    }

    pub fn integration(&self, name: &str) -> IntegrationId {
        add_integration(&mut self.control.lock().unwrap(), name)
    }

    pub fn key(&self) -> SecretKey {
        SecretKey::of(&self.folder).unwrap()
    }

    pub fn now(&self) -> i64 {
        self.clock.milliseconds()
    }

    pub fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, AlertsError>,
    ) -> Result<T, AlertsError> {
        self.control.lock().unwrap().write(work)
    }

    pub fn filler(&self) -> Filler {
        self.filler_with(Arc::new(Known))
    }

    pub fn filler_with(&self, knowledge: Arc<dyn Knowledge>) -> Filler {
        Filler::new(
            open(&self.folder),
            Arc::new(Reader::open(self.folder.clone()).unwrap()),
            History::new(local_archive(&self.folder).unwrap()),
            knowledge,
            Arc::clone(&self.clock) as _,
        )
    }

    pub fn fill(&self) -> Filled {
        self.filler().fill(&BTreeSet::new()).unwrap()
    }

    pub fn sender(&self) -> Sender {
        self.sender_with(&OutboundOptions::default())
    }

    pub fn sender_with(&self, options: &OutboundOptions) -> Sender {
        Sender::new(
            open(&self.folder),
            self.key(),
            options,
            Some(Url::parse(BASE).unwrap()),
            Arc::clone(&self.clock) as _,
        )
        .unwrap()
    }

    pub fn try_channel(
        &self,
        kind: &str,
        name: &str,
        settings: &[(&str, &str)],
        secrets: &[(&str, &str)],
        allow_insecure_endpoint: bool,
    ) -> Result<Channel, AlertsError> {
        let new = NewChannel {
            kind: kind.into(),
            name: name.into(),
            settings: texts(settings),
            secrets: sealed(secrets),
            allow_insecure_endpoint,
        };
        let (key, now) = (self.key(), self.now());
        self.write(|transaction| Channels(transaction).create(&key, new, now))
    }

    /// A webhook to this address.
    pub fn webhook(&self, name: &str, url: &str) -> Channel {
        self.try_channel("webhook", name, &[("url", url)], &[], true)
            .unwrap()
    }

    pub fn slack(&self, name: &str, url: &str) -> Channel {
        self.try_channel("slack", name, &[], &[("webhook_url", url)], true)
            .unwrap()
    }

    pub fn change_channel(&self, id: &str, change: ChannelChange) -> Result<Channel, AlertsError> {
        let key = self.key();
        self.write(|transaction| Channels(transaction).update(&key, id, change))
    }

    pub fn alert(&self, name: &str, watch: Watch, channels: &[&Channel]) -> Alert {
        let new = NewAlert {
            name: name.into(),
            channels: channels.iter().map(|channel| channel.id.clone()).collect(),
            watch,
            enabled: true,
        };
        let now = self.now();
        self.write(|transaction| Alerts(transaction).create(new, now))
            .unwrap()
    }

    /// An alert for every finding.
    pub fn finding_alert(&self, name: &str, channels: &[&Channel]) -> Alert {
        self.alert(name, every_finding(), channels)
    }

    /// Writes a finding of OKTA-098 and a step, as the evaluator does.
    pub fn step(&self, key: &str, kind: &str) {
        self.step_of(&self.integration.clone(), key, kind, Severity::High, false);
    }

    pub fn step_of(
        &self,
        integration: &IntegrationId,
        key: &str,
        kind: &str,
        severity: Severity,
        suppressed: bool,
    ) {
        let now = self.now();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO rule (id, title, severity) VALUES ('OKTA-098', 'Active user without a factor', ?1)
                 ON CONFLICT DO NOTHING",
                [severity.rank()],
            )?;
            transaction.execute(
                "INSERT INTO finding (id, rule, severity, integration, resource_type, key, label, evidence, status,
                     breaking, opened_at, changed_at)
                 VALUES (lower(hex(randomblob(16))), 'OKTA-098', ?1, ?2, 'okta_user', ?3, ?3 || '@example.com', '{}',
                     'open', 1, ?4, ?4)
                 ON CONFLICT DO NOTHING",
                (severity.rank(), integration.as_str(), key, now),
            )?;
            transaction.execute(
                "INSERT INTO finding_step (finding, rule, integration, at, kind, cause, suppressed, change)
                 SELECT number, rule, integration, ?3, ?4, 'the factor was added', ?5, 1 FROM finding
                 WHERE key = ?1 AND integration = ?2",
                (key, integration.as_str(), now, kind, suppressed),
            )?;
            Ok(())
        })
        .unwrap();
    }

    /// The only delivery there is.
    pub fn only(&self) -> Delivery {
        let all = self.deliveries();
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    /// Every delivery, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        let page = self
            .write(|transaction| {
                Deliveries(transaction).list(&DeliveryFilter::default(), None, 500)
            })
            .unwrap();
        assert!(page.next.is_none());
        let mut all = page.items;
        all.reverse();
        all
    }

    pub fn detail(&self, id: &str) -> DeliveryDetail {
        let base = Url::parse(BASE).unwrap();
        self.write(|transaction| Deliveries(transaction).detail(id, Some(&base)))
            .unwrap()
    }

    pub fn retry(&self, id: &str) -> Result<Delivery, AlertsError> {
        let now = self.now();
        self.write(|transaction| Deliveries(transaction).retry(id, now))
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::open(
            self.folder.clone(),
            open(&self.folder),
            &[Arc::clone(&self.user)],
            local_archive(&self.folder).unwrap(),
        )
        .unwrap()
    }

    /// A listing that saw these users alone: the others are removed.
    pub async fn finish(&self, ledger: &Ledger, keys: &[&str]) {
        let mut seen = Seen::in_memory();
        seen.extend(keys.iter().map(|key| key_hash(key))).unwrap();
        let finish = Finish {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.user),
            scope: String::new(),
            seen,
            began: 0,
            descendants: vec![],
            on_removed: Box::new(|_, _, _| Ok(())),
        };
        ledger
            .finish(finish, Box::new(|_, _| Ok(true)), Box::new(|_, _| Ok(())))
            .await
            .unwrap();
    }

    /// Commits documents of users as one page.
    pub async fn commit(&self, ledger: &Ledger, documents: &[String]) {
        let mut observations = Observations::default();
        for document in documents {
            observations.push(&self.user, None, document).unwrap();
        }
        let page = Page {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.user),
            scope: String::new(),
            observations,
            asked: 0,
        };
        ledger.commit(page, Box::new(|_, _| Ok(()))).await.unwrap();
    }
}

fn add_integration(control: &mut Control, name: &str) -> IntegrationId {
    control
        .write(|transaction| -> Result<_, ControlError> {
            let new = NewIntegration {
                provider: "okta".into(),
                name: name.into(),
                description: String::new(),
                tags: vec![],
                settings: BTreeMap::new(),
                allow_insecure_endpoint: false,
                interval_seconds: 3600,
            };
            Ok(Integrations(transaction).add(new, 0)?.id)
        })
        .unwrap()
}

pub fn every_finding() -> Watch {
    Watch::Finding(FindingWatch {
        minimum_severity: Severity::Info,
        rules: vec![],
        integrations: vec![],
        steps: vec![],
    })
}

pub fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn sealed(pairs: &[(&str, &str)]) -> BTreeMap<String, Zeroizing<String>> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Zeroizing::new((*value).to_owned())))
        .collect()
}

/// A user's document.
pub fn document(number: u32, name: &str) -> String {
    format!(r#"{{"id":"u{number}","name":"{name}","title":"t"}}"#)
}
