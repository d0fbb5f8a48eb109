//! Judging everything and keeping what came of it.

mod record;
mod spool;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use chrono::DateTime;
use muster_control::Control;
use muster_model::Integration;
use muster_query::Engine;
use rusqlite::OptionalExtension as _;

use crate::{
    Judge, Register, Rule, RuleVerdict, Rulebook, RulesError, Standing, World,
    judge::{Fate, key_hash},
    store::expire,
};
use spool::Spool;

/// What time it is, milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Rules look at the clock ("for more than 90 days"), so what has not moved is judged again after so long.
const STALE: i64 = 60 * 60 * 1000;

/// What is to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing, when ledger, states, integrations and rules are what they were an hour ago or less.
    WhatChanged,
    /// Everything.
    Everything,
}

/// What an evaluation came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether anything was judged.
    pub evaluated: bool,
    /// Findings that were opened.
    pub opened: u64,
    /// Findings that were opened again.
    pub reopened: u64,
    /// Findings that were resolved.
    pub resolved: u64,
    /// Findings whose suppression was over.
    pub unsuppressed: u64,
    /// The ledger's newest sequence number that was seen.
    pub sequence: u64,
}

/// What an evaluation sees, as far as another one may come to something else.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    sequence: u64,
    rules: String,
    states: String,
}

/// Judges every rule in every integration and keeps findings. One evaluation at a time.
pub struct Evaluator {
    control: Arc<Mutex<Control>>,
    engine: Arc<Engine>,
    rulebook: RwLock<Arc<Rulebook>>,
    register: Box<dyn Register>,
    clock: Clock,
    /// When everything was last judged by this process. Held while it is.
    judged_at: tokio::sync::Mutex<Option<i64>>,
}

/// A rule judged in an integration, to be recorded.
struct Judged {
    rule: Arc<Rule>,
    integration: Integration,
    verdict: RuleVerdict,
    /// Why what was open and does not fail any more does not, by [`key_hash`].
    fates: HashMap<u128, Fate>,
}

impl Evaluator {
    /// An evaluator that writes by `control`, a connection of its own that may write.
    pub fn new(
        control: Control,
        engine: Arc<Engine>,
        rulebook: Arc<Rulebook>,
        register: impl Register,
        clock: Clock,
    ) -> Self {
        Self {
            control: Arc::new(Mutex::new(control)),
            engine,
            rulebook: RwLock::new(rulebook),
            register: Box::new(register),
            clock,
            judged_at: tokio::sync::Mutex::new(None),
        }
    }

    /// The rules that are judged now.
    pub fn rulebook(&self) -> Arc<Rulebook> {
        Arc::clone(&self.rulebook.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Judges by other rules from the next evaluation on: types were added, changed or deleted.
    pub fn replace_rulebook(&self, rulebook: Arc<Rulebook>) {
        *self
            .rulebook
            .write()
            .unwrap_or_else(PoisonError::into_inner) = rulebook;
    }

    /// Judges what is wanted. All that comes of it is one transaction; the same state again writes nothing.
    ///
    /// # Errors
    /// [`RulesError`]; nothing is recorded then.
    pub async fn evaluate(&self, wanted: Wanted) -> Result<Outcome, RulesError> {
        let mut judged_at = self.judged_at.lock().await;
        let now = (self.clock)();
        let rulebook = self.rulebook();
        let world = World::of(&*self.register, rulebook.rules())?;
        let sequence = world.sequence;
        let position = Position {
            sequence,
            rules: rulebook.fingerprint().to_owned(),
            states: digest(&world),
        };
        let fresh = judged_at.is_some_and(|before| (0..STALE).contains(&(now - before)));
        if wanted == Wanted::WhatChanged && fresh {
            let expected = position.clone();
            let (same, unsuppressed) = self
                .transact(move |control| {
                    if read_position(control)?.as_ref() != Some(&expected) {
                        return Ok((false, 0));
                    }
                    Ok((true, expire_what_is_over(control, now)?))
                })
                .await?;
            if same {
                return Ok(Outcome {
                    unsuppressed,
                    sequence,
                    ..Outcome::default()
                });
            }
        }
        let (judged, spool) = self.judge(&rulebook, world, now).await?;
        let outcome = self
            .transact(move |control| {
                record::record(control, &rulebook, judged, spool, &position, now)
            })
            .await?;
        *judged_at = Some(now);
        Ok(outcome)
    }

    async fn judge(
        &self,
        rulebook: &Rulebook,
        world: World,
        now: i64,
    ) -> Result<(Vec<Judged>, Spool), RulesError> {
        let moment = DateTime::from_timestamp_millis(now).unwrap_or_default();
        let judge = Judge::new(Arc::clone(&self.engine), world, moment);
        let integrations: Vec<Integration> = judge
            .world()
            .integrations()
            .iter()
            .filter(|integration| integration.enabled)
            .cloned()
            .collect();
        let mut spool = Spool::new();
        let mut judged = Vec::new();
        for rule in rulebook.rules() {
            for integration in &integrations {
                if integration.provider != rule.file.provider {
                    continue;
                }
                let verdict = judge
                    .judge(rule, integration, &mut |failing| spool.put(&failing))
                    .await?;
                let fates = self.fates(&judge, rule, integration, &verdict).await?;
                judged.push(Judged {
                    rule: Arc::clone(rule),
                    integration: integration.clone(),
                    verdict,
                    fates,
                });
            }
        }
        Ok((judged, spool))
    }

    /// Why findings that are open and do not fail any more do not.
    async fn fates(
        &self,
        judge: &Judge,
        rule: &Arc<Rule>,
        integration: &Integration,
        verdict: &RuleVerdict,
    ) -> Result<HashMap<u128, Fate>, RulesError> {
        if verdict.standing != Standing::Judged {
            return Ok(HashMap::new());
        }
        let (id, of) = (rule.id().to_owned(), integration.id.to_string());
        let open: Vec<String> = self
            .transact(move |control| {
                control.read(|transaction| {
                    let mut statement = transaction.prepare_cached(
                        "SELECT key FROM finding WHERE rule = ?1 AND integration = ?2
                             AND status IN ('open', 'suppressed')",
                    )?;
                    let keys = statement.query_map((id, of), |row| row.get(0))?;
                    Ok::<_, RulesError>(keys.collect::<Result<_, _>>()?)
                })
            })
            .await?;
        let mended: Vec<String> = open
            .into_iter()
            .filter(|key| {
                let hash = key_hash(key);
                !verdict.failing.contains(&hash) && !verdict.unknown.contains(&hash)
            })
            .collect();
        let fates = judge.fates(rule, integration, &mended).await?;
        let hashes = mended.iter().map(|key| key_hash(key));
        Ok(hashes.zip(fates).collect())
    }

    /// Works on the control file off the threads that answer.
    async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Control) -> Result<T, RulesError> + Send + 'static,
    ) -> Result<T, RulesError> {
        let control = Arc::clone(&self.control);
        tokio::task::spawn_blocking(move || {
            work(&mut control.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await
        .map_err(|error| RulesError::Internal(error.to_string()))?
    }
}

/// The same for states and integrations that lead to the same verdicts.
fn digest(world: &World) -> String {
    let mut lines: Vec<String> = world
        .states()
        .iter()
        .map(|state| {
            format!(
                "{} {} {} {} {:?} {:?} {:?} {}",
                state.integration,
                state.resource_type,
                state.status.as_str(),
                state.stale,
                state.parents,
                state.parents_done,
                state.reason,
                state.last_complete.is_some(),
            )
        })
        .collect();
    lines.extend(
        world
            .integrations()
            .iter()
            .map(|integration| format!("{} {}", integration.id, integration.enabled)),
    );
    lines.sort();
    blake3::hash(lines.join("\n").as_bytes())
        .to_hex()
        .to_string()
}

fn read_position(control: &mut Control) -> Result<Option<Position>, RulesError> {
    control.read(|transaction| {
        let position = transaction
            .query_row(
                "SELECT sequence, rules, states FROM rule_position",
                [],
                |row| {
                    Ok(Position {
                        sequence: row.get::<_, i64>(0)? as u64,
                        rules: row.get(1)?,
                        states: row.get(2)?,
                    })
                },
            )
            .optional()?;
        Ok(position)
    })
}

fn expire_what_is_over(control: &mut Control, now: i64) -> Result<u64, RulesError> {
    let over = control.read(|transaction| {
        Ok::<bool, RulesError>(transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM suppression WHERE removed_at IS NULL AND until IS NOT NULL AND until <= ?1)",
            [now],
            |row| row.get(0),
        )?)
    })?;
    match over {
        true => control.write(|transaction| expire(transaction, now)),
        false => Ok(0),
    }
}
