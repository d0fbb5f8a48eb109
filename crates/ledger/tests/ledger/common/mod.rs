//! A data folder of its own for one test, and the few resource types tests need.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::{collections::BTreeMap, fs, path::Path as FilePath, sync::Arc};

use arrow::array::{Array as _, AsArray as _};
use muster_control::{Control, ControlError, Folder, Integrations, NewIntegration};
use muster_ledger::{
    Counts, Finish, Finished, Ledger, MIGRATION, Observations, Page, Reader, Seen, key_hash,
    local_archive,
};
use muster_model::{Column, ColumnType, IntegrationId, Parent, Path, ResourceType};
use tempfile::TempDir;

fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.into(),
        from: Path::fields([name]),
        column_type,
        required: false,
    }
}

fn resource_type(name: &str, parent: Option<Parent>, columns: Vec<Column>) -> ResourceType {
    ResourceType {
        name: name.into(),
        provider: "test".into(),
        title: name.into(),
        description: String::new(),
        key: vec![Path::fields(["id"])],
        label: None,
        parent,
        columns,
        computed: vec![],
        same_as: None,
        volatile: vec![Path::fields(["lastLogin"])],
        redact: vec![],
        references: vec![],
        hot: vec![],
    }
}

pub struct Place {
    pub folder: Folder,
    pub user: Arc<ResourceType>,
    pub factor: Arc<ResourceType>,
    pub integration: IntegrationId,
    _temporary: Option<TempDir>,
}

pub fn user(number: u8) -> String {
    format!("u{number}")
}

pub fn document(id: &str, name: &str, last_login: &str) -> String {
    let last_login = if last_login.is_empty() {
        "null".to_owned()
    } else {
        format!("\"{last_login}\"")
    };
    format!(
        r#"{{"id":"{id}","name":"{name}","lastLogin":{last_login},"nickname":"{name}'s","_links":{{"self":"x"}}}}"#
    )
}

impl Place {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().join("data"));
        let mut place = Self::at(folder, IntegrationId::from_random(7));
        place._temporary = Some(temporary);
        let mut control = Control::open(&place.folder, &[MIGRATION]).unwrap();
        place.integration = control
            .write(|transaction| -> Result<_, ControlError> {
                let new = NewIntegration {
                    provider: "test".into(),
                    name: "main".into(),
                    description: String::new(),
                    tags: vec![],
                    settings: BTreeMap::new(),
                    allow_insecure_endpoint: false,
                    interval_seconds: 600,
                };
                Ok(Integrations(transaction).add(new, 0)?.id)
            })
            .unwrap();
        place
    }

    pub fn at(folder: Folder, integration: IntegrationId) -> Self {
        let columns = vec![
            column("id", ColumnType::String),
            column("name", ColumnType::String),
            column("lastLogin", ColumnType::Timestamp),
        ];
        let parent = Parent {
            resource_type: "test_user".into(),
            columns: vec!["userId".into()],
        };
        let child = vec![
            column("id", ColumnType::String),
            column("userId", ColumnType::String),
        ];
        Self {
            folder,
            user: Arc::new(resource_type("test_user", None, columns)),
            factor: Arc::new(resource_type("test_factor", Some(parent), child)),
            integration,
            _temporary: None,
        }
    }

    /// The same folder as a later version sees it, which knows one more column.
    pub fn with_column(&self, name: &str) -> Self {
        let mut newer = Self::at(self.folder.clone(), self.integration.clone());
        let mut user = (*newer.user).clone();
        user.columns.push(column(name, ColumnType::String));
        newer.user = Arc::new(user);
        newer
    }

    pub fn open(&self) -> Ledger {
        let control = Control::open(&self.folder, &[MIGRATION]).unwrap();
        let types = [Arc::clone(&self.user), Arc::clone(&self.factor)];
        Ledger::open(
            self.folder.clone(),
            control,
            &types,
            local_archive(&self.folder).unwrap(),
        )
        .unwrap()
    }

    pub async fn commit(&self, ledger: &Ledger, scope: &str, documents: &[String]) -> Counts {
        let mut observations = Observations::default();
        for document in documents {
            observations.push(&self.user, None, document).unwrap();
        }
        let page = Page {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.user),
            scope: scope.into(),
            observations,
            asked: 0,
        };
        ledger.commit(page, Box::new(|_, _| Ok(()))).await.unwrap()
    }

    pub async fn commit_children(&self, ledger: &Ledger, parent: &str, ids: &[&str]) -> Counts {
        let mut observations = Observations::default();
        for id in ids {
            observations
                .push(&self.factor, Some(parent), &format!(r#"{{"id":"{id}"}}"#))
                .unwrap();
        }
        let page = Page {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.factor),
            scope: parent.into(),
            observations,
            asked: 0,
        };
        ledger.commit(page, Box::new(|_, _| Ok(()))).await.unwrap()
    }

    pub async fn finish(
        &self,
        ledger: &Ledger,
        scope: &str,
        keys: &[&str],
        believe: bool,
    ) -> Finished {
        self.end(ledger, &self.user, scope, keys, believe).await
    }

    pub async fn finish_children(&self, ledger: &Ledger, parent: &str, ids: &[&str]) -> Finished {
        let keys: Vec<String> = ids.iter().map(|id| format!("{parent}/{id}")).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        self.end(ledger, &self.factor, parent, &keys, true).await
    }

    async fn end(
        &self,
        ledger: &Ledger,
        resource_type: &Arc<ResourceType>,
        scope: &str,
        keys: &[&str],
        believe: bool,
    ) -> Finished {
        let mut seen = Seen::in_memory();
        seen.extend(keys.iter().map(|key| key_hash(key))).unwrap();
        let finish = Finish {
            integration: self.integration.clone(),
            resource_type: Arc::clone(resource_type),
            scope: scope.into(),
            seen,
            began: 0,
            descendants: vec![Arc::clone(&self.factor)],
            on_removed: Box::new(|_, _, _| Ok(())),
        };
        ledger
            .finish(
                finish,
                Box::new(move |_, _| Ok(believe)),
                Box::new(|_, _| Ok(())),
            )
            .await
            .unwrap()
    }

    fn texts(&self, resource_type: &ResourceType, columns: &[&str]) -> Vec<Vec<String>> {
        let snapshot = Reader::open(self.folder.clone())
            .unwrap()
            .snapshot()
            .unwrap();
        let mut rows = Vec::new();
        for part in snapshot.rows(resource_type, &self.integration).unwrap() {
            for (batch, live) in part.batches.iter().zip(&part.live) {
                for row in 0..batch.num_rows() {
                    if live.as_ref().is_none_or(|live| live.value(row)) {
                        let text = |name: &&str| {
                            let column = batch.column_by_name(name).unwrap().as_string::<i32>();
                            if column.is_null(row) {
                                String::new()
                            } else {
                                column.value(row).to_owned()
                            }
                        };
                        rows.push(columns.iter().map(text).collect());
                    }
                }
            }
        }
        rows.sort();
        rows
    }

    pub fn rows(&self) -> BTreeMap<String, String> {
        let texts = self.texts(&self.user, &["_key", "name"]);
        let count = texts.len();
        let rows: BTreeMap<String, String> = texts
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        assert_eq!(rows.len(), count, "a key stands twice");
        rows
    }

    pub fn values(&self, column: &str) -> Vec<String> {
        self.texts(&self.user, &[column]).concat()
    }

    pub fn children(&self) -> Vec<String> {
        self.texts(&self.factor, &["_key"]).concat()
    }

    pub fn files_that_hold(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        visit(self.folder.root(), &mut |path| {
            let bytes = fs::read(path).unwrap_or_default();
            if bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
            {
                found.push(path.display().to_string());
            }
        });
        found
    }
}

fn visit(folder: &FilePath, each: &mut impl FnMut(&FilePath)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, each)
        } else {
            each(&path)
        }
    }
}
