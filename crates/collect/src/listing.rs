//! One listing: pages in, commits out, and at the end what is gone.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use muster_ledger::{
    Counts, Finish, Finished, HandedOver, InTransaction, Observations, Page, Seen, Spared,
};
use muster_provider::{RequestError, ResourceFile, http::Cursor};

use crate::{
    CollectError, Progress,
    context::Context,
    reread, seen_file,
    tables::{self, ListingKey},
};

/// Pages handed to the ledger and not yet durable, per listing.
const UNDER_WAY: usize = 8;
/// How often it is noted where a listing is: killed, it goes on from there.
const NOTE_EVERY: Duration = Duration::from_millis(200);
/// Pages of this many resources are understood beside the network.
const LONG_PAGE: usize = 50;
/// A listing cut off longer ago than this is begun anew: vendors forget where it was.
const RESUME_WITHIN: i64 = 3_600_000;

/// A marker this young may still stand for several changes; also covers clocks that differ a little.
const SETTLES_AFTER: i64 = 60_000;

/// A listing to be done.
pub(crate) struct Listing<'a> {
    pub context: &'a Context,
    pub file: &'a Arc<ResourceFile>,
    pub scope: String,
    /// The parent's key, for a child listing.
    pub parent_key: Option<String>,
    /// What the names in the path stand for.
    pub values: Vec<(String, String)>,
    /// What the parent's marker says.
    pub marker: Option<String>,
    pub progress: Arc<Progress>,
    /// Whether a listing cut off goes on where it was.
    pub resumable: bool,
}

/// Whether a marker will move when its children move again. Vendors count in seconds: a change in the second of the
/// listing, after it, would not show. Such a marker is not noted, so the listing is done once more.
fn is_settled(marker: &str, now: i64) -> bool {
    muster_ledger::decode::parse_timestamp(marker).is_none_or(|moved| moved < now - SETTLES_AFTER)
}

/// A page, understood.
pub(crate) struct Observed {
    pub observations: Observations,
    /// Details asked for: which, and what the listed document was then.
    pub details: Vec<(ListingKey, String)>,
}

/// How a listing ended without an error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is complete.
    Complete,
    /// It is complete, but what it would remove is held back; the guard says it in words.
    Held,
}

impl Listing<'_> {
    pub(crate) fn key(&self) -> ListingKey {
        ListingKey {
            integration: self.context.integration.id.clone(),
            resource_type: self.file.name().to_owned(),
            scope: self.scope.clone(),
        }
    }

    /// Lists to the end; begins anew once when the vendor forgets the place or a page shifted under us.
    pub async fn run(&self) -> Result<Ended, CollectError> {
        let _alone = self
            .context
            .beside
            .alone(self.file.name(), &self.scope)
            .await;
        let _under_way = self.context.beside.begin();
        let mut start = self.resume_point()?;
        let mut anew = false;
        loop {
            match self.attempt(start.take()).await {
                Err(
                    CollectError::Request(
                        RequestError::RestartListing { .. } | RequestError::Shifted { .. },
                    )
                    | CollectError::Repeated { .. }
                    | CollectError::Uneven { .. },
                ) if !anew => {
                    anew = true;
                }
                other => return other,
            }
        }
    }

    /// Where it goes on: the cursor, the keys seen before it, and when its first page was asked for.
    fn resume_point(&self) -> Result<Option<(Cursor, u64, i64)>, CollectError> {
        if !self.resumable || self.context.options.full {
            return Ok(None);
        }
        let key = self.key();
        let row = self.context.read(|transaction| {
            tables::listing(
                transaction,
                &key.integration,
                &key.resource_type,
                &key.scope,
            )
        })?;
        let now = self.context.now();
        Ok(row.and_then(|row| {
            let recent = row.begun.is_some_and(|begun| now - begun < RESUME_WITHIN);
            let cursor = Cursor::parse(row.cursor.as_deref()?)?;
            let started = row.started.or(row.begun).unwrap_or(now);
            recent.then_some((cursor, row.seen, started))
        }))
    }

    async fn attempt(&self, start: Option<(Cursor, u64, i64)>) -> Result<Ended, CollectError> {
        let client = &self.context.client;
        let begun = self.context.now();
        let mut started = begun;
        let values: Vec<(&str, &str)> = self
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (mut pages, mut seen) = match start {
            Some((cursor, length, first)) => match Seen::in_file(self.seen_file(), length) {
                Ok(seen) => {
                    started = first;
                    (client.pages_from(self.file, &values, cursor)?, Some(seen))
                }
                // The keys of a crashed machine are gone: everything is listed again.
                Err(_) => (client.pages(self.file, &values)?, None),
            },
            None => (client.pages(self.file, &values)?, None),
        };
        let mut under_way = VecDeque::new();
        let mut noted = Instant::now();
        let mut asked = self.context.now();
        let mut next = pages.next().await?;
        let mut total = None;
        while let Some(page) = next {
            let asked_next = self.context.now();
            // The next page is on its way while this one is understood.
            let (following, observed) = tokio::join!(pages.next(), self.observe(&page));
            let Observed {
                observations,
                details,
            } = observed?;
            let seen = match &mut seen {
                Some(seen) => seen,
                None => seen.insert(self.fresh_seen(page.next().is_some())?),
            };
            seen.extend(observations.iter().map(|observation| observation.key_hash))?;
            total = page.total();
            let place = page.next().filter(|_| self.resumable);
            let is_last = following.is_err();
            let note = place.filter(|_| is_last || noted.elapsed() >= NOTE_EVERY);
            if note.is_some() {
                seen.save()?;
                noted = Instant::now();
            }
            let control = self.after_page(note, seen.len(), (begun, started), details);
            under_way.push_back(self.hand_over(observations, asked, control).await?);
            asked = asked_next;
            while under_way.len() > UNDER_WAY {
                self.settle(&mut under_way).await?;
            }
            next = match following {
                Ok(following) => following,
                Err(error) => {
                    self.settle_all(&mut under_way).await?;
                    return Err(error.into());
                }
            };
        }
        let seen = seen.unwrap_or_else(Seen::in_memory);
        if let Some(total) = total.filter(|total| *total != seen.len()) {
            self.settle_all(&mut under_way).await?;
            return Err(CollectError::Uneven {
                read: seen.len(),
                total,
            });
        }
        // The end follows the last pages: the writer takes them in order, often in one transaction.
        let (settled, ended) = tokio::join!(
            self.settle_all(&mut under_way),
            self.finish(seen, Some(started))
        );
        settled?;
        ended
    }

    async fn settle_all(&self, under_way: &mut VecDeque<HandedOver>) -> Result<(), CollectError> {
        while !under_way.is_empty() {
            self.settle(under_way).await?;
        }
        Ok(())
    }

    async fn settle(&self, under_way: &mut VecDeque<HandedOver>) -> Result<(), CollectError> {
        if let Some(first) = under_way.pop_front() {
            self.progress.add(&first.counts().await?);
        }
        Ok(())
    }

    async fn observe(&self, page: &muster_provider::Page) -> Result<Observed, CollectError> {
        if let Some(detail) = &self.file.listing.detail {
            return self.observe_details(detail, page).await;
        }
        let observations = if self.file.listing.joins.is_empty() && page.len() >= LONG_PAGE {
            let (page, parent_key) = (page.clone(), self.parent_key.clone());
            let resource_type = Arc::clone(&self.file.resource_type);
            let understood = tokio::task::spawn_blocking(move || {
                let mut observations = Observations::default();
                for document in page.documents() {
                    let document = std::str::from_utf8(document).unwrap_or("null");
                    observations.push(&resource_type, parent_key.as_deref(), document)?;
                }
                Ok::<_, CollectError>(observations)
            });
            understood
                .await
                .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?
        } else {
            let mut observations = Observations::default();
            for document in page.documents() {
                let document = std::str::from_utf8(document).unwrap_or("null");
                let joined = self.joined(document).await?;
                let document = joined.as_deref().unwrap_or(document);
                observations.push(
                    &self.file.resource_type,
                    self.parent_key.as_deref(),
                    document,
                )?;
            }
            observations
        };
        Ok(Observed {
            observations,
            details: Vec::new(),
        })
    }

    pub(crate) async fn hand_over(
        &self,
        mut observations: Observations,
        asked: i64,
        control: InTransaction,
    ) -> Result<HandedOver, CollectError> {
        let beside = &self.context.beside;
        let _order = beside.in_order().await;
        self.check_parents()?;
        beside.pass(self.file.name(), &mut observations, asked);
        let page = Page {
            integration: self.context.integration.id.clone(),
            resource_type: Arc::clone(&self.file.resource_type),
            scope: self.scope.clone(),
            observations,
            asked,
        };
        Ok(self.context.ledger.hand_over(page, control).await?)
    }

    /// What hangs below a resource that went meanwhile is nobody's.
    fn check_parents(&self) -> Result<(), CollectError> {
        let above = self.context.above(self.file, self.parent_key.as_deref());
        if self.context.beside.is_gone(&above) {
            let path = self.file.listing.path.to_string();
            return Err(RequestError::Gone { path }.into());
        }
        Ok(())
    }

    /// What reads added after a listing began may not be on its pages.
    fn spared(&self, began: i64) -> Spared {
        let key = self.key();
        Box::new(move |transaction| {
            let ListingKey {
                integration,
                resource_type,
                scope,
            } = &key;
            let added = reread::additions(transaction, integration, resource_type, scope, began)?;
            Ok(added.into_iter().collect())
        })
    }

    /// What is noted with a page: where to go on, if that is `next`, and that children of what is new are still to be listed.
    fn after_page(
        &self,
        next: Option<&Cursor>,
        seen: u64,
        (begun, started): (i64, i64),
        details: Vec<(ListingKey, String)>,
    ) -> InTransaction {
        let key = self.key();
        let cursor = next.map(|cursor| cursor.as_str().to_owned());
        let children = self.context.child_types(self.file.name());
        Box::new(move |transaction, counts: &Counts| {
            if let Some(cursor) = &cursor {
                tables::note_cursor(transaction, &key, cursor, seen, (begun, started))?;
            }
            for (detail, marker) in &details {
                tables::note_finished(transaction, detail, Some(marker), begun)?;
            }
            if counts.added > 0 {
                tables::note_new_parents(transaction, &key.integration, &children)?;
                tables::raise_generation(transaction, &key.integration, &key.resource_type)?;
            }
            Ok(())
        })
    }

    /// Ends the listing. `started` says when its first page was asked for; none when nothing was asked.
    pub(crate) async fn finish(
        &self,
        seen: Seen,
        started: Option<i64>,
    ) -> Result<Ended, CollectError> {
        let key = self.key();
        let now = self.context.now();
        let began = started.unwrap_or(now);
        let finish = Finish {
            integration: key.integration.clone(),
            resource_type: Arc::clone(&self.file.resource_type),
            scope: self.scope.clone(),
            seen,
            began,
            descendants: self.context.resource_types(),
            on_removed: self.context.forget_listings(),
        };
        let observed = started
            .filter(|_| self.context.is_hinted(self.file.name()))
            .map(|started| started - self.oldest_detail());
        let marker = self.marker.clone().filter(|marker| is_settled(marker, now));
        let noted = key.clone();
        let control: InTransaction = Box::new(move |transaction, counts| {
            if counts.removed > 0 {
                tables::raise_generation(transaction, &noted.integration, &noted.resource_type)?;
            }
            if let Some(observed) = observed {
                let ListingKey {
                    integration,
                    resource_type,
                    scope,
                } = &noted;
                muster_ledger::note_listed(
                    transaction,
                    integration,
                    resource_type,
                    scope,
                    observed,
                )?;
            }
            let ListingKey {
                integration,
                resource_type,
                scope,
            } = &noted;
            reread::forget_additions(transaction, integration, resource_type, scope, began)?;
            tables::note_finished(transaction, &noted, marker.as_deref(), now)
        });
        let guard = &self.context.guard;
        let believed = Arc::new(AtomicBool::new(false));
        let decide = guard.decide(key, Arc::clone(&believed));
        let ending = {
            let _order = self.context.beside.in_order().await;
            self.check_parents()?;
            let spared = self.spared(began);
            self.context
                .ledger
                .finish_sparing(finish, decide, control, spared)
        };
        let finished = ending.await?;
        if !matches!(finished, Finished::Removed(_)) {
            let key = self.key();
            let abandon: InTransaction =
                Box::new(move |transaction, _| tables::note_abandoned(transaction, &key));
            self.context.ledger.update(abandon).await?;
        }
        if self.resumable {
            Seen::discard(&self.seen_file())?;
        }
        match finished {
            Finished::Removed(removed) => {
                for (resource_type, count) in removed {
                    self.context.progress(&resource_type).removed(count);
                    if believed.load(Relaxed) && resource_type != self.file.name() {
                        let rows = usize::try_from(count).unwrap_or(usize::MAX);
                        guard.count_descendants(&resource_type, rows);
                    }
                }
                Ok(Ended::Complete)
            }
            Finished::Held(_) => Ok(Ended::Held),
            Finished::Repeated(count) => Err(CollectError::Repeated { count }),
        }
    }

    /// For how long, in milliseconds, a detail was taken as it was known: it is no newer than that.
    fn oldest_detail(&self) -> i64 {
        let detail = self.file.listing.detail.as_ref();
        detail
            .and_then(|detail| detail.refresh)
            .map_or(0, |refresh| {
                i64::try_from(refresh.as_millis()).unwrap_or(i64::MAX)
            })
    }

    /// Where the keys go: a listing of one page keeps them in memory, a longer one in a file.
    pub(crate) fn fresh_seen(&self, is_long: bool) -> Result<Seen, CollectError> {
        if self.resumable && is_long {
            Ok(Seen::in_file(self.seen_file(), 0)?)
        } else {
            Ok(Seen::in_memory())
        }
    }

    fn seen_file(&self) -> PathBuf {
        seen_file::path(&self.context.folder, &self.key())
    }
}
