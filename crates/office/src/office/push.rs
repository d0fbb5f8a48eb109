//! Pushed resources, into the ledger.

use std::{
    collections::HashSet,
    fs, io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use muster_collect::{PushEnd, Pushed};
use muster_control::Integrations;
use muster_custom::{CustomType, CustomTypes, PendingPush, Pushes};
use muster_ledger::{Counts, Observations, Seen};
use tokio::sync::Mutex as AsyncMutex;

use super::{Office, notice::Notice};
use crate::{
    clock::now_milliseconds,
    failure::Failure,
    push::{SpoolReader, Spooled},
    request::{Push, PushReport},
    runs::{RunRecord, Runs},
};

/// Files of pushes that nobody took are kept so long: whoever writes one may still be at it.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);
/// Pages handed to the ledger and not yet durable.
const UNDER_WAY: usize = 4;

impl Office {
    /// Takes single resources, all or none. Durable when this returns.
    ///
    /// # Errors
    /// [`Failure`]; nothing is changed then.
    pub async fn push_single(
        &self,
        custom: &Arc<CustomType>,
        observations: Observations,
    ) -> Result<PushReport, Failure> {
        let gate = self.push_gate(&custom.resource_type.name);
        let _alone = gate.lock().await;
        let pushed = self.pushed(custom)?;
        let handed = pushed.take(observations, now_milliseconds()).await?;
        let counts = handed.counts().await?;
        self.tell_pushed(custom);
        Ok(report(counts))
    }

    /// Takes away one resource; gives whether it was there.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn remove_pushed(
        &self,
        custom: &Arc<CustomType>,
        key: String,
    ) -> Result<bool, Failure> {
        let gate = self.push_gate(&custom.resource_type.name);
        let _alone = gate.lock().await;
        let pushed = self.pushed(custom)?;
        let removed = pushed.remove(key, now_milliseconds()).await?;
        if removed > 0 {
            self.tell_pushed(custom);
        }
        Ok(removed > 0)
    }

    /// Takes the documents of a file. Once this has begun it is done, also after a kill.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn push_spooled(
        &self,
        custom: &Arc<CustomType>,
        spooled: &Spooled,
        everything: bool,
        accept_removals: bool,
    ) -> Result<PushReport, Failure> {
        let gate = self.push_gate(&custom.resource_type.name);
        let _alone = gate.lock().await;
        let begun = self.pushed(custom).and_then(|_| {
            let mut push = PendingPush {
                id: 0,
                resource_type: custom.resource_type.name.clone(),
                file: spooled.file.clone(),
                everything,
                accept_removals,
            };
            push.id = self.write(|transaction| Ok(Pushes(transaction).begin(&push)?))?;
            Ok(push)
        });
        match begun {
            Ok(push) => self.commit(custom, &push).await,
            Err(failure) => {
                let _ = fs::remove_file(self.folder.pushes().join(&spooled.file));
                Err(failure)
            }
        }
    }

    /// Takes the documents that another process wrote to a file and looked at.
    pub(super) async fn push_handed_over(&self, push: Push) -> Result<PushReport, Failure> {
        let custom = self.custom_type(&push.resource_type)?;
        let Push {
            file,
            documents,
            generation,
            everything,
            accept_removals,
            ..
        } = push;
        // Only a name: the file is in the folder of pushes.
        let is_name = file.len() == 32 && file.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_name || generation != self.generation()? {
            return Err(Failure::Incomplete(
                "types were defined anew meanwhile, and nothing was changed; push again".into(),
            ));
        }
        let spooled = Spooled { file, documents };
        self.push_spooled(&custom, &spooled, everything, accept_removals)
            .await
    }

    fn generation(&self) -> Result<i64, Failure> {
        Ok(self
            .lock_control()
            .read(|transaction| CustomTypes(transaction).generation())?)
    }

    /// Goes on with pushes that were cut off, and removes files that nobody took.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn finish_pushes(&self) -> Result<(), Failure> {
        let left = self.write(|transaction| Ok(Pushes(transaction).all()?))?;
        for push in &left {
            let gate = self.push_gate(&push.resource_type);
            let _alone = gate.lock().await;
            let is_there = self.folder.pushes().join(&push.file).exists();
            match self.custom_type(&push.resource_type) {
                Ok(custom) if is_there => {
                    self.commit(&custom, push).await?;
                }
                _ => self.end(push)?,
            }
        }
        self.sweep_pushes(&left)
    }

    async fn commit(
        &self,
        custom: &Arc<CustomType>,
        push: &PendingPush,
    ) -> Result<PushReport, Failure> {
        let begun = now_milliseconds();
        let id = custom.integration.clone();
        let run = if push.everything {
            Some(self.write(|transaction| Ok(Runs(transaction).begin(&id, begun)?))?)
        } else {
            None
        };
        let report = self.commit_pages(custom, push, begun).await?;
        if let Some(run) = run {
            let record = RunRecord {
                id: run,
                started: begun,
                finished: Some(now_milliseconds()),
                complete: report.held_back == 0,
                added: report.added,
                modified: report.modified,
                removed: report.removed,
                ..RunRecord::default()
            };
            self.write(|transaction| Ok(Runs(transaction).end(&record)?))?;
            self.tell(Notice::Ended(id));
        }
        self.end(push)?;
        self.tell_pushed(custom);
        Ok(report)
    }

    async fn commit_pages(
        &self,
        custom: &Arc<CustomType>,
        push: &PendingPush,
        now: i64,
    ) -> Result<PushReport, Failure> {
        let pushed = self.pushed_by(custom);
        let mut reader =
            SpoolReader::open(&self.folder, &push.file, Arc::clone(&custom.resource_type))
                .map_err(|error| Failure::unable(&error))?;
        let mut seen = Seen::in_memory();
        let mut total = Counts::default();
        let mut under_way = std::collections::VecDeque::new();
        loop {
            let (back, page) = tokio::task::spawn_blocking(move || {
                let page = reader.page();
                (reader, page)
            })
            .await
            .map_err(|error| Failure::unable(&error))?;
            reader = back;
            let page: Observations = page?;
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|observation| observation.key_hash))?;
            under_way.push_back(pushed.take(page, now).await?);
            if under_way.len() > UNDER_WAY
                && let Some(first) = under_way.pop_front()
            {
                total += first.counts().await?;
            }
        }
        for handed in under_way {
            total += handed.counts().await?;
        }
        let mut report = report(total);
        if push.everything {
            match pushed
                .end(seen, total.added, push.accept_removals, now_milliseconds())
                .await?
            {
                PushEnd::Removed(removed) => report.removed = removed,
                PushEnd::HeldBack { rows, reason } => {
                    report.held_back = rows;
                    report.reason = Some(reason);
                }
            }
        }
        Ok(report)
    }

    /// A push is wholly in the ledger: the row first, so that a file without a row is garbage.
    fn end(&self, push: &PendingPush) -> Result<(), Failure> {
        self.write(|transaction| Ok(Pushes(transaction).end(push.id)?))?;
        let _ = fs::remove_file(self.folder.pushes().join(&push.file));
        Ok(())
    }

    fn sweep_pushes(&self, done: &[PendingPush]) -> Result<(), Failure> {
        let place = self.folder.pushes();
        let entries = match fs::read_dir(&place) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::unable(&error)),
        };
        let done: HashSet<&str> = done.iter().map(|push| push.file.as_str()).collect();
        for entry in entries.flatten() {
            let age = entry
                .metadata()
                .and_then(|known| known.modified())
                .map(|changed| {
                    SystemTime::now()
                        .duration_since(changed)
                        .unwrap_or_default()
                });
            let is_done = entry
                .file_name()
                .to_str()
                .is_some_and(|name| done.contains(name));
            if is_done || age.is_ok_and(|age| age > ABANDONED) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Where documents of a type go, if it is still the one they were looked at for.
    fn pushed(&self, custom: &Arc<CustomType>) -> Result<Pushed, Failure> {
        let name = &custom.resource_type.name;
        let now = self.custom_type(name)?;
        if now.resource_type != custom.resource_type || now.integration != custom.integration {
            return Err(Failure::Incomplete(format!(
                "{name} was defined anew meanwhile, and nothing was changed; push again"
            )));
        }
        let integration =
            self.write(|transaction| Integrations(transaction).with_id(&custom.integration))?;
        if !integration.enabled {
            return Err(Failure::Incomplete(format!(
                "{} is disabled, so nothing is taken for it; enable it first",
                integration.name
            )));
        }
        Ok(self.pushed_by(custom))
    }

    fn pushed_by(&self, custom: &Arc<CustomType>) -> Pushed {
        Pushed::new(
            self.ledger.clone(),
            custom.integration.clone(),
            Arc::clone(&custom.resource_type),
        )
    }

    /// One push of a type at a time: two that name the same resource are taken one after the other.
    pub(super) fn push_gate(&self, name: &str) -> Arc<AsyncMutex<()>> {
        self.gate(&format!("push {name}"))
    }

    fn tell_pushed(&self, custom: &CustomType) {
        self.tell(Notice::Pushed(
            custom.integration.clone(),
            custom.resource_type.name.clone(),
        ));
    }
}

fn report(counts: Counts) -> PushReport {
    PushReport {
        seen: counts.seen,
        added: counts.added,
        modified: counts.modified,
        unchanged: counts.seen - counts.added - counts.modified,
        ..PushReport::default()
    }
}
