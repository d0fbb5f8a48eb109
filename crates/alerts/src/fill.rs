//! Filling the outbox: from what happened to what is to be sent.
//!
//! Alerts are a consumer. What a cause leads to and how far causes were looked at are written in one transaction, so
//! every cause is in the outbox exactly once, whatever is killed when.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use muster_control::{Control, Integrations};
use muster_ledger::{History, LedgerError, Reader, Snapshot};
use muster_model::IntegrationId;
use muster_outbound::Clock;
use muster_rules::{FindingStep, FindingSteps};
use rusqlite::Transaction;
use serde_json::Value;

use crate::{
    AlertsError, Watch,
    active::{Active, active, begin, move_position, position},
    change_batch::rows,
    identity::milliseconds,
    message::{Item, Message, MessageKind, Named},
    outbox::{Gathering, Outbox},
    watch::{ChangeRow, FindingStepKind},
};

/// Steps of findings looked at in one transaction.
const STEPS: u32 = 2_000;
/// Changes looked at before what they caused is written.
const CHANGES: u64 = 20_000;

/// What alerts cannot know by themselves. Asked while a message is made, about the few that are named.
pub trait Knowledge: Send + Sync {
    /// Why a rule matters, in two or three sentences.
    fn why(&self, rule: &str) -> Option<String>;
    /// A type's name for people.
    fn type_title(&self, resource_type: &str) -> Option<String>;
    /// The name a person knows a resource by.
    fn label(&self, resource_type: &str, key: &str, document: &Value) -> Option<String>;
}

/// Fills the outbox. One for each data folder.
pub struct Filler {
    control: Mutex<Control>,
    reader: Arc<Reader>,
    history: History,
    knowledge: Arc<dyn Knowledge>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Filler {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Filler").finish_non_exhaustive()
    }
}

/// What one pass came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// Steps of findings that were looked at.
    pub steps: u64,
    /// Changes that were looked at.
    pub changes: u64,
    /// Ids of deliveries that were made or added to.
    pub deliveries: BTreeSet<String>,
    /// Changes that were forgotten before they were looked at: after the first number, up to the second.
    pub forgotten: Option<(u64, u64)>,
}

/// What was gathered, by alert and integration.
type Gathered = BTreeMap<(String, IntegrationId), Message>;

impl Filler {
    /// A filler that writes with `control`, a connection of its own, and reads changes with the others.
    pub fn new(
        control: Control,
        reader: Arc<Reader>,
        history: History,
        knowledge: Arc<dyn Knowledge>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            control: Mutex::new(control),
            reader,
            history,
            knowledge,
            clock,
        }
    }

    /// Looks at everything that has happened since the last pass. What one pass finds for one alert and channel is one
    /// message; what the next finds within some seconds joins it, and what an integration in `first_syncs` causes joins
    /// until it leaves that set. Reads the archive: give it a thread that may wait.
    ///
    /// # Errors
    /// [`AlertsError`] when the control file or the archive cannot be read or written; the next pass goes on there.
    pub fn fill(&self, first_syncs: &BTreeSet<IntegrationId>) -> Result<Filled, AlertsError> {
        let mut filled = Filled::default();
        self.fill_steps(first_syncs, &mut filled)?;
        self.fill_changes(first_syncs, &mut filled)?;
        let gathers = self
            .control()
            .read(|transaction| Outbox(transaction).gathers_first_syncs())?;
        if gathers {
            let now = self.now();
            self.control()
                .write(|transaction| Outbox(transaction).settle_first_syncs(first_syncs, now))?;
        }
        Ok(filled)
    }

    fn control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        milliseconds(self.clock.now())
    }

    fn fill_steps(
        &self,
        first_syncs: &BTreeSet<IntegrationId>,
        filled: &mut Filled,
    ) -> Result<(), AlertsError> {
        let mut held = BTreeSet::new();
        loop {
            let waiting = self.control().read(|transaction| {
                let active = active(transaction, "finding", "since_step")?;
                let from = begin(&active, position(transaction, "step")?);
                Ok::<_, AlertsError>(match from {
                    Some(from) => FindingSteps(transaction).last()? > from,
                    None => false,
                })
            })?;
            if !waiting {
                break;
            }
            let now = self.now();
            let (looked_at, put, more) = self.control().write(|transaction| {
                let active = active(transaction, "finding", "since_step")?;
                let Some(from) = begin(&active, position(transaction, "step")?) else {
                    return Ok::<_, AlertsError>((0, BTreeSet::new(), false));
                };
                let steps = FindingSteps(transaction).after(from, STEPS)?;
                let Some(last) = steps.last().map(|step| step.step.sequence) else {
                    // What there was went with its integration.
                    move_position(transaction, "step", FindingSteps(transaction).last()?)?;
                    return Ok((0, BTreeSet::new(), false));
                };
                let more = steps.len() == STEPS as usize;
                let gathered = self.gather_steps(&active, &steps, &names(transaction)?);
                let put = write(transaction, &active, gathered, first_syncs, more, now)?;
                move_position(transaction, "step", last)?;
                Ok((steps.len() as u64, put, more))
            })?;
            filled.steps += looked_at;
            filled.deliveries.extend(put.iter().cloned());
            held.extend(put);
            if !more {
                break;
            }
        }
        self.release(&held)
    }

    fn gather_steps(
        &self,
        active: &[Active],
        steps: &[FindingStep],
        names: &BTreeMap<IntegrationId, String>,
    ) -> Gathered {
        let mut gathered = Gathered::new();
        for step in steps {
            let Some(what) = FindingStepKind::of(step.step.kind) else {
                continue;
            };
            let finding = &step.finding;
            for alert in active {
                let Watch::Finding(watch) = &alert.watch else {
                    continue;
                };
                if step.step.sequence <= alert.since || !watch.wants(step) {
                    continue;
                }
                let integration = named(&finding.integration, names);
                let message = message_of(
                    &mut gathered,
                    alert,
                    &finding.integration,
                    MessageKind::Finding,
                );
                let severity = Some(finding.rule.severity);
                let place = integration.name.clone();
                message.add(what.as_str(), severity, &place, || Item {
                    sequence: step.step.sequence,
                    what: what.as_str().to_owned(),
                    at: step.step.at,
                    severity,
                    finding: Some(finding.id.clone()),
                    rule: Some(Named {
                        id: finding.rule.id.clone(),
                        name: finding.rule.title.clone(),
                    }),
                    // Why it matters, while it does; what mended it, afterwards.
                    why: match what {
                        FindingStepKind::Resolved => step.step.cause.clone(),
                        _ => self.knowledge.why(&finding.rule.id),
                    },
                    integration,
                    resource_type: finding.resource_type.clone(),
                    type_title: self.knowledge.type_title(&finding.resource_type),
                    key: finding.key.clone(),
                    label: finding.label.clone(),
                    fields: Vec::new(),
                });
            }
        }
        gathered
    }

    fn fill_changes(
        &self,
        first_syncs: &BTreeSet<IntegrationId>,
        filled: &mut Filled,
    ) -> Result<(), AlertsError> {
        let (active, from, names) = self.control().read(|transaction| {
            let active = active(transaction, "change", "since_sequence")?;
            let from = begin(&active, position(transaction, "sequence")?);
            Ok::<_, AlertsError>((active, from, names(transaction)?))
        })?;
        let Some(from) = from else {
            return Ok(());
        };
        let snapshot = self.reader.snapshot()?;
        if snapshot.sequence <= from {
            return Ok(());
        }
        let (changes, mut at) = match self.history.changes_after(&snapshot, from) {
            Ok(changes) => (changes, from),
            Err(LedgerError::BeforeHistory { .. }) => {
                let kept = self.tell_forgotten(&active, &snapshot, from, first_syncs, filled)?;
                (self.history.changes_after(&snapshot, kept)?, kept)
            }
            Err(error) => return Err(error.into()),
        };
        let mut held = BTreeSet::new();
        let mut gathered = Gathered::new();
        let mut since_written = 0;
        for batch in changes {
            for change in rows(&batch?) {
                self.gather_change(&active, &change, &names, &mut gathered);
                filled.changes += 1;
                since_written += 1;
                if since_written == CHANGES {
                    let part = std::mem::take(&mut gathered);
                    let moved = (at, change.sequence);
                    let Some(put) = self.write_changes(part, moved, first_syncs, true)? else {
                        return self.release(&held);
                    };
                    at = change.sequence;
                    since_written = 0;
                    held.extend(put);
                }
            }
        }
        let moved = (at, snapshot.sequence);
        let put = self.write_changes(gathered, moved, first_syncs, false)?;
        filled.deliveries.extend(put.into_iter().flatten());
        filled.deliveries.extend(held.iter().cloned());
        self.release(&held)
    }

    /// Writes what changes caused; none when another pass has come further meanwhile.
    fn write_changes(
        &self,
        gathered: Gathered,
        (from, to): (u64, u64),
        first_syncs: &BTreeSet<IntegrationId>,
        held: bool,
    ) -> Result<Option<BTreeSet<String>>, AlertsError> {
        let now = self.now();
        self.control().write(|transaction| {
            if position(transaction, "sequence")? > from {
                return Ok(None);
            }
            let active = active(transaction, "change", "since_sequence")?;
            let put = write(transaction, &active, gathered, first_syncs, held, now)?;
            move_position(transaction, "sequence", to)?;
            Ok(Some(put))
        })
    }

    fn gather_change(
        &self,
        active: &[Active],
        change: &ChangeRow<'_>,
        names: &BTreeMap<IntegrationId, String>,
        gathered: &mut Gathered,
    ) {
        let wanted = active.iter().filter(|alert| {
            change.sequence > alert.since
                && matches!(&alert.watch, Watch::Change(watch) if watch.wants(change))
        });
        for alert in wanted {
            let Some(id) = IntegrationId::parse(change.integration) else {
                continue;
            };
            let integration = named(&id, names);
            let place = integration.name.clone();
            let message = message_of(gathered, alert, &id, MessageKind::Change);
            message.add(change.kind, None, &place, || Item {
                sequence: change.sequence,
                what: change.kind.to_owned(),
                at: change.recorded_at,
                severity: None,
                finding: None,
                rule: None,
                why: None,
                integration,
                resource_type: change.resource_type.to_owned(),
                type_title: self.knowledge.type_title(change.resource_type),
                key: change.key.to_owned(),
                label: self.label(change),
                fields: change
                    .fields
                    .iter()
                    .map(|&field| field.to_owned())
                    .collect(),
            });
        }
    }

    fn label(&self, change: &ChangeRow<'_>) -> String {
        let document = change
            .after
            .or(change.before)
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(Value::Null);
        self.knowledge
            .label(change.resource_type, change.key, &document)
            .unwrap_or_else(|| change.key.to_owned())
    }

    /// Changes are gone that were never looked at. Whoever wanted to hear of changes hears of that, and it goes on
    /// behind them.
    fn tell_forgotten(
        &self,
        active: &[Active],
        snapshot: &Snapshot,
        from: u64,
        first_syncs: &BTreeSet<IntegrationId>,
        filled: &mut Filled,
    ) -> Result<u64, AlertsError> {
        let kept = snapshot.forgotten_until().min(snapshot.sequence);
        tracing::warn!(
            after = from,
            until = kept,
            "changes were forgotten before alerts looked at them"
        );
        filled.forgotten = Some((from, kept));
        let now = self.now();
        let put = self.control().write(|transaction| {
            let mut put = BTreeSet::new();
            if position(transaction, "sequence")? > from {
                return Ok::<_, AlertsError>(put);
            }
            for alert in active.iter().filter(|alert| alert.since < kept) {
                let mut message = Message::empty(MessageKind::Change, Some(alert.name.clone()));
                message.notes.push(format!(
                    "Changes {} to {kept} are no longer kept, and were forgotten before this alert looked at them.",
                    from.max(alert.since) + 1
                ));
                let gathering = Gathering {
                    integration: None,
                    first_syncs,
                    held: false,
                    now,
                };
                for channel in &alert.channels {
                    put.insert(Outbox(transaction).put(
                        &alert.name.id,
                        channel,
                        message.clone(),
                        &gathering,
                    )?);
                }
            }
            move_position(transaction, "sequence", kept)?;
            Ok(put)
        })?;
        filled.deliveries.extend(put);
        Ok(kept)
    }

    fn release(&self, held: &BTreeSet<String>) -> Result<(), AlertsError> {
        if held.is_empty() {
            return Ok(());
        }
        let now = self.now();
        self.control()
            .write(|transaction| Outbox(transaction).release(held, now))
    }
}

fn names(transaction: &Transaction<'_>) -> Result<BTreeMap<IntegrationId, String>, AlertsError> {
    Ok(Integrations(transaction)
        .all()?
        .into_iter()
        .map(|integration| (integration.id, integration.name))
        .collect())
}

fn named(id: &IntegrationId, names: &BTreeMap<IntegrationId, String>) -> Named {
    Named {
        id: id.as_str().to_owned(),
        name: names
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.as_str().to_owned()),
    }
}

fn message_of<'g>(
    gathered: &'g mut Gathered,
    alert: &Active,
    integration: &IntegrationId,
    kind: MessageKind,
) -> &'g mut Message {
    gathered
        .entry((alert.name.id.clone(), integration.clone()))
        .or_insert_with(|| Message::empty(kind, Some(alert.name.clone())))
}

/// Puts what was gathered into the outbox, for those alerts and channels that are there in this transaction.
fn write(
    transaction: &Transaction<'_>,
    active: &[Active],
    gathered: Gathered,
    first_syncs: &BTreeSet<IntegrationId>,
    held: bool,
    now: i64,
) -> Result<BTreeSet<String>, AlertsError> {
    let mut put = BTreeSet::new();
    for ((alert, integration), message) in gathered {
        let Some(alert) = active.iter().find(|known| known.name.id == alert) else {
            continue;
        };
        let gathering = Gathering {
            integration: Some(&integration),
            first_syncs,
            held,
            now,
        };
        for channel in &alert.channels {
            put.insert(Outbox(transaction).put(
                &alert.name.id,
                channel,
                message.clone(),
                &gathering,
            )?);
        }
    }
    Ok(put)
}
