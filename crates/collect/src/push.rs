//! Resources that are pushed to us instead of being asked for.
//!
//! A type is complete once everything there is has been pushed. Until then only what came is known: what is missing is
//! neither there nor absent. Single resources that come or go later leave it complete, because whoever pushes them says so
//! of each.

use std::sync::{Arc, atomic::AtomicBool};

use muster_ledger::{
    Counts, Decide, Finish, Finished, HandedOver, InTransaction, Ledger, Observations, Page,
    Removal, Removals, Seen,
};
use muster_model::{IntegrationId, ResourceType, TypeStatus};
use rusqlite::Transaction;

use crate::{
    CollectError,
    guard::Guard,
    tables::{self, ListingKey, StateUpdate},
};

/// What is said of a type before anything was pushed.
const NOTHING: &str = "nothing was pushed yet";
/// What is said of a type of which only single resources were pushed.
const SINGLE: &str = "only single resources were pushed; push everything there is once, so that what is missing is known";

/// Where the resources of one type go.
#[derive(Debug, Clone)]
pub struct Pushed {
    ledger: Ledger,
    integration: IntegrationId,
    resource_type: Arc<ResourceType>,
}

/// How a push of everything ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushEnd {
    /// So many resources went.
    Removed(u64),
    /// So many would go at once that it is not believed; none did.
    HeldBack {
        /// How many.
        rows: u64,
        /// In words, with what to do.
        reason: String,
    },
}

impl Pushed {
    /// Resources of `resource_type` go to `integration`.
    pub fn new(
        ledger: Ledger,
        integration: IntegrationId,
        resource_type: Arc<ResourceType>,
    ) -> Self {
        Self {
            ledger,
            integration,
            resource_type,
        }
    }

    /// Hands over resources that are there. Durable when the answer is.
    ///
    /// # Errors
    /// [`CollectError::Ledger`].
    pub async fn take(
        &self,
        observations: Observations,
        now: i64,
    ) -> Result<HandedOver, CollectError> {
        let (integration, name) = (self.integration.clone(), self.resource_type.name.clone());
        let control: InTransaction = Box::new(move |transaction, counts: &Counts| {
            if counts.added > 0 {
                tables::raise_generation(transaction, &integration, &name)?;
            }
            note_single(transaction, &integration, &name)
        });
        let page = Page {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.resource_type),
            scope: String::new(),
            observations,
            asked: now,
        };
        Ok(self.ledger.hand_over(page, control).await?)
    }

    /// Takes away the resource of this key, if there is one; gives how many went.
    ///
    /// # Errors
    /// [`CollectError::Ledger`].
    pub async fn remove(&self, key: String, now: i64) -> Result<u64, CollectError> {
        let (integration, name) = (self.integration.clone(), self.resource_type.name.clone());
        let control: InTransaction = Box::new(move |transaction, counts: &Counts| {
            if counts.removed > 0 {
                tables::raise_generation(transaction, &integration, &name)?;
            }
            Ok(())
        });
        let removal = Removal {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.resource_type),
            scope: String::new(),
            keys: vec![key],
            asked: now,
            descendants: Vec::new(),
            on_removed: Box::new(|_, _, _| Ok(())),
        };
        let removed = self.ledger.remove(removal, control).await?;
        Ok(removed.into_iter().map(|(_, count)| count).sum())
    }

    /// Ends a push of everything there is: what was not seen goes, unless that is suspiciously much. `added` resources
    /// came with the push; `accepted` says that the removals are taken however many.
    ///
    /// # Errors
    /// [`CollectError::Ledger`], or [`CollectError::Repeated`] when a key was seen twice.
    pub async fn end(
        &self,
        seen: Seen,
        added: u64,
        accepted: bool,
        now: i64,
    ) -> Result<PushEnd, CollectError> {
        let name = self.resource_type.name.clone();
        let key = ListingKey {
            integration: self.integration.clone(),
            resource_type: name.clone(),
            scope: String::new(),
        };
        let finish = Finish {
            integration: self.integration.clone(),
            resource_type: Arc::clone(&self.resource_type),
            scope: String::new(),
            seen,
            began: now,
            descendants: Vec::new(),
            on_removed: Box::new(|_, _, _| Ok(())),
        };
        let (noted, decided, type_name) = (key.clone(), key, name.clone());
        let decide: Decide = Box::new(move |removals, transaction| {
            let before = removals
                .of
                .saturating_sub(usize::try_from(added).unwrap_or(0));
            let accept = if accepted {
                vec![type_name.clone()]
            } else {
                Vec::new()
            };
            let guard = Arc::new(Guard::new([(type_name.clone(), before)], accept));
            let taken = guard.decide(decided.clone(), Arc::new(AtomicBool::new(false)))(
                removals,
                transaction,
            )?;
            if !taken {
                let update = StateUpdate {
                    status: TypeStatus::Incomplete,
                    reason: Some(held_back(removals)),
                    stale: true,
                    parents: None,
                };
                tables::set_state(transaction, &decided.integration, &type_name, &update, now)?;
            }
            Ok(taken)
        });
        let control: InTransaction = Box::new(move |transaction, counts: &Counts| {
            if counts.removed > 0 {
                tables::raise_generation(transaction, &noted.integration, &noted.resource_type)?;
            }
            tables::note_finished(transaction, &noted, None, now)?;
            let update = StateUpdate {
                status: TypeStatus::Complete,
                reason: None,
                stale: false,
                parents: None,
            };
            tables::set_state(
                transaction,
                &noted.integration,
                &noted.resource_type,
                &update,
                now,
            )
        });
        match self.ledger.finish(finish, decide, control).await? {
            Finished::Removed(removed) => Ok(PushEnd::Removed(
                removed.into_iter().map(|(_, count)| count).sum(),
            )),
            Finished::Held(removals) => Ok(PushEnd::HeldBack {
                rows: removals.rows as u64,
                reason: held_back(&removals),
            }),
            Finished::Repeated(count) => Err(CollectError::Repeated { count }),
        }
    }
}

fn held_back(removals: &Removals) -> String {
    format!(
        "{} of {} would be removed at once, which is held back; if that is right, push the same with \
         `acceptRemovals=true` (`muster push --accept-removals`), otherwise it is taken after 3 equal pushes",
        removals.rows, removals.of
    )
}

/// Notes that a type is there and nothing is known of it yet.
///
/// # Errors
/// The database's.
pub fn note_defined(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO type_state (integration, resource_type, status, reason) VALUES (?1, ?2, 'incomplete', ?3)
         ON CONFLICT DO NOTHING",
        (integration.as_str(), resource_type, NOTHING),
    )?;
    Ok(())
}

/// Takes away every row about one type of an integration.
///
/// # Errors
/// The database's.
pub fn forget_type(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<()> {
    for table in ["listing", "type_state"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE integration = ?1 AND resource_type = ?2"),
            (integration.as_str(), resource_type),
        )?;
    }
    Ok(())
}

/// Notes that there are resources, where not everything was pushed yet.
fn note_single(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE type_state SET reason = ?3 WHERE integration = ?1 AND resource_type = ?2 AND reason = ?4",
        )?
        .execute((integration.as_str(), resource_type, SINGLE, NOTHING))?;
    Ok(())
}
